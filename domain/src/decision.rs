//! What a decision yields.

/// The events to append, or a refusal. No events means that the command has been carried out
/// already, which is not an error.
pub type Decision<E, R> = Result<Vec<E>, R>;
