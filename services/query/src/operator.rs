//! The operators between a field and a value.

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `=`: has the value, ignoring case.
    Equal,
    /// `==`: has exactly the value, respecting case.
    Same,
    /// `!=`: has another value.
    Different,
    /// `<`: comes before the value.
    Less,
    /// `<=`: has the value or comes before it.
    AtMost,
    /// `>`: comes after the value.
    More,
    /// `>=`: has the value or comes after it.
    AtLeast,
    /// `like`: contains the text.
    Like,
    /// `not like`: does not contain the text.
    NotLike,
    /// `startsWith`: begins with the text.
    Starts,
    /// `not startsWith`: does not begin with the text.
    NotStarts,
    /// `endsWith`: ends with the text.
    Ends,
    /// `not endsWith`: does not end with the text.
    NotEnds,
    /// `in`: has one of the values.
    In,
    /// `not in`: has none of the values.
    NotIn,
    /// `is EMPTY`: has no value.
    Empty,
    /// `is not EMPTY`: has any value.
    NotEmpty,
}

impl Operator {
    /// Every operator, in the order in which they are offered.
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

    /// The operator as it is written in a query.
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
