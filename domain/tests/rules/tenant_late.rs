//! Callbacks that come late or out of order, and candidates.

use chrono::{DateTime, Utc};
use tally_domain::tenant::{Delivery, SecretState, Status, TenantEvent, TenantState};

use crate::story::{Story, at, given, recorded};
use crate::tenant_samples::*;

/// A site whose newest installation is of minute 20.
fn site() -> Story<TenantEvent> {
    given([
        installed("one", 0).first(),
        installed("three", 20).rotating("one", 80),
    ])
    .at(20)
}

/// The same, and the installation of minute 10 came after it.
fn site_with_candidate() -> Story<TenantEvent> {
    site().and([installed("two", 10).as_candidate()])
}

#[test]
fn an_older_install_with_another_secret_brings_a_candidate_and_displaces_nothing() {
    let late = installed("two", 10).at_url("https://old.atlassian.net");
    let story = site().when(late.command()).then([late.as_candidate()]);
    let state = story.state();
    assert_eq!(accepted(&state, at(20)), fingerprints(["three", "two", "one"]));
    let tenant = state.tenant().unwrap();
    assert_eq!(
        tenant.site.base_url,
        facts().base_url,
        "nor does it move the site"
    );
    assert_eq!(connect_link(&state).newest_issued_at, at(20));
}

#[test]
fn a_late_install_that_is_repeated_appends_nothing() {
    site_with_candidate()
        .when(installed("two", 10).command())
        .nothing_happens();
}

#[test]
fn a_late_install_with_an_accepted_secret_is_confirmed() {
    for secret in ["one", "two", "three"] {
        let late = installed(secret, 15);
        site_with_candidate()
            .when(late.command())
            .then([late.confirming()]);
    }
}

#[test]
fn a_late_install_never_revives_a_secret_that_was_displaced_without_grace() {
    let leaked = installed("one", 0);
    let rotation = installed("two", 20).without_grace();
    let late = installed("one", 10);
    let story = given([leaked.first(), rotation.rotating("one", 20)])
        .at(20)
        .when(late.command())
        .then([late.confirming()])
        .when(promote("one"))
        .refused("tenant.not_a_candidate");
    assert_eq!(accepted(&story.state(), at(20)), fingerprints(["two"]));
}

#[test]
fn a_candidate_that_verified_becomes_current_and_the_one_before_keeps_a_grace() {
    let story = site_with_candidate()
        .at(30)
        .when(promote("two"))
        .then([promoted("two", "three", 90)])
        .when(promote("two"))
        .nothing_happens();
    assert_eq!(
        accepted(&story.state(), at(30)),
        fingerprints(["two", "one", "three"])
    );
    assert_eq!(accepted(&story.state(), at(90)), fingerprints(["two"]));
}

#[test]
fn promoting_the_current_secret_appends_nothing() {
    site().when(promote("three")).nothing_happens();
}

#[test]
fn only_a_candidate_can_be_promoted() {
    for secret in ["one", "never-seen"] {
        site_with_candidate()
            .when(promote(secret))
            .refused("tenant.not_a_candidate");
    }
}

#[test]
fn a_newer_install_discards_the_candidates() {
    let newest = installed("four", 30);
    let story = site_with_candidate()
        .and([installed("half", 12).as_candidate()])
        .at(30)
        .when(newest.command())
        .then([newest.rotating("three", 90), discarded("two"), discarded("half")]);
    let state = story.state();
    assert_eq!(accepted(&state, at(31)), fingerprints(["four", "one", "three"]));
    let candidate = state.tenant().unwrap().secret(&fingerprint("two")).unwrap();
    assert_eq!(candidate.state, SecretState::Superseded);
}

#[test]
fn a_newer_install_that_confirms_the_current_secret_discards_the_candidates_too() {
    let newest = installed("three", 30);
    site_with_candidate()
        .when(newest.command())
        .then([newest.confirming(), discarded("two")]);
}

#[test]
fn a_newer_install_that_brings_the_candidate_itself_rotates_to_it() {
    let newest = installed("two", 30);
    let story = site_with_candidate()
        .at(30)
        .when(newest.command())
        .then([newest.rotating("three", 90)]);
    assert_eq!(
        accepted(&story.state(), at(30)),
        fingerprints(["two", "one", "three"])
    );
}

#[test]
fn a_discarded_candidate_is_not_promoted() {
    site_with_candidate()
        .and([discarded("two")])
        .when(promote("two"))
        .refused("tenant.not_a_candidate");
}

#[test]
fn an_uninstall_from_before_the_newest_install_changes_nothing() {
    let story = site().when(uninstall(19)).nothing_happens();
    assert_eq!(story.state().tenant().unwrap().status, Status::Installed);
}

#[test]
fn an_install_from_before_the_uninstall_changes_nothing() {
    let story = site()
        .and([uninstalled(30)])
        .when(installed("two", 25).command())
        .nothing_happens();
    assert_eq!(story.state().tenant().unwrap().status, Status::Uninstalled);
    assert_eq!(accepted(&story.state(), at(30)), vec![]);
}

#[test]
fn an_install_from_before_the_uninstall_stays_without_effect_after_a_reinstall() {
    let story = site()
        .and([uninstalled(30), installed("four", 40).again()])
        .at(41)
        .when(installed("two", 25).command())
        .nothing_happens();
    assert_eq!(accepted(&story.state(), at(41)), fingerprints(["four"]));
}

#[test]
fn an_install_between_the_uninstall_and_the_newest_install_brings_a_candidate() {
    let late = installed("two", 35);
    site()
        .and([uninstalled(30), installed("four", 40).again()])
        .when(late.command())
        .then([late.as_candidate()]);
}

#[test]
fn an_install_of_the_second_of_the_uninstall_counts_as_after_it() {
    let again = installed("four", 30);
    site()
        .and([uninstalled(30)])
        .when(again.command())
        .then([again.again()]);
}

#[test]
fn candidates_end_with_an_uninstall() {
    let story = site_with_candidate().and([uninstalled(30)]);
    assert_eq!(accepted(&story.state(), at(30)), vec![]);
    story.when(promote("two")).refused("tenant.not_a_candidate");
}

#[test]
fn the_fold_bears_tokens_that_expire_at_the_end_of_time() {
    let endless = |callback: Callback| {
        let Callback(mut installation) = callback;
        installation.delivery.expires_at = DateTime::<Utc>::MAX_UTC;
        Callback(installation)
    };
    let history = [
        recorded(endless(installed("one", 0)).first(), 0, at(0)),
        recorded(endless(installed("one", 10)).confirming(), 1, at(10)),
        recorded(
            TenantEvent::Uninstalled {
                delivery: Delivery {
                    issued_at: DateTime::<Utc>::MIN_UTC,
                    ..delivery("u", "u", 20)
                },
            },
            2,
            at(20),
        ),
    ];
    let state = TenantState::fold(&history);
    assert_eq!(connect_link(&state).deliveries.len(), 3);
}
