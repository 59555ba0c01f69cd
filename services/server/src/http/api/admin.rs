//! The diagnosis of an installation, for Jira's admins.

use actix_web::{HttpRequest, HttpResponse};
use chrono::Utc;
use tally_projections::{CredentialList, InstallLog, TenantTimeline};

use super::dto::{Diagnosis, InstallLogPage, Installation, TimelinePage};
use super::input::Params;
use super::openapi::{Administering, Reading};
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::roles::Action;
use tally_operator::diagnosis::SiteQuery;

/// Tells how the installation stands, and which secrets are in force.
#[utoipa::path(
    get,
    path = "/api/v1/admin/installation",
    operation_id = "getInstallation",
    tag = "admin",
    responses((status = 200, description = "The installation.", body = Installation), Reading, Administering)
)]
pub async fn installation(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    caller.may(Action::ReadDiagnosis).await?;
    Params::of(&request, &[])?;
    let tenant = caller.principal.tenant();
    let known = caller
        .ask(move |views| CredentialList::of(views).by_tenant(tenant))
        .await?;
    let known = known.ok_or_else(|| Problem::internal(&"a verified tenant is not in the views"))?;
    Ok(HttpResponse::Ok().json(Installation::of(&known, &caller.app.directory, Utc::now())))
}

/// Tells what happened to the installation, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/admin/timeline",
    operation_id = "listTimeline",
    tag = "admin",
    params(
        ("limit" = Option<u32>, Query, description = "How many, 1 to 200; 50 when absent.", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
    ),
    responses((status = 200, description = "A page of the timeline.", body = TimelinePage), Reading, Administering)
)]
pub async fn timeline(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    caller.may(Action::ReadDiagnosis).await?;
    let params = Params::of(&request, &["limit", "cursor"])?;
    let (limit, cursor, tenant) = (params.limit()?, params.cursor(), caller.principal.tenant());
    let page = caller
        .ask(move |views| TenantTimeline::of(views).page(tenant, limit, cursor.as_deref()))
        .await?;
    let items = page.items.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(TimelinePage {
        items,
        next_cursor: page.next_cursor,
    }))
}

/// Tells which callbacks came, newest first: the accepted, and the refused that claimed to be from here.
#[utoipa::path(
    get,
    path = "/api/v1/admin/install-log",
    operation_id = "listInstallLog",
    tag = "admin",
    params(
        ("limit" = Option<u32>, Query, description = "How many, 1 to 200; 50 when absent.", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
    ),
    responses((status = 200, description = "A page of the install log.", body = InstallLogPage), Reading, Administering)
)]
pub async fn install_log(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    caller.may(Action::ReadDiagnosis).await?;
    let params = Params::of(&request, &["limit", "cursor"])?;
    let (limit, cursor, tenant) = (params.limit()?, params.cursor(), caller.principal.tenant());
    let page = caller
        .ask(move |views| InstallLog::of(views).page(tenant, limit, cursor.as_deref()))
        .await?;
    let items = page.items.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(InstallLogPage {
        items,
        next_cursor: page.next_cursor,
    }))
}

/// Tells what is wrong with the installation, why, and what a Jira admin can do about it.
#[utoipa::path(
    get,
    path = "/api/v1/admin/diagnosis",
    operation_id = "getDiagnosis",
    tag = "admin",
    responses((status = 200, description = "What is known to be wrong.", body = Diagnosis), Reading, Administering)
)]
pub async fn diagnosis(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    caller.may(Action::ReadDiagnosis).await?;
    Params::of(&request, &[])?;
    let site = SiteQuery::Tenant(caller.principal.tenant());
    let told = caller.app.diagnosis.diagnose(site, Utc::now()).await?;
    let told = told.ok_or_else(|| Problem::internal(&"a verified tenant is not in the views"))?;
    Ok(HttpResponse::Ok().json(Diagnosis::from(told)))
}
