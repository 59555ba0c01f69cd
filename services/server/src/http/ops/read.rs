//! What the operator is shown, from the views.

use std::collections::HashMap;

use chrono::{Duration, Utc};
use tally_atlassian::Refusal;
use tally_domain::incident::{IncidentRefusal, Stage};
use tally_domain::release::{ReleaseRefusal, ReleaseVersion};
use tally_domain::{IncidentId, TenantId};
use tally_projections::operator::{AlarmList, HealthList, IncidentList, ReleaseList};
use tally_view_store::page::MAX_LIMIT;
use tally_view_store::{StoreError, ViewStore};

use super::shapes::{
    AffectedTenant, Alarm, ByHand, FailingTenant, Incident, Overview, Release, WholeIncident,
};
use crate::http::problem::{self, Problem};
use crate::http::views::query_views as ask;
use crate::tally::Tally;

/// The addresses of sites as people know them.
pub type Sites = HashMap<TenantId, String>;

/// How things stand.
///
/// # Errors
/// The views failed.
pub async fn overview(tally: &Tally) -> Result<Overview, Problem> {
    let (sites, gap, now) = (tally.directory.sites(), gap(tally), Utc::now());
    let release = tally.config.release.running.to_string();
    let overview = move |views: &ViewStore| -> Result<Overview, StoreError> {
        let (alarms, releases) = (AlarmList::of(views).firing()?, ReleaseList::of(views).baking()?);
        let incidents = IncidentList::of(views).open()?;
        Ok(Overview {
            at: now,
            release,
            alarms: alarms.into_iter().map(Alarm::from).collect(),
            failing: failing_of(views, &sites)?,
            releases: releases
                .into_iter()
                .map(|record| Release::of(record, gap, now))
                .collect(),
            incidents: incidents.into_iter().map(Incident::from).collect(),
            by_hand: by_hand(views, &sites)?,
        })
    };
    ask(tally, overview).await
}

/// The sites that wait for their admin, by incident. An incident may be resolved while some still do.
fn by_hand(views: &ViewStore, sites: &Sites) -> Result<Vec<ByHand>, StoreError> {
    let incidents = IncidentList::of(views).all(MAX_LIMIT)?;
    let waiting = incidents
        .into_iter()
        .filter(|incident| incident.stage != Stage::Dismissed && incident.affected > incident.mended);
    waiting
        .map(|incident| {
            let mut tenants = affected_of(views, incident.id, sites)?;
            tenants.retain(|tenant| tenant.mended_at.is_none());
            Ok(ByHand {
                incident: incident.id,
                title: incident.title,
                tenants,
            })
        })
        .collect()
}

/// The tenants that fail, those longest at it first.
///
/// # Errors
/// The views failed.
pub async fn failing(tally: &Tally) -> Result<Vec<FailingTenant>, Problem> {
    let sites = tally.directory.sites();
    ask(tally, move |views| failing_of(views, &sites)).await
}

fn failing_of(views: &ViewStore, sites: &Sites) -> Result<Vec<FailingTenant>, StoreError> {
    let failing = HealthList::of(views).failing()?;
    let shape = |failing: tally_projections::operator::FailingTenant| FailingTenant {
        site: sites.get(&failing.tenant).cloned(),
        tenant: failing.tenant,
        since: failing.since,
        cause: cause(&failing.code),
        code: failing.code,
        refusals: failing.refusals,
        last_good_at: failing.last_good_at,
    };
    Ok(failing.into_iter().map(shape).collect())
}

/// The last times that an alarm fired, newest first.
///
/// # Errors
/// The views failed.
pub async fn alarms(tally: &Tally) -> Result<Vec<Alarm>, Problem> {
    let spells = ask(tally, |views| AlarmList::of(views).latest(MAX_LIMIT)).await?;
    Ok(spells.into_iter().map(Alarm::from).collect())
}

/// The last releases, newest first.
///
/// # Errors
/// The views failed.
pub async fn releases(tally: &Tally, limit: u32) -> Result<Vec<Release>, Problem> {
    let (gap, now) = (gap(tally), Utc::now());
    let records = ask(tally, move |views| ReleaseList::of(views).all(limit)).await?;
    let shape = |record| Release::of(record, gap, now);
    Ok(records.into_iter().map(shape).collect())
}

/// One release.
///
/// # Errors
/// `release.not_found`.
pub async fn release(tally: &Tally, version: &ReleaseVersion) -> Result<Release, Problem> {
    let (wanted, gap) = (version.clone(), gap(tally));
    let record = ask(tally, move |views| ReleaseList::of(views).by_version(&wanted)).await?;
    let record = record.ok_or_else(|| problem::refused(&ReleaseRefusal::NotFound))?;
    Ok(Release::of(record, gap, Utc::now()))
}

/// The last incidents, newest first.
///
/// # Errors
/// The views failed.
pub async fn incidents(tally: &Tally) -> Result<Vec<Incident>, Problem> {
    let records = ask(tally, |views| IncidentList::of(views).all(MAX_LIMIT)).await?;
    Ok(records.into_iter().map(Incident::from).collect())
}

/// One incident with those it names.
///
/// # Errors
/// `incident.not_found`.
pub async fn incident(tally: &Tally, incident: IncidentId) -> Result<WholeIncident, Problem> {
    let sites = tally.directory.sites();
    let found = move |views: &ViewStore| -> Result<Option<WholeIncident>, StoreError> {
        let Some(record) = IncidentList::of(views).by_id(incident)? else {
            return Ok(None);
        };
        Ok(Some(WholeIncident {
            incident: record.into(),
            tenants: affected_of(views, incident, &sites)?,
        }))
    };
    let found = ask(tally, found).await?;
    found.ok_or_else(|| problem::refused(&IncidentRefusal::NotFound))
}

fn affected_of(
    views: &ViewStore,
    incident: IncidentId,
    sites: &Sites,
) -> Result<Vec<AffectedTenant>, StoreError> {
    let affected = IncidentList::of(views).affected(incident)?;
    let shape = |affected: tally_projections::operator::AffectedTenant| AffectedTenant {
        site: sites.get(&affected.tenant).cloned(),
        tenant: affected.tenant,
        since: affected.since,
        mended_at: affected.mended_at,
    };
    Ok(affected.into_iter().map(shape).collect())
}

/// The cause that belongs to a refusal's code. Where its sentence holds a measured value, the heading.
pub fn cause(code: &str) -> String {
    match Refusal::CATALOGUE.iter().find(|entry| entry.code == code) {
        Some(entry) if entry.cause.contains('{') => entry.title.to_owned(),
        Some(entry) => entry.cause.to_owned(),
        None => "This version does not know that code.".to_owned(),
    }
}

fn gap(tally: &Tally) -> Duration {
    Duration::from_std(tally.config.release.probe_gap).unwrap_or(Duration::MAX)
}
