//! `tally replay`: a tenant's history straight from the log, by no view.

use std::fmt::Write as _;
use std::process::ExitCode;

use chrono::{DateTime, SecondsFormat, Utc};
use clap::Parser;
use secrecy::ExposeSecret;
use tally_domain::asset::{AssetEvent, AttributeChange, AttributeKey};
use tally_domain::health::HealthEvent;
use tally_domain::import::ImportEvent;
use tally_domain::tenant::{SecretFingerprint, SecretState, TenantEvent, TenantState};
use tally_domain::{AnyEvent, ClientKey, Recorded, TenantId};
use tally_event_log::{EventLog, open_read_only};

use super::say;
use crate::config::Config;
use tally_commands::tenants;

/// How many events are read at a time.
const PAGE: usize = 2048;

/// What to replay.
#[derive(Parser)]
pub struct Args {
    /// The tenant: its id, or the client key of its site.
    #[arg(long)]
    tenant: String,
    /// Only what was recorded up to then (RFC 3339), and the state of that moment.
    #[arg(long)]
    as_of: Option<DateTime<Utc>>,
}

/// Prints the history, then how the tenant stood at its end. Works beside a running server.
pub async fn run(args: Args, config: Config) -> anyhow::Result<ExitCode> {
    let log = open_read_only(config.log_url.expose_secret()).await?;
    let tenant = tenant_of(&*log, &args.tenant).await?;
    let mut replay = Replay::default();
    let mut at = None;
    'pages: loop {
        let page = log.read_all(at, PAGE).await?;
        let Some(last) = page.last() else { break };
        at = Some(last.position);
        for stored in page {
            let recorded = crate::events::codec().decode(stored)?;
            if args.as_of.is_some_and(|until| recorded.recorded_at > until) {
                break 'pages;
            }
            if recorded.context.tenant == Some(tenant) {
                replay.take(&recorded)?;
            }
        }
    }
    replay.conclude(tenant, args.as_of.unwrap_or_else(Utc::now))?;
    Ok(ExitCode::SUCCESS)
}

/// The tenant that is meant. Most client keys have the form of an id, so the form tells nothing.
async fn tenant_of(log: &dyn EventLog, text: &str) -> anyhow::Result<TenantId> {
    if let Some(key) = ClientKey::parse(text)
        && let Some(holder) = tenants::find(log, &key).await?
    {
        return Ok(holder);
    }
    if let Ok(id) = text.parse()
        && tenants::state(log, id).await?.0.tenant().is_some()
    {
        return Ok(id);
    }
    anyhow::bail!("no tenant has that id or client key")
}

/// What the events so far amount to.
#[derive(Default)]
struct Replay {
    state: TenantState,
    in_force: Vec<(DateTime<Utc>, Option<SecretFingerprint>)>,
    events: u64,
}

impl Replay {
    fn take(&mut self, recorded: &Recorded<AnyEvent>) -> anyhow::Result<()> {
        let Some(what) = told(&recorded.event) else {
            return Ok(());
        };
        self.events += 1;
        say(&line(recorded, &what))?;
        if let Some(event) = recorded.event.of::<TenantEvent>() {
            let at = recorded.recorded_at;
            let event = recorded.with_event(event.clone());
            self.state = std::mem::take(&mut self.state).evolve(&event);
            let current = self
                .state
                .tenant()
                .and_then(|t| t.current())
                .map(|s| s.fingerprint.clone());
            if self.in_force.last().map(|(_, before)| before) != Some(&current) {
                self.in_force.push((at, current));
            }
        }
        Ok(())
    }

    fn conclude(&self, tenant: TenantId, at: DateTime<Utc>) -> anyhow::Result<()> {
        let Some(known) = self.state.tenant() else {
            say(&format!(
                "tenant {tenant}: nothing was recorded up to {}",
                time(at)
            ))?;
            return Ok(());
        };
        say("")?;
        say(&format!(
            "tenant {tenant} at {}: {}, {}",
            time(at),
            known.status.as_str(),
            known.facts.base_url
        ))?;
        say(&format!("{} events", self.events))?;
        say("secret in force:")?;
        for (index, (since, secret)) in self.in_force.iter().enumerate() {
            let until = self
                .in_force
                .get(index + 1)
                .map_or("now".to_owned(), |(until, _)| time(*until));
            let name = secret.as_ref().map_or("none".to_owned(), ToString::to_string);
            say(&format!("  {} .. {until:<24} {name}", time(*since)))?;
        }
        say("secrets:")?;
        for held in &known.secrets {
            say(&format!("  {} {}", held.fingerprint, standing(&held.state, at)))?;
        }
        Ok(())
    }
}

fn standing(state: &SecretState, at: DateTime<Utc>) -> String {
    match state {
        SecretState::Current => "current".to_owned(),
        SecretState::Candidate => "candidate: came late, accepted".to_owned(),
        SecretState::Previous { until } if at < *until => {
            format!("previous: accepted until {}", time(*until))
        }
        SecretState::Previous { until } => format!("previous: was accepted until {}", time(*until)),
        SecretState::Superseded => "not accepted".to_owned(),
    }
}

fn line(recorded: &Recorded<AnyEvent>, what: &str) -> String {
    let actor = &recorded.context.actor;
    let who = actor
        .account
        .as_ref()
        .map_or(actor.via.as_str(), |account| account.as_str());
    let mut line = format!(
        "{} {:>8} {:<32} {what} [{who}]",
        time(recorded.recorded_at),
        recorded.position,
        recorded.event.event_type()
    );
    if let Some(effective) = recorded.context.effective_at {
        append(&mut line, format_args!(" true since {}", time(effective)));
    }
    if let Some(reason) = &recorded.context.reason {
        append(&mut line, format_args!(" because: {}", one_line(reason)));
    }
    line
}

fn append(line: &mut String, more: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = line.write_fmt(more);
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Foreign text on one line, without what a terminal would obey.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// What an event tells, or `None` for those that only serve the others.
fn told(event: &AnyEvent) -> Option<String> {
    if let AnyEvent::Unknown { schema, .. } = event {
        return Some(format!("written by a newer version (schema {schema})"));
    }
    let tenant = || event.of().map(tenant_told);
    let asset = || event.of().map(|event| one_line(&asset_told(event)));
    let import = || event.of().and_then(import_told).map(|text| one_line(&text));
    let health = || event.of().map(health_told);
    tenant().or_else(asset).or_else(import).or_else(health)
}

fn health_told(event: &HealthEvent) -> String {
    match event {
        HealthEvent::Failing { failure } => format!(
            "its requests are refused since {} ({}, {} by then)",
            time(failure.since),
            failure.code,
            failure.refusals
        ),
        HealthEvent::Recovered { failing_since } => {
            format!(
                "a request verified again; it had failed since {}",
                time(*failing_since)
            )
        }
        HealthEvent::Left { failing_since } => {
            format!("it uninstalled while it failed, since {}", time(*failing_since))
        }
    }
}

fn tenant_told(event: &TenantEvent) -> String {
    match event {
        TenantEvent::Installed {
            facts, fingerprint, ..
        } => format!("{} with secret {fingerprint}", facts.base_url),
        TenantEvent::SharedSecretRotated {
            fingerprint,
            previous,
            previous_until,
            ..
        } => {
            format!(
                "{previous} to {fingerprint}, the old one accepted until {}",
                time(*previous_until)
            )
        }
        TenantEvent::Reinstalled {
            facts, fingerprint, ..
        } => format!("{} with secret {fingerprint}", facts.base_url),
        TenantEvent::InstallationConfirmed { fingerprint, .. } => format!("secret {fingerprint} as known"),
        TenantEvent::CandidateSecretReceived { fingerprint, .. } => format!("late secret {fingerprint}"),
        TenantEvent::CandidateSecretPromoted {
            fingerprint,
            previous,
            ..
        } => format!("{previous} to {fingerprint}, proved by use"),
        TenantEvent::CandidateSecretDiscarded { fingerprint } => format!("secret {fingerprint}"),
        TenantEvent::BaseUrlChanged { from, to, .. } => format!("{from} to {to}"),
        TenantEvent::Enabled {} => "by the site".to_owned(),
        TenantEvent::Disabled {} => "by the site".to_owned(),
        TenantEvent::Uninstalled { .. } => "by the site; no secret is accepted any more".to_owned(),
    }
}

fn asset_told(event: &AssetEvent) -> String {
    match event {
        AssetEvent::Registered { tag, attributes } => {
            format!("{tag} {}", attributes.get("name").unwrap_or_default())
        }
        AssetEvent::RegistrationAbandoned {} => "never came about".to_owned(),
        AssetEvent::AttributesEdited { changes } | AssetEvent::Corrected { changes } => changed(changes),
        AssetEvent::CheckedOut { to, .. } => format!("to {to}"),
        AssetEvent::CheckedIn { from, .. } => format!("from {from}"),
        AssetEvent::Transferred { from, to, .. } => format!("from {from} to {to}"),
        AssetEvent::Retired {} => "out of use".to_owned(),
        AssetEvent::Restored {} => "back in use".to_owned(),
    }
}

fn changed(changes: &std::collections::BTreeMap<AttributeKey, AttributeChange>) -> String {
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    let each = changes
        .iter()
        .map(|(key, c)| format!("{key}: {} to {}", shown(&c.from), shown(&c.to)));
    each.collect::<Vec<_>>().join(", ")
}

fn import_told(event: &ImportEvent) -> Option<String> {
    match event {
        ImportEvent::Started { file_name, rows, .. } => Some(format!(
            "{} with {rows} rows",
            file_name.as_deref().unwrap_or("a file")
        )),
        ImportEvent::RowsJudged { .. } | ImportEvent::CancelRequested {} => None,
        ImportEvent::Ended { outcome } => Some(format!("{outcome:?}").to_lowercase()),
    }
}
