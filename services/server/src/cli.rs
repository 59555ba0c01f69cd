//! The command line of the binary.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tally_domain::Clock;
use tally_operator::cli::{diagnose, health, incident, release};

use crate::config::{Config, Settings, ops_access, own_address};
use crate::telemetry;
use output::{print_error, print_line};

mod demo;
mod descriptor;
mod keys;
mod log;
mod output;
mod probe;
mod replay;
mod serve;
mod stopping;
mod views;

/// Asset management for Jira, on an event log.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    /// The configuration file (TOML). Variables TALLY_* override it.
    #[arg(long, global = true, env = "TALLY_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Serve pages and the API to Jira.
    Serve,
    /// Ask a running server whether it is ready, for a supervisor of its process. Exit code 0:
    /// ready.
    Health(health::HealthArgs),
    /// Inspect and rebuild the views.
    #[command(subcommand)]
    Views(views::ViewsVerb),
    /// Print a tenant's history: its lifecycle, which secret was in force when, and its assets'
    /// events.
    Replay(replay::ReplayArguments),
    /// Diagnose a site: what is wrong, why, and who can do what about it.
    Diagnose(diagnose::DiagnoseArgs),
    /// Stage, bake and promote releases, through the operator's listener of a running server.
    Release(release::ReleaseArgs),
    /// Inform customers of incidents, through the operator's listener of a running server.
    Incident(incident::IncidentArgs),
    /// Probe a running Tally as a synthetic tenant: install, open a page, call, change, rotate,
    /// uninstall. Exit code 0: all passed, 1: a step failed, 2: the walk or its report was
    /// impossible.
    Probe(Box<tally_probe::ProbeArguments>),
    /// Print and compare descriptors.
    #[command(subcommand)]
    Descriptor(descriptor::DescriptorVerb),
    /// Check the configuration without starting the server.
    #[command(subcommand)]
    Config(ConfigVerb),
    /// Check and copy event logs.
    #[command(subcommand)]
    Log(log::LogVerb),
    /// Copy data keys between stores.
    #[command(subcommand)]
    Keys(keys::KeysVerb),
    /// Make demo data for development.
    #[command(subcommand)]
    Demo(demo::DemoVerb),
    /// Print the OpenAPI document of the API.
    Openapi,
    /// Print the alarms that Tally knows.
    #[command(subcommand)]
    Alarms(AlarmsVerb),
}

#[derive(Subcommand)]
enum AlarmsVerb {
    /// Print the alarms as rules for Prometheus.
    Rules,
}

#[derive(Subcommand)]
enum ConfigVerb {
    /// Report whether `tally serve` would start with it, and if not, why.
    Check,
}

/// Runs the command line. Exit code 0: success. 1: failure. 2: wrong arguments.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let result = runtime
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(dispatch(cli)));
    match result {
        Ok(code) => code,
        Err(cause) => {
            print_error(&format!("tally: {cause:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    let verb = match cli.verb {
        // These need no configuration.
        Verb::Log(verb) => return log::run(verb).await,
        Verb::Keys(verb) => return keys::run(verb).await,
        Verb::Probe(args) => return Ok(probe::run(*args, cli.config.as_deref(), Clock::system()).await),
        Verb::Descriptor(verb) => return descriptor::run(verb).await,
        Verb::Openapi => {
            print_line(&crate::http::api::openapi_json())?;
            return Ok(ExitCode::SUCCESS);
        }
        Verb::Diagnose(args) if args.catalogue => {
            return diagnose::print_catalogue();
        }
        Verb::Alarms(AlarmsVerb::Rules) => {
            print_line(tally_operator::watch::prometheus_rules().trim_end())?;
            return Ok(ExitCode::SUCCESS);
        }
        verb => verb,
    };
    let settings = Settings::read(cli.config.as_deref(), std::env::vars())?;
    let verb = match verb {
        // These call a server that runs already.
        Verb::Release(arguments) => return release::run(arguments, ops_access(&settings)?).await,
        Verb::Incident(arguments) => return incident::run(arguments, ops_access(&settings)?).await,
        Verb::Health(arguments) => return health::run(arguments, own_address(&settings)).await,
        verb => verb,
    };
    let config = Config::check(&settings)?;
    let clock = Clock::system();
    telemetry::start_logging(&config.log_filter, config.log_json);
    match verb {
        Verb::Serve => serve::run(config).await,
        Verb::Views(verb) => views::run(verb, config).await,
        Verb::Replay(args) => replay::run(args, config, &clock).await,
        Verb::Diagnose(args) => {
            let (access, served) = (ops_access(&settings)?, crate::operator::served_release(&config));
            let open_views = || crate::views::open_read_only(&config);
            diagnose::run(args, &access, &served, open_views).await
        }
        Verb::Config(ConfigVerb::Check) => check_config(&config),
        Verb::Demo(verb) => demo::run(verb, &config, clock.now()).await,
        Verb::Log(_)
        | Verb::Probe(_)
        | Verb::Descriptor(_)
        | Verb::Openapi
        | Verb::Alarms(_)
        | Verb::Release(_)
        | Verb::Incident(_)
        | Verb::Health(_) => Ok(ExitCode::SUCCESS),
        Verb::Keys(_) => Ok(ExitCode::SUCCESS),
    }
}

fn check_config(config: &Config) -> anyhow::Result<ExitCode> {
    crate::assembly::check_master_key(config)?;
    tally_operator::watch::notify::check(&config.notify)?;
    crate::authentication::load_issuer(config.probe_key_file.as_deref())?;
    print_line(&format!(
        "The configuration is valid: {:?} profile, {} listens on {}, data in {}.",
        config.profile,
        config.base_url.as_str(),
        config.listen,
        config.data_dir.display()
    ))?;
    Ok(ExitCode::SUCCESS)
}
