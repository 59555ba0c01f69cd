//! Every refusal has a code of its own, a title, a cause and a remedy.

use tally_domain::Refused;
use tally_domain::refusal::{RefusalEntry, RefusalKind};
use tally_house_tests::refusals;
use tally_operator::domain::incident::IncidentRefusal;
use tally_operator::domain::release::{ProbeSilence, ReleaseRefusal};

fn all() -> impl Iterator<Item = &'static RefusalEntry> {
    let families = [ReleaseRefusal::CATALOGUE, IncidentRefusal::CATALOGUE];
    families.into_iter().flatten()
}

#[test]
fn a_code_is_the_aggregate_and_a_name_and_no_code_of_the_business() {
    let business = tally_domain::REFUSALS.iter().copied().flatten();
    refusals::assert_codes_are_unique_names(all().chain(business));
    for RefusalEntry { code, .. } in all() {
        let aggregate = code.split('.').next().unwrap();
        assert!(["release", "incident"].contains(&aggregate), "{code}");
    }
}

#[test]
fn every_refusal_has_a_heading_a_cause_as_a_phrase_and_a_remedy_as_a_sentence() {
    refusals::assert_texts_fit_together(all());
}

#[test]
fn what_does_not_exist_differs_from_what_is_wrong_or_not_possible_now() {
    let kind = |code: &str| all().find(|entry| entry.code == code).map(|entry| entry.kind);
    for (code, expected) in [
        ("release.not_found", RefusalKind::NotFound),
        ("release.bake_too_short", RefusalKind::Conflict),
        ("release.reason_unfit", RefusalKind::Invalid),
        ("incident.not_found", RefusalKind::NotFound),
        ("incident.public", RefusalKind::Conflict),
        ("incident.text_unfit", RefusalKind::Invalid),
    ] {
        assert_eq!(kind(code), Some(expected), "{code}");
    }
}

#[test]
fn a_refusal_of_invalid_input_names_the_field() {
    let text = IncidentRefusal::TextUnfit {
        field: "title",
        max: 9,
    };
    assert_eq!(ReleaseRefusal::ReasonUnfit { limit: 9 }.field(), Some("reason"));
    assert_eq!(ReleaseRefusal::DescriptorUnfit.field(), Some("descriptor_sha256"));
    assert_eq!(text.field(), Some("title"));
    assert_eq!(IncidentRefusal::AlreadyEnded.field(), None);
}

#[test]
fn a_missing_probe_is_reported_with_its_silence_or_that_none_has_passed() {
    let text = |silence| {
        ReleaseRefusal::ProbeMissing {
            silence: ProbeSilence(silence),
        }
        .to_string()
    };
    assert_eq!(text(Some(901)), "no probe has passed for 901 s");
    assert_eq!(text(None), "no probe has passed yet");
}
