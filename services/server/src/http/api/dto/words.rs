//! The values of fields that have few, for the document, so that clients know them all.
#![expect(dead_code, reason = "names the values for the document")]

use utoipa::ToSchema;

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
