//! The values of fields that have few, for the document, so that clients know them all.
#![expect(dead_code, reason = "names the values for the document")]

use utoipa::ToSchema;

/// The status of a tenant.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum TenantStatus {
    /// Installed, not enabled yet.
    Installed,
    /// Installed, and enabled by its admin.
    Enabled,
    /// Disabled by its admin.
    Disabled,
    /// Uninstalled; the data stays.
    Uninstalled,
}

/// The state of a shared secret.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum SecretStanding {
    /// The secret in force.
    Current,
    /// It was replaced, and is accepted for a grace period.
    Previous,
    /// It came late; it is accepted, and current once a request proves it.
    Candidate,
    /// Not accepted any more.
    Superseded,
}

/// What became of a callback.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum CallbackOutcome {
    /// It was accepted and recorded.
    Accepted,
    /// It was refused; the code says why.
    Refused,
}

/// The way in which a person or system acted.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum WayIn {
    /// A person in Jira.
    User,
    /// An import of a file.
    Import,
    /// The lifecycle callbacks of Atlassian's platform.
    Platform,
    /// Tally, on its own.
    App,
    /// The vendor's operator.
    Operator,
}

/// A part of Tally as users know it.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum AffectedComponent {
    /// Opening Tally's pages in Jira.
    Pages,
    /// Reading and changing the register.
    Register,
    /// Installing, updating and uninstalling.
    Installation,
    /// Importing CSV files.
    Imports,
}

/// The state of the work on an incident.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum IncidentPhase {
    /// The cause is being looked for.
    Investigating,
    /// The cause is known.
    Identified,
    /// It is resolved and observed for a while.
    Monitoring,
}
