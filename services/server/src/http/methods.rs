//! HEAD where there is GET, and which methods an address takes.

use actix_web::ResponseError;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use tally_descriptor::callback;
use tally_http::RequestRefusal;

use super::api;
use super::problem::Problem;

/// How much of a method an answer repeats. None that anyone needs is longer.
const SHOWN_METHOD: usize = 16;

/// Answers HEAD as GET; the server sends no body to it.
pub async fn answer_head(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// Says with each 405 which methods the address takes.
pub async fn name_allowed(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let method = request.method().clone();
    let answer = next.call(request).await?.map_into_boxed_body();
    let allowed = methods_of(answer.request().path());
    if !is_wrong_method(&answer, &method, &allowed) {
        return Ok(answer);
    }
    let allowed: Vec<&str> = allowed.iter().map(Method::as_str).collect();
    let method: String = method.as_str().chars().take(SHOWN_METHOD).collect();
    let problem = Problem::from(RequestRefusal::MethodNotAllowed { method });
    let mut refused = problem.error_response();
    if let Ok(allowed) = HeaderValue::from_str(&allowed.join(", ")) {
        refused.headers_mut().insert(ALLOW, allowed);
    }
    Ok(answer.into_response(refused))
}

/// Whether the answer is one to a method that the address does not take. Of an address with one
/// route the server says that it is not there.
fn is_wrong_method(answer: &ServiceResponse<BoxBody>, method: &Method, allowed: &[Method]) -> bool {
    let request = answer.request();
    match answer.status() {
        StatusCode::METHOD_NOT_ALLOWED => true,
        StatusCode::NOT_FOUND => {
            let is_api = request.path().starts_with("/api/");
            !is_api && request.match_pattern().is_some() && !allowed.contains(method)
        }
        _ => false,
    }
}

fn methods_of(path: &str) -> Vec<Method> {
    match path {
        callback::INSTALLED | callback::UNINSTALLED | callback::ENABLED | callback::DISABLED => {
            vec![Method::POST]
        }
        _ => {
            let mut methods = api::methods_of(path).unwrap_or_else(|| vec![Method::GET]);
            if methods.contains(&Method::GET) {
                methods.push(Method::HEAD);
            }
            methods.sort_by(|a, b| a.as_str().cmp(b.as_str()));
            methods
        }
    }
}
