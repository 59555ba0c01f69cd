//! Calls from Tally to a tenant's Jira, made as the app.
//!
//! Every call is signed with the tenant's current secret and goes to the tenant's own base URL,
//! nowhere else: the address is built from [`TenantAccess::base_url`] and no redirect is followed.
//!
//! To add a call: a method on [`JiraClient`] that names the path and reads the answer. Keep GETs
//! without a body (Jira answers those with 403), and let what comes back be a type of ours, not
//! Jira's JSON.

mod app_token;
mod client;
mod error;
mod users;

pub use app_token::sign_app_token;
pub use client::{JiraClient, JiraClientOptions};
pub use error::JiraError;
pub use users::JiraUser;

use secrecy::SecretString;

use crate::base_url::TenantBaseUrl;

/// What it takes to call one tenant's Jira.
#[derive(Clone, Debug)]
pub struct TenantAccess {
    /// The tenant as Connect names it; the audience of our tokens.
    pub client_key: String,
    /// Where its REST interface is.
    pub base_url: TenantBaseUrl,
    /// The secret in force.
    pub secret: SecretString,
    /// Further secrets that the platform may hold instead, as after an `installed` whose answer it
    /// never got. Tried in turn where it does not accept a token signed with the one in force.
    pub others: Vec<SecretString>,
}
