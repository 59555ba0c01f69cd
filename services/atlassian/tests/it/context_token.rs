//! Context tokens, which our own front end sends.

use serde_json::{Value, json};
use tally_atlassian::Refusal;
use tally_atlassian::qsh::CONTEXT_QSH;
use tally_atlassian::shared_secret::{ContextTokenVerifier, KnownSecrets, VerifiedContext};

use crate::support::signing::{foreign_key, hs256, raw, unsigned};
use crate::support::{at, hash, now, secret};

fn claims() -> Value {
    json!({ "iss": "client-a", "sub": "712020:u", "iat": at(0), "exp": at(900), "qsh": CONTEXT_QSH,
            "context": { "jira": { "project": { "key": "IT" } } } })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn verify(token: &str) -> Result<VerifiedContext, Refusal> {
    let (current, previous, old) = (secret("current"), secret("previous"), secret("old"));
    let acceptable = [("current", &current), ("previous", &previous)];
    let secrets = KnownSecrets {
        acceptable: &acceptable,
        superseded: &[&old],
    };
    ContextTokenVerifier::new().verify(&raw(token), &secrets, now())
}

fn signed(claims: &Value) -> Result<VerifiedContext, Refusal> {
    verify(&hs256("current", claims))
}

#[test]
fn a_context_token_says_who_it_stands_for_and_where() {
    let verified = signed(&claims()).unwrap();
    assert_eq!(verified.account_id(), "712020:u");
    assert_eq!(verified.claims().iss, "client-a");
    assert_eq!(
        verified.claims().context.as_ref().unwrap()["jira"]["project"]["key"],
        "IT"
    );
    assert_eq!(verified.secret_index(), 0);
}

#[test]
fn a_token_signed_with_the_previous_secret_says_so() {
    assert_eq!(verify(&hs256("previous", &claims())).unwrap().secret_index(), 1);
    assert_eq!(
        verify(&hs256("old", &claims())),
        Err(Refusal::MatchesSupersededSecret)
    );
    assert_eq!(verify(&hs256("never", &claims())), Err(Refusal::SignatureInvalid));
}

#[test]
fn a_page_token_is_no_context_token_even_for_this_very_request() {
    let page = with("qsh", hash("GET&/api/v1/assets&").into());
    assert_eq!(signed(&page), Err(Refusal::ContextTokenRequired));
}

#[test]
fn the_mark_of_a_context_token_is_compared_exactly() {
    for wrong in [
        "",
        "context",
        "context-qsh ",
        "Context-Qsh",
        "xcontext-qsh",
        "context-qsh-not",
    ] {
        assert_eq!(
            signed(&with("qsh", wrong.into())),
            Err(Refusal::ContextTokenRequired),
            "{wrong}"
        );
    }
    assert_eq!(
        signed(&with("qsh", Value::Null)),
        Err(Refusal::ContextTokenRequired)
    );
}

#[test]
fn a_context_token_needs_a_user() {
    for no_subject in [Value::Null, "".into()] {
        assert_eq!(signed(&with("sub", no_subject)), Err(Refusal::SubjectMissing));
    }
}

#[test]
fn times_are_checked_with_the_same_leeway() {
    assert!(signed(&with("exp", at(-29).into())).is_ok());
    assert_eq!(
        signed(&with("exp", at(-31).into())),
        Err(Refusal::Expired { seconds: 31 })
    );
    assert_eq!(
        signed(&with("iat", at(31).into())),
        Err(Refusal::NotYetValid { seconds: 31 })
    );
    assert_eq!(signed(&with("exp", Value::Null)), Err(Refusal::ExpiryMissing));
}

#[test]
fn no_other_algorithm_gets_in() {
    let rs256 = foreign_key().sign(&json!({ "alg": "RS256", "kid": "fake" }), &claims());
    for token in [unsigned("none", &claims()), rs256] {
        assert_eq!(verify(&token), Err(Refusal::AlgorithmNotAllowed));
    }
    assert_eq!(
        verify(&unsigned("HS256", &claims())),
        Err(Refusal::SignatureInvalid)
    );
}

#[test]
fn a_token_under_another_secret_would_fit_when_all_else_is_right() {
    let fits = |claims: &Value| ContextTokenVerifier::new().would_fit(&raw(&hs256("another", claims)), now());
    assert!(fits(&claims()));
    assert!(!fits(&with("exp", json!(at(-3600)))));
    assert!(!fits(&with("qsh", json!("abc"))));
}
