//! `tally tenant`.

use std::collections::BTreeSet;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use tally_commands::erasure::{erase_tenant, release_client_keys};
use tally_commands::{CommandError, tenants};
use tally_domain::tenant::{TenantState, erase};
use tally_domain::{ImportId, TenantId};
use tally_event_log::LogReader;
use tally_vault::Destroyed;

use super::output::print_line;
use super::stores::{knows_tenant, open_for_writing};
use super::views::remove_others;
use crate::config::Config;

/// How many events are read at once.
const PAGE_SIZE: usize = 1000;

#[derive(Subcommand)]
pub enum TenantVerb {
    /// Erase a tenant for good: destroy its keys, remove it from all views with its uploads, and let
    /// its site return as another tenant. It can be interrupted and repeated, and is recorded in the
    /// log. Servers on a shared log may be running; with a log in a file, stop the server first.
    Erase(Erasure),
}

#[derive(Args)]
pub struct Erasure {
    /// The tenant's id.
    #[arg(long)]
    tenant: TenantId,
    /// Erase it although its site still has Tally installed. People there see an error until the
    /// site's admin installs Tally again.
    #[arg(long)]
    even_if_installed: bool,
    /// Erase it although this key store has no key of it. If its keys are in another store or in a
    /// backup, what was sealed can still be opened with them.
    #[arg(long)]
    keys_are_lost: bool,
    /// Erase it now. Without this option the command says what it would erase, and changes nothing.
    #[arg(long)]
    yes: bool,
}

/// Carries out `tally tenant`.
pub async fn run(verb: TenantVerb, config: &Config) -> anyhow::Result<ExitCode> {
    let TenantVerb::Erase(erasure) = verb;
    let (vault, log) = open_for_writing(config).await?;
    let (state, _) = tenants::state(&*log, erasure.tenant).await?;
    erase(&state, erasure.even_if_installed)?;
    if !erasure.keys_are_lost && !knows_tenant(&vault, erasure.tenant).await? {
        anyhow::bail!(
            "this key store has no key of tenant {}, so its keys cannot be destroyed here; is it the key \
             store of this log? Nothing was changed. If its keys are lost, add --keys-are-lost",
            erasure.tenant
        );
    }
    if !erasure.yes {
        print_line(&describe_order(&erasure, &state))?;
        return Ok(ExitCode::FAILURE);
    }
    let tenant = erasure.tenant;
    let destroyed = match erase_tenant(&*log, &vault, tenant, erasure.even_if_installed).await {
        Err(CommandError::Refused(refusal)) => anyhow::bail!("{refusal}"),
        erased => erased?,
    };
    let uploads = remove_uploads(config, &*log, tenant).await?;
    remove_others(config).await?;
    release_client_keys(&*log, tenant).await?;
    print_line(&describe_result(tenant, destroyed, uploads))?;
    Ok(ExitCode::SUCCESS)
}

/// What the command would erase.
fn describe_order(erasure: &Erasure, state: &TenantState) -> String {
    let tenant = erasure.tenant;
    let site = match state {
        TenantState::Known(known) => format!("{} ({})", known.site.base_url, known.status.as_str()),
        TenantState::Unknown | TenantState::Erased { .. } => "erased before".to_owned(),
    };
    format!(
        "This would erase tenant {tenant}, {site}, for good: its keys, its rows in all views and its \
         uploads. No one can undo it. Nothing was changed: run the command again with --yes to erase it."
    )
}

/// What this run did. An earlier one may have done all or a part of it.
fn describe_result(tenant: TenantId, destroyed: Destroyed, uploads: u64) -> String {
    if destroyed == Destroyed::default() && uploads == 0 {
        return format!("tenant {tenant} is erased: there was nothing left to destroy");
    }
    format!(
        "tenant {tenant} is erased: this run destroyed {} keys of its own, {} of people and {} of \
         texts, and removed {uploads} uploads",
        destroyed.data_keys, destroyed.people, destroyed.texts
    )
}

/// Removes the files of all imports that the tenant ever began.
async fn remove_uploads(config: &Config, log: &dyn LogReader, tenant: TenantId) -> anyhow::Result<u64> {
    let files = crate::assembly::open_import_files(config).await?;
    let mut removed = 0;
    for import in find_imports(log, tenant).await? {
        removed += files.remove_all(import).await?;
    }
    Ok(removed)
}

/// The imports that a tenant ever began. The names of streams stay readable after an erasure.
pub(super) async fn find_imports(
    log: &dyn LogReader,
    tenant: TenantId,
) -> anyhow::Result<BTreeSet<ImportId>> {
    let (mut imports, mut after) = (BTreeSet::new(), None);
    loop {
        let page = log.read_tenant(tenant, after, PAGE_SIZE).await?;
        let Some(last) = page.last() else {
            return Ok(imports);
        };
        after = Some(last.position);
        let streams = page.iter().map(|stored| &stored.stream);
        imports.extend(streams.filter_map(|stream| stream.to_import(tenant)));
    }
}
