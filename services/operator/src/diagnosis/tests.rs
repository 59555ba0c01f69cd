//! The matchers over made-up evidence. Causes that are really staged are in
//! `tests/it/http/diagnosis`.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;
use tally_atlassian::Refusal;
use tally_atlassian::qsh::Mismatch;
use tally_domain::tenant::{SecretState, Status};

use super::catalogue::{ALL, Applies, Likelihood};
use super::code::{OwnFailure, RefusalCode};
use super::evidence::{Callback, Evidence, Neighbour, RefusedRequests, ReleaseFacts, SecretFacts, Site};
use super::print;
use super::report::find_all;
use crate::observations::sightings::{JiraAnswer, JiraAnswers, RefusedTokens, Times};
use crate::observer::RequestKind;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn before(minutes: i64) -> DateTime<Utc> {
    now() - Duration::minutes(minutes)
}

fn times(count: u64, first: i64, last: i64) -> Times {
    Times {
        count,
        first: before(first),
        last: before(last),
    }
}

fn secret(state: SecretState, since: i64, used: Option<i64>) -> SecretFacts {
    SecretFacts {
        fingerprint: format!("{since:016x}"),
        state,
        since: before(since),
        used_at: used.map(before),
    }
}

/// A site that installed a day ago, rotated an hour ago, and is in use.
fn healthy() -> Evidence {
    let previous = SecretState::Previous {
        until: before(-23 * 60),
    };
    Evidence {
        now: now(),
        remembers_since: Some(before(24 * 60)),
        site: Some(Site {
            status: Status::Enabled,
            base_url: "https://acme.atlassian.net".to_owned(),
            first_installed_at: before(24 * 60),
            last_handshake_at: before(60),
            secrets: vec![
                secret(previous, 60, Some(55)),
                secret(SecretState::Current, 60, Some(1)),
            ],
        }),
        callbacks: vec![Callback {
            at: before(60),
            callback: "installed".to_owned(),
            code: None,
        }],
        refused_requests: None,
        tokens: vec![],
        unknown_issuer: None,
        page_at: Some(before(1)),
        call_at: Some(before(1)),
        answers: vec![JiraAnswers {
            answer: JiraAnswer::Good,
            times: times(9, 50, 1),
            retry_after: None,
        }],
        framed_at: None,
        neighbours: vec![],
        install_verified_at: Some(before(60)),
        other_failing: 0,
        releases: ReleaseFacts::default(),
    }
}

fn found(evidence: &Evidence) -> Vec<(String, Likelihood)> {
    let findings = find_all(evidence);
    findings.into_iter().map(|f| (f.entry, f.likelihood)).collect()
}

fn only(evidence: &Evidence, entry: &str, likelihood: Likelihood) {
    assert_eq!(found(evidence), [(entry.to_owned(), likelihood)]);
}

fn answered(answer: JiraAnswer) -> Vec<JiraAnswers> {
    vec![JiraAnswers {
        answer,
        times: times(3, 10, 0),
        retry_after: None,
    }]
}

#[test]
fn the_catalogue_has_thirty_entries_in_order_and_each_says_all_it_must() {
    let ids: Vec<String> = ALL.iter().map(|entry| entry.id.to_owned()).collect();
    assert_eq!(ids, (1..=30).map(|n| format!("D{n}")).collect::<Vec<_>>());
    for entry in ALL {
        let mut texts = vec![entry.symptom, entry.cause];
        match &entry.applies {
            Applies::Here { admin, operator, .. } => {
                texts.push(operator);
                texts.extend(admin);
            }
            Applies::Never(why) => texts.push(why),
        }
        for text in texts {
            let is_sentence = text.len() > 10 && text.ends_with('.') && !text.contains("  ");
            assert!(is_sentence, "{}: {text:?}", entry.id);
        }
    }
    let impossible: BTreeSet<&str> = ALL
        .iter()
        .filter(|entry| matches!(entry.applies, Applies::Never(_)))
        .map(|entry| entry.id)
        .collect();
    assert_eq!(
        impossible,
        ["D3", "D6", "D14", "D20", "D21", "D22", "D23", "D25"].into()
    );
}

#[test]
fn a_site_in_good_health_has_no_finding() {
    assert_eq!(found(&healthy()), []);
    let offline = Evidence {
        remembers_since: None,
        page_at: None,
        call_at: None,
        answers: vec![],
        install_verified_at: None,
        ..healthy()
    };
    assert_eq!(found(&offline), []);
}

#[test]
fn a_rotation_just_now_is_no_finding_though_old_tokens_are_still_about() {
    let mut evidence = healthy();
    let site = evidence.site.as_mut().unwrap();
    let until = before(-60);
    site.secrets = vec![
        secret(SecretState::Previous { until }, 5, Some(1)),
        secret(SecretState::Current, 5, None),
    ];
    assert_eq!(found(&evidence), []);
}

#[test]
fn a_site_that_goes_on_with_the_secret_before_is_found_before_it_fails() {
    let mut evidence = healthy();
    let site = evidence.site.as_mut().unwrap();
    let until = before(-60);
    site.secrets = vec![
        secret(SecretState::Previous { until }, 60, Some(1)),
        secret(SecretState::Current, 60, Some(58)),
    ];
    only(&evidence, "D2", Likelihood::Likely);
}

#[test]
fn a_wave_of_failing_sites_is_shown_to_the_operator_only() {
    let mut evidence = healthy();
    evidence.refused_requests = Some(RefusedRequests {
        code: RefusalCode::Refused(Refusal::SignatureInvalid),
        times: times(7, 30, 0),
    });
    evidence.other_failing = 41;
    let findings = find_all(&evidence);
    assert_eq!(findings[0].entry, "D1");
    assert!(findings[0].internal[0].contains("41"));
    assert!(!findings[0].why.concat().contains("41"));
}

#[test]
fn silence_for_a_month_may_be_a_site_that_left() {
    let month = 31 * 24 * 60;
    let mut evidence = healthy();
    evidence.remembers_since = Some(before(month));
    evidence.page_at = None;
    evidence.call_at = None;
    evidence.answers = vec![];
    let site = evidence.site.as_mut().unwrap();
    site.last_handshake_at = before(month);
    site.secrets = vec![secret(SecretState::Current, month, None)];
    only(&evidence, "D19", Likelihood::Possible);
    evidence.remembers_since = Some(before(60));
    assert_eq!(found(&evidence), []);
}

#[test]
fn an_old_descriptor_is_found_when_the_rollout_should_be_over() {
    let mut evidence = healthy();
    evidence.site.as_mut().unwrap().last_handshake_at = before(60 * 60);
    evidence.releases.descriptor_changed = Some(("1.2.0".to_owned(), before(20 * 60)));
    assert_eq!(found(&evidence), []);
    evidence.releases.descriptor_changed = Some(("1.2.0".to_owned(), before(40 * 60)));
    only(&evidence, "D27", Likelihood::Possible);
}

#[test]
fn a_descriptor_that_strays_is_the_operators() {
    let mut evidence = healthy();
    evidence.releases.descriptor_differs = Some("1.2.0".to_owned());
    only(&evidence, "D28", Likelihood::Likely);
    assert_eq!(find_all(&evidence)[0].admin_remedy, None);
}

#[test]
fn each_answer_of_jira_has_its_entry() {
    for (answer, entry, likelihood) in [
        (JiraAnswer::Unauthorized, "D4", Likelihood::Certain),
        (JiraAnswer::Forbidden, "D24", Likelihood::Certain),
        (JiraAnswer::BadRequest, "D24", Likelihood::Certain),
        (JiraAnswer::RateLimited, "D26", Likelihood::Certain),
        (JiraAnswer::Redirected, "D16", Likelihood::Likely),
        (JiraAnswer::Silent, "D16", Likelihood::Possible),
    ] {
        let mut evidence = healthy();
        evidence.answers = answered(answer);
        only(&evidence, entry, likelihood);
    }
    for answer in [JiraAnswer::Good, JiraAnswer::Failed, JiraAnswer::Unreadable] {
        let mut evidence = healthy();
        evidence.answers = answered(answer);
        assert_eq!(found(&evidence), [], "{answer:?}");
    }
}

#[test]
fn one_frame_that_is_loaded_again_is_not_yet_a_wrong_clock() {
    let mut evidence = healthy();
    let expired = |count| RefusedTokens {
        refusal: Refusal::Expired { seconds: 90 },
        kind: RequestKind::Page,
        mismatch: None,
        times: times(count, 0, 0),
    };
    evidence.tokens = vec![expired(1)];
    only(&evidence, "D11", Likelihood::Possible);
    evidence.tokens = vec![expired(2)];
    only(&evidence, "D11", Likelihood::Likely);
}

#[test]
fn the_page_of_the_documentation_is_that_of_the_catalogue() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/diagnosis.md");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == print::catalogue_page(),
        "docs/diagnosis.md is old: tally diagnose --catalogue > docs/diagnosis.md"
    );
}

prop_compose! {
    fn moments()(count in 1_u64..99, first in -60_i64..60_000, long in 0_i64..60_000) -> Times {
        times(count, first, first.saturating_sub(long))
    }
}

fn status() -> impl Strategy<Value = Status> {
    prop::sample::select(vec![
        Status::Installed,
        Status::Enabled,
        Status::Disabled,
        Status::Uninstalled,
    ])
}

fn state() -> impl Strategy<Value = SecretState> {
    prop_oneof![
        Just(SecretState::Current),
        Just(SecretState::Candidate),
        Just(SecretState::Superseded),
        (-9_000_i64..9_000).prop_map(|minutes| SecretState::Previous {
            until: before(minutes)
        }),
    ]
}

fn code() -> impl Strategy<Value = RefusalCode> {
    let refused = Refusal::CATALOGUE
        .iter()
        .map(|entry| RefusalCode::from_code(entry.code));
    let failed = OwnFailure::ALL.map(RefusalCode::Failed);
    prop::sample::select(refused.chain(failed).collect::<Vec<_>>())
}

prop_compose! {
    fn site()(
        status in status(),
        installed in 0_i64..90_000,
        shaken in 0_i64..90_000,
        secrets in prop::collection::vec((state(), 0_i64..90_000, prop::option::of(0_i64..90_000)), 0..5),
    ) -> Site {
        Site {
            status,
            base_url: "https://acme.atlassian.net".to_owned(),
            first_installed_at: before(installed),
            last_handshake_at: before(shaken),
            secrets: secrets.into_iter().map(|(state, since, used)| secret(state, since, used)).collect(),
        }
    }
}

fn callbacks() -> impl Strategy<Value = Vec<Callback>> {
    let names = prop::sample::select(vec!["installed", "uninstalled", "enabled", "disabled"]);
    let one =
        (0_i64..20_000, names, prop::option::of(code())).prop_map(|(minutes, callback, code)| Callback {
            at: before(minutes),
            callback: callback.to_owned(),
            code,
        });
    prop::collection::vec(one, 0..12)
}

fn tokens() -> impl Strategy<Value = Vec<RefusedTokens>> {
    let places = prop::sample::select(vec![RequestKind::Page, RequestKind::Api, RequestKind::Callback]);
    let mismatches = prop::option::of(prop::sample::select(vec![
        Mismatch::Prefix,
        Mismatch::Encoding,
        Mismatch::Parameter,
        Mismatch::Unexplained,
    ]));
    let refusals = prop_oneof![
        (1..100_000_i64).prop_map(|seconds| Refusal::Expired { seconds }),
        (1..100_000_i64).prop_map(|seconds| Refusal::NotYetValid { seconds }),
        prop::sample::select(vec![
            Refusal::QshMissing,
            Refusal::QshMismatch,
            Refusal::ContextTokenRequired,
            Refusal::ContextTokenNotAllowed,
            Refusal::SignatureInvalid,
            Refusal::MatchesSupersededSecret,
            Refusal::SubjectMissing,
            Refusal::TenantUninstalled,
            Refusal::SecretsUnavailable,
        ]),
    ];
    let one = (refusals, places, mismatches, moments());
    let one = one.prop_map(|(refusal, kind, mismatch, times)| RefusedTokens {
        refusal,
        kind,
        mismatch,
        times,
    });
    prop::collection::vec(one, 0..8)
}

fn answers() -> impl Strategy<Value = Vec<JiraAnswers>> {
    let kinds = prop::sample::select(vec![
        JiraAnswer::Good,
        JiraAnswer::BadRequest,
        JiraAnswer::Unauthorized,
        JiraAnswer::Forbidden,
        JiraAnswer::NotFound,
        JiraAnswer::RateLimited,
        JiraAnswer::Redirected,
        JiraAnswer::Failed,
        JiraAnswer::Silent,
        JiraAnswer::Unreadable,
    ]);
    let one = (kinds, moments(), prop::option::of(any::<u64>()));
    let one = one.prop_map(|(answer, times, retry_after)| JiraAnswers {
        answer,
        times,
        retry_after,
    });
    prop::collection::vec(one, 0..5)
}

fn minutes() -> impl Strategy<Value = Option<i64>> {
    prop::option::of(0_i64..90_000)
}

prop_compose! {
    fn evidence()(
        site in prop::option::of(site()),
        callbacks in callbacks(),
        refused in prop::option::of((code(), moments())),
        tokens in tokens(),
        unknown_issuer in prop::option::of(moments()),
        used in (minutes(), minutes(), minutes()),
        answers in answers(),
        framed in prop::option::of(0_i64..90_000),
        neighbour in prop::option::of((status(), 0_i64..90_000)),
        other_failing in 0_u64..100,
        changed in prop::option::of(0_i64..90_000),
    ) -> Evidence {
        Evidence {
            now: now(),
            remembers_since: used.2.map(before),
            site,
            callbacks,
            refused_requests: refused.map(|(code, times)| RefusedRequests { code, times }),
            tokens,
            unknown_issuer,
            page_at: used.0.map(before),
            call_at: used.1.map(before),
            answers,
            framed_at: framed.map(|minutes| ("https://new.atlassian.net".to_owned(), before(minutes))),
            neighbours: neighbour.into_iter().map(|(status, installed)| Neighbour {
                tenant: "other".to_owned(),
                status,
                first_installed_at: before(installed),
            }).collect(),
            install_verified_at: used.2.map(before),
            other_failing,
            releases: ReleaseFacts {
                descriptor_changed: changed.map(|minutes| ("1".to_owned(), before(minutes))),
                descriptor_differs: None,
            },
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_evidence_yields_one_diagnosis_in_order_each_entry_once(evidence in evidence()) {
        let findings = find_all(&evidence);
        prop_assert_eq!(&findings, &find_all(&evidence));
        prop_assert!(findings.is_sorted_by_key(|finding| std::cmp::Reverse(finding.likelihood)));
        let entries: BTreeSet<&str> = findings.iter().map(|finding| finding.entry.as_str()).collect();
        prop_assert_eq!(entries.len(), findings.len());
        for finding in &findings {
            prop_assert!(!(finding.why.is_empty() && finding.internal.is_empty()), "{}", finding.entry);
            prop_assert!(finding.admin_remedy.is_none() || !finding.why.is_empty(), "{}", finding.entry);
        }
    }
}
