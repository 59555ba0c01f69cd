//! The operator's listener. It has an address of its own, so that nothing there is reached by the
//! address that customers use.

use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use anyhow::Context;
use tally_operator::pages::{Access, Operations, admit, routes};

use super::{connections, methods, request_id, security};
use crate::app::App as TallyApp;

/// Starts listening, if a listener is configured. The caller awaits the server, and stops it by its
/// handle.
///
/// # Errors
/// The address cannot be bound.
pub fn serve(app: &Arc<TallyApp>) -> anyhow::Result<Option<(Server, SocketAddr)>> {
    let Some(listen) = app.config.ops_listen else {
        return Ok(None);
    };
    let access = web::Data::new(Access::new(&app.config.ops_listener()));
    let operations = web::Data::new(to_operations(app));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(operations.clone())
            .app_data(access.clone())
            .configure(routes)
            .wrap(from_fn(methods::answer_head))
            .wrap(from_fn(admit))
            .wrap(from_fn(security::headers))
            .wrap(from_fn(request_id::assign))
    });
    let server = server
        .workers(1)
        .max_connections(connections::OF_OPERATORS)
        .disable_signals()
        .shutdown_timeout(5)
        .bind(listen)
        .with_context(|| format!("TALLY_OPS_LISTEN: the address {listen} cannot be bound"))?;
    let bound = server.addrs().first().copied().unwrap_or(listen);
    Ok(Some((server.run(), bound)))
}

/// What the handlers of the operator's listener share.
fn to_operations(app: &TallyApp) -> Operations {
    Operations {
        clock: app.clock.clone(),
        log: app.log.clone(),
        views: app.views.clone(),
        progress: Arc::new(app.projected.clone()),
        tenants: app.directory.clone(),
        diagnosis: app.diagnosis.clone(),
        notices: app.watchtower.waiting_notices(),
        listener: app.config.ops_listener(),
        terms: app.config.release_terms(),
        public_url: app.config.base_url.as_str().to_owned(),
    }
}
