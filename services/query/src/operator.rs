//! The operators between a field and a value.

use strum::{IntoStaticStr, VariantArray};

/// A comparison of order or equality.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// Matches only the value itself.
    Equal,
    /// Matches what comes before the value.
    Less,
    /// Matches the value and what comes before it.
    AtMost,
    /// Matches what comes after the value.
    More,
    /// Matches the value and what comes after it.
    AtLeast,
}

/// An operator as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
pub enum Operator {
    /// `=`: has the value, ignoring case.
    #[strum(serialize = "=")]
    Equal,
    /// `==`: has exactly the value, respecting case.
    #[strum(serialize = "==")]
    Same,
    /// `!=`: has another value.
    #[strum(serialize = "!=")]
    Different,
    /// `<`: comes before the value.
    #[strum(serialize = "<")]
    Less,
    /// `<=`: has the value or comes before it.
    #[strum(serialize = "<=")]
    AtMost,
    /// `>`: comes after the value.
    #[strum(serialize = ">")]
    More,
    /// `>=`: has the value or comes after it.
    #[strum(serialize = ">=")]
    AtLeast,
    /// `like`: contains the text.
    #[strum(serialize = "like")]
    Like,
    /// `not like`: does not contain the text.
    #[strum(serialize = "not like")]
    NotLike,
    /// `startsWith`: begins with the text.
    #[strum(serialize = "startsWith")]
    Starts,
    /// `not startsWith`: does not begin with the text.
    #[strum(serialize = "not startsWith")]
    NotStarts,
    /// `endsWith`: ends with the text.
    #[strum(serialize = "endsWith")]
    Ends,
    /// `not endsWith`: does not end with the text.
    #[strum(serialize = "not endsWith")]
    NotEnds,
    /// `in`: has one of the values.
    #[strum(serialize = "in")]
    In,
    /// `not in`: has none of the values.
    #[strum(serialize = "not in")]
    NotIn,
    /// `is EMPTY`: has no value.
    #[strum(serialize = "is EMPTY")]
    Empty,
    /// `is not EMPTY`: has any value.
    #[strum(serialize = "is not EMPTY")]
    NotEmpty,
}

impl Operator {
    /// Every operator, in the order in which they are offered.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The operator as it is written in a query.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The comparison that it makes; `None` for operators on parts of a text and on absence.
    pub fn compare(self) -> Option<Compare> {
        match self {
            Self::Equal | Self::Same | Self::Different | Self::In | Self::NotIn => Some(Compare::Equal),
            Self::Less => Some(Compare::Less),
            Self::AtMost => Some(Compare::AtMost),
            Self::More => Some(Compare::More),
            Self::AtLeast => Some(Compare::AtLeast),
            Self::Like
            | Self::NotLike
            | Self::Starts
            | Self::NotStarts
            | Self::Ends
            | Self::NotEnds
            | Self::Empty
            | Self::NotEmpty => None,
        }
    }

    /// Whether it finds values for which the rest of the condition does not hold.
    pub fn is_negative(self) -> bool {
        matches!(
            self,
            Self::Different | Self::NotLike | Self::NotStarts | Self::NotEnds | Self::NotIn | Self::NotEmpty
        )
    }
}
