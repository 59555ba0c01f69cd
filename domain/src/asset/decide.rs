//! Decisions on an asset. Each is idempotent: a command that was carried out before yields no
//! events.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::attributes::{Attributes, MAX_VALUE};
use super::command::AssetCommand;
use super::error::AssetRefusal;
use super::event::AssetEvent;
use super::state::{Asset, AssetState, Custody};
use crate::decision::Decision;
use crate::ids::PersonId;
use crate::schema::Schema;
use crate::text::{self, is_blank};
use crate::value::{AttributeId, AttributeName, FreeText, Tag};

type AssetDecision = Decision<AssetEvent, AssetRefusal>;
type Values = BTreeMap<AttributeName, Option<String>>;

/// Decides `command` on `state` at `now`. `schema` has the attributes that the command sets.
///
/// # Errors
/// [`AssetRefusal`] if the asset's rules do not allow the command.
pub fn decide(
    state: &AssetState,
    command: &AssetCommand,
    schema: &Schema,
    now: DateTime<Utc>,
) -> AssetDecision {
    match command {
        AssetCommand::Register {
            number,
            tag,
            attributes,
        } => register(state, *number, tag, attributes, schema),
        AssetCommand::Edit { set } => edit(require_in_use(state)?, set, schema),
        AssetCommand::CheckOut { to, due_on, note } => check_out(state, *to, *due_on, trim_note(note)?),
        AssetCommand::CheckIn { note } => check_in(state, trim_note(note)?),
        AssetCommand::Transfer { to, due_on, note } => transfer(state, *to, *due_on, trim_note(note)?),
        AssetCommand::Retire => retire(state),
        AssetCommand::Restore => restore(state),
        AssetCommand::Withdraw => withdraw(state),
        AssetCommand::Correct {
            set,
            effective_at,
            reason,
        } => {
            check_correction(require_registered(state)?, *effective_at, reason, now)?;
            correct(require_registered(state)?, set, schema)
        }
    }
}

/// The schema in which a command finds all of `names`: as it is, or as the command would extend it.
///
/// # Errors
/// [`AssetRefusal::SchemaFull`] if it has no room for those that are new.
pub fn extend_schema(schema: &Schema, names: &[AttributeName]) -> Result<Schema, AssetRefusal> {
    if schema.has_room_for(names) {
        Ok(schema.with(names))
    } else {
        Err(AssetRefusal::SchemaFull)
    }
}

/// Fences an asset that was never registered. Nothing happens if it was, or is fenced already.
pub fn abandon(state: &AssetState) -> Vec<AssetEvent> {
    if *state == AssetState::Absent {
        vec![AssetEvent::RegistrationAbandoned {}]
    } else {
        vec![]
    }
}

fn register(state: &AssetState, number: u64, tag: &Tag, values: &Values, schema: &Schema) -> AssetDecision {
    let attributes = Attributes::default().apply(&Attributes::default().changes(values, schema)?);
    if attributes.get(AttributeId::NAME).is_none() {
        return Err(AssetRefusal::NameEmpty);
    }
    match state {
        AssetState::Abandoned => return Err(AssetRefusal::TagTaken { tag: tag.to_string() }),
        AssetState::Withdrawn(_) => return Err(AssetRefusal::Withdrawn),
        AssetState::Absent | AssetState::InStock(_) | AssetState::CheckedOut(..) | AssetState::Retired(_) => {
        }
    }
    match state.asset() {
        None => Ok(vec![AssetEvent::Registered {
            number,
            tag: tag.clone(),
            attributes,
        }]),
        Some(asset) if asset.tag == *tag && asset.attributes.has_values_of(&attributes) => Ok(vec![]),
        Some(_) => Err(AssetRefusal::AlreadyRegistered),
    }
}

fn edit(asset: &Asset, values: &Values, schema: &Schema) -> AssetDecision {
    let changes = asset.attributes.changes(values, schema)?;
    Ok(if changes.is_empty() {
        vec![]
    } else {
        vec![AssetEvent::AttributesEdited { changes }]
    })
}

fn check_out(
    state: &AssetState,
    to: PersonId,
    due_on: Option<NaiveDate>,
    note: Option<FreeText>,
) -> AssetDecision {
    match state {
        AssetState::InStock(_) => Ok(vec![AssetEvent::CheckedOut { to, due_on, note }]),
        AssetState::CheckedOut(_, custody) if custody.holder == to => Ok(vec![]),
        AssetState::CheckedOut(_, Custody { holder, .. }) => {
            Err(AssetRefusal::AlreadyCheckedOut { holder: *holder })
        }
        AssetState::Retired(_) => Err(AssetRefusal::Retired),
        AssetState::Absent | AssetState::Abandoned => Err(AssetRefusal::NotFound),
        AssetState::Withdrawn(_) => Err(AssetRefusal::Withdrawn),
    }
}

fn check_in(state: &AssetState, note: Option<FreeText>) -> AssetDecision {
    match state {
        AssetState::CheckedOut(_, Custody { holder, due_on }) => Ok(vec![AssetEvent::CheckedIn {
            from: *holder,
            due_before: *due_on,
            note,
        }]),
        AssetState::InStock(_) => Ok(vec![]),
        AssetState::Retired(_) => Err(AssetRefusal::Retired),
        AssetState::Absent | AssetState::Abandoned => Err(AssetRefusal::NotFound),
        AssetState::Withdrawn(_) => Err(AssetRefusal::Withdrawn),
    }
}

fn transfer(
    state: &AssetState,
    to: PersonId,
    due_on: Option<NaiveDate>,
    note: Option<FreeText>,
) -> AssetDecision {
    match state {
        AssetState::CheckedOut(_, custody) if custody.holder == to => Ok(vec![]),
        AssetState::CheckedOut(_, custody) => Ok(vec![AssetEvent::Transferred {
            from: custody.holder,
            to,
            due_before: custody.due_on,
            due_on,
            note,
        }]),
        AssetState::InStock(_) => Err(AssetRefusal::NotCheckedOut),
        AssetState::Retired(_) => Err(AssetRefusal::Retired),
        AssetState::Absent | AssetState::Abandoned => Err(AssetRefusal::NotFound),
        AssetState::Withdrawn(_) => Err(AssetRefusal::Withdrawn),
    }
}

fn retire(state: &AssetState) -> AssetDecision {
    match state {
        AssetState::InStock(_) => Ok(vec![AssetEvent::Retired {}]),
        AssetState::Retired(_) => Ok(vec![]),
        AssetState::CheckedOut(_, Custody { holder, .. }) => {
            Err(AssetRefusal::StillCheckedOut { holder: *holder })
        }
        AssetState::Absent | AssetState::Abandoned => Err(AssetRefusal::NotFound),
        AssetState::Withdrawn(_) => Err(AssetRefusal::Withdrawn),
    }
}

fn restore(state: &AssetState) -> AssetDecision {
    match state {
        AssetState::Retired(_) => Ok(vec![AssetEvent::Restored {}]),
        AssetState::InStock(_) | AssetState::CheckedOut(..) => Ok(vec![]),
        AssetState::Absent | AssetState::Abandoned => Err(AssetRefusal::NotFound),
        AssetState::Withdrawn(_) => Err(AssetRefusal::Withdrawn),
    }
}

fn withdraw(state: &AssetState) -> AssetDecision {
    match state {
        AssetState::InStock(_) | AssetState::Retired(_) => Ok(vec![AssetEvent::Withdrawn {}]),
        AssetState::Withdrawn(_) => Ok(vec![]),
        AssetState::CheckedOut(_, Custody { holder, .. }) => {
            Err(AssetRefusal::StillCheckedOut { holder: *holder })
        }
        AssetState::Absent | AssetState::Abandoned => Err(AssetRefusal::NotFound),
    }
}

fn check_correction(
    asset: &Asset,
    effective_at: DateTime<Utc>,
    reason: &FreeText,
    now: DateTime<Utc>,
) -> Result<(), AssetRefusal> {
    trim_text(reason)?.ok_or(AssetRefusal::ReasonMissing)?;
    if effective_at > now {
        return Err(AssetRefusal::CorrectionInFuture);
    }
    if effective_at < asset.registered_at {
        return Err(AssetRefusal::CorrectionBeforeRegistration);
    }
    Ok(())
}

fn correct(asset: &Asset, values: &Values, schema: &Schema) -> AssetDecision {
    let changes = asset.attributes.changes(values, schema)?;
    Ok(if changes.is_empty() {
        vec![]
    } else {
        vec![AssetEvent::Corrected { changes }]
    })
}

fn require_registered(state: &AssetState) -> Result<&Asset, AssetRefusal> {
    match state {
        AssetState::InStock(asset) | AssetState::CheckedOut(asset, _) | AssetState::Retired(asset) => {
            Ok(asset)
        }
        AssetState::Withdrawn(_) => Err(AssetRefusal::Withdrawn),
        AssetState::Absent | AssetState::Abandoned => Err(AssetRefusal::NotFound),
    }
}

fn require_in_use(state: &AssetState) -> Result<&Asset, AssetRefusal> {
    if matches!(state, AssetState::Retired(_)) {
        Err(AssetRefusal::Retired)
    } else {
        require_registered(state)
    }
}

/// The note or reason without what cannot be seen around it; `None` of a blank one.
///
/// # Errors
/// [`AssetRefusal::NoteTooLong`], or [`AssetRefusal::NoteInvalid`] if it has a character that no text
/// may have.
pub fn trim_note(note: &Option<FreeText>) -> Result<Option<FreeText>, AssetRefusal> {
    let text = note.as_ref().map(trim_text).transpose()?.flatten();
    Ok(text.map(FreeText::new))
}

/// The text without what cannot be seen around it; `None` of a blank one.
fn trim_text(text: &FreeText) -> Result<Option<&str>, AssetRefusal> {
    let Some(text) = text.text().map(text::trim).filter(|text| !is_blank(text)) else {
        return Ok(None);
    };
    if text.chars().count() > MAX_VALUE {
        return Err(AssetRefusal::NoteTooLong);
    }
    match text::find_forbidden(text) {
        Some(forbidden) => Err(AssetRefusal::NoteInvalid {
            why: forbidden.into(),
        }),
        None => Ok(Some(text)),
    }
}
