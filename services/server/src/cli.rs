//! The command line of the binary.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tally_domain::Clock;
use tally_operator::cli::{diagnose, health, incident, release};

use crate::config::{Config, LogFormat, Settings, ops_access, own_address};
use crate::telemetry;
use output::{print_error, print_line};

mod demo;
mod descriptor;
mod keys;
mod log;
mod output;
mod person;
mod probe;
mod replay;
mod serve;
mod stopping;
mod stores;
mod tenant;
mod views;

/// Asset management for Jira, on an event log.
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// The configuration file (TOML). Variables TALLY_* override it.
    #[arg(long, global = true, env = "TALLY_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    #[command(flatten)]
    Configured(ConfiguredVerb),
    #[command(flatten)]
    Remote(RemoteVerb),
    #[command(flatten)]
    Standalone(StandaloneVerb),
}

/// Verbs that need the whole configuration.
#[derive(Subcommand)]
enum ConfiguredVerb {
    /// Serve pages and the API to Jira.
    Serve,
    /// Inspect and rebuild the views.
    #[command(subcommand)]
    Views(views::ViewsVerb),
    /// Print a tenant's history: its lifecycle, which secret was in force when, and its assets'
    /// events.
    Replay(replay::ReplayArguments),
    /// Diagnose a site: what is wrong, why, and who can do what about it.
    Diagnose(diagnose::DiagnoseArgs),
    /// Erase people.
    #[command(subcommand)]
    Person(person::PersonVerb),
    /// Erase tenants.
    #[command(subcommand)]
    Tenant(tenant::TenantVerb),
    /// Check the configuration without starting the server.
    #[command(subcommand)]
    Config(ConfigVerb),
    /// Make demo data for development.
    #[command(subcommand)]
    Demo(demo::DemoVerb),
}

/// Verbs that call a running server, and need to know its address only.
#[derive(Subcommand)]
enum RemoteVerb {
    /// Ask a running server whether it is ready, for a supervisor of its process. Exit code 0:
    /// ready.
    Health(health::HealthArgs),
    /// Stage, bake and promote releases, through the operator's listener of a running server.
    Release(release::ReleaseArgs),
    /// Inform customers of incidents, through the operator's listener of a running server.
    Incident(incident::IncidentArgs),
}

/// Verbs that need no configuration.
#[derive(Subcommand)]
enum StandaloneVerb {
    /// Probe a running Tally as a synthetic tenant: install, open a page, call, change, rotate,
    /// uninstall. Exit code 0: all passed, 1: a step failed, 2: the walk or its report was
    /// impossible.
    Probe(Box<tally_probe::ProbeArguments>),
    /// Print and compare descriptors.
    #[command(subcommand)]
    Descriptor(descriptor::DescriptorVerb),
    /// Check and copy event logs.
    #[command(subcommand)]
    Log(log::LogVerb),
    /// Show, rotate and copy the keys that everything is sealed under.
    #[command(subcommand)]
    Keys(keys::KeysVerb),
    /// Print the OpenAPI document of the API.
    Openapi,
    /// Print every refusal with its code, cause and remedy, as a page of the documentation.
    Refusals,
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
    crate::private_files::make_private();
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
    let file = cli.config.as_deref();
    match cli.verb {
        Verb::Configured(ConfiguredVerb::Diagnose(args)) if args.catalogue => diagnose::print_catalogue(),
        Verb::Configured(verb) => run_configured(verb, file).await,
        Verb::Remote(verb) => run_remote(verb, file).await,
        Verb::Standalone(verb) => run_standalone(verb, file).await,
    }
}

async fn run_configured(verb: ConfiguredVerb, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    let settings = Settings::read(file, std::env::vars())?;
    let config = Config::check(&settings)?;
    let clock = Clock::system();
    telemetry::start_logging(&config.log, config.log_format == LogFormat::Json);
    match verb {
        ConfiguredVerb::Serve => serve::run(config, clock).await,
        ConfiguredVerb::Views(verb) => views::run(verb, config).await,
        ConfiguredVerb::Replay(args) => replay::run(args, config, &clock).await,
        ConfiguredVerb::Diagnose(args) => {
            let (access, served) = (ops_access(&settings)?, crate::operator::served_release(&config));
            let open_views = || crate::views::open_read_only(&config);
            diagnose::run(args, &access, (&served, &clock), open_views).await
        }
        ConfiguredVerb::Person(verb) => person::run(verb, &config).await,
        ConfiguredVerb::Tenant(verb) => tenant::run(verb, &config).await,
        ConfiguredVerb::Config(ConfigVerb::Check) => check_config(&config),
        ConfiguredVerb::Demo(verb) => demo::run(verb, &config, clock.now()).await,
    }
}

async fn run_remote(verb: RemoteVerb, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    let settings = Settings::read(file, std::env::vars())?;
    match verb {
        RemoteVerb::Health(args) => health::run(args, own_address(&settings)).await,
        RemoteVerb::Release(args) => release::run(args, ops_access(&settings)?).await,
        RemoteVerb::Incident(args) => incident::run(args, ops_access(&settings)?).await,
    }
}

async fn run_standalone(verb: StandaloneVerb, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    match verb {
        StandaloneVerb::Probe(args) => return Ok(probe::run(*args, file, Clock::system()).await),
        StandaloneVerb::Descriptor(verb) => return descriptor::run(verb).await,
        StandaloneVerb::Log(verb) => return log::run(verb).await,
        StandaloneVerb::Keys(verb) => return keys::run(verb, file).await,
        StandaloneVerb::Openapi => print_line(&crate::http::api::openapi_json())?,
        StandaloneVerb::Refusals => print_line(crate::refusals::to_page().trim_end())?,
        StandaloneVerb::Alarms(AlarmsVerb::Rules) => {
            print_line(tally_operator::watch::prometheus_rules().trim_end())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn check_config(config: &Config) -> anyhow::Result<ExitCode> {
    crate::assembly::check_master_key(config)?;
    tally_operator::watch::notify::check(&config.notify())?;
    tally_authentication::load_issuer(config.probe_public_key_file.as_deref())?;
    print_line(&format!(
        "The configuration is valid: {:?} profile, {} listens on {}, data in {}.",
        config.profile,
        config.base_url.as_str(),
        config.listen,
        config.data_dir.display()
    ))?;
    Ok(ExitCode::SUCCESS)
}
