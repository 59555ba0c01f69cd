//! What the leader does with an append: the server's rules of expected versions and of repeats.

use std::collections::HashMap;

use uuid::Uuid;

use crate::record::Record;

/// What an append expects.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expected {
    NoStream,
    Revision(u64),
}

/// The decision on an append.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Write the events from this revision on.
    Write(u64),
    /// All events are there already; the index of the last one in the log.
    Repeated(usize),
    /// The last revision is a different one, which is returned; also when only some of the events
    /// are there.
    Wrong(Option<u64>),
}

/// The indexes of each stream's events in the log.
pub type Streams = HashMap<String, Vec<usize>>;

/// Decides on an append of `ids` at `expected` by all written events, also those without a
/// majority.
pub fn decide(log: &[Record], indexes: &[usize], expected: Expected, ids: &[Uuid]) -> Decision {
    let current = indexes.len().checked_sub(1).map(|last| last as u64);
    let next = match expected {
        Expected::NoStream => 0,
        Expected::Revision(revision) => usize::try_from(revision).unwrap_or(usize::MAX - 1) + 1,
    };
    if next == indexes.len() {
        return Decision::Write(next as u64);
    }
    if next > indexes.len() {
        return Decision::Wrong(current);
    }
    let is_there =
        |(at, id): (usize, &Uuid)| indexes.get(next + at).is_some_and(|&index| log[index].id == *id);
    if !ids.is_empty() && ids.iter().enumerate().all(is_there) {
        return Decision::Repeated(indexes[next + ids.len() - 1]);
    }
    Decision::Wrong(current)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(expected: Expected, ids: &[u128]) -> Decision {
        let log: Vec<Record> = (0..3)
            .map(|n| Record::new("a", n, Uuid::from_u128(n.into())))
            .collect();
        let ids: Vec<Uuid> = ids.iter().copied().map(Uuid::from_u128).collect();
        decide(&log, &[0, 1, 2], expected, &ids)
    }

    #[test]
    fn an_append_at_the_last_revision_is_written() {
        assert_eq!(decided(Expected::Revision(2), &[9]), Decision::Write(3));
    }

    #[test]
    fn a_repeat_at_its_own_revision_is_known_again_and_nowhere_else() {
        assert_eq!(decided(Expected::NoStream, &[0, 1]), Decision::Repeated(1));
        assert_eq!(decided(Expected::Revision(0), &[1, 2]), Decision::Repeated(2));
        assert_eq!(decided(Expected::Revision(1), &[1, 2]), Decision::Wrong(Some(2)));
    }

    #[test]
    fn a_repeat_of_some_events_is_a_conflict() {
        assert_eq!(decided(Expected::NoStream, &[0, 9]), Decision::Wrong(Some(2)));
        assert_eq!(decided(Expected::Revision(1), &[2, 3]), Decision::Wrong(Some(2)));
    }

    #[test]
    fn a_revision_that_is_not_there_yet_is_a_conflict() {
        assert_eq!(decided(Expected::Revision(7), &[9]), Decision::Wrong(Some(2)));
    }
}
