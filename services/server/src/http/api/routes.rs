//! The routes of API v1. Each handler carries its own method, address and documentation.

use actix_web::web;
use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    about, admin, assets, client_errors, commands, history, import_files, imports, notices, people, schema,
    withdrawal,
};
use crate::http::problem;

/// Adds the routes, and their descriptions to the document.
pub fn add(config: &mut ServiceConfig) {
    let scope = scope("/api/v1")
        .service(people::me)
        .service(people::search)
        .service(schema::get)
        .service(assets::list)
        .service(commands::register)
        .service(assets::count)
        .service(assets::facets)
        .service(assets::get)
        .service(commands::edit)
        .service(history::list)
        .service(commands::check_out)
        .service(commands::check_in)
        .service(commands::transfer)
        .service(commands::retire)
        .service(commands::restore)
        .service(commands::correct)
        .service(withdrawal::withdraw)
        .service(imports::list)
        .service(imports::start)
        .service(import_files::preview)
        .service(imports::get)
        .service(imports::rows)
        .service(import_files::refused_rows)
        .service(imports::cancel)
        .service(admin::installation)
        .service(admin::diagnosis)
        .service(admin::timeline)
        .service(admin::install_log)
        .service(notices::list)
        .service(about::document)
        .service(client_errors::note)
        .default_service(web::to(problem::not_found));
    config.service(scope);
}
