//! The task that writes: all waiting appends go into one transaction, and none is answered before
//! the server has it on disk.

use sqlx::{Error, PgConnection};
use tally_domain::Position;
use tokio::sync::{mpsc, watch};

use super::group;
use crate::error::{AppendError, Failure};
use crate::queue::{Answer, Request, WAITING, gather};
use tally_domain::Clock;
use tally_postgres::Target;
use tally_postgres::{Access, in_time, is_broken, is_data_refused, is_disk_full};

/// Starts the task. It ends when the sender is dropped and everything sent is committed.
pub(super) fn spawn(
    target: Target,
    connection: PgConnection,
    clock: Clock,
    head: watch::Sender<Option<Position>>,
) -> mpsc::Sender<Request> {
    let (sender, inbox) = mpsc::channel(WAITING);
    let writer = Writer {
        target,
        connection: Some(connection),
        clock,
        head,
    };
    tokio::spawn(writer.run(inbox));
    sender
}

struct Writer {
    target: Target,
    /// `None` after it broke; the next group connects again.
    connection: Option<PgConnection>,
    clock: Clock,
    head: watch::Sender<Option<Position>>,
}

impl Writer {
    async fn run(mut self, mut inbox: mpsc::Receiver<Request>) {
        while let Some(first) = inbox.recv().await {
            let group = gather(first, &mut inbox);
            let answers = self.commit(&group).await;
            for (request, answer) in group.into_iter().zip(answers) {
                // A caller that no longer waits is no error.
                let _ = request.reply.send(answer);
            }
        }
    }

    /// One answer for each of `group`. When the server refuses the group for something in it, each
    /// append is tried alone, so that one does not fail the others.
    async fn commit(&mut self, group: &[Request]) -> Vec<Answer> {
        match self.transact(group).await {
            Ok(answers) => answers,
            Err(error) if group.len() > 1 && is_data_refused(&error) => {
                let mut answers = Vec::with_capacity(group.len());
                for alone in group.chunks(1) {
                    let answer = self.transact(alone).await;
                    answers.extend(answer.unwrap_or_else(|error| unavailable(alone, &error)));
                }
                answers
            }
            Err(error) => unavailable(group, &error),
        }
    }

    /// A connection that broke is replaced once and the group tried again: it may have been broken
    /// since the last group, as after a restart of the server. If the first try was committed after
    /// all, the second finds its events and stores nothing.
    async fn transact(&mut self, group: &[Request]) -> Result<Vec<Answer>, Error> {
        let had_one = self.connection.is_some();
        match self.attempt(group).await {
            Err(error) if had_one && is_broken(&error) => self.attempt(group).await,
            done => done,
        }
    }

    /// The connection is kept only if nothing is left open on it.
    async fn attempt(&mut self, group: &[Request]) -> Result<Vec<Answer>, Error> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => tally_postgres::connect(&self.target, Access::Write).await?,
        };
        let committing = group::commit(&mut connection, &self.target, &self.clock, group);
        let done = in_time(self.target.timeout, committing).await;
        match done {
            Ok((answers, head)) => {
                self.connection = Some(connection);
                self.publish(head);
                Ok(answers)
            }
            Err(error) => {
                self.roll_back(connection, &error).await;
                Err(error)
            }
        }
    }

    async fn roll_back(&mut self, mut connection: PgConnection, error: &Error) {
        if is_broken(error) {
            return;
        }
        let rolled_back = group::run(&mut connection, "ROLLBACK".to_owned());
        if in_time(self.target.timeout, rolled_back).await.is_ok() {
            self.connection = Some(connection);
        }
    }

    fn publish(&self, head: Option<Position>) {
        self.head.send_if_modified(|current| {
            let moved = *current != head;
            *current = head;
            moved
        });
    }
}

fn unavailable(group: &[Request], error: &Error) -> Vec<Answer> {
    let failure = Failure::new("appending", error);
    let failure = match is_disk_full(error) {
        true => failure.of_full_log(),
        false => failure,
    };
    tracing::error!(appends = group.len(), %failure, "a group of appends failed");
    let answer = || Err(AppendError::Unavailable(failure.clone()));
    group.iter().map(|_| answer()).collect()
}
