//! What a site is to be told of: incidents that hurt it.

use actix_web::{HttpRequest, HttpResponse};
use tally_projections::operator::IncidentList;

use super::dto::{Notice, Notices};
use super::input::Params;
use super::openapi::Reading;
use crate::http::caller::Caller;
use crate::http::problem::Problem;

/// Lists the confirmed incidents that hurt the caller's site and are not over for it, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/notices",
    operation_id = "listNotices",
    tag = "about",
    responses((status = 200, description = "The notices; none when all is well.", body = Notices), Reading)
)]
pub async fn list(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    Params::of(&request, &[])?;
    let tenant = caller.principal.tenant();
    let notices = caller
        .ask(move |views| IncidentList::of(views).affecting(tenant))
        .await?;
    Ok(HttpResponse::Ok().json(Notices {
        items: notices.into_iter().map(Notice::from).collect(),
        status_url: format!(
            "{}/status",
            caller.app.config.base_url.as_str().trim_end_matches('/')
        ),
    }))
}
