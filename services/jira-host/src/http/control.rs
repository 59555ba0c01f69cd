//! `localhost`: the control page and interface, the key server, the bridge script.

use actix_web::http::header::{ContentType, LOCATION};
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::assets;
use super::view::{self, SiteView};
use crate::act::{Act, ActOptions};
use crate::mint;
use crate::platform::{Platform, Refusal};

/// The routes below `localhost`.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/", web::get().to(assets::control_page))
        .route("/healthz", web::get().to(health))
        .route("/install-keys/{kid}", web::get().to(install_key))
        .route("/control/state", web::get().to(state))
        .route("/control/app", web::get().to(check_app))
        .route("/control/app", web::post().to(set_app))
        .route("/control/sites", web::post().to(add_site))
        .route("/control/sites/{name}/token", web::post().to(token))
        .route("/control/sites/{name}/{act}", web::post().to(perform))
        .configure(assets::routes);
}

async fn health() -> &'static str {
    "ok"
}

async fn install_key(platform: web::Data<Platform>, kid: web::Path<String>) -> HttpResponse {
    if *kid == platform.install_key.kid().to_string() {
        let pem = platform.install_key.public_pem().to_owned();
        return HttpResponse::Ok()
            .content_type("application/x-pem-file")
            .body(pem);
    }
    HttpResponse::NotFound()
        .content_type(ContentType::plaintext())
        .body("no such key")
}

async fn state(platform: web::Data<Platform>) -> HttpResponse {
    HttpResponse::Ok().json(view::platform_state(&platform))
}

/// Checks whether the app can be reached now.
async fn check_app(platform: web::Data<Platform>) -> HttpResponse {
    let answer = match platform.fetch_descriptor().await {
        Ok(descriptor) => json!({"reachable": true, "key": descriptor.key, "name": descriptor.title()}),
        Err(refusal) => json!({"reachable": false, "message": refusal.to_string()}),
    };
    HttpResponse::Ok().json(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AppAddress {
    base_url: String,
}

async fn set_app(platform: web::Data<Platform>, body: web::Json<AppAddress>) -> HttpResponse {
    if !url::Url::parse(&body.base_url).is_ok_and(|url| url.has_host()) {
        let answer = json!({"error": "malformed", "message": "baseUrl must be an absolute URL"});
        return HttpResponse::BadRequest().json(answer);
    }
    platform.set_app(&body.base_url);
    HttpResponse::Ok().json(view::platform_state(&platform)["app"].clone())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewSite {
    name: String,
}

async fn add_site(platform: web::Data<Platform>, body: web::Json<NewSite>) -> Result<HttpResponse, Refusal> {
    let site = platform.add_site(&body.name)?;
    let location = format!("{}/", platform.origin.site(&site.name));
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, location))
        .json(SiteView::of(&platform, &site)))
}

async fn perform(
    platform: web::Data<Platform>,
    path: web::Path<(String, String)>,
    query: web::Query<Map<String, Value>>,
    body: web::Bytes,
) -> actix_web::Result<HttpResponse> {
    let (name, act) = path.into_inner();
    let act = Act::from_name(&act).ok_or(Refusal::UnknownAct(act))?;
    let options: ActOptions = parse_options(query.into_inner(), &body)?;
    // In a task of its own: when the client disconnects, the act must still be completed.
    let performer = platform.clone();
    let task = actix_web::rt::spawn(async move { performer.perform(&name, act, &options).await });
    let (callback, site) = task.await.map_err(actix_web::error::ErrorInternalServerError)??;
    Ok(HttpResponse::Ok().json(json!({"callback": callback, "site": SiteView::of(&platform, &site)})))
}

/// Reads options from query and body together; the body takes precedence.
fn parse_options<T: DeserializeOwned>(mut query: Map<String, Value>, body: &[u8]) -> actix_web::Result<T> {
    for value in query.values_mut() {
        match value.as_str() {
            Some("true") => *value = Value::Bool(true),
            Some("false") => *value = Value::Bool(false),
            _ => {}
        }
    }
    if !body.is_empty() {
        let body: Map<String, Value> = serde_json::from_slice(body).map_err(bad_request)?;
        query.extend(body);
    }
    serde_json::from_value(Value::Object(query)).map_err(bad_request)
}

fn bad_request(error: serde_json::Error) -> actix_web::Error {
    let answer = json!({"error": "malformed", "message": error.to_string()});
    actix_web::error::InternalError::from_response(error, HttpResponse::BadRequest().json(answer)).into()
}

async fn token(
    platform: web::Data<Platform>,
    name: web::Path<String>,
    body: web::Bytes,
) -> actix_web::Result<HttpResponse> {
    let request: mint::TokenRequest = parse_options(Map::new(), &body)?;
    let site = platform.site(&name)?;
    Ok(HttpResponse::Ok().json(mint::mint(&platform, &site, &request)?))
}
