//! Taking up after a restart what was known before it.

use std::collections::BTreeSet;

use chrono::Utc;
use tally_domain::StreamName;
use tally_domain::alarm::AlarmEvent;
use tally_domain::health::Failure;
use tally_event_log::{EventLog, LoadError, load};

use super::alarms::{ALARMS, Alarm};
use super::judge::Judge;
use super::state::{Fire, Measured};
use crate::tally::Tally;

/// Takes up the failing tenants and the alarms that fire. From then on [`super::Watch::tick`] does its work. The views must have caught up.
///
/// # Errors
/// The log or the views cannot be read.
pub async fn restore(tally: &Tally) -> anyhow::Result<()> {
    let mut noted = BTreeSet::new();
    for known in tally.views.tenant_health().failing()? {
        let failure = Failure {
            code: known.code,
            since: known.since,
            refusals: known.refusals,
            last_good_at: known.last_good_at,
        };
        tally
            .observations
            .health
            .restore(known.tenant, &failure, known.noted_at);
        noted.insert(known.tenant);
    }
    let mut firing = Vec::new();
    for alarm in &ALARMS {
        firing.extend(fire(&*tally.log, alarm).await?.map(|fire| (alarm, fire)));
    }
    let judge = Judge::restored(tally.watch.pace, noted, firing, Utc::now());
    *tally.watch.judge() = Some(judge);
    Ok(())
}

/// What an alarm fires for. By its stream, since the view does not name the tenants.
async fn fire(log: &dyn EventLog, alarm: &Alarm) -> Result<Option<Fire>, LoadError> {
    let events = load::<AlarmEvent>(log, &StreamName::alarm(alarm.name)).await?;
    Ok(events.last().and_then(|last| match &last.event {
        AlarmEvent::Fired { firing } => Some(Fire {
            since: firing.since,
            measured: Measured {
                value: whole(firing.value),
                limit: whole(firing.limit),
            },
            tenants: firing.tenants.clone(),
            clear_since: None,
        }),
        AlarmEvent::Resolved { .. } => None,
    }))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is stored was a count"
)]
fn whole(value: f64) -> u64 {
    value as u64
}
