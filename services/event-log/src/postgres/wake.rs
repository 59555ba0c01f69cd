//! What wakes subscriptions: the server's NOTIFY, and a check every second without one. A
//! notification is lost when the listening connection breaks, or dies without a word; then the
//! check finds what was appended, and a new connection is made.

use std::time::Duration;

use sqlx::Error;
use sqlx::postgres::{PgListener, PgNotification};
use tally_domain::Position;
use tokio::sync::watch;

use super::read::{self, position};
use tally_postgres::{Pauses, Target, in_time, listen};

/// How often the head is looked at when nothing is heard.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Publishes the log's head for as long as a subscription may need it.
pub(super) async fn run(target: Target, tell: watch::Sender<Option<Position>>) {
    let mut pauses = Pauses::default();
    loop {
        let broken = match listen(&target).await {
            Ok(listener) => {
                pauses.reset();
                hear(listener, &target, &tell).await
            }
            Err(cause) => Err(cause),
        };
        let Err(cause) = broken;
        tracing::warn!(log = %target, %cause, "the log cannot be listened to; it is tried again");
        pauses.rest().await;
    }
}

/// The first look comes after listening has begun, so nothing falls in between.
async fn hear(
    mut listener: PgListener,
    target: &Target,
    tell: &watch::Sender<Option<Position>>,
) -> Result<std::convert::Infallible, Error> {
    loop {
        let head: Option<i64> = in_time(
            target.timeout,
            sqlx::query_scalar(read::HEAD).fetch_one(&mut listener),
        )
        .await?;
        publish(tell, head);
        while let Ok(heard) = tokio::time::timeout(LOOK_EVERY, listener.try_recv()).await {
            let heard = heard?.ok_or(Error::Io(std::io::ErrorKind::ConnectionAborted.into()))?;
            publish(tell, head_in(&heard));
        }
    }
}

fn head_in(heard: &PgNotification) -> Option<i64> {
    heard.payload().parse().ok()
}

fn publish(tell: &watch::Sender<Option<Position>>, head: Option<i64>) {
    let head = head.map(position);
    tell.send_if_modified(|current| {
        let moved = *current != head;
        *current = head;
        moved
    });
}
