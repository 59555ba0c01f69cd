//! Which tenants count in an alarm, and for how long.

use super::*;

#[test]
fn who_uninstalled_does_not_count_and_comes_back_well() {
    let mut scene = Scene::of(3);
    (0..3).for_each(|number| scene.refuse(number, 0));
    scene.tick(10);
    scene.known[0].installed = false;
    assert!(
        !scene
            .tick(15)
            .tasks
            .iter()
            .any(|act| matches!(act, RecordTask::Failing(who, _) if *who == tenant(0)))
    );
    assert!(!scene.fires("TenantsFailing"));
    scene.known[1].installed = false;
    let left = scene.tick(20).tasks;
    assert!(left.contains(&RecordTask::Left(tenant(1))), "{left:?}");
    (0..2).for_each(|number| scene.known[number].installed = true);
    scene.tick(25);
    assert_eq!(scene.evaluation.signals().tenants_failing, 1);
    assert_eq!(scene.evaluation.signals().tenants_installed, 3);
}

#[test]
fn a_tenant_without_requests_for_a_day_counts_in_no_alarm_and_stays_known() {
    let scene = Scene::of(3);
    (0..3).for_each(|number| scene.refuse(number, 0));
    scene.tick(20);
    assert!(scene.fires("TenantsFailing"));
    let day = 24 * 3600 + 1;
    scene.tick(day);
    let later = scene.tick(day + 10);
    assert_eq!(news(&later), [("TenantsFailing", News::Resolved)]);
    assert_eq!(scene.evaluation.survey().failing.len(), 3);
    assert!(
        !later
            .tasks
            .iter()
            .any(|act| matches!(act, RecordTask::Recovered(_)))
    );
}

#[test]
fn what_people_see_counts_until_a_call_of_theirs_succeeds() {
    let scene = Scene::of(3);
    for number in 0..3 {
        scene
            .observations
            .note_failure_seen(tenant(number), "ui.not_started", at(0));
        // That the page itself was served ends nothing.
        scene
            .observations
            .note_verified(tenant(number), RequestKind::Page, Standing::Current, at(1));
    }
    scene.tick(5);
    assert_eq!(news(&scene.tick(35)), [("PagesSeenFailing", News::Firing)]);
    scene.verify(0, 36);
    scene.tick(40);
    assert_eq!(news(&scene.tick(50)), [("PagesSeenFailing", News::Resolved)]);
}

#[test]
fn a_tenant_that_still_uses_a_replaced_secret_is_reported_before_its_grace_ends() {
    let scene = Scene::of(3);
    let until = at(86_400);
    let previous = Standing::Previous { until };
    let used = |number, seconds| {
        scene
            .observations
            .note_verified(tenant(number), RequestKind::Api, previous, at(seconds));
    };
    // An open frame, right after the rotation; then no request came.
    used(0, 60);
    // A tenant for which the platform never used the new secret.
    used(1, 70_000);
    scene.tick(70_000);
    assert_eq!(scene.evaluation.signals().tenants_on_previous_secret, 2);
    assert_eq!(scene.evaluation.survey().expiring, BTreeSet::from([tenant(1)]));
    assert_eq!(
        news(&scene.tick(70_300)),
        [("PreviousSecretExpiring", News::Firing)]
    );
}
