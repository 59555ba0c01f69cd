//! Any evidence, made up at random: a diagnosis is always in order.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tally_atlassian::Refusal;
use tally_atlassian::qsh::Mismatch;
use tally_domain::tenant::{SecretState, Status};
use tally_observations::observer::RequestKind;
use tally_observations::sightings::{JiraAnswer, JiraAnswers, RefusedTokens, Times};

use super::{before, now, secret, times};
use crate::code::{OwnFailure, RefusalCode};
use crate::evidence::{Callback, Evidence, Neighbour, RefusedRequests, ReleaseFacts, Site};
use crate::report::find_all;

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
        log_fails in prop::option::weighted(0.1, 0_i64..60),
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
            log_fails_since: log_fails.map(before),
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
