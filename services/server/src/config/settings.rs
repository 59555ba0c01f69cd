//! The values of settings: a file, then `TALLY_*` variables over it.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use secrecy::SecretString;

use super::error::ConfigError;
use super::setting::{DefaultValue, PROFILE, SETTINGS, Setting};

/// The values as they were given, by key.
#[derive(Default)]
pub struct Settings(BTreeMap<String, String>);

impl Settings {
    /// Reads `file`, if any, and then the variables, which override it. A variable `TALLY_CONFIG`
    /// names the file and is no setting.
    ///
    /// # Errors
    /// The file cannot be read or is not TOML, or a key is unknown.
    pub fn read(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut values = match file {
            Some(path) => read_file(path)?,
            None => BTreeMap::new(),
        };
        let named = variables
            .into_iter()
            .filter_map(|(name, value)| Some((name.strip_prefix("TALLY_")?.to_lowercase(), value)));
        values.extend(named.filter(|(key, _)| key != "config"));
        let is_known = |key: &str| SETTINGS.iter().any(|setting| setting.key == key);
        let unknown: Vec<&str> = values
            .keys()
            .map(String::as_str)
            .filter(|key| !is_known(key))
            .collect();
        if unknown.is_empty() {
            return Ok(Self(values));
        }
        let known: Vec<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
        Err(ConfigError::UnknownKeys {
            unknown: unknown.join(", "),
            known: known.join(", "),
        })
    }

    /// The value that was given; an empty one counts as none.
    pub(super) fn given_value(&self, setting: &Setting) -> Option<&str> {
        let value = self.0.get(setting.key)?.trim();
        Some(value).filter(|value| !value.is_empty())
    }

    /// The value that was given, or the default.
    pub(super) fn value(&self, setting: &Setting) -> Option<&str> {
        let is_development = self.given_value(&PROFILE) == Some("development");
        self.given_value(setting).or(match setting.default {
            DefaultValue::Absent => None,
            DefaultValue::Always(text) => Some(text),
            DefaultValue::Development(text) => is_development.then_some(text),
            DefaultValue::ByProfile {
                development,
                production,
            } => Some(if is_development { development } else { production }),
        })
    }

    /// The value of a setting that must have one.
    pub(super) fn required_value(&self, setting: &'static Setting) -> Result<&str, ConfigError> {
        self.value(setting).ok_or(ConfigError::Missing(setting))
    }

    /// The value as a `T`.
    pub(super) fn parse<T: FromStr<Err: Display>>(
        &self,
        setting: &'static Setting,
    ) -> Result<T, ConfigError> {
        let text = self.required_value(setting)?;
        text.parse().map_err(|cause| ConfigError::invalid(setting, cause))
    }

    /// The value as a number within a range.
    pub(super) fn parse_within<T>(
        &self,
        setting: &'static Setting,
        range: RangeInclusive<T>,
    ) -> Result<T, ConfigError>
    where
        T: FromStr<Err: Display> + PartialOrd,
    {
        let number = self.parse(setting)?;
        if range.contains(&number) {
            Ok(number)
        } else {
            Err(ConfigError::invalid(setting, "the number is out of range"))
        }
    }

    /// One of some words, as what it stands for.
    pub(super) fn choose<T: Copy>(
        &self,
        setting: &'static Setting,
        choices: &[(&str, T)],
    ) -> Result<T, ConfigError> {
        let text = self.required_value(setting)?;
        let chosen = choices.iter().find(|(word, _)| *word == text);
        chosen
            .map(|(_, meaning)| *meaning)
            .ok_or_else(|| ConfigError::invalid(setting, "there is no such choice"))
    }

    /// The value as a time span in seconds.
    pub(super) fn seconds(&self, setting: &'static Setting) -> Result<Duration, ConfigError> {
        let seconds: u32 = self.parse(setting)?;
        Ok(Duration::from_secs(u64::from(seconds)))
    }

    /// A list whose items are separated by commas.
    pub(super) fn list(&self, setting: &Setting) -> Vec<String> {
        self.value(setting)
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// A secret, by its value or by the file that holds it; not both.
    pub(super) fn secret(
        &self,
        by_value: &'static Setting,
        by_file: &'static Setting,
    ) -> Result<Option<SecretString>, ConfigError> {
        match (self.given_value(by_value), self.given_value(by_file)) {
            (Some(_), Some(_)) => Err(ConfigError::invalid(
                by_value,
                format!("TALLY_{} is set too; set one of them", by_file.variable()),
            )),
            (Some(value), None) => Ok(Some(SecretString::from(value.to_owned()))),
            (None, Some(path)) => read_secret(by_file, Path::new(path)).map(Some),
            (None, None) => Ok(None),
        }
    }
}

fn read_secret(setting: &'static Setting, path: &Path) -> Result<SecretString, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|cause| ConfigError::invalid(setting, format!("the file cannot be read: {cause}")))?;
    Ok(SecretString::from(text.trim().to_owned()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_variable_is_named_with_the_keys_that_there_are() {
        let variable = ("TALLY_PROFIL".to_owned(), "development".to_owned());
        let error = Settings::read(None, [variable]).err().unwrap().to_string();
        assert!(error.contains("profil.") && error.contains("profile,"), "{error}");
    }

    #[test]
    fn a_variable_overrides_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tally.toml");
        std::fs::write(
            &path,
            "profile = \"development\"\nallowed_hosts = [\"a\", \"b\"]\nworkers = 3",
        )
        .unwrap();
        let variable = ("TALLY_PROFILE".to_owned(), "production".to_owned());
        let settings = Settings::read(Some(&path), [variable]).unwrap();
        assert_eq!(settings.given_value(&PROFILE), Some("production"));
        assert_eq!(settings.list(&super::super::setting::ALLOWED_HOSTS), ["a", "b"]);
        assert_eq!(
            settings.parse::<usize>(&super::super::setting::WORKERS).unwrap(),
            3
        );
    }

    #[test]
    fn a_broken_file_is_reported_without_its_content() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tally.toml");
        std::fs::write(&path, "master_key = \"c2VjcmV0\" oops").unwrap();
        let error = Settings::read(Some(&path), []).err().unwrap();
        assert!(!error.to_string().contains("c2VjcmV0"), "{error}");
    }
}
