//! The thread that writes: all waiting appends go into one transaction, and none is answered before
//! it is on the disk.

use std::thread::{self, JoinHandle};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};
use tally_domain::Position;
use tokio::sync::{mpsc, watch};

use super::append::Group;
use super::checkpoint::Due;
use super::{unavailable, write_failure};
use crate::error::{AppendError, Failure, OpenError};
use crate::queue::{Answer, Request, Stored, WAITING, Work, gather};
use crate::recording_time::recording_time;
use tally_domain::Clock;

type Spawned = (
    mpsc::Sender<Request>,
    watch::Receiver<Option<Position>>,
    JoinHandle<()>,
);

/// Starts the thread. It ends when the sender is dropped and everything sent is committed.
pub(super) fn spawn(
    connection: Connection,
    clock: Clock,
    head: Option<Position>,
    due: Due,
) -> Result<Spawned, OpenError> {
    let (sender, inbox) = mpsc::channel(WAITING);
    let (head, watched) = watch::channel(head);
    let writer = Writer {
        connection,
        clock,
        head,
        due,
    };
    let thread = thread::Builder::new()
        .name("log-writer".to_owned())
        .spawn(move || writer.run(inbox))
        .map_err(|e| unavailable("starting the writer", e))?;
    Ok((sender, watched, thread))
}

struct Writer {
    connection: Connection,
    clock: Clock,
    head: watch::Sender<Option<Position>>,
    due: Due,
}

impl Writer {
    fn run(mut self, mut inbox: mpsc::Receiver<Request>) {
        while let Some(first) = inbox.blocking_recv() {
            let group = gather(first, &mut inbox);
            let answers = self.commit(&group);
            for (request, answer) in group.into_iter().zip(answers) {
                // A caller that no longer waits is no error.
                let _ = request.reply.send(answer);
            }
        }
        self.empty_journal();
    }

    /// Moves the write-ahead log into the file at the end, so that a copy of the file alone is
    /// complete.
    fn empty_journal(&self) {
        let is_busy = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
        match is_busy {
            Ok(false) => {}
            Ok(true) => {
                tracing::warn!("the write-ahead log of the event log is in use; copy it with the file");
            }
            Err(error) => tracing::warn!(%error, "the event log was stopped without a checkpoint"),
        }
    }

    /// One answer for each of `group`. When the transaction fails, all of them are "unavailable",
    /// also those that would have been refused: what they were refused for may not stand.
    fn commit(&mut self, group: &[Request]) -> Vec<Answer> {
        match self.transact(group) {
            Ok((answers, head)) => {
                self.publish(head);
                self.due.wrote(group.iter().map(Request::size).sum());
                answers
            }
            Err(failure) => {
                tracing::error!(appends = group.len(), %failure, "a group of appends failed");
                let answer = || Err(AppendError::Unavailable(failure.clone()));
                group.iter().map(|_| answer()).collect()
            }
        }
    }

    fn publish(&self, head: Option<Position>) {
        self.head.send_if_modified(|current| {
            let moved = *current != head;
            *current = head;
            moved
        });
    }

    fn transact(&self, group: &[Request]) -> Result<(Vec<Answer>, Option<Position>), Failure> {
        self.begin(group).inspect_err(|_| self.roll_back())
    }

    fn begin(&self, group: &[Request]) -> Result<(Vec<Answer>, Option<Position>), Failure> {
        self.execute("beginning a transaction", "BEGIN IMMEDIATE")?;
        let last = last(&self.connection).map_err(|e| Failure::new("reading the head", e))?;
        let mut open = Group {
            connection: &self.connection,
            next_position: last.map_or(1, |(position, _)| position + 1),
            recorded_at: recording_time(&self.clock, last.map(|(_, at)| at)),
        };
        let mut answers = Vec::with_capacity(group.len());
        for request in group {
            let answer = carry_out(&mut open, &request.work);
            if self.connection.is_autocommit() {
                // SQLite has rolled back the whole transaction, as it does when the disk is full.
                return Err(match answer {
                    Err(AppendError::Unavailable(failure)) => failure,
                    other => Failure::new("appending", format!("{:?}", other.err())),
                });
            }
            answers.push(answer);
        }
        let head = open.next_position - 1;
        self.execute("committing", "COMMIT")?;
        Ok((answers, (head > 0).then(|| Position::single(head))))
    }

    fn execute(&self, doing: &'static str, sql: &str) -> Result<(), Failure> {
        let done = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([]));
        done.map(drop).map_err(|e| write_failure(doing, &e))
    }

    fn roll_back(&self) {
        if self.connection.is_autocommit() {
            return;
        }
        if let Err(failure) = self.execute("rolling back", "ROLLBACK") {
            tracing::error!(%failure, "a failed group of appends could not be rolled back");
        }
    }
}

fn carry_out(open: &mut Group<'_>, work: &Work) -> Answer {
    match work {
        Work::Append(append) => {
            let appended = open.append(&append.stream, append.expected, &append.events);
            appended.map(Stored::Events)
        }
        Work::Remember(new) => open.remember(new).map(Stored::Answer),
    }
}

/// The last event's position and time.
fn last(connection: &Connection) -> rusqlite::Result<Option<(u64, DateTime<Utc>)>> {
    let mut statement = connection
        .prepare_cached("SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1")?;
    let found = statement.query_row([], |row| {
        let at = DateTime::from_timestamp_micros(row.get(1)?).unwrap_or_default();
        Ok((row.get(0)?, at))
    });
    found.optional()
}

#[cfg(test)]
mod tests;
