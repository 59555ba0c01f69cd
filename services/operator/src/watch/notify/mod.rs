//! Messages about alarms, for operators who have no Prometheus to send them, and beside it for
//! those who have.
//!
//! Each channel (a webhook, a webhook in Slack's format, mail) has a queue and a task of its own,
//! so that one that fails does not delay another. A message is sent again, at growing intervals,
//! for a day. Addresses are secrets: nothing here logs one.

pub(super) mod channel;
mod email;
mod slack;
mod text;
mod webhook;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tally_messages::Texts;
use tokio::sync::{mpsc, oneshot};
use tracing::error;

pub(super) use text::{AlarmText, NAMED_SITES};

use self::channel::{Channel, Queued};
use crate::metric;
use crate::settings::NotifySettings;

/// How many messages wait for one channel at most.
const MAX_WAITING: usize = 256;

/// Checks that every configured channel can be used, without sending anything.
///
/// # Errors
/// The mail server's address or one of the mail addresses cannot be parsed.
pub fn check(settings: &NotifySettings) -> anyhow::Result<()> {
    settings
        .email
        .as_ref()
        .map(|email| email::Email::new(email, Texts::of(settings.language)))
        .transpose()
        .map(drop)
}

/// Hands messages to every configured channel.
#[derive(Default)]
pub(super) struct Notifier {
    queues: Vec<(&'static str, mpsc::Sender<Queued>)>,
    waiting: Arc<AtomicU64>,
}

impl Notifier {
    /// Starts the configured channels, each on a task of its own that ends with this notifier.
    pub fn start(settings: &NotifySettings, user_agent: &str) -> anyhow::Result<Self> {
        let (mut notifier, texts) = (Self::default(), Texts::of(settings.language));
        if let Some(url) = &settings.webhook {
            notifier.add("webhook", webhook::Webhook::new(url.clone(), user_agent)?);
        }
        if let Some(url) = &settings.slack {
            notifier.add("slack", slack::Slack::new(url.clone(), user_agent, texts)?);
        }
        if let Some(email) = &settings.email {
            notifier.add("email", email::Email::new(email, texts)?);
        }
        Ok(notifier)
    }

    /// Adds a channel, on a task of its own.
    pub(super) fn add(&mut self, name: &'static str, channel: impl Channel + 'static) {
        let (queue, queued) = mpsc::channel(MAX_WAITING);
        self.queues.push((name, queue));
        tokio::spawn(channel::deliver_all(name, channel, queued, self.waiting.clone()));
    }

    /// Queues a message on every channel. When too many wait already it is dropped, and that is
    /// logged.
    pub fn send(&self, text: &Arc<AlarmText>) {
        for (name, queue) in &self.queues {
            self.enqueue(name, queue, Queued::new(text.clone(), None));
        }
    }

    /// Queues a message on one channel, and waits for the end: whether it was delivered, or given up
    /// after a day. `None` where there is no such channel, or too many messages wait for it.
    pub async fn send_on(&self, channel: &str, text: &Arc<AlarmText>) -> Option<bool> {
        let (done, end) = oneshot::channel();
        let mut queues = self.queues.iter();
        let (name, queue) = queues.find(|(name, _)| *name == channel)?;
        self.enqueue(name, queue, Queued::new(text.clone(), Some(done)));
        end.await.ok()
    }

    /// The names of the channels.
    pub fn channels(&self) -> Vec<String> {
        self.queues.iter().map(|(name, _)| (*name).to_owned()).collect()
    }

    fn enqueue(&self, name: &'static str, queue: &mpsc::Sender<Queued>, message: Queued) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        if queue.try_send(message).is_err() {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            error!(channel = name, "a message was dropped: too many messages wait");
            metrics::counter!(metric::NOTIFICATIONS, "way" => name, "outcome" => "dropped").increment(1);
        }
    }

    /// The number of messages that are not delivered yet, over all channels.
    pub fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }
}
