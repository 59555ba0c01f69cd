//! Tokens of pages, webhooks, `enabled` and `disabled`.

use chrono::DateTime;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use secrecy::SecretString;
use serde_json::{Value, json};
use tally_atlassian::Refusal;
use tally_atlassian::qsh::{CONTEXT_QSH, SignedRequest};
use tally_atlassian::shared_secret::{KnownSecrets, PageTokenVerifier, VerifiedRequest};

use crate::support::signing::{foreign_key, hmac_token, hs256, raw, unsigned};
use crate::support::{at, hash, now, secret};

const TARGET: &str = "/pages/assets?xdm_e=https%3A%2F%2Facme.atlassian.net&cp=";
const CANONICAL: &str = "GET&/pages/assets&cp=&xdm_e=https%3A%2F%2Facme.atlassian.net";

fn claims() -> Value {
    json!({ "iss": "client-a", "sub": "712020:u", "iat": at(0), "exp": at(180), "qsh": hash(CANONICAL), "aud": "tally" })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

/// Verifies against one secret, `current`.
fn verify(token: &str) -> Result<VerifiedRequest, Refusal> {
    let current = secret("current");
    let secrets = KnownSecrets {
        acceptable: &[("current", &current)],
        superseded: &[],
    };
    verify_with(token, &secrets)
}

fn verify_with(token: &str, secrets: &KnownSecrets<'_>) -> Result<VerifiedRequest, Refusal> {
    PageTokenVerifier::new("").verify(&raw(token), &SignedRequest::new("GET", TARGET), secrets, now())
}

fn signed(claims: &Value) -> Result<VerifiedRequest, Refusal> {
    verify(&hs256("current", claims))
}

#[test]
fn a_token_for_this_request_is_verified_and_says_who_it_stands_for() {
    let verified = signed(&claims()).unwrap();
    assert_eq!(verified.secret_index(), 0);
    assert_eq!(verified.claims().iss, "client-a");
    assert_eq!(verified.claims().sub.as_deref(), Some("712020:u"));
    assert_eq!(verified.claims().aud, ["tally"]);
    assert_eq!(verified.claims().iat, Some(now()));
    assert_eq!(verified.claims().exp.timestamp(), at(180));
}

#[test]
fn a_token_in_the_query_does_not_count_in_its_own_hash() {
    let token = hs256("current", &claims());
    let target = format!("{TARGET}&jwt={token}");
    let current = secret("current");
    let secrets = KnownSecrets {
        acceptable: &[("current", &current)],
        superseded: &[],
    };
    let request = SignedRequest::new("GET", &target);
    assert!(
        PageTokenVerifier::new("")
            .verify(&raw(&token), &request, &secrets, now())
            .is_ok()
    );
}

#[test]
fn the_base_path_of_our_url_is_not_part_of_the_hash() {
    let current = secret("current");
    let secrets = KnownSecrets {
        acceptable: &[("current", &current)],
        superseded: &[],
    };
    let token = raw(&hs256("current", &with("qsh", hash("GET&/pages/assets&").into())));
    let request = SignedRequest::new("GET", "/tally/pages/assets");
    assert!(
        PageTokenVerifier::new("/tally")
            .verify(&token, &request, &secrets, now())
            .is_ok()
    );
    assert_eq!(
        PageTokenVerifier::new("").verify(&token, &request, &secrets, now()),
        Err(Refusal::QshMismatch)
    );
}

#[test]
fn claims_without_a_use_may_be_absent() {
    for name in ["sub", "iat", "aud"] {
        assert!(signed(&without(name)).is_ok(), "{name}");
    }
}

#[test]
fn the_audience_may_be_one_or_several() {
    assert_eq!(
        signed(&with("aud", json!(["a", "b"]))).unwrap().claims().aud,
        ["a", "b"]
    );
    assert!(matches!(
        signed(&with("aud", json!({ "a": 1 }))),
        Err(Refusal::Malformed { .. })
    ));
}

#[test]
fn the_answer_says_which_of_several_secrets_it_was() {
    let (current, previous, candidate) = (secret("current"), secret("previous"), secret("candidate"));
    let acceptable = [
        ("current", &current),
        ("previous", &previous),
        ("candidate", &candidate),
    ];
    let secrets = KnownSecrets {
        acceptable: &acceptable,
        superseded: &[],
    };
    for (index, (label, _)) in acceptable.iter().enumerate() {
        assert_eq!(
            verify_with(&hs256(label, &claims()), &secrets)
                .unwrap()
                .secret_index(),
            index,
            "{label}"
        );
    }
}

#[test]
fn a_replaced_secret_is_recognised_but_not_accepted() {
    let (current, old) = (secret("current"), secret("old"));
    let secrets = KnownSecrets {
        acceptable: &[("current", &current)],
        superseded: &[&old],
    };
    assert_eq!(
        verify_with(&hs256("old", &claims()), &secrets),
        Err(Refusal::MatchesSupersededSecret)
    );
    assert_eq!(
        verify_with(&hs256("never", &claims()), &secrets),
        Err(Refusal::SignatureInvalid)
    );
    assert!(verify_with(&hs256("current", &claims()), &secrets).is_ok());
}

#[test]
fn without_a_secret_nothing_is_verified() {
    let secrets = KnownSecrets {
        acceptable: &[],
        superseded: &[],
    };
    assert_eq!(
        verify_with(&hs256("current", &claims()), &secrets),
        Err(Refusal::SignatureInvalid)
    );
}

#[test]
fn an_empty_secret_verifies_nothing_although_everybody_could_sign_with_it() {
    let empty = SecretString::default();
    let secrets = KnownSecrets {
        acceptable: &[("current", &empty)],
        superseded: &[&empty],
    };
    assert_eq!(
        verify_with(&hs256("", &claims()), &secrets),
        Err(Refusal::SignatureInvalid)
    );
}

#[test]
fn only_hs256_is_accepted_however_well_it_is_signed() {
    let header = |alg: &str| json!({ "typ": "JWT", "alg": alg });
    let tokens = [
        hmac_token(Algorithm::HS384, b"current", &header("HS384"), &claims()),
        hmac_token(Algorithm::HS512, b"current", &header("HS512"), &claims()),
        hmac_token(Algorithm::HS256, b"current", &header("hs256"), &claims()),
        hmac_token(Algorithm::HS256, b"current", &header(""), &claims()),
        unsigned("none", &claims()),
        unsigned("None", &claims()),
        foreign_key().sign(&header("RS256"), &claims()),
    ];
    for token in tokens {
        assert_eq!(verify(&token), Err(Refusal::AlgorithmNotAllowed));
    }
}

#[test]
fn a_header_that_says_hs256_over_another_algorithms_signature_does_not_verify() {
    let header = json!({ "typ": "JWT", "alg": "HS256" });
    assert_eq!(
        verify(&unsigned("HS256", &claims())),
        Err(Refusal::SignatureInvalid)
    );
    assert_eq!(
        verify(&hmac_token(Algorithm::HS384, b"current", &header, &claims())),
        Err(Refusal::SignatureInvalid)
    );
    assert_eq!(
        verify(&foreign_key().sign(&header, &claims())),
        Err(Refusal::SignatureInvalid)
    );
}

#[test]
fn a_token_that_names_a_key_is_refused() {
    let header = json!({ "typ": "JWT", "alg": "HS256", "kid": "0190c0de-0000-7000-8000-000000000001" });
    let token = hmac_token(Algorithm::HS256, b"current", &header, &claims());
    assert_eq!(verify(&token), Err(Refusal::KidNotAllowed));
}

#[test]
fn a_token_that_demands_an_extension_is_refused() {
    let header = json!({ "alg": "HS256", "crit": ["b64"], "b64": false });
    let token = hmac_token(Algorithm::HS256, b"current", &header, &claims());
    assert!(matches!(verify(&token), Err(Refusal::Malformed { .. })));
}

#[test]
fn a_token_ends_thirty_seconds_after_it_says_and_not_later() {
    assert!(signed(&with("exp", at(-29).into())).is_ok());
    assert_eq!(
        signed(&with("exp", at(-30).into())),
        Err(Refusal::Expired { seconds: 30 })
    );
    assert_eq!(
        signed(&with("exp", at(-600).into())),
        Err(Refusal::Expired { seconds: 600 })
    );
}

#[test]
fn a_token_begins_thirty_seconds_before_it_says_and_not_earlier() {
    for claim in ["iat", "nbf"] {
        assert!(signed(&with(claim, at(30).into())).is_ok(), "{claim}");
        assert_eq!(
            signed(&with(claim, at(31).into())),
            Err(Refusal::NotYetValid { seconds: 31 }),
            "{claim}"
        );
    }
}

#[test]
fn a_token_that_never_ends_is_refused() {
    assert_eq!(signed(&without("exp")), Err(Refusal::ExpiryMissing));
    assert_eq!(signed(&with("exp", Value::Null)), Err(Refusal::ExpiryMissing));
}

#[test]
fn a_token_ends_within_a_day_or_is_refused() {
    let day = 24 * 3600;
    assert!(signed(&with("exp", at(day + 30).into())).is_ok());
    assert_eq!(
        signed(&with("exp", at(day + 31).into())),
        Err(Refusal::LifetimeTooLong { hours: 24 })
    );
    let far = DateTime::parse_from_rfc3339("2099-01-01T00:00:00Z").unwrap();
    assert!(matches!(
        signed(&with("exp", far.timestamp().into())),
        Err(Refusal::LifetimeTooLong { .. })
    ));
}

#[test]
fn a_time_with_a_fraction_is_a_time_and_anything_else_is_not() {
    assert!(signed(&with("exp", json!(at(180) as f64 + 0.5))).is_ok());
    for wrong in [json!("soon"), json!(-1), json!(1e300), json!([1]), json!(true)] {
        assert!(
            matches!(
                signed(&with("exp", wrong.clone())),
                Err(Refusal::Malformed { .. })
            ),
            "{wrong}"
        );
    }
}

#[test]
fn time_is_spoken_of_only_once_the_signature_holds() {
    assert_eq!(
        verify(&hs256("forged", &with("exp", at(-600).into()))),
        Err(Refusal::SignatureInvalid)
    );
    assert_eq!(
        verify(&hs256("forged", &without("exp"))),
        Err(Refusal::SignatureInvalid)
    );
    assert_eq!(
        verify(&hs256("forged", &without("qsh"))),
        Err(Refusal::SignatureInvalid)
    );
}

#[test]
fn a_token_of_another_request_is_refused() {
    for canonical in [
        "POST&/pages/assets&",
        "GET&/pages/install-diagnosis&",
        "GET&/pages/assets&cp=1",
    ] {
        assert_eq!(
            signed(&with("qsh", hash(canonical).into())),
            Err(Refusal::QshMismatch),
            "{canonical}"
        );
    }
    assert_eq!(signed(&with("qsh", "".into())), Err(Refusal::QshMismatch));
}

#[test]
fn a_token_of_no_request_is_refused() {
    assert_eq!(signed(&without("qsh")), Err(Refusal::QshMissing));
}

#[test]
fn a_context_token_does_not_open_a_page() {
    assert_eq!(
        signed(&with("qsh", CONTEXT_QSH.into())),
        Err(Refusal::ContextTokenNotAllowed)
    );
}

#[test]
fn every_altered_or_shortened_token_is_refused() {
    let token = hs256("current", &claims());
    for length in 1..token.len() {
        assert!(verify(&token[..length]).is_err(), "the first {length} characters");
    }
    for index in 0..token.len() {
        let replacement = if token.as_bytes()[index] == b'A' { "B" } else { "A" };
        let altered = format!("{}{replacement}{}", &token[..index], &token[index + 1..]);
        assert!(verify(&altered).is_err(), "character {index}");
    }
}

#[test]
fn claims_given_twice_are_refused_even_when_signed() {
    let input = format!(
        "{}.{}",
        crate::support::signing::base64url(r#"{"alg":"HS256"}"#),
        crate::support::signing::base64url(r#"{"iss":"client-a","iss":"client-b","exp":1800000180}"#)
    );
    let key = EncodingKey::from_secret(b"current");
    let signature = crypto::sign(input.as_bytes(), &key, Algorithm::HS256).unwrap();
    let token = format!("{input}.{signature}");
    assert!(matches!(verify(&token), Err(Refusal::Malformed { .. })));
}

#[test]
fn a_token_under_another_secret_would_fit_when_all_else_is_right() {
    let fits = |token: &str| {
        let request = SignedRequest::new("GET", TARGET);
        PageTokenVerifier::new("").would_fit(&raw(token), &request, now())
    };
    assert!(fits(&hs256("another", &claims())));
    let wrong = [
        with("exp", json!(at(-3600))),
        with("iat", json!(at(3600))),
        with("qsh", json!(CONTEXT_QSH)),
        with("qsh", json!(hash("GET&/elsewhere&"))),
        without("exp"),
        without("qsh"),
    ];
    for claims in wrong {
        assert!(!fits(&hs256("another", &claims)), "{claims}");
    }
    assert!(!fits("a.b.c"));
}
