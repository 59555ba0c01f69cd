//! The schema of the register.

use actix_web::{HttpRequest, HttpResponse, get};

use super::dto::Schema;
use super::input::Params;
use super::problems::Reading;
use crate::http::caller::Caller;
use crate::http::problem::Problem;

/// Reads which attributes the assets of the register can have.
#[utoipa::path(
    operation_id = "getSchema",
    tag = "assets",
    responses((status = 200, description = "The schema.", body = Schema), Reading)
)]
#[get("/schema")]
pub async fn get(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    Params::of(&request, &[])?;
    let schema = caller.schema().await?;
    Ok(HttpResponse::Ok().json(Schema::of(&schema)))
}
