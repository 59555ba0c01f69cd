//! What the binary offers at the command line.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, Settings};
use crate::telemetry;

mod descriptor;
mod diagnose;
mod health;
mod incident;
#[cfg(feature = "postgres")]
mod keys;
mod log;
mod ops;
mod probe;
mod release;
mod replay;
mod serve;
mod stopping;
mod views;

/// Asset management for Jira, on an event log.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    /// The configuration file (TOML). Variables TALLY_* win over it.
    #[arg(long, global = true, env = "TALLY_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Serves Jira.
    Serve,
    /// Asks a running server whether it is ready, for what watches over its process. Exit code 0: it is.
    Health(health::Arguments),
    /// Looks after the views.
    #[command(subcommand)]
    Views(views::Verb),
    /// Prints a tenant's history: its lifecycle, which secret was in force when, and what happened to its assets.
    Replay(replay::Args),
    /// Says what is wrong with a site, why, and who can do what about it.
    Diagnose(diagnose::Args),
    /// Stages, bakes and promotes releases, by the operator's listener of a running server.
    Release(release::Arguments),
    /// Tells customers of incidents, by the operator's listener of a running server.
    Incident(incident::Arguments),
    /// Probes a running Tally as a synthetic tenant: installs, opens a page, calls, changes, rotates, uninstalls. Exit code 0: all passed, 1: a
    /// step failed, 2: it could not be done or told.
    Probe(Box<probe::Args>),
    /// Looks after the descriptor.
    #[command(subcommand)]
    Descriptor(descriptor::Verb),
    /// Looks after the configuration.
    #[command(subcommand)]
    Config(ConfigVerb),
    /// Looks after event logs.
    #[command(subcommand)]
    Log(log::Verb),
    /// Looks after data keys.
    #[cfg(feature = "postgres")]
    #[command(subcommand)]
    Keys(keys::Verb),
    /// Makes demo data.
    #[command(subcommand)]
    Demo(DemoVerb),
    /// Prints the OpenAPI document of the API.
    Openapi,
    /// Looks after alarms.
    #[command(subcommand)]
    Alarms(AlarmsVerb),
}

#[derive(Subcommand)]
enum AlarmsVerb {
    /// Prints the alarms as rules for Prometheus.
    Rules,
}

#[derive(Subcommand)]
enum DemoVerb {
    /// Fills an empty log with two years of a company's register, by the commands that people give. Development profile only.
    Seed {
        /// Where the simulated Jira tells of its sites and people.
        #[arg(long, default_value = "http://localhost:8090/control/state")]
        state_url: String,
    },
}

#[derive(Subcommand)]
enum ConfigVerb {
    /// Says whether `tally serve` would start with it, and if not why.
    Check,
}

/// Runs the command line. The exit code is 0 when all went well, 1 when it failed, 2 when it was asked wrongly.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome = runtime
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(dispatch(cli)));
    match outcome {
        Ok(code) => code,
        Err(cause) => {
            say_error(&format!("tally: {cause:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    let verb = match cli.verb {
        // These need no configuration.
        Verb::Log(verb) => return log::run(verb).await,
        #[cfg(feature = "postgres")]
        Verb::Keys(verb) => return keys::run(verb).await,
        Verb::Probe(args) => return Ok(probe::run(*args, cli.config.as_deref()).await),
        Verb::Descriptor(verb) => return descriptor::run(verb).await,
        Verb::Openapi => {
            say(&crate::http::api::openapi_json())?;
            return Ok(ExitCode::SUCCESS);
        }
        Verb::Diagnose(args) if args.catalogue => {
            say(crate::diagnosis::print::catalogue().trim_end())?;
            return Ok(ExitCode::SUCCESS);
        }
        Verb::Alarms(AlarmsVerb::Rules) => {
            say(crate::watch::prometheus_rules().trim_end())?;
            return Ok(ExitCode::SUCCESS);
        }
        verb => verb,
    };
    let settings = Settings::read(cli.config.as_deref(), std::env::vars())?;
    let verb = match verb {
        // These speak with a server that runs already.
        Verb::Release(arguments) => return release::run(arguments, &settings).await,
        Verb::Incident(arguments) => return incident::run(arguments, &settings).await,
        Verb::Health(arguments) => return health::run(arguments, &settings).await,
        verb => verb,
    };
    let config = Config::check(&settings)?;
    telemetry::start(&config.log_filter, config.log_json);
    match verb {
        Verb::Serve => serve::run(config).await,
        Verb::Views(verb) => views::run(verb, config).await,
        Verb::Replay(args) => replay::run(args, config).await,
        Verb::Diagnose(args) => diagnose::run(args, &config, &settings).await,
        Verb::Config(ConfigVerb::Check) => check(&config),
        Verb::Demo(DemoVerb::Seed { state_url }) => seed(&config, &state_url).await,
        Verb::Log(_)
        | Verb::Probe(_)
        | Verb::Descriptor(_)
        | Verb::Openapi
        | Verb::Alarms(_)
        | Verb::Release(_)
        | Verb::Incident(_)
        | Verb::Health(_) => Ok(ExitCode::SUCCESS),
        #[cfg(feature = "postgres")]
        Verb::Keys(_) => Ok(ExitCode::SUCCESS),
    }
}

fn check(config: &Config) -> anyhow::Result<ExitCode> {
    crate::tally::check_master_key(config)?;
    crate::watch::notify::check(&config.notify)?;
    crate::authentication::load_issuer(config.probe_key_file.as_deref())?;
    say(&format!(
        "The configuration is right: {:?} profile, {} listens on {}, data in {}.",
        config.profile,
        config.base_url.as_str(),
        config.listen,
        config.data_dir.display()
    ))?;
    Ok(ExitCode::SUCCESS)
}

async fn seed(config: &Config, state_url: &str) -> anyhow::Result<ExitCode> {
    match crate::demo::seed(config, state_url).await? {
        Some(made) => say(&format!(
            "{} assets on {} sites, by {} commands",
            made.assets, made.sites, made.commands
        ))?,
        None => say("the log holds events already; it is left as it is")?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints a line for whoever asked.
pub(crate) fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

fn say_error(text: &str) {
    // Nothing can be done when even this fails.
    drop(writeln!(io::stderr().lock(), "{text}"));
}
