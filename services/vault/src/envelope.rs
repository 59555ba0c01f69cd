//! The stored bytes of what is sealed in an event.
//!
//! ```text
//! 0        1               17           29                    n - 16        n
//! version  id of the key   nonce        ciphertext            tag
//! ```
//!
//! The event's own key, which follows from the key that is named and the event's id, seals by
//! AES-256-GCM. The event's place, the subject, and the part of the event with the digest of its
//! context are the associated data. All of it stands in
//! stored events and never changes.

use sha2::{Digest as _, Sha256};
use tally_event_log::{Item, Part, Sealed, Subject};

use crate::VaultError;
use crate::cipher::{self, NONCE_BYTES, TAG_BYTES};
use crate::subkeys::RootKey;

/// The first byte. No JSON begins with it.
const VERSION: u8 = 1;
const ID_AT: usize = 1;
const NONCE_AT: usize = ID_AT + 16;
const TEXT_AT: usize = NONCE_AT + NONCE_BYTES;

/// By how much sealed bytes are longer than plain ones.
pub(crate) const OVERHEAD: usize = TEXT_AT + TAG_BYTES;

/// Seals an item. `context` is memory that calls share.
pub(crate) fn seal_item(
    root: &RootKey,
    nonce: &[u8; NONCE_BYTES],
    item: &Item,
    context: &mut Vec<u8>,
) -> Result<Sealed, VaultError> {
    let key = root.event_key(purpose_of(item.subject), item.location.event);
    let mut bytes = Vec::with_capacity(item.bytes.len() + OVERHEAD);
    bytes.push(VERSION);
    bytes.extend_from_slice(root.id().as_bytes());
    bytes.extend_from_slice(nonce);
    bytes.extend_from_slice(&item.bytes);
    write_place(context, item);
    let tag = cipher::encrypt_in_place(&key, nonce, context, &mut bytes[TEXT_AT..])?;
    bytes.extend_from_slice(&tag);
    Ok(Sealed {
        bytes,
        key_digest: Sha256::digest(*key).into(),
    })
}

/// Opens an item, in its own memory.
pub(crate) fn open_item(
    root: &RootKey,
    mut item: Item,
    context: &mut Vec<u8>,
) -> Result<Vec<u8>, VaultError> {
    write_place(context, &item);
    let key = root.event_key(purpose_of(item.subject), item.location.event);
    let parts = Parts::read(&mut item.bytes).ok_or(VaultError::Malformed("it is no envelope"))?;
    if parts.id != root.id().as_bytes() {
        return Err(VaultError::KeyUnknown);
    }
    if let Some(stored) = item.key_digest
        && stored != <[u8; 32]>::from(Sha256::digest(*key))
    {
        return Err(VaultError::Tampered);
    }
    cipher::decrypt_in_place(&key, parts.nonce, context, parts.text, parts.tag)?;
    item.bytes.truncate(item.bytes.len() - TAG_BYTES);
    item.bytes.drain(..TEXT_AT);
    Ok(item.bytes)
}

struct Parts<'b> {
    id: &'b [u8; 16],
    nonce: &'b [u8; NONCE_BYTES],
    text: &'b mut [u8],
    tag: &'b [u8; TAG_BYTES],
}

impl<'b> Parts<'b> {
    fn read(bytes: &'b mut [u8]) -> Option<Self> {
        let (version, rest) = bytes.split_first_mut()?;
        let (id, rest) = rest.split_first_chunk_mut()?;
        let (nonce, rest) = rest.split_first_chunk_mut()?;
        let (text, tag) = rest.split_last_chunk_mut()?;
        (*version == VERSION).then_some(Self { id, nonce, text, tag })
    }
}

/// Keeps the keys of one event apart by what they seal.
fn purpose_of(subject: Subject) -> &'static [u8] {
    match subject {
        Subject::Tenant => b"tally/payload/v1\0",
        Subject::Person(_) => b"tally/personal/v1\0",
        Subject::Text(_) => b"tally/free-text/v1\0",
    }
}

/// The associated data: where the item belongs.
fn write_place(context: &mut Vec<u8>, item: &Item) {
    let at = &item.location;
    let (subject, id): (&[u8], _) = match &item.subject {
        Subject::Tenant => (b"tenant", &at.tenant.0),
        Subject::Person(person) => (b"person", &person.0),
        Subject::Text(text) => (b"text", &text.0),
    };
    let (part, part_id): (&[u8], &[u8]) = match &at.part {
        Part::Payload { context } => (b"payload", context),
        Part::Text { path } => (b"text", path.as_bytes()),
    };
    let parts: [&[u8]; 10] = [
        at.tenant.0.as_bytes(),
        at.stream.as_str().as_bytes(),
        &at.revision.to_be_bytes(),
        at.event.0.as_bytes(),
        at.event_type.as_bytes(),
        &at.schema.to_be_bytes(),
        subject,
        id.as_bytes(),
        part,
        part_id,
    ];
    cipher::write_context(context, "tally/sealed-event/v1", &parts);
}

#[cfg(test)]
mod tests {
    use tally_domain::{EventId, PersonId, StreamName, TenantId, TextId};
    use tally_event_log::Location;
    use uuid::Uuid;

    use super::*;
    use crate::DataKey;

    /// Written by another implementation.
    const GOLDEN: &str = include_str!("../golden/sealed-event.json");

    fn root() -> RootKey {
        let bytes = std::array::from_fn::<u8, 32, _>(|index| index as u8);
        RootKey::new(Uuid::from_u128(0x6b1f), &DataKey::from_slice(&bytes).unwrap())
    }

    fn item(subject: Subject, bytes: &[u8]) -> Item {
        let tenant = TenantId(Uuid::from_u128(1));
        let at = Location {
            tenant,
            stream: StreamName::register(tenant),
            revision: 3,
            event: EventId(Uuid::from_u128(5)),
            event_type: "asset.registered".to_owned(),
            schema: 1,
            part: match subject {
                Subject::Tenant => Part::Payload { context: [9; 32] },
                Subject::Person(_) | Subject::Text(_) => Part::Text {
                    path: "payload/notes".to_owned(),
                },
            },
        };
        let bytes = bytes.to_vec();
        Item {
            subject,
            location: at,
            bytes,
            key_digest: None,
        }
    }

    #[test]
    fn what_the_first_version_stored_opens_and_reads_the_same_for_ever() {
        let golden: serde_json::Value = serde_json::from_str(GOLDEN).unwrap();
        let subjects = [
            ("tenant", Subject::Tenant),
            ("person", Subject::Person(PersonId(Uuid::from_u128(2)))),
            ("text", Subject::Text(TextId(Uuid::from_u128(3)))),
        ];
        for (name, subject) in subjects {
            let stored = hex::decode(golden[name]["bytes"].as_str().unwrap()).unwrap();
            let opened = open_item(&root(), item(subject, &stored), &mut Vec::new()).unwrap();
            assert_eq!(opened, br#"{"tag":"LAP-1"}"#, "{name}");
            let plain = item(subject, &opened);
            let sealed = seal_item(&root(), &[7; NONCE_BYTES], &plain, &mut Vec::new()).unwrap();
            assert_eq!(sealed.bytes, stored, "{name}");
            assert_eq!(
                hex::encode(sealed.key_digest),
                golden[name]["key_digest"],
                "{name}"
            );
        }
    }
}
