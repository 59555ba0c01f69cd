//! Reading the body of a request. What is wrong with it is named.

use std::time::Duration;

use actix_web::web::Payload;
use futures_util::StreamExt;
use serde::de::DeserializeOwned;

use crate::malformed_request::MalformedRequest;
use crate::problem::ProblemDetails;
use crate::request_refusal::RequestRefusal;
use crate::unique_keys::UniqueKeys;

/// How much is read and discarded beyond a limit, as a multiple of it, so that a client that sends
/// too much receives the reason.
const DISCARDED: usize = 4;

/// The time for a body of any length.
pub const HEAD_START: Duration = Duration::from_secs(10);
/// The bytes for which a body has one more second.
pub const SLOWEST: usize = 64 * 1024;

/// The time for a body of at most `limit` bytes.
fn time_for(limit: usize) -> Duration {
    HEAD_START + Duration::from_secs((limit / SLOWEST) as u64)
}

/// Reads a body of at most `limit` bytes. One that trickles in is not waited for: while a sender
/// takes its time, it keeps a connection and memory.
///
/// # Errors
/// `request.too_large`, or `request.malformed` when the body ends too early or comes too slowly.
pub async fn read_body(payload: Payload, limit: usize) -> Result<Vec<u8>, ProblemDetails> {
    read_body_within(time_for(limit), payload, limit).await
}

async fn read_body_within(time: Duration, payload: Payload, limit: usize) -> Result<Vec<u8>, ProblemDetails> {
    let body = tokio::time::timeout(time, collect_body(payload, limit)).await;
    let seconds = time.as_secs();
    body.unwrap_or_else(|_| Err(MalformedRequest::BodyTooSlow { seconds }.into()))
}

async fn collect_body(mut payload: Payload, limit: usize) -> Result<Vec<u8>, ProblemDetails> {
    let mut body = Vec::new();
    let mut length = 0_usize;
    while let Some(part) = payload.next().await {
        let part = part.map_err(|_| MalformedRequest::BodyIncomplete)?;
        length = length.saturating_add(part.len());
        if length <= limit {
            body.extend_from_slice(&part);
        } else if length > limit.saturating_mul(DISCARDED) {
            break;
        }
    }
    if length > limit {
        return Err(RequestRefusal::TooLarge { limit }.into());
    }
    Ok(body)
}

/// Reads a JSON object. An empty body is an empty object.
///
/// # Errors
/// `request.malformed`, with the field where the problem is in one; also where an object has one key
/// twice.
pub fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, ProblemDetails> {
    let body = body.trim_ascii();
    let body = if body.is_empty() { b"{}" } else { body };
    // An array would be accepted as well, its values for the fields in the order in which they
    // happen to be declared.
    if body.first().is_some_and(|first| b"[\"".contains(first)) {
        return Err(MalformedRequest::BodyNotObject.into());
    }
    let value = deserialize_all(body)?;
    deserialize_all::<UniqueKeys>(body)?;
    Ok(value)
}

fn deserialize_all<T: DeserializeOwned>(body: &[u8]) -> Result<T, ProblemDetails> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let field = error.path().to_string();
        let cause = error.into_inner();
        match field.as_str() {
            "." => MalformedRequest::BodyWrong {
                cause: cause.to_string(),
            },
            _ => MalformedRequest::FieldWrong {
                field,
                what: format!("is not right: {cause}"),
            },
        }
    })?;
    reader.end().map_err(|_| MalformedRequest::BodyNotEnded)?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use actix_web::FromRequest;
    use actix_web::dev;
    use actix_web::error::PayloadError;
    use actix_web::test::TestRequest;
    use actix_web::web::Bytes;
    use futures_util::{Stream, StreamExt, stream};

    use super::*;

    type BoxedPayloadStream = std::pin::Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>>;

    async fn payload(parts: impl Stream<Item = Result<Bytes, PayloadError>> + 'static) -> Payload {
        let request = TestRequest::default().to_http_request();
        let payload: BoxedPayloadStream = Box::pin(parts);
        let mut payload = dev::Payload::Stream { payload };
        Payload::from_request(&request, &mut payload).await.unwrap()
    }

    #[tokio::test]
    async fn a_body_that_never_ends_is_refused_when_its_time_is_over() {
        let begun = stream::iter([Ok(Bytes::from_static(b"{"))]);
        let endless = payload(begun.chain(stream::pending())).await;
        let refused = read_body_within(Duration::ZERO, endless, 10).await.unwrap_err();
        assert_eq!(refused.code(), "request.malformed");
        assert!(refused.detail().contains("0 seconds"), "{}", refused.detail());
    }

    #[tokio::test]
    async fn a_body_of_the_limit_is_read_and_one_byte_more_is_refused() {
        let ten = || stream::iter([Ok(Bytes::from_static(b"12345")), Ok(Bytes::from_static(b"67890"))]);
        assert_eq!(read_body(payload(ten()).await, 10).await.unwrap(), b"1234567890");
        let refused = read_body(payload(ten()).await, 9).await.unwrap_err();
        assert_eq!(refused.code(), "request.too_large");
    }

    #[test]
    fn a_large_body_has_more_time() {
        assert_eq!(time_for(2048), HEAD_START);
        assert_eq!(time_for(10 * 1024 * 1024), Duration::from_secs(170));
    }

    type Maps = BTreeMap<String, BTreeMap<String, Option<String>>>;

    #[test]
    fn a_key_that_is_given_twice_is_wrong_at_every_level() {
        for twice in [
            r#"{"set": {"name": "a", "name": "b"}}"#,
            r#"{"set": {"name": "a"}, "set": {"name": "a"}}"#,
            r#"{"set": {"n\u0061me": "a", "name": "a"}}"#,
            r#"{"set": {"": "a", "": null}}"#,
        ] {
            let problem = parse_json::<Maps>(twice.as_bytes()).err();
            assert!(problem.is_some(), "{twice}");
        }
        for once in [
            r#"{"set": {"name": "a", "Name": "b"}, "get": {"name": "a"}}"#,
            "",
            "{}",
        ] {
            assert!(parse_json::<Maps>(once.as_bytes()).is_ok(), "{once}");
        }
        let deep = r#"{"a": [1, -1, 1.5, true, null, "x", {"b": 1, "b": 2}]}"#;
        assert!(parse_json::<serde_json::Value>(deep.as_bytes()).is_err());
    }
}
