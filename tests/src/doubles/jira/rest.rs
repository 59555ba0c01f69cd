//! The endpoints. Every call is verified with the site's secret, as Jira does.

use std::sync::Mutex;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse, web};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::{Value, json};

use super::state::{Call, Known, State};
use crate::connect::{APP_KEY, Site, qsh};

type Shared = web::Data<Mutex<State>>;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/rest/api/3/permissions/check", web::post().to(permissions_check))
        .route("/rest/api/3/user/bulk", web::get().to(user_bulk))
        .route("/rest/api/3/user/search", web::get().to(user_search))
        .default_service(web::to(nothing_there));
}

async fn permissions_check(state: Shared, request: HttpRequest, body: web::Json<Value>) -> HttpResponse {
    answer(&state, &request, |known| {
        let account = body["accountId"].as_str().unwrap_or("");
        let requested = body["globalPermissions"].as_array().into_iter().flatten();
        let has = |permission: &&Value| {
            let person = known.people.get(account);
            person.is_some_and(|p| p.permissions.iter().any(|name| **permission == json!(name)))
        };
        let granted: Vec<_> = requested.filter(has).collect();
        Ok(json!({ "globalPermissions": granted, "projectPermissions": [] }))
    })
}

async fn user_bulk(state: Shared, request: HttpRequest) -> HttpResponse {
    while holds_names(&state, &request) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    answer(&state, &request, |known| {
        let ids = parameters(&request, "accountId");
        let found: Vec<_> = ids
            .iter()
            .filter_map(|id| known.people.get(id))
            .map(|p| p.shown())
            .collect();
        Ok(json!({ "startAt": 0, "maxResults": 200, "total": found.len(), "isLast": true, "values": found }))
    })
}

fn holds_names(state: &Shared, request: &HttpRequest) -> bool {
    let mut state = state.lock().unwrap();
    let known = state.at_host(request.connection_info().host());
    known.is_some_and(|known| known.holds_names)
}

async fn user_search(state: Shared, request: HttpRequest) -> HttpResponse {
    answer(&state, &request, |known| {
        let wanted = parameters(&request, "query").concat().to_lowercase();
        let people = known.people.values();
        let found = people.filter(|p| p.display_name.to_lowercase().contains(&wanted));
        Ok(Value::Array(found.map(|p| p.shown()).collect()))
    })
}

async fn nothing_there(state: Shared, request: HttpRequest) -> HttpResponse {
    answer(&state, &request, |_| Err(StatusCode::NOT_FOUND))
}

/// Answers by `handle`, unless the site is unknown, fails on purpose, or cannot verify the call.
/// Every call is noted.
fn answer(
    state: &Shared,
    request: &HttpRequest,
    handle: impl FnOnce(&Known) -> Result<Value, StatusCode>,
) -> HttpResponse<BoxBody> {
    let mut state = state.lock().unwrap();
    let Some(known) = state.at_host(request.connection_info().host()) else {
        return HttpResponse::NotFound().finish();
    };
    let outcome = on_purpose(known, request)
        .and_then(|()| verified(known, request))
        .and_then(|()| handle(known));
    let status = outcome.as_ref().err().copied().unwrap_or(StatusCode::OK);
    known.calls.push(Call {
        method: request.method().to_string(),
        path_and_query: path_and_query(request),
        status: status.as_u16(),
    });
    match outcome {
        Ok(body) => HttpResponse::Ok().json(body),
        Err(status) => HttpResponse::build(status).json(json!({ "errorMessages": [status.as_str()] })),
    }
}

fn on_purpose(known: &Known, request: &HttpRequest) -> Result<(), StatusCode> {
    let planned = known
        .failures
        .iter()
        .find(|(path, _)| request.path().starts_with(path));
    match planned {
        Some((_, status)) => Err(StatusCode::from_u16(*status).unwrap()),
        None => Ok(()),
    }
}

fn verified(known: &Known, request: &HttpRequest) -> Result<(), StatusCode> {
    let token = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("JWT "))
        .ok_or(StatusCode::UNAUTHORIZED)?;
    let claims = known.sites.values().find_map(|site| claims(token, site));
    let claims = claims.ok_or(StatusCode::UNAUTHORIZED)?;
    let expected = qsh(request.method().as_str(), &path_and_query(request));
    if claims["qsh"] == json!(expected) {
        Ok(())
    } else {
        Err(StatusCode::UNAUTHORIZED)
    }
}

/// What a token says that was made for `site` with its secret.
fn claims(token: &str, site: &Site) -> Option<Value> {
    let mut rules = Validation::new(Algorithm::HS256);
    rules.set_issuer(&[APP_KEY]);
    rules.set_audience(&[&site.client_key]);
    rules.set_required_spec_claims(&["exp", "iss", "aud"]);
    let key = DecodingKey::from_secret(site.secret.as_bytes());
    decode(token, &key, &rules).ok().map(|token| token.claims)
}

fn path_and_query(request: &HttpRequest) -> String {
    request
        .uri()
        .path_and_query()
        .map_or("/", |both| both.as_str())
        .to_owned()
}

fn parameters(request: &HttpRequest, name: &str) -> Vec<String> {
    form_urlencoded::parse(request.query_string().as_bytes())
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .collect()
}
