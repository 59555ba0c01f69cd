//! Whose stream an event is in: a tenant's own, an asset's, an import's or a person's.

use std::collections::HashSet;

use sea_query::Value;
use tally_domain::asset::AssetEvent;
use tally_domain::import::ImportEvent;
use tally_domain::person::PersonEvent;
use tally_domain::schema::SchemaEvent;
use tally_domain::tenant::TenantEvent;
use tally_domain::{AnyEvent, AssetId, ImportId, PersonId, Recorded, RegisterId, StreamName, TenantId};
use tally_view_store::Fault;
use tally_view_store::stream::{check_owner, member_of};

/// The tenant and the id of an asset.
pub(crate) type AssetKey = (TenantId, AssetId);

/// An event of an asset.
pub(crate) type AssetRecord<'a> = (AssetKey, &'a Recorded<AnyEvent>);

/// The tenant whose own stream `recorded` is in; `None` if it is in another kind of stream.
pub(crate) fn tenant_of(recorded: &Recorded<AnyEvent>) -> Result<Option<TenantId>, Fault> {
    let owner = recorded.context.tenant;
    let owner = owner.map(|tenant| (StreamName::tenant(tenant), tenant));
    check_owner(recorded, recorded.event.is::<TenantEvent>(), owner)
}

/// The tenant and the asset whose stream `recorded` is in; `None` if it is in another kind of
/// stream.
fn asset_of(recorded: &Recorded<AnyEvent>) -> Result<Option<AssetKey>, Fault> {
    let owner = member_of(recorded, ".asset-")
        .map(|(tenant, asset)| (StreamName::asset(tenant, asset), (tenant, asset)));
    check_owner(recorded, recorded.event.is::<AssetEvent>(), owner)
}

/// The tenant and the import whose stream `recorded` is in; `None` if it is in another kind of
/// stream.
pub(crate) fn import_of(recorded: &Recorded<AnyEvent>) -> Result<Option<(TenantId, ImportId)>, Fault> {
    let owner = member_of(recorded, ".import-")
        .map(|(tenant, import)| (StreamName::import(tenant, import), (tenant, import)));
    check_owner(recorded, recorded.event.is::<ImportEvent>(), owner)
}

/// The tenant whose schema's stream `recorded` is in; `None` if it is in another kind of stream.
pub(crate) fn schema_of(recorded: &Recorded<AnyEvent>) -> Result<Option<TenantId>, Fault> {
    let owner = member_of(recorded, ".schema-")
        .map(|(tenant, register)| (StreamName::schema(tenant, RegisterId(register)), tenant));
    check_owner(recorded, recorded.event.is::<SchemaEvent>(), owner)
}

/// The tenant and the person whose stream `recorded` is in; `None` if it is in another kind of
/// stream.
pub(crate) fn person_of(recorded: &Recorded<AnyEvent>) -> Result<Option<(TenantId, PersonId)>, Fault> {
    let owner = member_of(recorded, ".person-")
        .map(|(tenant, person)| (StreamName::person(tenant, person), (tenant, person)));
    check_owner(recorded, recorded.event.is::<PersonEvent>(), owner)
}

/// Those of `events` that are in the stream of an asset.
pub(crate) fn asset_records<'a>(events: &[&'a Recorded<AnyEvent>]) -> Result<Vec<AssetRecord<'a>>, Fault> {
    let asset_record = |recorded: &&'a Recorded<AnyEvent>| {
        let asset = asset_of(recorded).transpose()?;
        Some(asset.map(|key| (key, *recorded)))
    };
    events.iter().filter_map(asset_record).collect()
}

/// The assets among `events` that may have rows already: not those whose first event is among them.
pub(crate) fn assets_with_rows(events: &[AssetRecord<'_>]) -> Vec<AssetKey> {
    let mut seen = HashSet::new();
    let firsts = events.iter().filter(|(key, _)| seen.insert(*key));
    let known = firsts.filter(|(_, recorded)| recorded.revision > 0);
    known.map(|(key, _)| *key).collect()
}

/// Assets as rows of values, for [`tally_view_store::sql::list_rows`].
pub(crate) fn to_rows(assets: &[AssetKey]) -> Vec<Vec<Value>> {
    let row = |(tenant, asset): &AssetKey| vec![tenant.to_string().into(), asset.to_string().into()];
    assets.iter().map(row).collect()
}
