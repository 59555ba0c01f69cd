//! The outbox: messages stand in the log before they are sent, so that they survive a restart, and
//! one node alone sends each.
//!
//! The node that queues a message has its lease, and renews it while a channel does not accept the
//! message. When the lease ends, since that node died or was restarted, any node takes the message
//! over. Where the log does not take a message, it is sent at once: then two are better than none.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use crate::domain::notice::{Lease, Notice, NoticeEvent, NoticeNews, Outbox as OutboxState, Pending};
use crate::domain::streams;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use parking_lot::Mutex;
use tally_domain::{Clock, Revision};
use tally_event_log::{LogWriter, codec};
use tokio::time::{sleep, timeout};
use tracing::{info, warn};
use uuid::Uuid;

use super::alarms::{ALARMS, Alarm};
use super::notify::{AlarmText, Notifier};
use super::outcome::{AlarmMessage, News};
use super::record::TIMEOUT;
use super::state::Measured;
use crate::commands::notices;

/// How long the first lease of a message is. Each further one is twice as long.
const FIRST_LEASE: Duration = Duration::from_secs(30);
/// How long a lease is at most.
const LONGEST_LEASE: Duration = Duration::from_secs(1200);
/// How old a message may be when it is sent.
const GIVE_UP: TimeDelta = TimeDelta::hours(24);
/// How often the outcome of a delivery is recorded again after the log did not take it.
const ATTEMPTS: usize = 12;
/// The delay before that.
const DELAY: Duration = Duration::from_secs(5);
/// How many events are read at once.
const PAGE: usize = 512;

/// A message that is not delivered yet, for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingNotice {
    /// The alarm.
    pub alarm: String,
    /// Whether it says that the alarm is over.
    pub resolved: bool,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// The channels that did not accept it.
    pub channels: Vec<String>,
}

/// The messages that are not delivered yet, as the watch saw them last. The pages read them.
#[derive(Default)]
pub struct WaitingNotices(Mutex<Vec<WaitingNotice>>);

impl WaitingNotices {
    /// All of them.
    pub fn list(&self) -> Vec<WaitingNotice> {
        self.0.lock().clone()
    }
}

/// Puts a message into words.
pub(super) type ToText = Arc<dyn Fn(&AlarmMessage) -> AlarmText + Send + Sync>;

/// The outboxes of all alarms, as this node works on them.
pub(super) struct Outbox {
    pub clock: Clock,
    pub log: Arc<dyn LogWriter>,
    pub notifier: Notifier,
    /// After which time it is said again that an alarm fires.
    pub repeat: TimeDelta,
    pub to_text: ToText,
    pub waiting: Arc<WaitingNotices>,
    node: Uuid,
    under_way: Mutex<HashSet<Uuid>>,
    /// The outbox of each alarm, and the revision from which it is read on.
    read: tokio::sync::Mutex<BTreeMap<&'static str, (OutboxState, Revision)>>,
}

impl Outbox {
    /// One of a node that just began.
    pub fn new(
        (clock, log): (Clock, Arc<dyn LogWriter>),
        notifier: Notifier,
        repeat: Duration,
        to_text: ToText,
        waiting: Arc<WaitingNotices>,
    ) -> Self {
        Self {
            clock,
            log,
            notifier,
            repeat: TimeDelta::from_std(repeat).unwrap_or(TimeDelta::MAX),
            to_text,
            waiting,
            node: Uuid::new_v4(),
            under_way: Mutex::default(),
            read: tokio::sync::Mutex::default(),
        }
    }

    /// How many messages are not delivered yet, on any node.
    pub fn count_waiting(&self) -> u64 {
        let in_log = self.waiting.0.lock().len() as u64;
        in_log.max(self.notifier.waiting())
    }

    /// Sends a message, unless another node has it. It waits for the log, but not for long.
    pub async fn send(self: &Arc<Self>, message: &AlarmMessage) {
        let notice = to_notice(message);
        let (channels, lease) = (self.notifier.channels(), self.new_lease(FIRST_LEASE));
        if channels.is_empty() {
            return;
        }
        let queueing = notices::queue_notice(&*self.log, &notice, &channels, lease, self.repeat);
        match timeout(TIMEOUT, queueing).await {
            Ok(Ok(true)) => self.deliver(Pending {
                notice,
                channels,
                lease,
            }),
            Ok(Ok(false)) => {}
            Ok(Err(_)) | Err(_) => {
                let alarm = message.alarm.name;
                warn!(
                    alarm,
                    "the log did not take a message about an alarm; it is sent without it"
                );
                self.notifier.send(&Arc::new((self.to_text)(message)));
            }
        }
    }

    /// Takes over what no node delivers.
    ///
    /// # Errors
    /// The log cannot be read or written.
    pub async fn sweep(self: &Arc<Self>) -> anyhow::Result<()> {
        let now = self.clock.now();
        let pending = self.read_pending().await?;
        for pending in pending.into_iter().filter(|pending| pending.lease.until <= now) {
            self.take_over(pending, now).await?;
        }
        Ok(())
    }

    async fn take_over(self: &Arc<Self>, mut pending: Pending, now: DateTime<Utc>) -> anyhow::Result<()> {
        let (id, alarm) = (pending.notice.id, pending.notice.alarm.clone());
        if now - pending.notice.at >= GIVE_UP {
            for channel in &pending.channels {
                notices::record_outcome(&*self.log, &alarm, id, channel, false).await?;
            }
            return Ok(());
        }
        let own = self.notifier.channels();
        if self.under_way.lock().contains(&id)
            || !pending.channels.iter().any(|channel| own.contains(channel))
        {
            return Ok(());
        }
        pending.lease = self.new_lease(FIRST_LEASE);
        if notices::take_notice(&*self.log, &alarm, id, pending.lease, now).await? {
            info!(alarm, "a message that was not delivered is sent by this node");
            self.deliver(pending);
        }
        Ok(())
    }

    /// Reads on in the outbox of each alarm, and returns what is not delivered.
    async fn read_pending(&self) -> anyhow::Result<Vec<Pending>> {
        let mut read = self.read.lock().await;
        let mut pending = Vec::new();
        for alarm in &ALARMS {
            let (state, next) = read.entry(alarm.name).or_default();
            loop {
                let page = self
                    .log
                    .read_stream(&streams::notices(alarm.name), *next, PAGE)
                    .await?;
                let more = page.len() == PAGE;
                for stored in page {
                    *next = stored.revision + 1;
                    let event = codec::decode_as::<NoticeEvent>(stored)?.event;
                    *state = std::mem::take(state).evolve(&event);
                }
                if !more {
                    break;
                }
            }
            pending.extend(state.pending.iter().cloned());
        }
        *self.waiting.0.lock() = pending.iter().map(to_waiting).collect();
        Ok(pending)
    }

    fn new_lease(&self, time: Duration) -> Lease {
        let time = TimeDelta::from_std(time).unwrap_or(TimeDelta::MAX);
        Lease {
            node: self.node,
            until: self.clock.now() + time,
        }
    }

    /// Delivers a message on a task of its own.
    fn deliver(self: &Arc<Self>, pending: Pending) {
        let Some(message) = to_message(&pending.notice) else {
            return;
        };
        let id = pending.notice.id;
        if !self.under_way.lock().insert(id) {
            return;
        }
        let (outbox, text) = (self.clone(), Arc::new((self.to_text)(&message)));
        tokio::spawn(async move {
            outbox.deliver_on_all(&pending, &text).await;
            outbox.under_way.lock().remove(&id);
        });
    }

    async fn deliver_on_all(&self, pending: &Pending, text: &Arc<AlarmText>) {
        let mut deliveries: FuturesUnordered<_> = pending
            .channels
            .iter()
            .map(|channel| async move { (channel, self.notifier.send_on(channel, text).await) })
            .collect();
        let mut time = FIRST_LEASE;
        loop {
            tokio::select! {
                delivered = deliveries.next() => match delivered {
                    Some((channel, Some(delivered))) => self.record(pending, channel, delivered).await,
                    // The channel's queue is full: the lease ends, and the message is taken again.
                    Some((_, None)) => {}
                    None => return,
                },
                () = sleep(time / 2) => {
                    time = (time * 2).min(LONGEST_LEASE);
                    self.renew(pending, time).await;
                }
            }
        }
    }

    /// Renews the lease of a message. Where that fails, another node may send it, too.
    async fn renew(&self, pending: &Pending, time: Duration) {
        let Notice { id, alarm, .. } = &pending.notice;
        let lease = self.new_lease(time);
        let renewing = notices::take_notice(&*self.log, alarm, *id, lease, self.clock.now());
        if !matches!(timeout(TIMEOUT, renewing).await, Ok(Ok(true))) {
            warn!(alarm, "the lease of a message could not be renewed");
        }
    }

    async fn record(&self, pending: &Pending, channel: &str, delivered: bool) {
        let Notice { id, alarm, .. } = &pending.notice;
        for _ in 0..ATTEMPTS {
            let recording = notices::record_outcome(&*self.log, alarm, *id, channel, delivered);
            if matches!(timeout(TIMEOUT, recording).await, Ok(Ok(()))) {
                return;
            }
            sleep(DELAY).await;
        }
        warn!(
            alarm,
            channel, "that a message was delivered could not be recorded; it may be sent again"
        );
    }
}

fn to_waiting(pending: &Pending) -> WaitingNotice {
    WaitingNotice {
        alarm: pending.notice.alarm.clone(),
        resolved: pending.notice.news == NoticeNews::Resolved,
        at: pending.notice.at,
        channels: pending.channels.clone(),
    }
}

fn to_notice(message: &AlarmMessage) -> Notice {
    Notice {
        id: Uuid::new_v4(),
        alarm: message.alarm.name.to_owned(),
        news: match message.news {
            News::Firing => NoticeNews::Firing,
            News::StillFiring => NoticeNews::StillFiring,
            News::Resolved => NoticeNews::Resolved,
        },
        since: message.since,
        at: message.at,
        value: message.measured.value,
        limit: message.measured.limit,
        tenants: message.tenants.clone(),
    }
}

/// `None` for an alarm that this version does not have.
fn to_message(notice: &Notice) -> Option<AlarmMessage> {
    Some(AlarmMessage {
        alarm: Alarm::by_name(&notice.alarm)?,
        news: match notice.news {
            NoticeNews::Firing => News::Firing,
            NoticeNews::StillFiring => News::StillFiring,
            NoticeNews::Resolved => News::Resolved,
        },
        since: notice.since,
        measured: Measured {
            value: notice.value,
            limit: notice.limit,
        },
        tenants: notice.tenants.clone(),
        at: notice.at,
    })
}
