//! Keys that follow from another one.

use aws_lc_rs::hmac;
use tally_domain::EventId;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::DataKey;
use crate::cipher::KEY_BYTES;

const MAC_DOMAIN: &[u8] = b"tally/mac/v1\0";

/// A key of a tenant, a person or a text in memory, ready to derive from. The library wipes it when
/// it is dropped.
pub(crate) struct RootKey {
    id: Uuid,
    state: hmac::Key,
}

impl RootKey {
    pub(crate) fn new(id: Uuid, key: &DataKey) -> Self {
        Self {
            id,
            state: hmac::Key::new(hmac::HMAC_SHA256, key.expose()),
        }
    }

    /// The id that sealed bytes name it by.
    pub(crate) fn id(&self) -> Uuid {
        self.id
    }

    /// The key of one event, which opens nothing else: HMAC-SHA256 over purpose and event id.
    /// `purpose` ends in a zero byte, so that no purpose begins with another.
    pub(crate) fn event_key(&self, purpose: &[u8], event: EventId) -> Zeroizing<[u8; KEY_BYTES]> {
        Zeroizing::new(self.sign(&[purpose, event.0.as_bytes()]))
    }

    /// HMAC-SHA256 under a key that is derived for `purpose`. Each part is preceded by its length,
    /// so that no two lists of parts read the same.
    pub(crate) fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; KEY_BYTES] {
        let key = Zeroizing::new(self.sign(&[MAC_DOMAIN, purpose.as_bytes()]));
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_slice());
        let mut context = hmac::Context::with_key(&key);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        to_array(&context.sign())
    }

    fn sign(&self, parts: &[&[u8]]) -> [u8; KEY_BYTES] {
        let mut context = hmac::Context::with_key(&self.state);
        parts.iter().for_each(|part| context.update(part));
        to_array(&context.sign())
    }
}

fn to_array(tag: &hmac::Tag) -> [u8; KEY_BYTES] {
    let mut bytes = [0; KEY_BYTES];
    bytes.copy_from_slice(tag.as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> RootKey {
        RootKey::new(Uuid::nil(), &DataKey::from_slice(&[7; 32]).unwrap())
    }

    #[test]
    fn what_a_mac_names_is_named_the_same_for_ever() {
        let mac = hex::encode(root().mac("account", &[b"712020:a", b"b"]));
        assert_eq!(
            mac,
            "fe2d95b391ec3ab97857089518de8110e26aca78b378f4a91ab24aacff7b5324"
        );
    }

    #[test]
    fn macs_differ_by_purpose_and_by_where_their_parts_are_cut() {
        let mac = root().mac("a", &[b"bc", b"d"]);
        assert_ne!(mac, root().mac("b", &[b"bc", b"d"]));
        assert_ne!(mac, root().mac("a", &[b"b", b"cd"]));
        assert_ne!(mac, root().mac("a", &[b"bcd"]));
        let other = RootKey::new(Uuid::nil(), &DataKey::from_slice(&[8; 32]).unwrap());
        assert_ne!(mac, other.mac("a", &[b"bc", b"d"]));
    }

    #[test]
    fn the_keys_of_two_events_and_of_two_purposes_differ() {
        let (one, two) = (EventId(Uuid::from_u128(1)), EventId(Uuid::from_u128(2)));
        let key = root().event_key(b"a\0", one);
        assert_eq!(*key, *root().event_key(b"a\0", one));
        assert_ne!(*key, *root().event_key(b"a\0", two));
        assert_ne!(*key, *root().event_key(b"b\0", one));
    }
}
