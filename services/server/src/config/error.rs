//! What can be wrong with the configuration.

use std::path::PathBuf;

use thiserror::Error;

use super::setting::Setting;

/// What is wrong with the configuration. Never holds a value of a secret.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be opened or is not TOML.
    #[error("the configuration file {path} cannot be read: {cause}")]
    Unreadable {
        /// The file, as it was named.
        path: PathBuf,
        /// The system's reason, or the part of the file that is wrong.
        cause: String,
    },
    /// Keys that no setting has: a typing mistake must not go unseen.
    #[error("unknown configuration: {unknown}. Known keys: {known}")]
    UnknownKeys {
        /// The keys that were found, with commas.
        unknown: String,
        /// All keys that there are, with commas.
        known: String,
    },
    /// A setting without a default has no value.
    #[error(
        "TALLY_{} must be set in the production profile (in a file: {}). Write {}.",
        .0.variable(), .0.key, .0.format
    )]
    Missing(&'static Setting),
    /// A value does not fit its setting.
    #[error(
        "TALLY_{} is invalid (in a file: {}): {why}. Write {}.",
        .setting.variable(), .setting.key, .setting.format
    )]
    Invalid {
        /// The setting whose value is wrong.
        setting: &'static Setting,
        /// The reason, without the value.
        why: String,
    },
}

impl ConfigError {
    /// A value that does not fit `setting`.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a cause is at hand as a value, in every `map_err`"
    )]
    pub(super) fn invalid(setting: &'static Setting, why: impl ToString) -> Self {
        Self::Invalid {
            setting,
            why: why.to_string(),
        }
    }
}
