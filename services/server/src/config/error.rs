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
        "{} must be set in the production profile (in a file: {}). Write {}.",
        .0.variable(), .0.key, .0.full_format()
    )]
    Missing(&'static Setting),
    /// A value does not fit its setting.
    #[error(
        "{} is invalid (in a file: {}): {why}. Write {}.",
        .setting.variable(), .setting.key, .setting.full_format()
    )]
    Invalid {
        /// The setting whose value is wrong.
        setting: &'static Setting,
        /// The reason, without the value.
        why: String,
    },
}

/// Everything that is missing or invalid, a line for each.
#[derive(Debug, Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ConfigErrors(pub(super) Vec<ConfigError>);
