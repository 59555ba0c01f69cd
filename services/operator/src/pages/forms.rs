//! The operator's pages and their forms. A form that was accepted leads on to the page that shows
//! the result.

use crate::domain::incident::Component;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use tally_http::Reader;
use uuid::Uuid;

use super::operations::Operations;
use super::problem::{OpsProblem, PageProblem};
use super::shapes::{CommandTexts, ProposeIncident};
use super::{api, commands, frame, incident, login, overview, read, release, tenant, tenant_page};
use tally_diagnosis::SiteQuery;

type Page = Result<HttpResponse, PageProblem>;
type Ops = web::Data<Operations>;

/// The pages and their forms.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/", web::get().to(show_front))
        .route("/ops", web::get().to(show_overview))
        .route(login::PATH, web::get().to(login::show))
        .route(login::PATH, web::post().to(login::log_in))
        .route("/ops/logout", web::post().to(login::log_out))
        .route("/ops/tenants/{id}", web::get().to(show_tenant))
        .route("/ops/incidents", web::post().to(propose))
        .route(incident::NEW, web::get().to(new_incident))
        .route("/ops/incidents/{id}", web::get().to(show_incident))
        .route("/ops/incidents/{id}/{act}", web::post().to(act_on_incident))
        .route("/ops/releases/{version}", web::get().to(show_release))
        .route("/ops/releases/{version}/{act}", web::post().to(act_on_release));
}

async fn show_front() -> HttpResponse {
    frame::see_other("/ops")
}

async fn show_overview(ops: Ops, reader: Reader) -> Page {
    let overview = read::overview(&ops).await?;
    let releases = read::releases(&ops, overview::PAST_RELEASES).await?;
    let incidents = read::incidents(&ops).await?;
    Ok(overview::page(
        &ops,
        &overview,
        &releases,
        &incidents,
        reader.texts,
    ))
}

async fn show_tenant(ops: Ops, reader: Reader, id: web::Path<String>) -> Page {
    let id = api::tenant_id(&id)?;
    let details = tenant::read_details(&ops, id).await?;
    let diagnosis = tenant::diagnose(&ops, SiteQuery::Tenant(id)).await?;
    Ok(tenant_page::page(
        &ops,
        &details,
        &diagnosis.findings,
        reader.texts,
    ))
}

async fn show_incident(ops: Ops, reader: Reader, id: web::Path<String>) -> Page {
    let details = read::incident(&ops, api::incident_id(&id)?).await?;
    Ok(incident::page(&ops, &details, reader.texts))
}

async fn new_incident(ops: Ops, reader: Reader) -> HttpResponse {
    incident::new_page(&ops, reader.texts)
}

async fn show_release(ops: Ops, reader: Reader, version: web::Path<String>) -> Page {
    let release = read::release(&ops, &commands::known_version(&version)?).await?;
    Ok(release::page(&ops, &release, ops.clock.now(), reader.texts))
}

/// The fields of the form for a new incident: the ids as they were pasted.
#[derive(Deserialize)]
struct NewIncident {
    title: String,
    component: Component,
    #[serde(default)]
    tenants: String,
    #[serde(default)]
    everyone: Option<String>,
}

async fn propose(ops: Ops, form: web::Form<NewIncident>) -> Page {
    let form = form.into_inner();
    let request = ProposeIncident {
        title: form.title,
        component: form.component,
        tenants: parse_ids(&form.tenants)?,
        everyone: form.everyone.is_some(),
    };
    let details = commands::propose(&ops, request).await?;
    let path = format!("/ops/incidents/{}", details.incident.id);
    Ok(frame::see_other(&path))
}

fn parse_ids(text: &str) -> Result<Vec<Uuid>, OpsProblem> {
    text.split([',', ' ', '\n', '\r', '\t'])
        .filter(|word| !word.is_empty())
        .map(|word| {
            let shown: String = word.chars().take(64).collect();
            let what = format!("contains {shown:?}, which is not a tenant id");
            word.parse()
                .map_err(|_| OpsProblem::wrong_field("tenants", &what))
        })
        .collect()
}

async fn act_on_incident(
    ops: Ops,
    path: web::Path<(String, String)>,
    texts: web::Form<CommandTexts>,
) -> Page {
    let (id, act) = path.into_inner();
    let id = api::incident_id(&id)?;
    commands::act_on_incident(&ops, id, &act, texts.into_inner()).await?;
    Ok(frame::see_other(&format!("/ops/incidents/{id}")))
}

async fn act_on_release(ops: Ops, path: web::Path<(String, String)>, texts: web::Form<CommandTexts>) -> Page {
    let (version, act) = path.into_inner();
    commands::act_on_release(&ops, &version, &act, texts.into_inner()).await?;
    Ok(frame::see_other("/ops#releases"))
}
