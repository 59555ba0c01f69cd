//! The fold of an outbox.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::event::{Lease, Notice, NoticeEvent, NoticeNews};

/// A message that is not delivered on all its channels.
#[derive(Clone, Debug, PartialEq)]
pub struct Pending {
    /// The message.
    pub notice: Notice,
    /// The channels that did not accept it yet.
    pub channels: Vec<String>,
    /// The node that delivers it.
    pub lease: Lease,
}

/// The messages of one alarm.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outbox {
    /// Those that are not delivered, oldest first.
    pub pending: Vec<Pending>,
    /// What the latest message said, and when it was made.
    pub last: Option<(NoticeNews, DateTime<Utc>)>,
}

impl Outbox {
    /// The state after all of `events`.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a NoticeEvent>) -> Self {
        events.into_iter().fold(Self::default(), Self::evolve)
    }

    /// The message with this id, if it is not delivered.
    pub fn find(&self, notice: Uuid) -> Option<&Pending> {
        self.pending.iter().find(|pending| pending.notice.id == notice)
    }

    /// The state after `event`.
    #[must_use]
    pub fn evolve(mut self, event: &NoticeEvent) -> Self {
        match event {
            NoticeEvent::Queued {
                notice,
                channels,
                lease,
            } => {
                self.last = Some((notice.news, notice.at));
                self.pending.push(Pending {
                    notice: notice.clone(),
                    channels: channels.clone(),
                    lease: *lease,
                });
            }
            NoticeEvent::Taken { notice, lease } => {
                for pending in self.pending.iter_mut().filter(|p| p.notice.id == *notice) {
                    pending.lease = *lease;
                }
            }
            NoticeEvent::Delivered { notice, channel } | NoticeEvent::GivenUp { notice, channel } => {
                for pending in self.pending.iter_mut().filter(|p| p.notice.id == *notice) {
                    pending.channels.retain(|waiting| waiting != channel);
                }
            }
        }
        self.pending.retain(|pending| !pending.channels.is_empty());
        self
    }
}
