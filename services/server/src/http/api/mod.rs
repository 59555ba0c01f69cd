//! API v1: what our own front end, and any other with a context token, can read and do.
//!
//! A handler checks the caller's right, reads the request, makes one call below, and turns the
//! outcome into an answer. In this order: a caller without the right learns nothing of what is
//! wrong with the request. `input` reads queries and bodies, `read` queries the views, `joined` the people
//! of requests and answers, `dto` has
//! the shapes, `routes` the list of all handlers, `document` the OpenAPI document that is derived
//! from them; so are the refusal of other methods (`addresses`), the limits on requests without a
//! token and the test that no site sees another.
//!
//! To add a route: a handler with its method, address and `utoipa::path`, and its line in `routes`.
//! Then write the document with `tally openapi > services/server/openapi.json`; a test fails while
//! the committed one is old, and the isolation test until it has an example of the route.

mod about;
mod addresses;
mod admin;
mod assets;
mod client_errors;
mod commands;
mod document;
pub(super) mod dto;
mod hand_over;
mod history;
mod import_files;
mod imports;
pub(super) mod input;
mod joined;
mod notices;
mod paragraphs;
mod parameters;
mod people;
mod problems;
mod read;
mod routes;
mod schema;
mod withdrawal;

use actix_web::http::Method;
use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

use self::document::description;
use super::problem;

/// The routes of API v1, and the refusal of methods that their addresses do not take.
pub fn routes(config: &mut web::ServiceConfig) {
    // Before the routes: among them, a method that `/assets/count` does not take could be one that
    // `/assets/{id}` does.
    let wrong_method = web::resource("/api/v1/{address:.*}")
        .guard(addresses::has_wrong_method(&description().addresses))
        .to(problem::method_not_allowed);
    config
        .app_data(web::Data::new(about::Document(&description().json)))
        .service(wrong_method);
    routes::add(&mut ServiceConfig::new(config));
}

/// The OpenAPI document, as JSON without a line end.
pub fn openapi_json() -> String {
    description().json.clone()
}

/// The methods that the API's address takes; `None` if there is no such address.
pub(super) fn methods_of(path: &str) -> Option<Vec<Method>> {
    description().addresses.methods_of(path).map(<[Method]>::to_vec)
}

/// Whether the API's address can be read without a token.
pub(super) fn is_open_read(path: &str) -> bool {
    description().is_open_read(path)
}

/// Whether the API's address takes reports without a token.
pub(super) fn is_open_report(path: &str) -> bool {
    description().is_open_report(path)
}
