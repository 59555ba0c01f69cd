//! `installed`, as it comes in order: first, repeated, rotated, renamed, after an uninstall.

use tally_domain::tenant::{Links, SecretState, SiteFacts, Status, TenantEvent, TenantState, decide};

use crate::story::{Story, at, given, recorded};
use crate::tenant_samples::*;

fn site() -> Story<TenantEvent> {
    given([installed("one", 0).first()])
}

#[test]
fn the_first_installed_makes_the_tenant_known() {
    let story = no_tenant()
        .when(installed("one", 0).command())
        .then([installed("one", 0).first()]);
    let state = story.state();
    let tenant = state.tenant().unwrap();
    let link = tenant.connect().unwrap();
    assert_eq!(
        (tenant.status, &tenant.site, link.newest_issued_at),
        (Status::Installed, &SiteFacts::from(&facts()), at(0))
    );
    assert_eq!(
        (&link.client_key, &link.oauth_client_id, &link.installation_id),
        (
            &facts().client_key,
            &facts().oauth_client_id,
            &facts().installation_id
        )
    );
    assert_eq!(accepted(&state, at(0)), fingerprints(["one"]));
}

#[test]
fn a_repeated_installed_callback_appends_nothing() {
    site().when(installed("one", 0).command()).nothing_happens();
}

#[test]
fn the_same_token_with_another_body_is_refused() {
    site()
        .when(installed("one", 0).with_body("planted").command())
        .refused("install.replayed_with_another_body");
}

#[test]
fn a_replay_is_still_recognised_within_the_leeway_that_a_verifier_grants() {
    site()
        .at(7)
        .when(installed("two", 7).command())
        .then([installed("two", 7).rotating("one", 67)])
        .when(installed("one", 0).with_body("planted").command())
        .refused("install.replayed_with_another_body");
}

#[test]
fn deliveries_whose_tokens_are_long_expired_are_forgotten() {
    let story = site().and([installed("two", 60).rotating("one", 120)]);
    let remembered = connect_link(&story.state()).deliveries.clone();
    assert_eq!(remembered, vec![delivery("two", "two", 60)]);
}

#[test]
fn a_new_secret_rotates_and_the_one_before_stays_until_its_grace_ends() {
    let story = site()
        .at(10)
        .when(installed("two", 10).command())
        .then([installed("two", 10).rotating("one", 70)]);
    assert_eq!(accepted(&story.state(), at(69)), fingerprints(["two", "one"]));
    assert_eq!(accepted(&story.state(), at(70)), fingerprints(["two"]));
}

#[test]
fn with_no_grace_the_displaced_secret_is_not_accepted_any_more() {
    let callback = installed("two", 10).without_grace();
    let story = site()
        .at(10)
        .when(callback.command())
        .then([callback.rotating("one", 10)]);
    assert_eq!(accepted(&story.state(), at(10)), fingerprints(["two"]));
    let state = story.state();
    let displaced = state.tenant().unwrap().secret(&fingerprint("one")).unwrap();
    assert_eq!(displaced.state, SecretState::Previous { until: at(10) });
}

#[test]
fn the_same_secret_under_a_fresh_token_is_confirmed() {
    let upgrade = installed("one", 10);
    let story = site()
        .at(10)
        .when(upgrade.command())
        .then([upgrade.confirming()])
        .when(upgrade.command())
        .nothing_happens()
        .when(upgrade.with_body("planted").command())
        .refused("install.replayed_with_another_body");
    assert_eq!(connect_link(&story.state()).newest_issued_at, at(10));
}

#[test]
fn two_installs_of_the_same_second_are_taken_in_the_order_in_which_they_come() {
    site()
        .when(installed("two", 0).command())
        .then([installed("two", 0).rotating("one", 60)]);
}

#[test]
fn a_secret_that_was_displaced_can_come_back_and_is_held_once() {
    let back = installed("one", 20);
    let story = site()
        .and([installed("two", 10).rotating("one", 70)])
        .at(20)
        .when(back.command())
        .then([back.rotating("two", 80)]);
    assert_eq!(accepted(&story.state(), at(20)), fingerprints(["one", "two"]));
    let state = story.state();
    let tenant = state.tenant().unwrap();
    assert_eq!(tenant.secrets().len(), 2);
    assert_eq!(
        tenant.current().unwrap().sealed_at,
        2,
        "the seal is that of the newest event"
    );
}

#[test]
fn several_displaced_secrets_live_out_each_its_own_grace() {
    let story = site().and([
        installed("two", 10).rotating("one", 70),
        installed("three", 20).rotating("two", 80),
    ]);
    assert_eq!(
        accepted(&story.state(), at(69)),
        fingerprints(["three", "one", "two"])
    );
    assert_eq!(accepted(&story.state(), at(75)), fingerprints(["three", "two"]));
}

#[test]
fn a_rename_changes_the_base_url_and_nothing_else() {
    let renamed = installed("one", 10).at_url("https://new.atlassian.net");
    let moved = TenantEvent::BaseUrlChanged {
        from: facts().base_url,
        to: "https://new.atlassian.net".to_owned(),
        display_url: None,
    };
    let story = site()
        .when(renamed.command())
        .then([renamed.confirming(), moved])
        .when(renamed.command())
        .nothing_happens();
    let state = story.state();
    let tenant = state.tenant().unwrap();
    assert_eq!(tenant.site.base_url, "https://new.atlassian.net");
    assert_eq!(connect_link(&state).client_key, facts().client_key);
}

#[test]
fn a_rename_that_brings_a_secret_records_the_secret_first() {
    let renamed = installed("two", 10)
        .at_url("https://new.atlassian.net")
        .shown_at("https://assets.example.com");
    let moved = TenantEvent::BaseUrlChanged {
        from: facts().base_url,
        to: "https://new.atlassian.net".to_owned(),
        display_url: Some("https://assets.example.com".to_owned()),
    };
    site()
        .at(10)
        .when(renamed.command())
        .then([renamed.rotating("one", 70), moved]);
}

#[test]
fn another_address_for_people_is_a_move_too() {
    let shown = installed("one", 10).shown_at("https://assets.example.com");
    let moved = TenantEvent::BaseUrlChanged {
        from: facts().base_url,
        to: facts().base_url,
        display_url: Some("https://assets.example.com".to_owned()),
    };
    site().when(shown.command()).then([shown.confirming(), moved]);
}

#[test]
fn a_reinstall_supersedes_every_secret_from_before() {
    let again = installed("three", 30).at_url("https://new.atlassian.net");
    let story = site()
        .and([installed("two", 10).rotating("one", 70), uninstalled(20)])
        .at(30)
        .when(again.command())
        .then([again.again()]);
    let state = story.state();
    let tenant = state.tenant().unwrap();
    assert_eq!(accepted(&state, at(30)), fingerprints(["three"]));
    assert_eq!(
        (tenant.status, tenant.site.base_url.as_str()),
        (Status::Installed, "https://new.atlassian.net")
    );
    assert_eq!(tenant.secrets().len(), 3, "no secret is forgotten");
}

#[test]
fn a_reinstall_may_bring_the_secret_from_before() {
    let again = installed("one", 30);
    let story = site()
        .and([uninstalled(20)])
        .when(again.command())
        .then([again.again()])
        .when(again.command())
        .nothing_happens();
    assert_eq!(accepted(&story.state(), at(30)), fingerprints(["one"]));
}

#[test]
fn a_tenant_without_a_link_to_connect_has_no_secret_and_gets_the_link_by_an_install() {
    let story = site();
    let TenantState::Known(mut tenant) = story.state() else {
        panic!("the site is known");
    };
    tenant.links = Links::default();
    let state = TenantState::Known(tenant);
    assert_eq!(accepted(&state, at(0)), vec![]);
    assert_eq!(
        decide(&state, &uninstall(20), at(20)),
        Ok(vec![]),
        "Connect has nothing to end"
    );
    let install = installed("two", 10);
    let events = decide(&state, &install.command(), at(10)).unwrap();
    assert_eq!(events, [install.first()]);
    let linked = state.evolve(&recorded(events[0].clone(), 1, at(10)));
    assert_eq!(connect_link(&linked).client_key, facts().client_key);
    assert_eq!(accepted(&linked, at(10)), fingerprints(["two"]));
}
