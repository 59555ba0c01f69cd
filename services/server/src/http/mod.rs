//! HTTP in and out: every handler turns a request into one call of a room below and its result into
//! an answer, and does nothing else.
//!
//! Routes are grouped by their callers: the platform's callbacks, pages in an iframe, the API of
//! our own front end. Each group accepts one kind of token only. The operator has a separate
//! listener (`operators`). Its pages and the public status page are in the operator's house.

pub mod api;
mod caller;
mod connections;
mod lifecycle;
mod limited;
mod methods;
mod once;
mod operations;
pub mod operators;
mod pages;
pub mod problem;
pub mod projector;
mod request_id;
mod security;
mod unread;

use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpServer, web};

use crate::app::App as TallyApp;

/// The longest body that is read, in bytes, unless a route has a limit of its own.
const MAX_BODY: usize = 256 * 1024;

/// The time that a connection stays open without a request. Proxies keep theirs to us for a shorter
/// time (mostly a minute): a callback that is sent on a connection which we close at that moment is
/// lost, and proxies do not send it twice.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// The time for the head of a request, from its first byte.
const HEAD_TIME: Duration = Duration::from_secs(5);

/// Starts listening. The caller awaits the server, and stops it by its handle.
///
/// # Errors
/// The address cannot be bound.
pub fn serve(app: Arc<TallyApp>) -> std::io::Result<(Server, std::net::SocketAddr)> {
    let (listen, workers) = (app.config.listen, app.config.workers);
    let metrics = operations::Metrics::install();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::from(app.clone()))
            .app_data(web::Data::from(app.views.clone()))
            .app_data(web::Data::new(app.clock.clone()))
            .app_data(web::Data::new(metrics.clone()))
            .configure(routes)
            .wrap(from_fn(methods::answer_head))
            .wrap(from_fn(methods::name_allowed))
            .wrap(from_fn(limited::guard))
            .wrap(Compress::default())
            .wrap(from_fn(security::headers))
            .wrap(from_fn(request_id::assign))
            .wrap(from_fn(unread::end_connection))
    })
    .workers(workers)
    .max_connections(connections::allowed_of_worker(workers))
    .on_connect(connections::limit_unread_answers)
    .client_request_timeout(HEAD_TIME)
    .disable_signals()
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(20)
    .bind(listen)?;
    let bound = server.addrs().first().copied().unwrap_or(listen);
    Ok((server.run(), bound))
}

/// All routes of the public listener.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .app_data(web::PayloadConfig::new(MAX_BODY))
        .configure(operations::routes)
        .configure(lifecycle::routes)
        .configure(pages::routes)
        .configure(tally_operator::pages::status::routes)
        .configure(api::routes)
        .default_service(web::to(problem::not_found));
}
