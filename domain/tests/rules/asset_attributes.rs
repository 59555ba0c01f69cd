//! Editing and correcting what is said of an asset.

use tally_domain::TextId;
use tally_domain::asset::{
    AssetCommand, AssetEvent, AttributeChange, AttributeId, AttributeKey, AttributeName, AttributeValue,
    MAX_ATTRIBUTES, MAX_NAME, MAX_VALUE, well_known,
};
use tally_domain::value::FreeText;
use uuid::Uuid;

use crate::asset_samples::*;
use crate::story::{Story, at, given};

const TEXT: TextId = TextId(Uuid::from_u128(5));

fn laptop() -> Story<AssetEvent> {
    given([registered()])
}

fn correct<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>, minutes: i64) -> AssetCommand {
    AssetCommand::Correct {
        set: values(pairs),
        effective_at: at(minutes),
        reason: FreeText::new("typo"),
    }
}

#[test]
fn an_edit_records_each_value_before_and_after() {
    laptop()
        .when(edit([("name", "Server"), ("type", "server")]))
        .then([edited([("name", "Laptop", "Server"), ("type", "", "server")])])
        .when(edit([("type", "")]))
        .then([edited([("type", "server", "")])]);
}

#[test]
fn an_edit_that_changes_nothing_appends_nothing() {
    laptop()
        .when(edit([("name", " Laptop "), ("notes", "")]))
        .nothing_happens();
}

#[test]
fn an_edit_leaves_out_values_that_stay_the_same() {
    laptop()
        .when(edit([("name", "Laptop"), ("type", "laptop")]))
        .then([edited([("type", "", "laptop")])]);
}

#[test]
fn a_note_keeps_the_key_it_was_stored_under_while_it_stays_and_where_it_is_replaced() {
    let stored = |text: Option<&str>| AttributeValue::Free(FreeText::stored(TEXT, text.map(str::to_owned)));
    let noted = |text| AssetEvent::Registered {
        number: 1,
        tag: tag(),
        attributes: [(AttributeId::NAME, "Laptop".into()), (id("notes"), stored(text))]
            .into_iter()
            .collect(),
    };
    let replaced = |text, to: Option<&str>| {
        let to = to.map(|to| AttributeValue::Free(FreeText::new(to)));
        let from = Some(stored(text));
        let changes = [(id("notes"), AttributeChange { from, to })].into();
        AssetEvent::AttributesEdited { changes }
    };
    let written = given([noted(Some("a dent"))]);
    let again = register(values([("name", "Laptop"), ("notes", "a dent")]));
    for same in [again, edit([("notes", " a dent ")])] {
        written.clone().when(same).nothing_happens();
    }
    written
        .clone()
        .when(edit([("notes", "two")]))
        .then([replaced(Some("a dent"), Some("two"))]);
    written
        .when(edit([("notes", "")]))
        .then([replaced(Some("a dent"), None)]);

    let redacted = given([noted(None)]);
    redacted.clone().when(edit([("notes", "")])).nothing_happens();
    redacted
        .when(edit([("notes", "two")]))
        .then([replaced(None, Some("two"))]);
}

#[test]
fn the_name_cannot_be_taken_away() {
    for blank in ["", "   ", "\u{200B}", " \u{AD}\u{2060}\n"] {
        laptop().when(edit([("name", blank)])).refused("asset.name_empty");
    }
}

#[test]
fn an_asset_is_edited_while_a_person_has_it() {
    given([registered(), checked_out(ada())])
        .when(edit([("notes", "scratched")]))
        .then([edited([("notes", "", "scratched")])]);
}

#[test]
fn values_have_their_longest() {
    let (name, value) = ("é".repeat(MAX_NAME), "é".repeat(MAX_VALUE));
    laptop()
        .when(edit([("name", name.as_str()), ("notes", value.as_str())]))
        .then([edited([
            ("name", "Laptop", name.as_str()),
            ("notes", "", value.as_str()),
        ])]);
    for (key, longest) in [("name", MAX_NAME), ("notes", MAX_VALUE)] {
        let text = "x".repeat(longest + 1);
        laptop()
            .when(edit([(key, text.as_str())]))
            .refused("asset.attribute_invalid");
    }
}

#[test]
fn a_value_has_line_breaks_but_no_other_control_characters() {
    laptop()
        .when(edit([("notes", "one\r\n\ttwo")]))
        .then([edited([("notes", "", "one\r\n\ttwo")])]);
    for bad in ["a\u{0}b", "a\u{1b}[31mb"] {
        laptop()
            .when(edit([("notes", bad)]))
            .refused("asset.attribute_invalid");
    }
}

#[test]
fn a_name_that_shows_nothing_is_no_name() {
    for nothing in ["\u{200B}", "\u{AD}\u{200D}", "\u{FEFF}", "\u{2800}", " \u{3164} "] {
        laptop()
            .when(edit([("name", nothing)]))
            .refused("asset.name_empty");
    }
}

#[test]
fn what_turns_the_direction_of_text_is_refused_in_every_attribute() {
    for key in ["name", "notes", "serial", "colour"] {
        for c in ['\u{202A}', '\u{202E}', '\u{2066}', '\u{2069}'] {
            laptop()
                .when(edit([(key, format!("invoice {c}gpj.exe").as_str())]))
                .refused("asset.attribute_invalid");
        }
    }
}

#[test]
fn what_cannot_be_seen_is_kept_within_a_value_and_not_at_its_ends() {
    for (written, stored) in [
        ("\u{200B}Beamer\u{FEFF}", "Beamer"),
        ("👩\u{200D}🔧 toolbox", "👩\u{200D}🔧 toolbox"),
        ("\u{2764}\u{FE0F}", "\u{2764}\u{FE0F}"),
        ("א\u{200F}ב \u{200F}", "א\u{200F}ב"),
    ] {
        laptop()
            .when(edit([("serial", written)]))
            .then([edited([("serial", "", stored)])]);
    }
}

#[test]
fn the_day_of_purchase_is_a_day_as_iso_writes_it() {
    laptop()
        .when(edit([("purchased_on", "2024-02-29")]))
        .then([edited([("purchased_on", "", "2024-02-29")])]);
    for bad in [
        "2024-2-9",
        "2023-02-29",
        "29.02.2024",
        "2024 - 02 - 29",
        "+2024-02-29",
        "+12024-02-29",
        "-0001-01-01",
        "today",
    ] {
        laptop()
            .when(edit([("purchased_on", bad)]))
            .refused("asset.attribute_invalid");
    }
}

#[test]
fn an_asset_has_at_most_64_attributes() {
    let numbered = |range: std::ops::Range<usize>| -> Values {
        range
            .map(|n| (key(&format!("k{n}")), Some("v".to_owned())))
            .collect()
    };
    let (decision, full) = laptop()
        .when(AssetCommand::Edit {
            set: numbered(1..MAX_ATTRIBUTES),
        })
        .decided();
    assert!(decision.is_ok());
    full.clone()
        .when(edit([("one_more", "v")]))
        .refused("asset.too_many_attributes");
    full.when(edit([("one_more", "v"), ("k1", "")]))
        .then([edited([("one_more", "", "v"), ("k1", "v", "")])]);
}

#[test]
fn a_correction_speaks_of_the_past_also_of_a_retired_asset() {
    given([registered(), AssetEvent::Retired {}])
        .at(60)
        .when(correct([("serial", "X1")], 30))
        .then([AssetEvent::Corrected {
            changes: changes([("serial", "", "X1")]),
        }])
        .when(correct([("serial", "X1")], 30))
        .nothing_happens();
}

#[test]
fn a_correction_lies_between_the_registration_and_now() {
    let story = no_asset().at(10).and([registered()]).at(20);
    story
        .clone()
        .when(correct([("serial", "X1")], 21))
        .refused("asset.correction_in_future");
    story
        .clone()
        .when(correct([("serial", "X1")], 9))
        .refused("asset.correction_before_registration");
    for allowed in [10, 20] {
        story
            .clone()
            .when(correct([("serial", "X1")], allowed))
            .then([AssetEvent::Corrected {
                changes: changes([("serial", "", "X1")]),
            }]);
    }
}

#[test]
fn a_correction_needs_a_reason() {
    let with_reason = |reason: &str| AssetCommand::Correct {
        set: values([("serial", "X1")]),
        effective_at: at(0),
        reason: FreeText::new(reason),
    };
    for blank in [" \n", "\u{200B}"] {
        laptop().when(with_reason(blank)).refused("asset.reason_missing");
    }
    laptop()
        .when(with_reason(&"x".repeat(MAX_VALUE + 1)))
        .refused("asset.note_too_long");
}

#[test]
fn a_correction_keeps_to_the_rules_of_values() {
    laptop()
        .when(correct([("name", "")], 0))
        .refused("asset.name_empty");
}

#[test]
fn a_key_is_letters_and_digits_in_their_normal_form_and_underscores() {
    for good in ["name", "k8s_node", "_", "0", "é", "色", "цена", "खर्च"] {
        assert!(AttributeKey::parse(good).is_some(), "{good:?}");
    }
    for bad in [
        "",
        "Name",
        "a b",
        "a-b",
        "É",
        "e\u{301}",
        "größe",
        "Ｘ",
        "a\u{200B}",
        &"é".repeat(65),
    ] {
        assert_eq!(AttributeKey::parse(bad), None, "{bad:?}");
    }
    assert!(well_known::ALL.iter().all(|k| AttributeKey::parse(k).is_some()));
}

#[test]
fn the_key_of_a_name_is_the_closest() {
    let cases = [
        ("Serial number", "serial_number"),
        ("  Größe (cm) ", "grösse_cm"),
        ("U/height__x", "u_height_x"),
        ("a__b", "a__b"),
        ("???", "attribute"),
        ("型号", "型号"),
        (&"é x".repeat(33), &format!("{}é", "é_x".repeat(21))),
    ];
    for (name, expected) in cases {
        let key = AttributeName::parse(name).unwrap().to_key();
        assert_eq!(key.as_str(), expected, "{name:?}");
    }
}

#[test]
fn two_names_of_one_attribute_in_one_command_are_refused() {
    for names in [["serial_no", "Serial No"], ["price", "Preis"]] {
        let set = names.map(|name| (name, "7"));
        laptop().when(edit(set)).refused("asset.attribute_invalid");
    }
}
