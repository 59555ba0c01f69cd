//! Why a wish concerning an incident is refused.

use thiserror::Error;

use crate::decision::Refused;
use crate::refusal::RefusalKind;

/// A refusal by an incident's rules.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum IncidentRefusal {
    /// There is no such incident.
    #[error("there is no such incident")]
    NotFound,
    /// It was not confirmed yet.
    #[error("the incident is not confirmed yet")]
    NotConfirmed,
    /// It was confirmed with other words.
    #[error("the incident was confirmed before, with other words")]
    ConfirmedBefore,
    /// It is public already, so it cannot be made undone.
    #[error("the incident is public and cannot be dismissed")]
    Public,
    /// It is resolved or dismissed.
    #[error("the incident is over")]
    Over,
    /// A postmortem comes after the end.
    #[error("the incident is not resolved yet")]
    NotResolved,
    /// A text is empty or too long.
    #[error("{field} is empty or longer than {max} characters")]
    TextUnfit {
        /// Which text.
        field: &'static str,
        /// The most characters it may have.
        max: usize,
    },
    /// Too many tenants in one command.
    #[error("more than {0} tenants at once")]
    TooManyTenants(usize),
}

impl Refused for IncidentRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "incident.not_found",
            Self::NotConfirmed => "incident.not_confirmed",
            Self::ConfirmedBefore => "incident.confirmed_before",
            Self::Public => "incident.public",
            Self::Over => "incident.over",
            Self::NotResolved => "incident.not_resolved",
            Self::TextUnfit { .. } => "incident.text_unfit",
            Self::TooManyTenants(_) => "incident.too_many_tenants",
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::NotFound => "See tally incident list for those there are.",
            Self::NotConfirmed => "Confirm it first, or dismiss it.",
            Self::ConfirmedBefore => "Tell what is new as an update.",
            Self::Public => "Resolve it, and say in the message what it was.",
            Self::Over => "Propose another incident if there is one.",
            Self::NotResolved => "Resolve it first.",
            Self::TextUnfit { .. } => "Write a text within the limit.",
            Self::TooManyTenants(_) => "Name them in several commands, or say that everyone is affected.",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotFound => RefusalKind::NotFound,
            Self::TextUnfit { .. } | Self::TooManyTenants(_) => RefusalKind::Invalid,
            _ => RefusalKind::Conflict,
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::TextUnfit { field, .. } => Some(field),
            _ => None,
        }
    }
}
