//! The query language of the register. It has the shape of Jira Assets' AQL, so that people who
//! know AQL can use it.
//!
//! ```text
//! type = Laptop AND location in (Berlin, "New York") AND NOT status = retired ORDER BY name DESC
//! holder = currentUser() OR purchased_on < startOfYear(-3y) OR "Serial Number" is EMPTY
//! ```
//!
//! A condition is a field, an operator and a value. `AND` binds closer than `OR`, and the words of
//! the language may be written in any case. Texts are compared in their normal form, except by
//! `==`. An asset without a value is found by `is EMPTY` and by `NOT`, and by no other operator,
//! not even `!=`. Prices are compared as exact numbers, days as days, and other texts as texts. Times
//! are UTC.
//!
//! [`AssetQuery::parse`] makes a tree in which every field is one of the register and every value has
//! the type of its field, or an
//! [`InvalidQuery`] with the position of the error and what could stand there, which is what an
//! editor completes with. The crate ends at the tree: a store of assets implements [`Evaluate`],
//! which turns a [`Filter`] around a tree into a [`Selection`], and the selection into pages, counts
//! and [`Facets`].

mod answer;
mod budget;
mod error;
mod evaluate;
mod field;
mod filter;
mod function;
mod keyword;
mod operator;
mod parse;
mod sort;
#[cfg(test)]
mod tests;
mod token;
mod tree;

pub use answer::{Facet, FacetField, FacetSearch, FacetValue, Facets, FoundPage};
pub use budget::{Budget, MAX_LENGTH, OverBudget};
pub use error::{Expected, InvalidQuery, SyntaxRefusal};
pub use evaluate::{Evaluate, Selection};
pub use field::{Field, TextField};
pub use filter::{CallerQuery, Filter, HeldBy};
pub use function::{CalendarUnit, FunctionName, TimeFunction, TimeOffset};
pub use operator::{Compare, Operator};
pub use sort::{Sort, SortKey};
pub use tree::{Amount, AssetQuery, Condition, Test, TextPart, TimeValue};
