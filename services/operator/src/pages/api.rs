//! `/ops/api`: the same for programs, as JSON. Refusals are problems with code, cause and remedy, as everywhere.
//!
//! | what | how |
//! | --- | --- |
//! | how things stand | `GET /ops/api/overview` |
//! | alarms, newest first | `GET /ops/api/alarms` |
//! | tenants that fail; one tenant with what explains it | `GET /ops/api/tenants`, `/tenants/{id}` |
//! | what is wrong with a site, by id, client key or address | `GET /ops/api/tenants/{name}/diagnosis` |
//! | releases | `GET /ops/api/releases`, `/releases/{version}`; `POST /releases`, `/releases/{version}/promote`, `/abort` |
//! | what a probe found | `POST /ops/api/probes` |
//! | incidents | `GET /ops/api/incidents`, `/incidents/{id}`; `POST /incidents`, `/incidents/{id}/affected`, `/confirm`, `/update`, `/resolve`, `/dismiss`, `/postmortem` |

use actix_web::{HttpResponse, web};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tally_domain::incident::IncidentRefusal;
use tally_domain::{IncidentId, TenantId};
use tally_projections::MAX_LIMIT;

use super::{acts, read, tenant};
use crate::diagnosis::Whom;
use crate::http::api::input;
use crate::http::problem::{self, Problem};
use crate::tally::Tally;

type Answer = Result<HttpResponse, Problem>;
type App = web::Data<Tally>;

/// The routes of `/ops/api`.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/ops/api/overview", web::get().to(overview))
        .route("/ops/api/alarms", web::get().to(alarms))
        .route("/ops/api/tenants", web::get().to(tenants))
        .route("/ops/api/tenants/{id}", web::get().to(one_tenant))
        .route("/ops/api/tenants/{name}/diagnosis", web::get().to(diagnosis))
        .route("/ops/api/releases", web::get().to(releases))
        .route("/ops/api/releases", web::post().to(stage))
        .route("/ops/api/releases/{version}", web::get().to(release))
        .route(
            "/ops/api/releases/{version}/{act}",
            web::post().to(act_on_release),
        )
        .route("/ops/api/probes", web::post().to(probe))
        .route("/ops/api/incidents", web::get().to(incidents))
        .route("/ops/api/incidents", web::post().to(propose))
        .route("/ops/api/incidents/{id}", web::get().to(incident))
        .route("/ops/api/incidents/{id}/affected", web::post().to(affect))
        .route("/ops/api/incidents/{id}/{act}", web::post().to(act_on_incident));
}

/// A list, in an object so that more can be said beside it one day.
#[derive(Serialize)]
struct Items<T> {
    items: Vec<T>,
}

fn items<T: Serialize>(items: Vec<T>) -> HttpResponse {
    HttpResponse::Ok().json(Items { items })
}

async fn overview(tally: App) -> Answer {
    Ok(HttpResponse::Ok().json(read::overview(&tally).await?))
}

async fn alarms(tally: App) -> Answer {
    Ok(items(read::alarms(&tally).await?))
}

async fn tenants(tally: App) -> Answer {
    Ok(items(read::failing(&tally).await?))
}

async fn one_tenant(tally: App, id: web::Path<String>) -> Answer {
    let tenant = tenant_id(&id)?;
    Ok(HttpResponse::Ok().json(tenant::read(&tally, tenant).await?))
}

async fn diagnosis(tally: App, name: web::Path<String>) -> Answer {
    let told = tenant::diagnosis(tally.into_inner(), Whom::Named(name.into_inner())).await?;
    Ok(HttpResponse::Ok().json(told))
}

async fn releases(tally: App) -> Answer {
    Ok(items(read::releases(&tally, MAX_LIMIT).await?))
}

async fn release(tally: App, version: web::Path<String>) -> Answer {
    let version = acts::known_version(&version)?;
    Ok(HttpResponse::Ok().json(read::release(&tally, &version).await?))
}

async fn stage(tally: App, payload: web::Payload) -> Answer {
    let wish = body(payload).await?;
    Ok(HttpResponse::Ok().json(acts::stage(&tally, wish).await?))
}

async fn act_on_release(tally: App, path: web::Path<(String, String)>, payload: web::Payload) -> Answer {
    let words = body(payload).await?;
    let (version, act) = path.into_inner();
    Ok(HttpResponse::Ok().json(acts::release(&tally, &version, &act, words).await?))
}

async fn probe(tally: App, payload: web::Payload) -> Answer {
    let report = body(payload).await?;
    Ok(HttpResponse::Ok().json(acts::probe(&tally, report).await?))
}

async fn incidents(tally: App) -> Answer {
    Ok(items(read::incidents(&tally).await?))
}

async fn incident(tally: App, id: web::Path<String>) -> Answer {
    let id = incident_id(&id)?;
    Ok(HttpResponse::Ok().json(read::incident(&tally, id).await?))
}

async fn propose(tally: App, payload: web::Payload) -> Answer {
    let wish = body(payload).await?;
    Ok(HttpResponse::Created().json(acts::propose(&tally, wish).await?))
}

async fn affect(tally: App, id: web::Path<String>, payload: web::Payload) -> Answer {
    let (id, wish) = (incident_id(&id)?, body(payload).await?);
    Ok(HttpResponse::Ok().json(acts::affect(&tally, id, wish).await?))
}

async fn act_on_incident(tally: App, path: web::Path<(String, String)>, payload: web::Payload) -> Answer {
    let words = body(payload).await?;
    let (id, act) = path.into_inner();
    let incident = acts::incident(&tally, incident_id(&id)?, &act, words).await?;
    Ok(HttpResponse::Ok().json(incident))
}

async fn body<T: DeserializeOwned>(payload: web::Payload) -> Result<T, Problem> {
    input::json(&input::body(payload, input::MAX_JSON).await?)
}

/// The incident of a path: what is no id names none.
pub fn incident_id(text: &str) -> Result<IncidentId, Problem> {
    text.parse()
        .map_err(|_| problem::refused(&IncidentRefusal::NotFound))
}

/// The tenant of a path.
pub fn tenant_id(text: &str) -> Result<TenantId, Problem> {
    text.parse()
        .map_err(|_| Problem::malformed("The address does not hold a tenant's id."))
}
