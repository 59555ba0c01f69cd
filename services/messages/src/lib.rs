//! The server's texts for people, in English and German.
//!
//! The texts are in `locales/en` and `locales/de`, in the syntax of Project Fluent, and
//! [`Texts`] has a function for each message: `texts.status_title()`. The build fails when a
//! message is missing in one language or has other parameters there.
//!
//! Refusals, alarms and the diagnosis have their English texts in tables of their own rooms. Their
//! German ones are in `locales/de/codes`, by code; [`Texts::by_code`] finds them. A test beside
//! each table checks that it finds one for each entry.
//!
//! To add a message: a line in a file of each language. To add a language: a folder, a variant of
//! [`Language`], and its line in `Texts::of`.

mod by_code;
mod formats;
mod language;
mod texts;
mod values;

pub use by_code::{Part, Table, Value};
pub use fluent_bundle::types::FluentNumber as Number;
pub use language::Language;
pub use texts::Texts;

/// The texts of the folder `locales`, by language.
mod files {
    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}

/// A function for each message of the folder `locales`.
mod messages {
    include!(concat!(env!("OUT_DIR"), "/messages.rs"));
}
