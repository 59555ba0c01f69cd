//! Carries out the plan of one site.

use std::sync::Arc;

use anyhow::Context as _;
use chrono::{DateTime, Duration, Utc};
use tally_commands::assets::{self, Registration};
use tally_commands::{Origin, People, Registrar, tenants};
use tally_domain::asset::Tag;
use tally_domain::value::FreeText;
use tally_domain::{Actor, AssetId, CommandId, TenantId};
use tally_event_log::LogWriter;
use tally_vault::Vault;
use uuid::Uuid;

use super::host::Site;
use super::planner::{Company, make_plan};
use super::platform::{InstallingSite, Platform};
use super::set_clock::SetClock;
use super::step::{Act, PeopleByAccount, Step, to_changes};

/// The age of the register.
pub const AGE: Duration = Duration::days(730);
/// The age at which the site's secret is rotated.
const ROTATION_AGE: Duration = Duration::days(411);

/// Fills the registers of sites, one after the other.
pub struct Seeder<'a> {
    pub log: &'a dyn LogWriter,
    pub vault: &'a Arc<Vault>,
    pub platform: &'a Platform,
    pub clock: &'a SetClock,
    pub registrar: Registrar,
    pub people: People,
    pub grace: Duration,
}

/// How much was made for one site.
pub struct FilledSite {
    pub assets: usize,
    pub commands: usize,
}

impl Seeder<'_> {
    /// Installs the app on a site two years before `now` and keeps its register since then.
    pub async fn fill(
        &self,
        site: &Site,
        company: &mut Company,
        now: DateTime<Utc>,
    ) -> anyhow::Result<FilledSite> {
        let begin = now - AGE;
        let rotation = begin + ROTATION_AGE;
        let tenant = self.install(site, begin).await?;
        let people = self.know_people(tenant, company).await?;
        let steps = make_plan(company, begin, now - Duration::hours(1));
        let mut ids: Vec<AssetId> = Vec::new();
        let mut is_rotated = false;
        for (index, step) in steps.iter().enumerate() {
            if !is_rotated && step.at > rotation {
                self.install(site, rotation).await?;
                is_rotated = true;
            }
            self.carry_out(tenant, index, step, &people, &mut ids)
                .await
                .with_context(|| format!("{step:?}"))?;
        }
        Ok(FilledSite {
            assets: ids.len(),
            commands: steps.len(),
        })
    }

    /// Records the callback that the platform would have sent at that time. Its secret is thrown
    /// away: the platform issues its own with the next installation.
    async fn install(&self, site: &Site, at: DateTime<Utc>) -> anyhow::Result<TenantId> {
        self.clock.set(at);
        let installing = InstallingSite {
            client_key: &site.client_key,
            base_url: &site.base_url,
            secret: &format!("demo-{}-{}", Uuid::new_v4(), Uuid::new_v4()),
        };
        let install = self.platform.install(&installing, at).await?;
        let (tenant, _) =
            tenants::record_installation(self.log, self.vault, &install, self.grace, None, at).await?;
        tenants::record_enablement(self.log, tenant, true, None, at).await?;
        Ok(tenant)
    }

    /// The people of the company, who all become known on the first day.
    async fn know_people(&self, tenant: TenantId, company: &Company) -> anyhow::Result<PeopleByAccount> {
        let mut people = PeopleByAccount::new();
        for account in company.keepers.iter().chain(&company.staff) {
            let person = self.people.find_or_add(tenant, account).await?;
            people.insert(account.clone(), person);
        }
        Ok(people)
    }

    async fn carry_out(
        &self,
        tenant: TenantId,
        index: usize,
        step: &Step,
        people: &PeopleByAccount,
        ids: &mut Vec<AssetId>,
    ) -> anyhow::Result<()> {
        self.clock.set(step.at);
        let command = CommandId(Uuid::new_v5(&tenant.0, format!("demo/{index}").as_bytes()));
        let by = people
            .get(&step.by)
            .context("the plan has a keeper of no company")?;
        let origin = Origin::new(tenant, Actor::user(*by), command, step.at);
        match &step.act {
            Act::Register { tag, attributes } => {
                let tag = Tag::parse(tag).with_context(|| format!("the tag {tag}"))?;
                let attributes = to_changes(attributes);
                let registration = Registration::new(command, Some(tag), attributes);
                let registered = assets::register(self.log, &self.registrar, &origin, registration).await?;
                ids.push(registered.asset);
            }
            Act::Change {
                asset,
                change,
                reason,
            } => {
                let asset = ids
                    .get(*asset)
                    .context("the plan changes an asset before it registers it")?;
                let command = change.to_command(step.at, people);
                let command = command.context("the plan has a receiver of no company")?;
                let reason = reason.map(FreeText::new);
                assets::change(self.log, &self.registrar, &origin, *asset, None, &command, reason).await?;
            }
        }
        Ok(())
    }
}
