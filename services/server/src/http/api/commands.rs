//! Changing the register. Each handler reads what is wanted, carries it out, waits until the views show it, and answers with the
//! asset as it is then.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, LOCATION};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::de::DeserializeOwned;
use tally_domain::AccountId;
use tally_domain::asset::{AssetCommand, AssetRefusal, AttributeKey, Tag};

use super::dto::{Asset, CheckIn, CorrectAsset, EditAsset, HandOver, RegisterAsset, WithReason};
use super::input::{MAX_JSON, Params, asset_id, body, json};
use super::openapi::{NotFound, Writing};
use crate::http::caller::{Caller, Command};
use crate::http::problem::{self, Problem};
use crate::roles::Action;
use tally_commands::Origin;
use tally_commands::assets::{self, AttributeChanges};

/// What a caller who may change the register wants.
struct Asked<T> {
    command: Command,
    origin: Origin,
    body: T,
}

async fn asked<T: DeserializeOwned>(
    caller: &Caller,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<Asked<T>, Problem> {
    caller.may(Action::WriteAssets).await?;
    Params::of(request, &[])?;
    let command = Command::of(request)?;
    let raw = body(payload, MAX_JSON).await?;
    let body = json(&raw)?;
    Ok(Asked {
        origin: caller.origin(&command, &raw),
        command,
        body,
    })
}

impl<T> Asked<T> {
    /// Carries `wish` out on the asset of the path.
    async fn carried_out(
        self,
        caller: &Caller,
        id: &str,
        wish: &AssetCommand,
        reason: Option<String>,
    ) -> Result<HttpResponse, Problem> {
        let (asset, log) = (asset_id(id)?, &*caller.app.log);
        let done = assets::change(log, &self.origin, asset, self.command.if_revision, wish, reason).await?;
        let row = caller.asset_after(asset, done.position).await?;
        Ok(caller.asset_answer(StatusCode::OK, row).await)
    }
}

fn wishes(given: BTreeMap<String, Option<String>>) -> Result<AttributeChanges, Problem> {
    let wish = |(key, value): (String, Option<String>)| match AttributeKey::parse(&key) {
        Some(key) => Ok((key, value)),
        None => Err(problem::refused(&AssetRefusal::AttributeInvalid {
            key: key.chars().take(AttributeKey::MAX_LEN).collect(),
            why: "a key has 1 to 64 characters of a-z, 0-9 and _",
        })),
    };
    given.into_iter().map(wish).collect()
}

fn account(text: &str) -> Result<AccountId, Problem> {
    AccountId::parse(text)
        .ok_or_else(|| Problem::malformed("The field to is not an account id.").with("field", "to"))
}

fn tag(text: Option<&str>) -> Result<Option<Tag>, Problem> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    text.map(|text| Tag::parse(text).ok_or_else(|| problem::refused(&AssetRefusal::TagInvalid)))
        .transpose()
}

/// Registers an asset.
#[utoipa::path(
    post,
    path = "/api/v1/assets",
    operation_id = "registerAsset",
    tag = "assets",
    params(("Idempotency-Key" = Option<String>, Header, description = "The caller's name for this request: sent again with it, it is carried out once.")),
    request_body = RegisterAsset,
    responses(
        (status = 201, description = "The asset.", body = Asset, headers(("ETag" = String, description = "Its revision, quoted."), ("Location" = String, description = "Its address."))),
        Writing
    )
)]
pub async fn register(
    caller: Caller,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let asked = asked::<RegisterAsset>(&caller, &request, payload).await?;
    let (tag, attributes) = (tag(asked.body.tag.as_deref())?, wishes(asked.body.attributes)?);
    let registered = assets::register(
        &*caller.app.log,
        &caller.app.numbers,
        &asked.origin,
        tag,
        attributes,
    )
    .await?;
    let row = caller
        .asset_after(registered.asset, registered.done.position)
        .await?;
    let mut answer = caller.asset_answer(StatusCode::CREATED, row).await;
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/assets/{}", registered.asset)) {
        answer.headers_mut().insert(LOCATION, location);
    }
    Ok(answer)
}

/// Changes what is said of an asset.
#[utoipa::path(
    patch,
    path = "/api/v1/assets/{id}",
    operation_id = "editAsset",
    tag = "assets",
    params(
        ("id" = Uuid, Path, description = "The asset."),
        ("If-Match" = String, Header, description = "The ETag of the version that the change is based on."),
        ("Idempotency-Key" = Option<String>, Header, description = "The caller's name for this request."),
    ),
    request_body = EditAsset,
    responses(
        (status = 200, description = "The asset.", body = Asset, headers(("ETag" = String, description = "Its revision, quoted."))),
        (status = 428, description = "`request.precondition_required`", body = problem::ProblemBody, content_type = "application/problem+json"),
        Writing,
        NotFound
    )
)]
pub async fn edit(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let mut asked = asked::<EditAsset>(&caller, &request, payload).await?;
    asked.command.conditional()?;
    let wish = AssetCommand::Edit {
        set: wishes(std::mem::take(&mut asked.body.set))?,
    };
    let reason = asked.body.reason.take();
    asked.carried_out(&caller, &id, &wish, reason).await
}

/// Hands an asset to a person.
#[utoipa::path(
    post,
    path = "/api/v1/assets/{id}/check-out",
    operation_id = "checkOutAsset",
    tag = "assets",
    params(
        ("id" = Uuid, Path, description = "The asset."),
        ("If-Match" = Option<String>, Header, description = "Only if the asset is still at this ETag."),
        ("Idempotency-Key" = Option<String>, Header, description = "The caller's name for this request."),
    ),
    request_body = HandOver,
    responses(
        (status = 200, description = "The asset.", body = Asset, headers(("ETag" = String, description = "Its revision, quoted."))),
        Writing,
        NotFound
    )
)]
pub async fn check_out(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let mut asked = asked::<HandOver>(&caller, &request, payload).await?;
    let to = account(&asked.body.to)?;
    let wish = AssetCommand::CheckOut {
        to,
        due_on: asked.body.due_on,
        note: asked.body.note.take(),
    };
    asked.carried_out(&caller, &id, &wish, None).await
}

/// Takes an asset back into stock.
#[utoipa::path(
    post,
    path = "/api/v1/assets/{id}/check-in",
    operation_id = "checkInAsset",
    tag = "assets",
    params(
        ("id" = Uuid, Path, description = "The asset."),
        ("If-Match" = Option<String>, Header, description = "Only if the asset is still at this ETag."),
        ("Idempotency-Key" = Option<String>, Header, description = "The caller's name for this request."),
    ),
    request_body = CheckIn,
    responses(
        (status = 200, description = "The asset.", body = Asset, headers(("ETag" = String, description = "Its revision, quoted."))),
        Writing,
        NotFound
    )
)]
pub async fn check_in(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let mut asked = asked::<CheckIn>(&caller, &request, payload).await?;
    let wish = AssetCommand::CheckIn {
        note: asked.body.note.take(),
    };
    asked.carried_out(&caller, &id, &wish, None).await
}

/// Hands an asset from one person to another.
#[utoipa::path(
    post,
    path = "/api/v1/assets/{id}/transfer",
    operation_id = "transferAsset",
    tag = "assets",
    params(
        ("id" = Uuid, Path, description = "The asset."),
        ("If-Match" = Option<String>, Header, description = "Only if the asset is still at this ETag."),
        ("Idempotency-Key" = Option<String>, Header, description = "The caller's name for this request."),
    ),
    request_body = HandOver,
    responses(
        (status = 200, description = "The asset.", body = Asset, headers(("ETag" = String, description = "Its revision, quoted."))),
        Writing,
        NotFound
    )
)]
pub async fn transfer(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let mut asked = asked::<HandOver>(&caller, &request, payload).await?;
    let to = account(&asked.body.to)?;
    let wish = AssetCommand::Transfer {
        to,
        due_on: asked.body.due_on,
        note: asked.body.note.take(),
    };
    asked.carried_out(&caller, &id, &wish, None).await
}

/// Takes an asset out of use. Its history and its tag stay.
#[utoipa::path(
    post,
    path = "/api/v1/assets/{id}/retire",
    operation_id = "retireAsset",
    tag = "assets",
    params(
        ("id" = Uuid, Path, description = "The asset."),
        ("If-Match" = Option<String>, Header, description = "Only if the asset is still at this ETag."),
        ("Idempotency-Key" = Option<String>, Header, description = "The caller's name for this request."),
    ),
    request_body = WithReason,
    responses(
        (status = 200, description = "The asset.", body = Asset, headers(("ETag" = String, description = "Its revision, quoted."))),
        Writing,
        NotFound
    )
)]
pub async fn retire(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let mut asked = asked::<WithReason>(&caller, &request, payload).await?;
    let reason = asked.body.reason.take();
    asked
        .carried_out(&caller, &id, &AssetCommand::Retire, reason)
        .await
}

/// Brings an asset back into use.
#[utoipa::path(
    post,
    path = "/api/v1/assets/{id}/restore",
    operation_id = "restoreAsset",
    tag = "assets",
    params(
        ("id" = Uuid, Path, description = "The asset."),
        ("If-Match" = Option<String>, Header, description = "Only if the asset is still at this ETag."),
        ("Idempotency-Key" = Option<String>, Header, description = "The caller's name for this request."),
    ),
    request_body = WithReason,
    responses(
        (status = 200, description = "The asset.", body = Asset, headers(("ETag" = String, description = "Its revision, quoted."))),
        Writing,
        NotFound
    )
)]
pub async fn restore(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let mut asked = asked::<WithReason>(&caller, &request, payload).await?;
    let reason = asked.body.reason.take();
    asked
        .carried_out(&caller, &id, &AssetCommand::Restore, reason)
        .await
}

/// Puts right what had been wrong. What was recorded then stays readable.
#[utoipa::path(
    post,
    path = "/api/v1/assets/{id}/correct",
    operation_id = "correctAsset",
    tag = "assets",
    params(
        ("id" = Uuid, Path, description = "The asset."),
        ("If-Match" = Option<String>, Header, description = "Only if the asset is still at this ETag."),
        ("Idempotency-Key" = Option<String>, Header, description = "The caller's name for this request."),
    ),
    request_body = CorrectAsset,
    responses(
        (status = 200, description = "The asset.", body = Asset, headers(("ETag" = String, description = "Its revision, quoted."))),
        Writing,
        NotFound
    )
)]
pub async fn correct(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let mut asked = asked::<CorrectAsset>(&caller, &request, payload).await?;
    let wish = AssetCommand::Correct {
        set: wishes(std::mem::take(&mut asked.body.set))?,
        effective_at: asked.body.effective_at,
        reason: std::mem::take(&mut asked.body.reason),
    };
    asked.carried_out(&caller, &id, &wish, None).await
}
