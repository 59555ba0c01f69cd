//! The query language of the register, in the shape of Jira Assets' AQL, so that who knows that one knows this one.
//!
//! ```text
//! type = Laptop AND location in (Berlin, "New York") AND NOT status = retired ORDER BY name DESC
//! holder = currentUser() OR purchased_on < startOfYear(-3y) OR "Serial Number" is EMPTY
//! ```
//!
//! A condition is a field, an operator and a value; `AND` binds closer than `OR`, and words of the language may be written in any case. Texts are
//! compared without regard to case, by `==` with it. What has no value is found by `is EMPTY` and by `NOT`, and by no operator else, not even
//! `!=`. An order comparison is one of numbers where the value is a number, one of days where it is a day, else one of texts. Times are UTC.
//!
//! `token` splits a text, `parse` makes the `tree`, in which every value has the type of its field: what cannot be asked is told with its place.
//! `function` is the meaning of `startOfDay()` and its like. The register turns a tree into a condition on its rows.

mod error;
mod field;
mod function;
mod parse;
#[cfg(test)]
mod tests;
mod token;
mod tree;

use chrono::{DateTime, Utc};
use tally_domain::AccountId;

pub use error::BadQuery;
pub(crate) use field::{Field, TextField};
pub(crate) use tree::{Compare, Condition, Meant, Part, Test};

use crate::asset_register::Sort;

/// The longest query, in characters.
pub const MAX_LENGTH: usize = 4000;
/// The most conditions in one query, each of which may have to be tried on every asset of a tenant.
const MAX_CONDITIONS: usize = 64;
/// The most values in the list of one `in`.
const MAX_VALUES: usize = 200;
/// How deep conditions can be nested.
const MAX_DEPTH: usize = 32;

/// A query that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetQuery {
    /// Which assets; all of them when absent.
    pub(crate) condition: Option<Condition>,
    /// In which order, if it says so.
    pub order: Option<Sort>,
}

impl AssetQuery {
    /// Reads a query. A blank one is every asset.
    ///
    /// # Errors
    /// What is wrong and where.
    pub fn parse(text: &str) -> Result<Self, BadQuery> {
        parse::parse(text)
    }
}

/// A query with who asks it, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What.
    pub query: AssetQuery,
    /// Whom `currentUser()` means.
    pub by: AccountId,
    /// When `now()` is.
    pub at: DateTime<Utc>,
}
