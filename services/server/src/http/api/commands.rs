//! Changing the register. Each handler reads the request, carries it out, waits until the views
//! show it, and answers with the asset as it is then.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, LOCATION};
use actix_web::{HttpRequest, HttpResponse, patch, post, web};
use serde::de::DeserializeOwned;
use tally_domain::asset::{AssetCommand, AssetRefusal, AttributeFault, AttributeName, Tag};
use tally_domain::value::FreeText;
use tally_domain::{AssetId, Revision, StreamName};

use super::dto::{Asset, CheckIn, CorrectAsset, EditAsset, HandOver, RegisterAsset, WithReason};
use super::input::{MAX_JSON, Params, parse_asset_id, read_json};
use super::parameters::{IdempotencyKey, IfMatch, IfMatchNeeded};
use super::problems::{Conditional, NotFound, Writing};
use crate::http::caller::{Caller, Command};
use crate::http::problem::{self, Problem};
use crate::roles::Action;
use tally_commands::assets::{self, AttributeChanges, Registration};
use tally_commands::{Done, Origin};

/// A request to change the register, of a caller who may.
pub(super) struct ChangeRequest<T> {
    pub(super) command: Command,
    pub(super) origin: Origin,
    pub(super) body: T,
}

pub(super) async fn read_change<T: DeserializeOwned>(
    caller: &Caller,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<ChangeRequest<T>, Problem> {
    caller.may(Action::WriteAssets).await?;
    Params::of(request, &[])?;
    let command = Command::of(request)?;
    let raw = caller.read_body(request, payload, MAX_JSON).await?.bytes;
    let body = read_json(&raw)?;
    Ok(ChangeRequest {
        origin: caller.origin(&command, &raw).await?,
        command,
        body,
    })
}

impl<T> ChangeRequest<T> {
    /// Carries `change` out on the asset of the path, once.
    async fn carry_out(
        self,
        caller: &Caller,
        id: &str,
        change: Result<AssetCommand, Problem>,
        reason: Option<String>,
    ) -> Result<HttpResponse, Problem> {
        let reason = reason.map(FreeText::new);
        let asset = parse_asset_id(id)?;
        let if_revision = self.command.if_revision(caller, asset).await?;
        let apply = async || {
            let change = change.clone()?;
            self.apply(caller, asset, if_revision, &change, reason.clone())
                .await
        };
        let done = self.carry_out_once(caller, asset, apply).await?;
        answer_done(caller, asset, &done).await
    }

    pub(super) async fn carry_out_once(
        &self,
        caller: &Caller,
        asset: AssetId,
        apply: impl AsyncFn() -> Result<Done, Problem>,
    ) -> Result<Done, Problem> {
        let stream = StreamName::asset(self.origin.tenant, asset);
        caller.carry_out_once(&self.origin, &stream, apply).await
    }

    pub(super) async fn apply(
        &self,
        caller: &Caller,
        asset: AssetId,
        if_revision: Option<Revision>,
        change: &AssetCommand,
        reason: Option<FreeText>,
    ) -> Result<Done, Problem> {
        let (log, registrar) = (&*caller.app.log, &caller.app.registrar);
        let changing = assets::change(log, registrar, &self.origin, asset, if_revision, change, reason);
        Ok(changing.await?)
    }
}

impl ChangeRequest<RegisterAsset> {
    async fn register(&self, caller: &Caller) -> Result<Done, Problem> {
        let (tag, attributes) = (
            parse_tag(self.body.tag.as_deref())?,
            parse_changes(self.body.attributes.clone())?,
        );
        let registered = assets::register(
            &*caller.app.log,
            &caller.app.registrar,
            &self.origin,
            Registration::new(self.origin.command, tag, attributes),
        );
        Ok(registered.await?.done)
    }
}

pub(super) async fn answer_done(
    caller: &Caller,
    asset: AssetId,
    done: &Done,
) -> Result<HttpResponse, Problem> {
    answer_with(caller, StatusCode::OK, asset, done).await
}

async fn answer_with(
    caller: &Caller,
    status: StatusCode,
    asset: AssetId,
    done: &Done,
) -> Result<HttpResponse, Problem> {
    let answer = async {
        let row = caller.asset_left_by(asset, done).await?;
        caller.asset_answer(status, row).await
    };
    answer.await.map_err(Problem::after_command)
}

fn parse_changes(values: BTreeMap<String, Option<String>>) -> Result<AttributeChanges, Problem> {
    let parse = |(key, value): (String, Option<String>)| match AttributeName::parse(&key) {
        Some(name) => Ok((name, value)),
        None => Err(problem::from_refusal(&AssetRefusal::AttributeInvalid {
            key: key.chars().take(AttributeName::MAX_LEN).collect(),
            why: AttributeFault::KeyInvalid,
        })),
    };
    values.into_iter().map(parse).collect()
}

fn parse_tag(text: Option<&str>) -> Result<Option<Tag>, Problem> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    let parse = |text| Tag::parse(text).ok_or_else(|| problem::from_refusal(&AssetRefusal::TagInvalid));
    text.map(parse).transpose()
}

/// Registers an asset under its tag, or under an allotted one.
#[utoipa::path(
    operation_id = "registerAsset",
    tag = "assets",
    params(IdempotencyKey),
    request_body = RegisterAsset,
    responses(
        (
            status = 201,
            description = "The asset.",
            body = Asset,
            headers(
                ("ETag" = String, description = "Its revision, quoted."),
                ("Location" = String, description = "Its address.")
            )
        ),
        Writing
    )
)]
#[post("/assets")]
pub async fn register(
    caller: Caller,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let change = read_change::<RegisterAsset>(&caller, &request, payload).await?;
    let asset = change.origin.command.asset();
    let apply = async || change.register(&caller).await;
    let done = change.carry_out_once(&caller, asset, apply).await?;
    let mut answer = answer_with(&caller, StatusCode::CREATED, asset, &done).await?;
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/assets/{asset}")) {
        answer.headers_mut().insert(LOCATION, location);
    }
    Ok(answer)
}

/// Changes attributes of an asset.
#[utoipa::path(
    operation_id = "editAsset",
    tag = "assets",
    params(("id" = Uuid, Path, description = "The asset's id."), IfMatchNeeded, IdempotencyKey),
    request_body = EditAsset,
    responses(
        (
            status = 200,
            description = "The asset.",
            body = Asset,
            headers(("ETag" = String, description = "Its revision, quoted."))
        ),
        Conditional,
        Writing,
        NotFound
    )
)]
#[patch("/assets/{id}")]
pub async fn edit(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let mut change = read_change::<EditAsset>(&caller, &request, payload).await?;
    change.command.conditional()?;
    let set = parse_changes(std::mem::take(&mut change.body.set));
    let command = set.map(|set| AssetCommand::Edit { set });
    let reason = change.body.reason.take();
    change.carry_out(&caller, &id, command, reason).await
}

/// Hands an asset to a person.
#[utoipa::path(
    operation_id = "checkOutAsset",
    tag = "assets",
    params(("id" = Uuid, Path, description = "The asset's id."), IfMatch, IdempotencyKey),
    request_body = HandOver,
    responses(
        (
            status = 200,
            description = "The asset.",
            body = Asset,
            headers(("ETag" = String, description = "Its revision, quoted."))
        ),
        Writing,
        NotFound
    )
)]
#[post("/assets/{id}/check-out")]
pub async fn check_out(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let mut change = read_change::<HandOver>(&caller, &request, payload).await?;
    let due_on = change.body.due_on;
    let note = change.body.note.take().map(FreeText::new);
    let change_to = |to| AssetCommand::CheckOut {
        to,
        due_on,
        note: note.clone(),
    };
    change.hand_over(&caller, &id, change_to).await
}

/// Takes an asset back into stock.
#[utoipa::path(
    operation_id = "checkInAsset",
    tag = "assets",
    params(("id" = Uuid, Path, description = "The asset's id."), IfMatch, IdempotencyKey),
    request_body = CheckIn,
    responses(
        (
            status = 200,
            description = "The asset.",
            body = Asset,
            headers(("ETag" = String, description = "Its revision, quoted."))
        ),
        Writing,
        NotFound
    )
)]
#[post("/assets/{id}/check-in")]
pub async fn check_in(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let mut change = read_change::<CheckIn>(&caller, &request, payload).await?;
    let command = AssetCommand::CheckIn {
        note: change.body.note.take().map(FreeText::new),
    };
    change.carry_out(&caller, &id, Ok(command), None).await
}

/// Hands an asset from one person to another.
#[utoipa::path(
    operation_id = "transferAsset",
    tag = "assets",
    params(("id" = Uuid, Path, description = "The asset's id."), IfMatch, IdempotencyKey),
    request_body = HandOver,
    responses(
        (
            status = 200,
            description = "The asset.",
            body = Asset,
            headers(("ETag" = String, description = "Its revision, quoted."))
        ),
        Writing,
        NotFound
    )
)]
#[post("/assets/{id}/transfer")]
pub async fn transfer(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let mut change = read_change::<HandOver>(&caller, &request, payload).await?;
    let due_on = change.body.due_on;
    let note = change.body.note.take().map(FreeText::new);
    let change_to = |to| AssetCommand::Transfer {
        to,
        due_on,
        note: note.clone(),
    };
    change.hand_over(&caller, &id, change_to).await
}

/// Takes an asset out of use. Its history and its tag stay.
#[utoipa::path(
    operation_id = "retireAsset",
    tag = "assets",
    params(("id" = Uuid, Path, description = "The asset's id."), IfMatch, IdempotencyKey),
    request_body = WithReason,
    responses(
        (
            status = 200,
            description = "The asset.",
            body = Asset,
            headers(("ETag" = String, description = "Its revision, quoted."))
        ),
        Writing,
        NotFound
    )
)]
#[post("/assets/{id}/retire")]
pub async fn retire(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let mut change = read_change::<WithReason>(&caller, &request, payload).await?;
    let reason = change.body.reason.take();
    change
        .carry_out(&caller, &id, Ok(AssetCommand::Retire), reason)
        .await
}

/// Brings an asset back into use.
#[utoipa::path(
    operation_id = "restoreAsset",
    tag = "assets",
    params(("id" = Uuid, Path, description = "The asset's id."), IfMatch, IdempotencyKey),
    request_body = WithReason,
    responses(
        (
            status = 200,
            description = "The asset.",
            body = Asset,
            headers(("ETag" = String, description = "Its revision, quoted."))
        ),
        Writing,
        NotFound
    )
)]
#[post("/assets/{id}/restore")]
pub async fn restore(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let mut change = read_change::<WithReason>(&caller, &request, payload).await?;
    let reason = change.body.reason.take();
    change
        .carry_out(&caller, &id, Ok(AssetCommand::Restore), reason)
        .await
}

/// Corrects what was recorded wrongly. The earlier record stays readable.
#[utoipa::path(
    operation_id = "correctAsset",
    tag = "assets",
    params(("id" = Uuid, Path, description = "The asset's id."), IfMatch, IdempotencyKey),
    request_body = CorrectAsset,
    responses(
        (
            status = 200,
            description = "The asset.",
            body = Asset,
            headers(("ETag" = String, description = "Its revision, quoted."))
        ),
        Writing,
        NotFound
    )
)]
#[post("/assets/{id}/correct")]
pub async fn correct(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let mut change = read_change::<CorrectAsset>(&caller, &request, payload).await?;
    let (effective_at, reason) = (
        change.body.effective_at,
        FreeText::new(std::mem::take(&mut change.body.reason)),
    );
    let set = parse_changes(std::mem::take(&mut change.body.set));
    let command = set.map(|set| AssetCommand::Correct {
        set,
        effective_at,
        reason,
    });
    change.carry_out(&caller, &id, command, None).await
}
