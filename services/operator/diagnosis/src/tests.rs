//! The matchers over made-up evidence. Causes that are really staged are in
//! `tests/it/http/diagnosis`.

mod german;
mod random;

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use tally_atlassian::Refusal;
use tally_domain::tenant::{SecretState, Status};

use super::catalogue::{ALL, Applies, Likelihood};
use super::code::RefusalCode;
use super::evidence::{Callback, Evidence, RefusedRequests, ReleaseFacts, SecretFacts, Site};
use super::print;
use super::report::{Finding, find_all};
use tally_observations::observer::RequestKind;
use tally_observations::sightings::{JiraAnswer, JiraAnswers, RefusedTokens, Times};

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
        log_fails_since: None,
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
fn the_catalogue_is_numbered_in_order_and_each_entry_says_all_it_must() {
    let ids: Vec<String> = ALL.iter().map(|entry| entry.id.to_owned()).collect();
    assert_eq!(ids, (1..=ALL.len()).map(|n| format!("D{n}")).collect::<Vec<_>>());
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
        (JiraAnswer::Silent, "D32", Likelihood::Likely),
        (JiraAnswer::Failed, "D32", Likelihood::Likely),
        (JiraAnswer::Unreadable, "D32", Likelihood::Likely),
    ] {
        let mut evidence = healthy();
        evidence.answers = answered(answer);
        only(&evidence, entry, likelihood);
    }
    let mut evidence = healthy();
    evidence.answers = answered(JiraAnswer::Good);
    assert_eq!(found(&evidence), []);
}

#[test]
fn a_log_that_cannot_be_written_is_no_fault_of_the_site() {
    let mut evidence = healthy();
    evidence.log_fails_since = Some(before(3));
    only(&evidence, "D33", Likelihood::Certain);
}

#[test]
fn a_lost_key_is_found_and_no_update_is_advised() {
    let mut evidence = healthy();
    evidence.callbacks.insert(
        0,
        Callback {
            at: before(40),
            callback: "installed".to_owned(),
            code: Some(RefusalCode::from_code("keys.lost")),
        },
    );
    let first = find_all(&evidence).remove(0);
    assert_eq!(
        (first.entry.as_str(), first.likelihood),
        ("D34", Likelihood::Certain)
    );
}

/// A clock that is off is repaired by Tally support; a callback that is repeated meanwhile is
/// refused as well.
#[test]
fn where_a_callback_was_refused_for_a_cause_of_its_own_no_other_remedy_is_given() {
    let mut evidence = healthy();
    evidence.refused_requests = Some(RefusedRequests {
        code: RefusalCode::Refused(Refusal::SignatureInvalid),
        times: times(7, 30, 0),
    });
    evidence.callbacks.insert(
        0,
        Callback {
            at: before(40),
            callback: "installed".to_owned(),
            code: Some(RefusalCode::Refused(Refusal::Expired { seconds: 0 })),
        },
    );
    only(&evidence, "D11", Likelihood::Certain);
    let remedy = find_all(&evidence).remove(0).admin_remedy.unwrap();
    assert!(!remedy.contains("install"), "{remedy}");
}

#[test]
fn secrets_that_do_not_open_are_found_until_a_request_verifies() {
    let mut evidence = healthy();
    let refused = |kind, last| RefusedTokens {
        refusal: Refusal::SecretsUnavailable,
        kind,
        mismatch: None,
        times: times(4, 30, last),
    };
    evidence.tokens = vec![refused(RequestKind::Page, 20), refused(RequestKind::Api, 0)];
    only(&evidence, "D31", Likelihood::Certain);
    evidence.tokens = vec![refused(RequestKind::Page, 20), refused(RequestKind::Api, 2)];
    assert_eq!(found(&evidence), []);
}

#[test]
fn evidence_has_a_code_and_the_values_of_its_text() {
    let mut evidence = healthy();
    evidence.refused_requests = Some(RefusedRequests {
        code: RefusalCode::Refused(Refusal::SignatureInvalid),
        times: times(7, 30, 0),
    });
    let finding = find_all(&evidence).remove(0);
    let texts: Vec<&String> = finding.reasons.iter().map(|reason| &reason.text).collect();
    assert_eq!(texts, finding.why.iter().collect::<Vec<_>>());
    let reason = serde_json::to_value(&finding.reasons[0]).unwrap();
    let expected = serde_json::json!({
        "code": "requests_unverified",
        "values": { "count": 7, "first": "2026-09-21T13:43:20Z", "last": "2026-09-21T14:13:20Z" },
        "text": "Requests that no secret of this site verifies came 7 times from 2026-09-21T13:43:20Z to \
                 2026-09-21T14:13:20Z, and none verified since the first.",
    });
    assert_eq!(reason, expected);
}

#[test]
fn a_finding_of_an_earlier_version_without_codes_can_be_read() {
    let mut finding = serde_json::to_value(find_all(&Evidence {
        other_failing: 0,
        unknown_issuer: Some(times(1, 0, 0)),
        site: None,
        ..healthy()
    }))
    .unwrap();
    finding[0].as_object_mut().unwrap().remove("reasons");
    let read: Vec<Finding> = serde_json::from_value(finding).unwrap();
    assert_eq!((read[0].entry.as_str(), read[0].reasons.len()), ("D1", 0));
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
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/diagnosis.md");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == print::catalogue_page(),
        "docs/diagnosis.md is old: tally diagnose --catalogue > docs/diagnosis.md"
    );
}
