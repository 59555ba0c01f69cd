//! What happens to an incident. The names and fields are a storage contract.

use serde::{Deserialize, Serialize};

use tally_domain::TenantId;
use tally_domain::stored_names;

/// A part of Tally as its users know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Component {
    /// Opening Tally's pages in Jira: signing in.
    Pages,
    /// Reading and changing the register.
    Register,
    /// Installing, updating and uninstalling.
    Installation,
    /// Importing files.
    Imports,
}

impl Component {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Pages, Self::Register, Self::Installation, Self::Imports];

    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pages => "pages",
            Self::Register => "register",
            Self::Installation => "installation",
            Self::Imports => "imports",
        }
    }

    /// The component of a stored word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|component| component.as_str() == word)
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Pages => "Opening Tally in Jira",
            Self::Register => "Asset register",
            Self::Installation => "Installation and updates",
            Self::Imports => "Imports",
        }
    }
}

/// Who is affected by an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Affected {
    /// Every tenant.
    Everyone,
    /// These; at most [`Affected::MAX_TENANTS`] in one event.
    Tenants(Vec<TenantId>),
}

impl Affected {
    /// How many tenants one event names at most.
    pub const MAX_TENANTS: usize = 1000;
}

/// How far the work on an incident is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The cause is being looked for.
    Investigating,
    /// The cause is known.
    Identified,
    /// It is repaired and being observed.
    Monitoring,
}

impl Phase {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Investigating => "investigating",
            Self::Identified => "identified",
            Self::Monitoring => "monitoring",
        }
    }

    /// The phase of a stored word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Investigating, Self::Identified, Self::Monitoring]
            .into_iter()
            .find(|phase| phase.as_str() == word)
    }
}

/// What an incident is called, in a few words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentTitle {
    /// As this alarm calls the incident that it proposes.
    OfAlarm(String),
    /// In an operator's words.
    Written(String),
}

impl From<&str> for IncidentTitle {
    fn from(words: &str) -> Self {
        Self::Written(words.to_owned())
    }
}

/// An event of an incident's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum IncidentEvent {
    /// An operator or an alarm proposes it. Not public yet.
    Proposed {
        /// What it is called.
        title: IncidentTitle,
        /// Which part of Tally.
        component: Component,
        /// The alarm that proposed it, if one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alarm: Option<String>,
        /// Who is affected, as far as is known.
        affected: Affected,
    },
    /// More tenants are affected than was known.
    MoreAffected {
        /// The others, or everyone.
        affected: Affected,
    },
    /// An operator says that it is one. Public from here on.
    Confirmed {
        /// What it is called in public.
        title: IncidentTitle,
        /// What is known, for the public.
        message: String,
    },
    /// News.
    Updated {
        /// How far the work is.
        phase: Phase,
        /// What is new, for the public.
        message: String,
    },
    /// It is over.
    Resolved {
        /// How it ended, for the public.
        message: String,
    },
    /// It was none.
    Dismissed {
        /// Why not, in the operator's words.
        reason: String,
    },
    /// What happened, why, and what was learnt. Can be published again, when more is known.
    PostmortemPublished {
        /// The text, for the public.
        text: String,
    },
}

stored_names! {
    IncidentEvent {
        Proposed = "incident.proposed" @ 1,
        MoreAffected = "incident.more_affected" @ 1,
        Confirmed = "incident.confirmed" @ 1,
        Updated = "incident.updated" @ 1,
        Resolved = "incident.resolved" @ 1,
        Dismissed = "incident.dismissed" @ 1,
        PostmortemPublished = "incident.postmortem_published" @ 1,
    }
}
