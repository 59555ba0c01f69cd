//! What happens to a message. The names and fields are a storage contract.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tally_domain::{TenantId, stored_names};
use uuid::Uuid;

/// What a message says of its alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeNews {
    /// It fires now.
    Firing,
    /// It fires still, a while after the last message.
    StillFiring,
    /// It is over.
    Resolved,
}

/// A message about an alarm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// Its id.
    pub id: Uuid,
    /// The alarm's name.
    pub alarm: String,
    /// What it says.
    pub news: NoticeNews,
    /// Since when the alarm's condition held.
    pub since: DateTime<Utc>,
    /// When the message was made.
    pub at: DateTime<Utc>,
    /// What was measured, in the unit of the alarm's signal.
    pub value: u64,
    /// From which value on the alarm fires.
    pub limit: u64,
    /// The tenants it is about, at most [`Notice::MAX_TENANTS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tenants: Vec<TenantId>,
}

impl Notice {
    /// How many tenants one message names at most.
    pub const MAX_TENANTS: usize = 1000;
}

/// The right of one node to deliver a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The node, by an id that it made at its start.
    pub node: Uuid,
    /// Until when no other node delivers the message.
    pub until: DateTime<Utc>,
}

/// An event of the outbox of an alarm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum NoticeEvent {
    /// A message has to be delivered.
    Queued {
        /// The message.
        notice: Notice,
        /// The channels on which it has to be delivered, such as `webhook`.
        channels: Vec<String>,
        /// The node that delivers it.
        lease: Lease,
    },
    /// A node delivers a message that another one did not deliver in time, or goes on with its own.
    Taken {
        /// The message.
        notice: Uuid,
        /// The node that delivers it from now on.
        lease: Lease,
    },
    /// A channel accepted a message.
    Delivered {
        /// The message.
        notice: Uuid,
        /// The channel.
        channel: String,
    },
    /// A channel did not accept a message for a day.
    GivenUp {
        /// The message.
        notice: Uuid,
        /// The channel.
        channel: String,
    },
}

stored_names! {
    NoticeEvent {
        Queued = "notice.queued" @ 1,
        Taken = "notice.taken" @ 1,
        Delivered = "notice.delivered" @ 1,
        GivenUp = "notice.given_up" @ 1,
    }
}
