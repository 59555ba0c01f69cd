//! The parts of the app's descriptor that the platform acts on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::Url;

use crate::qsh;

/// Reason why a fetched descriptor cannot be installed.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum DescriptorError {
    /// Not JSON, or a required field is missing or of another type.
    #[error("this is not a descriptor: {0}")]
    Malformed(String),
    /// The descriptor breaks a rule of the platform.
    #[error("the descriptor breaks a rule: {0}")]
    Invalid(&'static str),
}

/// The parts of `atlassian-connect.json` the platform needs to install and frame an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// The app key: `iss` of the app's tokens.
    pub key: String,
    /// Name of the app in menus; the key is used when absent.
    #[serde(default)]
    pub name: String,
    /// Base of every other URL in the descriptor; also the `aud` of signed installs.
    pub base_url: String,
    /// Kind of authentication that the app asks for.
    pub authentication: Authentication,
    /// Callback paths by name (`installed`, `enabled`...), relative to the base URL.
    #[serde(default)]
    pub lifecycle: BTreeMap<String, String>,
    /// Page modules by the menu they appear in.
    #[serde(default)]
    pub modules: Modules,
}

/// The `authentication` object of the descriptor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authentication {
    /// Its `type`: `jwt` or `none`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// The page modules that this host can show; it ignores all others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Modules {
    /// Pages for all people, in the app's menu.
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
    /// Text of the menu entry.
    pub name: ModuleName,
    /// Path below the base URL, possibly with `{variables}`.
    pub url: String,
}

/// The `name` object of a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleName {
    /// Text in the app's default language.
    pub value: String,
}

impl Descriptor {
    /// Parses a descriptor and checks the rules of the platform.
    ///
    /// # Errors
    /// [`DescriptorError::Malformed`] when a field is missing or of the wrong type,
    /// [`DescriptorError::Invalid`] when it breaks a rule that the platform enforces.
    pub fn parse(text: &str) -> Result<Self, DescriptorError> {
        let descriptor: Self =
            serde_json::from_str(text).map_err(|error| DescriptorError::Malformed(error.to_string()))?;
        descriptor.check()?;
        Ok(descriptor)
    }

    fn check(&self) -> Result<(), DescriptorError> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        if self.key.is_empty() || self.key.len() > 64 || !self.key.chars().all(allowed) {
            return Err(DescriptorError::Invalid(
                "key must be 1 to 64 of letters, digits, '-', '.', '_'",
            ));
        }
        if Url::parse(&self.base_url).is_ok_and(|url| url.has_host()) {
            match self.authentication.kind.as_str() {
                "jwt" if self.lifecycle.contains_key("installed") => Ok(()),
                "jwt" => Err(DescriptorError::Invalid(
                    "authentication jwt needs lifecycle.installed",
                )),
                _ => Err(DescriptorError::Invalid(
                    "this host installs only apps with authentication jwt",
                )),
            }
        } else {
            Err(DescriptorError::Invalid("baseUrl must be an absolute URL"))
        }
    }

    /// Name of the app in menus: its name, or its key when it has none.
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

    /// The page with that key, in any of the menus.
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
    /// The module's URL with its `{variables}` filled from `values`; one without a value becomes
    /// empty.
    #[must_use]
    pub fn fill_url(&self, values: &BTreeMap<String, String>) -> String {
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
            descriptor.page("list").unwrap().fill_url(&values),
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
                matches!(
                    Descriptor::parse(&broken.to_string()),
                    Err(DescriptorError::Invalid(_))
                ),
                "{field}"
            );
        }
        assert!(matches!(
            Descriptor::parse("<html>"),
            Err(DescriptorError::Malformed(_))
        ));
    }
}
