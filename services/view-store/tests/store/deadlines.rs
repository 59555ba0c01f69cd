//! The time that a reader is given.

use std::time::Duration;

use tally_view_store::StoreError;
use tally_view_store::sql::Db;

use crate::temp_store::TempStore;

/// A statement that would count for hours.
fn count_for_hours(db: Db<'_>) -> Result<u64, StoreError> {
    let endless = sea_query::Query::select()
        .expr_as(
            sea_query::Expr::cust(
                "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000) \
                 SELECT count(*) FROM n)",
            ),
            "counted",
        )
        .to_owned();
    let counted = tally_view_store::sql::fetch_first(db, &endless, |row| row.number("counted"))?;
    Ok(counted.unwrap_or_default())
}

#[test]
fn a_reader_is_stopped_in_the_middle_of_a_statement_and_the_next_one_is_not() {
    let store = TempStore::empty();
    // Every connection was stopped before.
    for _ in 0..store.readers() {
        let stopped = store.within(Duration::from_millis(20)).read(count_for_hours);
        assert!(matches!(stopped, Err(StoreError::TookTooLong)), "{stopped:?}");
    }
    for _ in 0..store.readers() {
        assert!(store.status().is_ok());
    }
    assert!(store.within(Duration::from_secs(3600)).status().is_ok());
}

#[test]
fn a_reader_whose_time_is_over_reads_nothing() {
    let store = TempStore::empty();
    let late = store.within(Duration::ZERO).status();
    assert!(matches!(late, Err(StoreError::TookTooLong)), "{late:?}");
}
