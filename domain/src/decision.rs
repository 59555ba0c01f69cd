//! What a decision yields.

use crate::refusal::RefusalKind;

/// Events to append; none when the wish is already fulfilled, which is not an error.
pub type Decision<E, R> = Result<Vec<E>, R>;

/// What every refusal can say: to a program by its code, to a person by cause and remedy.
pub trait Refused: std::error::Error {
    /// The stable code, `area.what`. Never changes once published.
    fn code(&self) -> &'static str;
    /// What the caller can do now.
    fn remedy(&self) -> &'static str;
    /// Of what kind the refusal is, for the answer's status.
    fn kind(&self) -> RefusalKind;
    /// Which part of the wish it is about: `tag`, or an attribute's key.
    fn field(&self) -> Option<&str> {
        None
    }
}
