//! Rust values in the form in which they are stored.

use chrono::{DateTime, Utc};
use sea_query::{Expr, IntoColumnRef};
use serde::Serialize;
use tally_domain::Position;

use crate::error::StoreError;

/// `number` as the databases store it.
///
/// # Errors
/// [`StoreError::Corrupt`] for a number of 2^63 or more, which no database stores.
pub fn to_integer(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::corrupt("a number beyond 2^63"))
}

/// `time` in microseconds since 1970.
pub fn to_micros(time: DateTime<Utc>) -> i64 {
    time.timestamp_micros()
}

/// The word of an enumeration whose serde form is a word.
///
/// # Errors
/// [`StoreError::Corrupt`] if its serde form is anything else.
pub fn to_word(value: &impl Serialize) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(StoreError::corrupt("a word")),
    }
}

/// `value` as a JSON text.
///
/// # Errors
/// [`StoreError::Corrupt`] if it has no JSON form.
pub fn to_json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::corrupt("a document"))
}

/// The position in two columns, to be compared with [`position_value`].
pub fn position_column(commit: impl IntoColumnRef, prepare: impl IntoColumnRef) -> Expr {
    Expr::tuple([Expr::col(commit), Expr::col(prepare)])
}

/// A position to compare with. One beyond what is stored is later than every stored one.
pub fn position_value(position: Position) -> Expr {
    let half = |half: u64| Expr::value(i64::try_from(half).unwrap_or(i64::MAX));
    Expr::tuple([half(position.commit), half(position.prepare)])
}
