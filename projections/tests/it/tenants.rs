//! What a tenant's events become: credentials, timeline, install log.

use chrono::Duration;
use proptest::prelude::*;
use tally_domain::StreamName;
use tally_domain::refusal::Parameter;
use tally_domain::tenant::{SecretState, Status, TenantCommand, TenantState};
use tally_projections::{CredentialList, InstallLog, InstallOutcome, TenantCredentials, TenantTimeline};

use crate::location::cases;
use crate::support::random::TENANTS;
use crate::support::{TempStore, World, client_key, fingerprint, ops, play, sealed, tenant_id};

fn credentials(store: &TempStore, tenant: u8) -> TenantCredentials {
    CredentialList::of(store)
        .by_tenant(tenant_id(tenant))
        .unwrap()
        .unwrap()
}

#[test]
fn a_rotated_secret_is_current_at_once_and_the_one_before_is_known_with_its_end() {
    let mut world = World::new();
    let first = world.now;
    world.install(0, 1, Duration::zero());
    world.wait(Duration::days(1));
    world.install(0, 2, Duration::zero());
    let known = credentials(&TempStore::fed(&world.log), 0);
    assert_eq!(known.tenant.current().unwrap().sealed, sealed(2));
    assert_eq!(known.tenant.current().unwrap().sealed_at, 1);
    let previous = known.tenant.secret(&fingerprint(1)).unwrap();
    assert_eq!(
        previous.state,
        SecretState::Previous {
            until: world.now + Duration::hours(24)
        }
    );
    assert_eq!(known.standings[&fingerprint(1)].at, world.now);
    assert_eq!(known.standings[&fingerprint(2)].position, world.last().position);
    assert_eq!(
        (known.first_installed_at, known.last_handshake_at),
        (first, world.now)
    );
    assert_eq!(known.stream, StreamName::tenant(tenant_id(0)));
}

#[test]
fn a_secrets_standing_keeps_its_beginning_while_it_does_not_change() {
    let mut world = World::new();
    world.install(0, 1, Duration::zero());
    let installed = world.now;
    world.wait(Duration::hours(1));
    world.tenant(0, &TenantCommand::RecordEnabled).unwrap();
    let known = credentials(&TempStore::fed(&world.log), 0);
    assert_eq!(known.standings[&fingerprint(1)].at, installed);
    assert_eq!((known.last_handshake_at, known.revision), (installed, 1));
    assert_eq!(known.tenant.status, Status::Enabled);
}

#[test]
fn a_tenant_is_found_by_its_client_key_also_after_it_uninstalled() {
    let mut world = World::new();
    world.install(0, 1, Duration::zero());
    world.wait(Duration::hours(1));
    world
        .tenant(
            0,
            &TenantCommand::RecordUninstallation(world.delivery(Duration::zero())),
        )
        .unwrap();
    let store = TempStore::fed(&world.log);
    let found = CredentialList::of(&store)
        .by_client_key(&client_key(0))
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.id, found.tenant.status),
        (tenant_id(0), Status::Uninstalled)
    );
    assert_eq!(found.tenant.accepted_secrets(world.now).count(), 0);
    assert_eq!(
        CredentialList::of(&store).by_client_key(&client_key(1)).unwrap(),
        None
    );
    assert_eq!(CredentialList::of(&store).load_all().unwrap().1, vec![found]);
}

#[test]
fn the_timeline_lists_newest_first_what_happened_and_to_which_secret() {
    let mut world = World::new();
    world.install(0, 1, Duration::zero());
    world.tenant(0, &TenantCommand::RecordEnabled).unwrap();
    world.wait(Duration::days(1));
    world.install_at(0, 2, Duration::zero(), "https://renamed.example");
    let store = TempStore::fed(&world.log);
    let entries = TenantTimeline::of(&store)
        .page(tenant_id(0), 10, None)
        .unwrap()
        .items;
    let types: Vec<_> = entries.iter().map(|entry| entry.event_type.as_str()).collect();
    let expected = [
        "tenant.base_url_changed",
        "tenant.shared_secret_rotated",
        "tenant.enabled",
        "tenant.installed",
    ];
    assert_eq!(types, expected);
    assert_eq!(entries[0].details["to"], "https://renamed.example");
    assert_eq!(entries[1].fingerprint, Some(fingerprint(2)));
    assert_eq!(entries[1].details["previous"], "fp-01");
    assert_eq!(entries[1].details["previousUntil"], "2026-03-03T08:00:00Z");
    assert!(
        entries[1].summary.contains("fp-01") && entries[1].summary.contains("fp-02"),
        "{}",
        entries[1].summary
    );
    assert_eq!(entries[3].details["clientKey"], "client-key-0");
    assert_eq!((entries[1].at, entries[1].revision), (world.now, 2));
}

#[test]
fn the_install_log_lists_each_accepted_callback_once() {
    let mut world = World::new();
    world.install(0, 1, Duration::zero());
    world.tenant(0, &TenantCommand::RecordEnabled).unwrap();
    world.wait(Duration::hours(1));
    // A rotation with a move is one callback and two events.
    world.install_at(0, 2, Duration::zero(), "https://renamed.example");
    world.wait(Duration::hours(1));
    world
        .tenant(
            0,
            &TenantCommand::RecordUninstallation(world.delivery(Duration::zero())),
        )
        .unwrap();
    let store = TempStore::fed(&world.log);
    let log = InstallLog::of(&store).page(tenant_id(0), 10, None).unwrap().items;
    let callbacks: Vec<_> = log.iter().map(|entry| entry.callback.as_str()).collect();
    assert_eq!(callbacks, ["uninstalled", "installed", "enabled", "installed"]);
    assert!(log.iter().all(|entry| entry.outcome == InstallOutcome::Accepted));
    assert_eq!(log[1].fingerprint, Some(fingerprint(2)));
}

#[test]
fn a_tenant_sees_refused_callbacks_that_claimed_its_client_key_and_no_others() {
    let mut world = World::new();
    world.refuse_callback(Some(0));
    world.install(0, 1, Duration::zero());
    world.install(1, 2, Duration::zero());
    world.refuse_callback(Some(1));
    world.refuse_callback(None);
    let store = TempStore::fed(&world.log);
    let log = InstallLog::of(&store).page(tenant_id(0), 10, None).unwrap().items;
    assert_eq!(log.len(), 2);
    let refused = &log[1];
    assert_eq!(refused.outcome, InstallOutcome::Refused);
    assert_eq!(refused.tenant, None);
    assert_eq!(refused.claimed_client_key.as_deref(), Some("client-key-0"));
    assert_eq!(refused.code.as_deref(), Some("jwt.expired"));
    assert_eq!(refused.parameters.get("seconds"), Some(&Parameter::Number(95)));
    assert_eq!(refused.suppressed, 2);
    assert_eq!(InstallLog::of(&store).all(10, None).unwrap().items.len(), 5);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(48)))]

    #[test]
    fn credentials_are_what_the_domain_folds(ops in ops(120)) {
        let world = play(&ops);
        let store = TempStore::fed(&world.log);
        for tenant in (0..TENANTS).map(tenant_id) {
            let stream = StreamName::tenant(tenant);
            let folded = TenantState::fold(&world.tenant_events(&stream));
            let shown = CredentialList::of(&store).by_tenant(tenant).unwrap();
            prop_assert_eq!(shown.as_ref().map(|known| &known.tenant), folded.tenant());
            if let Some(known) = shown {
                let last = world.log.iter().rfind(|recorded| recorded.stream == stream).unwrap();
                prop_assert_eq!((known.revision, known.position), (last.revision, last.position));
                prop_assert_eq!(known.standings.len(), known.tenant.secrets().len());
            }
        }
    }
}
