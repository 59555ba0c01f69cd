//! The query string hash: how a token binds itself to one request.
//!
//! `qsh` is the lower-case hexadecimal SHA-256 of `METHOD&PATH&QUERY`, each part brought into a
//! canonical form. The form is always built from the request as it was received. A framework that
//! parses the query into objects (`a[]=1` into an array, say) has already lost what was signed.
//!
//! Implementations disagree on one point: some sort parameters by their raw names, Jira's own by
//! the percent-encoded ones. A signature is accepted in either order and made in the encoded one.

use std::borrow::Cow;
use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use subtle::ConstantTimeEq;

use crate::Digest;

/// The `qsh` of a context token. It stands for "no request in particular", so only routes made for
/// context tokens may take it.
pub const CONTEXT_QSH: &str = "context-qsh";

/// RFC 3986 leaves exactly these four unencoded beside letters and digits.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A request as its signature saw it: raw, not decoded, not normalised, under the address the
/// outside world used.
#[derive(Clone, Copy, Debug)]
pub struct SignedRequest<'a> {
    method: &'a str,
    path: &'a str,
    query: &'a str,
    form: Option<&'a [u8]>,
}

impl<'a> SignedRequest<'a> {
    /// A request by method (any case) and request target: path, and query after the first `?` if
    /// there is one.
    #[must_use]
    pub fn new(method: &'a str, path_and_query: &'a str) -> Self {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        Self {
            method,
            path,
            query,
            form: None,
        }
    }

    /// The path as received.
    #[must_use]
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// Adds the body, which an old rule lets the sender hash in place of an empty query.
    ///
    /// It counts only for POST and PUT with the content type `application/x-www-form-urlencoded`;
    /// anything else leaves the request as it was.
    #[must_use]
    pub fn with_form_body(mut self, content_type: Option<&str>, body: &'a [u8]) -> Self {
        let hashes_forms = ["POST", "PUT"]
            .iter()
            .any(|method| self.method.eq_ignore_ascii_case(method));
        if hashes_forms && content_type.is_some_and(is_form) {
            self.form = Some(body);
        }
        self
    }
}

fn is_form(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Makes and checks the hash.
#[derive(Clone, Copy, Debug)]
pub struct QueryHash;

impl QueryHash {
    /// Whether `claim` is the hash of this request in any form a sender may have used.
    ///
    /// `base_path` is the path part of our own base URL (`""` or `/jira`); it is not part of what
    /// is signed. Every form is compared, each in constant time.
    #[must_use]
    pub fn matches(request: &SignedRequest<'_>, base_path: &str, claim: &str) -> bool {
        canonical_forms(request, base_path)
            .iter()
            .map(|form| hash(form).as_bytes().ct_eq(claim.as_bytes()))
            .fold(subtle::Choice::from(0), |any, one| any | one)
            .into()
    }

    /// The hash to put into a token of our own for this request, relative to the tenant's
    /// `base_path`.
    #[must_use]
    pub fn sign(request: &SignedRequest<'_>, base_path: &str) -> String {
        hash(&canonical_form(
            request,
            base_path,
            request.query.as_bytes(),
            SortOrder::Encoded,
        ))
    }
}

/// What may have come between a sender and us, when a genuine token is of another request. For a
/// diagnosis, never for an answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mismatch {
    /// The path would match with a part more or less at its front: a proxy adds, strips or doubles
    /// a prefix.
    Prefix,
    /// Path or query would match in another encoding: something on the way decodes them.
    Encoding,
    /// The query would match without one of its parameters: something on the way adds it.
    Parameter,
    /// None of these reasons.
    Unexplained,
}

/// The most parts of a path, and parameters of a query, that are tried.
const TRIED: usize = 8;

impl QueryHash {
    /// Why `claim` is not the hash of `request`. Bounded work, meant for requests that were refused
    /// already.
    #[must_use]
    pub fn explain(request: &SignedRequest<'_>, base_path: &str, claim: &str) -> Mismatch {
        let fits = |path: &str, query: &str| {
            let tried = SignedRequest {
                path,
                query,
                ..*request
            };
            Self::matches(&tried, base_path, claim) || Self::matches(&tried, "", claim)
        };
        let (path, query) = (request.path, request.query);
        if prefixes(path, base_path).iter().any(|other| fits(other, query)) {
            Mismatch::Prefix
        } else if encodings(path)
            .iter()
            .any(|path| encodings(query).iter().any(|query| fits(path, query)))
        {
            Mismatch::Encoding
        } else if without_one(query).iter().any(|query| fits(path, query)) {
            Mismatch::Parameter
        } else {
            Mismatch::Unexplained
        }
    }
}

/// The path with each of its first parts taken off, and with the base path before it.
fn prefixes(path: &str, base_path: &str) -> Vec<String> {
    let cuts = path.match_indices('/').skip(1).take(TRIED);
    let mut tried: Vec<String> = cuts.map(|(at, _)| path[at..].to_owned()).collect();
    tried.push(format!("{base_path}{path}"));
    tried
}

/// The text as it is, decoded, and encoded once more.
fn encodings(text: &str) -> Vec<String> {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    let encoded = utf8_percent_encode(text, CHANGED_BY_DECODING).to_string();
    let plus = text.replace('+', "%2B");
    vec![text.to_owned(), decoded.into_owned(), encoded, plus]
}

/// What a proxy that decodes leaves bare.
const CHANGED_BY_DECODING: &AsciiSet = &percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b'<')
    .add(b'>');

fn without_one(query: &str) -> Vec<String> {
    let pieces: Vec<&str> = query.split('&').filter(|piece| !piece.is_empty()).collect();
    let but = |left_out: usize| {
        let others = pieces.iter().enumerate().filter(|(at, _)| *at != left_out);
        others.map(|(_, piece)| *piece).collect::<Vec<_>>().join("&")
    };
    (0..pieces.len().min(TRIED)).map(but).collect()
}

fn hash(canonical: &str) -> String {
    Digest::of(canonical.as_bytes()).to_hex()
}

/// Every canonical form under which this request may have been signed, without repetitions.
///
/// One form usually; two when the two sort orders differ; those of the form body as well when the
/// query is empty.
#[must_use]
pub fn canonical_forms(request: &SignedRequest<'_>, base_path: &str) -> Vec<String> {
    let mut sources = vec![request.query.as_bytes()];
    if let Some(form) = request.form
        && group_by_name(request.query.as_bytes()).is_empty()
    {
        sources.push(form);
    }
    let mut forms = Vec::with_capacity(2);
    for source in sources {
        for order in [SortOrder::Encoded, SortOrder::Raw] {
            let form = canonical_form(request, base_path, source, order);
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
    }
    forms
}

fn canonical_form(request: &SignedRequest<'_>, base_path: &str, source: &[u8], order: SortOrder) -> String {
    let method = request.method.to_ascii_uppercase();
    let path = canonical_path(request.path, base_path);
    let query = canonical_query(source, order);
    [method, path, query].join("&")
}

/// The prefix is a plain string prefix, as in the reference implementation: base `/jira` turns
/// `/jirafoo` into `/foo`.
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum SortOrder {
    /// By percent-encoded name, as Jira does.
    Encoded,
    /// By name as JavaScript compares strings: UTF-16 code units.
    Raw,
}

type Parameters<'a> = BTreeMap<Cow<'a, str>, Vec<Cow<'a, str>>>;

/// Parameters by name. The token itself cannot be part of what it signs.
fn group_by_name(source: &[u8]) -> Parameters<'_> {
    let mut parameters = Parameters::new();
    for (name, value) in form_urlencoded::parse(source).filter(|(name, _)| name != "jwt") {
        parameters.entry(name).or_default().push(value);
    }
    parameters
}

fn canonical_query(source: &[u8], order: SortOrder) -> String {
    let mut parameters: Vec<(Vec<u16>, String, String)> = group_by_name(source)
        .into_iter()
        .map(|(name, values)| (utf16(&name), encode(&name), join_pairs(values)))
        .collect();
    match order {
        SortOrder::Encoded => parameters.sort_by(|a, b| a.1.cmp(&b.1)),
        SortOrder::Raw => parameters.sort_by(|a, b| a.0.cmp(&b.0)),
    }
    let pairs: Vec<String> = parameters
        .into_iter()
        .map(|(_, name, values)| format!("{name}={values}"))
        .collect();
    pairs.join("&")
}

fn join_pairs(mut values: Vec<Cow<'_, str>>) -> String {
    values.sort_by_cached_key(|value| utf16(value));
    let encoded: Vec<String> = values.iter().map(|value| encode(value)).collect();
    encoded.join(",")
}

fn utf16(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}
