//! Registrations and their claims, over a log in memory.

#![allow(clippy::unwrap_used, reason = "a test")]

use chrono::{DateTime, Duration, Utc};
use tally_commands::assets::{self, AssetError, AttributeChanges, Registered};
use tally_commands::{CommandError, Numbers, Origin, claims};
use tally_domain::asset::{AssetRefusal, AttributeKey, Tag};
use tally_domain::claim::Claim;
use tally_domain::{Actor, AssetId, Clock, CommandId, StreamName, TenantId, Via};
use tally_event_log::{LogReader, LogWriter, MemoryLog};
use uuid::Uuid;

const TENANT: TenantId = TenantId(Uuid::from_u128(1));

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

/// An empty log whose clock stands still.
fn empty_log() -> MemoryLog {
    MemoryLog::new(Clock::fixed(now()))
}

fn origin(command: u128, now: DateTime<Utc>) -> Origin {
    let command = CommandId(Uuid::from_u128(command));
    Origin::new(TENANT, Actor::without_account(Via::App), command, now)
}

fn tag(text: &str) -> Tag {
    Tag::parse(text).unwrap()
}

async fn register(log: &dyn LogWriter, origin: &Origin, tag: Option<Tag>) -> Result<Registered, AssetError> {
    let name = AttributeKey::parse("name").unwrap();
    let attributes = AttributeChanges::from([(name, Some("laptop".to_owned()))]);
    assets::register(log, &Numbers::default(), origin, tag, attributes).await
}

async fn holder(log: &dyn LogWriter, tag: &Tag) -> Claim {
    let stream = StreamName::tag(TENANT, tag);
    claims::current_holder(log, &stream).await.unwrap()
}

/// Claims `tag` for an asset that never comes to be, as a process leaves it that dies in between.
async fn claim_and_die(log: &dyn LogWriter, origin: &Origin, tag: &Tag) -> AssetId {
    let asset = AssetId(origin.command.derive("asset"));
    let request = claims::ClaimRequest {
        stream: StreamName::tag(TENANT, tag),
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
    let asset = AssetId(slow.command.derive("asset"));
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
    let asset = AssetId(slow.command.derive("asset"));
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
    let numbers = Numbers::default();
    let origin = origin(1, now());
    let outcome = assets::register(&log, &numbers, &origin, Some(wanted), nameless).await;
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

#[tokio::test]
async fn an_allotted_tag_passes_over_those_given_by_hand() {
    let (log, now) = (empty_log(), now());
    register(&log, &origin(1, now), Some(Tag::from_number(1)))
        .await
        .unwrap();
    let registered = register(&log, &origin(2, now), None).await.unwrap();
    assert_eq!(registered.tag, Tag::from_number(2));
}
