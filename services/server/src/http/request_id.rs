//! A request id for every request: in its log lines, its events, its answer.

use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use tally_domain::RequestId;
use tracing::{Instrument, info, info_span};
use uuid::Uuid;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

pub use tally_http::request_id::current;

/// Gives the request an id, logs how it ended, and measures how long it took. The query is not
/// logged: it may carry a token.
pub async fn assign(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let id = Uuid::now_v7().to_string();
    let Some(request_id) = RequestId::parse(&id) else {
        return observe_request(request, next)
            .await
            .map(ServiceResponse::map_into_boxed_body);
    };
    let span = info_span!("http", request = %request_id);
    let mut answer = tally_http::request_id::run_with(request_id, observe_request(request, next))
        .instrument(span)
        .await?;
    if let Ok(value) = HeaderValue::from_str(&id) {
        answer.headers_mut().insert(HEADER, value);
    }
    Ok(answer.map_into_boxed_body())
}

async fn observe_request<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let started = Instant::now();
    let method = request.method().to_string();
    let path = request.path().to_owned();
    let answer = next.call(request).await?;
    let status = answer.status().as_u16();
    // The pattern, not the path: labels must not grow with the data.
    let route = answer
        .request()
        .match_pattern()
        .unwrap_or_else(|| "none".to_owned());
    let taken = started.elapsed();
    let labels = [
        ("route", route),
        ("method", method.clone()),
        ("status", status.to_string()),
    ];
    metrics::histogram!(crate::metric::HTTP_SECONDS, &labels).record(taken.as_secs_f64());
    info!(
        method,
        path,
        status,
        ms = u64::try_from(taken.as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    Ok(answer)
}
