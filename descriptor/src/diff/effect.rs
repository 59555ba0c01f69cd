//! What a difference causes, and why.

/// What a difference causes, the worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Effect {
    /// Nothing: it says the same.
    None,
    /// A new version that every site takes within a day, with a handshake each and perhaps a new
    /// secret.
    Handshake,
    /// A new version that each site takes when its admin clicks. Until then it goes on with the old
    /// descriptor.
    Approval,
    /// It must not be published.
    Invalid,
}

impl Effect {
    /// The word for it in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Handshake => "handshake",
            Self::Approval => "approval",
            Self::Invalid => "invalid",
        }
    }

    /// What it means for the operator who publishes it.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::None => "Nothing changes.",
            Self::Handshake => {
                "Every site takes a new version within a day, sends installed again, and may bring a \
                 new secret."
            }
            Self::Approval => {
                "A new version that waits on every site for its admin's click. Until then sites go on \
                 with the old descriptor."
            }
            Self::Invalid => "It must not be published.",
        }
    }
}

/// One reason for an effect.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Reason {
    /// The effect that it has alone.
    pub effect: Effect,
    /// Where in the descriptor, as a path of members.
    pub path: String,
    /// What is different or wrong there, in a sentence.
    pub why: String,
}

impl Reason {
    pub(super) fn new(effect: Effect, path: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            effect,
            path: path.into(),
            why: why.into(),
        }
    }
}
