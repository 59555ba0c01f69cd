//! The app's descriptor, as far as the platform acts on it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::Url;

use crate::qsh;

/// Why a fetched descriptor cannot be installed.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum Unusable {
    /// Not JSON, or a required field is missing or of another type.
    #[error("the descriptor is not one: {0}")]
    Malformed(String),
    /// A rule of the platform is broken.
    #[error("the descriptor breaks a rule: {0}")]
    Invalid(&'static str),
}

/// The parts of `atlassian-connect.json` the platform needs to install and frame an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// The app key: `iss` of the app's tokens.
    pub key: String,
    /// What menus call the app; the key when absent.
    #[serde(default)]
    pub name: String,
    /// Where every other URL of the descriptor starts; also the `aud` of signed installs.
    pub base_url: String,
    /// How the app wants to be authenticated.
    pub authentication: Authentication,
    /// Callback paths by name (`installed`, `enabled`...), relative to the base URL.
    #[serde(default)]
    pub lifecycle: BTreeMap<String, String>,
    /// The pages.
    #[serde(default)]
    pub modules: Modules,
}

/// The `authentication` object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authentication {
    /// `jwt` or `none`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// The page modules this host can show; every other kind is ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Modules {
    /// Pages for everybody, in the app's menu.
    pub general_pages: Vec<PageModule>,
    /// Pages in the administration menu.
    pub admin_pages: Vec<PageModule>,
    /// The app's settings page.
    pub configure_page: Option<PageModule>,
    /// The page shown after an install.
    pub post_install_page: Option<PageModule>,
}

/// One page of the app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageModule {
    /// Unique within the app.
    pub key: String,
    /// What the menu says.
    pub name: ModuleName,
    /// Path below the base URL, possibly with `{variables}`.
    pub url: String,
}

/// The `name` object of a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleName {
    /// The text.
    pub value: String,
}

impl Descriptor {
    /// Reads and checks a descriptor.
    ///
    /// # Errors
    /// When it is not JSON of the needed shape, or breaks a rule the platform enforces.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        let descriptor: Self =
            serde_json::from_str(text).map_err(|error| Unusable::Malformed(error.to_string()))?;
        descriptor.check()?;
        Ok(descriptor)
    }

    fn check(&self) -> Result<(), Unusable> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        if self.key.is_empty() || self.key.len() > 64 || !self.key.chars().all(allowed) {
            return Err(Unusable::Invalid(
                "key must be 1 to 64 of letters, digits, '-', '.', '_'",
            ));
        }
        if Url::parse(&self.base_url).is_ok_and(|url| url.has_host()) {
            match self.authentication.kind.as_str() {
                "jwt" if self.lifecycle.contains_key("installed") => Ok(()),
                "jwt" => Err(Unusable::Invalid("authentication jwt needs lifecycle.installed")),
                _ => Err(Unusable::Invalid(
                    "this host installs only apps with authentication jwt",
                )),
            }
        } else {
            Err(Unusable::Invalid("baseUrl must be an absolute URL"))
        }
    }

    /// What menus call the app.
    #[must_use]
    pub fn title(&self) -> &str {
        if self.name.is_empty() {
            &self.key
        } else {
            &self.name
        }
    }

    /// An absolute URL below the base URL. `path` starts with a slash; query allowed.
    #[must_use]
    pub fn url_of(&self, path: &str) -> String {
        let slash = if path.starts_with('/') { "" } else { "/" };
        format!("{}{slash}{path}", self.base_url.trim_end_matches('/'))
    }

    /// The path part of the base URL, empty when it has none.
    #[must_use]
    pub fn base_path(&self) -> String {
        let path = Url::parse(&self.base_url)
            .map(|url| url.path().to_owned())
            .unwrap_or_default();
        path.trim_end_matches('/').to_owned()
    }

    /// The page with that key, of whatever kind.
    #[must_use]
    pub fn page(&self, key: &str) -> Option<&PageModule> {
        let modules = &self.modules;
        let single = modules.configure_page.iter().chain(&modules.post_install_page);
        modules
            .general_pages
            .iter()
            .chain(&modules.admin_pages)
            .chain(single)
            .find(|page| page.key == key)
    }
}

impl PageModule {
    /// The module's URL with its `{variables}` filled from `values`; a variable with no value becomes empty.
    #[must_use]
    pub fn filled(&self, values: &BTreeMap<String, String>) -> String {
        let mut filled = String::new();
        let mut rest = self.url.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, tail)) = after.split_once('}') else {
                break;
            };
            filled.push_str(before);
            filled.push_str(
                &values
                    .get(name)
                    .map(|value| qsh::encode(value))
                    .unwrap_or_default(),
            );
            rest = tail;
        }
        filled.push_str(rest);
        filled
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn minimal() -> serde_json::Value {
        json!({"key": "app", "baseUrl": "http://localhost:1/base/", "authentication": {"type": "jwt"},
               "lifecycle": {"installed": "/in"},
               "modules": {"generalPages": [{"key": "list", "name": {"value": "List"}, "url": "/list?id={ac.id}&x={none}"}],
                           "webhooks": [{"event": "jira:issue_updated", "url": "/hook"}]}})
    }

    #[test]
    fn urls_are_relative_to_the_base_url_whatever_its_last_slash() {
        let descriptor = Descriptor::parse(&minimal().to_string()).unwrap();
        assert_eq!(descriptor.url_of("/in"), "http://localhost:1/base/in");
        assert_eq!(descriptor.base_path(), "/base");
        assert_eq!(descriptor.title(), "app");
    }

    #[test]
    fn variables_of_a_page_are_filled_and_encoded() {
        let descriptor = Descriptor::parse(&minimal().to_string()).unwrap();
        let values = BTreeMap::from([("ac.id".to_owned(), "a b&c".to_owned())]);
        assert_eq!(
            descriptor.page("list").unwrap().filled(&values),
            "/list?id=a%20b%26c&x="
        );
        assert!(descriptor.page("absent").is_none());
    }

    #[test]
    fn a_descriptor_that_breaks_a_rule_is_refused() {
        for (field, value) in [
            ("key", json!("not allowed!")),
            ("baseUrl", json!("/relative")),
            ("lifecycle", json!({})),
            ("authentication", json!({"type": "none"})),
        ] {
            let mut broken = minimal();
            broken[field] = value;
            assert!(
                matches!(Descriptor::parse(&broken.to_string()), Err(Unusable::Invalid(_))),
                "{field}"
            );
        }
        assert!(matches!(Descriptor::parse("<html>"), Err(Unusable::Malformed(_))));
    }
}
