//! The operator's listener: what is wrong, for whom, since when, and what can be done about it. It has an address of its own, so that what is
//! reached there is never reached by the way that customers come.
//!
//! `guard` and `access` decide who may speak, `login` is for browsers. `read` asks the views and puts the answers into `shapes`, `acts` gives
//! commands; `api` offers both to programs (and to `tally release` and `tally incident`), and `overview`, `incident`, `release` and `tenant` to people.

mod access;
mod acts;
mod api;
mod forms;
mod guard;
mod incident;
mod login;
mod overview;
mod page;
mod read;
mod release;
pub mod shapes;
mod tenant;

use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpRequest, HttpServer, ResponseError, web};
use anyhow::Context;

use super::problem::{self, Problem};
use super::{request_id, security};
use crate::tally::Tally;
use access::Access;

/// The longest body, in bytes: a postmortem, however it is written.
const MAX_BODY: usize = 1024 * 1024;

/// Starts listening, where that is configured. The caller awaits the server, and stops it by its handle.
///
/// # Errors
/// The address cannot be bound.
pub fn serve(tally: Arc<Tally>) -> anyhow::Result<Option<(Server, SocketAddr)>> {
    let Some(listen) = tally.config.ops.listen else {
        return Ok(None);
    };
    let access = web::Data::new(Access::new(&tally.config.ops));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::from(tally.clone()))
            .app_data(access.clone())
            .configure(routes)
            .wrap(from_fn(guard::admit))
            .wrap(from_fn(security::headers))
            .wrap(from_fn(request_id::assign))
    });
    let server = server
        .workers(1)
        .disable_signals()
        .shutdown_timeout(5)
        .bind(listen)
        .with_context(|| format!("TALLY_OPS_LISTEN: {listen} cannot be listened on"))?;
    let bound = server.addrs().first().copied().unwrap_or(listen);
    Ok(Some((server.run(), bound)))
}

fn routes(config: &mut web::ServiceConfig) {
    let unreadable = |error: actix_web::error::UrlencodedError, _: &HttpRequest| {
        forms::Shown(Problem::malformed(format!("The form cannot be read: {error}."))).into()
    };
    config
        .app_data(web::PayloadConfig::new(MAX_BODY))
        .app_data(
            web::FormConfig::default()
                .limit(MAX_BODY)
                .error_handler(unreadable),
        )
        .configure(api::routes)
        .configure(forms::routes)
        .default_service(web::to(nowhere));
}

async fn nowhere(request: HttpRequest) -> actix_web::HttpResponse {
    let path = request.path().to_owned();
    match problem::not_found(request).await {
        Ok(answer) => answer,
        Err(problem) if path.starts_with(guard::API) => problem.error_response(),
        Err(problem) => page::problem(&problem),
    }
}
