//! Demo data: the register of a company of 60, two years old, made by the same commands that people give.
//!
//! Nothing is inserted. The plan says who does what on which day; the log's clock is set to that day; the command is carried out. So
//! the register can be looked at as of any of those days.

mod catalogue;
mod plan;
mod platform;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Context as _, bail, ensure};
use chrono::{DateTime, Duration, Utc};
use rand::SeedableRng;
use rand::rngs::StdRng;
use secrecy::ExposeSecret;
use serde::Deserialize;
use tally_domain::Clock;
use tally_domain::asset::{AssetCommand, AttributeKey, Tag};
use tally_domain::{AccountId, Actor, AssetId, CommandId, TenantId};
use tally_event_log::{EventLog, Options};
use tally_vault::Vault;
use uuid::Uuid;

use crate::config::{Config, Profile};
use plan::{Act, Company, Step};
use platform::{InstallingSite, Platform};
use tally_commands::Numbers;
use tally_commands::Origin;
use tally_commands::assets::{self, AttributeChanges};
use tally_commands::tenants;

/// How far back the register begins.
const AGE: Duration = Duration::days(730);

/// A site as the simulated Jira tells of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Site {
    name: String,
    base_url: String,
    client_key: String,
    users: Vec<User>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    account_id: String,
    role: String,
}

#[derive(Deserialize)]
struct State {
    sites: Vec<Site>,
}

/// What was made.
#[derive(Debug, Default)]
pub struct Seeded {
    /// Sites that have a register now.
    pub sites: usize,
    /// Assets registered.
    pub assets: usize,
    /// Commands carried out.
    pub commands: usize,
}

/// Fills an empty log with the registers of the sites that the simulated Jira at `state_url` tells of. A log that holds anything is left
/// alone: `None`.
///
/// # Errors
/// Not the development profile, or a store or the simulated Jira failed.
pub async fn seed(config: &Config, state_url: &str) -> anyhow::Result<Option<Seeded>> {
    ensure!(
        config.profile == Profile::Development,
        "demo data is for the development profile only"
    );
    std::fs::create_dir_all(&config.data_dir)?;
    let clock = SetClock::default();
    let log = tally_event_log::open(
        config.log_url.expose_secret(),
        Options {
            clock: clock.as_clock(),
            ..Options::default()
        },
    )
    .await?;
    if log.head().await?.is_some() {
        return Ok(None);
    }
    let vault = crate::tally::open_vault(config).await?;
    let state: State = reqwest::get(state_url).await?.error_for_status()?.json().await?;
    let platform = Platform::new(&config.app_key, &config.base_url, config.tenant_hosts.clone())?;
    let mut seeded = Seeded::default();
    for (index, site) in state.sites.iter().enumerate() {
        let mut company = company(site, index as u64).with_context(|| format!("site {}", site.name))?;
        let seeder = Seeder {
            log: log.clone(),
            vault: &vault,
            platform: &platform,
            config,
            clock: &clock,
            numbers: Numbers::default(),
        };
        seeder.fill(site, &mut company, &mut seeded).await?;
    }
    Ok(Some(seeded))
}

fn company(site: &Site, index: u64) -> anyhow::Result<Company> {
    let of_role = |role: &str| {
        let users = site.users.iter().filter(|user| user.role == role);
        users
            .filter_map(|user| AccountId::parse(&user.account_id))
            .collect::<Vec<_>>()
    };
    let keepers: Vec<AccountId> = of_role("agent").into_iter().chain(of_role("admin")).collect();
    let staff = of_role("staff");
    if keepers.is_empty() || staff.is_empty() {
        bail!("it has nobody who could keep a register");
    }
    // The second site is a small one, so that the two are told apart at a glance.
    let staff = if index == 0 {
        staff
    } else {
        staff.into_iter().take(12).collect()
    };
    Ok(Company {
        keepers,
        staff,
        random: StdRng::seed_from_u64(20_220_307 + index),
    })
}

/// The clock of the log while seeding: it shows what it is set to.
#[derive(Default)]
struct SetClock(Arc<AtomicI64>);

impl SetClock {
    fn set(&self, at: DateTime<Utc>) {
        self.0.store(at.timestamp_micros(), Ordering::SeqCst);
    }

    fn as_clock(&self) -> Clock {
        let shown = self.0.clone();
        Clock::from_fn(move || {
            DateTime::from_timestamp_micros(shown.load(Ordering::SeqCst)).unwrap_or_default()
        })
    }
}

struct Seeder<'a> {
    log: Arc<dyn EventLog>,
    vault: &'a Vault,
    platform: &'a Platform,
    config: &'a Config,
    clock: &'a SetClock,
    numbers: Numbers,
}

impl Seeder<'_> {
    async fn fill(&self, site: &Site, company: &mut Company, seeded: &mut Seeded) -> anyhow::Result<()> {
        let now = Utc::now();
        let begin = now - AGE;
        let tenant = self.install(site, begin).await?;
        let mut ids: Vec<AssetId> = Vec::new();
        let steps = plan::make_plan(company, begin, now - Duration::hours(1));
        let rotation = begin + Duration::days(411);
        let mut rotated = false;
        for (index, step) in steps.iter().enumerate() {
            if !rotated && step.at > rotation {
                self.install(site, rotation).await?;
                rotated = true;
            }
            self.carry_out(tenant, index, step, &mut ids).await?;
        }
        seeded.sites += 1;
        seeded.assets += ids.len();
        seeded.commands += steps.len();
        Ok(())
    }

    /// Records the callback that the platform would have sent on that day. Its secret is thrown away: the
    /// platform issues its own with the next installation.
    async fn install(&self, site: &Site, at: DateTime<Utc>) -> anyhow::Result<TenantId> {
        self.clock.set(at);
        let installing = InstallingSite {
            client_key: &site.client_key,
            base_url: &site.base_url,
            secret: &format!("demo-{}-{}", Uuid::new_v4(), Uuid::new_v4()),
        };
        let install = self.platform.install(&installing, at).await?;
        let grace = self.config.previous_secret_grace;
        let (tenant, _) =
            tenants::record_installation(&*self.log, self.vault, &install, grace, None, at).await?;
        tenants::record_enablement(&*self.log, tenant, true, None, at).await?;
        Ok(tenant)
    }

    async fn carry_out(
        &self,
        tenant: TenantId,
        index: usize,
        step: &Step,
        ids: &mut Vec<AssetId>,
    ) -> anyhow::Result<()> {
        self.clock.set(step.at);
        let command = CommandId(Uuid::new_v5(&tenant.0, format!("demo/{index}").as_bytes()));
        let origin = Origin::new(tenant, Actor::user(step.by.clone()), command, step.at);
        match &step.act {
            Act::Register { tag, attributes } => {
                let tag = Tag::parse(tag).with_context(|| format!("the tag {tag}"))?;
                let registered =
                    assets::register(&*self.log, &self.numbers, &origin, Some(tag), wishes(attributes)).await;
                ids.push(registered.with_context(|| format!("{step:?}"))?.asset);
            }
            Act::Change {
                asset,
                change,
                reason,
            } => {
                let asset = *ids
                    .get(*asset)
                    .context("a plan speaks of an asset before it is registered")?;
                let wish = change.to_command(step.at);
                let reason = reason.map(str::to_owned);
                assets::change(&*self.log, &origin, asset, None, &wish, reason)
                    .await
                    .with_context(|| format!("{step:?}"))?;
            }
        }
        Ok(())
    }
}

fn wishes(attributes: &[(&str, String)]) -> AttributeChanges {
    let parsed = attributes
        .iter()
        .filter_map(|(key, value)| Some((AttributeKey::parse(key)?, Some(value.clone()))));
    parsed.collect()
}

impl plan::AssetChange {
    fn to_command(&self, at: DateTime<Utc>) -> AssetCommand {
        match self {
            Self::CheckOut { to, due_in, note } => AssetCommand::CheckOut {
                to: to.clone(),
                due_on: due_in.map(|days| (at + Duration::days(days)).date_naive()),
                note: note.map(str::to_owned),
            },
            Self::CheckIn { note } => AssetCommand::CheckIn {
                note: note.map(str::to_owned),
            },
            Self::Transfer { to, note } => AssetCommand::Transfer {
                to: to.clone(),
                due_on: None,
                note: note.map(str::to_owned),
            },
            Self::Edit(attributes) => AssetCommand::Edit {
                set: wishes(attributes),
            },
            Self::Correct {
                attributes,
                days_ago,
                reason,
            } => AssetCommand::Correct {
                set: wishes(attributes),
                effective_at: at - Duration::days(*days_ago),
                reason: (*reason).to_owned(),
            },
            Self::Retire => AssetCommand::Retire,
            Self::Restore => AssetCommand::Restore,
        }
    }
}
