//! The caller and other people.

use serde::Serialize;
use tally_atlassian::outgoing::JiraUser;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::roles::{Action, Role};

/// The caller and what they may do.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// The caller's id in Tally; null before the first change by them or to them.
    #[schema(required)]
    pub person: Option<Uuid>,
    /// The account id in Jira.
    pub account_id: String,
    /// The name in Jira now; null when Jira does not give it.
    #[schema(required)]
    pub display_name: Option<String>,
    /// Their role; null when Jira could not be asked.
    #[schema(required)]
    pub role: Option<Role>,
    /// Whether Jira answers what they may do. While it does not, the role is the one that Jira gave
    /// last, for an hour, or null.
    pub jira_answers: bool,
    /// What they may do.
    pub can: Vec<Action>,
    /// The site that the caller is on.
    pub site: Site,
    /// The app that answers.
    pub app: App,
}

/// A Jira site and its tenant.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Site {
    /// The address of the site.
    pub base_url: String,
    /// The id of the site in Tally.
    pub tenant_id: Uuid,
}

/// The app and its version.
#[derive(Serialize, ToSchema)]
pub struct App {
    /// The app key of the descriptor.
    pub key: String,
    /// The version of the server.
    pub version: &'static str,
}

/// A person found in Jira.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonFound {
    /// The account id in Jira.
    pub account_id: String,
    /// The name in Jira.
    pub display_name: String,
    /// The address of a picture of the person.
    #[schema(required)]
    pub avatar_url: Option<String>,
}

impl From<JiraUser> for PersonFound {
    fn from(user: JiraUser) -> Self {
        Self {
            account_id: user.account_id,
            display_name: user.display_name,
            avatar_url: user.avatar_url,
        }
    }
}

/// People found in Jira.
#[derive(Serialize, ToSchema)]
pub struct People {
    /// The people who were found.
    pub items: Vec<PersonFound>,
}
