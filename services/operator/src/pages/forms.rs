//! The operator's pages and what their forms send. A form that was taken leads on to the page that shows what came of it.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use chrono::Utc;
use serde::Deserialize;
use tally_domain::incident::Component;
use uuid::Uuid;

use super::shapes::{Propose, Words};
use super::{acts, api, incident, login, overview, page, read, release, tenant};
use crate::diagnosis::Whom;
use crate::http::problem::Problem;
use crate::tally::Tally;

type Page = Result<HttpResponse, Shown>;
type App = web::Data<Tally>;

/// A refusal that becomes a page.
#[derive(Debug)]
pub struct Shown(pub Problem);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Problem> for Shown {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl ResponseError for Shown {
    fn status_code(&self) -> StatusCode {
        self.0.status()
    }

    fn error_response(&self) -> HttpResponse {
        page::problem(&self.0)
    }
}

/// The pages and their forms.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/", web::get().to(front))
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

async fn front() -> HttpResponse {
    page::see_other("/ops")
}

async fn show_overview(tally: App) -> Page {
    let overview = read::overview(&tally).await?;
    let past = read::releases(&tally, overview::PAST_RELEASES).await?;
    let incidents = read::incidents(&tally).await?;
    Ok(overview::page(&tally, &overview, &past, &incidents))
}

async fn show_tenant(tally: App, id: web::Path<String>) -> Page {
    let id = api::tenant_id(&id)?;
    let whole = tenant::read(&tally, id).await?;
    let told = tenant::diagnosis(tally.clone().into_inner(), Whom::Tenant(id)).await?;
    Ok(tenant::page(&tally, &whole, &told.findings))
}

async fn show_incident(tally: App, id: web::Path<String>) -> Page {
    let whole = read::incident(&tally, api::incident_id(&id)?).await?;
    Ok(incident::page(&tally, &whole))
}

async fn new_incident(tally: App) -> HttpResponse {
    incident::new(&tally)
}

async fn show_release(tally: App, version: web::Path<String>) -> Page {
    let release = read::release(&tally, &acts::known_version(&version)?).await?;
    Ok(release::page(&tally, &release, Utc::now()))
}

/// What the form for a new incident sends: the ids as they were pasted.
#[derive(Deserialize)]
struct Proposed {
    title: String,
    component: Component,
    #[serde(default)]
    tenants: String,
    #[serde(default)]
    everyone: Option<String>,
}

async fn propose(tally: App, form: web::Form<Proposed>) -> Page {
    let form = form.into_inner();
    let wish = Propose {
        title: form.title,
        component: form.component,
        tenants: ids(&form.tenants)?,
        everyone: form.everyone.is_some(),
    };
    let whole = acts::propose(&tally, wish).await?;
    Ok(page::see_other(&format!("/ops/incidents/{}", whole.incident.id)))
}

fn ids(text: &str) -> Result<Vec<Uuid>, Problem> {
    text.split([',', ' ', '\n', '\r', '\t'])
        .filter(|word| !word.is_empty())
        .map(|word| {
            let shown: String = word.chars().take(64).collect();
            word.parse()
                .map_err(|_| Problem::malformed(format!("{shown:?} is not a tenant's id.")))
        })
        .collect()
}

async fn act_on_incident(tally: App, path: web::Path<(String, String)>, words: web::Form<Words>) -> Page {
    let (id, act) = path.into_inner();
    let id = api::incident_id(&id)?;
    acts::incident(&tally, id, &act, words.into_inner()).await?;
    Ok(page::see_other(&format!("/ops/incidents/{id}")))
}

async fn act_on_release(tally: App, path: web::Path<(String, String)>, words: web::Form<Words>) -> Page {
    let (version, act) = path.into_inner();
    acts::release(&tally, &version, &act, words.into_inner()).await?;
    Ok(page::see_other("/ops#releases"))
}
