//! Decisions on an outbox. None refuses: what is known already yields no events.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::event::{Lease, Notice, NoticeEvent, NoticeNews};
use super::state::Outbox;

/// Within this time the same news about an alarm is one message: nodes find out one after the other.
const ONE_MESSAGE: TimeDelta = TimeDelta::minutes(2);

/// Queues a message, unless one with the same news was queued a moment ago, by this node or another.
/// That an alarm still fires is said again once half of `repeat` has passed: nodes count the time
/// from their own latest message.
pub fn queue(
    outbox: &Outbox,
    notice: &Notice,
    channels: &[String],
    lease: Lease,
    repeat: TimeDelta,
) -> Vec<NoticeEvent> {
    if channels.is_empty() || is_said(outbox, notice, repeat) {
        return vec![];
    }
    let mut notice = notice.clone();
    notice.tenants.truncate(Notice::MAX_TENANTS);
    vec![NoticeEvent::Queued {
        notice,
        channels: channels.to_vec(),
        lease,
    }]
}

fn is_said(outbox: &Outbox, notice: &Notice, repeat: TimeDelta) -> bool {
    let Some((last, at)) = outbox.last else {
        return false;
    };
    let is_over = |news: NoticeNews| news == NoticeNews::Resolved;
    let time = match notice.news {
        NoticeNews::Firing | NoticeNews::Resolved => ONE_MESSAGE,
        NoticeNews::StillFiring => (repeat / 2).max(ONE_MESSAGE),
    };
    is_over(notice.news) == is_over(last) && notice.at - at < time
}

/// Takes a message over, or renews the lease of the node that has it. Nothing happens while another
/// node has it, or once it is delivered.
pub fn take(outbox: &Outbox, notice: Uuid, lease: Lease, now: DateTime<Utc>) -> Vec<NoticeEvent> {
    let Some(pending) = outbox.find(notice) else {
        return vec![];
    };
    let current = pending.lease;
    if current.node != lease.node && current.until > now {
        return vec![];
    }
    vec![NoticeEvent::Taken { notice, lease }]
}

/// Notes that a channel accepted a message.
pub fn note_delivered(outbox: &Outbox, notice: Uuid, channel: &str) -> Vec<NoticeEvent> {
    if !is_waiting(outbox, notice, channel) {
        return vec![];
    }
    let channel = channel.to_owned();
    vec![NoticeEvent::Delivered { notice, channel }]
}

/// Notes that a channel did not accept a message for a day.
pub fn note_given_up(outbox: &Outbox, notice: Uuid, channel: &str) -> Vec<NoticeEvent> {
    if !is_waiting(outbox, notice, channel) {
        return vec![];
    }
    let channel = channel.to_owned();
    vec![NoticeEvent::GivenUp { notice, channel }]
}

fn is_waiting(outbox: &Outbox, notice: Uuid, channel: &str) -> bool {
    let pending = outbox.find(notice);
    pending.is_some_and(|pending| pending.channels.iter().any(|waiting| waiting == channel))
}
