//! The descriptor's shape. The order of fields is the order in which they are served.

use serde::Serialize;

/// The content of `atlassian-connect.json`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// The app's key. Never changes once published.
    pub key: String,
    /// At most 80 characters.
    pub name: &'static str,
    /// At most 1400 characters.
    pub description: &'static str,
    /// The operator of the app.
    pub vendor: Vendor,
    /// What every relative address starts from, and the audience of signed installs.
    pub base_url: String,
    /// Where the descriptor itself is.
    pub links: Links,
    /// How requests are authenticated.
    pub authentication: Authentication,
    /// Another number makes every admin approve the update.
    pub api_version: u32,
    /// Which newer behaviours of the platform the app has adopted.
    pub api_migrations: ApiMigrations,
    /// Addresses of the lifecycle callbacks.
    pub lifecycle: Lifecycle,
    /// Any addition makes every admin approve the update.
    pub scopes: Vec<&'static str>,
    /// What the app adds to Jira.
    pub modules: Modules,
}

impl Descriptor {
    /// The text to serve, with a line break at the end. Always the same bytes for the same
    /// descriptor.
    ///
    /// # Errors
    /// None that can happen with these types; the serialiser's signature has one.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|json| json + "\n")
    }
}

/// The operator of the app, as Jira shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Vendor {
    /// The name that Jira shows.
    pub name: &'static str,
    /// The web address that Jira links to.
    pub url: String,
}

/// Addresses that belong to the descriptor.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Links {
    /// The descriptor's own address, absolute.
    #[serde(rename = "self")]
    pub this: String,
}

/// How requests are authenticated.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Authentication {
    /// Always `jwt`, for Connect apps that authenticate.
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// Which newer behaviours of the platform the app has adopted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct ApiMigrations {
    /// Account ids instead of user names.
    pub gdpr: bool,
    /// Install callbacks signed with Atlassian's key.
    #[serde(rename = "signed-install")]
    pub signed_install: bool,
    /// Context tokens marked as such.
    #[serde(rename = "context-qsh")]
    pub context_qsh: bool,
}

/// Addresses of the callbacks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Lifecycle {
    /// The address of [`crate::callback::INSTALLED`].
    pub installed: &'static str,
    /// The address of [`crate::callback::UNINSTALLED`].
    pub uninstalled: &'static str,
    /// The address of [`crate::callback::ENABLED`].
    pub enabled: &'static str,
    /// The address of [`crate::callback::DISABLED`].
    pub disabled: &'static str,
}

/// What the app adds to Jira.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Modules {
    /// Pages for all users.
    pub general_pages: Vec<GeneralPage>,
    /// Pages for Jira admins.
    pub admin_pages: Vec<AdminPage>,
}

/// A page for all users.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct GeneralPage {
    /// Its key, one of [`crate::module`].
    pub key: &'static str,
    /// The title that Jira shows.
    pub name: ModuleName,
    /// Its address, one of [`crate::page`].
    pub url: &'static str,
    /// Where its link is shown; at most 100 characters.
    pub location: &'static str,
}

/// A page for Jira admins.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AdminPage {
    /// Its key, one of [`crate::module`].
    pub key: &'static str,
    /// The title that Jira shows.
    pub name: ModuleName,
    /// Its address, one of [`crate::page`].
    pub url: &'static str,
    /// When its link is shown. Says nothing about who may fetch the page.
    pub conditions: Vec<Condition>,
}

/// A text that may be translated.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct ModuleName {
    /// At most 80 characters.
    pub value: &'static str,
}

/// A condition of the platform.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Condition {
    /// The condition's name in Connect.
    pub condition: &'static str,
}
