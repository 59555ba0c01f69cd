//! One setting with what was given for it, and how to read that.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use chrono::TimeDelta;
use secrecy::SecretString;

use super::error::ConfigError;
use super::setting::Setting;
use super::settings::Settings;

/// A setting, with what was given for it.
#[derive(Clone, Copy)]
pub(super) struct Given<'s> {
    pub(super) settings: &'s Settings,
    pub(super) setting: &'static Setting,
}

impl<'s> Given<'s> {
    /// The error that the value does not fit.
    pub(super) fn invalid(self, why: impl Display) -> ConfigError {
        ConfigError::Invalid {
            setting: self.setting,
            why: why.to_string(),
        }
    }

    /// The text, if one was given.
    pub(super) fn text(self) -> Option<&'s str> {
        self.settings.given_text(self.setting.key)
    }

    /// The text that was given, or the default; it is an error when there is none.
    pub(super) fn required_text(self) -> Result<&'s str, ConfigError> {
        let text = self.settings.text_or_default(self.setting);
        text.ok_or(ConfigError::Missing(self.setting))
    }

    /// The value as a `T`.
    pub(super) fn parse<T: FromStr<Err: Display>>(self) -> Result<T, ConfigError> {
        self.required_text()?.parse().map_err(|cause| self.invalid(cause))
    }

    /// The value as a `T`, if one was given.
    pub(super) fn parse_optional<T: FromStr<Err: Display>>(self) -> Result<Option<T>, ConfigError> {
        self.text().map(|_| self.parse()).transpose()
    }

    /// The value as a `T`; none for the word "off".
    pub(super) fn parse_unless_off<T: FromStr<Err: Display>>(self) -> Result<Option<T>, ConfigError> {
        match self.required_text()? {
            "off" => Ok(None),
            _ => self.parse().map(Some),
        }
    }

    /// The value as one of the words that a `T` has.
    pub(super) fn parse_word<T: FromStr>(self) -> Result<T, ConfigError> {
        let no_choice = |_| self.invalid("there is no such choice");
        self.required_text()?.parse().map_err(no_choice)
    }

    /// The value as a number within a range.
    pub(super) fn parse_within<T>(self, range: RangeInclusive<T>) -> Result<T, ConfigError>
    where
        T: FromStr<Err: Display> + PartialOrd,
    {
        let number = self.parse()?;
        let is_within = range.contains(&number);
        is_within
            .then_some(number)
            .ok_or_else(|| self.invalid("the number is out of range"))
    }

    /// The value as a time span in seconds.
    pub(super) fn seconds(self) -> Result<Duration, ConfigError> {
        Ok(Duration::from_secs(u64::from(self.parse::<u32>()?)))
    }

    /// The value as a time span whose number of seconds is within a range.
    pub(super) fn seconds_within(self, range: RangeInclusive<u32>) -> Result<TimeDelta, ConfigError> {
        Ok(TimeDelta::seconds(i64::from(self.parse_within(range)?)))
    }

    /// A list whose items are separated by commas.
    pub(super) fn list(self) -> Result<Vec<String>, ConfigError> {
        let text = self.settings.text_or_default(self.setting).unwrap_or_default();
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        Ok(items.map(str::to_owned).collect())
    }

    /// The file that holds a secret, if it is given that way. By value and by file is an error.
    pub(super) fn secret_file(self) -> Result<Option<PathBuf>, ConfigError> {
        let file_key = self.setting.file_key();
        let file = file_key.and_then(|key| self.settings.given_text(&key));
        if file.is_some() && self.text().is_some() {
            return Err(self.invalid("its file is set too; set one of them"));
        }
        Ok(file.map(PathBuf::from))
    }

    /// A secret, by its value or by the file that holds it.
    pub(super) fn secret(self) -> Result<Option<SecretString>, ConfigError> {
        let Some(path) = self.secret_file()? else {
            return Ok(self.text().map(SecretString::from));
        };
        let unreadable = |cause| self.invalid(format!("its file cannot be read: {cause}"));
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        Ok(Some(SecretString::from(text.trim())))
    }
}
