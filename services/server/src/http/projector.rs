//! What a projector answers: health, readiness and metrics. It serves no pages in Jira.

use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, HttpServer, web};
use serde_json::json;
use tally_event_log::LogReader;
use tally_operator::log_health::LogHealth;
use tally_view_store::{PartitionStatus, StoreError, ViewStore};

use super::operations::{self, Metrics};
use super::{connections, methods};
use crate::app::VERSION;

/// The log and the views of a projector.
pub struct ProjectorState {
    /// The log that it follows.
    pub log: Arc<dyn LogReader>,
    /// The views that it feeds.
    pub views: Arc<ViewStore>,
    /// Whether the log is the one that the views were built from.
    pub health: Arc<LogHealth>,
}

/// Starts listening. The caller awaits the server, and stops it by its handle.
///
/// # Errors
/// The address cannot be bound.
pub fn serve(projector: Arc<ProjectorState>, listen: SocketAddr) -> std::io::Result<(Server, SocketAddr)> {
    let metrics = Metrics::install();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::from(projector.clone()))
            .app_data(web::Data::new(metrics.clone()))
            .route("/healthz", web::get().to(operations::healthz))
            .route("/readyz", web::get().to(readyz))
            .route("/metrics", web::get().to(operations::metrics))
            .wrap(from_fn(methods::answer_head))
    });
    let server = server
        .workers(1)
        .max_connections(connections::OF_OPERATORS)
        .disable_signals()
        .shutdown_timeout(5)
        .bind(listen)?;
    let bound = server.addrs().first().copied().unwrap_or(listen);
    Ok((server.run(), bound))
}

/// Ready: the log and the views' database answer, and no view is stopped.
async fn readyz(projector: web::Data<ProjectorState>) -> HttpResponse {
    let head = projector.log.head().await;
    let views = projector.views.clone();
    let partitions = web::block(move || views.partition_status()).await;
    let partitions = partitions.unwrap_or(Err(StoreError::Closed));
    let is_stopped = |part: &PartitionStatus| !part.poisoned.is_empty();
    let cause = projector.health.cause();
    let ready = head.is_ok()
        && cause.is_none()
        && partitions
            .as_ref()
            .is_ok_and(|parts| !parts.iter().any(is_stopped));
    let to_json = |part: &PartitionStatus| {
        json!({
            "partition": part.partition.to_string(),
            "reached": part.checkpoint.map(|at| at.to_string()),
            "fed": part.fed,
            "stopped": is_stopped(part),
        })
    };
    let body = json!({
        "ready": ready,
        "role": "projector",
        "log": {
            "available": head.is_ok(),
            "head": head.ok().flatten().map(|at| at.to_string()),
            "cause": cause,
        },
        "partitions": partitions.unwrap_or_default().iter().map(to_json).collect::<Vec<_>>(),
        "version": VERSION,
    });
    if ready {
        HttpResponse::Ok().json(body)
    } else {
        HttpResponse::ServiceUnavailable().json(body)
    }
}
