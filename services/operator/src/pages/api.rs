//! `/ops/api`: the same for programs, as JSON. Refusals are problem details with code, cause and
//! remedy, as everywhere.
//!
//! | what | how |
//! | --- | --- |
//! | the current state of everything | `GET /ops/api/overview` |
//! | alarms, newest first | `GET /ops/api/alarms` |
//! | failing tenants; one tenant with its history | `GET /ops/api/tenants`, `/tenants/{id}` |
//! | the diagnosis of a site, by tenant id, client key or address | `GET /ops/api/tenants/{name}/diagnosis` |
//! | releases | `GET /ops/api/releases`, `/releases/{version}` |
//! | commands on releases | `POST /releases`, `/releases/{version}/promote`, `/abort` |
//! | the result of a probe | `POST /ops/api/probes` |
//! | incidents | `GET /ops/api/incidents`, `/incidents/{id}` |
//! | commands on incidents | `POST /incidents`, `/incidents/{id}/affected`, `/confirm`, `/update`, ... |

use actix_web::{HttpResponse, web};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tally_domain::TenantId;
use tally_http::{MalformedRequest, input};
use tally_view_store::page::MAX_LIMIT;

use super::operations::Operations;
use super::problem::OpsProblem;
use super::{commands, read, tenant};
use crate::domain::IncidentId;
use crate::domain::incident::IncidentRefusal;
use tally_diagnosis::SiteQuery;

/// The longest JSON body, in bytes.
const MAX_JSON: usize = 1024 * 1024;

type Answer = Result<HttpResponse, OpsProblem>;
type Ops = web::Data<Operations>;

/// The routes of `/ops/api`.
pub(super) fn routes(config: &mut web::ServiceConfig) {
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
        .route("/ops/api/probes", web::post().to(record_probe))
        .route("/ops/api/incidents", web::get().to(incidents))
        .route("/ops/api/incidents", web::post().to(propose))
        .route("/ops/api/incidents/{id}", web::get().to(incident))
        .route("/ops/api/incidents/{id}/affected", web::post().to(add_affected))
        .route("/ops/api/incidents/{id}/{act}", web::post().to(act_on_incident));
}

/// A list, in an object so that more members can be added later.
#[derive(Serialize)]
struct Items<T> {
    items: Vec<T>,
}

fn to_list<T: Serialize>(items: Vec<T>) -> HttpResponse {
    HttpResponse::Ok().json(Items { items })
}

async fn overview(ops: Ops) -> Answer {
    Ok(HttpResponse::Ok().json(read::overview(&ops).await?))
}

async fn alarms(ops: Ops) -> Answer {
    Ok(to_list(read::alarms(&ops).await?))
}

async fn tenants(ops: Ops) -> Answer {
    Ok(to_list(read::failing_tenants(&ops).await?))
}

async fn one_tenant(ops: Ops, id: web::Path<String>) -> Answer {
    let tenant = tenant_id(&id)?;
    Ok(HttpResponse::Ok().json(tenant::read_details(&ops, tenant).await?))
}

async fn diagnosis(ops: Ops, name: web::Path<String>) -> Answer {
    let site = SiteQuery::Named(name.into_inner());
    Ok(HttpResponse::Ok().json(tenant::diagnose(&ops, site).await?))
}

async fn releases(ops: Ops) -> Answer {
    Ok(to_list(read::releases(&ops, MAX_LIMIT).await?))
}

async fn release(ops: Ops, version: web::Path<String>) -> Answer {
    let version = commands::known_version(&version)?;
    Ok(HttpResponse::Ok().json(read::release(&ops, &version).await?))
}

async fn stage(ops: Ops, payload: web::Payload) -> Answer {
    let request = read_json(payload).await?;
    Ok(HttpResponse::Ok().json(commands::stage(&ops, request).await?))
}

async fn act_on_release(ops: Ops, path: web::Path<(String, String)>, payload: web::Payload) -> Answer {
    let texts = read_json(payload).await?;
    let (version, act) = path.into_inner();
    Ok(HttpResponse::Ok().json(commands::act_on_release(&ops, &version, &act, texts).await?))
}

async fn record_probe(ops: Ops, payload: web::Payload) -> Answer {
    let result = read_json(payload).await?;
    Ok(HttpResponse::Ok().json(commands::record_probe(&ops, result).await?))
}

async fn incidents(ops: Ops) -> Answer {
    Ok(to_list(read::incidents(&ops).await?))
}

async fn incident(ops: Ops, id: web::Path<String>) -> Answer {
    let id = incident_id(&id)?;
    Ok(HttpResponse::Ok().json(read::incident(&ops, id).await?))
}

async fn propose(ops: Ops, payload: web::Payload) -> Answer {
    let request = read_json(payload).await?;
    Ok(HttpResponse::Created().json(commands::propose(&ops, request).await?))
}

async fn add_affected(ops: Ops, id: web::Path<String>, payload: web::Payload) -> Answer {
    let (id, request) = (incident_id(&id)?, read_json(payload).await?);
    Ok(HttpResponse::Ok().json(commands::add_affected(&ops, id, request).await?))
}

async fn act_on_incident(ops: Ops, path: web::Path<(String, String)>, payload: web::Payload) -> Answer {
    let texts = read_json(payload).await?;
    let (id, act) = path.into_inner();
    let incident = commands::act_on_incident(&ops, incident_id(&id)?, &act, texts).await?;
    Ok(HttpResponse::Ok().json(incident))
}

async fn read_json<T: DeserializeOwned>(payload: web::Payload) -> Result<T, OpsProblem> {
    Ok(input::parse_json(&input::read_body(payload, MAX_JSON).await?)?)
}

/// The incident that a path names. A text that is not an id names none.
pub(super) fn incident_id(text: &str) -> Result<IncidentId, OpsProblem> {
    text.parse()
        .map_err(|_| OpsProblem::from_refusal(&IncidentRefusal::NotFound))
}

const WITHOUT_TENANT: MalformedRequest = MalformedRequest::AddressWrong {
    what: "does not contain a tenant id",
};

/// The tenant that a path names.
pub(super) fn tenant_id(text: &str) -> Result<TenantId, OpsProblem> {
    text.parse().map_err(|_| WITHOUT_TENANT.into())
}
