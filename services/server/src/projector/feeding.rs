//! The task that feeds shared views, as whoever began it holds it.

use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Feeding, until it is stopped or dropped.
pub struct Feeding {
    stop: watch::Sender<bool>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Feeding {
    /// Begins to feed `views`, which are shared, from `log`.
    #[cfg(feature = "postgres")]
    pub fn begin(
        log: std::sync::Arc<dyn tally_event_log::EventLog>,
        views: std::sync::Arc<tally_view_store::ViewStore>,
    ) -> Self {
        let (stop, stopping) = watch::channel(false);
        let feeder = super::Feeder { log, views };
        Self {
            stop,
            task: Mutex::new(Some(tokio::spawn(feeder.run(stopping)))),
        }
    }

    /// Stops between two batches and gives up what was held.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            // It logs what goes wrong by itself.
            drop(task.await);
        }
    }
}
