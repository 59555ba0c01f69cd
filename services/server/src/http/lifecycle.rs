//! The platform's lifecycle callbacks.
//!
//! `installed` is answered 204 only after the durable append *and* once the secret is in memory: the next request may be signed with it.
//! When the append fails the answer is 503, so that the platform marks the installation failed and tries again. Each refusal
//! is noted on the install log, for the admin and the operator.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Utc;
use serde::Deserialize;
use tally_atlassian::Refusal;
use tally_atlassian::lifecycle::{Callback, MAX_BODY_BYTES};
use tally_atlassian::qsh::SignedRequest;
use tally_atlassian::token::RawToken;
use tally_descriptor::callback;
use tally_domain::{ClientKey, TenantId};
use tracing::info;

use super::caller::{path_and_query, token};
use super::problem::Problem;
use super::request_id;
use crate::application::execute::{CommandError, Done};
use crate::application::tenants;
use crate::install_log::Note;
use crate::tally::Tally;

/// The four callbacks.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource(callback::INSTALLED)
                .app_data(web::PayloadConfig::new(MAX_BODY_BYTES))
                .route(web::post().to(installed)),
        )
        .service(
            web::resource(callback::UNINSTALLED)
                .app_data(web::PayloadConfig::new(MAX_BODY_BYTES))
                .route(web::post().to(uninstalled)),
        )
        .service(
            web::resource(callback::ENABLED)
                .app_data(web::PayloadConfig::new(MAX_BODY_BYTES))
                .route(web::post().to(enabled)),
        )
        .service(
            web::resource(callback::DISABLED)
                .app_data(web::PayloadConfig::new(MAX_BODY_BYTES))
                .route(web::post().to(disabled)),
        );
}

async fn installed(
    tally: web::Data<Tally>,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let outcome = record_installed(&tally, &request, &body).await;
    answer(&tally, Callback::Installed, &body, outcome).await
}

async fn uninstalled(
    tally: web::Data<Tally>,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let outcome = record_uninstalled(&tally, &request, &body).await;
    answer(&tally, Callback::Uninstalled, &body, outcome).await
}

async fn enabled(
    tally: web::Data<Tally>,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let outcome = record_enablement(&tally, &request, &body, Callback::Enabled).await;
    answer(&tally, Callback::Enabled, &body, outcome).await
}

/// Around an uninstall `disabled` comes in any order and, once the platform has dropped the secret, without a token or with one of a secret
/// that is not accepted any more. Such a one is answered without effect.
async fn disabled(
    tally: web::Data<Tally>,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let outcome = record_enablement(&tally, &request, &body, Callback::Disabled).await;
    let harmless = |problem: &Problem| ["jwt.missing", "tenant.uninstalled"].contains(&problem.code());
    match outcome {
        Err(problem) if harmless(&problem) => {
            note(&tally, Callback::Disabled, &body, &problem).await;
            Ok(HttpResponse::NoContent().finish())
        }
        outcome => answer(&tally, Callback::Disabled, &body, outcome).await,
    }
}

async fn record_installed(
    tally: &Tally,
    request: &HttpRequest,
    body: &[u8],
) -> Result<(TenantId, Done), Problem> {
    let now = Utc::now();
    let verified = tally
        .install
        .verify_installed(&token(request)?, &signed(request), body, now)
        .await?;
    let grace = tally.config.previous_secret_grace;
    let id = request_id::current();
    let recorded = tenants::record_installation(&*tally.log, &tally.vault, &verified, grace, id, now).await;
    if let Some(key) = ClientKey::parse(&verified.payload.client_key) {
        match &recorded {
            Err(CommandError::Unavailable(_)) => tally.directory.note_unstored(key, now),
            _ => tally.directory.note_stored(&key),
        }
    }
    Ok(recorded?)
}

async fn record_uninstalled(
    tally: &Tally,
    request: &HttpRequest,
    body: &[u8],
) -> Result<(TenantId, Done), Problem> {
    let now = Utc::now();
    let verified = tally
        .install
        .verify_uninstalled(&token(request)?, &signed(request), body, now)
        .await?;
    let key = ClientKey::parse(&verified.payload.client_key).ok_or(Refusal::InstallTenantUnknown)?;
    let tenant = tenants::find(&*tally.log, &key)
        .await?
        .ok_or(Refusal::InstallTenantUnknown)?;
    let done =
        tenants::record_uninstallation(&*tally.log, tenant, &verified, request_id::current(), now).await?;
    Ok((tenant, done))
}

async fn record_enablement(
    tally: &Tally,
    request: &HttpRequest,
    body: &[u8],
    callback: Callback,
) -> Result<(TenantId, Done), Problem> {
    let now = Utc::now();
    let raw: RawToken = token(request)?;
    let caller = match tally.verify_page(&raw, &signed(request), now).await {
        Err(refusal) if refusal == Refusal::SignatureInvalid && rotation_pending(tally, &raw, now) => {
            return Err(Problem::unavailable(
                &"a rotation could not be stored and the platform may be using it",
            ));
        }
        outcome => outcome?,
    };
    let credentials = &caller.credentials;
    tally
        .lifecycle
        .read(callback, body, credentials.client_key.as_str())?;
    let enabled = matches!(callback, Callback::Enabled);
    let id = request_id::current();
    let done = tenants::record_enablement(&*tally.log, credentials.tenant, enabled, id, now).await?;
    Ok((credentials.tenant, done))
}

/// The platform retries what is answered 503 and drops what is answered 401: while a rotation may be pending, a callback must not be lost.
fn rotation_pending(tally: &Tally, raw: &RawToken, now: chrono::DateTime<Utc>) -> bool {
    let issuer = raw
        .unverified()
        .ok()
        .and_then(|claims| ClientKey::parse(claims.issuer()));
    issuer.is_some_and(|key| tally.directory.rotation_pending(&key, now))
}

async fn answer(
    tally: &Tally,
    callback: Callback,
    body: &[u8],
    outcome: Result<(TenantId, Done), Problem>,
) -> Result<HttpResponse, Problem> {
    match outcome {
        Ok((tenant, done)) => {
            tally.projected.wait_for(done.position).await?;
            info!(callback = callback.as_str(), %tenant, events = done.appended, "callback accepted");
            metrics::counter!("tally_callbacks_accepted_total", "callback" => callback.as_str()).increment(1);
            Ok(HttpResponse::NoContent().finish())
        }
        Err(problem) => {
            note(tally, callback, body, &problem).await;
            Err(problem)
        }
    }
}

async fn note(tally: &Tally, callback: Callback, body: &[u8], problem: &Problem) {
    let note = Note {
        callback: callback.as_str(),
        code: problem.code().to_owned(),
        cause: problem.detail().to_owned(),
        remedy: problem.remedy().to_owned(),
        claimed_client_key: claimed_client_key(body),
        request: request_id::current(),
    };
    tally.refusals.note(note).await;
}

fn signed(request: &HttpRequest) -> SignedRequest<'_> {
    SignedRequest::new(request.method().as_str(), path_and_query(request))
}

/// Whom a refused body claims to be from, for the install log only.
fn claimed_client_key(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Claimed {
        client_key: String,
    }
    serde_json::from_slice::<Claimed>(body)
        .ok()
        .and_then(|c| ClientKey::parse(&c.client_key))
        .map(|k| k.to_string())
}
