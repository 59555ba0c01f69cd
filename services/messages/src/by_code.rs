//! German texts for what other rooms have in tables, in English and by code.

use fluent_bundle::{FluentArgs, FluentValue};

use crate::texts::Texts;

/// A table in another room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Refusals and failures, by their code.
    Refusal,
    /// Alarms, by their name.
    Alarm,
    /// The diagnosis, by the id of its entry.
    Finding,
    /// The steps of an installation in a tenant's timeline, by the stored name of the event.
    Timeline,
    /// The evidence of a diagnosis, by its code.
    Evidence,
}

/// A value in a text that is found by code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text that is ready to be shown.
    Text(String),
    /// A number.
    Number(i64),
}

impl Table {
    fn prefix(self) -> &'static str {
        match self {
            Self::Refusal => "refusal",
            Self::Alarm => "alarm",
            Self::Finding => "finding",
            Self::Timeline => "timeline",
            Self::Evidence => "evidence",
        }
    }
}

/// A part of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What it is called.
    Title,
    /// What is wrong.
    Cause,
    /// What to do.
    Remedy,
    /// What the operator does, where that is another thing.
    OperatorRemedy,
    /// How it shows.
    Symptom,
    /// What it means.
    Summary,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Cause => "cause",
            Self::Remedy => "remedy",
            Self::OperatorRemedy => "operator",
            Self::Symptom => "symptom",
            Self::Summary => "summary",
        }
    }
}

impl<'a> From<&'a Value> for FluentValue<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Text(text) => Self::from(text.as_str()),
            Value::Number(number) => Self::from(*number),
        }
    }
}

impl Texts {
    /// The text of an entry in this language; `None` where the table's own English text is the one
    /// to show.
    pub fn by_code(&self, table: Table, code: &str, part: Part) -> Option<String> {
        self.by_code_with(table, code, part, &[])
    }

    /// The same for a text with parameters.
    pub fn by_code_with(
        &self,
        table: Table,
        code: &str,
        part: Part,
        values: &[(&str, Value)],
    ) -> Option<String> {
        let id = format!("{}-{}", table.prefix(), code.replace('.', "-"));
        let values: FluentArgs<'_> = values
            .iter()
            .map(|(name, value)| (*name, FluentValue::from(value)))
            .collect();
        self.attribute(&id, part.name(), Some(&values))
    }

    /// The text of an entry in this language, or else `english`.
    pub fn by_code_or(&self, table: Table, code: &str, part: Part, english: &str) -> String {
        self.by_code(table, code, part)
            .unwrap_or_else(|| english.to_owned())
    }
}
