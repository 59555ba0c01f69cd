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
use tally_atlassian::lifecycle::{Callback, MAX_BODY_BYTES};
use tally_atlassian::qsh::SignedRequest;
use tally_atlassian::token::RawToken;
use tally_atlassian::{Refusal, Unreadable};
use tally_commands::{CommandError, Done, Unavailable, tenants};
use tally_descriptor::callback;
use tally_domain::tenant::TenantRefusal;
use tally_domain::{ClientKey, TenantId};
use tally_observations::observer::{Observer, UnwrittenCallback};
use tracing::info;

use super::api::input;
use super::caller::{find_token, path_and_query};
use super::problem::{self, Problem};
use super::request_id;
use crate::app::App;
use crate::metric;
use tally_authentication::{CallbackRefusal, is_synthetic};

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
            CommandError::Refused(TenantRefusal::Unknown) => Self::Refused(Refusal::InstallTenantUnknown),
            CommandError::Refused(TenantRefusal::ClientKeyUnusable) => {
                Self::Refused(Refusal::BodyMalformed {
                    reason: Unreadable::BodyClientKey,
                })
            }
            CommandError::Unavailable(cause) if cause.is_erased() => Self::Refused(Refusal::TenantErased),
            CommandError::Refused(TenantRefusal::NotACandidate)
            | CommandError::Precondition { .. }
            | CommandError::KeyReused
            | CommandError::Unavailable(_) => Self::Command(error),
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
        let body = input::read_body(payload, MAX_BODY_BYTES).await;
        Self(body.map_err(|problem| match problem.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Refusal::BodyMalformed {
                reason: Unreadable::BodyTooLong,
            },
            _ => Refusal::BodyMalformed {
                reason: Unreadable::BodyIncomplete,
            },
        }))
    }

    fn bytes(&self) -> Result<&[u8], Refusal> {
        self.0.as_deref().map_err(|refusal| *refusal)
    }
}

async fn receive_installed(
    app: web::Data<App>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let body = Body::read(payload).await;
    let recorded = record_installed(&app, &request, &body).await;
    observe_installed(&app, &request, &recorded);
    answer(&app, Callback::Installed, &body, recorded).await
}

async fn receive_uninstalled(
    app: web::Data<App>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let body = Body::read(payload).await;
    match record_uninstalled(&app, &request, &body).await {
        // The site has no Tally, as it wants; the platform would repeat what is answered 404.
        Err(CallbackError::Refused(refusal @ Refusal::InstallTenantUnknown)) => {
            ignore(&app, Callback::Uninstalled, &body, refusal).await
        }
        recorded => answer(&app, Callback::Uninstalled, &body, recorded).await,
    }
}

async fn receive_enabled(
    app: web::Data<App>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let body = Body::read(payload).await;
    let recorded = record_enablement(&app, &request, &body, Callback::Enabled).await;
    answer(&app, Callback::Enabled, &body, recorded).await
}

/// Around an uninstall `disabled` comes in any order and, once the platform has dropped the secret,
/// without a token or with one of a secret that is not accepted any more. Those are answered 204
/// and change nothing.
async fn receive_disabled(
    app: web::Data<App>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let body = Body::read(payload).await;
    match record_enablement(&app, &request, &body, Callback::Disabled).await {
        Err(CallbackError::Refused(refusal @ (Refusal::Missing | Refusal::TenantUninstalled))) => {
            ignore(&app, Callback::Disabled, &body, refusal).await
        }
        recorded => answer(&app, Callback::Disabled, &body, recorded).await,
    }
}

/// Answers 204 to a callback that has no effect. The install log says why.
async fn ignore(app: &App, callback: Callback, body: &Body, why: Refusal) -> Result<HttpResponse, Problem> {
    record_refusal(app, callback, body, &why.into(), false).await;
    Ok(HttpResponse::NoContent().finish())
}

async fn record_installed(app: &App, request: &HttpRequest, body: &Body) -> Recorded {
    let (now, token) = (app.clock.now(), find_token(request)?);
    let verified = app
        .authenticator
        .verify_installed(&token, &to_signed(request), body.bytes()?, now)
        .await?;
    let grace = app.config.previous_secret_grace_seconds;
    let id = request_id::current();
    let recorded = tenants::record_installation(&*app.log, &app.vault, &verified, grace, id, now).await;
    if let Some(key) = ClientKey::parse(&verified.payload().client_key) {
        if !is_synthetic(&key) {
            app.observations.note_install_verified(now);
        }
        let (rotations, issued_at) = (&app.directory.rotations, verified.proof().issued_at());
        match &recorded {
            Err(CommandError::Unavailable(_)) => rotations.add(key, issued_at, now),
            Ok(_) => rotations.remove(&key, issued_at),
            // Nothing was stored, so the platform may be using the pending secret still.
            Err(CommandError::Refused(_) | CommandError::Precondition { .. } | CommandError::KeyReused) => {}
        }
    }
    Ok(recorded?)
}

/// The watch counts the site that the platform's token names, not the one that the body claims: the
/// signature covers the token only.
fn observe_installed(app: &App, request: &HttpRequest, recorded: &Recorded) {
    let issuer = find_token(request).ok().and_then(|token| claimed_issuer(&token));
    let Some(key) = issuer.filter(|key| !is_synthetic(key)) else {
        return;
    };
    let now = app.clock.now();
    match recorded {
        Ok((tenant, _)) => app.observations.note_install_accepted(&key, *tenant, now),
        Err(CallbackError::Refused(refusal)) => {
            let known = app.directory.find(&key.clone().into()).is_some();
            app.observations.note_install_refused(&key, known, refusal, now);
        }
        Err(CallbackError::RotationPending | CallbackError::Command(_)) => {}
    }
}

async fn record_uninstalled(app: &App, request: &HttpRequest, body: &Body) -> Recorded {
    let (now, token) = (app.clock.now(), find_token(request)?);
    let verified = app
        .authenticator
        .verify_uninstalled(&token, &to_signed(request), body.bytes()?, now)
        .await?;
    let key = ClientKey::parse(&verified.payload().client_key).ok_or(Refusal::InstallTenantUnknown)?;
    let tenant = tenants::find(&*app.log, &key).await?;
    let tenant = tenant.ok_or(Refusal::InstallTenantUnknown)?;
    let id = request_id::current();
    let done = tenants::record_uninstallation(&*app.log, &app.vault, tenant, &verified, id, now).await?;
    Ok((tenant, done))
}

async fn record_enablement(app: &App, request: &HttpRequest, body: &Body, callback: Callback) -> Recorded {
    let (now, token) = (app.clock.now(), find_token(request)?);
    let content = (callback, body.bytes());
    let verified = app
        .authenticator
        .verify_enablement(&token, &to_signed(request), content, now)
        .await;
    let caller = match verified {
        Err(Refusal::SignatureInvalid) if is_rotation_pending(app, &token, now) => {
            return Err(CallbackError::RotationPending);
        }
        verified => verified?,
    };
    let tenant = caller.credentials().tenant;
    let enabled = matches!(callback, Callback::Enabled);
    let id = request_id::current();
    let done = tenants::record_enablement(&*app.log, tenant, enabled, id, now).await?;
    Ok((tenant, done))
}

/// The platform retries what is answered 503 and drops what is answered 401: while a rotation may
/// be pending, a callback must not be lost.
fn is_rotation_pending(app: &App, token: &RawToken, now: DateTime<Utc>) -> bool {
    claimed_issuer(token).is_some_and(|key| app.directory.rotations.contains(&key, now))
}

/// The site that a token names. Anyone can write one.
fn claimed_issuer(token: &RawToken) -> Option<ClientKey> {
    ClientKey::parse(token.unverified_claims().ok()?.issuer())
}

async fn answer(
    app: &App,
    callback: Callback,
    body: &Body,
    recorded: Recorded,
) -> Result<HttpResponse, Problem> {
    match recorded {
        Ok((tenant, done)) => {
            app.projected.wait_for(Some(tenant), done.position).await?;
            app.projected.wait_for_credentials(done.position).await?;
            info!(callback = callback.as_str(), %tenant, events = done.appended, "callback accepted");
            metrics::counter!(metric::CALLBACKS_ACCEPTED, "callback" => callback.as_str()).increment(1);
            Ok(HttpResponse::NoContent().finish())
        }
        Err(error) => {
            // Only a callback that was proven genuine gets as far as the log.
            let is_genuine = matches!(error, CallbackError::Command(CommandError::Unavailable(_)));
            let problem = Problem::from(error);
            record_refusal(app, callback, body, &problem, is_genuine).await;
            Err(problem)
        }
    }
}

async fn record_refusal(app: &App, callback: Callback, body: &Body, problem: &Problem, is_genuine: bool) {
    let claimed_client_key = body.bytes().ok().and_then(claimed_client_key);
    let refusal = CallbackRefusal {
        callback: callback.as_str(),
        code: problem.code().to_owned(),
        parameters: problem.parameters().clone(),
        claimed_client_key: claimed_client_key.clone(),
        request: request_id::current(),
    };
    let stored = app.install_log.record(refusal).await;
    if let (None, Some(client_key)) = (stored, claimed_client_key) {
        let refused = UnwrittenCallback {
            at: app.clock.now(),
            callback: callback.as_str(),
            code: problem.code().to_owned(),
            client_key,
        };
        app.observations.note_unwritten_callback(refused, is_genuine);
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
