//! `tally incident`.

use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde::Deserialize;
use tally_domain::incident::{Component, Phase};
use uuid::Uuid;

use super::ops::{Ops, Reach, columns, text_of};
use crate::config::Settings;
use crate::http::ops::shapes::{Affect, Incident, Propose, WholeIncident, Words};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Lists the incidents, newest first.
    List,
    /// Shows one: what was told, and which sites still wait for their admin.
    Show {
        /// Which.
        id: Uuid,
    },
    /// Proposes one. It is not public before it is confirmed.
    Propose {
        /// In a few words.
        #[arg(long)]
        title: String,
        /// Which part of Tally: pages, register, installation or imports.
        #[arg(long, value_parser = component)]
        component: Component,
        #[command(flatten)]
        whom: Whom,
    },
    /// Names more whom one hurts.
    Affected {
        /// Which.
        id: Uuid,
        #[command(flatten)]
        whom: Whom,
    },
    /// Says that it is one. It is public from then on, and those it hurts see a banner.
    Confirm {
        /// Which.
        id: Uuid,
        /// What is known, for the public.
        #[arg(long)]
        message: String,
        /// A better title.
        #[arg(long)]
        title: Option<String>,
    },
    /// Tells news of it.
    Update {
        /// Which.
        id: Uuid,
        /// How far the work is: investigating, identified or monitoring.
        #[arg(long, value_parser = phase)]
        phase: Phase,
        /// What is new, for the public.
        #[arg(long)]
        message: String,
    },
    /// Says that it is over.
    Resolve {
        /// Which.
        id: Uuid,
        /// How it ended, for the public.
        #[arg(long)]
        message: String,
    },
    /// Says that it was none.
    Dismiss {
        /// Which.
        id: Uuid,
        /// Why not, for ourselves.
        #[arg(long)]
        reason: String,
    },
    /// Publishes what happened, why, and what was learnt.
    Postmortem {
        /// Which.
        id: Uuid,
        /// The text, plain; a blank line begins a paragraph.
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
    },
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Whom {
    /// A tenant that it hurts; may be given several times.
    #[arg(long = "tenant", value_name = "TENANT")]
    tenants: Vec<Uuid>,
    /// It hurts everyone.
    #[arg(long)]
    everyone: bool,
}

fn component(word: &str) -> Result<Component, String> {
    Component::parse(word).ok_or_else(|| "it is pages, register, installation or imports".to_owned())
}

fn phase(word: &str) -> Result<Phase, String> {
    Phase::parse(word).ok_or_else(|| "it is investigating, identified or monitoring".to_owned())
}

#[derive(Deserialize)]
struct Incidents {
    items: Vec<Incident>,
}

/// Runs one of them.
pub async fn run(arguments: Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let ops = Ops::new(&arguments.reach, settings)?;
    let (id, act, words) = match arguments.verb {
        Verb::List => return ops.get(&["incidents"], list).await,
        Verb::Show { id } => return ops.get(&["incidents", &id.to_string()], whole).await,
        Verb::Propose {
            title,
            component,
            whom,
        } => return propose(&ops, title, component, whom).await,
        Verb::Affected { id, whom } => {
            let wish = Affect {
                tenants: whom.tenants,
                everyone: whom.everyone,
            };
            let path = ["incidents", &id.to_string(), "affected"];
            return ops.post(&path, &wish, whole).await;
        }
        Verb::Confirm { id, message, title } => (id, "confirm", told(message, title)),
        Verb::Update { id, phase, message } => {
            let phase = phase.as_str().to_owned();
            let words = Words {
                phase,
                ..told(message, None)
            };
            (id, "update", words)
        }
        Verb::Resolve { id, message } => (id, "resolve", told(message, None)),
        Verb::Dismiss { id, reason } => {
            let words = Words {
                reason,
                ..Words::default()
            };
            (id, "dismiss", words)
        }
        Verb::Postmortem { id, file } => {
            let words = Words {
                text: text_of(&file)?,
                ..Words::default()
            };
            (id, "postmortem", words)
        }
    };
    ops.post(&["incidents", &id.to_string(), act], &words, whole)
        .await
}

async fn propose(ops: &Ops, title: String, component: Component, whom: Whom) -> anyhow::Result<ExitCode> {
    let wish = Propose {
        title,
        component,
        tenants: whom.tenants,
        everyone: whom.everyone,
    };
    ops.post(&["incidents"], &wish, whole).await
}

fn told(message: String, title: Option<String>) -> Words {
    Words {
        title,
        message,
        ..Words::default()
    }
}

fn at(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M").to_string()
}

fn list(incidents: &Incidents) -> String {
    if incidents.items.is_empty() {
        return "There was none yet.".to_owned();
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
            incident.hurts(),
            incident.title.clone(),
        ]
    }));
    columns(&rows)
}

fn whole(whole: &WholeIncident) -> String {
    let incident = &whole.incident;
    let mut text = format!(
        "{} {}: {}\n{}; affected: {}\n",
        incident.id,
        incident.stage,
        incident.title,
        incident.component.title(),
        incident.hurts()
    );
    for update in &incident.updates {
        text.push_str(&format!(
            "{}  {:<13}  {}\n",
            at(update.at),
            update.stage,
            update.message
        ));
    }
    let waiting: Vec<_> = whole
        .tenants
        .iter()
        .filter(|tenant| tenant.mended_at.is_none())
        .collect();
    if !waiting.is_empty() {
        text.push_str("waiting for their admin to update or reinstall:\n");
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
