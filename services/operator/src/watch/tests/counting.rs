//! Which tenants count in an alarm, and for how long.

use super::*;
use crate::domain::health::Failure;

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

/// Anyone can send what nothing verifies. It counts for a site that had a verified request, or an
/// installation, within a day, and then within 20 s.
#[test]
fn what_nothing_verifies_fires_for_sites_in_use_within_20_s_and_never_for_idle_ones() {
    let scene = Scene::of(12);
    let day = 24 * 3600;
    // 0 to 2 are idle since the start; 3 to 5 sent requests a little less than a day ago; 6 to 8
    // installed an hour ago; 9 to 11 had a request more than a day ago.
    (9..12).for_each(|number| scene.verify(number, 100));
    (3..6).for_each(|number| scene.verify(number, day + 1200));
    (6..9).for_each(|number| {
        scene
            .observations
            .health
            .note_installed(tenant(number), at(2 * day - 3600));
    });
    let start = 2 * day + 200;
    for number in [0, 1, 2, 9, 10, 11] {
        (0..100).for_each(|second| scene.refuse(number, start + second));
    }
    for seconds in (0..100).step_by(5) {
        assert_eq!(news(&scene.tick(start + seconds)), [], "{seconds}");
    }
    let survey = scene.evaluation.survey();
    assert_eq!((survey.failing.len(), survey.idle_refused.len()), (0, 6));
    for group in [3..6, 6..9] {
        let begin = start + 200 + i64::try_from(group.start).unwrap() * 100;
        group.clone().for_each(|number| scene.refuse(number, begin));
        let fired = (0..=20).step_by(5).find(|seconds| {
            let messages = news(&scene.tick(begin + seconds));
            messages.contains(&("TenantsFailing", News::Firing))
        });
        assert!(fired.is_some(), "{group:?}");
        group.for_each(|number| scene.verify(number, begin + 30));
        (35..60)
            .step_by(5)
            .for_each(|seconds| drop(scene.tick(begin + seconds)));
        assert!(!scene.fires("TenantsFailing"));
    }
}

/// A process that began a moment ago cannot know which sites are idle.
#[test]
fn after_a_restart_every_site_counts_for_a_day_and_one_that_failed_goes_on_failing() {
    let scene = Scene::of(4);
    (0..3).for_each(|number| scene.refuse(number, 3600));
    scene.tick(3600);
    scene.tick(3620);
    assert!(scene.fires("TenantsFailing"));
    let failure = Failure {
        code: REFUSED.to_owned(),
        since: at(-90_000),
        refusals: 4,
        last_good_at: None,
    };
    scene.observations.health.restore(tenant(3), &failure, at(0));
    scene.tick(3625);
    assert_eq!(scene.evaluation.survey().failing.len(), 4);
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
