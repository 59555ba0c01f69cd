//! Copying from and to a schema.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use async_trait::async_trait;
use sqlx::{Error, PgConnection, Row};
use tally_domain::{Position, StreamName, TenantId};

use super::group::{self, EventRow};
use super::location;
use super::plan::{NewStream, Standing};
use super::read::{self, position};
use super::schema;
use crate::chain::{Damage, Fault};
use crate::error::{Failure, OpenError, ReadError};
use crate::raw::RawEvent;
use crate::transfer::{MISFILED, TransferError, TransferSource, TransferTarget};
use tally_postgres::{Access, in_time};

/// How long a batch may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A log to copy from, which others may be appending to.
pub(crate) struct PostgresSource {
    connection: PgConnection,
}

impl PostgresSource {
    pub(crate) async fn open(url: &str) -> Result<Self, OpenError> {
        let target = parse_with_long_timeout(url)?;
        let connecting = tally_postgres::connect(&target, Access::Read).await;
        let mut connection = connecting.map_err(|e| OpenError::Unavailable(Failure::new("connecting", e)))?;
        schema::require(&mut connection, &target).await?;
        Ok(Self { connection })
    }
}

#[async_trait]
impl TransferSource for PostgresSource {
    async fn page(&mut self, after: Option<Position>, limit: usize) -> Result<Vec<RawEvent>, ReadError> {
        let (after, limit) = (
            read::bounded(after.map_or(0, |p| p.commit)),
            read::bounded(limit as u64),
        );
        let rows = sqlx::query(read::ALL)
            .bind(after)
            .bind(limit)
            .fetch_all(&mut self.connection);
        let rows = in_time(TIMEOUT, rows).await.map_err(read::unavailable)?;
        rows.iter().map(read::raw).collect()
    }

    async fn head(&mut self) -> Result<Option<Position>, ReadError> {
        let head = sqlx::query_scalar(read::HEAD).fetch_one(&mut self.connection);
        let head: Option<i64> = in_time(TIMEOUT, head).await.map_err(read::unavailable)?;
        Ok(head.map(position))
    }

    async fn find_gap(&mut self) -> Result<Option<Position>, ReadError> {
        read::find_gap(&mut self.connection)
            .await
            .map_err(read::unavailable)
    }

    async fn find_misfiled(&mut self) -> Result<Vec<Damage>, ReadError> {
        let rows = sqlx::query(read::MISFILED_EVENTS)
            .bind(read::bounded(MISFILED))
            .fetch_all(&mut self.connection)
            .await;
        let misfiled = rows.map_err(read::unavailable)?;
        let misfiled = misfiled.iter().map(|row| {
            Ok(Damage {
                position: position(row.try_get(0)?),
                stream: row.try_get(1)?,
                revision: row.try_get::<i64, _>(2)?.unsigned_abs(),
                fault: Fault::Misfiled,
            })
        });
        misfiled.collect::<Result<_, Error>>().map_err(read::unavailable)
    }
}

/// A log to copy to, to which no other program may append meanwhile.
pub(crate) struct PostgresTarget {
    target: tally_postgres::Target,
    log: PostgresSource,
}

impl PostgresTarget {
    pub(crate) async fn open(url: &str) -> Result<Self, OpenError> {
        let target = parse_with_long_timeout(url)?;
        let mut connection = location::connect(&target, Duration::ZERO).await?;
        schema::prepare(&mut connection, &target).await?;
        schema::check_end(&mut connection, &target).await?;
        let log = PostgresSource { connection };
        Ok(Self { target, log })
    }

    /// False when the log does not end with event number `standing`.
    async fn write(&mut self, standing: u64, events: &[RawEvent]) -> Result<bool, Error> {
        let connection = &mut self.log.connection;
        group::begin(connection, &self.target).await?;
        let head: Option<i64> = sqlx::query_scalar(read::HEAD).fetch_one(&mut *connection).await?;
        if head.unwrap_or(0).unsigned_abs() != standing {
            return Ok(false);
        }
        let mut streams = Streams::of(connection, events).await?;
        let (rows, new) = streams.rows(standing, events);
        group::write(connection, &self.target, &new, &rows).await?;
        group::run(connection, "COMMIT".to_owned()).await?;
        Ok(true)
    }
}

#[async_trait]
impl TransferTarget for PostgresTarget {
    async fn import(&mut self, standing: u64, events: &[RawEvent]) -> Result<(), TransferError> {
        match in_time(TIMEOUT, self.write(standing, events)).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(TransferError::NotAlone),
            Err(error) => Err(TransferError::Write(Failure::new("copying", error))),
        }
    }

    fn source(&mut self) -> &mut dyn TransferSource {
        &mut self.log
    }
}

/// A batch is larger than what else is asked of a server.
fn parse_with_long_timeout(url: &str) -> Result<tally_postgres::Target, OpenError> {
    let target = location::parse(url)?;
    let timeout = target.timeout.max(TIMEOUT);
    Ok(tally_postgres::Target { timeout, ..target })
}

/// The numbers of streams, and of tenants, that a batch needs.
#[derive(Default)]
struct Streams {
    /// Of a stream, and of its tenant.
    by_name: HashMap<String, (u64, Option<u64>)>,
    tenants: HashMap<TenantId, u64>,
}

impl Streams {
    async fn of(connection: &mut PgConnection, events: &[RawEvent]) -> Result<Self, Error> {
        let names: HashSet<&str> = events.iter().map(|e| e.stream.as_str()).collect();
        let owners: HashSet<_> = names.iter().filter_map(|name| owner(name)).collect();
        let sql = "SELECT name, id, tenant_id, NULL::uuid FROM streams WHERE name = ANY ($1)
            UNION ALL
            SELECT NULL, NULL, s.tenant_id, t FROM unnest($2::uuid[]) AS t CROSS JOIN LATERAL (
                SELECT tenant_id FROM streams
                WHERE name >= t::text || '.' AND name < t::text || '/' ORDER BY name LIMIT 1
            ) AS s";
        let rows = sqlx::query(sql)
            .bind(names.into_iter().collect::<Vec<_>>())
            .bind(owners.into_iter().map(|owner| owner.0).collect::<Vec<_>>())
            .fetch_all(connection)
            .await?;
        let mut streams = Self::default();
        for row in &rows {
            let tenant = row.try_get::<Option<i64>, _>(2)?.map(i64::unsigned_abs);
            if let Some(name) = row.try_get(0)? {
                let id: i64 = row.try_get(1)?;
                streams.by_name.insert(name, (id.unsigned_abs(), tenant));
            } else if let Some(number) = tenant {
                streams.tenants.insert(TenantId(row.try_get(3)?), number);
            }
        }
        Ok(streams)
    }

    fn rows<'e>(&mut self, standing: u64, events: &'e [RawEvent]) -> (Vec<EventRow<'e>>, Vec<NewStream<'e>>) {
        let mut new = Vec::new();
        let mut row = |(event, position): (&'e RawEvent, u64)| {
            let tenants = &mut self.tenants;
            let (stream_id, tenant) = *self.by_name.entry(event.stream.clone()).or_insert_with(|| {
                let tenant = owner(&event.stream).map(|owner| *tenants.entry(owner).or_insert(position));
                let name = event.stream.as_str();
                let id = position;
                new.push(NewStream { id, name, tenant });
                (position, tenant)
            });
            to_row(event, position, stream_id, tenant)
        };
        let rows = events.iter().zip(standing + 1..).map(&mut row).collect();
        (rows, new)
    }
}

fn owner(stream: &str) -> Option<TenantId> {
    StreamName::from_log(stream.to_owned()).owner()
}

fn to_row(event: &RawEvent, position: u64, stream_id: u64, tenant: Option<u64>) -> EventRow<'_> {
    EventRow {
        at: Standing {
            stream_id,
            revision: event.revision,
            position,
        },
        tenant,
        id: event.id,
        event_type: &event.event_type,
        schema: event.schema,
        recorded_at: event.recorded_at,
        digest: event.digest,
        context: &event.context,
        payload: &event.payload,
    }
}
