//! What an event does to the register: it ends the current version of the asset and begins the
//! next.

use std::collections::BTreeMap;

use tally_domain::asset::{Asset, AssetEvent, AssetState, AssetStatus, AttributeId, Custody};
use tally_domain::text::normal_form;
use tally_domain::value::Amount;
use tally_domain::{AnyEvent, Recorded};
use tally_view_store::{
    Fault, StoreError, View, ViewName,
    schema::Table,
    sql::{self, Db},
};

use super::NAME;
use super::tables::{self, Column};
use super::versions::{Cells, CurrentVersion, Versions};
use crate::identity::{self, AssetKey};

/// The fold of the register: that of the domain, kept as rows.
pub(crate) struct AssetRegisterView;

impl View for AssetRegisterView {
    fn name(&self) -> ViewName {
        NAME
    }

    fn version(&self) -> u32 {
        5
    }

    fn tables(&self) -> Vec<Table> {
        tables::tables()
    }

    fn apply(&self, db: Db<'_>, recorded: &Recorded<AnyEvent>) -> Result<(), Fault> {
        self.apply_all(db, &[recorded])
    }

    fn apply_all(&self, db: Db<'_>, events: &[&Recorded<AnyEvent>]) -> Result<(), Fault> {
        let events = identity::asset_records(events)?;
        let mut versions = Versions::read(db, &events)?;
        for (asset, recorded) in events {
            apply_event(&mut versions, asset, recorded)?;
        }
        Ok(versions.write(db)?)
    }
}

fn apply_event(
    versions: &mut Versions,
    asset: AssetKey,
    recorded: &Recorded<AnyEvent>,
) -> Result<(), StoreError> {
    let before = versions.current(asset);
    let state = evolve_state(before, recorded);
    let Some(known) = state.asset() else {
        // What was never registered, or was withdrawn, is not shown.
        versions.end(asset, recorded);
        return Ok(());
    };
    let cells = version_cells(asset, &state, known, recorded)?;
    versions.begin(asset, state, cells, recorded);
    Ok(())
}

/// The state after `recorded`. An event of an unknown type changes nothing that is shown, but it is
/// a revision.
fn evolve_state(before: Option<&CurrentVersion>, recorded: &Recorded<AnyEvent>) -> AssetState {
    let state = before.map_or(AssetState::Absent, |before| before.state.clone());
    match recorded.event.of::<AssetEvent>() {
        Some(event) => state.evolve(&recorded.with_event(event.clone())),
        None => state,
    }
}

fn version_cells(
    (tenant, asset): AssetKey,
    state: &AssetState,
    known: &Asset,
    recorded: &Recorded<AnyEvent>,
) -> Result<Cells, StoreError> {
    use Column as C;
    let (status, custody) = status_and_custody(state);
    let attribute = |id| known.attributes.get(id);
    let folded = |id| normal_form(attribute(id).unwrap_or_default());
    let owned = |id| attribute(id).map(str::to_owned);
    Ok(vec![
        (C::TenantId, tenant.to_string().into()),
        (C::AssetId, asset.to_string().into()),
        (C::Revision, sql::to_integer(recorded.revision)?.into()),
        (
            C::ValidFromCommit,
            sql::to_integer(recorded.position.commit)?.into(),
        ),
        (
            C::ValidFromPrepare,
            sql::to_integer(recorded.position.prepare)?.into(),
        ),
        (C::UpdatedAt, sql::to_micros(recorded.recorded_at).into()),
        (C::Number, sql::to_integer(known.number)?.into()),
        (C::Tag, known.tag.as_str().into()),
        (C::TagFolded, known.tag.normal_form().into()),
        (C::NameFolded, folded(AttributeId::NAME).into()),
        (C::Type, owned(AttributeId::TYPE).into()),
        (C::TypeFolded, folded(AttributeId::TYPE).into()),
        (C::Location, owned(AttributeId::LOCATION).into()),
        (C::LocationFolded, folded(AttributeId::LOCATION).into()),
        (C::Status, status.as_str().into()),
        (C::Holder, custody.map(|c| c.holder.to_string()).into()),
        (
            C::DueOn,
            custody.and_then(|c| c.due_on).map(|day| day.to_string()).into(),
        ),
        (C::Attributes, sql::to_json(&texts(known))?.into()),
        (
            C::AttributesFolded,
            sql::to_json(&folded_attributes(known))?.into(),
        ),
        (C::PriceKey, price_key(known).into()),
        (C::SearchText, search_text(known).into()),
        (C::RegisteredAt, sql::to_micros(known.registered_at).into()),
    ])
}

fn status_and_custody(state: &AssetState) -> (AssetStatus, Option<&Custody>) {
    match state {
        AssetState::CheckedOut(_, custody) => (AssetStatus::CheckedOut, Some(custody)),
        AssetState::Retired(_) => (AssetStatus::Retired, None),
        AssetState::InStock(_) | AssetState::Absent | AssetState::Abandoned | AssetState::Withdrawn(_) => {
            (AssetStatus::InStock, None)
        }
    }
}

/// The attributes as texts, by id. A text that was redacted is not among them.
fn texts(asset: &Asset) -> BTreeMap<AttributeId, &str> {
    asset.attributes.iter().collect()
}

fn folded_attributes(asset: &Asset) -> BTreeMap<AttributeId, String> {
    let each = asset.attributes.iter();
    each.map(|(id, value)| (id, normal_form(value))).collect()
}

/// The price as a text that is ordered as numbers are, if it is clear which number it is.
fn price_key(asset: &Asset) -> Option<String> {
    let price = asset.attributes.get(AttributeId::PRICE)?;
    Amount::parse(price)
        .only()
        .map(|amount| amount.number.order_key())
}

/// The tag and all attributes in normal form, on a line each, so that no word matches across two of
/// them.
fn search_text(asset: &Asset) -> String {
    let values = asset.attributes.iter().map(|(_, value)| value);
    let texts = std::iter::once(asset.tag.as_str()).chain(values);
    texts.map(normal_form).collect::<Vec<_>>().join("\n")
}
