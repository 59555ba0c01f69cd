//! The typed tree of a query.

use chrono::{DateTime, NaiveDate, Utc};
use tally_domain::asset::AssetStatus;
use tally_domain::value::Decimal;

use crate::field::{Field, TextField};
use crate::function::TimeFunction;
use crate::operator::Compare;
use crate::sort::Sort;

/// A parsed query: which assets, and in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetQuery {
    /// The condition that an asset must meet; absent if the query finds every asset.
    pub condition: Option<Condition>,
    /// What ORDER BY says, if it is there.
    pub order: Option<Sort>,
}

/// A condition on an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// All of these hold.
    All(Vec<Self>),
    /// At least one of these holds.
    Any(Vec<Self>),
    /// This does not hold.
    Not(Box<Self>),
    /// A single test of a field.
    Test(Test),
}

impl AssetQuery {
    /// The people that the query names, as they were written; `None` is the caller.
    pub fn people(&self) -> Vec<Option<&str>> {
        let mut people = Vec::new();
        if let Some(condition) = &self.condition {
            condition.add_people(&mut people);
        }
        people
    }
}

impl Condition {
    fn add_people<'a>(&'a self, people: &mut Vec<Option<&'a str>>) {
        match self {
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().for_each(|one| one.add_people(people));
            }
            Self::Not(inner) => inner.add_people(people),
            Self::Test(test) => test.add_people(people),
        }
    }
}

impl Test {
    fn add_people<'a>(&'a self, people: &mut Vec<Option<&'a str>>) {
        match self {
            Self::Holder(written) => people.push(written.as_deref()),
            Self::Unlike(_, inner) => inner.add_people(people),
            Self::OneOf(tests) => tests.iter().for_each(|one| one.add_people(people)),
            Self::Empty(_)
            | Self::Text(..)
            | Self::Exactly(..)
            | Self::Part(..)
            | Self::Anywhere(_)
            | Self::Number(..)
            | Self::Day(..)
            | Self::Order(..)
            | Self::Status(_)
            | Self::Due(..)
            | Self::Registered(..)
            | Self::Updated(..) => {}
        }
    }
}

/// A test of one field. Its values have the field's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// Whether the field has no value.
    Empty(Field),
    /// Whether the field has a value, and one for which the inner test does not hold.
    Unlike(Field, Box<Self>),
    /// Whether one of these holds.
    OneOf(Vec<Self>),
    /// Whether the text is this one, ignoring case.
    Text(TextField, String),
    /// Whether the text is this one, respecting case.
    Exactly(TextField, String),
    /// Whether the text contains this part, ignoring case.
    Part(TextField, TextPart, String),
    /// Whether the tag or an attribute contains this word, ignoring case.
    Anywhere(String),
    /// How the amount compares; equal is also the text as it was written.
    Number(TextField, Compare, Amount),
    /// How the text compares as a day.
    Day(TextField, Compare, TimeValue),
    /// How the text compares as a text.
    Order(TextField, Compare, String),
    /// Whether the asset has this status.
    Status(AssetStatus),
    /// Whether this account or person holds the asset, as it was written; `None` is the caller.
    Holder(Option<String>),
    /// How the due day compares.
    Due(Compare, TimeValue),
    /// How the time of registration compares.
    Registered(Compare, TimeValue),
    /// How the time of the last change compares.
    Updated(Compare, TimeValue),
}

/// A number that amounts are compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// The number.
    pub number: Decimal,
    /// The number as it was written.
    pub written: String,
}

/// Where in a text a part is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextPart {
    /// Anywhere in the text, for `like`.
    Anywhere,
    /// At its beginning, for `startsWith`.
    Start,
    /// At its end, for `endsWith`.
    End,
}

/// A point in time, or a whole day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeValue {
    /// A whole day, in UTC.
    Day(NaiveDate),
    /// A fixed time, in UTC.
    Time(DateTime<Utc>),
    /// A time that depends on when the query runs.
    Function(TimeFunction),
}
