//! Refusals: every code of the contract, each with something to do about it.

use std::collections::BTreeSet;

use tally_atlassian::Refusal;

/// The codes callers rely on. A code may be added; none may go.
const CODES: [&str; 35] = [
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
    "jwt.malformed",
    "jwt.missing",
    "jwt.not_yet_valid",
    "jwt.qsh_mismatch",
    "jwt.qsh_missing",
    "jwt.signature.matches_superseded_secret",
    "jwt.signature_invalid",
    "jwt.subject_missing",
    "jwt.two_tokens",
    "jwt.unknown_issuer",
    "tenant.secrets_unavailable",
    "tenant.uninstalled",
];

#[test]
fn the_codes_are_those_of_the_contract_and_each_is_used_once() {
    let codes: Vec<_> = Refusal::catalogue().iter().map(Refusal::code).collect();
    assert_eq!(
        codes.iter().copied().collect::<BTreeSet<_>>(),
        BTreeSet::from(CODES)
    );
    assert_eq!(codes.len(), CODES.len());
}

#[test]
fn every_refusal_has_a_title_a_cause_and_a_remedy_in_sentences() {
    for refusal in Refusal::catalogue() {
        let code = refusal.code();
        assert!(
            !refusal.title().is_empty() && !refusal.title().ends_with('.'),
            "{code}"
        );
        assert!(refusal.cause().ends_with('.'), "{code}: {}", refusal.cause());
        assert!(refusal.remedy().ends_with('.'), "{code}: {}", refusal.remedy());
        assert!(
            !refusal.cause().contains("  ") && !refusal.remedy().contains("  "),
            "{code}"
        );
    }
}

#[test]
fn every_status_is_a_refusal_and_only_what_may_pass_by_itself_is_503() {
    for refusal in Refusal::catalogue() {
        let is_temporary = matches!(refusal, Refusal::KeysUnavailable | Refusal::SecretsUnavailable);
        assert_eq!(refusal.http_status() == 503, is_temporary, "{}", refusal.code());
        assert!((400..=503).contains(&refusal.http_status()), "{}", refusal.code());
    }
}

#[test]
fn a_log_line_has_the_code_and_the_cause() {
    let line = Refusal::Expired { seconds: 95 }.to_string();
    assert_eq!(
        line,
        "jwt.expired: The token is genuine, but it ended 95 s ago by this server's clock."
    );
}
