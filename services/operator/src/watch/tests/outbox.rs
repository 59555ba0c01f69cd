//! Messages survive a restart, and of several nodes one sends each.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use async_trait::async_trait;
use parking_lot::Mutex;
use tally_domain::{Clock, StreamName};
use tally_event_log::{
    AnswerStore, AppendError, Appended, ExpectedRevision, Failure, LogReader, LogWriter, MemoryLog, NewEvent,
    ReadThrough,
};
use tokio::runtime::{Builder, Runtime};

use super::*;
use crate::watch::notify::channel::{Channel, NotAccepted};
use crate::watch::notify::{AlarmText, Notifier};
use crate::watch::outbox::Outbox;
use crate::watch::outcome::AlarmMessage;

/// A channel that a test opens and closes.
#[derive(Clone, Default)]
struct Mailbox {
    is_open: Arc<AtomicBool>,
    letters: Arc<Mutex<Vec<AlarmText>>>,
}

#[async_trait]
impl Channel for Mailbox {
    async fn deliver(&self, text: &AlarmText) -> Result<(), NotAccepted> {
        if !self.is_open.load(Ordering::SeqCst) {
            return Err(NotAccepted("closed".to_owned()));
        }
        self.letters.lock().push(text.clone());
        Ok(())
    }
}

impl Mailbox {
    fn open() -> Self {
        let mailbox = Self::default();
        mailbox.is_open.store(true, Ordering::SeqCst);
        mailbox
    }

    fn statuses(&self) -> Vec<&'static str> {
        self.letters.lock().iter().map(|letter| letter.status).collect()
    }
}

/// Nodes over one log, with one clock.
struct World {
    log: Arc<dyn LogWriter>,
    seconds: Arc<AtomicI64>,
}

impl World {
    fn new() -> Self {
        Self {
            log: Arc::new(MemoryLog::default()),
            seconds: Arc::default(),
        }
    }

    fn clock(&self) -> Clock {
        let seconds = self.seconds.clone();
        Clock::from_fn(move || at(seconds.load(Ordering::SeqCst)))
    }

    /// A node, whose tasks end with its runtime.
    fn node(&self, mailbox: &Mailbox) -> (Runtime, Arc<Outbox>) {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let entered = runtime.enter();
        let mut notifier = Notifier::default();
        notifier.add("webhook", mailbox.clone());
        drop(entered);
        let outbox = Outbox::new(
            (self.clock(), self.log.clone()),
            notifier,
            Duration::from_secs(4 * 3600),
            Arc::new(|message: &AlarmMessage| AlarmText::new(message, vec![], "https://tally.example")),
            Arc::default(),
        );
        (runtime, Arc::new(outbox))
    }

    fn message(&self, news: News) -> AlarmMessage {
        AlarmMessage {
            alarm: Alarm::by_name("TenantsFailing").unwrap(),
            news,
            since: at(0),
            measured: Measured { value: 3, limit: 3 },
            tenants: vec![tenant(1)],
            at: at(self.seconds.load(Ordering::SeqCst)),
        }
    }
}

/// Waits until nothing is undelivered.
fn settle((runtime, outbox): &(Runtime, Arc<Outbox>)) {
    for _ in 0..600 {
        runtime.block_on(outbox.sweep()).unwrap();
        if outbox.waiting.list().is_empty() {
            return;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    panic!("messages wait for ever: {:?}", outbox.waiting.list());
}

#[test]
fn a_message_that_a_node_could_not_deliver_before_it_died_is_delivered_by_another_one_once() {
    let world = World::new();
    let closed = Mailbox::default();
    let dying = world.node(&closed);
    dying.0.block_on(dying.1.send(&world.message(News::Firing)));
    dying.0.shutdown_background();
    drop(dying.1);
    let mailbox = Mailbox::open();
    let other = world.node(&mailbox);
    other.0.block_on(other.1.sweep()).unwrap();
    let waiting = other.1.waiting.list();
    assert_eq!(
        (waiting.len(), waiting[0].channels.as_slice()),
        (1, ["webhook".to_owned()].as_slice())
    );
    assert_eq!(other.1.count_waiting(), 1);
    assert_eq!(mailbox.statuses(), [""; 0], "the lease has not ended");
    world.seconds.store(31, Ordering::SeqCst);
    settle(&other);
    assert_eq!(mailbox.statuses(), ["firing"]);
    assert_eq!(closed.statuses(), [""; 0]);
    assert_eq!(mailbox.letters.lock()[0].tenants, [tenant(1)]);
}

#[test]
fn nodes_that_find_the_same_send_one_message_and_the_next_news_is_another_one() {
    let world = World::new();
    let mailbox = Mailbox::open();
    let nodes = [world.node(&mailbox), world.node(&mailbox)];
    for (seconds, news) in [(0, News::Firing), (300, News::Resolved), (600, News::Firing)] {
        for (delay, node) in [0, 5].into_iter().zip(&nodes) {
            world.seconds.store(seconds + delay, Ordering::SeqCst);
            node.0.block_on(node.1.send(&world.message(news)));
        }
        settle(&nodes[0]);
    }
    assert_eq!(mailbox.statuses(), ["firing", "resolved", "firing"]);
}

#[test]
fn a_message_that_is_a_day_old_is_given_up() {
    let world = World::new();
    let dying = world.node(&Mailbox::default());
    dying.0.block_on(dying.1.send(&world.message(News::Firing)));
    dying.0.shutdown_background();
    let mailbox = Mailbox::open();
    let other = world.node(&mailbox);
    world.seconds.store(24 * 3600, Ordering::SeqCst);
    settle(&other);
    assert_eq!(mailbox.statuses(), [""; 0]);
}

/// A log that takes nothing.
struct Full(MemoryLog);

impl ReadThrough for Full {
    fn inner(&self) -> &dyn LogReader {
        &self.0
    }
}

#[async_trait]
impl LogWriter for Full {
    async fn append(
        &self,
        _: &StreamName,
        _: ExpectedRevision,
        _: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        Err(AppendError::Unavailable(Failure::new("testing", "made to fail")))
    }

    fn answers(&self) -> &dyn AnswerStore {
        self.0.answers()
    }
}

#[test]
fn a_message_is_sent_also_while_the_log_takes_nothing() {
    let world = World {
        log: Arc::new(Full(MemoryLog::default())),
        ..World::new()
    };
    let mailbox = Mailbox::open();
    let (runtime, outbox) = world.node(&mailbox);
    runtime.block_on(outbox.send(&world.message(News::Firing)));
    for _ in 0..600 {
        if !mailbox.statuses().is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    assert_eq!(mailbox.statuses(), ["firing"]);
}
