//! Commands on assets.

use std::collections::BTreeMap;

use chrono::Duration;
use tally_domain::asset::{
    AssetCommand, AssetEvent, AssetRefusal, AssetState, AttributeKey, MAX_VALUE, Tag, abandon, decide,
};
use tally_domain::{AssetId, Context, Revision, StreamName};
use tally_event_log::EventLog;

use super::Origin;
use super::claims::{self, Outcome, Wish};
use super::execute::{CommandError, Done, execute, load};
use super::numbers::Numbers;

/// How long a claim may wait for its asset before another may fence it and take the tag. Far longer than any append, so that
/// registrations under way are left alone.
const CLAIM_PATIENCE: Duration = Duration::seconds(30);

/// Attribute wishes: `None` takes an attribute away.
pub type Wishes = BTreeMap<AttributeKey, Option<String>>;

/// A registered asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// Its id, derived from the command, so that a retry yields the same.
    pub asset: AssetId,
    /// Its tag, as given or allotted.
    pub tag: Tag,
    /// What the log says.
    pub done: Done,
}

/// Registers an asset under `tag`, or under an allotted one.
///
/// # Errors
/// See [`CommandError`]; the tag may be taken, the name empty.
pub async fn register(
    log: &dyn EventLog,
    numbers: &Numbers,
    origin: &Origin,
    tag: Option<Tag>,
    attributes: Wishes,
) -> Result<Registered, CommandError> {
    let asset = AssetId(origin.command.derive("asset"));
    let stream = StreamName::asset(origin.tenant, asset);
    let context = origin.context();
    if let Some((tag, done)) = registered_before(log, &stream, &context).await? {
        return Ok(Registered { asset, tag, done });
    }
    // Checked before the claim, so that a refused registration leaves no trace.
    decide_register(&AssetState::Absent, &Tag::allotted(0), &attributes, origin)?;
    let tag = match tag {
        Some(tag) => claimed(log, origin, asset, tag).await?,
        None => allotted(log, numbers, origin, asset).await?,
    };
    let done = execute::<AssetEvent>(log, &stream, &context, None, |loaded| {
        decide_register(&AssetState::fold(&loaded.events), &tag, &attributes, origin)
    });
    let done = done.await?;
    Ok(Registered { asset, tag, done })
}

/// Carries out any other command on an asset.
///
/// # Errors
/// See [`CommandError`].
pub async fn change(
    log: &dyn EventLog,
    origin: &Origin,
    asset: AssetId,
    if_revision: Option<Revision>,
    command: &AssetCommand,
    reason: Option<String>,
) -> Result<Done, CommandError> {
    if reason
        .as_ref()
        .is_some_and(|text| text.chars().count() > MAX_VALUE)
    {
        return Err(CommandError::refused(AssetRefusal::NoteTooLong));
    }
    let stream = StreamName::asset(origin.tenant, asset);
    let context = with_reason(origin.context(), command, reason);
    execute::<AssetEvent>(log, &stream, &context, if_revision, |loaded| {
        decide(&AssetState::fold(&loaded.events), command, origin.now).map_err(CommandError::refused)
    })
    .await
    .map_err(|error| match error {
        // Nobody changed what never was: to load it again would not help.
        CommandError::Precondition { actual: None } => CommandError::refused(AssetRefusal::NotFound),
        other => other,
    })
}

fn with_reason(context: Context, command: &AssetCommand, reason: Option<String>) -> Context {
    match command {
        AssetCommand::Correct {
            effective_at, reason, ..
        } => Context {
            effective_at: Some(*effective_at),
            reason: Some(reason.clone()),
            ..context
        },
        _ => Context {
            reason: reason.filter(|text| !text.trim().is_empty()),
            ..context
        },
    }
}

async fn registered_before(
    log: &dyn EventLog,
    stream: &StreamName,
    context: &Context,
) -> Result<Option<(Tag, Done)>, CommandError> {
    let loaded = load::<AssetEvent>(log, stream).await?;
    let registered = loaded.events.iter().find_map(|e| match &e.event {
        AssetEvent::Registered { tag, .. } => Some((e, tag.clone())),
        _ => None,
    });
    let Some((first, tag)) = registered else {
        return Ok(None);
    };
    if first.context.content_digest != context.content_digest {
        return Err(CommandError::KeyReused);
    }
    Ok(loaded.events.last().map(|e| {
        (
            tag,
            Done {
                revision: e.revision,
                position: e.position,
                appended: 0,
            },
        )
    }))
}

fn decide_register(
    state: &AssetState,
    tag: &Tag,
    attributes: &Wishes,
    origin: &Origin,
) -> Result<Vec<AssetEvent>, CommandError> {
    let command = AssetCommand::Register {
        tag: tag.clone(),
        attributes: attributes.clone(),
    };
    decide(state, &command, origin.now).map_err(CommandError::refused)
}

/// The next allotted tag that nobody gave to an asset by hand.
async fn allotted(
    log: &dyn EventLog,
    numbers: &Numbers,
    origin: &Origin,
    asset: AssetId,
) -> Result<Tag, CommandError> {
    loop {
        let tag = Tag::allotted(numbers.next(log, origin).await?);
        match claimed(log, origin, asset, tag).await {
            Err(CommandError::Refused(refusal)) if refusal.code() == "asset.tag_taken" => {}
            outcome => return outcome,
        }
    }
}

async fn claimed(log: &dyn EventLog, origin: &Origin, asset: AssetId, tag: Tag) -> Result<Tag, CommandError> {
    let stream = StreamName::tag(origin.tenant, &tag);
    let mut wish = Wish {
        stream,
        kind: "tag",
        value: tag.as_str(),
        wisher: asset.0,
        fenced: None,
    };
    let context = origin.context();
    match claims::acquire(log, &wish, &context).await? {
        Outcome::Granted => return Ok(tag),
        Outcome::HeldBy { holder, since } if since + CLAIM_PATIENCE < origin.now => {
            if fence(log, origin, AssetId(holder)).await? {
                wish.fenced = Some(holder);
            }
        }
        Outcome::HeldBy { .. } => {}
    }
    match (wish.fenced, claims::acquire(log, &wish, &context).await?) {
        (Some(_), Outcome::Granted) => Ok(tag),
        _ => Err(CommandError::refused(AssetRefusal::TagTaken {
            tag: tag.to_string(),
        })),
    }
}

/// Makes sure that an asset which was never registered never will be; `false` when it was registered.
///
/// # Errors
/// See [`CommandError`].
pub async fn fence(log: &dyn EventLog, origin: &Origin, asset: AssetId) -> Result<bool, CommandError> {
    let stream = StreamName::asset(origin.tenant, asset);
    let context = origin.context();
    let loaded = load::<AssetEvent>(log, &stream).await?;
    let state = AssetState::fold(&loaded.events);
    if state == AssetState::Absent {
        execute::<AssetEvent>(log, &stream, &context, None, |loaded| {
            Ok(abandon(&AssetState::fold(&loaded.events)))
        })
        .await?;
    }
    let loaded = load::<AssetEvent>(log, &stream).await?;
    Ok(AssetState::fold(&loaded.events) == AssetState::Abandoned)
}
