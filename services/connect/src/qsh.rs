//! The query string hash, by which a token is bound to one request.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

/// All but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The hash of a request: lower-case hex SHA-256 of [`canonical_request`].
pub fn qsh(method: &str, path_and_query: &str) -> String {
    hex::encode(Sha256::digest(canonical_request(method, path_and_query)))
}

/// `METHOD&path&query` in canonical form. `path_and_query` is relative to the base URL of the host
/// that is called.
pub fn canonical_request(method: &str, path_and_query: &str) -> String {
    let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
    format!(
        "{}&{}&{}",
        method.to_uppercase(),
        canonical_path(path),
        canonical_query(query)
    )
}

fn canonical_path(path: &str) -> String {
    let rooted = format!("/{}", path.strip_prefix('/').unwrap_or(path)).replace('&', "%26");
    match rooted.strip_suffix('/') {
        Some(cut) if !cut.is_empty() => cut.to_owned(),
        _ => rooted,
    }
}

fn canonical_query(query: &str) -> String {
    let mut values = BTreeMap::<String, Vec<String>>::new();
    for (key, value) in form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key != "jwt") {
        values.entry(encoded(&key)).or_default().push(value.into_owned());
    }
    let pair = |(key, mut values): (String, Vec<String>)| {
        values.sort();
        let values: Vec<_> = values.iter().map(|value| encoded(value)).collect();
        format!("{key}={}", values.join(","))
    };
    values.into_iter().map(pair).collect::<Vec<_>>().join("&")
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canonical_form_is_that_of_the_reference() {
        let cases = [
            (
                "get",
                "/path/to/service?zee_last=param&repeated=parameter 1&first=param&repeated=parameter 2",
                "GET&/path/to/service&first=param&repeated=parameter%201,parameter%202&zee_last=param",
            ),
            ("GET", "/a?q=a+b", "GET&/a&q=a%20b"),
            ("GET", "/a?q=%7Etilde%2Astar", "GET&/a&q=~tilde%2Astar"),
            ("GET", "/a?b&b=1", "GET&/a&b=,1"),
            ("GET", "/a&b=1?x=y", "GET&/a%26b=1&x=y"),
            ("GET", "/a//?jwt=x&JWT=y", "GET&/a/&JWT=y"),
            ("GET", "", "GET&/&"),
        ];
        for (method, path_and_query, canonical) in cases {
            assert_eq!(canonical_request(method, path_and_query), canonical);
        }
    }

    #[test]
    fn the_hash_is_that_of_the_reference() {
        let installed = "4a2e1de8ca74e6cafe8862d332fa3ac7a8e51e692bc6d798ea4dfedc14948bf4";
        let root = "c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239";
        assert_eq!(qsh("POST", "/installed/"), installed);
        assert_eq!(qsh("GET", "/"), root);
    }
}
