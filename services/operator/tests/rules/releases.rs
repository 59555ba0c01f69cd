//! Releases: baked before promoted.

use tally_domain::TenantId;
use tally_operator::domain::release::{
    ProbeReport, ReleaseCommand as C, ReleaseEvent as E, ReleaseState, ReleaseVersion,
};
use uuid::Uuid;

use crate::story::{Story, at, given};

const GAP: u64 = 600;

fn version() -> ReleaseVersion {
    ReleaseVersion::parse("1.4.0").unwrap()
}

fn stage(bake_seconds: u64, descriptor_sha256: Option<String>) -> C {
    C::Stage {
        version: version(),
        bake_seconds,
        descriptor_sha256,
    }
}

fn staged(bake_seconds: u64) -> E {
    E::Staged {
        version: version(),
        bake_seconds,
        descriptor_sha256: None,
    }
}

/// A probe that was over at a minute of the story.
fn probe(minute: i64) -> C {
    C::RecordProbe {
        report: ProbeReport {
            at: at(minute),
            failed: None,
        },
        max_gap_seconds: GAP,
    }
}

fn failed_probe(minute: i64) -> C {
    C::RecordProbe {
        report: ProbeReport {
            at: at(minute),
            failed: Some(("rotate".to_owned(), "jwt.signature_invalid".to_owned())),
        },
        max_gap_seconds: GAP,
    }
}

fn passed(minute: i64, counted_seconds: u64) -> E {
    E::ProbePassed {
        at: at(minute),
        counted_seconds,
    }
}

fn failed(minute: i64) -> E {
    E::ProbeFailed {
        at: at(minute),
        step: "rotate".to_owned(),
        code: "jwt.signature_invalid".to_owned(),
    }
}

fn site() -> TenantId {
    TenantId(Uuid::from_u128(1))
}

fn note_failing() -> C {
    C::NoteTenantFailing {
        tenant: site(),
        code: "jwt.signature_invalid".to_owned(),
    }
}

fn failing() -> E {
    E::TenantFailing {
        tenant: site(),
        code: "jwt.signature_invalid".to_owned(),
    }
}

fn promote() -> C {
    C::Promote { max_gap_seconds: GAP }
}

fn abort(reason: &str) -> C {
    C::Abort {
        reason: reason.to_owned(),
    }
}

fn aborted() -> E {
    E::Aborted {
        reason: "no".to_owned(),
    }
}

/// Staged at the beginning for ten minutes' bake, and probed at the first and the sixth minute.
fn baking() -> Story<E> {
    given([staged(600)]).and([passed(1, 0), passed(6, 300)]).at(6)
}

#[test]
fn a_release_is_staged_once_and_the_same_again_appends_nothing() {
    let story = given([]).when(stage(600, None)).then([staged(600)]);
    story.clone().when(stage(600, None)).nothing_happens();
    story
        .clone()
        .when(stage(601, None))
        .refused("release.staged_before");
    story
        .and([aborted()])
        .when(stage(600, None))
        .refused("release.staged_before");
}

#[test]
fn terms_that_cannot_be_are_refused() {
    let no_release = given::<E>([]);
    no_release
        .clone()
        .when(stage(u64::MAX, None))
        .refused("release.bake_too_long");
    for bad in ["", "5a", &"5g".repeat(32), &"é".repeat(32)] {
        let command = stage(600, Some((*bad).to_owned()));
        no_release
            .clone()
            .when(command)
            .refused("release.descriptor_unfit");
    }
    let story = no_release
        .when(stage(600, Some("5A".repeat(32))))
        .then([E::Staged {
            version: version(),
            bake_seconds: 600,
            descriptor_sha256: Some("5a".repeat(32)),
        }]);
    story.when(stage(600, Some("5A".repeat(32)))).nothing_happens();
}

#[test]
fn what_was_never_staged_is_not_found() {
    for command in [probe(0), promote(), abort("no")] {
        given::<E>([]).when(command).refused("release.not_found");
    }
    for seen in [
        note_failing(),
        C::NoteTenantRecovered { tenant: site() },
        C::NoteAlarm {
            alarm: "TenantsFailing".to_owned(),
            tenants: 3,
        },
    ] {
        given::<E>([]).when(seen).nothing_happens();
    }
}

#[test]
fn time_counts_from_one_passed_probe_to_the_next() {
    given([staged(600)])
        .at(1)
        .when(probe(1))
        .then([passed(1, 0)])
        .at(6)
        .when(probe(6))
        .then([passed(6, 300)]);
}

#[test]
fn time_between_probes_too_far_apart_does_not_count() {
    let story = baking().at(17).when(probe(17)).then([passed(17, 0)]);
    story.at(27).when(probe(27)).then([passed(27, 600)]);
}

#[test]
fn time_around_a_failed_probe_does_not_count() {
    let story = baking().at(8).when(failed_probe(8)).then([failed(8)]);
    let story = story.at(10).when(probe(10)).then([passed(10, 0)]);
    story.at(12).when(probe(12)).then([passed(12, 120)]);
}

#[test]
fn time_in_which_a_tenant_fails_does_not_count_and_counts_again_from_the_next_passed_probe() {
    let story = baking().when(note_failing()).then([failing()]);
    story.clone().when(note_failing()).nothing_happens();
    let story = story.at(8).when(probe(8)).then([passed(8, 0)]);
    let recovered = E::TenantRecovered { tenant: site() };
    let story = story
        .at(9)
        .when(C::NoteTenantRecovered { tenant: site() })
        .then([recovered]);
    story
        .clone()
        .when(C::NoteTenantRecovered { tenant: site() })
        .nothing_happens();
    let story = story.at(10).when(probe(10)).then([passed(10, 0)]);
    story.at(12).when(probe(12)).then([passed(12, 120)]);
}

#[test]
fn a_tenant_that_fails_before_the_first_probe_holds_the_bake_up_as_well() {
    let story = given([staged(600), failing()]);
    let story = story.at(1).when(probe(1)).then([passed(1, 0)]);
    let story = story.and([E::TenantRecovered { tenant: site() }]);
    let story = story.at(2).when(probe(2)).then([passed(2, 0)]);
    story.at(3).when(probe(3)).then([passed(3, 60)]);
}

#[test]
fn a_report_that_comes_twice_or_late_bakes_nothing() {
    baking().when(probe(6)).nothing_happens();
    baking().when(probe(3)).nothing_happens();
    let story = baking().at(8).when(failed_probe(8)).then([failed(8)]);
    story.clone().when(failed_probe(8)).nothing_happens();
    story.when(probe(7)).nothing_happens();
}

#[test]
fn a_failure_that_comes_late_still_counts_against_the_release() {
    let story = baking().when(failed_probe(4)).then([failed(4)]);
    story.clone().when(promote()).refused("release.probe_failing");
    story.at(8).when(probe(8)).then([passed(8, 0)]);
}

#[test]
fn a_clock_that_runs_ahead_bakes_nothing_sooner() {
    baking().at(7).when(probe(500)).then([passed(7, 60)]);
}

#[test]
fn what_a_probe_says_is_kept_to_a_length() {
    let report = ProbeReport {
        at: at(6),
        failed: Some(("s".repeat(5000), "é".repeat(5000))),
    };
    let (decision, _) = given([staged(600)])
        .at(6)
        .when(C::RecordProbe {
            report,
            max_gap_seconds: GAP,
        })
        .decided();
    let events = decision.unwrap();
    let [E::ProbeFailed { step, code, .. }] = events.as_slice() else {
        panic!("{events:?}");
    };
    assert_eq!((step.chars().count(), code.chars().count()), (200, 200));
}

#[test]
fn a_baked_release_is_promoted_and_once_is_enough() {
    let story = baking().and([passed(11, 300)]).at(12);
    let story = story.when(promote()).then([E::Promoted { baked_seconds: 600 }]);
    story.clone().when(promote()).nothing_happens();
    story.clone().when(failed_probe(13)).nothing_happens();
    story.clone().when(note_failing()).nothing_happens();
    story.when(abort("no")).refused("release.over");
}

#[test]
fn promotion_is_refused_with_the_reason() {
    let baked = baking().and([passed(11, 300)]).at(12);
    baking().when(promote()).refused("release.bake_too_short");
    baked
        .clone()
        .at(22)
        .when(promote())
        .refused("release.probe_missing");
    baked
        .clone()
        .and([failed(12)])
        .when(promote())
        .refused("release.probe_failing");
    baked
        .clone()
        .and([failing()])
        .when(promote())
        .refused("release.tenants_failing");
    baked.and([aborted()]).when(promote()).refused("release.over");
    given([staged(0)])
        .when(promote())
        .refused("release.probe_missing");
}

#[test]
fn an_alarm_fails_the_release_for_good() {
    let alarm = || C::NoteAlarm {
        alarm: "TenantsFailing".to_owned(),
        tenants: 3,
    };
    let story = baking().when(alarm()).then([E::Failed {
        alarm: "TenantsFailing".to_owned(),
        tenants: 3,
    }]);
    story.clone().when(alarm()).nothing_happens();
    story.clone().at(7).when(probe(7)).nothing_happens();
    story.when(promote()).refused("release.over");
}

#[test]
fn a_release_is_given_up_with_a_reason() {
    baking().when(abort(" ")).refused("release.reason_unfit");
    baking()
        .when(abort(&"x".repeat(4001)))
        .refused("release.reason_unfit");
    let story = baking().when(abort(" no ")).then([aborted()]);
    story.when(abort("never")).nothing_happens();
}

#[test]
fn counts_beyond_measure_do_not_overflow() {
    let story = given([staged(600), passed(1, u64::MAX), passed(2, u64::MAX)]);
    let ReleaseState::Baking(bake) = story.state() else {
        panic!("it does not bake");
    };
    assert_eq!(bake.baked_seconds, u64::MAX);
}
