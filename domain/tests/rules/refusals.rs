//! Every refusal has a code of its own, a title, a cause and a remedy.

use tally_domain::asset::{AssetRefusal, AttributeFault};
use tally_domain::refusal::{Parameter, RefusalEntry, RefusalKind};
use tally_domain::tenant::TenantRefusal;
use tally_domain::{REFUSALS, Refused};
use tally_house_tests::refusals;

use crate::asset_samples::ada;

fn all() -> impl Iterator<Item = &'static RefusalEntry> {
    REFUSALS.iter().copied().flatten()
}

#[test]
fn every_code_is_an_area_and_a_name_and_is_used_once() {
    refusals::assert_codes_are_unique_names(all());
}

#[test]
fn every_refusal_has_a_heading_a_cause_as_a_phrase_and_a_remedy_as_a_sentence() {
    refusals::assert_texts_fit_together(all());
}

#[test]
fn a_refusal_says_what_its_entry_in_the_catalogue_says() {
    let refusal = AssetRefusal::TagTaken {
        tag: "LAP-1".to_owned(),
    };
    let code = refusal.code();
    let entry = AssetRefusal::CATALOGUE.iter().find(|entry| entry.code == code);
    let entry = entry.unwrap();
    assert_eq!(refusal.to_string(), entry.cause.replace("{tag}", "LAP-1"));
    assert_eq!(
        (refusal.kind(), refusal.title(), refusal.remedy()),
        (entry.kind, entry.title, entry.remedy)
    );
}

#[test]
fn what_does_not_exist_differs_from_what_is_wrong_or_not_possible_now() {
    let kind = |code: &str| all().find(|entry| entry.code == code).map(|entry| entry.kind);
    for (code, expected) in [
        ("asset.not_found", RefusalKind::NotFound),
        ("asset.tag_taken", RefusalKind::Conflict),
        ("asset.retired", RefusalKind::Conflict),
        ("asset.tag_retired", RefusalKind::Conflict),
        ("asset.withdrawn", RefusalKind::NotFound),
        ("asset.name_empty", RefusalKind::Invalid),
        ("import.no_rows", RefusalKind::Invalid),
        ("install.replayed_with_another_body", RefusalKind::Conflict),
    ] {
        assert_eq!(kind(code), Some(expected), "{code}");
    }
}

#[test]
fn a_refusal_of_invalid_input_names_the_field() {
    let attribute = AssetRefusal::AttributeInvalid {
        key: "notes".to_owned(),
        why: AttributeFault::ValueTooLong,
    };
    assert_eq!(attribute.field(), Some("notes"));
    assert_eq!(AssetRefusal::NameEmpty.field(), Some("name"));
    assert_eq!(TenantRefusal::Unknown.field(), None);
}

#[test]
fn the_parameters_of_a_refusal_are_what_its_cause_prints() {
    let text = |text: &str| Parameter::Text(text.to_owned());
    let attribute = AssetRefusal::AttributeInvalid {
        key: "notes".to_owned(),
        why: AttributeFault::ValueTooLong,
    };
    let parameters = [("key", text("notes")), ("why", text("value_too_long"))];
    assert_eq!(attribute.parameters(), parameters);
    assert_eq!(AssetRefusal::NameEmpty.parameters(), []);
    assert_eq!(AssetRefusal::StillCheckedOut { holder: ada() }.parameters(), []);
}

#[test]
fn a_refusal_never_names_the_holder_of_the_asset() {
    for refusal in [
        AssetRefusal::AlreadyCheckedOut { holder: ada() },
        AssetRefusal::StillCheckedOut { holder: ada() },
    ] {
        let text = format!("{refusal} {}", refusal.remedy());
        assert!(!text.contains(&ada().to_string()), "{text}");
    }
}
