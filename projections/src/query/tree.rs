//! A query as it is understood.

use chrono::{DateTime, NaiveDate, Utc};

use super::field::{Field, TextField};
use super::function::Function;
use crate::asset_register::AssetStatus;

/// Which assets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Test(Test),
}

/// One condition; its values have the type of its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    /// Whether the field has no value.
    Empty(Field),
    /// Whether the field has a value that is not so.
    Unlike(Field, Box<Self>),
    /// Whether one of these holds.
    OneOf(Vec<Self>),
    /// Whether the text is this one, ignoring case.
    Text(TextField, String),
    /// Whether the text is this one to the letter.
    Exactly(TextField, String),
    /// Whether the text has this part, ignoring case.
    Part(TextField, Part, String),
    /// Whether the tag or an attribute has this word in it, ignoring case.
    Anywhere(String),
    /// How the text compares: as a number, as a day, or as a text.
    Number(TextField, Compare, String),
    Day(TextField, Compare, Meant),
    Order(TextField, Compare, String),
    Status(AssetStatus),
    /// Whether an account has it; nobody is the one who asks.
    Holder(Option<String>),
    Due(Compare, Meant),
    Registered(Compare, Meant),
    Updated(Compare, Meant),
}

/// Where in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Anywhere,
    Start,
    End,
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compare {
    Equal,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// A moment or a whole day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meant {
    Day(NaiveDate),
    Moment(DateTime<Utc>),
    Function(Function),
}

/// How a field is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    Same,
    Different,
    Less,
    AtMost,
    More,
    AtLeast,
    Like,
    NotLike,
    Starts,
    NotStarts,
    Ends,
    NotEnds,
    In,
    NotIn,
    Empty,
    NotEmpty,
}

impl Operator {
    /// All of them, as they are offered.
    pub const ALL: [Self; 17] = [
        Self::Equal,
        Self::Same,
        Self::Different,
        Self::Less,
        Self::AtMost,
        Self::More,
        Self::AtLeast,
        Self::Like,
        Self::NotLike,
        Self::Starts,
        Self::NotStarts,
        Self::Ends,
        Self::NotEnds,
        Self::In,
        Self::NotIn,
        Self::Empty,
        Self::NotEmpty,
    ];

    /// How it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Same => "==",
            Self::Different => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
            Self::Like => "like",
            Self::NotLike => "not like",
            Self::Starts => "startsWith",
            Self::NotStarts => "not startsWith",
            Self::Ends => "endsWith",
            Self::NotEnds => "not endsWith",
            Self::In => "in",
            Self::NotIn => "not in",
            Self::Empty => "is EMPTY",
            Self::NotEmpty => "is not EMPTY",
        }
    }

    /// The comparison, where it is one of order or equality.
    pub fn compare(self) -> Option<Compare> {
        Some(match self {
            Self::Equal | Self::Same | Self::Different | Self::In | Self::NotIn => Compare::Equal,
            Self::Less => Compare::Less,
            Self::AtMost => Compare::AtMost,
            Self::More => Compare::More,
            Self::AtLeast => Compare::AtLeast,
            _ => return None,
        })
    }

    /// Whether it asks for a value that is not so.
    pub fn is_negative(self) -> bool {
        matches!(
            self,
            Self::Different | Self::NotLike | Self::NotStarts | Self::NotEnds | Self::NotIn | Self::NotEmpty
        )
    }
}
