//! Why the rules of an incident refuse a command.

use tally_domain::refusals;

refusals! {
    /// A refusal by the rules of an incident.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum IncidentRefusal {
        /// There is no incident of this id.
        NotFound = "incident.not_found" {
            kind: NotFound,
            title: "Incident not found",
            cause: "there is no such incident",
            remedy: "See tally incident list for those there are.",
        },
        /// The incident is still a proposal.
        NotConfirmed = "incident.not_confirmed" {
            kind: Conflict,
            title: "Not confirmed",
            cause: "the incident is not confirmed yet",
            remedy: "Confirm it first, or dismiss it.",
        },
        /// The incident was confirmed before, with other words.
        ConfirmedBefore = "incident.confirmed_before" {
            kind: Conflict,
            title: "Already confirmed",
            cause: "the incident was confirmed before, with other words",
            remedy: "Publish what is new as an update.",
        },
        /// The incident is public, so it cannot be dismissed.
        Public = "incident.public" {
            kind: Conflict,
            title: "Incident public",
            cause: "the incident is public and cannot be dismissed",
            remedy: "Resolve it, and say in the message what it was.",
        },
        /// The incident is resolved or dismissed.
        AlreadyEnded = "incident.over" {
            kind: Conflict,
            title: "Incident over",
            cause: "the incident is over",
            remedy: "Propose another incident if there is one.",
        },
        /// A postmortem comes after the end of the incident.
        NotResolved = "incident.not_resolved" {
            kind: Conflict,
            title: "Not resolved",
            cause: "the incident is not resolved yet",
            remedy: "Resolve it first.",
        },
        /// A text is empty or too long.
        TextUnfit {
            /// The name of the text.
            field: &'static str,
            /// The greatest length, in characters.
            max: usize,
        } = "incident.text_unfit" {
            kind: Invalid,
            title: "Text not valid",
            cause: "{field} is empty or longer than {max} characters",
            remedy: "Write a text within the limit.",
            field: field,
        },
        /// One command names more tenants than this, the most allowed.
        TooManyTenants {
            /// The most tenants that one command can name.
            limit: usize,
        } = "incident.too_many_tenants" {
            kind: Invalid,
            title: "Too many tenants",
            cause: "more than {limit} tenants at once",
            remedy: "Name them in several commands, or say that everyone is affected.",
        },
    }
}
