//! The words of fields that have few: named once for the document, so that clients can tell them all.
#![expect(dead_code, reason = "names the words for the document")]

use utoipa::ToSchema;

/// How a tenant stands.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum TenantStatus {
    /// Installed, not enabled yet.
    Installed,
    /// Installed and enabled.
    Enabled,
    /// Disabled by its admin.
    Disabled,
    /// Uninstalled; the data stays.
    Uninstalled,
}

/// How a secret stands.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum SecretStanding {
    /// In force.
    Current,
    /// Was in force; accepted for a while.
    Previous,
    /// Came late; accepted, and current once it proves right.
    Candidate,
    /// Not accepted any more.
    Superseded,
}

/// What came of a callback.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum CallbackOutcome {
    /// It was taken.
    Accepted,
    /// It was not; the code says why.
    Refused,
}

/// By which way somebody acted.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum WayIn {
    /// In Jira, by hand.
    User,
    /// By an import.
    Import,
    /// Atlassian's platform.
    Platform,
    /// Tally itself.
    App,
    /// The operator.
    Operator,
}

/// A part of Tally as people know it.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum AffectedComponent {
    /// Opening Tally's pages in Jira.
    Pages,
    /// Reading and changing the register.
    Register,
    /// Installing, updating and uninstalling.
    Installation,
    /// Importing files.
    Imports,
}

/// How far the work on an incident is.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum IncidentPhase {
    /// The cause is being looked for.
    Investigating,
    /// The cause is known.
    Identified,
    /// It is mended and being watched.
    Monitoring,
}
