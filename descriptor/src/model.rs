//! The descriptor's shape. The order of fields is the order in which they are served.

use serde::Serialize;

/// `atlassian-connect.json`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// The app's key. Never changes once published.
    pub key: String,
    /// At most 80 characters.
    pub name: &'static str,
    /// At most 1400 characters.
    pub description: &'static str,
    /// Who runs it.
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
    /// Callbacks.
    pub lifecycle: Lifecycle,
    /// Any addition makes every admin approve the update.
    pub scopes: Vec<&'static str>,
    /// What the app adds to Jira.
    pub modules: Modules,
}

impl Descriptor {
    /// The text to serve, with a line break at the end. Always the same bytes for the same descriptor.
    ///
    /// # Errors
    /// None that can happen with these types; the serialiser's signature has one.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|json| json + "\n")
    }
}

/// Who runs the app.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Vendor {
    /// Their name.
    pub name: &'static str,
    /// Their address.
    pub url: String,
}

/// Related addresses.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Links {
    /// The descriptor's own address, absolute.
    #[serde(rename = "self")]
    pub this: String,
}

/// How requests are authenticated.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Authentication {
    /// `jwt`.
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
    /// See [`crate::callback::INSTALLED`].
    pub installed: &'static str,
    /// See [`crate::callback::UNINSTALLED`].
    pub uninstalled: &'static str,
    /// See [`crate::callback::ENABLED`].
    pub enabled: &'static str,
    /// See [`crate::callback::DISABLED`].
    pub disabled: &'static str,
}

/// What the app adds to Jira.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Modules {
    /// Pages for everybody.
    pub general_pages: Vec<GeneralPage>,
    /// Pages for Jira admins.
    pub admin_pages: Vec<AdminPage>,
}

/// A page for everybody.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct GeneralPage {
    /// See [`crate::module`].
    pub key: &'static str,
    /// Its title.
    pub name: ModuleName,
    /// See [`crate::page`].
    pub url: &'static str,
    /// Where its link is shown; at most 100 characters.
    pub location: &'static str,
}

/// A page for Jira admins.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AdminPage {
    /// See [`crate::module`].
    pub key: &'static str,
    /// Its title.
    pub name: ModuleName,
    /// See [`crate::page`].
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
    /// Its name.
    pub condition: &'static str,
}
