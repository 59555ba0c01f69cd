//! Who did something, and how the change came in.

use serde::{Deserialize, Serialize};

use crate::ids::PersonId;

/// How a change came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// A person in Jira, by a verified context token.
    User,
    /// A row of an import that a person started.
    Import,
    /// Atlassian's platform, by a signed lifecycle callback.
    Platform,
    /// Tally itself, for example when a request proves a candidate secret.
    App,
    /// The vendor's operator, at the command line.
    Operator,
}

impl Via {
    /// The stored and displayed word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Import => "import",
            Self::Platform => "platform",
            Self::App => "app",
            Self::Operator => "operator",
        }
    }
}

/// Who acted. `person` is absent where no person did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The person, who is a person of the event's tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// How the change came in.
    pub via: Via,
}

impl Actor {
    /// A person in Jira.
    pub fn user(person: PersonId) -> Self {
        Self {
            person: Some(person),
            via: Via::User,
        }
    }

    /// An actor that is no person of the tenant: the platform, the app, an operator.
    pub fn without_person(via: Via) -> Self {
        Self { person: None, via }
    }
}
