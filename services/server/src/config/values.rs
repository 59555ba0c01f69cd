//! The kinds of values that settings have, and how each is read.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use strum::{EnumString, IntoStaticStr};
use tally_atlassian::base_url::{AppBaseUrl, HostAllowList};
use tally_messages::Language;
use tally_operator::domain::release::ReleaseVersion;

use super::error::ConfigError;
use super::given::Given;

/// How strict the checks are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum Profile {
    /// Everything has a default; a master key is made when there is none.
    Development,
    /// What matters must be set.
    Production,
}

/// What a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Role {
    /// Serves Jira and feeds the views.
    All,
    /// Serves Jira, and leaves the views to projectors.
    Web,
    /// Feeds the views, and answers only health checks.
    Projector,
}

impl Role {
    /// Whether it serves Jira.
    pub fn serves(self) -> bool {
        self != Self::Projector
    }

    /// Whether it feeds views that nodes share.
    pub fn feeds(self) -> bool {
        self != Self::Web
    }

    /// The word in the configuration.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// How the structured log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum LogFormat {
    /// For a terminal.
    Text,
    /// For programs.
    Json,
}

/// Where the master key comes from.
#[derive(Clone, Debug)]
pub enum MasterKey {
    /// 32 bytes in base64, given as a value.
    Value(SecretString),
    /// A file that holds the same.
    File(PathBuf),
    /// A file made on first start. Development only: losing it loses every secret.
    MadeAt(PathBuf),
}

pub(super) fn read_master_key(given: Given<'_>) -> Result<MasterKey, ConfigError> {
    let settings = given.settings;
    match (given.secret_file()?, given.text()) {
        (Some(path), _) => Ok(MasterKey::File(path)),
        (None, Some(value)) => Ok(MasterKey::Value(SecretString::from(value))),
        (None, None) if settings.is_development => {
            Ok(MasterKey::MadeAt(settings.data_dir.join("master.key")))
        }
        (None, None) => Err(ConfigError::Missing(given.setting)),
    }
}

pub(super) fn read_other_master_key(given: Given<'_>) -> Result<Option<MasterKey>, ConfigError> {
    Ok(match (given.secret_file()?, given.text()) {
        (Some(path), _) => Some(MasterKey::File(path)),
        (None, Some(value)) => Some(MasterKey::Value(SecretString::from(value))),
        (None, None) => None,
    })
}

/// An https address, or an http address on loopback.
pub(super) fn read_url(given: Given<'_>) -> Result<AppBaseUrl, ConfigError> {
    AppBaseUrl::parse(given.required_text()?).map_err(|cause| given.invalid(cause))
}

pub(super) fn read_app_key(given: Given<'_>) -> Result<String, ConfigError> {
    let text = given.required_text()?;
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    if text.len() <= 64 && text.bytes().all(is_allowed) {
        Ok(text.to_owned())
    } else {
        Err(given.invalid("it is not an app key"))
    }
}

pub(super) fn read_log_url(given: Given<'_>) -> Result<SecretString, ConfigError> {
    let in_data_dir = || format!("sqlite:{}", given.settings.data_dir.join("events.db").display());
    let url = given.text().map_or_else(in_data_dir, str::to_owned);
    tally_event_log::check_url(&url).map_err(|cause| given.invalid(cause))?;
    Ok(SecretString::from(url))
}

pub(super) fn read_database_url(given: Given<'_>) -> Result<Option<SecretString>, ConfigError> {
    let Some(url) = given.text() else {
        return Ok(None);
    };
    tally_view_store::Database::parse(url, 1).map_err(|cause| given.invalid(cause))?;
    Ok(Some(SecretString::from(url)))
}

pub(super) fn read_hosts(given: Given<'_>) -> Result<HostAllowList, ConfigError> {
    Ok(HostAllowList::atlassian().with(given.list()?))
}

/// The address of a channel for messages. It never leaves this machine in the clear.
pub(super) fn read_channel(given: Given<'_>) -> Result<Option<SecretString>, ConfigError> {
    let url = given.secret()?;
    let is_loopback = |url: &str| url.starts_with("http://") && AppBaseUrl::parse(url).is_ok();
    let is_safe = |url: &str| url.starts_with("https://") || is_loopback(url);
    if url.as_ref().is_none_or(|url| is_safe(url.expose_secret())) {
        Ok(url)
    } else {
        Err(given.invalid("the address is not safe"))
    }
}

pub(super) fn read_language(given: Given<'_>) -> Result<Language, ConfigError> {
    let word = given.required_text()?;
    let mut languages = Language::ALL.into_iter();
    let named = languages.find(|language| language.tag() == word);
    named.ok_or_else(|| given.invalid("there are no texts in this language"))
}

pub(super) fn read_release(given: Given<'_>) -> Result<ReleaseVersion, ConfigError> {
    let release = ReleaseVersion::parse(given.required_text()?);
    release.ok_or_else(|| given.invalid("it is not the name of a release"))
}
