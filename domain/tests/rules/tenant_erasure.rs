//! The erasure of a tenant.

use tally_domain::tenant::{
    NotErased, TenantCommand, TenantEvent, TenantState, erase, record_destroyed_keys,
};

use crate::story::given;
use crate::tenant_samples::*;

#[test]
fn only_a_tenant_that_is_known_and_no_longer_installed_is_erased_unless_that_is_wanted() {
    assert_eq!(erase(&TenantState::Unknown, true), Err(NotErased::Unknown));
    let installed = given([installed("one", 0).first()]);
    assert_eq!(erase(&installed.state(), false), Err(NotErased::Installed));
    assert_eq!(erase(&installed.state(), true), Ok(vec![TenantEvent::Erased {}]));
    let left = installed.and([uninstalled(10)]);
    assert_eq!(erase(&left.state(), false), Ok(vec![TenantEvent::Erased {}]));
}

#[test]
fn an_erased_tenant_stays_erased_and_every_callback_for_it_is_refused() {
    let erased = || given([installed("one", 0).first(), TenantEvent::Erased {}]);
    assert_eq!(erased().state().tenant(), None);
    assert_eq!(erase(&erased().state(), true), Ok(vec![]));
    let commands = [
        installed("two", 10).command(),
        TenantCommand::RecordEnabled,
        TenantCommand::RecordDisabled,
        uninstall(10),
        promote("one"),
    ];
    for command in commands {
        erased().when(command).refused("install.tenant_unknown");
    }
    let later = erased().and([installed("two", 10).rotating("one", 70), TenantEvent::Enabled {}]);
    assert_eq!(later.state().tenant(), None);
}

#[test]
fn that_the_keys_are_destroyed_is_recorded_of_an_erased_tenant_once_and_when_keys_had_come_back() {
    let destroyed = [TenantEvent::KeysDestroyed {}];
    let erased = given([installed("one", 0).first(), TenantEvent::Erased {}]);
    for were_there in [true, false] {
        assert_eq!(record_destroyed_keys(&erased.state(), were_there), destroyed);
    }
    let done = erased.and(destroyed.clone());
    assert_eq!(done.state(), TenantState::Erased { keys_destroyed: true });
    assert_eq!(record_destroyed_keys(&done.state(), false), []);
    assert_eq!(record_destroyed_keys(&done.state(), true), destroyed);
    let living = given([installed("one", 0).first()]);
    assert_eq!(record_destroyed_keys(&living.state(), true), []);
}
