//! What happens to what is known of a person. The names and fields are a storage contract.

use serde::{Deserialize, Serialize};

use crate::stored_names;
use crate::value::Personal;

/// An event of a person's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PersonEvent {
    /// The person gave a first command, or was named in one. It comes before any other event that
    /// names the person.
    Known {
        /// The Atlassian account id.
        account: Personal,
    },
    /// Jira gave the person a name, or another name than before.
    Renamed {
        /// The name as Jira shows it.
        name: Personal,
    },
    /// What identifies the person was destroyed. It has no text and no name, so that nothing of the
    /// person is left in it.
    Erased {},
}

impl PersonEvent {
    /// The stored name of [`PersonEvent::Erased`], for those who follow the log for it alone.
    pub const ERASED: &'static str = "person.erased";
}

stored_names! {
    PersonEvent {
        Known = "person.known" @ 1,
        Renamed = "person.renamed" @ 1,
        Erased = "person.erased" @ 1,
    }
}
