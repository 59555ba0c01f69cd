//! The platform's lifecycle callbacks.
//!
//! `installed` is answered 204 only after the durable append *and* once this node knows the secret:
//! the next request may be signed with it. When the append fails the answer is 503, so that the
//! platform marks the installation failed and tries again. Each refusal is stored in the install
//! log, for the admin and the operator.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, Resource, Route, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use tally_atlassian::Refusal;
use tally_atlassian::lifecycle::{Callback, MAX_BODY_BYTES};
use tally_atlassian::qsh::SignedRequest;
use tally_atlassian::token::RawToken;
use tally_commands::{CommandError, Done, Unavailable, tenants};
use tally_descriptor::callback;
use tally_domain::tenant::TenantRefusal;
use tally_domain::{ClientKey, TenantId};
use tally_operator::observer::{Observer, UnwrittenCallback};
use tracing::info;

use super::api::input;
use super::caller::{find_token, path_and_query};
use super::problem::{self, Problem};
use super::request_id;
use crate::authentication::{CallbackRefusal, is_synthetic};
use crate::metric;
use crate::tally::Tally;

/// The routes of the four callbacks.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(at(callback::INSTALLED, web::post().to(receive_installed)))
        .service(at(callback::UNINSTALLED, web::post().to(receive_uninstalled)))
        .service(at(callback::ENABLED, web::post().to(receive_enabled)))
        .service(at(callback::DISABLED, web::post().to(receive_disabled)));
}

fn at(path: &str, route: Route) -> Resource {
    web::resource(path)
        .route(route)
        .default_service(web::to(problem::method_not_allowed))
}

/// Why a callback was not recorded.
enum CallbackError {
    /// Its token or its body is not accepted.
    Refused(Refusal),
    /// It cannot be checked: the platform may be signing with a secret that could not be stored.
    RotationPending,
    /// It is genuine, and was not recorded.
    Command(CommandError<TenantRefusal>),
}

impl From<Refusal> for CallbackError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Unavailable> for CallbackError {
    fn from(cause: Unavailable) -> Self {
        Self::Command(cause.into())
    }
}

impl From<CommandError<TenantRefusal>> for CallbackError {
    fn from(error: CommandError<TenantRefusal>) -> Self {
        match error {
            // One code has one text, wherever an admin reads it.
            CommandError::Refused(TenantRefusal::ReplayedWithAnotherBody) => {
                Self::Refused(Refusal::ReplayedWithAnotherBody)
            }
            error => Self::Command(error),
        }
    }
}

impl From<CallbackError> for Problem {
    fn from(error: CallbackError) -> Self {
        match error {
            CallbackError::Refused(refusal) => refusal.into(),
            CallbackError::RotationPending => {
                Self::unavailable(&"a rotation could not be stored and the platform may be using it")
            }
            CallbackError::Command(error) => error.into(),
        }
    }
}

type Recorded = Result<(TenantId, Done), CallbackError>;

/// A body as it came, or why it did not. One that is too long is refused like any other that cannot
/// be read, and stored in the install log like it.
struct Body(Result<Vec<u8>, Refusal>);

impl Body {
    async fn read(payload: web::Payload) -> Self {
        let body = input::body(payload, MAX_BODY_BYTES).await;
        Self(body.map_err(|problem| match problem.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Refusal::BodyMalformed("it is longer than 64 KiB"),
            _ => Refusal::BodyMalformed("it breaks off"),
        }))
    }

    fn bytes(&self) -> Result<&[u8], Refusal> {
        self.0.as_deref().map_err(|refusal| *refusal)
    }
}

async fn receive_installed(
    tally: web::Data<Tally>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let body = Body::read(payload).await;
    let recorded = record_installed(&tally, &request, &body).await;
    observe_installed(&tally, &request, recorded.as_ref().err());
    answer(&tally, Callback::Installed, &body, recorded).await
}

async fn receive_uninstalled(
    tally: web::Data<Tally>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let body = Body::read(payload).await;
    let recorded = record_uninstalled(&tally, &request, &body).await;
    answer(&tally, Callback::Uninstalled, &body, recorded).await
}

async fn receive_enabled(
    tally: web::Data<Tally>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let body = Body::read(payload).await;
    let recorded = record_enablement(&tally, &request, &body, Callback::Enabled).await;
    answer(&tally, Callback::Enabled, &body, recorded).await
}

/// Around an uninstall `disabled` comes in any order and, once the platform has dropped the secret,
/// without a token or with one of a secret that is not accepted any more. Those are answered 204
/// and change nothing.
async fn receive_disabled(
    tally: web::Data<Tally>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let body = Body::read(payload).await;
    match record_enablement(&tally, &request, &body, Callback::Disabled).await {
        Err(CallbackError::Refused(refusal @ (Refusal::Missing | Refusal::TenantUninstalled))) => {
            record_refusal(&tally, Callback::Disabled, &body, &refusal.into(), false).await;
            Ok(HttpResponse::NoContent().finish())
        }
        recorded => answer(&tally, Callback::Disabled, &body, recorded).await,
    }
}

async fn record_installed(tally: &Tally, request: &HttpRequest, body: &Body) -> Recorded {
    let (now, token) = (tally.clock.now(), find_token(request)?);
    let verified = tally
        .authenticator
        .verify_installed(&token, &to_signed(request), body.bytes()?, now)
        .await?;
    let grace = tally.config.previous_secret_grace;
    let id = request_id::current();
    let recorded = tenants::record_installation(&*tally.log, &tally.vault, &verified, grace, id, now).await;
    if let Some(key) = ClientKey::parse(&verified.payload().client_key) {
        if !is_synthetic(&key) {
            tally.observations.note_install_verified(now);
        }
        match &recorded {
            Err(CommandError::Unavailable(_)) => tally.directory.rotations.add(key, now),
            Ok(_)
            | Err(CommandError::Refused(_) | CommandError::Precondition { .. } | CommandError::KeyReused) => {
                tally.directory.rotations.remove(&key);
            }
        }
    }
    Ok(recorded?)
}

/// The watch counts the site that the platform's token names, not the one that the body claims: the
/// signature covers the token only.
fn observe_installed(tally: &Tally, request: &HttpRequest, error: Option<&CallbackError>) {
    let issuer = find_token(request).ok().and_then(|token| claimed_issuer(&token));
    let Some(key) = issuer.filter(|key| !is_synthetic(key)) else {
        return;
    };
    match error {
        None => tally.observations.note_install_accepted(&key),
        Some(CallbackError::Refused(refusal)) => {
            let known = tally.directory.find(&key).is_some();
            tally
                .observations
                .note_install_refused(&key, known, refusal, tally.clock.now());
        }
        Some(CallbackError::RotationPending | CallbackError::Command(_)) => {}
    }
}

async fn record_uninstalled(tally: &Tally, request: &HttpRequest, body: &Body) -> Recorded {
    let (now, token) = (tally.clock.now(), find_token(request)?);
    let verified = tally
        .authenticator
        .verify_uninstalled(&token, &to_signed(request), body.bytes()?, now)
        .await?;
    let key = ClientKey::parse(&verified.payload().client_key).ok_or(Refusal::InstallTenantUnknown)?;
    let tenant = tenants::find(&*tally.log, &key).await?;
    let tenant = tenant.ok_or(Refusal::InstallTenantUnknown)?;
    let id = request_id::current();
    let done = tenants::record_uninstallation(&*tally.log, tenant, &verified, id, now).await?;
    Ok((tenant, done))
}

async fn record_enablement(
    tally: &Tally,
    request: &HttpRequest,
    body: &Body,
    callback: Callback,
) -> Recorded {
    let (now, token) = (tally.clock.now(), find_token(request)?);
    let content = (callback, body.bytes());
    let verified = tally
        .authenticator
        .verify_enablement(&token, &to_signed(request), content, now)
        .await;
    let caller = match verified {
        Err(Refusal::SignatureInvalid) if is_rotation_pending(tally, &token, now) => {
            return Err(CallbackError::RotationPending);
        }
        verified => verified?,
    };
    let tenant = caller.credentials().tenant;
    let enabled = matches!(callback, Callback::Enabled);
    let id = request_id::current();
    let done = tenants::record_enablement(&*tally.log, tenant, enabled, id, now).await?;
    Ok((tenant, done))
}

/// The platform retries what is answered 503 and drops what is answered 401: while a rotation may
/// be pending, a callback must not be lost.
fn is_rotation_pending(tally: &Tally, token: &RawToken, now: DateTime<Utc>) -> bool {
    claimed_issuer(token).is_some_and(|key| tally.directory.rotations.contains(&key, now))
}

/// The site that a token names. Anyone can write one.
fn claimed_issuer(token: &RawToken) -> Option<ClientKey> {
    ClientKey::parse(token.unverified_claims().ok()?.issuer())
}

async fn answer(
    tally: &Tally,
    callback: Callback,
    body: &Body,
    recorded: Recorded,
) -> Result<HttpResponse, Problem> {
    match recorded {
        Ok((tenant, done)) => {
            tally.projected.wait_for(Some(tenant), done.position).await?;
            tally.projected.wait_for_credentials(done.position).await?;
            info!(callback = callback.as_str(), %tenant, events = done.appended, "callback accepted");
            metrics::counter!(metric::CALLBACKS_ACCEPTED, "callback" => callback.as_str()).increment(1);
            Ok(HttpResponse::NoContent().finish())
        }
        Err(error) => {
            // Only a callback that was proven genuine gets as far as the log.
            let is_genuine = matches!(error, CallbackError::Command(CommandError::Unavailable(_)));
            let problem = Problem::from(error);
            record_refusal(tally, callback, body, &problem, is_genuine).await;
            Err(problem)
        }
    }
}

async fn record_refusal(tally: &Tally, callback: Callback, body: &Body, problem: &Problem, is_genuine: bool) {
    let claimed_client_key = body.bytes().ok().and_then(claimed_client_key);
    let refusal = CallbackRefusal {
        callback: callback.as_str(),
        code: problem.code().to_owned(),
        cause: problem.detail().to_owned(),
        remedy: problem.remedy().to_owned(),
        claimed_client_key: claimed_client_key.clone(),
        request: request_id::current(),
    };
    let stored = tally.install_log.record(refusal).await;
    if let (None, Some(client_key)) = (stored, claimed_client_key) {
        let refused = UnwrittenCallback {
            at: tally.clock.now(),
            callback: callback.as_str(),
            code: problem.code().to_owned(),
            client_key,
        };
        tally.observations.note_unwritten_callback(refused, is_genuine);
    }
}

fn to_signed(request: &HttpRequest) -> SignedRequest<'_> {
    SignedRequest::new(request.method().as_str(), path_and_query(request))
}

/// The site that a refused body claims to be from, for the install log only.
fn claimed_client_key(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Claimed {
        client_key: String,
    }
    let claimed: Claimed = serde_json::from_slice(body).ok()?;
    ClientKey::parse(&claimed.client_key).map(|key| key.to_string())
}
