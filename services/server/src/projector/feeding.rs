//! The task that feeds shared views, for the code that starts and stops it.

use std::sync::Arc;

use parking_lot::Mutex;
use tally_event_log::LogReader;
use tally_vault::Vault;
use tally_view_store::ViewStore;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::feeder::Feeder;

/// The running task. It ends when this is stopped or dropped.
pub struct FeedingTask {
    stop: watch::Sender<bool>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl FeedingTask {
    /// Begins to feed `views`, which nodes share, from `log`. `keys` are those that `log` is opened
    /// with, unless something else on this node drops them on an erasure.
    pub fn begin(log: Arc<dyn LogReader>, views: Arc<ViewStore>, keys: Option<Vault>) -> Self {
        let (stop, stopping) = watch::channel(false);
        let feeder = Feeder { log, views, keys };
        Self {
            stop,
            task: Mutex::new(Some(tokio::spawn(feeder.run(stopping)))),
        }
    }

    /// Stops between two batches and gives up the leases.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        let task = self.task.lock().take();
        if let Some(task) = task {
            // The task logs its own failures.
            drop(task.await);
        }
    }
}
