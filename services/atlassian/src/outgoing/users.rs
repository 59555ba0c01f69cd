use std::collections::BTreeMap;

use serde::Deserialize;

use super::{JiraClient, JiraError, TenantAccess};

/// Jira pages this answer by ten unless asked otherwise; fifty account ids keep the address below
/// two kilobytes or so.
const USERS_PER_CALL: usize = 50;
/// The size of the avatar to show beside a name.
const AVATAR: &str = "48x48";

/// A user of a site, as far as Jira shows it to the app.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JiraUser {
    /// The account id.
    pub account_id: String,
    /// The name to show; may be empty when Jira hides it.
    pub display_name: String,
    /// An image of 48 by 48 pixels.
    pub avatar_url: Option<String>,
    /// Whether the account can still be used.
    pub active: bool,
}

impl JiraClient {
    /// Users by account id (`GET /rest/api/3/user/bulk`), in calls of fifty. Ids that Jira does not
    /// know are absent from the answer.
    ///
    /// # Errors
    /// Any [`JiraError`]; the first call that fails ends it.
    pub async fn users_by_id(
        &self,
        tenant: &TenantAccess,
        account_ids: &[&str],
    ) -> Result<Vec<JiraUser>, JiraError> {
        let page_size = USERS_PER_CALL.to_string();
        let mut users = Vec::with_capacity(account_ids.len());
        for some in account_ids.chunks(USERS_PER_CALL) {
            let mut query = vec![("maxResults", page_size.as_str())];
            query.extend(some.iter().map(|id| ("accountId", *id)));
            let page: UserPage = self.get(tenant, "/rest/api/3/user/bulk", &query).await?;
            users.extend(page.values.into_iter().map(JiraUser::from));
        }
        Ok(users)
    }

    /// People whose name or address fits a text (`GET /rest/api/3/user/search`), at most `limit` of
    /// them. Accounts of apps and of help-centre customers are left out.
    ///
    /// # Errors
    /// Any [`JiraError`]: the call failed, or Jira did not accept it.
    pub async fn search_users(
        &self,
        tenant: &TenantAccess,
        query: &str,
        limit: usize,
    ) -> Result<Vec<JiraUser>, JiraError> {
        let limit_text = limit.to_string();
        let parameters = [("query", query), ("maxResults", &limit_text)];
        let found: Vec<User> = self.get(tenant, "/rest/api/3/user/search", &parameters).await?;
        Ok(found
            .into_iter()
            .filter(User::is_person)
            .take(limit)
            .map(JiraUser::from)
            .collect())
    }
}

#[derive(Deserialize)]
struct UserPage {
    values: Vec<User>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    account_id: String,
    account_type: Option<String>,
    display_name: Option<String>,
    #[serde(default)]
    avatar_urls: BTreeMap<String, String>,
    active: Option<bool>,
}

impl User {
    fn is_person(&self) -> bool {
        self.account_type
            .as_deref()
            .is_none_or(|kind| kind == "atlassian")
    }
}

impl From<User> for JiraUser {
    fn from(mut user: User) -> Self {
        Self {
            account_id: user.account_id,
            display_name: user.display_name.unwrap_or_default(),
            avatar_url: user.avatar_urls.remove(AVATAR),
            active: user.active.unwrap_or(true),
        }
    }
}
