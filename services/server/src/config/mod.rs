//! Configuration: a file, then `TALLY_*` variables over it, then checked together.
//!
//! `table` has one row for each setting; it makes both the list of settings and the struct
//! [`Config`]. `given` and `values` say how a value is read, `check` what must fit together, and
//! `groups` hands the capabilities what they take together. In the development profile each setting
//! has a default; in production nothing that matters is guessed, and `tally serve` refuses to start
//! without it.

mod address;
mod check;
mod error;
mod given;
mod groups;
mod setting;
mod settings;
mod table;
#[cfg(test)]
mod tests;
mod values;

pub use address::{ops_access, own_address};
pub use error::{ConfigError, ConfigErrors};
pub use setting::{DefaultValue, Setting};
pub use settings::Settings;
pub use table::{Config, TABLE};
pub use values::{LogFormat, MasterKey, Profile, Role};
