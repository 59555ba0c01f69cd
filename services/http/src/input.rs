//! Reading the body of a request. What is wrong with it is named.

use actix_web::web::Payload;
use futures_util::StreamExt;
use serde::de::DeserializeOwned;

use crate::malformed_request::MalformedRequest;
use crate::problem::ProblemDetails;
use crate::request_refusal::RequestRefusal;

/// How much is read and discarded beyond a limit, as a multiple of it, so that a client that sends
/// too much receives the reason.
const DISCARDED: usize = 4;

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// `request.too_large`, or `request.malformed` when the body ends too early.
pub async fn read_body(mut payload: Payload, limit: usize) -> Result<Vec<u8>, ProblemDetails> {
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
/// `request.malformed`, with the field where the problem is in one.
pub fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, ProblemDetails> {
    let body = body.trim_ascii();
    let body = if body.is_empty() { b"{}" } else { body };
    // An array would be accepted as well, its values for the fields in the order in which they
    // happen to be declared.
    if body.first().is_some_and(|first| b"[\"".contains(first)) {
        return Err(MalformedRequest::BodyNotObject.into());
    }
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
