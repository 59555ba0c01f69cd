//! What the tests of every house of aggregates share.
//!
//! [`story`] puts a rule into a sentence: given these events, when this command, then those events
//! or this refusal. [`golden`] checks the stored form of a house's events, [`refusals`] its
//! catalogue of refusals. [`business`] has samples of the business's events, for all rooms that
//! store, read or fold them; the operator's samples are with the operator's tests. [`values`] are
//! the random values that samples are made of.
//!
//! To add an event of the business: its example and its random form in the aggregate's file below
//! [`business`].
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests may fail by panicking, and this is for tests only"
)]

pub mod business;
pub mod golden;
pub mod refusals;
pub mod story;
pub mod values;
