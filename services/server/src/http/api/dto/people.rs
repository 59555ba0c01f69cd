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
    /// The Atlassian account.
    pub account_id: String,
    /// What Jira calls them now.
    #[schema(required)]
    pub display_name: Option<String>,
    /// Their role; null when Jira could not be asked.
    #[schema(required)]
    pub role: Option<Role>,
    /// What they may do.
    pub can: Vec<Action>,
    /// Where they are.
    pub site: Site,
    /// What they are using.
    pub app: App,
}

/// A Jira site.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Site {
    /// Its address.
    pub base_url: String,
    /// Our id of it.
    pub tenant_id: Uuid,
}

/// This app.
#[derive(Serialize, ToSchema)]
pub struct App {
    /// The app key.
    pub key: String,
    /// The version.
    pub version: &'static str,
}

/// Somebody found in Jira.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonFound {
    /// The Atlassian account.
    pub account_id: String,
    /// What Jira calls them.
    pub display_name: String,
    /// A picture of them.
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
    /// The people.
    pub items: Vec<PersonFound>,
}
