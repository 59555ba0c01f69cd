//! Moving committed pages from the write-ahead log into the file, on a thread of its own: done by
//! the writer, it would be the longest wait that an append meets.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

use super::unavailable;
use crate::error::OpenError;

/// How many bytes of events are written between two checkpoints, roughly.
const EVERY: usize = 4 * 1024 * 1024;

/// The writer's account of what it has written since the last checkpoint.
pub(super) struct Due {
    wake: SyncSender<()>,
    written: usize,
}

impl Due {
    /// Notes `bytes` committed, and wakes the thread when it is time. When it is at work already,
    /// the next group asks again.
    pub(super) fn wrote(&mut self, bytes: usize) {
        self.written += bytes;
        if self.written >= EVERY && self.wake.try_send(()).is_ok() {
            self.written = 0;
        }
    }
}

/// Starts the thread. It ends when the [`Due`] is dropped.
pub(super) fn spawn(connection: Connection) -> Result<(Due, JoinHandle<()>), OpenError> {
    let (wake, woken) = sync_channel(1);
    let thread = thread::Builder::new()
        .name("log-checkpoints".to_owned())
        .spawn(move || run(&connection, &woken))
        .map_err(|e| unavailable("starting the checkpoints", e))?;
    Ok((Due { wake, written: 0 }, thread))
}

/// PASSIVE never makes a reader or the writer wait; what it cannot move yet, the next one moves.
fn run(connection: &Connection, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        let done = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = done {
            tracing::warn!(%error, "a checkpoint of the event log failed; the next one will be tried");
        }
    }
}
