//! What the operator is shown, read from the views.

use std::collections::HashMap;

use crate::domain::IncidentId;
use crate::domain::incident::{IncidentRefusal, Stage};
use crate::domain::release::{ReleaseRefusal, ReleaseVersion};
use crate::views::{AlarmList, HealthList, IncidentList, ReleaseList};
use crate::watch::alarms::title_in_english;
use tally_atlassian::Refusal;
use tally_domain::TenantId;
use tally_view_store::page::MAX_LIMIT;
use tally_view_store::{StoreError, ViewStore};

use super::operations::Operations;
use super::problem::OpsProblem;
use super::shapes::{
    AffectedTenant, AlarmPeriod, FailingTenant, Incident, IncidentDetails, Overview, Release, WaitingSites,
};

/// The addresses of sites as their users know them.
type Sites = HashMap<TenantId, String>;

/// The current state of everything.
pub(super) async fn overview(ops: &Operations) -> Result<Overview, OpsProblem> {
    let (sites, gap, now) = (ops.tenants.sites(), ops.probe_gap(), ops.clock.now());
    let release = ops.terms.running.to_string();
    let notices = ops.notices.list();
    ops.ask(move |views| -> Result<Overview, StoreError> {
        let (alarms, releases) = (AlarmList::of(views).firing()?, ReleaseList::of(views).baking()?);
        let incidents = IncidentList::of(views).open()?;
        let to_release = |record| Release::from_record(record, gap, now);
        Ok(Overview {
            at: now,
            release,
            alarms: alarms.into_iter().map(AlarmPeriod::from).collect(),
            failing: read_failing(views, &sites)?,
            releases: releases.into_iter().map(to_release).collect(),
            incidents: incidents.into_iter().map(Incident::from).collect(),
            by_hand: read_waiting(views, &sites)?,
            waiting_notices: notices.into_iter().map(Into::into).collect(),
        })
    })
    .await
}

/// The sites that wait for their admin, by incident. An incident may be resolved while some still
/// wait.
fn read_waiting(views: &ViewStore, sites: &Sites) -> Result<Vec<WaitingSites>, StoreError> {
    let incidents = IncidentList::of(views).all(MAX_LIMIT)?;
    let waiting = incidents
        .into_iter()
        .filter(|incident| incident.stage != Stage::Dismissed && incident.affected > incident.repaired);
    waiting
        .map(|incident| {
            let mut tenants = read_affected(views, incident.id, sites)?;
            tenants.retain(|tenant| tenant.repaired_at.is_none());
            Ok(WaitingSites {
                incident: incident.id,
                title: title_in_english(&incident.title),
                tenants,
            })
        })
        .collect()
}

/// The tenants that fail, those that have failed longest first.
pub(super) async fn failing_tenants(ops: &Operations) -> Result<Vec<FailingTenant>, OpsProblem> {
    let sites = ops.tenants.sites();
    ops.ask(move |views| read_failing(views, &sites)).await
}

fn read_failing(views: &ViewStore, sites: &Sites) -> Result<Vec<FailingTenant>, StoreError> {
    let failing = HealthList::of(views).failing()?;
    let to_shape = |failing: crate::views::FailingTenant| FailingTenant {
        site: sites.get(&failing.tenant).cloned(),
        tenant: failing.tenant,
        since: failing.since,
        cause: describe_code(&failing.code),
        code: failing.code,
        refusals: failing.refusals,
        last_good_at: failing.last_good_at,
    };
    Ok(failing.into_iter().map(to_shape).collect())
}

/// The latest periods in which an alarm fired, newest first.
pub(super) async fn alarms(ops: &Operations) -> Result<Vec<AlarmPeriod>, OpsProblem> {
    let periods = ops.ask(|views| AlarmList::of(views).latest(MAX_LIMIT)).await?;
    Ok(periods.into_iter().map(AlarmPeriod::from).collect())
}

/// The latest releases, newest first.
pub(super) async fn releases(ops: &Operations, limit: u32) -> Result<Vec<Release>, OpsProblem> {
    let (gap, now) = (ops.probe_gap(), ops.clock.now());
    let records = ops.ask(move |views| ReleaseList::of(views).all(limit)).await?;
    let to_release = |record| Release::from_record(record, gap, now);
    Ok(records.into_iter().map(to_release).collect())
}

/// One release, or the refusal `release.not_found`.
pub(super) async fn release(ops: &Operations, version: &ReleaseVersion) -> Result<Release, OpsProblem> {
    let version = version.clone();
    let record = ops
        .ask(move |views| ReleaseList::of(views).by_version(&version))
        .await?;
    let record = record.ok_or_else(|| OpsProblem::from_refusal(&ReleaseRefusal::NotFound))?;
    Ok(Release::from_record(record, ops.probe_gap(), ops.clock.now()))
}

/// The latest incidents, newest first.
pub(super) async fn incidents(ops: &Operations) -> Result<Vec<Incident>, OpsProblem> {
    let records = ops.ask(|views| IncidentList::of(views).all(MAX_LIMIT)).await?;
    Ok(records.into_iter().map(Incident::from).collect())
}

/// One incident with the tenants that it names, or the refusal `incident.not_found`.
pub(super) async fn incident(ops: &Operations, incident: IncidentId) -> Result<IncidentDetails, OpsProblem> {
    let sites = ops.tenants.sites();
    let read = move |views: &ViewStore| -> Result<Option<IncidentDetails>, StoreError> {
        let Some(record) = IncidentList::of(views).by_id(incident)? else {
            return Ok(None);
        };
        Ok(Some(IncidentDetails {
            incident: record.into(),
            tenants: read_affected(views, incident, &sites)?,
        }))
    };
    let found = ops.ask(read).await?;
    found.ok_or_else(|| OpsProblem::from_refusal(&IncidentRefusal::NotFound))
}

fn read_affected(
    views: &ViewStore,
    incident: IncidentId,
    sites: &Sites,
) -> Result<Vec<AffectedTenant>, StoreError> {
    let affected = IncidentList::of(views).affected_tenants(incident)?;
    let to_shape = |affected: crate::views::AffectedTenant| AffectedTenant {
        site: sites.get(&affected.tenant).cloned(),
        tenant: affected.tenant,
        since: affected.since,
        repaired_at: affected.repaired_at,
    };
    Ok(affected.into_iter().map(to_shape).collect())
}

/// What a refusal's code means. Where the sentence would hold parameters, which are not stored, its
/// heading has to do.
fn describe_code(code: &str) -> String {
    match Refusal::CATALOGUE.iter().find(|entry| entry.code == code) {
        Some(entry) if entry.cause.contains('{') => entry.title.to_owned(),
        Some(entry) => entry.cause.to_owned(),
        None => "This version of Tally does not know this code.".to_owned(),
    }
}
