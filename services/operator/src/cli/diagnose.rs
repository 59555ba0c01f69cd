//! `tally diagnose`: what is wrong with a site. It asks the running server; if none answers, it
//! reads the views beside it.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use reqwest::Client;
use secrecy::ExposeSecret;
use serde_json::Value;
use tally_domain::{Clock, Refused};
use tally_view_store::ViewStore;
use url::Url;

use super::output::print;
use crate::refusal::OperatorRefusal;
use crate::settings::OpsAccess;
use tally_diagnosis::SiteDiagnosis;
use tally_diagnosis::gather::{self, ServedRelease};
use tally_diagnosis::print::{catalogue_page, diagnosis_text};

/// How long the operator's listener may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The options of `tally diagnose`.
#[derive(Args)]
pub struct DiagnoseArgs {
    /// The site: its tenant id, its client key, or its address.
    #[arg(long, required_unless_present = "catalogue")]
    tenant: Option<String>,
    /// Prints the catalogue of known problems, as Markdown, and nothing else.
    #[arg(long)]
    pub catalogue: bool,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
    /// The address of the operator's listener. Default: TALLY_OPS_URL, else the port of
    /// TALLY_OPS_LISTEN on this machine, else http://127.0.0.1:8081. The token is TALLY_OPS_TOKEN
    /// or TALLY_OPS_TOKEN_FILE.
    #[arg(long, value_name = "URL")]
    ops: Option<String>,
}

/// Prints the catalogue.
///
/// # Errors
/// The output is closed.
pub fn print_catalogue() -> anyhow::Result<ExitCode> {
    print(catalogue_page().trim_end())?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the diagnosis of a site. `open_views` opens the views beside a server that does not
/// answer.
///
/// # Errors
/// Nothing is known about the site, or neither a server nor the views can be read.
pub async fn run<F>(
    args: DiagnoseArgs,
    access: &OpsAccess,
    (served, clock): (&ServedRelease, &Clock),
    open_views: impl FnOnce() -> F,
) -> anyhow::Result<ExitCode>
where
    F: Future<Output = anyhow::Result<Arc<ViewStore>>>,
{
    let site = args.tenant.as_deref().unwrap_or_default();
    let address = args.ops.as_deref().unwrap_or(&access.url);
    let diagnosis = match ask_server(address, site, access).await? {
        ServerAnswer::Diagnosis(diagnosis) => Some(*diagnosis),
        ServerAnswer::SiteUnknown => None,
        ServerAnswer::Unreachable => {
            let views = open_views().await;
            let views = views.context("no server answers, and the views cannot be read")?;
            read_views(&views, site, (served, clock))?
        }
    };
    let diagnosis = diagnosis.context("nothing is known about a site with that id, client key or address")?;
    if args.json {
        print(&serde_json::to_string_pretty(&diagnosis)?)?;
    } else {
        print(diagnosis_text(&diagnosis).trim_end())?;
    }
    Ok(ExitCode::SUCCESS)
}

enum ServerAnswer {
    Diagnosis(Box<SiteDiagnosis>),
    SiteUnknown,
    Unreachable,
}

async fn ask_server(address: &str, site: &str, access: &OpsAccess) -> anyhow::Result<ServerAnswer> {
    let mut url = Url::parse(address).with_context(|| format!("{address} is not an address"))?;
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty()
            .extend(["ops", "api", "tenants", site, "diagnosis"]);
    }
    // The listener is near; the token must not pass through a proxy.
    let client = Client::builder().no_proxy().timeout(TIMEOUT).build()?;
    let mut request = client.get(url);
    if let Some(token) = &access.token {
        request = request.bearer_auth(token.expose_secret());
    }
    let Ok(answer) = request.send().await else {
        return Ok(ServerAnswer::Unreachable);
    };
    let status = answer.status();
    let other_program = || format!("the program at {address} is not the operator's listener of this version");
    let answer: Value = answer.json().await.with_context(other_program)?;
    if status.is_success() {
        let diagnosis = serde_json::from_value(answer).with_context(other_program)?;
        return Ok(ServerAnswer::Diagnosis(Box::new(diagnosis)));
    }
    match answer.get("code").and_then(Value::as_str) {
        Some(code) if code == OperatorRefusal::SiteUnknown.code() => Ok(ServerAnswer::SiteUnknown),
        Some(code) => anyhow::bail!("the operator's listener at {address} refused: {code}"),
        None => anyhow::bail!(other_program()),
    }
}

/// What the views hold about the site. What only a server's memory holds is missing.
fn read_views(
    views: &ViewStore,
    site: &str,
    (served, clock): (&ServedRelease, &Clock),
) -> anyhow::Result<Option<SiteDiagnosis>> {
    let Some(subject) = gather::find_subject(views, None, site)? else {
        return Ok(None);
    };
    let evidence = gather::gather(views, None, &subject, (served, clock.now()))?;
    Ok(Some(SiteDiagnosis::new(&subject, &evidence)))
}
