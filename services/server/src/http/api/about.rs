//! The API's own document.

use actix_web::{HttpResponse, get, web};

/// The OpenAPI document as it is served.
pub struct Document(pub &'static str);

/// The OpenAPI document of this API.
#[utoipa::path(
    operation_id = "getOpenApi",
    tag = "about",
    security(()),
    responses((status = 200, description = "This document.", content_type = "application/json"))
)]
#[get("/openapi.json")]
pub async fn document(document: web::Data<Document>) -> HttpResponse {
    let answer = &mut HttpResponse::Ok();
    answer.content_type("application/json").body(document.0)
}
