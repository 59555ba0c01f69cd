//! The platform's lifecycle callbacks.
//!
//! `installed` is answered 204 only after the durable append *and* once the secret is in memory: the next request may be signed with it.
//! When the append fails the answer is 503, so that the platform marks the installation failed and tries again. Each refusal
//! is noted on the install log, for the admin and the operator.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, Resource, Route, web};
use chrono::Utc;
use serde::Deserialize;
use tally_atlassian::Refusal;
use tally_atlassian::lifecycle::{Callback, MAX_BODY_BYTES};
use tally_atlassian::qsh::SignedRequest;
use tally_atlassian::token::RawToken;
use tally_commands::{CommandError, Done};
use tally_descriptor::callback;
use tally_domain::tenant::TenantRefusal;
use tally_domain::{ClientKey, TenantId};
use tracing::info;

use super::api::input;
use super::caller::{path_and_query, token};
use super::problem::{self, Problem};
use super::request_id;
use crate::application::tenants;
use crate::diagnosis::seen::RefusedCallback;
use crate::install_log::Note;
use crate::metric;
use crate::synthetic::is_synthetic;
use crate::tally::Tally;

/// The four callbacks.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(at(callback::INSTALLED, web::post().to(installed)))
        .service(at(callback::UNINSTALLED, web::post().to(uninstalled)))
        .service(at(callback::ENABLED, web::post().to(enabled)))
        .service(at(callback::DISABLED, web::post().to(disabled)));
}

fn at(path: &str, route: Route) -> Resource {
    web::resource(path)
        .route(route)
        .default_service(web::to(problem::method_not_allowed))
}

/// A body as it came, or why it did not. One that is too long is refused like any other that cannot be read, and noted like it.
struct Body(Result<Vec<u8>, Problem>);

impl Body {
    async fn of(payload: web::Payload) -> Self {
        let body = input::body(payload, MAX_BODY_BYTES).await;
        Self(body.map_err(|problem| match problem.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Refusal::BodyMalformed("it is longer than 64 KiB").into(),
            _ => Refusal::BodyMalformed("it breaks off").into(),
        }))
    }

    fn bytes(&self) -> Result<&[u8], Problem> {
        self.0.as_deref().map_err(Clone::clone)
    }
}

async fn installed(
    tally: web::Data<Tally>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let body = Body::of(payload).await;
    let outcome = record_installed(&tally, &request, &body).await;
    observe_installed(&tally, &request, outcome.as_ref().err());
    answer(&tally, Callback::Installed, &body, outcome).await
}

async fn uninstalled(
    tally: web::Data<Tally>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let body = Body::of(payload).await;
    let outcome = record_uninstalled(&tally, &request, &body).await;
    answer(&tally, Callback::Uninstalled, &body, outcome).await
}

async fn enabled(
    tally: web::Data<Tally>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let body = Body::of(payload).await;
    let outcome = record_enablement(&tally, &request, &body, Callback::Enabled).await;
    answer(&tally, Callback::Enabled, &body, outcome).await
}

/// Around an uninstall `disabled` comes in any order and, once the platform has dropped the secret, without a token or with one of a secret
/// that is not accepted any more. Such a one is answered without effect.
async fn disabled(
    tally: web::Data<Tally>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let body = Body::of(payload).await;
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
    body: &Body,
) -> Result<(TenantId, Done), Problem> {
    let now = Utc::now();
    let verified = tally
        .install
        .verify_installed(&token(request)?, &signed(request), body.bytes()?, now)
        .await?;
    let grace = tally.config.previous_secret_grace;
    let id = request_id::current();
    let recorded = tenants::record_installation(&*tally.log, &tally.vault, &verified, grace, id, now).await;
    if let Some(key) = ClientKey::parse(&verified.payload.client_key) {
        if !is_synthetic(&key) {
            tally.seen.callback_verified(now);
        }
        match &recorded {
            Err(CommandError::Unavailable(_)) => tally.directory.note_unstored(key, now),
            _ => tally.directory.note_stored(&key),
        }
    }
    recorded.map_err(to_problem)
}

/// The watch counts whom the platform's token names, not whom the body claims to be from: the signature covers the token only.
fn observe_installed(tally: &Tally, request: &HttpRequest, refused: Option<&Problem>) {
    let issuer = token(request).ok().and_then(|raw| issuer(&raw));
    let Some(key) = issuer.filter(|key| !is_synthetic(key)) else {
        return;
    };
    match refused {
        None => tally.watch.observe_installed(key.as_str()),
        Some(problem) => {
            let known = tally.directory.find(&key).is_some();
            tally
                .watch
                .observe_install_refused(key.as_str(), known, problem.code(), Utc::now());
        }
    }
}

async fn record_uninstalled(
    tally: &Tally,
    request: &HttpRequest,
    body: &Body,
) -> Result<(TenantId, Done), Problem> {
    let now = Utc::now();
    let verified = tally
        .install
        .verify_uninstalled(&token(request)?, &signed(request), body.bytes()?, now)
        .await?;
    let key = ClientKey::parse(&verified.payload.client_key).ok_or(Refusal::InstallTenantUnknown)?;
    let tenant = tenants::find(&*tally.log, &key)
        .await?
        .ok_or(Refusal::InstallTenantUnknown)?;
    let done = tenants::record_uninstallation(&*tally.log, tenant, &verified, request_id::current(), now);
    Ok((tenant, done.await.map_err(to_problem)?))
}

async fn record_enablement(
    tally: &Tally,
    request: &HttpRequest,
    body: &Body,
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
        .read(callback, body.bytes()?, credentials.client_key.as_str())?;
    let enabled = matches!(callback, Callback::Enabled);
    let id = request_id::current();
    let done = tenants::record_enablement(&*tally.log, credentials.tenant, enabled, id, now).await?;
    Ok((credentials.tenant, done))
}

/// A replay is refused in the words of the catalogue, so that one code says one thing wherever an admin reads it.
fn to_problem(error: CommandError<TenantRefusal>) -> Problem {
    match error {
        CommandError::Refused(TenantRefusal::ReplayedWithAnotherBody) => {
            Refusal::ReplayedWithAnotherBody.into()
        }
        other => other.into(),
    }
}

/// The platform retries what is answered 503 and drops what is answered 401: while a rotation may be pending, a callback must not be lost.
fn rotation_pending(tally: &Tally, raw: &RawToken, now: chrono::DateTime<Utc>) -> bool {
    issuer(raw).is_some_and(|key| tally.directory.rotation_pending(&key, now))
}

/// Whom a token names, whoever wrote it.
fn issuer(raw: &RawToken) -> Option<ClientKey> {
    let claims = raw.unverified().ok()?;
    ClientKey::parse(claims.issuer())
}

async fn answer(
    tally: &Tally,
    callback: Callback,
    body: &Body,
    outcome: Result<(TenantId, Done), Problem>,
) -> Result<HttpResponse, Problem> {
    match outcome {
        Ok((tenant, done)) => {
            tally.projected.wait_for(Some(tenant), done.position).await?;
            tally.projected.wait_for_credentials(done.position).await?;
            info!(callback = callback.as_str(), %tenant, events = done.appended, "callback accepted");
            metrics::counter!(metric::CALLBACKS_ACCEPTED, "callback" => callback.as_str()).increment(1);
            Ok(HttpResponse::NoContent().finish())
        }
        Err(problem) => {
            note(tally, callback, body, &problem).await;
            Err(problem)
        }
    }
}

async fn note(tally: &Tally, callback: Callback, body: &Body, problem: &Problem) {
    let claimed_client_key = body.bytes().ok().and_then(claimed_client_key);
    let note = Note {
        callback: callback.as_str(),
        code: problem.code().to_owned(),
        cause: problem.detail().to_owned(),
        remedy: problem.remedy().to_owned(),
        claimed_client_key: claimed_client_key.clone(),
        request: request_id::current(),
    };
    let written = tally.refusals.note(note).await;
    if let (None, Some(client_key)) = (written, claimed_client_key) {
        let refused = RefusedCallback {
            at: Utc::now(),
            callback: callback.as_str(),
            code: problem.code().to_owned(),
            client_key,
        };
        // Only a callback that was proved is ever tried to be stored.
        tally
            .seen
            .callback_refused(refused, problem.code() == "log.unavailable");
    }
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
