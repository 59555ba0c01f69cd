//! `tally tenant`.

use std::collections::BTreeSet;
use std::process::ExitCode;

use clap::Subcommand;
use tally_commands::CommandError;
use tally_commands::erasure::erase_tenant;
use tally_domain::{ImportId, TenantId};
use tally_event_log::LogReader;

use super::output::print_line;
use super::stores::open_for_writing;
use crate::config::Config;

/// How many events are read at once.
const PAGE_SIZE: usize = 1000;

#[derive(Subcommand)]
pub enum TenantVerb {
    /// Erase a tenant for good: destroy its keys, remove it from all views with its uploads, and let
    /// its site return as another tenant. It can be interrupted and repeated, and is recorded in the
    /// log. Servers on a shared log may be running; with a log in a file, stop the server first.
    Erase {
        /// The tenant's id.
        #[arg(long)]
        tenant: TenantId,
        /// Erase it although its site still has Tally installed. People there see an error until the
        /// site's admin installs Tally again.
        #[arg(long)]
        even_if_installed: bool,
    },
}

/// Carries out `tally tenant`.
pub async fn run(verb: TenantVerb, config: &Config) -> anyhow::Result<ExitCode> {
    let TenantVerb::Erase {
        tenant,
        even_if_installed,
    } = verb;
    let (vault, log) = open_for_writing(config).await?;
    let destroyed = match erase_tenant(&*log, &vault, tenant, even_if_installed).await {
        Err(CommandError::Refused(refusal)) => anyhow::bail!("{refusal}"),
        erased => erased?,
    };
    let uploads = remove_uploads(config, &*log, tenant).await?;
    print_line(&format!(
        "tenant {tenant} is erased: {} keys of its own, {} of people and {} of texts destroyed, \
         {uploads} uploads removed",
        destroyed.data_keys, destroyed.people, destroyed.texts
    ))?;
    Ok(ExitCode::SUCCESS)
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

/// The names of streams stay readable.
async fn find_imports(log: &dyn LogReader, tenant: TenantId) -> anyhow::Result<BTreeSet<ImportId>> {
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
