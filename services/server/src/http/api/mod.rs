//! API v1: what our own front end, and any other with a context token, can ask for and do.
//!
//! A handler checks the caller's right, reads what was asked, makes one call below, and puts the outcome into words. In this order:
//! who is not known learns nothing of what is wrong with the question. `input` reads queries and bodies, `read` asks the views,
//! `dto` has the shapes, `openapi` the document.
//!
//! To add a route: a handler with its `utoipa::path`, its line in [`routes`], and its name in `openapi.rs`. Then write the document anew with
//! `tally openapi > services/server/openapi.json`; a test fails while the committed one is old.

mod admin;
mod assets;
mod client_errors;
mod commands;
pub(super) mod dto;
mod history;
mod imports;
pub(super) mod input;
mod notices;
mod openapi;
mod people;
mod read;
#[cfg(test)]
mod tests;

use actix_web::{HttpResponse, Resource, Route, web};

use super::problem;

pub use openapi::openapi_json;

/// The routes of API v1.
pub fn routes(config: &mut web::ServiceConfig) {
    let scope = web::scope("/api/v1")
        .service(at("/me", [web::get().to(people::me)]))
        .service(at("/people", [web::get().to(people::search)]))
        .service(at(
            "/assets",
            [web::get().to(assets::list), web::post().to(commands::register)],
        ))
        .service(at("/assets/count", [web::get().to(assets::count)]))
        .service(at("/assets/facets", [web::get().to(assets::facets)]))
        .service(at(
            "/assets/{id}",
            [web::get().to(assets::get), web::patch().to(commands::edit)],
        ))
        .service(at("/assets/{id}/history", [web::get().to(history::history)]))
        .service(at(
            "/assets/{id}/check-out",
            [web::post().to(commands::check_out)],
        ))
        .service(at("/assets/{id}/check-in", [web::post().to(commands::check_in)]))
        .service(at("/assets/{id}/transfer", [web::post().to(commands::transfer)]))
        .service(at("/assets/{id}/retire", [web::post().to(commands::retire)]))
        .service(at("/assets/{id}/restore", [web::post().to(commands::restore)]))
        .service(at("/assets/{id}/correct", [web::post().to(commands::correct)]))
        .service(at(
            "/imports",
            [web::get().to(imports::list), web::post().to(imports::start)],
        ))
        .service(at("/imports/{id}", [web::get().to(imports::get)]))
        .service(at("/imports/{id}/rows", [web::get().to(imports::rows)]))
        .service(at("/imports/{id}/cancel", [web::post().to(imports::cancel)]))
        .service(at("/admin/installation", [web::get().to(admin::installation)]))
        .service(at("/admin/diagnosis", [web::get().to(admin::diagnosis)]))
        .service(at("/admin/timeline", [web::get().to(admin::timeline)]))
        .service(at("/admin/install-log", [web::get().to(admin::install_log)]))
        .service(at("/notices", [web::get().to(notices::list)]))
        .service(at("/openapi.json", [web::get().to(document)]))
        .service(at("/client-errors", [web::post().to(client_errors::note)]));
    config.service(scope);
}

/// A path with its methods; any other method is told so.
fn at<const N: usize>(path: &str, routes: [Route; N]) -> Resource {
    let resource = web::resource(path).default_service(web::to(problem::method_not_allowed));
    routes.into_iter().fold(resource, Resource::route)
}

/// The OpenAPI document of this API.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    operation_id = "getOpenApi",
    tag = "about",
    security(()),
    responses((status = 200, description = "This document.", content_type = "application/json"))
)]
async fn document() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(openapi_json())
}
