//! Telling people of alarms, for those who have no Prometheus to do it, and beside it for those who have.
//!
//! Each way (a webhook, Slack's shape of it, mail) has a queue and a task of its own, so that one that fails holds up no other. A message
//! is tried again, ever more slowly, for a day. Addresses are secrets: nothing here logs one.

mod email;
mod slack;
mod text;
mod way;
mod webhook;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;
use tracing::error;

pub use text::{NAMED_SITES, Told};

use self::way::{Queued, Way};
use tally_operator::metric;
use tally_operator::settings::NotifySettings;

/// How many messages wait for one way at most.
const MAX_WAITING: usize = 256;

/// Says whether every configured way can be used, without using it.
///
/// # Errors
/// An address cannot be used.
pub fn check(config: &NotifySettings) -> anyhow::Result<()> {
    config.email.as_ref().map(email::Email::new).transpose().map(drop)
}

/// Hands messages to every configured way.
#[derive(Default)]
pub struct Notifier {
    queues: Vec<(&'static str, mpsc::Sender<Queued>)>,
    waiting: Arc<AtomicU64>,
}

impl Notifier {
    /// Starts the configured ways, each on a task of its own that ends with this.
    ///
    /// # Errors
    /// An address cannot be used.
    pub fn start(config: &NotifySettings, user_agent: &str) -> anyhow::Result<Self> {
        let mut notifier = Self::default();
        if let Some(url) = &config.webhook {
            notifier.add("webhook", webhook::Webhook::new(url.clone(), user_agent)?);
        }
        if let Some(url) = &config.slack {
            notifier.add("slack", slack::Slack::new(url.clone(), user_agent)?);
        }
        if let Some(email) = &config.email {
            notifier.add("email", email::Email::new(email)?);
        }
        Ok(notifier)
    }

    fn add(&mut self, name: &'static str, way: impl Way + 'static) {
        let (queue, taken) = mpsc::channel(MAX_WAITING);
        self.queues.push((name, queue));
        tokio::spawn(way::work(name, way, taken, self.waiting.clone()));
    }

    /// Tells it by every way, in time. When too many wait already it is dropped, loudly.
    pub fn tell(&self, told: &Arc<Told>) {
        for (name, queue) in &self.queues {
            self.waiting.fetch_add(1, Ordering::Relaxed);
            if queue.try_send(Queued::new(told.clone())).is_err() {
                self.waiting.fetch_sub(1, Ordering::Relaxed);
                error!(
                    way = name,
                    alarm = told.alarm,
                    "a message was dropped: too many wait"
                );
                metrics::counter!(metric::NOTIFICATIONS, "way" => *name, "outcome" => "dropped").increment(1);
            }
        }
    }

    /// How many messages are not delivered yet, over all ways.
    pub fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }
}
