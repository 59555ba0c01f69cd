//! Messages about alarms, for operators who have no Prometheus to send them, and beside it for
//! those who have.
//!
//! Each channel (a webhook, a webhook in Slack's format, mail) has a queue and a task of its own,
//! so that one that fails does not delay another. A message is sent again, at growing intervals,
//! for a day. Addresses are secrets: nothing here logs one.

mod channel;
mod email;
mod slack;
mod text;
mod webhook;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tally_messages::Texts;
use tokio::sync::mpsc;
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

    fn add(&mut self, name: &'static str, channel: impl Channel + 'static) {
        let (queue, queued) = mpsc::channel(MAX_WAITING);
        self.queues.push((name, queue));
        tokio::spawn(channel::deliver_all(name, channel, queued, self.waiting.clone()));
    }

    /// Queues a message on every channel. When too many wait already it is dropped, and that is
    /// logged.
    pub fn send(&self, text: &Arc<AlarmText>) {
        for (name, queue) in &self.queues {
            self.waiting.fetch_add(1, Ordering::Relaxed);
            if queue.try_send(Queued::new(text.clone())).is_err() {
                self.waiting.fetch_sub(1, Ordering::Relaxed);
                let alarm = text.alarm;
                error!(
                    channel = name,
                    alarm, "a message was dropped: too many messages wait"
                );
                metrics::counter!(metric::NOTIFICATIONS, "way" => *name, "outcome" => "dropped").increment(1);
            }
        }
    }

    /// The number of messages that are not delivered yet, over all channels.
    pub fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }
}
