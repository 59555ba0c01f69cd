//! `tally person`.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use tally_commands::People;
use tally_domain::{AccountId, PersonId, TenantId};
use tally_vault::Vault;

use super::output::print_line;
use super::stores::open_for_writing;
use super::views::remove_others;
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
    let Some(person) = find_person(&vault, tenant, &who).await? else {
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
    let destroyed = People::new(log, vault).erase(tenant, person).await?;
    remove_others(config).await?;
    print_line(&match destroyed.people {
        0 => format!("person {person} is erased: there was nothing left to destroy"),
        _ => format!("person {person} is erased"),
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn find_person(vault: &Arc<Vault>, tenant: TenantId, who: &Who) -> anyhow::Result<Option<PersonId>> {
    if let Some(account) = &who.account {
        let account = AccountId::parse(account).context("this is no account id")?;
        return Ok(vault.find_person(tenant, &account).await?);
    }
    match who.person {
        Some(person) if vault.has_person(tenant, person).await? => Ok(Some(person)),
        Some(_) | None => Ok(None),
    }
}
