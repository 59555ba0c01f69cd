//! What an event is about, read from its envelope: the tenant, and the thing whose stream it is in.
//!
//! Tenancy is checked here for all views: an event whose envelope names one tenant and whose stream another is poison.

use std::collections::HashSet;
use std::str::FromStr;

use sea_query::Value;
use tally_domain::alarm::AlarmEvent;
use tally_domain::asset::AssetEvent;
use tally_domain::health::HealthEvent;
use tally_domain::import::ImportEvent;
use tally_domain::incident::IncidentEvent;
use tally_domain::release::{ReleaseEvent, ReleaseVersion};
use tally_domain::tenant::TenantEvent;
use tally_domain::{AnyEvent, AssetId, ImportId, IncidentId, Recorded, StreamName, TenantId};

use crate::error::Fault;

/// Whose and which asset.
pub(crate) type AssetKey = (TenantId, AssetId);

/// An event of an asset, with whose and which asset that is.
pub(crate) type OfAsset<'a> = (AssetKey, &'a Recorded<AnyEvent>);

/// The tenant whose own stream `recorded` is in; `None` when it is in another kind of stream.
pub(crate) fn tenant_of(recorded: &Recorded<AnyEvent>) -> Result<Option<TenantId>, Fault> {
    let place = recorded
        .context
        .tenant
        .map(|tenant| (StreamName::tenant(tenant), tenant));
    settled(recorded, recorded.event.is::<TenantEvent>(), place)
}

/// The tenant and the asset whose stream `recorded` is in; `None` when it is in another kind of stream.
fn asset_of(recorded: &Recorded<AnyEvent>) -> Result<Option<AssetKey>, Fault> {
    let place = member(recorded, ".asset-")
        .map(|(tenant, asset)| (StreamName::asset(tenant, asset), (tenant, asset)));
    settled(recorded, recorded.event.is::<AssetEvent>(), place)
}

/// Those of `events` that are in an asset's stream, with their tenant and asset.
pub(crate) fn of_assets<'a>(events: &[&'a Recorded<AnyEvent>]) -> Result<Vec<OfAsset<'a>>, Fault> {
    let of_asset = |recorded: &&'a Recorded<AnyEvent>| {
        let asset = asset_of(recorded).transpose()?;
        Some(asset.map(|key| (key, *recorded)))
    };
    events.iter().filter_map(of_asset).collect()
}

/// Those assets among `events` that there may be something of already: the first event of a stream has none before it.
pub(crate) fn known_before(events: &[OfAsset<'_>]) -> Vec<AssetKey> {
    let mut seen = HashSet::new();
    let firsts = events.iter().filter(|(key, _)| seen.insert(*key));
    let known = firsts.filter(|(_, recorded)| recorded.revision > 0);
    known.map(|(key, _)| *key).collect()
}

/// Assets as rows of values, for [`crate::sql::list`].
pub(crate) fn rows(assets: &[AssetKey]) -> Vec<Vec<Value>> {
    let row = |(tenant, asset): &AssetKey| vec![tenant.to_string().into(), asset.to_string().into()];
    assets.iter().map(row).collect()
}

/// The tenant and the import whose stream `recorded` is in; `None` when it is in another kind of stream.
pub(crate) fn import_of(recorded: &Recorded<AnyEvent>) -> Result<Option<(TenantId, ImportId)>, Fault> {
    let place = member(recorded, ".import-")
        .map(|(tenant, import)| (StreamName::import(tenant, import), (tenant, import)));
    settled(recorded, recorded.event.is::<ImportEvent>(), place)
}

/// The tenant whose health `recorded` is about; `None` when it is in another kind of stream.
pub(crate) fn health_of(recorded: &Recorded<AnyEvent>) -> Result<Option<TenantId>, Fault> {
    let place = recorded
        .context
        .tenant
        .map(|tenant| (StreamName::health(tenant), tenant));
    settled(recorded, recorded.event.is::<HealthEvent>(), place)
}

/// The name of the alarm whose stream `recorded` is in; `None` when it is in another kind of stream.
pub(crate) fn alarm_of(recorded: &Recorded<AnyEvent>) -> Result<Option<String>, Fault> {
    let place = operators(recorded, "operator.alarm-").map(|name| (StreamName::alarm(name), name.to_owned()));
    settled(recorded, recorded.event.is::<AlarmEvent>(), place)
}

/// The release whose stream `recorded` is in; `None` when it is in another kind of stream.
pub(crate) fn release_of(recorded: &Recorded<AnyEvent>) -> Result<Option<ReleaseVersion>, Fault> {
    let place = operators(recorded, "operator.release-")
        .and_then(ReleaseVersion::parse)
        .map(|version| (StreamName::release(&version), version));
    settled(recorded, recorded.event.is::<ReleaseEvent>(), place)
}

/// The incident whose stream `recorded` is in; `None` when it is in another kind of stream.
pub(crate) fn incident_of(recorded: &Recorded<AnyEvent>) -> Result<Option<IncidentId>, Fault> {
    let place = operators(recorded, "operator.incident-")
        .and_then(|id| id.parse().ok())
        .map(|incident| (StreamName::incident(incident), incident));
    settled(recorded, recorded.event.is::<IncidentEvent>(), place)
}

/// The envelope's tenant, and the id that follows `infix` in the stream's name.
fn member<Id: FromStr>(recorded: &Recorded<AnyEvent>, infix: &str) -> Option<(TenantId, Id)> {
    let (_, id) = recorded.stream.as_str().split_once(infix)?;
    Some((recorded.context.tenant?, id.parse().ok()?))
}

/// What follows `prefix` in the stream's name. What is the operator's names no tenant in its envelope.
fn operators<'a>(recorded: &'a Recorded<AnyEvent>, prefix: &str) -> Option<&'a str> {
    let name = recorded.stream.as_str().strip_prefix(prefix)?;
    recorded.context.tenant.is_none().then_some(name)
}

/// `place` if `recorded` is in its stream. An event of a type unknown here may be in any stream; one that is known to be `ours` must be in
/// its own.
fn settled<T>(
    recorded: &Recorded<AnyEvent>,
    ours: bool,
    place: Option<(StreamName, T)>,
) -> Result<Option<T>, Fault> {
    if !ours && !recorded.event.is_unknown() {
        return Ok(None);
    }
    match place {
        Some((stream, found)) if stream == recorded.stream => Ok(Some(found)),
        _ if ours => Err(Fault::poison(
            "the event is in a stream that is not its tenant's or not of its kind",
        )),
        _ => Ok(None),
    }
}
