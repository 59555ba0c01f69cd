//! From a request to the site that its host name addresses.

use std::future::{Ready, ready};

use actix_web::body::BoxBody;
use actix_web::dev::Payload;
use actix_web::http::header::LOCATION;
use actix_web::http::{Method, StatusCode};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError, web};
use serde_json::json;
use thiserror::Error;

use super::host_route::{HostRoute, route_of_host};
use crate::platform::Platform;
use crate::site::Site;

/// Extractor: the site that the request's host name addresses.
pub struct RequestedSite(pub Site);

/// No site has the host name, or the site has another name now.
#[derive(Debug, Error)]
#[error("there is no site named {name}")]
pub struct NoSuchSite {
    name: String,
    moved_to: Option<String>,
}

impl FromRequest for RequestedSite {
    type Error = NoSuchSite;
    type Future = Ready<Result<Self, NoSuchSite>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(find_site(request).map(RequestedSite))
    }
}

/// The site that the request's host name addresses.
pub fn find_site(request: &HttpRequest) -> Result<Site, NoSuchSite> {
    let HostRoute::Site(name) = route_of_host(request.headers()) else {
        return Err(NoSuchSite {
            name: String::new(),
            moved_to: None,
        });
    };
    let platform = request.app_data::<web::Data<Platform>>();
    if let Some(site) = platform.and_then(|platform| platform.site(&name).ok()) {
        return Ok(site);
    }
    let moved_to = platform.and_then(|platform| {
        let site = platform.moved_to(&name)?;
        Some(format!("{}{}", platform.origin.site(&site), request.uri()))
    });
    Err(NoSuchSite {
        name,
        moved_to: moved_to.filter(|_| request.method() == Method::GET),
    })
}

impl ResponseError for NoSuchSite {
    fn status_code(&self) -> StatusCode {
        if self.moved_to.is_some() {
            StatusCode::FOUND
        } else {
            StatusCode::NOT_FOUND
        }
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut answer = HttpResponse::build(self.status_code());
        if let Some(target) = &self.moved_to {
            answer.insert_header((LOCATION, target.as_str()));
        }
        answer.json(json!({"error": "unknown_site", "message": self.to_string()}))
    }
}
