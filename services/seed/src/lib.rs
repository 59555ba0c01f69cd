//! Demo data: the register of a company of 60 people, two years old, made by the commands that
//! people use.
//!
//! Nothing is inserted. The plan says which keeper does what on which day; the log's clock is set
//! to that day, and the command is carried out. So the register can be viewed as of any of those
//! days. Installs are signed with a key that is thrown away, and go through the same verifier as
//! the platform's.

mod catalogue;
mod host;
mod planner;
mod platform;
mod seeder;
mod set_clock;
mod step;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use anyhow::Context as _;
use chrono::{DateTime, Duration, Utc};
use tally_atlassian::base_url::{AppBaseUrl, HostAllowList};
use tally_commands::{People, Registrar};
use tally_event_log::Options;
use tally_vault::Vault;

use platform::Platform;
use seeder::Seeder;
use set_clock::SetClock;

/// The Tally whose log is filled.
pub struct SeedTarget<'a> {
    /// The log's URL. It must be empty.
    pub log_url: &'a str,
    /// Seals the sites' secrets.
    pub vault: &'a Arc<Vault>,
    /// The app key that the sites install.
    pub app_key: &'a str,
    /// The base URL that the installs are signed for.
    pub base_url: &'a AppBaseUrl,
    /// The hosts on which a site may be.
    pub tenant_hosts: HostAllowList,
    /// The grace period of a replaced secret.
    pub previous_secret_grace: Duration,
}

/// How much was made.
#[derive(Debug, Default)]
pub struct SeedSummary {
    /// The number of sites with a register.
    pub sites: usize,
    /// The number of assets that were registered.
    pub assets: usize,
    /// The number of commands that were carried out.
    pub commands: usize,
}

/// Fills an empty log with registers of the sites that the simulated Jira lists at `state_url`,
/// from two years ago until `now`. A log that holds any event is left unchanged: `None`.
///
/// Only for development: the caller checks the profile.
///
/// # Errors
/// The log or the simulated Jira does not answer, or a step of the plan is refused.
pub async fn seed(
    target: SeedTarget<'_>,
    state_url: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<SeedSummary>> {
    let clock = SetClock::default();
    let options = Options {
        clock: clock.to_clock(),
        ..Options::sealed_by(target.vault.clone())
    };
    let log = tally_event_log::open(target.log_url, options).await?;
    if log.head().await?.is_some() {
        return Ok(None);
    }
    let platform = Platform::new(target.app_key, target.base_url, target.tenant_hosts)?;
    let seeder = Seeder {
        log: &*log,
        vault: target.vault,
        platform: &platform,
        clock: &clock,
        registrar: Registrar::new(target.vault.clone()),
        people: People::new(log.clone(), target.vault.clone()),
        grace: target.previous_secret_grace,
    };
    let mut summary = SeedSummary::default();
    for (index, site) in host::fetch_sites(state_url).await?.iter().enumerate() {
        let mut company = site.to_company(index)?;
        let filled = seeder
            .fill(site, &mut company, now)
            .await
            .with_context(|| format!("site {}", site.name))?;
        summary.sites += 1;
        summary.assets += filled.assets;
        summary.commands += filled.commands;
    }
    Ok(Some(summary))
}
