//! `jira-host`: the simulated Jira as a program.

use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use tally_jira_host::{Host, HostOptions};
use tracing_subscriber::EnvFilter;

/// A simulated Jira that installs, rotates, signs and frames an app.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the control page and the sites.
    Serve(Serve),
}

#[derive(Args)]
struct Serve {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// Address of the app to install.
    #[arg(long, default_value = "http://localhost:8080")]
    app: String,
    /// Names of the sites, separated by commas.
    #[arg(long, default_value = "acme,globex", value_delimiter = ',')]
    sites: Vec<String>,
    /// File in which sites are kept over restarts (it holds secrets).
    #[arg(long)]
    state_file: Option<PathBuf>,
}

#[actix_web::main]
async fn main() -> io::Result<()> {
    let Command::Serve(serve) = Arguments::parse().command;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();
    let host = Host::start(&HostOptions {
        listen: serve.listen,
        app: serve.app,
        sites: serve.sites,
        state_file: serve.state_file,
    })?;
    let mut out = io::stdout();
    writeln!(out, "listening on {}", host.origin.control())?;
    out.flush()?;
    host.run().await
}
