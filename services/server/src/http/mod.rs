//! HTTP in and out: every handler turns a request into one call below and its outcome into an answer, and nothing more.
//!
//! Routes are grouped by who may speak there: the platform's callbacks, pages in an iframe, our own front end's API. Each
//! group takes one kind of token only. The operator has a listener apart (`ops`), and everybody a page that says how things stand (`status`).

pub mod api;
mod caller;
mod lifecycle;
mod limited;
mod operations;
pub mod ops;
mod pages;
pub mod problem;
pub mod projector;
mod request_id;
mod security;
mod status;
mod views;

use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpServer, web};

use crate::tally::Tally;

/// The longest body that is read where no route says otherwise, in bytes.
const MAX_BODY: usize = 256 * 1024;

/// For how long a connection stays open without a request. Longer than proxies keep theirs to us (a minute, mostly): a callback that is sent on a
/// connection which we close at that moment is lost, and is not a request that proxies send twice.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Starts listening. The caller awaits the server, and stops it by its handle.
///
/// # Errors
/// The address cannot be bound.
pub fn serve(tally: Arc<Tally>) -> std::io::Result<(Server, std::net::SocketAddr)> {
    let (listen, workers) = (tally.config.listen, tally.config.workers);
    let metrics = operations::Metrics::install();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::from(tally.clone()))
            .app_data(web::Data::new(metrics.clone()))
            .configure(routes)
            .wrap(from_fn(limited::guard))
            .wrap(Compress::default())
            .wrap(from_fn(security::headers))
            .wrap(from_fn(request_id::assign))
    })
    .workers(workers)
    .disable_signals()
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(20)
    .bind(listen)?;
    let bound = server.addrs().first().copied().unwrap_or(listen);
    Ok((server.run(), bound))
}

/// Every route there is.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .app_data(web::PayloadConfig::new(MAX_BODY))
        .configure(operations::routes)
        .configure(lifecycle::routes)
        .configure(pages::routes)
        .configure(status::routes)
        .configure(api::routes)
        .default_service(web::to(problem::not_found));
}
