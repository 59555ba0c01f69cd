//! The register of a tenant: the numbers of the tags that are allotted to assets registered without
//! one.
//!
//! Numbers are reserved in blocks, so that many registrations do not queue on this one stream. A
//! number that was reserved and not used (after a restart) is never used: tags are unique, not
//! dense.

use serde::{Deserialize, Serialize};

use crate::stored_names;

/// The number of numbers in one block.
pub const BLOCK: u64 = 100;

/// An event of the register's stream. The names are a storage contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RegisterEvent {
    /// The numbers `first..=last` belong to the node that appended this.
    NumbersReserved {
        /// First number of the block.
        first: u64,
        /// Last number of the block.
        last: u64,
    },
}

stored_names! {
    RegisterEvent {
        NumbersReserved = "register.numbers_reserved" @ 1,
    }
}

/// The state: the highest number reserved so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Register {
    /// Highest number reserved; 0 when none is.
    pub reserved_up_to: u64,
}

impl Register {
    /// The register after `event`.
    #[must_use]
    pub fn evolve(self, event: &RegisterEvent) -> Self {
        let RegisterEvent::NumbersReserved { last, .. } = event;
        Self {
            reserved_up_to: self.reserved_up_to.max(*last),
        }
    }

    /// The register after all of `events`.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a RegisterEvent>) -> Self {
        events.into_iter().fold(Self::default(), Self::evolve)
    }
}

/// Reserves the next block of [`BLOCK`] numbers.
pub fn reserve(state: Register) -> RegisterEvent {
    RegisterEvent::NumbersReserved {
        first: state.reserved_up_to + 1,
        last: state.reserved_up_to + BLOCK,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_follow_one_another_without_overlap() {
        let first = reserve(Register::default());
        let second = reserve(Register::fold([&first]));
        assert_eq!(
            first,
            RegisterEvent::NumbersReserved {
                first: 1,
                last: BLOCK
            }
        );
        assert_eq!(
            second,
            RegisterEvent::NumbersReserved {
                first: BLOCK + 1,
                last: 2 * BLOCK
            }
        );
    }
}
