//! Pages of a list, and the cursors between them.
//!
//! A cursor holds the values by which the last row of a page is ordered, so the next page is found
//! by an index and costs as much as the first one. It does not hold the tenant, which comes with
//! every query.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::error::StoreError;

/// The most rows that one page can have.
pub const MAX_LIMIT: u32 = 1000;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the list's order.
    pub items: Vec<T>,
    /// The cursor of the next page; absent on the last one.
    pub next_cursor: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Cursor<K> {
    list: String,
    after: K,
}

/// A cursor that was not made by the list in the order in which it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the cursor does not belong to this list in this order")]
pub struct InvalidCursor;

/// The values in `cursor`, which must have been made by the list called `list`.
///
/// # Errors
/// [`InvalidCursor`] if another list made it, or no list at all.
pub fn decode_cursor<K: DeserializeOwned>(list: &str, cursor: &str) -> Result<K, InvalidCursor> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| InvalidCursor)?;
    let cursor: Cursor<K> = serde_json::from_slice(&bytes).map_err(|_| InvalidCursor)?;
    if cursor.list == list {
        Ok(cursor.after)
    } else {
        Err(InvalidCursor)
    }
}

fn encode_cursor<K: Serialize>(list: &str, after: K) -> Result<String, StoreError> {
    let cursor = Cursor {
        list: list.to_owned(),
        after,
    };
    let bytes = serde_json::to_vec(&cursor).map_err(|_| StoreError::corrupt("a cursor"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The LIMIT of the statement for a page of `limit` rows: one more, which shows that there is a
/// next page.
pub fn fetch_limit(limit: u32) -> u64 {
    u64::from(clamp_limit(limit)) + 1
}

/// The LIMIT of the statement for a list of `limit` rows that has no further pages.
pub fn list_limit(limit: u32) -> u64 {
    u64::from(clamp_limit(limit))
}

/// The page of at most `limit` of `rows`, which were fetched with [`fetch_limit`]. `key` yields the
/// values by which a row is ordered.
///
/// # Errors
/// [`StoreError::Corrupt`] if these values cannot be written into a cursor.
pub fn build_page<R, K: Serialize>(
    list: &str,
    mut rows: Vec<R>,
    limit: u32,
    key: impl Fn(&R) -> Result<K, StoreError>,
) -> Result<Page<R>, StoreError> {
    let limit = clamp_limit(limit) as usize;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = match rows.last() {
        Some(last) if more => Some(encode_cursor(list, key(last)?)?),
        _ => None,
    };
    Ok(Page {
        items: rows,
        next_cursor,
    })
}

impl<R> Page<R> {
    /// The page with each row changed by `change`.
    pub fn map<T>(self, change: impl FnMut(R) -> T) -> Page<T> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            next_cursor: self.next_cursor,
        }
    }
}

/// A number out of a cursor in the form in which databases store numbers.
///
/// # Errors
/// [`InvalidCursor`] if it is larger than any stored number.
pub fn cursor_number(number: u64) -> Result<i64, InvalidCursor> {
    i64::try_from(number).map_err(|_| InvalidCursor)
}

fn clamp_limit(limit: u32) -> u32 {
    limit.clamp(1, MAX_LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_as_it_was_made() {
        let cursor = encode_cursor("assets/name", ("desk", 7)).unwrap();
        assert_eq!(
            decode_cursor::<(String, i64)>("assets/name", &cursor),
            Ok(("desk".to_owned(), 7))
        );
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let cursor = encode_cursor("assets/name", ("desk", 7)).unwrap();
        assert_eq!(
            decode_cursor::<(String, i64)>("assets/tag", &cursor),
            Err(InvalidCursor)
        );
    }

    #[test]
    fn a_text_that_is_no_cursor_is_refused() {
        for bad in ["", "%", "bm90IGpzb24", "e30"] {
            assert_eq!(decode_cursor::<i64>("x", bad), Err(InvalidCursor), "{bad}");
        }
    }

    #[test]
    fn a_page_has_a_cursor_only_if_there_is_a_next_page() {
        let key = |row: &i64| Ok(*row);
        assert_eq!(build_page("x", vec![1, 2], 2, key).unwrap().next_cursor, None);
        let first = build_page("x", vec![1, 2, 3], 2, key).unwrap();
        assert_eq!(first.items, vec![1, 2]);
        assert_eq!(decode_cursor::<i64>("x", &first.next_cursor.unwrap()), Ok(2));
    }
}
