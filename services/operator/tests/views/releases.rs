//! What a release's events become.

use chrono::Duration;
use proptest::prelude::*;
use tally_operator::domain::release::{ReleaseCommand, ReleaseEnd, ReleaseState};
use tally_operator::domain::streams;
use tally_operator::views::{ReleaseList, ReleaseRecord};

use crate::location::cases;
use crate::random::{EACH, name};
use crate::random::{ops, play};
use crate::support::{TempStore, World, tenant_id};
use crate::world::version;

fn record(store: &TempStore, name: &str) -> ReleaseRecord {
    ReleaseList::of(store)
        .by_version(&version(name))
        .unwrap()
        .unwrap()
}

fn failing(tenant: u8) -> ReleaseCommand {
    ReleaseCommand::NoteTenantFailing {
        tenant: tenant_id(tenant),
        code: "jwt.signature_invalid".to_owned(),
    }
}

/// Staged a quarter of an hour ago, and probed three times.
fn baking() -> World {
    let mut world = World::new();
    world.stage("1.4.0", 900);
    for _ in 0..3 {
        world.wait(Duration::minutes(5));
        world.probe("1.4.0", None);
    }
    world
}

#[test]
fn a_release_that_bakes_shows_how_far_it_is() {
    let world = baking();
    let store = TempStore::fed(&world.log);
    let release = record(&store, "1.4.0");
    assert_eq!(release.state(), "baking");
    assert_eq!((release.bake_seconds, release.baked_seconds), (900, 600));
    assert_eq!(release.staged_at, world.now - Duration::minutes(15));
    assert_eq!((release.last_probe_at, release.ended_at), (Some(world.now), None));
    assert_eq!(release.descriptor_sha256, Some("5a".repeat(32)));
    assert_eq!((release.last_probe_failed.as_ref(), release.failing), (None, 0));
    assert_eq!(ReleaseList::of(&store).baking().unwrap(), vec![release]);
}

#[test]
fn a_failed_probe_is_shown_until_one_passes() {
    let mut world = baking();
    world.wait(Duration::minutes(5));
    world.probe("1.4.0", Some(("rotate", "jwt.signature_invalid")));
    let release = record(&TempStore::fed(&world.log), "1.4.0");
    let failed = ("rotate".to_owned(), "jwt.signature_invalid".to_owned());
    assert_eq!(release.last_probe_failed, Some(failed));
    assert_eq!(
        (release.last_probe_at, release.baked_seconds),
        (Some(world.now), 600)
    );
    world.wait(Duration::minutes(5));
    world.probe("1.4.0", None);
    let release = record(&TempStore::fed(&world.log), "1.4.0");
    assert_eq!((release.last_probe_failed, release.baked_seconds), (None, 600));
}

#[test]
fn tenants_that_begin_to_fail_are_named_and_counted_while_they_do() {
    let mut world = baking();
    let began = world.now;
    world.release("1.4.0", &failing(0)).unwrap();
    world.release("1.4.0", &failing(1)).unwrap();
    let store = TempStore::fed(&world.log);
    assert_eq!(record(&store, "1.4.0").failing, 2);
    let ended = world.wait(Duration::minutes(1));
    let recovered = ReleaseCommand::NoteTenantRecovered { tenant: tenant_id(0) };
    world.release("1.4.0", &recovered).unwrap();
    store.apply(&world.log).unwrap();
    assert_eq!(record(&store, "1.4.0").failing, 1);
    let tenants = ReleaseList::of(&store).tenants(&version("1.4.0")).unwrap();
    let listed: Vec<_> = tenants
        .iter()
        .map(|t| (t.tenant, t.since, t.recovered_at))
        .collect();
    let expected = [(tenant_id(0), began, Some(ended)), (tenant_id(1), began, None)];
    assert_eq!(listed, expected);
    assert_eq!(tenants[0].code, "jwt.signature_invalid");
}

#[test]
fn an_ended_release_shows_how_when_and_why_and_changes_no_more() {
    let mut world = baking();
    world.stage("1.5.0", 900);
    let alarm = ReleaseCommand::NoteAlarm {
        alarm: "TenantsFailing".to_owned(),
        tenants: 3,
    };
    world.release("1.4.0", &alarm).unwrap();
    let ended = world.now;
    let abort = ReleaseCommand::Abort {
        reason: "a scope too many".to_owned(),
    };
    world.release("1.5.0", &abort).unwrap();
    world.wait(Duration::minutes(5));
    world.probe("1.4.0", None);
    let store = TempStore::fed(&world.log);
    let [failed, aborted] = ["1.4.0", "1.5.0"].map(|name| record(&store, name));
    assert_eq!(
        (failed.end, failed.ended_at),
        (Some(ReleaseEnd::Failed), Some(ended))
    );
    let why = "the alarm TenantsFailing fired while 3 tenants were failing";
    assert_eq!((failed.reason.as_deref(), failed.baked_seconds), (Some(why), 600));
    assert_eq!(
        (aborted.state(), aborted.reason.as_deref()),
        ("aborted", Some("a scope too many"))
    );
    assert_eq!(ReleaseList::of(&store).baking().unwrap(), vec![]);
}

#[test]
fn releases_are_listed_newest_first() {
    let mut world = World::new();
    for name in ["1.0.0", "1.10.0", "1.9.0"] {
        world.stage(name, 1);
        world.wait(Duration::seconds(1));
    }
    let store = TempStore::fed(&world.log);
    let listed = ReleaseList::of(&store).all(2).unwrap();
    let names: Vec<_> = listed.iter().map(|release| release.version.as_str()).collect();
    assert_eq!(names, ["1.9.0", "1.10.0"]);
    let baking = ReleaseList::of(&store).baking().unwrap();
    assert_eq!(baking[0].version, version("1.0.0"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(48)))]

    #[test]
    fn a_release_stands_as_the_domain_folds_it(ops in ops(120)) {
        let world = play(&ops);
        let store = TempStore::fed(&world.log);
        for release in 0..EACH {
            let shown = ReleaseList::of(&store).by_version(&version(&name(release))).unwrap();
            let stream = streams::release(&version(&name(release)));
            let last = world.log.iter().rfind(|recorded| recorded.stream == stream);
            prop_assert_eq!(shown.as_ref().map(|r| r.revision), last.map(|recorded| recorded.revision));
            match (world.release_state(&name(release)), shown) {
                (ReleaseState::Absent, None) => {}
                (ReleaseState::Ended(end), Some(shown)) => prop_assert_eq!(shown.end, Some(end)),
                (ReleaseState::Baking(bake), Some(shown)) => {
                    prop_assert_eq!(shown.end, None);
                    prop_assert_eq!(shown.baked_seconds, bake.baked_seconds);
                    prop_assert_eq!(shown.last_probe_failed, bake.probe_failing);
                    prop_assert_eq!(shown.failing, bake.failing.len() as u64);
                }
                (state, shown) => prop_assert!(false, "{state:?} is shown as {shown:?}"),
            }
        }
    }
}
