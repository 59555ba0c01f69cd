//! How a setting is declared: its key, its default, and what may be written.
//!
//! The variable of a setting is `TALLY_` and its key in upper case.

/// A setting: its key, its default and its format.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its key in a configuration file.
    pub key: &'static str,
    /// Its value when none is given.
    pub default: DefaultValue,
    /// What may be written: the end of a sentence that begins with "Write".
    pub format: &'static str,
}

/// The value of a setting that is not given.
#[derive(Debug, PartialEq, Eq)]
pub enum DefaultValue {
    /// There is none; the code that reads the setting decides whether it may be absent.
    Absent,
    /// There is none, and the value is a secret, which may also be in a file: the same key with
    /// `_file` at its end is the path of that file.
    AbsentSecret,
    /// The same in both profiles.
    Always(&'static str),
    /// Only in the development profile. In production a node that serves Jira needs the setting; a
    /// projector serves no site and keeps no file of its own, so for it this value is good enough.
    Development(&'static str),
    /// One for each profile.
    ByProfile {
        /// In the development profile.
        development: &'static str,
        /// In the production profile.
        production: &'static str,
    },
}

impl Setting {
    /// Its variable, such as `TALLY_LISTEN`.
    pub fn variable(&self) -> String {
        variable(self.key)
    }

    /// The key of the file that may hold its value, if it is a secret.
    pub fn file_key(&self) -> Option<String> {
        (self.default == DefaultValue::AbsentSecret).then(|| format!("{}_file", self.key))
    }

    /// The variable of that file.
    pub fn file_variable(&self) -> Option<String> {
        self.file_key().map(|key| variable(&key))
    }

    /// What may be written, including the variable of its file.
    pub(super) fn full_format(&self) -> String {
        let file = self.file_variable().map(|file| format!(", or set {file}"));
        format!("{}{}", self.format, file.unwrap_or_default())
    }
}

fn variable(key: &str) -> String {
    format!("TALLY_{}", key.to_uppercase())
}

/// Makes the table of all settings and the configuration with a field for each of them. A row has
/// the name, which is the key and the field, the type, the default, the function that reads the
/// value, and the format.
macro_rules! settings {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $default:expr, $read:expr, $format:literal;)*) => {
        /// All settings, by name.
        pub struct SettingTable { $(pub(super) $name: Setting,)* }

        /// The table of all settings.
        pub static TABLE: SettingTable = SettingTable {
            $($name: Setting { key: stringify!($name), default: $default, format: $format },)*
        };

        impl SettingTable {
            /// Every setting that there is.
            pub fn all(&self) -> Vec<&Setting> {
                vec![$(&self.$name),*]
            }
        }

        /// The whole configuration, checked. Each field has the name of its setting.
        #[derive(Clone, Debug)]
        pub struct Config { $($(#[$doc])* pub $name: $type,)* }

        impl Config {
            /// Reads every setting, and reports all that are missing or invalid.
            pub(super) fn read_each<'s>(settings: &'s Settings) -> Result<Self, ConfigErrors> {
                let mut errors = vec![];
                $(
                    let read: fn(Given<'s>) -> Result<$type, ConfigError> = $read;
                    let given = Given { settings, setting: &TABLE.$name };
                    let $name = read(given).map_err(|error| errors.push(error)).ok();
                )*
                match ($($name,)*) {
                    ($(Some($name),)*) => Ok(Self { $($name,)* }),
                    _ => Err(ConfigErrors(errors)),
                }
            }
        }
    };
}

pub(super) use settings;
