//! Any header and claims, signed or not: no token verifies under a secret that did not sign it, and
//! one that does is in time and has what its kind must have.
//!
//! An input has up to four lines: header and claims as JSON, the request's method and address, and
//! the text of a whole token.

#![no_main]

use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::Algorithm;
use libfuzzer_sys::fuzz_target;
use secrecy::SecretString;
use serde_json::{Map, Value};
use tally_atlassian::qsh::{QueryHash, SignedRequest};
use tally_atlassian::shared_secret::{ContextTokenVerifier, KnownSecrets, PageTokenVerifier};
use tally_atlassian::token::RawToken;
use tally_connect::Token;

const SECRET: &str = "the secret of the site, which signs";
static SIGNING: LazyLock<SecretString> = LazyLock::new(|| SecretString::from(SECRET));
static OTHER: LazyLock<SecretString> = LazyLock::new(|| SecretString::from("a secret of another site"));
/// 30 November 2026, at noon.
const NOW: DateTime<Utc> = DateTime::from_timestamp(1_796_040_000, 0).unwrap();

fuzz_target!(|text: &str| check(text));

fn check(text: &str) {
    let mut lines = text.splitn(4, '\n');
    let mut next = || lines.next().unwrap_or_default();
    let (header, claims, target, token) = (next(), next(), next(), next());
    let request = request(target);
    hashes_its_own_request(&request);
    if let Some(signed) = sign(header, claims) {
        check_signed(&signed, &request);
    }
    if let Ok(token) = RawToken::extract([token.as_bytes()], target) {
        refuses(&token, &request, &SIGNING);
    }
}

fn request(target: &str) -> SignedRequest<'_> {
    let (method, path) = target.split_once(' ').unwrap_or(("GET", target));
    SignedRequest::new(method, path)
}

fn hashes_its_own_request(request: &SignedRequest<'_>) {
    let hash = QueryHash::sign(request, "");
    assert!(
        QueryHash::matches(request, "", &hash),
        "a request has the hash of another"
    );
}

/// Signed as the published protocol says, whatever header and claims say.
fn sign(header: &str, claims: &str) -> Option<String> {
    let token = Token {
        header: serde_json::from_str::<Map<String, Value>>(header).ok()?,
        claims: serde_json::from_str::<Map<String, Value>>(claims).ok()?,
    };
    token.sign_with_hmac(Algorithm::HS256, SECRET.as_bytes()).ok()
}

fn check_signed(signed: &str, request: &SignedRequest<'_>) {
    let Ok(token) = RawToken::new(signed) else {
        return;
    };
    refuses(&token, request, &OTHER);
    let secrets = [("current", &*SIGNING)];
    let known = KnownSecrets {
        acceptable: &secrets,
        superseded: &[],
    };
    if let Ok(verified) = PageTokenVerifier::new("").verify(&token, request, &known, NOW) {
        in_time(verified.claims().exp);
    }
    if let Ok(verified) = ContextTokenVerifier::new().verify(&token, &known, NOW) {
        in_time(verified.claims().exp);
        assert!(
            !verified.account_id().is_empty(),
            "a context token names a person"
        );
    }
}

fn in_time(end: DateTime<Utc>) {
    let ahead = end - NOW;
    assert!(
        ahead >= TimeDelta::seconds(-30) && ahead <= TimeDelta::days(2),
        "{end}"
    );
}

fn refuses(token: &RawToken, request: &SignedRequest<'_>, secret: &SecretString) {
    let secrets = [("current", secret)];
    let known = KnownSecrets {
        acceptable: &secrets,
        superseded: &[],
    };
    let page = PageTokenVerifier::new("").verify(token, request, &known, NOW);
    let context = ContextTokenVerifier::new().verify(token, &known, NOW);
    assert!(page.is_err() && context.is_err(), "verified without the secret");
}
