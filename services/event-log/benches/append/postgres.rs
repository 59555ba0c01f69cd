//! PostgreSQL, through the port and by nothing but statements.

use std::time::Instant;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};
use tally_event_log::{NewEvent, Scratch};
use uuid::Uuid;

use crate::figures::report;
use crate::workload::{LASTS, ROUNDS, STREAM_LENGTH, WRITERS, append_through_the_port, event, new_stream};

/// With the lock that makes positions dense, for that is what is sold.
const BEGIN: &str = "BEGIN; SELECT pg_advisory_xact_lock(1, 1)";
const INSERT: &str = "
    WITH begun AS (
        INSERT INTO streams SELECT i, n, 1 FROM unnest($1::bigint[], $2::text[]) AS new (i, n)
    )
    INSERT INTO events SELECT p, s, r, 1, e, now(), 1, t, sha256(l), c, l
    FROM unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::uuid[], $7::text[], $8::text[], $9::bytea[])
        AS rows (p, s, r, e, t, c, l)";

pub async fn run() {
    let Ok(url) = std::env::var("TALLY_BENCH_POSTGRES_URL") else {
        return;
    };
    for writers in WRITERS {
        let (mut port, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let scratch = Scratch::open(&url).await.unwrap();
            port.push(append_through_the_port(scratch.log.clone(), writers).await);
            scratch.remove().await.unwrap();
            bare.push(by_statements(&url, writers).await);
        }
        report(writers, "PostgreSQL", port, bare);
    }
}

/// `at_once` streams grow side by side, an event of each to a transaction.
async fn by_statements(url: &str, at_once: usize) -> f64 {
    let schema = format!("tally_bench_{}", Uuid::new_v4().simple());
    let mut connection = bare_tables(url, &schema).await;
    let (begun, mut position) = (Instant::now(), 0_i64);
    let mut streams = vec![0_i64; at_once];
    for round in 0.. {
        if begun.elapsed() >= LASTS {
            break;
        }
        let revision = round % STREAM_LENGTH as i64;
        let first = position + 1;
        position += at_once as i64;
        let positions: Vec<i64> = (first..=position).collect();
        if revision == 0 {
            streams.clone_from(&positions);
        }
        insert(&mut connection, &positions, &streams, revision).await;
    }
    let rate = position as f64 / begun.elapsed().as_secs_f64();
    let drop_it = AssertSqlSafe(format!("DROP SCHEMA {schema} CASCADE"));
    sqlx::raw_sql(drop_it).execute(&mut connection).await.unwrap();
    rate
}

async fn bare_tables(url: &str, schema: &str) -> PgConnection {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let tables = format!(
        "CREATE SCHEMA {schema};
         SET search_path = {schema};
         CREATE TABLE streams (id bigint PRIMARY KEY, name text COLLATE \"C\" NOT NULL UNIQUE, tenant_id bigint);
         CREATE TABLE events (
             position bigint PRIMARY KEY, stream_id bigint NOT NULL, revision bigint NOT NULL, tenant_id bigint,
             event_id uuid NOT NULL, recorded_at timestamptz NOT NULL, schema integer NOT NULL, type text NOT NULL,
             digest bytea NOT NULL, context text NOT NULL, payload bytea NOT NULL
         );
         CREATE UNIQUE INDEX events_by_stream ON events (stream_id, revision);
         CREATE UNIQUE INDEX events_by_id ON events (event_id);
         CREATE INDEX events_by_tenant ON events (tenant_id, position) WHERE tenant_id IS NOT NULL"
    );
    let made = sqlx::raw_sql(AssertSqlSafe(tables))
        .execute(&mut connection)
        .await;
    made.unwrap();
    connection
}

async fn insert(connection: &mut PgConnection, positions: &[i64], streams: &[i64], revision: i64) {
    let events: Vec<NewEvent> = positions.iter().map(|_| event()).collect();
    let begun: &[i64] = if revision == 0 { streams } else { &[] };
    sqlx::raw_sql(BEGIN).execute(&mut *connection).await.unwrap();
    sqlx::query(INSERT)
        .bind(begun)
        .bind(
            begun
                .iter()
                .map(|_| new_stream().as_str().to_owned())
                .collect::<Vec<_>>(),
        )
        .bind(positions)
        .bind(streams)
        .bind(vec![revision; positions.len()])
        .bind(events.iter().map(|e| e.id.0).collect::<Vec<_>>())
        .bind(events.iter().map(|e| e.event_type.as_str()).collect::<Vec<_>>())
        .bind(
            events
                .iter()
                .map(|e| serde_json::to_string(&e.context).unwrap())
                .collect::<Vec<_>>(),
        )
        .bind(
            events
                .iter()
                .map(|e| e.payload.to_string().into_bytes())
                .collect::<Vec<_>>(),
        )
        .execute(&mut *connection)
        .await
        .unwrap();
    sqlx::raw_sql("COMMIT").execute(&mut *connection).await.unwrap();
}
