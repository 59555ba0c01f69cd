//! Pages of a list, and the cursors between them.
//!
//! A cursor names the last row of a page by the values it is ordered by, so the next page is found by an index and costs what
//! the first one did. It says nothing of the tenant: that comes with every query.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{QueryRefusal, StoreError};

/// The most rows one page can have.
pub const MAX_LIMIT: u32 = 1000;

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the list's order.
    pub items: Vec<T>,
    /// What to ask with for the rows after these; absent on the last page.
    pub next_cursor: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Cursor<K> {
    list: String,
    after: K,
}

/// The place named by `cursor`, which must have been made by the list called `list`.
pub(crate) fn decode<K: DeserializeOwned>(list: &str, cursor: &str) -> Result<K, QueryRefusal> {
    let bytes = URL_SAFE_NO_PAD
        .decode(cursor)
        .map_err(|_| QueryRefusal::CursorInvalid)?;
    let cursor: Cursor<K> = serde_json::from_slice(&bytes).map_err(|_| QueryRefusal::CursorInvalid)?;
    if cursor.list == list {
        Ok(cursor.after)
    } else {
        Err(QueryRefusal::CursorInvalid)
    }
}

fn encode<K: Serialize>(list: &str, after: K) -> Result<String, StoreError> {
    let cursor = Cursor {
        list: list.to_owned(),
        after,
    };
    let bytes = serde_json::to_vec(&cursor).map_err(|_| StoreError::corrupt("a cursor"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// How many rows to ask the database for, to serve a page of `limit`: one more, to know whether there is a next page.
pub(crate) fn fetch(limit: u32) -> u64 {
    u64::from(clamped(limit)) + 1
}

/// How many rows to ask the database for, where the list has no further pages.
pub(crate) fn most(limit: u32) -> u64 {
    u64::from(clamped(limit))
}

/// The page of at most `limit` of `rows`, which were fetched by [`fetch`]. `place` is what orders a row.
pub(crate) fn page<R, K: Serialize>(
    list: &str,
    mut rows: Vec<R>,
    limit: u32,
    place: impl Fn(&R) -> Result<K, StoreError>,
) -> Result<Page<R>, StoreError> {
    let limit = clamped(limit) as usize;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = match rows.last() {
        Some(last) if more => Some(encode(list, place(last)?)?),
        _ => None,
    };
    Ok(Page {
        items: rows,
        next_cursor,
    })
}

impl<R> Page<R> {
    pub(crate) fn map<T>(self, change: impl FnMut(R) -> T) -> Page<T> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            next_cursor: self.next_cursor,
        }
    }
}

/// A number of a cursor as the databases count.
pub(crate) fn number(number: u64) -> Result<i64, QueryRefusal> {
    i64::try_from(number).map_err(|_| QueryRefusal::CursorInvalid)
}

fn clamped(limit: u32) -> u32 {
    limit.clamp(1, MAX_LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went_out() {
        let cursor = encode("assets/name", ("desk", 7)).unwrap();
        assert_eq!(
            decode::<(String, i64)>("assets/name", &cursor),
            Ok(("desk".to_owned(), 7))
        );
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let cursor = encode("assets/name", ("desk", 7)).unwrap();
        assert_eq!(
            decode::<(String, i64)>("assets/tag", &cursor),
            Err(QueryRefusal::CursorInvalid)
        );
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for bad in ["", "%", "bm90IGpzb24", "e30"] {
            assert_eq!(decode::<i64>("x", bad), Err(QueryRefusal::CursorInvalid), "{bad}");
        }
    }

    #[test]
    fn a_page_names_its_successor_only_when_there_is_one() {
        let place = |row: &i64| Ok(*row);
        assert_eq!(page("x", vec![1, 2], 2, place).unwrap().next_cursor, None);
        let first = page("x", vec![1, 2, 3], 2, place).unwrap();
        assert_eq!(first.items, vec![1, 2]);
        assert_eq!(decode::<i64>("x", &first.next_cursor.unwrap()), Ok(2));
    }
}
