//! The table of roles and actions.

use serde::Serialize;

/// A caller's role in Tally.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Anyone with a Jira account on the site.
    Viewer,
    /// Users with the global permission that the configuration names.
    Agent,
    /// Users who administer Jira.
    Admin,
}

/// A kind of request that needs a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub enum Action {
    /// See assets and their history.
    #[serde(rename = "asset.read")]
    ReadAssets,
    /// Register and change assets.
    #[serde(rename = "asset.write")]
    WriteAssets,
    /// Import assets from a file.
    #[serde(rename = "import")]
    Import,
    /// See how the site is installed.
    #[serde(rename = "diagnosis.read")]
    ReadDiagnosis,
}

impl Action {
    /// The lowest role for each action.
    pub const TABLE: [(Self, Role); 4] = [
        (Self::ReadAssets, Role::Viewer),
        (Self::WriteAssets, Role::Agent),
        (Self::Import, Role::Agent),
        (Self::ReadDiagnosis, Role::Admin),
    ];

    /// Whether `role` may do it.
    pub fn is_allowed_to(self, role: Role) -> bool {
        let mut table = Self::TABLE.iter();
        table.any(|(action, lowest)| *action == self && role >= *lowest)
    }

    /// All that `role` may do.
    pub fn all_of(role: Role) -> Vec<Self> {
        let allowed = Self::TABLE.iter().filter(|(_, lowest)| role >= *lowest);
        allowed.map(|(action, _)| *action).collect()
    }
}
