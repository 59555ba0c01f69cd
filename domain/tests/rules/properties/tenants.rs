//! Of tenants and their secrets.

use std::collections::BTreeSet;

use chrono::Duration;
use proptest::prelude::*;
use tally_domain::tenant::{SecretState, Status, Tenant, TenantCommand, TenantEvent, TenantState};
use tally_house_tests::business::tenant::any_event;

use crate::story::{Story, at, recorded};
use crate::tenant_samples::*;

/// A command, and how many minutes after the one before it comes.
type Step = (i64, TenantCommand);

fn secret() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["one", "two", "three", "four"])
}

fn grace() -> impl Strategy<Value = Duration> {
    prop::sample::select(vec![0, 10, 1000]).prop_map(Duration::minutes)
}

fn callback() -> impl Strategy<Value = Callback> {
    let url = prop::sample::select(vec!["https://acme.atlassian.net", "https://new.atlassian.net"]);
    (secret(), secret(), 0..40i64, url, grace()).prop_map(|(token, body, minute, url, grace)| {
        let Callback(mut installation) = installed(token, minute).with_body(body).at_url(url);
        installation.grace = grace;
        Callback(installation)
    })
}

fn command() -> impl Strategy<Value = TenantCommand> {
    let promote = (secret(), grace()).prop_map(|(secret, grace)| TenantCommand::PromoteCandidate {
        fingerprint: fingerprint(secret),
        grace,
    });
    prop_oneof![
        6 => callback().prop_map(|callback| callback.command()),
        1 => Just(TenantCommand::RecordEnabled),
        1 => Just(TenantCommand::RecordDisabled),
        1 => (0..40i64).prop_map(uninstall),
        2 => promote,
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((0..5i64, command()), 1..30)
}

/// Plays `steps` and hands each command with the story before and after it to `check`.
fn play(
    steps: Vec<Step>,
    mut check: impl FnMut(&TenantCommand, &Story<TenantEvent>, &Story<TenantEvent>) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let (mut story, mut minute) = (no_tenant(), 0);
    for (pause, command) in steps {
        minute += pause;
        let before = story.at(minute);
        let (_, after) = before.clone().when(command.clone()).decided();
        check(&command, &before, &after)?;
        story = after;
    }
    Ok(())
}

fn names(tenant: &Tenant) -> Vec<&str> {
    tenant
        .secrets()
        .iter()
        .map(|known| known.fingerprint.0.as_str())
        .collect()
}

fn each_once(tenant: &Tenant) -> bool {
    let names = names(tenant);
    names.iter().collect::<BTreeSet<_>>().len() == names.len()
}

proptest! {
    #[test]
    fn a_command_that_comes_again_appends_nothing_or_is_refused_alike(steps in steps()) {
        play(steps, |command, before, after| {
            let (first, _) = before.clone().when(command.clone()).decided();
            let (again, _) = after.clone().when(command.clone()).decided();
            match first {
                Ok(_) => prop_assert_eq!(again, Ok(vec![])),
                Err(refusal) => prop_assert_eq!(again, Err(refusal)),
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_site_has_one_current_secret_while_installed_and_accepts_none_after(steps in steps()) {
        play(steps, |_, _, after| {
            let state = after.state();
            let Some(tenant) = state.tenant() else { return Ok(()) };
            let current = tenant.secrets().iter().filter(|s| s.state == SecretState::Current).count();
            let installed = tenant.status != Status::Uninstalled;
            prop_assert_eq!(current, usize::from(installed));
            prop_assert_eq!(tenant.accepted_secrets(after.now()).next().is_some(), installed);
            Ok(())
        })?;
    }

    #[test]
    fn no_secret_is_forgotten_and_none_is_held_twice(steps in steps()) {
        play(steps, |_, before, after| {
            let (before, after) = (before.state(), after.state());
            let Some(tenant) = after.tenant() else { return Ok(()) };
            prop_assert!(each_once(tenant));
            let known = before.tenant().map(names).unwrap_or_default();
            prop_assert!(known.iter().all(|name| names(tenant).contains(name)));
            Ok(())
        })?;
    }

    #[test]
    fn the_current_secret_is_tried_first_and_an_expired_one_never(steps in steps()) {
        play(steps, |_, _, after| {
            let state = after.state();
            let Some(tenant) = state.tenant() else { return Ok(()) };
            let tried: Vec<_> = tenant.accepted_secrets(after.now()).collect();
            prop_assert_eq!(tried.first().copied(), tenant.current());
            for known in tried {
                match known.state {
                    SecretState::Superseded => prop_assert!(false, "a superseded secret is accepted"),
                    SecretState::Previous { until } => prop_assert!(after.now() < until),
                    SecretState::Current | SecretState::Candidate => {}
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn every_held_secret_carries_the_seal_of_the_event_that_brought_it(steps in steps()) {
        play(steps, |_, _, after| {
            let state = after.state();
            for known in state.tenant().map(Tenant::secrets).unwrap_or_default() {
                let origin = after.history().iter().find(|r| r.revision == known.sealed_at).unwrap();
                let (TenantEvent::Installed { secret, fingerprint, .. }
                | TenantEvent::Reinstalled { secret, fingerprint, .. }
                | TenantEvent::SharedSecretRotated { secret, fingerprint, .. }
                | TenantEvent::CandidateSecretReceived { secret, fingerprint, .. }) = &origin.event
                else {
                    return Err(TestCaseError::fail("sealed by an event without a secret"));
                };
                prop_assert_eq!((secret, fingerprint), (&known.sealed, &known.fingerprint));
            }
            Ok(())
        })?;
    }

    #[test]
    fn an_event_with_a_secret_is_the_first_of_its_command(steps in steps()) {
        play(steps, |command, before, after| {
            let yielded = &after.history()[before.history().len()..];
            for (index, recorded) in yielded.iter().enumerate() {
                let text = serde_json::to_string(&recorded.event).unwrap();
                prop_assert!(index == 0 || !text.contains("A256GCM"), "{command:?}");
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_secret_that_lost_its_standing_only_comes_back_by_a_newer_installation(steps in steps()) {
        play(steps, |_, before, after| {
            let (was, is) = (before.state(), after.state());
            let (Some(was), Some(is)) = (was.tenant(), is.tenant()) else { return Ok(()) };
            for known in is.accepted_secrets(after.now()) {
                let standing_before = was.accepted_secrets(before.now()).any(|s| s.fingerprint == known.fingerprint);
                let known_before = was.secret(&known.fingerprint).is_some();
                if known_before && !standing_before {
                    prop_assert_eq!(known.issued_at, connect_link(&after.state()).newest_issued_at);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn time_of_the_newest_callback_never_goes_back(steps in steps()) {
        play(steps, |_, before, after| {
            let newest = |story: &Story<TenantEvent>| story.state().tenant().and_then(Tenant::connect).map(|link| link.newest_issued_at);
            prop_assert!(newest(before) <= newest(after));
            Ok(())
        })?;
    }

    #[test]
    fn the_fold_bears_events_in_any_order(events in prop::collection::vec(any_event(), 0..40)) {
        let mut state = TenantState::Unknown;
        for (revision, event) in (0..).zip(events) {
            state = state.evolve(&recorded(event, revision, at(0)));
            if let Some(tenant) = state.tenant() {
                prop_assert!(each_once(tenant));
            }
        }
    }
}
