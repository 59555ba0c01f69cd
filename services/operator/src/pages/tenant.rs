//! What is known about one tenant: its installation, how its requests fare, and what its callbacks
//! brought.

use crate::views::{HealthList, HealthPeriod, PeriodEnd};
use chrono::{DateTime, Utc};
use serde::Serialize;
use tally_domain::TenantId;
use tally_projections::{CredentialList, InstallLog, QueryError, TenantTimeline};
use tally_view_store::ViewStore;

use super::operations::Operations;
use super::problem::OpsProblem;
use super::read;
use super::shapes::FailingTenant;
use crate::refusal::OperatorRefusal;
use tally_diagnosis::installation::{InstallLogEntry, Installation, TimelineEntry};
use tally_diagnosis::{SiteDiagnosis, SiteQuery};

/// How many periods, events and callbacks are shown: the latest ones.
const SHOWN: u32 = 20;

/// A tenant with its recent history.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TenantDetails {
    /// When this was read.
    pub at: DateTime<Utc>,
    /// The installation, with its secrets by fingerprint.
    pub installation: Installation,
    /// How the tenant fails, if it does.
    pub failing: Option<FailingTenant>,
    /// The latest periods in which it failed, newest first.
    #[serde(rename = "spells")]
    pub periods: Vec<FailingPeriod>,
    /// The latest events about it, newest first.
    pub timeline: Vec<TimelineEntry>,
    /// The latest callbacks, newest first.
    pub callbacks: Vec<InstallLogEntry>,
}

/// A period in which the tenant's requests were refused.
#[derive(Serialize)]
pub(super) struct FailingPeriod {
    /// When it began.
    pub since: DateTime<Utc>,
    /// When it ended; null while it goes on.
    pub until: Option<DateTime<Utc>>,
    /// The code of the refusal.
    pub code: String,
    /// `recovered` or `left`; null while it goes on.
    pub ended: Option<&'static str>,
}

impl From<HealthPeriod> for FailingPeriod {
    fn from(period: HealthPeriod) -> Self {
        Self {
            since: period.since,
            until: period.until,
            code: period.code,
            ended: period.ended.map(PeriodEnd::as_str),
        }
    }
}

/// Reads what is known about a tenant, or refuses with `ops.tenant_unknown`.
pub(super) async fn read_details(ops: &Operations, tenant: TenantId) -> Result<TenantDetails, OpsProblem> {
    let read = move |views: &ViewStore| -> Result<_, QueryError> {
        let Some(known) = CredentialList::of(views).by_tenant(tenant)? else {
            return Ok(None);
        };
        let periods = HealthList::of(views).periods(tenant, SHOWN)?;
        let timeline = TenantTimeline::of(views).page(tenant, SHOWN, None)?.items;
        let callbacks = InstallLog::of(views).page(tenant, SHOWN, None)?.items;
        Ok(Some((known, periods, timeline, callbacks)))
    };
    let found = ops.ask(read).await?;
    let (known, periods, timeline, callbacks) = found.ok_or(OperatorRefusal::TenantUnknown { tenant })?;
    let failing = read::failing_tenants(ops).await?;
    let now = ops.clock.now();
    Ok(TenantDetails {
        at: now,
        installation: Installation::new(&known, &*ops.tenants, now),
        failing: failing.into_iter().find(|failing| failing.tenant == tenant),
        periods: periods.into_iter().map(FailingPeriod::from).collect(),
        timeline: timeline.into_iter().map(TimelineEntry::from).collect(),
        callbacks: callbacks.into_iter().map(InstallLogEntry::from).collect(),
    })
}

/// Diagnoses a site, or refuses with `ops.site_unknown`.
pub(super) async fn diagnose(ops: &Operations, site: SiteQuery) -> Result<SiteDiagnosis, OpsProblem> {
    let diagnosis = ops.diagnosis.diagnose(site, ops.clock.now()).await?;
    diagnosis.ok_or_else(|| OperatorRefusal::SiteUnknown.into())
}
