//! Reading, over a few shared connections.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use sqlx::postgres::PgRow;
use sqlx::{Error, PgConnection, PgPool, Row};
use tally_domain::{EventId, Position, Revision, StreamName, TenantId};

use crate::error::{Failure, ReadError};
use crate::raw::{RawEvent, corrupt};
use crate::subscription::Pages;
use tally_postgres::{in_time, is_broken};

/// LEFT JOIN: an event whose stream is missing is damage to report, not to skip.
pub(super) const ALL: &str = "SELECT e.position, s.name, e.revision, e.event_id, e.type, e.schema,
        e.recorded_at, e.context, e.payload, e.digest
    FROM events e LEFT JOIN streams s ON s.id = e.stream_id
    WHERE e.position > $1 ORDER BY e.position LIMIT $2";
const STREAM: &str = "SELECT e.position, s.name, e.revision, e.event_id, e.type, e.schema,
        e.recorded_at, e.context, e.payload, e.digest
    FROM streams s JOIN events e ON e.stream_id = s.id
    WHERE s.name = $1 AND e.revision >= $2 ORDER BY e.revision LIMIT $3";
const GAP: &str = "SELECT min(expected) FROM (
        SELECT 1::bigint AS expected WHERE NOT EXISTS (SELECT 1 FROM events WHERE position = 1)
        UNION ALL
        SELECT position + 1 FROM events AS e
        WHERE NOT EXISTS (SELECT 1 FROM events WHERE position = e.position + 1)
    ) AS candidates";
pub(super) const MISFILED_EVENTS: &str = "SELECT e.position, s.name, e.revision
    FROM events e JOIN streams s ON s.id = e.stream_id
    WHERE e.tenant_id IS DISTINCT FROM s.tenant_id ORDER BY e.position LIMIT $1";
/// The tenant's number is that of any of its streams.
const TENANT: &str = "SELECT e.position, s.name, e.revision, e.event_id, e.type, e.schema,
        e.recorded_at, e.context, e.payload, e.digest
    FROM events e LEFT JOIN streams s ON s.id = e.stream_id
    WHERE e.tenant_id = (
            SELECT tenant_id FROM streams WHERE name >= $1 || '.' AND name < $1 || '/' ORDER BY name LIMIT 1
        )
        AND e.position > $2
    ORDER BY e.position LIMIT $3";
const ANSWER: &str = "SELECT answer FROM answers WHERE event_id = $1";
pub(super) const HEAD: &str = "SELECT max(position) FROM events";

/// A handle to the connections.
#[derive(Clone)]
pub(super) struct Reader {
    pool: PgPool,
    timeout: Duration,
}

impl Reader {
    pub(super) fn new(pool: PgPool, timeout: Duration) -> Self {
        Self { pool, timeout }
    }

    pub(super) async fn all(
        &self,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        let after = bounded(after.map_or(0, |p| p.commit));
        let rows = self.read(|pool| {
            sqlx::query(ALL)
                .bind(after)
                .bind(bounded(limit as u64))
                .fetch_all(pool)
        });
        rows.await?.iter().map(raw).collect()
    }

    pub(super) async fn stream(
        &self,
        stream: &StreamName,
        from: Revision,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        let (name, from, limit) = (stream.as_str(), bounded(from), bounded(limit as u64));
        let rows = self.read(|pool| {
            let query = sqlx::query(STREAM).bind(name).bind(from).bind(limit);
            query.fetch_all(pool)
        });
        rows.await?.iter().map(raw).collect()
    }

    pub(super) async fn tenant(
        &self,
        tenant: TenantId,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        let (name, after) = (tenant.to_string(), bounded(after.map_or(0, |p| p.commit)));
        let rows = self.read(|pool| {
            let query = sqlx::query(TENANT).bind(name.clone()).bind(after);
            query.bind(bounded(limit as u64)).fetch_all(pool)
        });
        rows.await?.iter().map(raw).collect()
    }

    pub(super) async fn head(&self) -> Result<Option<Position>, ReadError> {
        let head: Option<i64> = self.read(|pool| sqlx::query_scalar(HEAD).fetch_one(pool)).await?;
        Ok(head.map(position))
    }

    pub(super) async fn find_gap(&self) -> Result<Option<Position>, ReadError> {
        let mut connection = self.pool.acquire().await.map_err(unavailable)?;
        find_gap(&mut connection).await.map_err(unavailable)
    }

    pub(super) async fn answer(&self, id: EventId) -> Result<Option<Vec<u8>>, ReadError> {
        self.read(|pool| sqlx::query_scalar(ANSWER).bind(id.0).fetch_optional(pool))
            .await
    }

    /// Once more when the connection broke, and again while that shows at once: after a restart of
    /// the server every idle one is broken.
    async fn read<'p, T, F>(&'p self, ask: impl Fn(&'p PgPool) -> F) -> Result<T, ReadError>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let (begun, most) = (Instant::now(), self.pool.options().get_max_connections());
        for tried in 0..most {
            match in_time(self.timeout, ask(&self.pool)).await {
                Err(error)
                    if is_broken(&error)
                        && !matches!(error, Error::PoolTimedOut)
                        && (tried == 0 || begun.elapsed() < self.timeout) => {}
                answer => return answer.map_err(unavailable),
            }
        }
        in_time(self.timeout, ask(&self.pool)).await.map_err(unavailable)
    }
}

#[async_trait]
impl Pages for Reader {
    async fn page(&self, after: Option<Position>, limit: usize) -> Result<Vec<RawEvent>, ReadError> {
        self.all(after, limit).await
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        Reader::head(self).await
    }
}

/// The first position without an event. It takes as long as it takes to count all events.
pub(super) async fn find_gap(connection: &mut PgConnection) -> Result<Option<Position>, Error> {
    let all = "SELECT count(*) = coalesce(max(position), 0) FROM events";
    if sqlx::query_scalar(all).fetch_one(&mut *connection).await? {
        return Ok(None);
    }
    let gap: Option<i64> = sqlx::query_scalar(GAP).fetch_one(connection).await?;
    Ok(gap.map(position))
}

pub(super) fn position(number: i64) -> Position {
    Position::single(number.unsigned_abs())
}

pub(super) fn raw(row: &PgRow) -> Result<RawEvent, ReadError> {
    let position = position(row.try_get(0).map_err(unavailable)?);
    columns(row, position).map_err(|e| corrupt(position, &*e))
}

fn columns(row: &PgRow, position: Position) -> Result<RawEvent, Box<dyn std::error::Error>> {
    Ok(RawEvent {
        position,
        stream: row.try_get(1)?,
        revision: u64::try_from(row.try_get::<i64, _>(2)?)?,
        id: row.try_get(3)?,
        event_type: row.try_get(4)?,
        schema: u16::try_from(row.try_get::<i32, _>(5)?)?,
        recorded_at: row.try_get(6)?,
        context: row.try_get(7)?,
        payload: row.try_get(8)?,
        digest: row.try_get(9)?,
    })
}

/// As the server counts: nothing lies beyond its largest number.
pub(super) fn bounded(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn unavailable(error: Error) -> ReadError {
    ReadError::Unavailable(Failure::new("reading", error))
}
