//! The loop of the watch: every few seconds it looks at everything, reports to people, and records
//! what changed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::domain::release::ReleaseVersion;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt, TryStreamExt, stream};
use tally_atlassian::install_keys::RemoteInstallKeys;
use tally_domain::Clock;
use tally_event_log::LogWriter;
use tally_view_store::{ViewStatus, ViewStore};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tracing::{error, info, warn};

use super::alarms::{ALARMS, Alarm};
use super::evaluation::Evaluation;
use super::node_reports::NodeReports;
use super::notify::{AlarmText, NAMED_SITES, Notifier};
use super::outbox::{Outbox, ToText, WaitingNotices};
use super::outcome::{AlarmMessage, News, RecordTask};
use super::record::{Recorder, TIMEOUT, ask_views};
use super::restore::restore;
use super::signals::{Facts, Signals};
use super::state::FiringAlarm;
use crate::log_health::LogHealth;
use crate::metric;
use crate::settings::{Detection, NotifySettings};
use tally_observations::Observations;
use tally_observations::node::TenantDirectory;

/// How many tenants' streams are written at the same time.
const CONCURRENT_WRITES: usize = 16;

/// After how many ticks it is looked whether messages wait that no node delivers.
const TICKS_PER_SWEEP: u64 = 4;

/// What the watch works with.
pub struct WatchParts {
    /// The one source of the time.
    pub clock: Clock,
    /// The event log.
    pub log: Arc<dyn LogWriter>,
    /// Whether the log does its work.
    pub log_health: Arc<LogHealth>,
    /// The views.
    pub views: Arc<ViewStore>,
    /// The tenants of this node.
    pub tenants: Arc<dyn TenantDirectory>,
    /// The platform's keys for installs.
    pub install_keys: Arc<RemoteInstallKeys>,
    /// What the server observed.
    pub observations: Arc<Observations>,
    /// What other nodes report through the log.
    pub reports: Arc<NodeReports>,
    /// When tenants count as failing.
    pub detection: Detection,
    /// Where messages go.
    pub notify: NotifySettings,
    /// How long a previous secret stays accepted.
    pub grace: TimeDelta,
    /// The version that runs here.
    pub running: ReleaseVersion,
    /// The address of this Tally, for messages.
    pub base_url: String,
}

/// The running watch.
pub struct Watchtower {
    clock: Clock,
    evaluation: Evaluation,
    recorder: Recorder,
    outbox: Arc<Outbox>,
    waiting: Arc<WaitingNotices>,
    log_health: Arc<LogHealth>,
    tenants: Arc<dyn TenantDirectory>,
    install_keys: Arc<RemoteInstallKeys>,
    observations: Arc<Observations>,
    interval: Duration,
    ticks: AtomicU64,
    /// Held while the outcome of a tick is recorded.
    recording: Arc<Mutex<()>>,
}

impl Watchtower {
    /// A watch that does nothing before [`Self::start`].
    ///
    /// # Errors
    /// A channel of the notifier cannot be used as configured.
    pub fn new(parts: WatchParts) -> anyhow::Result<Self> {
        let user_agent = concat!("tally/", env!("CARGO_PKG_VERSION"));
        let waiting = Arc::<WaitingNotices>::default();
        let outbox = Outbox::new(
            (parts.clock.clone(), parts.log.clone()),
            Notifier::start(&parts.notify, user_agent)?,
            parts.notify.repeat,
            to_text(parts.tenants.clone(), parts.base_url),
            waiting.clone(),
        );
        Ok(Self {
            interval: parts.detection.interval,
            evaluation: Evaluation::new(
                parts.observations.clone(),
                parts.reports,
                parts.detection,
                &parts.notify,
                parts.grace,
            ),
            recorder: Recorder {
                clock: parts.clock.clone(),
                log: parts.log,
                views: parts.views,
                running: parts.running,
            },
            outbox: Arc::new(outbox),
            waiting,
            ticks: AtomicU64::new(0),
            log_health: parts.log_health,
            clock: parts.clock,
            tenants: parts.tenants,
            install_keys: parts.install_keys,
            observations: parts.observations,
            recording: Arc::default(),
        })
    }

    /// Restores what the log has of failing tenants and firing alarms, and starts the loop, which
    /// ends when this watchtower is dropped. The views must have caught up.
    ///
    /// # Errors
    /// The log or the views cannot be read.
    pub async fn start(self: &Arc<Self>) -> anyhow::Result<()> {
        let Recorder { log, views, .. } = &self.recorder;
        let (health, pace) = (&self.observations.health, self.evaluation.pace());
        let judge = restore(&**log, views, health, pace, self.clock.now()).await?;
        self.evaluation.begin(judge);
        let weak = Arc::downgrade(self);
        let mut ticks = interval(self.interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tokio::spawn(async move {
            loop {
                ticks.tick().await;
                let Some(watchtower) = weak.upgrade() else { return };
                watchtower.tick().await;
            }
        });
        Ok(())
    }

    /// The numbers of the last tick.
    pub fn signals(&self) -> Signals {
        self.evaluation.signals()
    }

    /// The alarms that fire, with since when and for which tenants.
    pub fn firing(&self) -> Vec<(&'static Alarm, FiringAlarm)> {
        self.evaluation.firing()
    }

    /// The messages that are not delivered yet.
    pub fn waiting_notices(&self) -> Arc<WaitingNotices> {
        self.waiting.clone()
    }

    /// One tick: people are notified first, then the log is written.
    async fn tick(self: &Arc<Self>) {
        let facts = self.gather_facts().await;
        let known = self.tenants.known_tenants();
        // Taken before the evaluation: the tasks of an earlier tick are either done by now, or
        // still being recorded.
        let turn = self.recording.clone().try_lock_owned().ok();
        let now = self.clock.now();
        let outcome = self.evaluation.tick(&known, facts, now);
        self.publish(now);
        for message in outcome.messages {
            self.report(message);
        }
        self.sweep_outbox();
        if let Some(turn) = turn {
            self.record_in_background(outcome.tasks, turn);
        }
    }

    /// Records on a task of its own, so that a slow log delays no tick. Meanwhile the tasks of
    /// later ticks are dropped: the next tick after that derives them again.
    fn record_in_background(self: &Arc<Self>, tasks: Vec<RecordTask>, turn: OwnedMutexGuard<()>) {
        let watchtower = self.clone();
        tokio::spawn(async move {
            if let Err(cause) = watchtower.record_all(tasks).await {
                let cause = format!("{cause:#}");
                warn!(
                    cause,
                    "the outcome of a tick could not be recorded; it is tried again"
                );
            }
            drop(turn);
        });
    }

    /// Stops at the first failure: the next tick derives the rest again.
    async fn record_all(&self, tasks: Vec<RecordTask>) -> anyhow::Result<()> {
        let is_of_tenant = |task: &RecordTask| {
            matches!(
                task,
                RecordTask::Failing(..) | RecordTask::Recovered(_) | RecordTask::Left(_)
            )
        };
        let (of_tenants, others): (Vec<_>, Vec<_>) = tasks.into_iter().partition(is_of_tenant);
        for task in others {
            self.record(task).await?;
        }
        stream::iter(of_tenants)
            .map(Ok)
            .try_for_each_concurrent(CONCURRENT_WRITES, |task| self.record(task))
            .await
    }

    async fn record(&self, task: RecordTask) -> anyhow::Result<()> {
        self.recorder.record(&task).await?;
        self.evaluation.note_recorded(&task);
        Ok(())
    }

    fn publish(&self, now: DateTime<Utc>) {
        self.evaluation.signals().publish(now);
        let firing = self.evaluation.firing();
        for alarm in &ALARMS {
            let fires = firing.iter().any(|(firing, _)| firing.name == alarm.name);
            metrics::gauge!(metric::ALARM_FIRING, "alarm" => alarm.name).set(if fires { 1.0 } else { 0.0 });
        }
    }

    async fn gather_facts(&self) -> Facts {
        let now = self.clock.now();
        let Recorder { log, views, .. } = &self.recorder;
        let (head, views) = tokio::join!(timeout(TIMEOUT, log.head()), ask_views(views, ViewStore::status));
        let log_answers = matches!(head, Ok(Ok(_)));
        let log_unavailable = !log_answers || self.log_health.failing();
        self.observations.note_log(log_unavailable, now);
        let stopped = |views: Vec<ViewStatus>| views.iter().filter(|view| !view.is_running()).count() as u64;
        Facts {
            installs_unstored: self.tenants.unstored_installs(now),
            secrets_unopened: self.tenants.unopened_secrets(now),
            installs_refused: self.observations.refused_installs(now),
            key_server_failing: self.install_keys.failing(),
            // Views that do not answer show nothing either.
            views_stopped: views.map_or(1, stopped),
            log_unavailable,
            notifications_waiting: self.outbox.count_waiting(),
        }
    }

    /// Takes over messages that no node delivers, now and then. A log that fails is tried again.
    fn sweep_outbox(&self) {
        if self
            .ticks
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(TICKS_PER_SWEEP)
        {
            let outbox = self.outbox.clone();
            tokio::spawn(async move {
                if let Err(cause) = outbox.sweep().await {
                    warn!(
                        cause = format!("{cause:#}"),
                        "the messages about alarms could not be read"
                    );
                }
            });
        }
    }

    fn report(&self, message: AlarmMessage) {
        let alarm = message.alarm.name;
        let (value, limit) = (message.measured.value, message.measured.limit);
        match message.news {
            News::Firing => error!(alarm, value, limit, "an alarm fires"),
            News::StillFiring => error!(alarm, value, limit, "an alarm still fires"),
            News::Resolved => info!(alarm, value, limit, "an alarm is over"),
        }
        let outbox = self.outbox.clone();
        tokio::spawn(async move { outbox.send(&message).await });
    }
}

/// Puts messages into words, with the sites that they name.
fn to_text(tenants: Arc<dyn TenantDirectory>, base_url: String) -> ToText {
    Arc::new(move |message: &AlarmMessage| {
        let named = message.tenants.iter();
        let sites = named.filter_map(|tenant| tenants.origin(*tenant));
        AlarmText::new(message, sites.take(NAMED_SITES).collect(), &base_url)
    })
}
