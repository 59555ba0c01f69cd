//! Commands to an incident.

use super::event::{Affected, Component, IncidentTitle, Phase};

/// A command to an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IncidentCommand {
    /// Say that there may be one.
    Propose {
        /// What it is called.
        title: IncidentTitle,
        /// Which part of Tally.
        component: Component,
        /// The alarm that proposes it, if one does.
        alarm: Option<String>,
        /// Who is affected, as far as is known.
        affected: Affected,
    },
    /// Report more affected tenants. Those already known are left out.
    AddAffected {
        /// Who.
        affected: Affected,
    },
    /// Say that it is one.
    Confirm {
        /// In a few words; the proposal's title when absent.
        title: Option<String>,
        /// What is known.
        message: String,
    },
    /// Tell news.
    Update {
        /// How far the work is.
        phase: Phase,
        /// What is new.
        message: String,
    },
    /// Say that it is over.
    Resolve {
        /// How it ended.
        message: String,
    },
    /// Say that it was none.
    Dismiss {
        /// Why not.
        reason: String,
    },
    /// Explain it.
    PublishPostmortem {
        /// The text.
        text: String,
    },
}
