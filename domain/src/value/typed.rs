//! What a text as people type it can mean.

/// The meanings of a text. Which country it comes from is never guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed<T> {
    /// It has one meaning.
    One(T),
    /// It has two. Of numbers, the first reads a point as the decimal sign and the second a comma;
    /// of days, the first has the day before the month and the second the month before the day.
    Two(T, T),
    /// It has none.
    None,
}

impl<T> Typed<T> {
    /// The meaning, if there is just one.
    pub fn only(self) -> Option<T> {
        match self {
            Self::One(meaning) => Some(meaning),
            Self::Two(..) | Self::None => None,
        }
    }

    /// Each meaning after `change`.
    pub fn map<U>(self, change: impl Fn(T) -> U) -> Typed<U> {
        match self {
            Self::One(meaning) => Typed::One(change(meaning)),
            Self::Two(first, second) => Typed::Two(change(first), change(second)),
            Self::None => Typed::None,
        }
    }
}

impl<T> From<Option<T>> for Typed<T> {
    fn from(found: Option<T>) -> Self {
        found.map_or(Self::None, Self::One)
    }
}
