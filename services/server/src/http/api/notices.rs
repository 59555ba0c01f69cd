//! Notices of incidents that affect a site.

use actix_web::{HttpRequest, HttpResponse, get};
use tally_operator::views::IncidentList;

use super::dto::{Notice, Notices};
use super::input::Params;
use super::problems::Reading;
use crate::http::caller::Caller;
use crate::http::problem::Problem;

/// Lists the confirmed incidents that affect the caller's site and are not over for it, newest
/// first.
#[utoipa::path(
    operation_id = "listNotices",
    tag = "about",
    responses((status = 200, description = "The notices; none while all is well.", body = Notices), Reading)
)]
#[get("/notices")]
pub async fn list(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    Params::of(&request, &[])?;
    let tenant = caller.principal.tenant();
    let notices = caller
        .query(move |views| IncidentList::of(views).affecting(tenant))
        .await?;
    Ok(HttpResponse::Ok().json(Notices {
        items: notices.into_iter().map(Notice::from).collect(),
        status_url: format!(
            "{}/status",
            caller.app.config.base_url.as_str().trim_end_matches('/')
        ),
    }))
}
