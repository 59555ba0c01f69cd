//! Withdrawing a registration.

use actix_web::{HttpRequest, HttpResponse, post, web};
use tally_domain::value::FreeText;

use super::commands::read_change;
use super::dto::WithReason;
use super::input::parse_asset_id;
use super::parameters::{IdempotencyKey, IfMatch};
use super::problems::{NotFound, Writing};
use crate::http::caller::Caller;
use crate::http::problem::Problem;

/// Takes back a registration that should not have been made. The asset leaves the register and its
/// tag is free again. Its history stays, and so does what the register showed before.
#[utoipa::path(
    operation_id = "withdrawAsset",
    tag = "assets",
    params(("id" = Uuid, Path, description = "The asset's id."), IfMatch, IdempotencyKey),
    request_body = WithReason,
    responses((status = 204, description = "The registration is withdrawn."), Writing, NotFound)
)]
#[post("/assets/{id}/withdraw")]
pub async fn withdraw(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let change = read_change::<WithReason>(&caller, &request, payload).await?;
    let asset = parse_asset_id(&id)?;
    let if_revision = change.command.if_revision(&caller, asset).await?;
    let reason = change.body.reason.clone().map(FreeText::new);
    let apply = async || {
        let (log, registrar, origin) = (&*caller.app.log, &caller.app.registrar, &change.origin);
        let withdrawing =
            tally_commands::withdraw(log, registrar, origin, asset, if_revision, reason.clone());
        Ok(withdrawing.await?)
    };
    let done = change.carry_out_once(&caller, asset, apply).await?;
    let (projected, tenant) = (&caller.app.projected, caller.principal.tenant());
    projected.read_after(tenant, done.position, async || ()).await?;
    Ok(HttpResponse::NoContent().finish())
}
