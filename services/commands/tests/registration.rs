//! Registrations and their claims, over a log in memory.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use tally_commands::assets::{self, AssetError, AttributeChanges, Registered, Registration, find_tag};
use tally_commands::{CommandError, Origin, Registrar, claims};
use tally_domain::asset::{AssetCommand, AssetEvent, AssetRefusal, AttributeName, Tag};
use tally_domain::claim::Claim;
use tally_domain::schema::MAX_FREE_ATTRIBUTES;
use tally_domain::{Actor, AnyEvent, AssetId, Clock, CommandId, StreamName, TenantId, Via};
use tally_event_log::codec::Codec;
use tally_event_log::{
    AnswerStore, AppendError, Appended, ExpectedRevision, LogReader, LogWriter, MemoryLog, NewEvent,
    ReadThrough,
};
use tally_vault::{KeyEncryptionKey, LocalKeyWrapper, Vault};
use tokio::sync::Barrier;
use uuid::Uuid;

const TENANT: TenantId = TenantId(Uuid::from_u128(1));

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

/// An empty log whose clock stands still.
fn empty_log() -> MemoryLog {
    MemoryLog::sealed(Clock::fixed(now()), vault())
}

fn origin(command: u128, now: DateTime<Utc>) -> Origin {
    let command = CommandId(Uuid::from_u128(command));
    Origin::new(TENANT, Actor::without_person(Via::App), command, now)
}

fn tag(text: &str) -> Tag {
    Tag::parse(text).unwrap()
}

/// One vault for all tests, so that a claim has the same name whenever it is looked up.
fn vault() -> Arc<Vault> {
    static VAULT: LazyLock<Arc<Vault>> = LazyLock::new(|| {
        let wrapper = LocalKeyWrapper::new(KeyEncryptionKey::generate().unwrap());
        let vault = Vault::in_memory(Arc::new(wrapper)).unwrap();
        vault.create_tenant_key(TENANT).unwrap();
        Arc::new(vault)
    });
    VAULT.clone()
}

fn registrar() -> Registrar {
    Registrar::new(vault())
}

async fn register(log: &dyn LogWriter, origin: &Origin, tag: Option<Tag>) -> Result<Registered, AssetError> {
    register_by(&registrar(), log, origin, tag).await
}

async fn register_by(
    registrar: &Registrar,
    log: &dyn LogWriter,
    origin: &Origin,
    tag: Option<Tag>,
) -> Result<Registered, AssetError> {
    let name = AttributeName::parse("name").unwrap();
    let attributes = AttributeChanges::from([(name, Some("laptop".to_owned()))]);
    let registration = Registration::new(origin.command, tag, attributes);
    assets::register(log, registrar, origin, registration).await
}

async fn holder(log: &dyn LogWriter, tag: &Tag) -> Claim {
    let stream = registrar().tag_claim(TENANT, tag).await.unwrap();
    claims::current_holder(log, &stream).await.unwrap()
}

/// Claims `tag` for an asset that never comes to be, as a process leaves it that dies in between.
async fn claim_and_die(log: &dyn LogWriter, origin: &Origin, tag: &Tag) -> AssetId {
    let asset = origin.command.asset();
    let request = claims::ClaimRequest {
        stream: registrar().tag_claim(TENANT, tag).await.unwrap(),
        kind: "tag",
        value: tag.as_str(),
        claimant: asset.0,
        fenced: None,
    };
    claims::acquire(log, &request, &origin.context()).await.unwrap();
    asset
}

fn is_taken(outcome: &Result<Registered, AssetError>) -> bool {
    matches!(outcome, Err(CommandError::Refused(AssetRefusal::TagTaken { .. })))
}

#[tokio::test]
async fn a_registration_that_is_refused_after_its_claim_gives_the_tag_back() {
    let (log, now) = (empty_log(), now());
    let (slow, other, wanted) = (origin(1, now), origin(2, now), tag("LAP-1"));
    let asset = slow.command.asset();
    assert!(assets::fence(&log, &other, asset).await.unwrap());
    assert!(is_taken(&register(&log, &slow, Some(wanted.clone())).await));
    assert_eq!(holder(&log, &wanted).await, Claim::Free);
    let registered = register(&log, &other, Some(wanted.clone())).await.unwrap();
    assert_eq!(holder(&log, &wanted).await, Claim::HeldBy(registered.asset.0));
}

#[tokio::test]
async fn a_refused_registration_may_be_repeated_and_gives_the_tag_back_each_time() {
    let (log, now) = (empty_log(), now());
    let (slow, wanted) = (origin(1, now), tag("LAP-1"));
    let asset = slow.command.asset();
    assert!(assets::fence(&log, &origin(2, now), asset).await.unwrap());
    for _ in 0..3 {
        assert!(is_taken(&register(&log, &slow, Some(wanted.clone())).await));
        assert_eq!(holder(&log, &wanted).await, Claim::Free);
    }
}

#[tokio::test]
async fn a_registration_that_is_refused_before_its_claim_leaves_no_trace() {
    let (log, wanted) = (empty_log(), tag("LAP-1"));
    let nameless = AttributeChanges::new();
    let origin = origin(1, now());
    let nameless = Registration::new(origin.command, Some(wanted), nameless);
    let outcome = assets::register(&log, &registrar(), &origin, nameless).await;
    assert!(matches!(
        outcome,
        Err(CommandError::Refused(AssetRefusal::NameEmpty))
    ));
    assert_eq!(log.head().await.unwrap(), None);
}

#[tokio::test]
async fn a_retry_after_a_crash_between_claim_and_asset_goes_on() {
    let (log, wanted) = (empty_log(), tag("LAP-1"));
    let origin = origin(1, now());
    let asset = claim_and_die(&log, &origin, &wanted).await;
    let registered = register(&log, &origin, Some(wanted.clone())).await.unwrap();
    assert_eq!((registered.asset, registered.tag), (asset, wanted));
}

#[tokio::test]
async fn a_claim_whose_asset_never_came_is_taken_after_half_a_minute_and_its_registration_refused() {
    let (log, wanted, now) = (empty_log(), tag("LAP-1"), now());
    let dead = origin(1, now);
    claim_and_die(&log, &dead, &wanted).await;
    let early = register(&log, &origin(2, now), Some(wanted.clone())).await;
    assert!(is_taken(&early));
    let late = origin(3, now + Duration::seconds(31));
    let registered = register(&log, &late, Some(wanted.clone())).await.unwrap();
    assert!(is_taken(&register(&log, &dead, Some(wanted.clone())).await));
    assert_eq!(holder(&log, &wanted).await, Claim::HeldBy(registered.asset.0));
}

#[tokio::test]
async fn a_reused_key_with_another_tag_gives_that_tag_back_and_leaves_the_first() {
    let log = empty_log();
    let content = |digest: &str| Origin {
        content_digest: Some(digest.to_owned()),
        ..origin(1, now())
    };
    let (first, second) = (tag("LAP-1"), tag("LAP-2"));
    let registered = register(&log, &content("a"), Some(first.clone())).await.unwrap();
    let reused = register(&log, &content("b"), Some(second.clone())).await;
    assert!(matches!(reused, Err(CommandError::KeyReused)));
    assert_eq!(holder(&log, &first).await, Claim::HeldBy(registered.asset.0));
    assert_eq!(holder(&log, &second).await, Claim::Free);
}

/// A log at which two appends wait for each other.
struct Meeting {
    log: MemoryLog,
    stage: Stage,
    arrived: AtomicUsize,
    barrier: Barrier,
}

/// Which appends wait for each other.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    /// The first two of claims, once they are appended.
    AfterClaims,
    /// The first two of assets' events, before they are appended.
    BeforeAssets,
}

impl Meeting {
    fn on(log: MemoryLog, stage: Stage) -> Self {
        let (arrived, barrier) = (AtomicUsize::new(0), Barrier::new(2));
        Self {
            log,
            stage,
            arrived,
            barrier,
        }
    }

    async fn meet(&self, stage: Stage, family: &str, stream: &StreamName) {
        let meets = self.stage == stage && stream.as_str().contains(family);
        if meets && self.arrived.fetch_add(1, Ordering::SeqCst) < 2 {
            self.barrier.wait().await;
        }
    }
}

impl ReadThrough for Meeting {
    fn inner(&self) -> &dyn LogReader {
        &self.log
    }
}

#[async_trait]
impl LogWriter for Meeting {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        self.meet(Stage::BeforeAssets, ".asset-", stream).await;
        let outcome = self.log.append(stream, expected, events).await;
        self.meet(Stage::AfterClaims, ".claim-", stream).await;
        outcome
    }

    fn answers(&self) -> &dyn AnswerStore {
        self.log.answers()
    }
}

#[tokio::test]
async fn of_two_contents_under_one_key_at_once_one_is_carried_out_and_the_other_is_refused() {
    let log = Meeting::on(empty_log(), Stage::BeforeAssets);
    let registrar = registrar();
    let content = |digest: &str| Origin {
        content_digest: Some(digest.to_owned()),
        ..origin(1, now())
    };
    let (a, b) = (content("a"), content("b"));
    let (one, other) = tokio::join!(
        register_by(&registrar, &log, &a, Some(tag("LAP-1"))),
        register_by(&registrar, &log, &b, Some(tag("LAP-2"))),
    );
    let (accepted, refused) = match one.is_ok() {
        true => (one, other),
        false => (other, one),
    };
    assert!(matches!(refused, Err(CommandError::KeyReused)), "{refused:?}");
    let registered = find_tag(&log, TENANT, accepted.as_ref().unwrap().asset).await;
    assert_eq!(registered.unwrap(), Some(accepted.unwrap().tag));
}

/// The numbers of the assets in the log, in the order of their registration.
async fn numbers(log: &dyn LogReader) -> Vec<u64> {
    let codec = Codec::new(&[tally_domain::FAMILIES]);
    let stored = log.read_all(None, 1000).await.unwrap();
    let events = stored.into_iter().map(|event| codec.decode(event).unwrap().event);
    let number = |event: AnyEvent| match event.of()? {
        AssetEvent::Registered { number, .. } => Some(*number),
        _ => None,
    };
    events.filter_map(number).collect()
}

#[tokio::test]
async fn every_registration_takes_a_number_also_under_a_tag_of_its_own() {
    let (log, registrar) = (empty_log(), registrar());
    for (command, wanted) in [(1, Some("LAP-1")), (2, None), (3, Some("LAP-3"))] {
        let (origin, wanted) = (origin(command, now()), wanted.map(tag));
        let name = AttributeName::parse("name").unwrap();
        let attributes = AttributeChanges::from([(name, Some("laptop".to_owned()))]);
        let registration = Registration::new(origin.command, wanted, attributes);
        assets::register(&log, &registrar, &origin, registration)
            .await
            .unwrap();
    }
    assert_eq!(numbers(&log).await, [1, 2, 3]);
}

#[tokio::test]
async fn tags_that_differ_in_case_only_meet_in_one_claim_and_no_claim_shows_its_tag() {
    let registrar = registrar();
    let name = async |tenant, text| registrar.tag_claim(tenant, &tag(text)).await.unwrap();
    let one = name(TENANT, "Lap-1").await;
    assert_eq!(one, name(TENANT, "LAP-1").await);
    assert_ne!(one, name(TENANT, "LAP-2").await);
    let other = TenantId(Uuid::from_u128(2));
    vault().add_tenant(other).await.unwrap();
    let code = |stream: &StreamName| stream.as_str().split('-').next_back().map(str::to_owned);
    assert_ne!(code(&one), code(&name(other, "LAP-1").await));
}

#[tokio::test]
async fn an_allotted_tag_passes_over_those_given_by_hand() {
    let (log, registrar) = (empty_log(), registrar());
    let (first, second) = (origin(1, now()), origin(2, now()));
    let by_hand = register_by(&registrar, &log, &first, Some(Tag::from_number(2))).await;
    by_hand.unwrap();
    let allotted = register_by(&registrar, &log, &second, None).await;
    assert_eq!(allotted.unwrap().tag, Tag::from_number(3));
}

#[tokio::test]
async fn an_allotted_tag_that_a_retry_did_not_use_goes_to_the_next_who_asks_for_it() {
    let (log, unused) = (empty_log(), Tag::from_number(1));
    let first = origin(1, now());
    claim_and_die(&log, &first, &unused).await;
    let registrar = registrar();
    registrar.numbers.next(&log, &first).await.unwrap();
    let retried = register_by(&registrar, &log, &first, None).await.unwrap();
    assert_eq!(retried.tag, Tag::from_number(2));
    let late = origin(2, now() + Duration::seconds(31));
    let registered = register(&log, &late, Some(unused.clone())).await.unwrap();
    assert_eq!(holder(&log, &unused).await, Claim::HeldBy(registered.asset.0));
    let other = origin(3, now() + Duration::seconds(31));
    let used = register(&log, &other, Some(retried.tag.clone())).await;
    assert!(is_taken(&used), "the tag of the retry is in use");
}

#[tokio::test]
async fn of_two_tries_at_once_both_answer_the_tag_of_the_asset_and_the_other_tag_is_given_back() {
    let log = Meeting::on(empty_log(), Stage::AfterClaims);
    let (registrar, origin) = (registrar(), origin(1, now()));
    let [one, other] = [(); 2].map(|()| register_by(&registrar, &log, &origin, None));
    let (one, other) = tokio::try_join!(one, other).unwrap();
    assert_eq!(one.tag, other.tag);
    assert_eq!(one.done.appended + other.done.appended, 1);
    for number in [1, 2] {
        let tag = Tag::from_number(number);
        let expected = match tag == one.tag {
            true => Claim::HeldBy(one.asset.0),
            false => Claim::Free,
        };
        assert_eq!(holder(&log, &tag).await, expected, "{tag}");
    }
}

#[tokio::test]
async fn a_register_that_is_full_of_attributes_refuses_new_ones_and_works_with_those_it_has() {
    let (log, registrar) = (empty_log(), registrar());
    let keys: Vec<AttributeName> = (0..=MAX_FREE_ATTRIBUTES)
        .map(|n| AttributeName::parse(&format!("k{n}")).unwrap())
        .collect();
    for some in keys[1..].chunks(50) {
        registrar
            .schemas
            .add(&log, &origin(1, now()), some)
            .await
            .unwrap();
    }
    let new = &keys[..1];
    let added = registrar.schemas.add(&log, &origin(1, now()), new).await;
    assert!(is_full(&added), "{added:?}");

    let with = |key: &str| {
        let pairs = [("name", "laptop"), (key, "x")];
        let pair = |(key, value): (&str, &str)| (AttributeName::parse(key).unwrap(), Some(value.to_owned()));
        pairs.into_iter().map(pair).collect::<AttributeChanges>()
    };
    let (refused, wanted) = (origin(2, now()), tag("LAP-1"));
    let registration = Registration::new(refused.command, Some(wanted.clone()), with("k0"));
    let refused = assets::register(&log, &registrar, &refused, registration).await;
    assert!(is_full(&refused), "{refused:?}");
    assert_eq!(holder(&log, &wanted).await, Claim::Free);

    let good = origin(3, now());
    let registration = Registration::new(good.command, Some(wanted), with("k1"));
    let asset = assets::register(&log, &registrar, &good, registration)
        .await
        .unwrap()
        .asset;
    let edit = AssetCommand::Edit { set: with("k0") };
    let edited = assets::change(&log, &registrar, &origin(4, now()), asset, None, &edit, None).await;
    assert!(is_full(&edited), "{edited:?}");
}

fn is_full<T>(outcome: &Result<T, AssetError>) -> bool {
    matches!(outcome, Err(CommandError::Refused(AssetRefusal::SchemaFull)))
}

async fn withdraw(log: &dyn LogWriter, origin: &Origin, asset: AssetId) -> Result<(), AssetError> {
    let done = tally_commands::withdraw(log, &registrar(), origin, asset, None, None).await;
    done.map(drop)
}

#[tokio::test]
async fn a_withdrawn_registration_gives_its_tag_to_the_next() {
    let (log, now, wanted) = (empty_log(), now(), tag("LAP-1"));
    let wrong = register(&log, &origin(1, now), Some(wanted.clone()))
        .await
        .unwrap();
    withdraw(&log, &origin(2, now), wrong.asset).await.unwrap();
    assert_eq!(holder(&log, &wanted).await, Claim::Free);
    let right = register(&log, &origin(3, now), Some(wanted.clone()))
        .await
        .unwrap();
    withdraw(&log, &origin(2, now), wrong.asset).await.unwrap();
    assert_eq!(
        holder(&log, &wanted).await,
        Claim::HeldBy(right.asset.0),
        "a repeated withdrawal takes no tag away"
    );
}

#[tokio::test]
async fn a_withdrawal_that_dies_before_it_releases_the_tag_leaves_it_to_the_next_claimant() {
    let (log, now, wanted) = (empty_log(), now(), tag("LAP-1"));
    let wrong = register(&log, &origin(1, now), Some(wanted.clone()))
        .await
        .unwrap();
    let (withdrawal, command) = (origin(2, now), AssetCommand::Withdraw);
    assets::change(&log, &registrar(), &withdrawal, wrong.asset, None, &command, None)
        .await
        .unwrap();
    assert_eq!(holder(&log, &wanted).await, Claim::HeldBy(wrong.asset.0));
    let later = origin(3, now + Duration::minutes(1));
    let right = register(&log, &later, Some(wanted.clone())).await.unwrap();
    assert_eq!(holder(&log, &wanted).await, Claim::HeldBy(right.asset.0));
}

#[tokio::test]
async fn the_refusal_of_a_retired_assets_tag_says_so() {
    let (log, now, wanted) = (empty_log(), now(), tag("LAP-1"));
    let retired = register(&log, &origin(1, now), Some(wanted.clone()))
        .await
        .unwrap();
    let (retiring, command) = (origin(2, now), AssetCommand::Retire);
    assets::change(&log, &registrar(), &retiring, retired.asset, None, &command, None)
        .await
        .unwrap();
    let outcome = register(&log, &origin(3, now), Some(wanted)).await;
    let refused = matches!(
        outcome,
        Err(CommandError::Refused(AssetRefusal::TagRetired { .. }))
    );
    assert!(refused, "{outcome:?}");
}
