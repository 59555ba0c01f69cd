//! How the site's installation is, for Jira admins.

use actix_web::{HttpRequest, HttpResponse, get};
use tally_projections::{CredentialList, InstallLog, TenantTimeline};

use super::dto::{Diagnosis, InstallLogPage, TimelinePage};
use super::input::Params;
use super::parameters::PageOf;
use super::problems::{Administering, Reading};
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::roles::Action;
use tally_diagnosis::SiteQuery;
use tally_diagnosis::installation::Installation;

/// Reads the state of the installation and of its secrets.
#[utoipa::path(
    operation_id = "getInstallation",
    tag = "admin",
    responses((status = 200, description = "The installation.", body = Installation), Reading, Administering)
)]
#[get("/admin/installation")]
pub async fn installation(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    caller.may(Action::ReadDiagnosis).await?;
    Params::of(&request, &[])?;
    let tenant = caller.principal.tenant();
    let known = caller
        .query(move |views| CredentialList::of(views).by_tenant(tenant))
        .await?;
    let known = known.ok_or_else(|| Problem::internal(&"a verified tenant is not in the views"))?;
    let installation = Installation::new(&known, &*caller.app.directory, caller.app.clock.now());
    Ok(HttpResponse::Ok().json(installation))
}

/// Lists what happened to the installation, newest first.
#[utoipa::path(
    operation_id = "listTimeline",
    tag = "admin",
    params(PageOf),
    responses(
        (status = 200, description = "A page of the timeline.", body = TimelinePage),
        Reading,
        Administering
    )
)]
#[get("/admin/timeline")]
pub async fn timeline(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    caller.may(Action::ReadDiagnosis).await?;
    let params = Params::of(&request, &["limit", "cursor"])?;
    let (limit, cursor, tenant) = (
        params.limit()?,
        params.cursor(&caller)?,
        caller.principal.tenant(),
    );
    let page = caller
        .query(move |views| TenantTimeline::of(views).page(tenant, limit, cursor.as_deref()))
        .await?;
    let items = page.items.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(TimelinePage {
        items,
        next_cursor: params.next_cursor(&caller, page.next_cursor),
    }))
}

/// Lists the lifecycle callbacks, newest first: those accepted, and those refused that claimed to
/// come from this site.
#[utoipa::path(
    operation_id = "listInstallLog",
    tag = "admin",
    params(PageOf),
    responses(
        (status = 200, description = "A page of the install log.", body = InstallLogPage),
        Reading,
        Administering
    )
)]
#[get("/admin/install-log")]
pub async fn install_log(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    caller.may(Action::ReadDiagnosis).await?;
    let params = Params::of(&request, &["limit", "cursor"])?;
    let (limit, cursor, tenant) = (
        params.limit()?,
        params.cursor(&caller)?,
        caller.principal.tenant(),
    );
    let page = caller
        .query(move |views| InstallLog::of(views).page(tenant, limit, cursor.as_deref()))
        .await?;
    let items = page.items.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(InstallLogPage {
        items,
        next_cursor: params.next_cursor(&caller, page.next_cursor),
    }))
}

/// Reads what is wrong with the installation, why, and what a Jira admin can do about it.
#[utoipa::path(
    operation_id = "getDiagnosis",
    tag = "admin",
    responses(
        (status = 200, description = "What is known to be wrong.", body = Diagnosis),
        Reading,
        Administering
    )
)]
#[get("/admin/diagnosis")]
pub async fn diagnosis(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    caller.may(Action::ReadDiagnosis).await?;
    Params::of(&request, &[])?;
    let site = SiteQuery::Tenant(caller.principal.tenant());
    let found = caller
        .app
        .diagnosis
        .diagnose(site, caller.app.clock.now())
        .await?;
    let found = found.ok_or_else(|| Problem::internal(&"a verified tenant is not in the views"))?;
    Ok(HttpResponse::Ok().json(Diagnosis::from(found)))
}
