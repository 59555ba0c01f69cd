//! From what was given to a configuration: settings one by one, then together.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use super::error::{ConfigError, ConfigErrors};
use super::settings::Settings;
use super::table::{Config, TABLE};
use super::values::Role;

/// The fewest bytes of the operator's token.
const MIN_TOKEN_BYTES: usize = 16;

impl Settings {
    /// Reads `file`, if any, and then the variables, which override it.
    ///
    /// # Errors
    /// The file cannot be read or is not TOML, or a key is unknown.
    pub fn read(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut settings = Self::collect(file, variables, &TABLE.all())?;
        settings.is_development = settings.text_or_default(&TABLE.profile) == Some("development");
        settings.is_projector = settings.text_or_default(&TABLE.role) == Some("projector");
        settings.data_dir = settings
            .text_or_default(&TABLE.data_dir)
            .unwrap_or_default()
            .into();
        Ok(settings)
    }
}

impl Config {
    /// Checks `settings` and fills in defaults.
    ///
    /// # Errors
    /// Every setting that is missing or invalid, with what to write.
    pub fn check(settings: &Settings) -> Result<Self, ConfigErrors> {
        let config = Self::read_each(settings)?;
        let contradictions = config.contradictions();
        if contradictions.is_empty() {
            Ok(config)
        } else {
            Err(ConfigErrors(contradictions))
        }
    }

    /// Settings that are right by themselves and do not fit each other.
    fn contradictions(&self) -> Vec<ConfigError> {
        let is_one_of_many = self.role != Role::All;
        let log = self.log_url.expose_secret();
        let has_own_log = log.starts_with("sqlite:") || log.starts_with("memory:");
        let is_open_to_others = self.ops_listen.is_some_and(|address| !address.ip().is_loopback());
        let is_weak = |token: &SecretString| token.expose_secret().len() < MIN_TOKEN_BYTES;
        let has_weak_token = self.ops_token.as_ref().is_some_and(is_weak);
        let has_receivers = self.notify_email_from.is_some() && !self.notify_email_to.is_empty();
        let rules = [
            (
                is_one_of_many && self.database_url.is_none(),
                &TABLE.role,
                "a web node or a projector shares its views: set TALLY_DATABASE_URL",
            ),
            (
                is_one_of_many && has_own_log,
                &TABLE.role,
                "a web node or a projector shares its log: set TALLY_LOG_URL to a server's",
            ),
            (
                is_open_to_others && self.ops_token.is_none(),
                &TABLE.ops_listen,
                "beyond loopback it needs TALLY_OPS_TOKEN or TALLY_OPS_TOKEN_FILE",
            ),
            (
                has_weak_token,
                &TABLE.ops_token,
                "it needs at least 16 characters, since a shorter one can be guessed",
            ),
            (
                self.notify_smtp_url.is_some() && !has_receivers,
                &TABLE.notify_smtp_url,
                "it needs TALLY_NOTIFY_EMAIL_FROM and TALLY_NOTIFY_EMAIL_TO",
            ),
        ];
        let broken = rules.into_iter().filter(|(is_broken, ..)| *is_broken);
        broken
            .map(|(_, setting, why)| ConfigError::Invalid {
                setting,
                why: why.to_owned(),
            })
            .collect()
    }
}
