//! `tally demo`.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::ensure;
use chrono::{DateTime, Utc};
use clap::Subcommand;
use secrecy::ExposeSecret;
use tally_seed::{SeedTarget, seed};

use super::output::print_line;
use crate::config::{Config, Profile};

#[derive(Subcommand)]
pub enum DemoVerb {
    /// Fill an empty log with two years of a company's register, by the commands that people use.
    /// Development profile only.
    Seed {
        /// The address at which the simulated Jira lists its sites and people.
        #[arg(long, default_value = "http://localhost:8090/control/state")]
        state_url: String,
    },
}

/// Carries out `tally demo`.
pub async fn run(verb: DemoVerb, config: &Config, now: DateTime<Utc>) -> anyhow::Result<ExitCode> {
    let DemoVerb::Seed { state_url } = verb;
    ensure!(
        config.profile == Profile::Development,
        "demo data is for the development profile only"
    );
    crate::assembly::prepare_data_directory(config)?;
    let vault = Arc::new(crate::assembly::open_vault(config).await?);
    let target = SeedTarget {
        log_url: config.log_url.expose_secret(),
        vault: &vault,
        app_key: &config.app_key,
        base_url: &config.base_url,
        tenant_hosts: config.allowed_hosts.clone(),
        previous_secret_grace: config.previous_secret_grace_seconds,
    };
    match seed(target, &state_url, now).await? {
        Some(seeded) => print_line(&format!(
            "registered {} assets on {} sites by {} commands",
            seeded.assets, seeded.sites, seeded.commands
        ))?,
        None => print_line("the log already holds events; nothing was changed")?,
    }
    Ok(ExitCode::SUCCESS)
}
