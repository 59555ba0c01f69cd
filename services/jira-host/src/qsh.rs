//! The query string hash of Atlassian Connect, implemented here a second time on purpose.
//!
//! The app under test has its own version; if both shared the code, a mistake in it would stay
//! hidden.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};
use url::form_urlencoded;

/// What RFC 3986 leaves unencoded: letters, digits and `- . _ ~`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The value of the `qsh` claim in a context token, which is bound to no request.
pub const CONTEXT: &str = "context-qsh";

/// The order in which parameters are sorted before they are hashed.
///
/// The two differ only when names or values contain both characters that are encoded and characters
/// that are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterOrder {
    /// By the percent-encoded text, as the platform's own (Java) side does.
    Encoded,
    /// By the decoded text in UTF-16 units, as the vendor's JavaScript library does.
    Decoded,
}

/// Percent-encodes everything but the unreserved characters, in upper-case hex.
#[must_use]
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The hash the platform puts into a token: lower-case hex of SHA-256 over the canonical request.
///
/// `path` and `query` are as sent on the wire; `base_path` is the path of the base URL that the
/// request is relative to (empty for none).
#[must_use]
pub fn hash(method: &str, path: &str, query: &str, base_path: &str) -> String {
    digest(&canonical(
        method,
        path,
        query,
        base_path,
        ParameterOrder::Encoded,
    ))
}

/// Whether `claimed` is the hash of this request, in either order of parameters.
#[must_use]
pub fn matches(claimed: &str, method: &str, path: &str, query: &str, base_path: &str) -> bool {
    [ParameterOrder::Encoded, ParameterOrder::Decoded]
        .into_iter()
        .any(|order| digest(&canonical(method, path, query, base_path, order)) == claimed)
}

/// `METHOD&path&query` of a request, ready to be hashed.
#[must_use]
pub fn canonical(method: &str, path: &str, query: &str, base_path: &str, order: ParameterOrder) -> String {
    format!(
        "{}&{}&{}",
        method.to_uppercase(),
        canonical_path(path, base_path),
        canonical_query(query, order)
    )
}

fn digest(canonical: &str) -> String {
    hex::encode(Sha256::digest(canonical.as_bytes()))
}

fn canonical_path(path: &str, base_path: &str) -> String {
    let base = base_path.strip_suffix('/').unwrap_or(base_path);
    let relative = path.strip_prefix(base).unwrap_or(path).replace('&', "%26");
    let rooted = if relative.starts_with('/') {
        relative
    } else {
        format!("/{relative}")
    };
    match rooted.strip_suffix('/') {
        Some(shorter) if !shorter.is_empty() => shorter.to_owned(),
        _ => rooted,
    }
}

fn canonical_query(query: &str, order: ParameterOrder) -> String {
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "jwt") {
        values
            .entry(name.into_owned())
            .or_default()
            .push(value.into_owned());
    }
    let mut groups: Vec<(String, Vec<String>)> = values.into_iter().collect();
    groups.sort_by_key(|(name, _)| sort_key(name, order));
    let parts: Vec<String> = groups
        .into_iter()
        .map(|(name, values)| group(&name, values, order))
        .collect();
    parts.join("&")
}

fn group(name: &str, mut values: Vec<String>, order: ParameterOrder) -> String {
    values.sort_by_key(|value| sort_key(value, order));
    let values: Vec<String> = values.iter().map(|value| encode(value)).collect();
    format!("{}={}", encode(name), values.join(","))
}

fn sort_key(text: &str, order: ParameterOrder) -> Vec<u16> {
    match order {
        ParameterOrder::Encoded => encode(text).encode_utf16().collect(),
        ParameterOrder::Decoded => text.encode_utf16().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(method: &str, target: &str, base: &str) -> String {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        canonical(method, path, query, base, ParameterOrder::Encoded)
    }

    #[test]
    fn requests_have_the_canonical_form_of_the_published_examples() {
        let cases = [
            (
                "GET",
                "/path/to/service?zee_last=param&repeated=parameter 1&first=param&repeated=parameter 2",
                "",
                "GET&/path/to/service&first=param&repeated=parameter%201,parameter%202&zee_last=param",
            ),
            ("post", "/installed/", "", "POST&/installed&"),
            ("GET", "/jira/issue?x=1", "/jira", "GET&/issue&x=1"),
            ("GET", "/jira/issue?x=1", "/jira/", "GET&/issue&x=1"),
            ("GET", "/jirafoo", "/jira", "GET&/foo&"),
            ("GET", "/a?q=a+b", "", "GET&/a&q=a%20b"),
            ("GET", "/a?q=a%20b", "", "GET&/a&q=a%20b"),
            ("GET", "/a?q=%7Etilde%2Astar", "", "GET&/a&q=~tilde%2Astar"),
            ("GET", "/a?b&b=1", "", "GET&/a&b=,1"),
            ("GET", "/a&b=1?x=y", "", "GET&/a%26b=1&x=y"),
            ("GET", "/", "", "GET&/&"),
            ("GET", "", "", "GET&/&"),
            ("GET", "/a//", "", "GET&/a/&"),
            ("GET", "/a?=v", "", "GET&/a&=v"),
            ("GET", "/a?x=1&x=1", "", "GET&/a&x=1,1"),
            ("GET", "/a?x=2&x=10&x=1", "", "GET&/a&x=1,10,2"),
            ("GET", "/a?x=1,2", "", "GET&/a&x=1%2C2"),
            ("GET", "/a?JWT=kept&jwt=dropped", "", "GET&/a&JWT=kept"),
            ("GET", "/a?b=1&A=2&a=3", "", "GET&/a&A=2&a=3&b=1"),
            ("GET", "/a%2fb?x=%FF", "", "GET&/a%2fb&x=%EF%BF%BD"),
            ("GET", "/a?x=1;y=2&&z=3", "", "GET&/a&x=1%3By%3D2&z=3"),
            ("GET", "/a?x=!'()*", "", "GET&/a&x=%21%27%28%29%2A"),
        ];
        for (method, target, base, expected) in cases {
            assert_eq!(
                of(method, target, base),
                expected,
                "{method} {target} under {base:?}"
            );
        }
    }

    #[test]
    fn hashes_are_those_of_the_published_examples() {
        assert_eq!(
            hash("POST", "/installed/", "", ""),
            "4a2e1de8ca74e6cafe8862d332fa3ac7a8e51e692bc6d798ea4dfedc14948bf4"
        );
        assert_eq!(
            hash("GET", "/", "", ""),
            "c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239"
        );
    }

    #[test]
    fn either_order_of_parameters_is_accepted_and_a_third_is_not() {
        let query = "a=1&%7B=2";
        let raw = digest("GET&/x&a=1&%7B=2");
        let encoded = digest("GET&/x&%7B=2&a=1");
        assert_ne!(raw, encoded);
        assert_eq!(hash("GET", "/x", query, ""), encoded);
        assert!(matches(&raw, "GET", "/x", query, ""));
        assert!(matches(&encoded, "GET", "/x", query, ""));
        assert!(!matches(&digest("GET&/x&a=1"), "GET", "/x", query, ""));
        assert!(!matches(CONTEXT, "GET", "/x", query, ""));
    }
}
