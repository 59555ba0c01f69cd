//! The transaction of a group: the lock, one look, one statement that writes, the commit.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Error, PgConnection, Row};
use tally_domain::{Position, TenantId};

use super::plan::{self, Known, NewRow, NewStream, Rows, Standing, StreamEnd};
use crate::answers::{ANSWERS_KEPT, NewAnswer, PRUNED_AT_ONCE};
use crate::digest::NOTHING_BEFORE;
use crate::queue::{Answer, Request};
use crate::recording_time::recording_time;
use tally_domain::Clock;
use tally_postgres::Target;

/// Head, streams, ids and tenants in one answer: each round trip is time in which no one else can
/// append.
const READ_STATE: &str = "
    SELECT 0 AS kind, position AS a, NULL::bigint AS b, NULL::bigint AS c,
        NULL::text AS name, NULL::uuid AS id, recorded_at, NULL::bytea AS digest
    FROM (SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1) AS head
    UNION ALL
    SELECT 1, s.id, last.revision, s.tenant_id, s.name, NULL, NULL, last.digest
    FROM streams s
    LEFT JOIN LATERAL (
        SELECT e.revision, e.digest FROM events e WHERE e.stream_id = s.id ORDER BY e.revision DESC LIMIT 1
    ) AS last ON true
    WHERE s.name = ANY ($1)
    UNION ALL
    SELECT 2, stream_id, revision, position, NULL, event_id, NULL, NULL
    FROM events WHERE event_id = ANY ($2)
    UNION ALL
    SELECT 3, s.tenant_id, NULL, NULL, NULL, t, NULL, NULL
    FROM unnest($3::uuid[]) AS t CROSS JOIN LATERAL (
        SELECT tenant_id FROM streams
        WHERE name >= t::text || '.' AND name < t::text || '/' ORDER BY name LIMIT 1
    ) AS s
    UNION ALL
    SELECT 4, NULL, NULL, NULL, NULL, event_id, NULL, answer FROM answers WHERE event_id = ANY ($2)";

const WRITE: &str = "
    WITH begun AS (
        INSERT INTO streams (id, name, tenant_id) SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[])
    ), written AS (
        INSERT INTO events (position, stream_id, revision, tenant_id, event_id, type, schema, recorded_at,
            digest, context, payload)
        SELECT * FROM unnest($4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::uuid[], $9::text[],
            $10::integer[], $11::timestamptz[], $12::bytea[], $13::text[], $14::bytea[])
    )
    SELECT pg_notify($15, $16)";

/// Stores answers, and removes some of those that are older than they need be.
const REMEMBER: &str = "
    WITH pruned AS (
        DELETE FROM answers WHERE event_id IN (
            SELECT event_id FROM answers WHERE remembered_at < $4 ORDER BY remembered_at LIMIT $5
        )
    )
    INSERT INTO answers (event_id, remembered_at, answer)
    SELECT id, $2, answer FROM unnest($1::uuid[], $3::bytea[]) AS new (id, answer)";

/// A row of `events` as it goes in; `recorded_at` and `digest` are its own, for a copy keeps them.
pub(super) struct EventRow<'a> {
    pub at: Standing,
    pub tenant: Option<u64>,
    pub id: uuid::Uuid,
    pub event_type: &'a str,
    pub schema: u16,
    pub recorded_at: DateTime<Utc>,
    pub digest: [u8; 32],
    pub context: &'a str,
    pub payload: &'a [u8],
}

/// What was read before a group is decided.
#[derive(Default)]
struct Looked {
    known: Known,
    /// When the last event was recorded.
    last: Option<DateTime<Utc>>,
    /// The digest of the last event of each stream, by the stream's number.
    digests: HashMap<u64, [u8; 32]>,
}

/// Commits `group`. One answer for each, and the log's head.
pub(super) async fn commit(
    connection: &mut PgConnection,
    target: &Target,
    clock: &Clock,
    group: &[Request],
) -> Result<(Vec<Answer>, Option<Position>), Error> {
    begin(connection, target).await?;
    let Looked {
        mut known,
        last,
        digests,
    } = read_state(connection, group).await?;
    let (answers, rows) = plan::decide(&mut known, group);
    let recorded_at = recording_time(clock, last);
    if !rows.events.is_empty() {
        let events = event_rows(&rows, recorded_at, digests);
        write(connection, target, &rows.streams, &events).await?;
    }
    if !rows.answers.is_empty() {
        remember(connection, recorded_at, &rows.answers).await?;
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

async fn read_state(connection: &mut PgConnection, group: &[Request]) -> Result<Looked, Error> {
    let appends = || group.iter().filter_map(Request::as_append);
    let names: Vec<&str> = appends().map(|a| a.stream.as_str()).collect();
    let owners: HashSet<_> = appends().filter_map(|a| a.stream.owner()).collect();
    let ids: Vec<_> = group.iter().flat_map(Request::ids).map(|id| id.0).collect();
    let rows = sqlx::query(READ_STATE)
        .bind(names)
        .bind(ids)
        .bind(owners.into_iter().map(|owner| owner.0).collect::<Vec<_>>())
        .fetch_all(connection)
        .await?;
    let mut looked = Looked::default();
    for row in &rows {
        looked.take(row)?;
    }
    Ok(looked)
}

impl Looked {
    fn take(&mut self, row: &PgRow) -> Result<(), Error> {
        let known = &mut self.known;
        match row.try_get("kind")? {
            0 => {
                known.head = number(row, "a")?;
                self.last = Some(row.try_get("recorded_at")?);
            }
            1 => {
                let end = stream_end(row)?;
                self.digests.insert(end.id, row.try_get("digest")?);
                known.streams.insert(row.try_get("name")?, end);
            }
            2 => drop(known.ids.insert(row.try_get("id")?, standing(row)?)),
            4 => drop(known.answers.insert(row.try_get("id")?, row.try_get("digest")?)),
            _ => drop(
                known
                    .tenants
                    .insert(TenantId(row.try_get("id")?), number(row, "a")?),
            ),
        }
        Ok(())
    }
}

fn stream_end(row: &PgRow) -> Result<StreamEnd, Error> {
    let tenant: Option<i64> = row.try_get("c")?;
    Ok(StreamEnd {
        id: number(row, "a")?,
        tenant: tenant.map(i64::unsigned_abs),
        last: number(row, "b")?,
    })
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

fn event_rows<'g>(
    rows: &Rows<'g>,
    recorded_at: DateTime<Utc>,
    mut digests: HashMap<u64, [u8; 32]>,
) -> Vec<EventRow<'g>> {
    let row = |row: &NewRow<'g>| {
        let event = row.event;
        let before = digests.entry(row.at.stream_id).or_insert(NOTHING_BEFORE);
        let covered = event.covered(row.stream, row.at.revision, recorded_at);
        *before = covered.digest_after(before);
        EventRow {
            at: row.at,
            tenant: row.tenant,
            id: event.id.0,
            event_type: &event.event_type,
            schema: event.schema,
            recorded_at,
            digest: *before,
            context: &event.context,
            payload: &event.payload,
        }
    };
    rows.events.iter().map(row).collect()
}

/// Writes new streams and events; listeners are notified at the commit.
pub(super) async fn write(
    connection: &mut PgConnection,
    target: &Target,
    streams: &[NewStream<'_>],
    events: &[EventRow<'_>],
) -> Result<(), Error> {
    let numbers = |of: fn(&EventRow<'_>) -> u64| events.iter().map(|e| signed(of(e))).collect::<Vec<_>>();
    let head = events.last().map_or(0, |e| e.at.position);
    sqlx::query(WRITE)
        .bind(streams.iter().map(|s| signed(s.id)).collect::<Vec<_>>())
        .bind(streams.iter().map(|s| s.name).collect::<Vec<_>>())
        .bind(streams.iter().map(|s| s.tenant.map(signed)).collect::<Vec<_>>())
        .bind(numbers(|e| e.at.position))
        .bind(numbers(|e| e.at.stream_id))
        .bind(numbers(|e| e.at.revision))
        .bind(events.iter().map(|e| e.tenant.map(signed)).collect::<Vec<_>>())
        .bind(events.iter().map(|e| e.id).collect::<Vec<_>>())
        .bind(events.iter().map(|e| e.event_type).collect::<Vec<_>>())
        .bind(events.iter().map(|e| i32::from(e.schema)).collect::<Vec<_>>())
        .bind(events.iter().map(|e| e.recorded_at).collect::<Vec<_>>())
        .bind(events.iter().map(|e| e.digest.as_slice()).collect::<Vec<_>>())
        .bind(events.iter().map(|e| e.context).collect::<Vec<_>>())
        .bind(events.iter().map(|e| e.payload).collect::<Vec<_>>())
        .bind(&target.schema)
        .bind(head.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

async fn remember(
    connection: &mut PgConnection,
    at: DateTime<Utc>,
    answers: &[&NewAnswer],
) -> Result<(), Error> {
    let pruned = i64::from(PRUNED_AT_ONCE).saturating_mul(i64::try_from(answers.len()).unwrap_or(1));
    sqlx::query(REMEMBER)
        .bind(answers.iter().map(|new| new.id.0).collect::<Vec<_>>())
        .bind(at)
        .bind(
            answers
                .iter()
                .map(|new| new.answer.as_slice())
                .collect::<Vec<_>>(),
        )
        .bind(at - ANSWERS_KEPT)
        .bind(pruned)
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
