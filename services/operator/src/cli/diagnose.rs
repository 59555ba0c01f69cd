//! `tally diagnose`: what is wrong with a site. Asks the running server; where none answers, reads the views beside it.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use chrono::Utc;
use clap::Parser;
use reqwest::Client;
use secrecy::ExposeSecret;
use serde_json::Value;
use url::Url;

use super::say;
use crate::config::{Config, Settings, ops_access};
use crate::diagnosis::{Diagnosis, gather, print};
use tally_operator::settings::OpsAccess;

/// How long the operator's listener may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whom to diagnose.
#[derive(Parser)]
pub struct Args {
    /// The site: its tenant's id, its client key, or its address.
    #[arg(long, required_unless_present = "catalogue")]
    tenant: Option<String>,
    /// Prints the catalogue of known troubles, as Markdown, and nothing else.
    #[arg(long)]
    pub catalogue: bool,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
    /// Where the operator's listener is. When absent: TALLY_OPS_URL, else the port of TALLY_OPS_LISTEN on this machine, else
    /// http://127.0.0.1:8081. The token is TALLY_OPS_TOKEN or TALLY_OPS_TOKEN_FILE.
    #[arg(long, value_name = "URL")]
    ops: Option<String>,
}

/// What a site is called that nobody ever heard of, by the listener.
const UNKNOWN: &str = "ops.site_unknown";

/// Prints the diagnosis. Fails when nothing was ever heard of the site.
pub async fn run(args: Args, config: &Config, settings: &Settings) -> anyhow::Result<ExitCode> {
    let whom = args.tenant.as_deref().unwrap_or_default();
    let access = ops_access(settings)?;
    let told = match of_server(args.ops.as_deref().unwrap_or(&access.url), whom, &access).await? {
        Some(told) => told,
        None => of_views(config, whom).await?,
    };
    let Some(told) = told else {
        anyhow::bail!("nothing was ever heard of that id, client key or address");
    };
    if args.json {
        say(&serde_json::to_string_pretty(&told)?)?;
    } else {
        say(print::diagnosis(&told).trim_end())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What the running server says; `None` when none answers there.
async fn of_server(
    address: &str,
    whom: &str,
    access: &OpsAccess,
) -> anyhow::Result<Option<Option<Diagnosis>>> {
    let mut url = Url::parse(address).with_context(|| format!("{address} is not an address"))?;
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty()
            .extend(["ops", "api", "tenants", whom, "diagnosis"]);
    }
    // The listener is near; a proxy for the world beyond has no business with the token.
    let client = Client::builder().no_proxy().timeout(PATIENCE).build()?;
    let mut request = client.get(url);
    if let Some(token) = &access.token {
        request = request.bearer_auth(token.expose_secret());
    }
    let Ok(answer) = request.send().await else {
        return Ok(None);
    };
    let status = answer.status();
    let another = || format!("what answers at {address} is not the operator's listener of this version");
    let answer: Value = answer.json().await.with_context(another)?;
    if status.is_success() {
        return Ok(Some(serde_json::from_value(answer).with_context(another)?));
    }
    match answer.get("code").and_then(Value::as_str) {
        Some(UNKNOWN) => Ok(Some(None)),
        Some(code) => anyhow::bail!("the operator's listener at {address} refused: {code}"),
        None => anyhow::bail!(another()),
    }
}

/// What the views beside the server say. They are read only; what is in a server's memory is not among it.
async fn of_views(config: &Config, whom: &str) -> anyhow::Result<Option<Diagnosis>> {
    let views = crate::views::open_read_only(config)
        .await
        .context("no server answers, and the views cannot be read")?;
    let Some(subject) = gather::subject(&views, None, whom)? else {
        return Ok(None);
    };
    let evidence = gather::evidence(&views, None, &subject, (config, Utc::now()))?;
    Ok(Some(Diagnosis::of(&subject, &evidence)))
}
