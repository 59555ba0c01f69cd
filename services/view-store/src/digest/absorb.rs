//! How a value goes into a digest.

use sha2::{Digest, Sha256};

/// The first byte of a value in a digest, so that values of different types never read the same.
#[derive(Clone, Copy)]
pub(super) enum ValueTag {
    Null = 0,
    Integer = 1,
    Real = 2,
    Text = 3,
    Blob = 4,
}

/// Absorbs bytes with their type and length, so that no two different rows read the same.
pub(super) fn absorb_bytes(hash: &mut Sha256, tag: ValueTag, bytes: &[u8]) {
    hash.update([tag as u8]);
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}

/// Absorbs the eight bytes of a number with its type.
pub(super) fn absorb_number(hash: &mut Sha256, tag: ValueTag, number: [u8; 8]) {
    hash.update([tag as u8]);
    hash.update(number);
}
