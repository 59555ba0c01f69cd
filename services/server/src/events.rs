//! The events that this program knows: those of the business and those of the operator.

use std::sync::LazyLock;

use tally_domain::FAMILIES;
use tally_event_log::codec::Codec;

/// The codec of every event that this program knows.
pub fn codec() -> &'static Codec {
    static CODEC: LazyLock<Codec> =
        LazyLock::new(|| Codec::new(&[FAMILIES, tally_operator::domain::FAMILIES]));
    &CODEC
}
