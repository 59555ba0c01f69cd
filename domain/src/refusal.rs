//! Kinds of refusal, so that one place can turn any of them into an answer.

/// Why a command cannot be carried out, roughly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// The input itself is wrong; another state of the world would not help.
    Invalid,
    /// The input is right, the state of things forbids it.
    Conflict,
    /// What it speaks of does not exist.
    NotFound,
    /// The caller may not.
    Forbidden,
}
