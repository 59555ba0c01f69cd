//! Health, readiness, metrics, the front page and the descriptor.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpResponse, web};
use maud::html;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::json;
use std::sync::OnceLock;
use tally_http::Reader;
use tally_http::html::{Document, to_answer};

use crate::app::{App, VERSION};

/// The Prometheus registry; one for the process.
#[derive(Clone)]
pub struct Metrics(Option<PrometheusHandle>);

impl Metrics {
    /// Installs the recorder; the first call does, later ones share it.
    pub fn install() -> Self {
        static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
        let install = || {
            let buckets = [
                0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
            ];
            PrometheusBuilder::new()
                .set_buckets(&buckets)
                .ok()?
                .install_recorder()
                .ok()
                .inspect(|_| crate::metric::describe())
        };
        Self(HANDLE.get_or_init(install).clone())
    }
}

/// `/`, `/healthz`, `/readyz`, `/metrics`, and the descriptor.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/", web::get().to(front_page))
        .route("/healthz", web::get().to(healthz))
        .route("/readyz", web::get().to(readyz))
        .route("/metrics", web::get().to(metrics))
        .route(tally_descriptor::PATH, web::get().to(descriptor));
}

async fn front_page(reader: Reader) -> HttpResponse {
    let texts = reader.texts;
    let body = html! {
        main.narrow {
            h1 { "Tally " (VERSION) }
            p { (texts.page_front()) }
            p {
                a href=(tally_descriptor::PATH) { (texts.page_front_descriptor()) } " · "
                a href="/api/v1/openapi.json" { (texts.page_front_api()) } " · "
                a href="/readyz" { (texts.page_front_readiness()) }
            }
        }
    };
    to_answer(
        StatusCode::OK,
        &Document::new(&texts.page_front_title(), texts),
        &body,
    )
}

/// Alive: the process answers.
pub(super) async fn healthz() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
        .body("ok")
}

/// Ready: the log answers and can be written, and every view runs.
async fn readyz(app: web::Data<App>) -> HttpResponse {
    let head = app.log.head().await;
    let views = app.views.clone();
    let views = web::block(move || views.status()).await;
    let stopped: Vec<&str> = match &views {
        Ok(Ok(views)) => views
            .iter()
            .filter(|view| !view.is_running())
            .map(|view| view.view.as_str())
            .collect(),
        Ok(Err(_)) | Err(_) => vec!["all"],
    };
    let cause = app.log_health.cause();
    let ready = head.is_ok() && cause.is_none() && stopped.is_empty();
    let body = json!({
        "ready": ready,
        "log": {
            "available": head.is_ok(),
            "head": head.ok().flatten().map(|at| at.to_string()),
            "cause": cause,
        },
        "views": { "stopped": stopped, "reached": app.projected.reached().map(|at| at.to_string()) },
        "role": app.config.role.as_str(),
        "version": VERSION,
    });
    if ready {
        HttpResponse::Ok().json(body)
    } else {
        HttpResponse::ServiceUnavailable().json(body)
    }
}

pub(super) async fn metrics(registry: web::Data<Metrics>) -> HttpResponse {
    match &registry.0 {
        Some(handle) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"))
            .body(handle.render()),
        None => HttpResponse::ServiceUnavailable().finish(),
    }
}

async fn descriptor(app: web::Data<App>) -> HttpResponse {
    let descriptor = tally_descriptor::descriptor(&app.config.app_key, app.config.base_url.as_str());
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .body(descriptor.to_json().unwrap_or_default())
}
