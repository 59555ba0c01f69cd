//! The transaction of a group: the lock, one look, one statement that writes, the commit.

use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Error, PgConnection, Row};
use tally_domain::Position;

use super::plan::{self, Known, Rows, Standing, StreamEnd};
use crate::queue::{Answer, Request};
use crate::recording_time::recording_time;
use tally_domain::Clock;
use tally_postgres::Target;

/// Head, streams and ids in one answer: each round trip is time in which no one else can append.
const READ_STATE: &str = "
    SELECT 0 AS kind, position AS a, NULL::bigint AS b, NULL::bigint AS c,
        NULL::text AS name, NULL::uuid AS event_id, recorded_at
    FROM (SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1) AS head
    UNION ALL
    SELECT 1, s.id, (SELECT max(e.revision) FROM events e WHERE e.stream_id = s.id), NULL, s.name, NULL, NULL
    FROM streams s WHERE s.name = ANY ($1)
    UNION ALL
    SELECT 2, stream_id, revision, position, NULL, event_id, NULL
    FROM events WHERE event_id = ANY ($2)";

const WRITE: &str = "
    WITH begun AS (
        INSERT INTO streams (id, name) SELECT * FROM unnest($1::bigint[], $2::text[])
    ), written AS (
        INSERT INTO events
            (position, stream_id, revision, event_id, type, schema, recorded_at, context, payload)
        SELECT * FROM unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::uuid[], $7::text[], $8::integer[],
            $9::timestamptz[], $10::text[], $11::text[])
    )
    SELECT pg_notify($12, $13)";

/// A row of `events` as it goes in; `recorded_at` is its own, for a copy keeps it.
pub(super) struct EventRow<'a> {
    pub at: Standing,
    pub id: uuid::Uuid,
    pub event_type: &'a str,
    pub schema: u16,
    pub recorded_at: DateTime<Utc>,
    pub context: &'a str,
    pub payload: &'a str,
}

/// Commits `group`. One answer for each, and the log's head.
pub(super) async fn commit(
    connection: &mut PgConnection,
    target: &Target,
    clock: &Clock,
    group: &[Request],
) -> Result<(Vec<Answer>, Option<Position>), Error> {
    begin(connection, target).await?;
    let (mut known, last) = read_state(connection, group).await?;
    let (answers, rows) = plan::decide(&mut known, group);
    if !rows.events.is_empty() {
        let recorded_at = recording_time(clock, last);
        let events = event_rows(&rows, recorded_at);
        write(connection, target, &rows.streams, &events).await?;
    }
    run(connection, "COMMIT".to_owned()).await?;
    Ok((answers, (known.head > 0).then(|| Position::single(known.head))))
}

/// READ COMMITTED whatever the server's default: the look that follows must see what was committed
/// while the lock was waited for.
pub(super) async fn begin(connection: &mut PgConnection, target: &Target) -> Result<(), Error> {
    let lock = target.lock();
    run(
        connection,
        format!("BEGIN ISOLATION LEVEL READ COMMITTED; {lock}"),
    )
    .await
}

async fn read_state(
    connection: &mut PgConnection,
    group: &[Request],
) -> Result<(Known, Option<DateTime<Utc>>), Error> {
    let names: Vec<&str> = group.iter().map(|r| r.stream.as_str()).collect();
    let ids: Vec<_> = group.iter().flat_map(|r| &r.events).map(|e| e.id.0).collect();
    let rows = sqlx::query(READ_STATE)
        .bind(names)
        .bind(ids)
        .fetch_all(connection)
        .await?;
    let (mut known, mut last) = (Known::default(), None);
    for row in &rows {
        match row.try_get("kind")? {
            0 => {
                known.head = number(row, "a")?;
                last = Some(row.try_get("recorded_at")?);
            }
            1 => drop(known.streams.insert(row.try_get("name")?, stream_end(row)?)),
            _ => drop(known.ids.insert(row.try_get("event_id")?, standing(row)?)),
        }
    }
    Ok((known, last))
}

fn stream_end(row: &PgRow) -> Result<StreamEnd, Error> {
    let (id, last) = (number(row, "a")?, number(row, "b")?);
    Ok(StreamEnd { id, last })
}

fn standing(row: &PgRow) -> Result<Standing, Error> {
    Ok(Standing {
        stream_id: number(row, "a")?,
        revision: number(row, "b")?,
        position: number(row, "c")?,
    })
}

fn number(row: &PgRow, column: &str) -> Result<u64, Error> {
    let number: i64 = row.try_get(column)?;
    u64::try_from(number).map_err(|e| Error::Decode(Box::new(e)))
}

fn event_rows<'g>(rows: &Rows<'g>, recorded_at: DateTime<Utc>) -> Vec<EventRow<'g>> {
    let row = |&(at, event): &(Standing, &'g crate::limits::Prepared)| EventRow {
        at,
        id: event.id.0,
        event_type: &event.event_type,
        schema: event.schema,
        recorded_at,
        context: &event.context,
        payload: &event.payload,
    };
    rows.events.iter().map(row).collect()
}

/// Writes new streams and events; listeners are notified at the commit.
pub(super) async fn write(
    connection: &mut PgConnection,
    target: &Target,
    streams: &[(u64, &str)],
    events: &[EventRow<'_>],
) -> Result<(), Error> {
    let numbers = |of: fn(&EventRow<'_>) -> u64| events.iter().map(|e| signed(of(e))).collect::<Vec<_>>();
    let head = events.last().map_or(0, |e| e.at.position);
    sqlx::query(WRITE)
        .bind(streams.iter().map(|(id, _)| signed(*id)).collect::<Vec<_>>())
        .bind(streams.iter().map(|(_, name)| *name).collect::<Vec<_>>())
        .bind(numbers(|e| e.at.position))
        .bind(numbers(|e| e.at.stream_id))
        .bind(numbers(|e| e.at.revision))
        .bind(events.iter().map(|e| e.id).collect::<Vec<_>>())
        .bind(events.iter().map(|e| e.event_type).collect::<Vec<_>>())
        .bind(events.iter().map(|e| i32::from(e.schema)).collect::<Vec<_>>())
        .bind(events.iter().map(|e| e.recorded_at).collect::<Vec<_>>())
        .bind(events.iter().map(|e| e.context).collect::<Vec<_>>())
        .bind(events.iter().map(|e| e.payload).collect::<Vec<_>>())
        .bind(&target.schema)
        .bind(head.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn run(connection: &mut PgConnection, sql: String) -> Result<(), Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}

/// Nothing here comes near the largest number.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
