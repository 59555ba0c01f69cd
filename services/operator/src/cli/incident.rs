//! `tally incident`.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::domain::incident::{Component, Phase};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde::Deserialize;
use uuid::Uuid;

use super::client::{OpsClient, Reach, read_text};
use super::output::to_columns;
use crate::pages::shapes::{AddAffected, CommandTexts, Incident, IncidentDetails, ProposeIncident};
use crate::settings::OpsAccess;

/// The options of `tally incident`.
#[derive(Args)]
pub struct IncidentArgs {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    verb: IncidentVerb,
}

#[derive(Subcommand)]
enum IncidentVerb {
    /// Lists the incidents, newest first.
    List,
    /// Shows an incident: what was published, and which sites still wait for their admin.
    Show {
        /// The id of the incident.
        id: Uuid,
    },
    /// Proposes an incident. It is not public before it is confirmed.
    Propose {
        /// What is wrong, in a few words.
        #[arg(long)]
        title: String,
        /// The part of Tally: pages, register, installation or imports.
        #[arg(long, value_parser = parse_component)]
        component: Component,
        #[command(flatten)]
        affected: AffectedArgs,
    },
    /// Adds tenants that an incident affects.
    Affected {
        /// The id of the incident.
        id: Uuid,
        #[command(flatten)]
        affected: AffectedArgs,
    },
    /// Confirms a proposed incident. It is public from then on, and the affected sites see a
    /// banner.
    Confirm {
        /// The id of the incident.
        id: Uuid,
        /// What is known, for the public.
        #[arg(long)]
        message: String,
        /// A better title.
        #[arg(long)]
        title: Option<String>,
    },
    /// Publishes an update.
    Update {
        /// The id of the incident.
        id: Uuid,
        /// The progress: investigating, identified or monitoring.
        #[arg(long, value_parser = parse_phase)]
        phase: Phase,
        /// What is new, for the public.
        #[arg(long)]
        message: String,
    },
    /// Resolves an incident.
    Resolve {
        /// The id of the incident.
        id: Uuid,
        /// How it ended, for the public.
        #[arg(long)]
        message: String,
    },
    /// Dismisses a proposal: it is not an incident.
    Dismiss {
        /// The id of the incident.
        id: Uuid,
        /// Why it is not an incident. This is not published.
        #[arg(long)]
        reason: String,
    },
    /// Publishes what happened, why, and what was learned.
    Postmortem {
        /// The id of the incident.
        id: Uuid,
        /// A file with the text. A blank line begins a paragraph.
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
    },
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct AffectedArgs {
    /// The id of an affected tenant; may be given several times.
    #[arg(long = "tenant", value_name = "TENANT")]
    tenants: Vec<Uuid>,
    /// All tenants are affected.
    #[arg(long)]
    everyone: bool,
}

fn parse_component(word: &str) -> Result<Component, String> {
    Component::parse(word).ok_or_else(|| "use pages, register, installation or imports".to_owned())
}

fn parse_phase(word: &str) -> Result<Phase, String> {
    Phase::parse(word).ok_or_else(|| "use investigating, identified or monitoring".to_owned())
}

#[derive(Deserialize)]
struct IncidentList {
    items: Vec<Incident>,
}

/// Runs `tally incident`.
///
/// # Errors
/// The listener cannot be reached, or another program answers there.
pub async fn run(args: IncidentArgs, access: OpsAccess) -> anyhow::Result<ExitCode> {
    let ops = OpsClient::new(&args.reach, access)?;
    let (id, act, texts) = match args.verb {
        IncidentVerb::List => return ops.get(&["incidents"], list_text).await,
        IncidentVerb::Show { id } => return ops.get(&["incidents", &id.to_string()], details_text).await,
        IncidentVerb::Propose {
            title,
            component,
            affected,
        } => return propose(&ops, title, component, affected).await,
        IncidentVerb::Affected { id, affected } => {
            let request = AddAffected {
                tenants: affected.tenants,
                everyone: affected.everyone,
            };
            let path = ["incidents", &id.to_string(), "affected"];
            return ops.post(&path, &request, details_text).await;
        }
        IncidentVerb::Confirm { id, message, title } => (id, "confirm", with_message(message, title)),
        IncidentVerb::Update { id, phase, message } => {
            let phase = phase.as_str().to_owned();
            let texts = CommandTexts {
                phase,
                ..with_message(message, None)
            };
            (id, "update", texts)
        }
        IncidentVerb::Resolve { id, message } => (id, "resolve", with_message(message, None)),
        IncidentVerb::Dismiss { id, reason } => {
            let texts = CommandTexts {
                reason,
                ..CommandTexts::default()
            };
            (id, "dismiss", texts)
        }
        IncidentVerb::Postmortem { id, file } => {
            let texts = CommandTexts {
                text: read_text(&file)?,
                ..CommandTexts::default()
            };
            (id, "postmortem", texts)
        }
    };
    ops.post(&["incidents", &id.to_string(), act], &texts, details_text)
        .await
}

async fn propose(
    ops: &OpsClient,
    title: String,
    component: Component,
    affected: AffectedArgs,
) -> anyhow::Result<ExitCode> {
    let request = ProposeIncident {
        title,
        component,
        tenants: affected.tenants,
        everyone: affected.everyone,
    };
    ops.post(&["incidents"], &request, details_text).await
}

fn with_message(message: String, title: Option<String>) -> CommandTexts {
    CommandTexts {
        title,
        message,
        ..CommandTexts::default()
    }
}

fn at(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M").to_string()
}

fn list_text(incidents: &IncidentList) -> String {
    if incidents.items.is_empty() {
        return "There is no incident yet.".to_owned();
    }
    let mut rows = vec![
        ["ID", "STAGE", "PROPOSED", "AFFECTED", "TITLE"]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(incidents.items.iter().map(|incident| {
        vec![
            incident.id.to_string(),
            incident.stage.clone(),
            at(incident.proposed_at),
            incident.affected_text(),
            incident.title.clone(),
        ]
    }));
    to_columns(&rows)
}

fn details_text(details: &IncidentDetails) -> String {
    let incident = &details.incident;
    let mut text = format!(
        "{} {}: {}\n{}; affected: {}\n",
        incident.id,
        incident.stage,
        incident.title,
        incident.component.title(),
        incident.affected_text()
    );
    for update in &incident.updates {
        text.push_str(&format!(
            "{}  {:<13}  {}\n",
            at(update.at),
            update.stage,
            update.message
        ));
    }
    let waiting: Vec<_> = details
        .tenants
        .iter()
        .filter(|tenant| tenant.repaired_at.is_none())
        .collect();
    if !waiting.is_empty() {
        text.push_str("These sites wait for their admin to update or reinstall Tally:\n");
    }
    for tenant in waiting {
        let site = tenant.site.as_deref().unwrap_or("address unknown");
        text.push_str(&format!("  {}  {site}\n", tenant.tenant));
    }
    if incident.postmortem.is_some() {
        text.push_str("A postmortem is published.\n");
    }
    text
}
