//! Finding the one token of a request.

use serde_json::json;
use tally_atlassian::Refusal;
use tally_atlassian::token::{MAX_TOKEN_BYTES, RawToken};

use crate::support::signing::{base64url, hs256, raw};

fn extract(headers: &[&[u8]], target: &str) -> Result<RawToken, Refusal> {
    RawToken::extract(headers.iter().copied(), target)
}

#[test]
fn the_token_is_found_in_the_header_whatever_the_case_of_its_scheme() {
    for header in ["JWT a.b.c", "jwt a.b.c", "Jwt   a.b.c "] {
        assert_eq!(
            extract(&[header.as_bytes()], "/x?y=1").unwrap(),
            raw("a.b.c"),
            "{header}"
        );
    }
}

#[test]
fn the_token_is_found_in_the_query() {
    assert_eq!(extract(&[], "/x?y=1&jwt=a.b.c&z=2").unwrap(), raw("a.b.c"));
}

#[test]
fn a_request_without_a_token_says_so() {
    let without: [(&[&[u8]], &str); 6] = [
        (&[], "/x"),
        (&[b"JWT "], "/x?jwt="),
        (&[b"JWT"], "/x"),
        (&[b"Bearer a.b.c"], "/x"),
        (&[b"Basic dXNlcjpwYXNz"], "/x?JWT=a.b.c"),
        (&[b""], "/x?jwt2=a.b.c"),
    ];
    for (headers, target) in without {
        assert_eq!(
            extract(headers, target),
            Err(Refusal::Missing),
            "{headers:?} {target}"
        );
    }
}

#[test]
fn two_tokens_are_refused_wherever_they_are() {
    let twice: [(&[&[u8]], &str); 4] = [
        (&[b"JWT a.b.c"], "/x?jwt=a.b.c"),
        (&[b"JWT a.b.c"], "/x?jwt=d.e.f"),
        (&[b"JWT a.b.c", b"JWT d.e.f"], "/x"),
        (&[], "/x?jwt=a.b.c&jwt=d.e.f"),
    ];
    for (headers, target) in twice {
        assert_eq!(
            extract(headers, target),
            Err(Refusal::TwoTokens),
            "{headers:?} {target}"
        );
    }
}

#[test]
fn a_header_of_another_scheme_does_not_hide_the_token_in_the_query() {
    assert_eq!(
        extract(&[b"Basic dXNlcjpwYXNz"], "/x?jwt=a.b.c").unwrap(),
        raw("a.b.c")
    );
}

#[test]
fn a_header_that_is_not_text_is_refused() {
    assert!(matches!(
        extract(&[b"JWT \xff\xfe.b.c"], "/x"),
        Err(Refusal::Malformed { .. })
    ));
}

#[test]
fn characters_no_token_has_are_refused() {
    for text in ["a.b.c d", "a.b.ü", "a+/=.b.c", "a.b\n.c", "a.b.c;"] {
        assert!(
            matches!(RawToken::new(text), Err(Refusal::Malformed { .. })),
            "{text}"
        );
    }
    assert!(matches!(
        extract(&[], "/x?jwt=%00.b.c"),
        Err(Refusal::Malformed { .. })
    ));
}

#[test]
fn a_token_of_eight_kibibytes_is_read_and_a_longer_one_is_not() {
    assert!(RawToken::new(&"a".repeat(MAX_TOKEN_BYTES)).is_ok());
    assert!(matches!(
        RawToken::new(&"a".repeat(MAX_TOKEN_BYTES + 1)),
        Err(Refusal::Malformed { .. })
    ));
}

#[test]
fn the_issuer_can_be_looked_at_before_anything_is_verified() {
    let token = raw(&hs256("whatever", &json!({ "iss": "client-a" })));
    assert_eq!(token.unverified_claims().unwrap().issuer(), "client-a");
}

#[test]
fn a_token_whose_issuer_cannot_be_read_is_malformed() {
    let header = base64url(r#"{"alg":"HS256"}"#);
    let unreadable = [
        "a".to_owned(),
        "a.b".to_owned(),
        "a.b.c.d".to_owned(),
        "..".to_owned(),
        format!("{header}.{}.c", base64url("not json")),
        format!("{header}.{}.c", base64url([0xff, 0xfe])),
        format!("{header}.{}.c", base64url("{}")),
        format!("{header}.{}.c", base64url(r#"{"iss":""}"#)),
        format!("{header}.{}.c", base64url(r#"{"iss":7}"#)),
        format!("{header}.{}.c", base64url(r#"{"iss":"a","iss":"b"}"#)),
        format!("{header}.{}.c", base64url("[[[[[[[[")),
    ];
    for text in unreadable {
        assert!(
            matches!(raw(&text).unverified_claims(), Err(Refusal::Malformed { .. })),
            "{text}"
        );
    }
}

#[test]
fn a_token_prints_nothing_of_itself() {
    assert_eq!(format!("{:?}", raw("aaa.bbb.ccc")), "RawToken([redacted])");
}

#[test]
fn the_digest_is_of_the_whole_text() {
    assert_eq!(raw("a.b.c").digest(), raw("a.b.c").digest());
    assert_ne!(raw("a.b.c").digest(), raw("a.b.d").digest());
    assert_eq!(raw("a.b.c").digest().to_hex(), crate::support::hash("a.b.c"));
}
