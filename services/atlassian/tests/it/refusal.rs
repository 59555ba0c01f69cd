//! Refusals: every code of the contract, each with something to do about it.

use std::collections::BTreeSet;

use tally_atlassian::{Refusal, Unreadable};
use tally_domain::refusal::RefusalKind;

/// The codes callers rely on. A code may be added; none may go.
const CODES: [&str; 37] = [
    "install.app_key_mismatch",
    "install.audience_mismatch",
    "install.base_url_not_allowed",
    "install.body_malformed",
    "install.event_type_mismatch",
    "install.issuer_mismatch",
    "install.key_id_malformed",
    "install.key_unknown",
    "install.keys_unavailable",
    "install.replayed_with_another_body",
    "install.secret_missing",
    "install.secret_too_long",
    "install.secret_too_short",
    "install.synthetic_base_url_mismatch",
    "install.synthetic_key_mismatch",
    "install.synthetic_key_not_allowed",
    "install.synthetic_not_configured",
    "install.tenant_unknown",
    "jwt.algorithm_not_allowed",
    "jwt.context_token_not_allowed",
    "jwt.context_token_required",
    "jwt.expired",
    "jwt.expiry_missing",
    "jwt.kid_not_allowed",
    "jwt.lifetime_too_long",
    "jwt.malformed",
    "jwt.missing",
    "jwt.not_yet_valid",
    "jwt.qsh_mismatch",
    "jwt.qsh_missing",
    "jwt.signature.matches_superseded_secret",
    "jwt.signature_invalid",
    "jwt.subject_missing",
    "jwt.two_tokens",
    "tenant.erased",
    "tenant.secrets_unavailable",
    "tenant.uninstalled",
];

#[test]
fn the_codes_are_those_of_the_contract_and_each_is_used_once() {
    let codes: Vec<_> = Refusal::CATALOGUE.iter().map(|entry| entry.code).collect();
    assert_eq!(
        codes.iter().copied().collect::<BTreeSet<_>>(),
        BTreeSet::from(CODES)
    );
    assert_eq!(codes.len(), CODES.len());
}

#[test]
fn every_refusal_has_a_title_a_cause_and_a_remedy_in_sentences() {
    for entry in Refusal::CATALOGUE {
        let (code, cause, remedy) = (entry.code, entry.cause, entry.remedy);
        assert!(!entry.title.is_empty() && !entry.title.ends_with('.'), "{code}");
        assert!(cause.ends_with('.'), "{code}: {cause}");
        assert!(remedy.ends_with('.'), "{code}: {remedy}");
        assert!(!cause.contains("  ") && !remedy.contains("  "), "{code}");
    }
}

#[test]
fn only_what_may_pass_by_itself_is_answered_503() {
    for entry in Refusal::CATALOGUE {
        let is_temporary = ["install.keys_unavailable", "tenant.secrets_unavailable"].contains(&entry.code);
        assert_eq!(
            entry.kind == RefusalKind::Unavailable,
            is_temporary,
            "{}",
            entry.code
        );
    }
}

#[test]
fn a_cause_holds_what_was_measured() {
    assert_eq!(
        Refusal::Expired { seconds: 95 }.to_string(),
        "The token is genuine, but it ended 95 s ago by this server's clock."
    );
    assert_eq!(
        Refusal::BodyMalformed {
            reason: Unreadable::BodyNotCallback
        }
        .to_string(),
        "The body of the callback cannot be read: it is not the JSON object of a callback."
    );
}
