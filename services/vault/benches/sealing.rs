//! What sealing and opening cost for each event: `cargo bench -p tally-vault`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench, which prints what it measures"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use tally_domain::{EventId, StreamName, TenantId};
use tally_event_log::{Item, Location, Part, Sealer, Subject};
use tally_vault::{KeyEncryptionKey, LocalKeyWrapper, Vault};
use uuid::Uuid;

/// The bytes of an ordinary payload.
const PAYLOAD: usize = 380;
const RUNS: usize = 7;
const EVENTS: usize = 20_000;

fn items(count: usize) -> Vec<Item> {
    let tenant = TenantId(Uuid::from_u128(1));
    let item = |number: usize| Item {
        subject: Subject::Tenant,
        location: Location {
            tenant,
            stream: StreamName::register(tenant),
            revision: number as u64,
            event: EventId(Uuid::from_u128(number as u128)),
            event_type: "asset.registered".to_owned(),
            schema: 1,
            part: Part::Payload { context: [0; 32] },
        },
        bytes: vec![7; PAYLOAD],
        key_digest: None,
    };
    (0..count).map(item).collect()
}

/// Seals and opens all events in batches of a size, and returns both times.
async fn measure(sealer: &dyn Sealer, batch: usize) -> (Duration, Duration) {
    let (mut sealing, mut opening) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..EVENTS / batch {
        let plain = items(batch);
        let copy = plain.clone();
        let started = Instant::now();
        let sealed = sealer.seal(copy).await.unwrap();
        sealing += started.elapsed();
        let stored = plain.into_iter().zip(sealed);
        let stored = stored.map(|(item, sealed)| Item {
            bytes: sealed.bytes,
            ..item
        });
        let stored: Vec<Item> = stored.collect();
        let started = Instant::now();
        let opened = sealer.open(stored).await.unwrap();
        opening += started.elapsed();
        assert!(opened.iter().all(Result::is_ok));
    }
    (sealing, opening)
}

fn report(what: &str, batch: usize, mut times: Vec<Duration>) {
    times.sort_unstable();
    let per_event = times[times.len() / 2].as_nanos() / (EVENTS / batch * batch) as u128;
    println!("{what} {PAYLOAD} B, batches of {batch}: {per_event} ns an event (median of {RUNS})");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let wrapper = LocalKeyWrapper::new(KeyEncryptionKey::generate().unwrap());
    let vault = Vault::in_memory(Arc::new(wrapper)).unwrap();
    vault.add_tenant(TenantId(Uuid::from_u128(1))).await.unwrap();
    for batch in [1, 512] {
        let (mut sealing, mut opening) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            let (sealed, opened) = measure(&vault, batch).await;
            sealing.push(sealed);
            opening.push(opened);
        }
        report("seal", batch, sealing);
        report("open", batch, opening);
    }
}
