//! A request id for every request: in its log lines, its events, its answer.

use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use tally_domain::RequestId;
use tracing::{Instrument, info, info_span};
use uuid::Uuid;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// How many characters of a path are logged. None of ours is longer.
const LOGGED_PATH: usize = 256;

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
    let method = method_word(request.method());
    let path: String = request.path().chars().take(LOGGED_PATH).collect();
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
        ("method", method.to_owned()),
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

/// The word for a method in metrics and in the log. HTTP lets anyone make up methods, and each word
/// would be a series that is kept for good.
fn method_word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service};
    use actix_web::{App, HttpResponse, web};
    use metrics_exporter_prometheus::PrometheusBuilder;
    use proptest::prelude::*;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    use super::*;

    /// A request that a stranger could send: any method, any path, any header.
    fn random_request(runner: &mut TestRunner) -> TestRequest {
        let parts = ("[A-Z]{1,12}", "(/[a-z0-9]{0,8}){0,4}", "[ -~]{0,40}");
        let (method, path, header) = parts.new_tree(runner).unwrap().current();
        TestRequest::default()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri(&format!("/{path}"))
            .insert_header(("user-agent", header))
    }

    #[tokio::test]
    async fn random_requests_add_no_series() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let rendered = recorder.handle();
        let _guard = metrics::set_default_local_recorder(&recorder);
        let app = App::new()
            .route("/one/{id}", web::get().to(HttpResponse::Ok))
            .wrap(from_fn(assign));
        let app = init_service(app).await;
        let count = || {
            rendered
                .render()
                .lines()
                .filter(|line| !line.starts_with('#'))
                .count()
        };
        let mut runner = TestRunner::deterministic();
        for (method, uri) in [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "MADE-UP",
        ]
        .into_iter()
        .flat_map(|method| [(method, "/none"), (method, "/one/2")])
        {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            call_service(&app, TestRequest::default().method(method).uri(uri).to_request()).await;
        }
        let before = count();
        assert!(before > 0);
        for _ in 0..1000 {
            call_service(&app, random_request(&mut runner).to_request()).await;
        }
        assert_eq!(count(), before, "{}", rendered.render());
    }
}
