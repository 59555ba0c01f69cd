//! Typed reading of a row's columns. A column that cannot be read is named and never quoted.

use chrono::{DateTime, Utc};
use rusqlite::types::FromSql;
use sea_query::Iden;
use serde::de::{DeserializeOwned, IntoDeserializer, value::Error as WordError};
use sqlx::postgres::PgRow;
use sqlx::{Decode, Postgres, Row as _, Type};
use tally_domain::Position;

use crate::error::StoreError;

/// A row of a result.
pub struct Row<'a>(Source<'a>);

enum Source<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a PgRow),
}

/// A type as which a cell can be read from every database.
pub trait FromCell: FromSql + for<'r> Decode<'r, Postgres> + Type<Postgres> {}
impl<T: FromSql + for<'r> Decode<'r, Postgres> + Type<Postgres>> FromCell for T {}

impl<'a> Row<'a> {
    pub(crate) fn sqlite(row: &'a rusqlite::Row<'a>) -> Self {
        Self(Source::Sqlite(row))
    }

    pub(crate) fn postgres(row: &'a PgRow) -> Self {
        Self(Source::Postgres(row))
    }

    /// The cell in `column`.
    pub fn value<T: FromCell>(&self, column: impl Iden + Copy) -> Result<T, StoreError> {
        match self.0 {
            Source::Sqlite(row) => Ok(row.get(column.unquoted())?),
            Source::Postgres(row) => Ok(row.try_get(column.unquoted())?),
        }
    }

    /// A text.
    pub fn text(&self, column: impl Iden + Copy) -> Result<String, StoreError> {
        self.value(column)
    }

    /// A text or null.
    pub fn maybe(&self, column: impl Iden + Copy) -> Result<Option<String>, StoreError> {
        self.value(column)
    }

    /// A number that is not negative.
    pub fn number(&self, column: impl Iden + Copy) -> Result<u64, StoreError> {
        u64::try_from(self.value::<i64>(column)?).map_err(|_| corrupt_column(&column))
    }

    /// A time, stored in microseconds since 1970.
    pub fn time(&self, column: impl Iden + Copy) -> Result<DateTime<Utc>, StoreError> {
        DateTime::from_timestamp_micros(self.value(column)?).ok_or_else(|| corrupt_column(&column))
    }

    /// A time or null.
    pub fn maybe_time(&self, column: impl Iden + Copy) -> Result<Option<DateTime<Utc>>, StoreError> {
        let stored: Option<i64> = self.value(column)?;
        stored
            .map(|micros| DateTime::from_timestamp_micros(micros).ok_or_else(|| corrupt_column(&column)))
            .transpose()
    }

    /// A position in the log, stored as its two halves.
    pub fn position<C: Iden + Copy>(&self, commit: C, prepare: C) -> Result<Position, StoreError> {
        Ok(Position {
            commit: self.number(commit)?,
            prepare: self.number(prepare)?,
        })
    }

    /// A text that `parse` understands.
    pub fn parse<T>(
        &self,
        column: impl Iden + Copy,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        parse(&self.text(column)?).ok_or_else(|| corrupt_column(&column))
    }

    /// A text that `parse` understands, or null.
    pub fn maybe_parse<T>(
        &self,
        column: impl Iden + Copy,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        let stored = self.maybe(column)?;
        stored
            .map(|text| parse(&text).ok_or_else(|| corrupt_column(&column)))
            .transpose()
    }

    /// A value of an enumeration whose serde form is a word.
    pub fn word<T: DeserializeOwned>(&self, column: impl Iden + Copy) -> Result<T, StoreError> {
        let text = self.text(column)?;
        T::deserialize(IntoDeserializer::<WordError>::into_deserializer(text))
            .map_err(|_| corrupt_column(&column))
    }

    /// A value stored as a JSON text.
    pub fn json<T: DeserializeOwned>(&self, column: impl Iden + Copy) -> Result<T, StoreError> {
        serde_json::from_str(&self.text(column)?).map_err(|_| corrupt_column(&column))
    }
}

fn corrupt_column(column: &impl Iden) -> StoreError {
    StoreError::corrupt(format!("column {}", column.unquoted()))
}
