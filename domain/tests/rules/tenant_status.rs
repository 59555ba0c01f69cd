//! `enabled`, `disabled`, `uninstalled`.

use tally_domain::tenant::{SiteFacts, Status, TenantCommand, TenantEvent};

use crate::story::{Story, at, given};
use crate::tenant_samples::*;

fn site() -> Story<TenantEvent> {
    given([installed("one", 0).first()])
}

fn status(story: &Story<TenantEvent>) -> Status {
    story.state().tenant().unwrap().status
}

#[test]
fn a_site_that_never_installed_is_unknown_to_every_other_callback() {
    let commands = [
        TenantCommand::RecordEnabled,
        TenantCommand::RecordDisabled,
        uninstall(0),
        promote("one"),
    ];
    for command in commands {
        no_tenant().when(command).refused("install.tenant_unknown");
    }
}

#[test]
fn enabling_and_disabling_are_recorded_once_each() {
    let story = site()
        .when(TenantCommand::RecordEnabled)
        .then([TenantEvent::Enabled {}])
        .when(TenantCommand::RecordEnabled)
        .nothing_happens()
        .when(TenantCommand::RecordDisabled)
        .then([TenantEvent::Disabled {}])
        .when(TenantCommand::RecordDisabled)
        .nothing_happens();
    assert_eq!(status(&story), Status::Disabled);
}

#[test]
fn a_disabled_site_keeps_its_secret() {
    let story = site().and([TenantEvent::Disabled {}]);
    assert_eq!(accepted(&story.state(), at(1)), fingerprints(["one"]));
}

#[test]
fn a_rotation_leaves_the_site_enabled() {
    let story = site().and([TenantEvent::Enabled {}, installed("two", 10).rotating("one", 70)]);
    assert_eq!(status(&story), Status::Enabled);
}

#[test]
fn an_uninstall_ends_every_secret_and_keeps_the_tenant() {
    let story = site()
        .and([installed("two", 10).rotating("one", 70)])
        .at(20)
        .when(uninstall(20))
        .then([uninstalled(20)]);
    assert_eq!(status(&story), Status::Uninstalled);
    assert_eq!(accepted(&story.state(), at(20)), vec![]);
    let state = story.state();
    let tenant = state.tenant().unwrap();
    assert_eq!((tenant.current(), tenant.secrets().len()), (None, 2));
    assert_eq!(tenant.site, SiteFacts::from(&facts()));
}

#[test]
fn a_repeated_uninstall_appends_nothing_whatever_its_token() {
    site()
        .and([uninstalled(20)])
        .when(uninstall(20))
        .nothing_happens()
        .when(uninstall(21))
        .nothing_happens();
}

#[test]
fn an_uninstall_under_a_token_accepted_with_another_body_is_refused() {
    let mut replay = delivery("one", "one", 0);
    replay.body_digest = "body forged".to_owned();
    site()
        .when(TenantCommand::RecordUninstallation(replay))
        .refused("install.replayed_with_another_body");
}

#[test]
fn enabled_and_disabled_say_nothing_after_an_uninstall() {
    let story = site()
        .and([uninstalled(20)])
        .when(TenantCommand::RecordDisabled)
        .nothing_happens()
        .when(TenantCommand::RecordEnabled)
        .nothing_happens();
    assert_eq!(status(&story), Status::Uninstalled);
}

#[test]
fn a_reinstalled_site_is_enabled_again() {
    site()
        .and([
            TenantEvent::Enabled {},
            uninstalled(20),
            installed("two", 30).again(),
        ])
        .when(TenantCommand::RecordEnabled)
        .then([TenantEvent::Enabled {}]);
}
