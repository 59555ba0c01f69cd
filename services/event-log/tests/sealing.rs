//! What is sealed, and what is read back of it.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::StreamExt;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::seals::TestSealer;
use support::typed;
use tally_domain::asset::AssetEvent;
use tally_domain::{AnyEvent, Clock, EventId, FAMILIES, PersonId, StreamName, TenantId, TextId};
use tally_event_log::ExpectedRevision::{Exact, NoStream};
use tally_event_log::codec::{Codec, DecodeError, decode_as};
use tally_event_log::{
    AnswerStored, AppendError, LogReader, LogWriter, MemoryLog, MissingPayload, NewEvent, NoKeys, Options,
    ReadError, StoredEvent, Subject, copy, open, open_raw, open_read_only,
};
use tempfile::TempDir;
use uuid::Uuid;

const TENANT: TenantId = TenantId(Uuid::from_u128(7));
const PERSON: PersonId = PersonId(Uuid::from_u128(8));

fn stream() -> StreamName {
    StreamName::of_tenant(TENANT, "asset-1")
}

fn sealed(n: u128, payload: Value) -> NewEvent {
    NewEvent {
        payload,
        sealed: true,
        ..typed(n, "asset.retired")
    }
}

/// A log in memory and its sealer.
fn memory() -> (MemoryLog, Arc<TestSealer>) {
    let sealer = Arc::new(TestSealer::default());
    (MemoryLog::sealed(Clock::system(), sealer.clone()), sealer)
}

async fn append(log: &dyn LogWriter, payload: Value) {
    log.append(&stream(), NoStream, vec![sealed(1, payload)])
        .await
        .unwrap();
}

async fn read(log: &dyn LogReader) -> Vec<StoredEvent> {
    log.read_stream(&stream(), 0, 1000).await.unwrap()
}

async fn payload(log: &dyn LogReader) -> Value {
    read(log).await[0].payload.clone().unwrap()
}

/// A payload with words of each kind that must not be found in the log.
fn telling() -> Value {
    json!({
        "name": "plainword",
        "notes": { "$free_text": { "text": "noteword" } },
        "account": { "$personal": { "person": PERSON, "text": "nameword" } },
    })
}

const WORDS: [&str; 3] = ["plainword", "noteword", "nameword"];

fn urls(folder: &TempDir) -> [String; 2] {
    let file = format!("sqlite:{}", folder.path().join("log.db").display());
    [file, support::postgres::Cluster::shared().new_log()]
}

#[tokio::test]
async fn a_raw_log_shows_nothing_of_what_is_sealed_and_is_read_back_by_its_keys() {
    let folder = tempfile::tempdir().unwrap();
    for url in urls(&folder) {
        let sealer = Arc::new(TestSealer::default());
        let options = Options {
            sealer: sealer.clone(),
            ..Options::without_keys()
        };
        let log = open(&url, options).await.unwrap();
        append(&*log, telling()).await;
        let raw = open_raw(&url).await.unwrap().read_all(None, 10).await.unwrap();
        let shown = format!("{} {}", String::from_utf8_lossy(&raw[0].payload), raw[0].context);
        assert!(WORDS.iter().all(|word| !shown.contains(word)), "{shown}");
        assert_ne!(raw[0].payload[0], b'{');
        let beside = open_read_only(&url, sealer).await.unwrap();
        let back = payload(&*beside).await;
        assert_eq!(back["name"], "plainword");
        assert_eq!(back["notes"]["$free_text"]["text"], "noteword");
        assert_eq!(back["account"], telling()["account"]);
        let stored = &read(&*beside).await[0];
        assert_eq!(
            (stored.bytes.as_slice(), stored.digest),
            (&*raw[0].payload, raw[0].digest)
        );
        let keyless = open_read_only(&url, Arc::new(NoKeys)).await.unwrap();
        let refusal = keyless.read_all(None, 10).await.unwrap_err();
        assert!(refusal.is_of_keys(), "{refusal:?}");
    }
}

#[tokio::test]
async fn a_copy_needs_no_keys_and_has_the_same_bytes_and_digests() {
    let folder = tempfile::tempdir().unwrap();
    let [from, between] = urls(&folder);
    let back = format!("sqlite:{}", folder.path().join("back.db").display());
    let sealer = Arc::new(TestSealer::default());
    let options = Options {
        sealer: sealer.clone(),
        ..Options::without_keys()
    };
    let log = open(&from, options).await.unwrap();
    append(&*log, telling()).await;
    let there = copy::copy(&from, &between, &mut |_| {}).await.unwrap();
    let returned = copy::copy(&between, &back, &mut |_| {}).await.unwrap();
    assert_eq!(there.digest, returned.digest);
    let copied = open_read_only(&back, sealer).await.unwrap();
    assert_eq!(read(&*copied).await, read(&*log).await);
}

#[tokio::test]
async fn a_text_has_a_key_of_its_own_and_a_retry_the_same_one() {
    let (log, sealer) = memory();
    append(&log, telling()).await;
    let first = payload(&log).await;
    let (other, _) = memory();
    append(&other, telling()).await;
    assert_eq!(payload(&other).await["notes"], first["notes"]);
    let id: Uuid = first["notes"]["$free_text"]["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    sealer.erase(Subject::Text(TextId(id)));
    let redacted = payload(&log).await;
    assert_eq!(redacted["notes"], json!({ "$free_text": { "id": id } }));
    assert_eq!(
        (&redacted["name"], &redacted["account"]),
        (&first["name"], &first["account"])
    );
}

#[tokio::test]
async fn a_text_that_is_carried_along_keeps_its_key_and_a_redacted_one_only_its_id() {
    let (log, sealer) = memory();
    append(&log, telling()).await;
    let notes = payload(&log).await["notes"].clone();
    let second = sealed(2, json!({ "from": notes.clone() }));
    log.append(&stream(), Exact(0), vec![second]).await.unwrap();
    assert_eq!(read(&log).await[1].payload.as_ref().unwrap()["from"], notes);
    let id: Uuid = notes["$free_text"]["id"].as_str().unwrap().parse().unwrap();
    sealer.erase(Subject::Text(TextId(id)));
    let redacted = read(&log).await[1].payload.clone().unwrap();
    let third = sealed(3, redacted.clone());
    log.append(&stream(), Exact(1), vec![third]).await.unwrap();
    assert_eq!(read(&log).await[2].payload, Ok(redacted));
}

#[tokio::test]
async fn an_erased_person_has_no_text_any_more_and_gets_none() {
    let (log, sealer) = memory();
    append(&log, telling()).await;
    sealer.erase(Subject::Person(PERSON));
    let erased = payload(&log).await;
    assert_eq!(erased["account"], json!({ "$personal": { "person": PERSON } }));
    assert_eq!(erased["name"], "plainword");
    let late = log.append(&stream(), Exact(0), vec![sealed(2, telling())]).await;
    assert!(matches!(late, Err(AppendError::Erased)), "{late:?}");
    assert_eq!(read(&log).await.len(), 1);
}

#[tokio::test]
async fn a_text_whose_key_is_lost_is_delivered_as_an_erased_one_and_the_event_stays_readable() {
    let (log, sealer) = memory();
    append(&log, telling()).await;
    let first = payload(&log).await;
    let id: Uuid = first["notes"]["$free_text"]["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let subjects = [Subject::Person(PERSON), Subject::Text(TextId(id))];
    subjects.into_iter().for_each(|subject| sealer.lose(subject));
    let lost = read(&log).await;
    subjects.into_iter().for_each(|subject| sealer.erase(subject));
    let erased = read(&log).await;
    assert!(lost[0].payload.is_ok());
    assert_eq!(lost, erased);
    let carried = sealed(2, json!({ "from": first["notes"]["$free_text"]["id"] }));
    log.append(&stream(), Exact(0), vec![carried]).await.unwrap();
}

#[tokio::test]
async fn a_payload_whose_key_is_lost_does_not_open_and_says_why() {
    let (log, sealer) = memory();
    append(&log, telling()).await;
    sealer.lose(Subject::Tenant);
    let lost = read(&log).await;
    assert!(
        why_unreadable(&lost[0]).contains("not in the key store"),
        "{lost:?}"
    );
}

#[tokio::test]
async fn an_erased_tenants_events_are_known_as_erased() {
    let (log, sealer) = memory();
    append(&log, json!({})).await;
    sealer.erase(Subject::Tenant);
    let stored = read(&log).await.remove(0);
    assert_eq!(stored.payload, Err(MissingPayload::Erased));
    let decoded = Codec::new(&[FAMILIES]).decode(stored.clone()).unwrap();
    let erased = AnyEvent::Erased {
        event_type: "asset.retired".to_owned(),
        schema: 1,
    };
    assert_eq!(decoded.event, erased);
    let error = decode_as::<AssetEvent>(stored).unwrap_err();
    assert!(matches!(error, DecodeError::Erased { .. }), "{error}");
}

#[tokio::test]
async fn while_the_key_store_is_down_nothing_is_appended_or_read_and_the_error_says_so() {
    let (log, sealer) = memory();
    append(&log, telling()).await;
    sealer.set_failing(true);
    let refusal = log.append(&stream(), Exact(0), vec![sealed(2, telling())]).await;
    assert!(refusal.unwrap_err().is_of_keys());
    assert!(log.read_all(None, 10).await.unwrap_err().is_of_keys());
    let followed = log.subscribe_all(None).next().await.unwrap();
    assert!(followed.unwrap_err().is_of_keys());
    sealer.set_failing(false);
    assert_eq!(read(&log).await.len(), 1);
}

#[tokio::test]
async fn plain_families_and_streams_of_no_tenant_need_no_keys() {
    let (log, sealer) = memory();
    let plain = NewEvent {
        sealed: false,
        ..sealed(1, json!({ "n": 1 }))
    };
    log.append(&stream(), NoStream, vec![plain]).await.unwrap();
    let operator = StreamName::of_operator("alarm-a");
    let noted = json!({ "why": { "$free_text": { "text": "a remark" } } });
    log.append(&operator, NoStream, vec![sealed(2, noted.clone())])
        .await
        .unwrap();
    let read = log.read_all(None, 10).await.unwrap();
    assert_eq!(read[0].bytes.as_slice(), br#"{"n":1}"#);
    assert_eq!(read[1].payload, Ok(noted));
    assert_eq!(sealer.calls.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_page_and_what_a_subscription_has_at_hand_are_opened_with_two_calls() {
    let (log, sealer) = memory();
    let events = (0..400).map(|n| sealed(n, telling())).collect();
    log.append(&stream(), NoStream, events).await.unwrap();
    assert_eq!(sealer.calls.load(Ordering::SeqCst), 2);
    assert_eq!(read(&log).await.len(), 400);
    assert_eq!(sealer.calls.load(Ordering::SeqCst), 4);
    let followed: Vec<_> = log.subscribe_all(None).take(400).collect().await;
    assert!(followed.iter().all(Result::is_ok));
    assert_eq!(sealer.calls.load(Ordering::SeqCst), 6);
}

/// What a stored payload was read as, when it cannot be read.
fn why_unreadable(stored: &StoredEvent) -> &str {
    match &stored.payload {
        Err(MissingPayload::Unreadable(why)) => why,
        Ok(_) | Err(MissingPayload::Erased | MissingPayload::Unopened) => "",
    }
}

#[tokio::test]
async fn an_event_whose_bytes_were_altered_moved_or_exchanged_has_no_payload_and_the_others_do() {
    for change in [
        "UPDATE events SET context = replace(context, 'operator', 'app') WHERE position = 2",
        "UPDATE events SET payload = CAST(substr(payload, 1, 40) || x'00' || substr(payload, 42) AS BLOB)
         WHERE position = 2",
        "UPDATE events SET payload = (SELECT payload FROM events WHERE position = 1) WHERE position = 2",
        "UPDATE events SET type = 'asset.restored' WHERE position = 2",
        "UPDATE events SET event_id = zeroblob(16) WHERE position = 2",
        "UPDATE events SET payload = x'' WHERE position = 2",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("log.db").display());
        let options = Options {
            sealer: Arc::new(TestSealer::default()),
            ..Options::without_keys()
        };
        let log = open(&url, options).await.unwrap();
        let events = [1, 2, 3].map(|n| sealed(n, telling())).to_vec();
        log.append(&stream(), NoStream, events).await.unwrap();
        let tool = rusqlite::Connection::open(folder.path().join("log.db")).unwrap();
        let changed = tool.execute_batch(&format!("DROP TRIGGER events_are_not_changed; {change}"));
        changed.unwrap();
        let mut read = log.read_all(None, 10).await.unwrap();
        assert!(read[0].payload.is_ok() && read[2].payload.is_ok(), "{change}");
        let altered = read.remove(1);
        assert!(!why_unreadable(&altered).is_empty(), "{change}: {altered:?}");
        let followed: Vec<_> = log.subscribe_all(None).take(3).collect().await;
        assert!(followed.iter().all(Result::is_ok), "{change}");
        let read = Codec::new(&[FAMILIES]).decode_any(altered);
        assert!(matches!(read.event, AnyEvent::Unreadable { .. }), "{change}");
    }
}

#[tokio::test]
async fn a_plain_event_of_a_sealed_family_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("log.db").display());
    let log = open(&url, Options::without_keys()).await.unwrap();
    let plain = NewEvent {
        sealed: false,
        ..sealed(1, json!({}))
    };
    log.append(&stream(), NoStream, vec![plain]).await.unwrap();
    let stored = read(&*log).await.remove(0);
    assert!(stored.payload.is_ok());
    let error = decode_as::<AssetEvent>(stored.clone()).unwrap_err();
    assert!(error.to_string().contains("not sealed"), "{error}");
    let any = Codec::new(&[FAMILIES]).decode_any(stored);
    assert!(matches!(any.event, AnyEvent::Unreadable { .. }));
}

#[tokio::test]
async fn plain_events_are_followed_while_the_key_store_is_down() {
    let (log, sealer) = memory();
    let plain = NewEvent {
        sealed: false,
        ..sealed(2, json!({ "n": 1 }))
    };
    log.append(&stream(), NoStream, vec![sealed(1, telling()), plain])
        .await
        .unwrap();
    sealer.set_failing(true);
    let followed: Vec<_> = log.subscribe_unopened(None).take(2).collect().await;
    let payloads = followed.into_iter().map(|event| event.unwrap().payload);
    let payloads: Vec<_> = payloads.collect();
    assert_eq!(payloads, [Err(MissingPayload::Unopened), Ok(json!({ "n": 1 }))]);
}

/// Two texts of a person do not open when a caller that can seal the payload again exchanges them
/// within it; nor does one beside the digest of another key.
#[tokio::test]
async fn a_text_does_not_open_in_another_field_or_beside_another_digest() {
    let personal = |text: &str| json!({ "$personal": { "person": PERSON, "text": text } });
    let stored = json!({ "account": personal("an-account"), "name": personal("a name") });
    let exchanges: [fn(&mut Value); 2] = [
        |stored| {
            let account = stored["account"].take();
            stored["account"] = std::mem::replace(&mut stored["name"], account);
        },
        |stored| stored["name"]["$personal"]["key"] = json!("A".repeat(43) + "="),
    ];
    for exchange in exchanges {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log.db");
        let options = Options {
            sealer: Arc::new(TestSealer::default()),
            ..Options::without_keys()
        };
        let log = open(&format!("sqlite:{}", file.display()), options)
            .await
            .unwrap();
        let plain = NewEvent {
            sealed: false,
            ..sealed(1, stored.clone())
        };
        log.append(&stream(), NoStream, vec![plain]).await.unwrap();
        assert!(read(&*log).await[0].payload.is_ok());
        let tool = rusqlite::Connection::open(&file).unwrap();
        let bytes: Vec<u8> = tool
            .query_row("SELECT payload FROM events", [], |row| row.get(0))
            .unwrap();
        let mut altered: Value = serde_json::from_slice(&bytes).unwrap();
        exchange(&mut altered);
        tool.execute_batch("DROP TRIGGER events_are_not_changed").unwrap();
        tool.execute(
            "UPDATE events SET payload = ?1",
            [altered.to_string().into_bytes()],
        )
        .unwrap();
        assert!(!why_unreadable(&read(&*log).await[0]).is_empty());
    }
}

/// JSON that an event might hold, and texts with marks at any place of it.
fn any_payload() -> impl Strategy<Value = Value> {
    let text = ".{0,12}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.prop_map(Value::from),
        text.prop_map(|text| json!({ "$free_text": { "text": text } })),
        text.prop_map(|text| json!({ "$personal": { "person": PERSON, "text": text } })),
    ];
    any_tree(leaf)
}

/// What has a mark and is not of its shape.
fn any_other_shape() -> impl Strategy<Value = Value> {
    let text = ".{0,12}";
    let mark = prop_oneof![Just("$free_text"), Just("$personal")];
    let inner = prop_oneof![
        text.prop_map(Value::from),
        text.prop_map(|text| json!([text])),
        text.prop_map(|text| json!({ "text": text, "lang": "en" })),
        text.prop_map(|text| json!({ "text": [text] })),
        text.prop_map(|text| json!({ "id": text, "person": text, "text": text })),
        text.prop_map(|text| json!({ "sealed": text, "key": text, "id": PERSON })),
    ];
    let alone = (mark, inner).prop_map(|(mark, inner)| json!({ mark: inner }));
    prop_oneof![
        alone,
        text.prop_map(|text| json!({ "$free_text": { "text": text }, "more": 1 })),
        text.prop_map(|text| json!({ "$personal": { "text": text } })),
    ]
}

fn any_tree(leaf: impl Strategy<Value = Value> + 'static) -> impl Strategy<Value = Value> {
    let tree = leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z/~]{0,3}", inner, 0..4).prop_map(|fields| json!(fields)),
        ]
    });
    proptest::collection::btree_map("[a-z]{1,3}", tree, 0..4).prop_map(|fields| json!(fields))
}

/// The same without the ids that texts get when they are stored.
fn without_ids(mut value: Value) -> Value {
    match &mut value {
        Value::Array(items) => items.iter_mut().for_each(|item| *item = without_ids(item.take())),
        Value::Object(fields) => {
            if let Some(Value::Object(text)) = fields.get_mut("$free_text") {
                text.remove("id");
            }
            fields
                .values_mut()
                .for_each(|field| *field = without_ids(field.take()));
        }
        _ => {}
    }
    value
}

proptest! {
    #[test]
    fn what_has_a_mark_and_another_shape_is_not_stored(
        odd in any_tree(any_other_shape()),
        name in "[a-z]{1,3}",
        seals: bool,
    ) {
        prop_assume!(odd.to_string().contains('$'));
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let (log, _) = memory();
        let event = NewEvent { sealed: seals, ..sealed(1, json!({ name: odd })) };
        let refusal = runtime.block_on(log.append(&stream(), NoStream, vec![event]));
        prop_assert!(matches!(refusal, Err(AppendError::Invalid(_))), "{refusal:?}");
    }

    #[test]
    fn whatever_is_stored_is_read_back_the_same(payload in any_payload(), seals: bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let (log, _) = memory();
        let event = NewEvent { sealed: seals, ..sealed(1, payload.clone()) };
        runtime.block_on(log.append(&stream(), NoStream, vec![event])).unwrap();
        let back = runtime.block_on(read(&log)).remove(0);
        prop_assert_eq!(back.id, EventId(Uuid::from_u128(1)));
        prop_assert_eq!(back.bytes.as_slice()[0] != b'{', seals);
        prop_assert_eq!(without_ids(back.payload.unwrap()), without_ids(payload));
    }
}

#[tokio::test]
async fn an_answer_is_sealed_belongs_to_its_place_and_goes_with_its_tenant() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.db");
    let sealer = Arc::new(TestSealer::default());
    let url = format!("sqlite:{}", file.display());
    let log = open(&url, Options::sealed_by(sealer.clone())).await.unwrap();
    let (id, other) = (EventId(Uuid::from_u128(1)), EventId(Uuid::from_u128(2)));
    let answers = log.answers();
    let stored = answers.store_answer(&stream(), id, b"plainword".to_vec()).await;
    assert_eq!(stored.unwrap(), AnswerStored::Now);
    let found = answers.find_answer(&stream(), id).await.unwrap();
    assert_eq!(found.as_deref(), Some(&b"plainword"[..]));
    let tool = rusqlite::Connection::open(&file).unwrap();
    let bytes: Vec<u8> = tool
        .query_row("SELECT answer FROM answers", [], |row| row.get(0))
        .unwrap();
    assert!(!bytes.windows(9).any(|window| window == b"plainword"));
    tool.execute("UPDATE answers SET event_id = ?1", [other.0.as_bytes()])
        .unwrap();
    let moved = answers.find_answer(&stream(), other).await;
    assert!(matches!(moved, Err(ReadError::Corrupt { .. })), "{moved:?}");
    tool.execute("UPDATE answers SET event_id = ?1", [id.0.as_bytes()])
        .unwrap();
    sealer.erase(Subject::Tenant);
    assert_eq!(answers.find_answer(&stream(), id).await.unwrap(), None);
    let late = answers.store_answer(&stream(), other, b"late".to_vec()).await;
    assert!(matches!(late, Err(AppendError::Erased)), "{late:?}");
}
