//! Every refusal has a code of its own, a cause and a remedy.

use tally_domain::asset::AssetRefusal;
use tally_domain::import::ImportRefusal;
use tally_domain::incident::IncidentRefusal;
use tally_domain::release::ReleaseRefusal;
use tally_domain::tenant::TenantRefusal;
use tally_domain::{Refused, refusal::RefusalKind};

use crate::asset_samples::ada;

fn all() -> Vec<Box<dyn Refused>> {
    vec![
        Box::new(AssetRefusal::NotFound),
        Box::new(AssetRefusal::AlreadyRegistered),
        Box::new(AssetRefusal::TagTaken { tag: "x".to_owned() }),
        Box::new(AssetRefusal::TagInvalid),
        Box::new(AssetRefusal::NameEmpty),
        Box::new(AssetRefusal::AttributeInvalid {
            key: "notes".to_owned(),
            why: "it is too long",
        }),
        Box::new(AssetRefusal::TooManyAttributes),
        Box::new(AssetRefusal::AlreadyCheckedOut { holder: ada() }),
        Box::new(AssetRefusal::NotCheckedOut),
        Box::new(AssetRefusal::Retired),
        Box::new(AssetRefusal::StillCheckedOut { holder: ada() }),
        Box::new(AssetRefusal::CorrectionInFuture),
        Box::new(AssetRefusal::CorrectionBeforeRegistration),
        Box::new(AssetRefusal::ReasonMissing),
        Box::new(AssetRefusal::NoteTooLong),
        Box::new(TenantRefusal::Unknown),
        Box::new(TenantRefusal::ReplayedWithAnotherBody),
        Box::new(TenantRefusal::ClientKeyUnusable),
        Box::new(TenantRefusal::NotACandidate),
        Box::new(ImportRefusal::NotFound),
        Box::new(ImportRefusal::Finished),
        Box::new(ImportRefusal::NoRows),
        Box::new(ImportRefusal::OutOfOrder),
        Box::new(ReleaseRefusal::NotFound),
        Box::new(ReleaseRefusal::StagedBefore),
        Box::new(ReleaseRefusal::BakeTooLong(9)),
        Box::new(ReleaseRefusal::DescriptorUnfit),
        Box::new(ReleaseRefusal::Over("failed")),
        Box::new(ReleaseRefusal::BakeTooShort {
            baked_seconds: 1,
            needed_seconds: 2,
        }),
        Box::new(ReleaseRefusal::ProbeFailing {
            step: "page".to_owned(),
            code: "http.503".to_owned(),
        }),
        Box::new(ReleaseRefusal::ProbeMissing(None)),
        Box::new(ReleaseRefusal::TenantsFailing(2)),
        Box::new(ReleaseRefusal::ReasonUnfit(9)),
        Box::new(IncidentRefusal::NotFound),
        Box::new(IncidentRefusal::NotConfirmed),
        Box::new(IncidentRefusal::ConfirmedBefore),
        Box::new(IncidentRefusal::Public),
        Box::new(IncidentRefusal::Over),
        Box::new(IncidentRefusal::NotResolved),
        Box::new(IncidentRefusal::TextUnfit {
            field: "title",
            max: 9,
        }),
        Box::new(IncidentRefusal::TooManyTenants(9)),
    ]
}

#[test]
fn every_code_is_an_area_and_a_name_and_is_used_once() {
    let word = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') && !text.is_empty();
    let mut codes: Vec<&str> = all().iter().map(|r| r.code()).collect();
    for code in &codes {
        let parts: Vec<&str> = code.split('.').collect();
        assert!(parts.len() == 2 && parts.iter().all(|p| word(p)), "{code}");
    }
    codes.sort_unstable();
    let count = codes.len();
    codes.dedup();
    assert_eq!(codes.len(), count);
}

#[test]
fn every_refusal_has_its_cause_as_a_phrase_and_its_remedy_as_a_sentence() {
    for refusal in all() {
        let (cause, remedy) = (refusal.to_string(), refusal.remedy());
        let code = refusal.code();
        assert!(
            cause.starts_with(char::is_lowercase) && !cause.ends_with('.'),
            "{code}: {cause}"
        );
        assert!(
            remedy.starts_with(char::is_uppercase) && remedy.ends_with('.'),
            "{code}: {remedy}"
        );
    }
}

#[test]
fn what_does_not_exist_is_distinguished_from_what_is_invalid_or_in_conflict() {
    let kind = |code: &str| all().iter().find(|r| r.code() == code).map(|r| r.kind());
    assert_eq!(kind("asset.not_found"), Some(RefusalKind::NotFound));
    assert_eq!(kind("asset.tag_taken"), Some(RefusalKind::Conflict));
    assert_eq!(kind("asset.retired"), Some(RefusalKind::Conflict));
    assert_eq!(kind("asset.name_empty"), Some(RefusalKind::Invalid));
    assert_eq!(kind("release.not_found"), Some(RefusalKind::NotFound));
    assert_eq!(kind("release.bake_too_short"), Some(RefusalKind::Conflict));
    assert_eq!(kind("release.reason_unfit"), Some(RefusalKind::Invalid));
    assert_eq!(kind("incident.not_found"), Some(RefusalKind::NotFound));
    assert_eq!(kind("incident.public"), Some(RefusalKind::Conflict));
    assert_eq!(kind("incident.text_unfit"), Some(RefusalKind::Invalid));
    assert_eq!(kind("import.no_rows"), Some(RefusalKind::Invalid));
    assert_eq!(
        kind("install.replayed_with_another_body"),
        Some(RefusalKind::Forbidden)
    );
}

#[test]
fn an_invalid_command_names_the_invalid_part() {
    let field = |code: &str| {
        let all = all();
        let refusal = all.iter().find(|r| r.code() == code)?;
        refusal.field().map(str::to_owned)
    };
    assert_eq!(field("release.reason_unfit").as_deref(), Some("reason"));
    assert_eq!(
        field("release.descriptor_unfit").as_deref(),
        Some("descriptor_sha256")
    );
    assert_eq!(field("incident.text_unfit").as_deref(), Some("title"));
    assert_eq!(field("incident.over"), None);
}

#[test]
fn a_missing_probe_is_described_by_its_age_or_as_absent() {
    let said = |silent| ReleaseRefusal::ProbeMissing(silent).to_string();
    assert_eq!(said(Some(901)), "no probe has passed for 901 s");
    assert_eq!(said(None), "no probe has passed yet");
}

#[test]
fn a_refusal_never_names_the_person_who_has_the_asset() {
    for refusal in all() {
        let said = format!("{refusal} {}", refusal.remedy());
        assert!(!said.contains(ada().as_str()), "{}", refusal.code());
    }
}
