//! Access to a site's REST interface: only the app, with its own token for this request.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CONTENT_LENGTH};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError, web};
use serde_json::Value;
use thiserror::Error;

use super::errors::jira_error;
use super::requested_site::{NoSuchSite, find_site};
use crate::platform::Platform;
use crate::qsh;
use crate::site::{Installation, Site};
use crate::token::{self, TokenRejection};

/// Extractor: the app, identified by its token, on a site.
pub struct AppCaller {
    /// The site whose REST interface is called.
    pub site: Site,
    /// Base URL of the site, without a slash at the end.
    pub base_url: String,
}

/// Reason why a REST call is refused.
#[derive(Debug, Error)]
pub enum AccessRefusal {
    #[error(transparent)]
    Site(#[from] NoSuchSite),
    #[error("the site's REST interface is down for maintenance")]
    Down,
    #[error("the app is not allowed to do this here")]
    Forbidden,
    #[error("no token in the Authorization header")]
    NoToken,
    #[error("the app is not installed and enabled here")]
    NoApp,
    #[error(transparent)]
    Token(#[from] TokenRejection),
    #[error("a GET request must not have a body")]
    BodyOnGet,
}

impl ResponseError for AccessRefusal {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Site(inner) => inner.status_code(),
            Self::Down => StatusCode::SERVICE_UNAVAILABLE,
            Self::Forbidden | Self::BodyOnGet => StatusCode::FORBIDDEN,
            Self::NoToken | Self::NoApp | Self::Token(_) => StatusCode::UNAUTHORIZED,
        }
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Self::Site(inner) => inner.error_response(),
            Self::Down | Self::Forbidden | Self::NoToken | Self::NoApp | Self::Token(_) | Self::BodyOnGet => {
                HttpResponse::build(self.status_code()).json(jira_error(&self.to_string()))
            }
        }
    }
}

impl FromRequest for AppCaller {
    type Error = AccessRefusal;
    type Future = Ready<Result<Self, AccessRefusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(authorize_app(request))
    }
}

fn authorize_app(request: &HttpRequest) -> Result<AppCaller, AccessRefusal> {
    let site = find_site(request)?;
    if site.rest_down {
        return Err(AccessRefusal::Down);
    }
    if site.rest_forbids {
        return Err(AccessRefusal::Forbidden);
    }
    let header = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let token = header
        .and_then(|value| value.strip_prefix("JWT "))
        .ok_or(AccessRefusal::NoToken)?;
    // One installation that accepts the token is enough; otherwise the last rejection is reported.
    let verdicts = site
        .accepted_installations()
        .into_iter()
        .map(|installation| check(token, &installation, request));
    verdicts.reduce(Result::or).ok_or(AccessRefusal::NoApp)??;
    if request.method() == "GET"
        && request
            .headers()
            .get(CONTENT_LENGTH)
            .is_some_and(|length| length != "0")
    {
        return Err(AccessRefusal::BodyOnGet);
    }
    let base_url = request
        .app_data::<web::Data<Platform>>()
        .map(|platform| platform.origin.site(&site.name));
    Ok(AppCaller {
        site,
        base_url: base_url.unwrap_or_default(),
    })
}

/// Checks that `iss` is the app, `qsh` this request, and `aud`, which not every app sends, this
/// installation.
fn check(token: &str, installation: &Installation, request: &HttpRequest) -> Result<(), TokenRejection> {
    let claims = token::verify_hs256(token, &installation.secret)?;
    if claims.get("iss").and_then(Value::as_str) != Some(&installation.app_key) {
        return Err(TokenRejection::Claim("iss"));
    }
    let names_this_installation = match claims.get("aud") {
        None => true,
        Some(Value::Array(audiences)) => audiences
            .iter()
            .any(|audience| *audience == installation.client_key),
        Some(audience) => *audience == installation.client_key,
    };
    if !names_this_installation {
        return Err(TokenRejection::Claim("aud"));
    }
    let claimed = claims
        .get("qsh")
        .and_then(Value::as_str)
        .ok_or(TokenRejection::Claim("qsh"))?;
    let uri = request.uri();
    match qsh::matches(
        claimed,
        request.method().as_str(),
        uri.path(),
        uri.query().unwrap_or_default(),
        "",
    ) {
        true => Ok(()),
        false => Err(TokenRejection::Claim("qsh")),
    }
}
