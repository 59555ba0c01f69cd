//! Who may use a site's REST interface: the app, with its own token for this very request.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CONTENT_LENGTH};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError, web};
use serde_json::Value;
use thiserror::Error;

use super::rest::jira_error;
use super::{NoSuchSite, find_site};
use crate::platform::Platform;
use crate::qsh;
use crate::site::{Installation, Site};
use crate::token::{self, Rejected};

/// The app, having proved itself with its token, on a site.
pub struct Caller {
    /// The site called.
    pub site: Site,
    /// Its base URL.
    pub base_url: String,
}

/// Why a REST call was not let in.
#[derive(Debug, Error)]
pub enum Turned {
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
    Token(#[from] Rejected),
    #[error("a GET request must not have a body")]
    BodyOnGet,
}

impl ResponseError for Turned {
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
            _ => HttpResponse::build(self.status_code()).json(jira_error(&self.to_string())),
        }
    }
}

impl FromRequest for Caller {
    type Error = Turned;
    type Future = Ready<Result<Self, Turned>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(let_in(request))
    }
}

fn let_in(request: &HttpRequest) -> Result<Caller, Turned> {
    let site = find_site(request)?;
    if site.rest_down {
        return Err(Turned::Down);
    }
    if site.rest_forbids {
        return Err(Turned::Forbidden);
    }
    let header = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let token = header
        .and_then(|value| value.strip_prefix("JWT "))
        .ok_or(Turned::NoToken)?;
    // The first installation that lets the app in, or what the last one said against it.
    let verdicts = site
        .accepted()
        .into_iter()
        .map(|known| check(token, &known, request));
    verdicts.reduce(Result::or).ok_or(Turned::NoApp)??;
    if request.method() == "GET"
        && request
            .headers()
            .get(CONTENT_LENGTH)
            .is_some_and(|length| length != "0")
    {
        return Err(Turned::BodyOnGet);
    }
    let base_url = request
        .app_data::<web::Data<Platform>>()
        .map(|platform| platform.origin.site(&site.name));
    Ok(Caller {
        site,
        base_url: base_url.unwrap_or_default(),
    })
}

/// `iss` is the app, `qsh` this request, and `aud`, which not every app sends, this installation.
fn check(token: &str, known: &Installation, request: &HttpRequest) -> Result<(), Rejected> {
    let claims = token::verify_hs256(token, &known.secret)?;
    if claims.get("iss").and_then(Value::as_str) != Some(&known.app_key) {
        return Err(Rejected::Claim("iss"));
    }
    let meant_for_us = match claims.get("aud") {
        None => true,
        Some(Value::Array(audiences)) => audiences.iter().any(|audience| *audience == known.client_key),
        Some(audience) => *audience == known.client_key,
    };
    if !meant_for_us {
        return Err(Rejected::Claim("aud"));
    }
    let claimed = claims
        .get("qsh")
        .and_then(Value::as_str)
        .ok_or(Rejected::Claim("qsh"))?;
    let uri = request.uri();
    match qsh::matches(
        claimed,
        request.method().as_str(),
        uri.path(),
        uri.query().unwrap_or_default(),
        "",
    ) {
        true => Ok(()),
        false => Err(Rejected::Claim("qsh")),
    }
}
