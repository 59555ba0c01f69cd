//! What comes of putting rebuilt views in the place of the live ones.

use std::collections::BTreeMap;

use tally_domain::Position;

/// The result of a swap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swapped {
    /// The checkpoint of the views after the swap.
    pub checkpoint: Option<Position>,
    /// The tables that differed between the live and the rebuilt views although both were at the
    /// same event. Empty if all is well, if a view had changed its version, and if the two were at
    /// different events and could not be compared.
    pub differing: Vec<String>,
}

/// Whether rebuilt views may know less than the live ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behind {
    Refused,
    Accepted,
}

/// What comes of an attempt to swap.
pub(crate) enum SwapAttempt<T> {
    Swapped(Swapped),
    /// The rebuilt views know less than the live ones. They are handed back to be fed.
    Behind {
        rebuilt: T,
        at: Option<Position>,
        live: Option<Position>,
    },
}

/// The tables that both stores have and whose digests differ.
pub(crate) fn differing_tables(
    live: &BTreeMap<String, String>,
    rebuilt: &BTreeMap<String, String>,
) -> Vec<String> {
    let both = live
        .iter()
        .filter_map(|(table, digest)| Some((table, digest, rebuilt.get(table)?)));
    both.filter(|(_, live, rebuilt)| live != rebuilt)
        .map(|(table, ..)| table.clone())
        .collect()
}
