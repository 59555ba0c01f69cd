//! Identities. Each is a type of its own, so that one can never be passed for another.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The longest text, in bytes, that this id may have.
            pub const MAX_LEN: usize = 255;

            /// Takes `text` when it is 1 to [`Self::MAX_LEN`] bytes of visible ASCII; otherwise
            /// `None`.
            pub fn parse(text: &str) -> Option<Self> {
                let fits = !text.is_empty() && text.len() <= Self::MAX_LEN;
                (fits && text.bytes().all(|b| b.is_ascii_graphic())).then(|| Self(text.to_owned()))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

uuid_id! {
    /// A tenant of Tally: the data of one Jira site. The id is ours, not Atlassian's; client keys
    /// and URLs are facts about the tenant.
    TenantId
}
uuid_id! {
    /// An asset of one tenant.
    AssetId
}
uuid_id! {
    /// One stored event. Derived from its command, so that a retried append is recognised: see
    /// [`CommandId::event_id`].
    EventId
}
uuid_id! {
    /// One import of a file of assets.
    ImportId
}
uuid_id! {
    /// A person within one tenant. Random, so that it reveals nothing; the account behind it stands
    /// in the person's own stream alone, sealed. An erased person who comes back is a new one.
    PersonId
}
uuid_id! {
    /// One free text that was written, and the key that it is sealed under.
    TextId
}
uuid_id! {
    /// One command of a caller. A retry of the same command carries the same id.
    CommandId
}
uuid_id! {
    /// A register: a set of assets with one schema, in which tags are unique.
    RegisterId
}
text_id! {
    /// An Atlassian account id. A key to a person, not a name of one.
    AccountId
}
text_id! {
    /// The `clientKey` by which Atlassian Connect names an installation's site.
    ClientKey
}
text_id! {
    /// The id of the HTTP request that caused something, as in the logs.
    RequestId
}

impl RegisterId {
    /// The register of a tenant. It has one.
    pub fn of_tenant(tenant: TenantId) -> Self {
        Self(Uuid::new_v5(&tenant.0, b"register"))
    }
}

impl CommandId {
    /// The asset that this command registers.
    pub fn asset(&self) -> AssetId {
        AssetId(self.derive("asset"))
    }

    /// The asset that this command registers as a row of an import. The id begins with the import's
    /// start, as the log has it, so that the ids of one import are together in every order by id.
    pub fn imported_asset(&self, start: DateTime<Utc>) -> AssetId {
        let millis = u64::try_from(start.timestamp_millis()).unwrap_or_default();
        let [_, _, _, _, _, _, rest @ ..] = self.derive("asset").into_bytes();
        AssetId(uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid())
    }

    /// The id of the event at `index` (0 for the first) that this command yields in `stream`. The
    /// stream is part of it, since one command may write a claim's stream and an asset's.
    pub fn event_id(&self, stream: &str, index: usize) -> EventId {
        EventId(Uuid::new_v5(
            &self.0,
            format!("event/{stream}/{index}").as_bytes(),
        ))
    }

    /// An id derived from this command for `purpose`: the same command always derives the same id.
    pub fn derive(&self, purpose: &str) -> Uuid {
        Uuid::new_v5(&self.0, format!("derive/{purpose}").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retried_command_derives_the_same_event_ids_and_another_command_others() {
        let (one, two) = (CommandId(Uuid::from_u128(1)), CommandId(Uuid::from_u128(2)));
        assert_eq!(one.event_id("s", 0), one.event_id("s", 0));
        assert_ne!(one.event_id("s", 0), one.event_id("s", 1));
        assert_ne!(one.event_id("s", 0), one.event_id("t", 0));
        assert_ne!(one.event_id("s", 0), two.event_id("s", 0));
    }

    #[test]
    fn the_ids_of_an_imports_assets_begin_with_its_start_and_differ() {
        let start = DateTime::from_timestamp_millis(0x0195_0000_0000).unwrap();
        let ids = [1, 2].map(|n| CommandId(Uuid::from_u128(n)).imported_asset(start));
        assert!(ids.iter().all(|id| id.to_string().starts_with("01950000-0000-7")));
        assert_ne!(ids[0], ids[1]);
        assert_eq!(ids[0], CommandId(Uuid::from_u128(1)).imported_asset(start));
    }

    #[test]
    fn a_text_id_refuses_what_is_empty_too_long_or_not_visible_ascii() {
        assert!(AccountId::parse("712020:a-b").is_some());
        for bad in ["", "a b", "a\n", "é", &"x".repeat(256)] {
            assert!(AccountId::parse(bad).is_none(), "{bad:?}");
        }
    }
}
