//! The stores of a server that is not running: the log sound in itself, the views what the log
//! says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use tally_domain::asset::{AssetEvent, AttributeId, Tag};
use tally_domain::tenant::TenantEvent;
use tally_domain::value::FreeText;
use tally_domain::{AnyEvent, Recorded};
use tally_event_log::{Options, Sealer, open};
use tally_server::events::codec;
use tally_view_store::ViewStore;

use crate::import::{Fate, ROWS, marker};
use crate::world::Ack;

/// How many events are read or applied at a time.
const PAGE: usize = 1000;

/// A copy of the stores as a crash left them, so that reading them does not repair them before the
/// server has to.
pub fn copy(data: &Path) -> tempfile::TempDir {
    let copied = tempfile::tempdir().unwrap();
    for name in ["events.db", "events.db-wal", "views.db", "views.db-wal"] {
        if data.join(name).exists() {
            fs::copy(data.join(name), copied.path().join(name)).unwrap();
        }
    }
    copied
}

/// Everything in the log, opened with the keys of the server.
pub async fn events(data: &Path, sealer: Arc<dyn Sealer>) -> Vec<Recorded<AnyEvent>> {
    let url = format!("sqlite:{}", data.join("events.db").display());
    let log = open(
        &url,
        Options {
            sealer,
            ..Options::without_keys()
        },
    )
    .await
    .unwrap();
    let mut events: Vec<Recorded<AnyEvent>> = vec![];
    loop {
        let page = log
            .read_all(events.last().map(|e| e.position), PAGE)
            .await
            .unwrap();
        if page.is_empty() {
            return events;
        }
        events.extend(page.into_iter().map(|stored| codec().decode(stored).unwrap()));
    }
}

/// Checks that positions ascend, revisions have no gap, no event is there twice, and no tag is two
/// assets'.
pub fn check_log(events: &[Recorded<AnyEvent>]) {
    assert!(events.is_sorted_by(|a, b| a.position < b.position));
    let (mut next, mut ids, mut tags) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
    for event in events {
        let revision = next.entry(event.stream.as_str()).or_insert(0);
        assert_eq!(event.revision, *revision, "a gap in {}", event.stream);
        *revision += 1;
        assert!(ids.insert(event.id.0), "{} is there twice", event.id);
        if let Some(AssetEvent::Registered { tag, .. }) = event.event.of() {
            let other = tags.insert(Tag::normal_form(tag), &event.stream);
            assert_eq!(other, None, "{tag} is two assets'");
        }
    }
}

/// Checks that each acknowledged command was carried out once, and no other more than once.
pub fn check_commands(events: &[Recorded<AnyEvent>], acks: &[Ack]) {
    let carried_out = carried_out(events);
    for ack in acks {
        assert_eq!(carried_out.get(&ack.key), Some(&1), "{ack:?}");
    }
    let doubled: Vec<_> = carried_out.iter().filter(|(_, times)| **times > 1).collect();
    assert!(doubled.is_empty(), "{doubled:?}");
}

/// Checks that the rows of the import became assets as each deserves, and that there is nothing
/// else in the log than what was asked for.
pub fn check_whole(events: &[Recorded<AnyEvent>], acks: &[Ack], fingerprints: &[String]) {
    let rows = (1..=ROWS)
        .filter(|row| Fate::of(*row) != Fate::Refused)
        .map(marker);
    let expected: BTreeSet<String> = acks.iter().map(|ack| ack.key.clone()).chain(rows).collect();
    let found: BTreeSet<String> = carried_out(events).into_keys().collect();
    assert!(
        found == expected,
        "besides: {:?}",
        found.symmetric_difference(&expected)
    );
    let secrets: Vec<&str> = events.iter().filter_map(|e| new_secret(&e.event)).collect();
    assert_eq!(
        secrets, fingerprints,
        "each secret once, in the order in which they were issued"
    );
}

/// How often each command was carried out, by the key that it wrote into what it changed.
fn carried_out(events: &[Recorded<AnyEvent>]) -> BTreeMap<String, u64> {
    let mut times = BTreeMap::new();
    for event in events {
        if let Some(event) = event.event.of() {
            *times.entry(key(event)).or_default() += 1;
        }
    }
    times
}

fn key(event: &AssetEvent) -> String {
    match event {
        AssetEvent::Registered { attributes, .. } => {
            attributes.get(AttributeId::built_in(5)).unwrap().to_owned()
        }
        AssetEvent::AttributesEdited { changes } => changes
            .values()
            .next()
            .unwrap()
            .to
            .as_ref()
            .unwrap()
            .text()
            .unwrap()
            .to_owned(),
        AssetEvent::CheckedOut { note, .. } | AssetEvent::CheckedIn { note, .. } => {
            note.as_ref().and_then(FreeText::text).unwrap().to_owned()
        }
        other => panic!("no command causes {other:?}"),
    }
}

fn new_secret(event: &AnyEvent) -> Option<&str> {
    match event.of()? {
        TenantEvent::Installed { fingerprint, .. } | TenantEvent::SharedSecretRotated { fingerprint, .. } => {
            Some(&fingerprint.0)
        }
        other => panic!("no command causes {other:?}"),
    }
}

/// Checks that every view runs and is what the log says up to where it stands.
pub fn check_views(data: &Path, events: &[Recorded<AnyEvent>]) {
    let views = ViewStore::open(&data.join("views.db"), &tally_server::views::all_views()).unwrap();
    for status in views.status().unwrap() {
        assert!(status.is_running(), "{status:?}");
    }
    let at = views.checkpoint().unwrap();
    let taken = events.partition_point(|event| Some(event.position) <= at);
    let rebuilt = views.begin_rebuild().unwrap();
    for page in events[..taken].chunks(PAGE) {
        rebuilt.apply(page).unwrap();
    }
    assert_eq!(rebuilt.checkpoint().unwrap(), at);
    let (live, built) = (views.digest().unwrap(), rebuilt.digest().unwrap());
    assert!(!live.is_empty());
    assert_eq!(live, built);
    rebuilt.abandon().unwrap();
}
