//! `tally person`.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use tally_commands::{People, load, tenants};
use tally_domain::import::{ImportEvent, ImportState};
use tally_domain::tenant::TenantState;
use tally_domain::{AccountId, PersonId, StreamName, TenantId};
use tally_event_log::LogReader;
use tally_vault::Vault;

use super::output::print_line;
use super::stores::{knows_tenant, open_for_writing};
use super::tenant::find_imports;
use super::views::remove_others;
use crate::assembly::open_import_files;
use crate::config::Config;

#[derive(Subcommand)]
pub enum PersonVerb {
    /// Erase a person of a tenant for good: destroy the key under which account id and name are
    /// sealed, and remove both from all views. What the person did stays, without saying who it was.
    /// It can be interrupted and repeated, and is recorded in the log. Servers on a shared log may be
    /// running; with a log in a file, stop the server first.
    Erase {
        /// The tenant's id.
        #[arg(long)]
        tenant: TenantId,
        #[command(flatten)]
        who: Who,
        /// Erase it now. Without this option the command says what it would erase, and changes
        /// nothing.
        #[arg(long)]
        yes: bool,
    },
}

/// The person, in one of two ways.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct Who {
    /// The person's id, as the log has it.
    #[arg(long)]
    person: Option<PersonId>,
    /// The Atlassian account id.
    #[arg(long)]
    account: Option<String>,
}

/// Carries out `tally person`.
pub async fn run(verb: PersonVerb, config: &Config) -> anyhow::Result<ExitCode> {
    let PersonVerb::Erase { tenant, who, yes } = verb;
    let (vault, log) = open_for_writing(config).await?;
    check_keys(&vault, &*log, tenant).await?;
    let Some(person) = find_person(&vault, &*log, tenant, &who).await? else {
        print_line(
            "No such person is known in this tenant, so there is nothing to erase. To repeat an erasure that \
             broke off, name the person by the id that was printed.",
        )?;
        return Ok(ExitCode::FAILURE);
    };
    if !yes {
        print_line(&format!(
            "This would erase person {person} of tenant {tenant} for good: account id and name, in all \
             views too. No one can undo it. Nothing was changed: run the command again with --yes to erase it."
        ))?;
        return Ok(ExitCode::FAILURE);
    }
    print_line(&format!("erasing person {person}"))?;
    let destroyed = People::new(log.clone(), vault).erase(tenant, person).await?;
    remove_kept_files(config, &*log, tenant).await?;
    remove_others(config).await?;
    print_line(&match destroyed.people {
        0 => format!("person {person} is erased: there was nothing left to destroy"),
        _ => format!("person {person} is erased"),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Removes the files that are kept for the refused rows of ended imports: they may name the person.
async fn remove_kept_files(config: &Config, log: &dyn LogReader, tenant: TenantId) -> anyhow::Result<()> {
    let files = open_import_files(config).await?;
    for import in find_imports(log, tenant).await? {
        let loaded = load::<ImportEvent>(log, &StreamName::import(tenant, import)).await?;
        let state = ImportState::fold(loaded.events.iter().map(|recorded| &recorded.event));
        if !state.is_under_way() {
            files.remove_all(import).await?;
        }
    }
    Ok(())
}

/// An erasure destroys a key, so it needs the key store of this log.
async fn check_keys(vault: &Vault, log: &dyn LogReader, tenant: TenantId) -> anyhow::Result<()> {
    let (state, _) = tenants::state(log, tenant).await?;
    if state == TenantState::Unknown {
        anyhow::bail!("no tenant {tenant} is in this log");
    }
    if !knows_tenant(vault, tenant).await? {
        anyhow::bail!(
            "this key store has no key of tenant {tenant}, so no key of its people can be destroyed here; is \
             it the key store of this log? Nothing was changed. If the tenant's keys are lost, no account \
             and no name opens any more"
        );
    }
    Ok(())
}

async fn find_person(
    vault: &Arc<Vault>,
    log: &dyn LogReader,
    tenant: TenantId,
    who: &Who,
) -> anyhow::Result<Option<PersonId>> {
    if let Some(account) = &who.account {
        let account = AccountId::parse(account).context("this is no account id")?;
        return Ok(vault.find_person(tenant, &account).await?);
    }
    match who.person {
        Some(person) if is_known(vault, log, tenant, person).await? => Ok(Some(person)),
        Some(_) | None => Ok(None),
    }
}

/// Whether the key store or the log knows the person. A lost row is in the log alone, and an erasure
/// that broke off at its start in the key store alone.
async fn is_known(
    vault: &Vault,
    log: &dyn LogReader,
    tenant: TenantId,
    person: PersonId,
) -> anyhow::Result<bool> {
    if vault.has_person(tenant, person).await? {
        return Ok(true);
    }
    let events = log.read_stream(&StreamName::person(tenant, person), 0, 1).await?;
    Ok(!events.is_empty())
}
