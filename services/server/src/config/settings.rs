//! What was given for settings: a file, then `TALLY_*` variables over it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::error::ConfigError;
use super::setting::{DefaultValue, Setting};

/// The values as they were given, by key.
#[derive(Default)]
pub struct Settings {
    given: BTreeMap<String, String>,
    /// Whether the profile is the development one.
    pub(super) is_development: bool,
    /// Whether the node only feeds views.
    pub(super) is_projector: bool,
    /// The folder in which stores are by default.
    pub(super) data_dir: PathBuf,
}

impl Settings {
    /// Takes the values of `file`, if any, and then the variables, which override it. A variable
    /// `TALLY_CONFIG` names the file and is no setting.
    pub(super) fn collect(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (String, String)>,
        known: &[&Setting],
    ) -> Result<Self, ConfigError> {
        let mut given = file.map_or(Ok(BTreeMap::new()), read_file)?;
        let named = variables
            .into_iter()
            .filter_map(|(name, value)| Some((name.strip_prefix("TALLY_")?.to_lowercase(), value)));
        given.extend(named.filter(|(key, _)| key != "config"));
        refuse_unknown(&given, known)?;
        Ok(Self {
            given,
            ..Self::default()
        })
    }

    /// The text that was given under a key; an empty one counts as none.
    pub(super) fn given_text(&self, key: &str) -> Option<&str> {
        let value = self.given.get(key)?.trim();
        Some(value).filter(|value| !value.is_empty())
    }

    /// The text that was given for a setting, or its default.
    pub(super) fn text_or_default(&self, setting: &Setting) -> Option<&str> {
        self.given_text(setting.key).or(match setting.default {
            DefaultValue::Absent | DefaultValue::AbsentSecret => None,
            DefaultValue::Always(text) => Some(text),
            DefaultValue::Development(text) => (self.is_development || self.is_projector).then_some(text),
            DefaultValue::ByProfile {
                development,
                production,
            } => Some(if self.is_development {
                development
            } else {
                production
            }),
        })
    }
}

fn refuse_unknown(given: &BTreeMap<String, String>, known: &[&Setting]) -> Result<(), ConfigError> {
    let keys = |setting: &&Setting| [Some(setting.key.to_owned()), setting.file_key()];
    let known: Vec<String> = known.iter().flat_map(keys).flatten().collect();
    let is_unknown = |key: &&String| !known.contains(key);
    let unknown: Vec<&str> = given.keys().filter(is_unknown).map(String::as_str).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(ConfigError::UnknownKeys {
        unknown: unknown.join(", "),
        known: known.join(", "),
    })
}

fn read_file(path: &Path) -> Result<BTreeMap<String, String>, ConfigError> {
    let unreadable = |cause: String| ConfigError::Unreadable {
        path: path.to_owned(),
        cause,
    };
    let text = std::fs::read_to_string(path).map_err(|e| unreadable(e.to_string()))?;
    // A parse error's own text quotes the line, which may be the master key's.
    let table: toml::Table = text
        .parse()
        .map_err(|_| unreadable("it is not TOML".to_owned()))?;
    Ok(table
        .into_iter()
        .map(|(key, value)| (key, to_text(value)))
        .collect())
}

fn to_text(value: toml::Value) -> String {
    match value {
        toml::Value::String(text) => text,
        toml::Value::Array(items) => {
            let texts: Vec<&str> = items.iter().filter_map(toml::Value::as_str).collect();
            texts.join(",")
        }
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::Boolean(is_set) => is_set.to_string(),
        toml::Value::Datetime(_) | toml::Value::Table(_) => String::new(),
    }
}
