//! Texts, numbers and days are compared as people read them: by queries, search, choices and facets.

use chrono::NaiveDate;
use tally_domain::asset::AssetCommand;
use tally_query::Filter;

use crate::querying::{filter_of, found, listed, parse};
use crate::questions::facets;
use crate::support::{TempStore, World, person, tenant_id};

/// Pairs of texts that a reader takes for the same one.
const SAME: [[&str; 2]; 17] = [
    ["Kühlgerät", "Ku\u{308}hlgera\u{308}t"],
    ["STRASSE", "Straße"],
    ["İstanbul", "istanbul"],
    ["İZMİR", "i\u{307}zmi\u{307}r"],
    ["ΟΔΟΣ", "οδος"],
    ["Écran déporté", "E\u{301}cran de\u{301}porte\u{301}"],
    ["ЁЛКА", "е\u{308}лка"],
    ["МОСКВА", "Москва"],
    ["ＭａｃＢｏｏｋ　Ｐｒｏ", "macbook pro"],
    ["ｶﾞﾗｽ", "ガラス"],
    ["한글", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}"],
    ["Work\u{A0}bench", "Work bench"],
    ["Work \t bench", "work bench"],
    ["Lap\u{AD}top\u{200B}", "laptop"],
    ["ﬁle server", "FILE SERVER"],
    ["Œuvre", "œuvre"],
    ["Việt", "Vie\u{323}\u{302}t"],
];

/// Pairs of texts that are different to a reader.
const DIFFERENT: [[&str; 2]; 6] = [
    ["résumé", "resume"],
    ["Grüße", "Größe"],
    ["007", "7"],
    ["sık", "sik"],
    ["色", "重量"],
    ["H₂O", "H2O"],
];

/// Two assets whose type and location are these texts, and whose names are others.
fn two_assets([one, other]: [&str; 2]) -> TempStore {
    let mut world = World::new();
    for (number, tag, text) in [(1, "A", one), (2, "B", other)] {
        let values = [("type", text), ("location", text), ("part", text)];
        world.register(0, number, tag, "thing", &values);
    }
    TempStore::fed(&world.log)
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

#[test]
fn what_reads_the_same_is_found_by_each_spelling_however_it_is_asked_for() {
    for pair in SAME {
        let store = two_assets(pair);
        for spelling in pair {
            let text = quoted(spelling);
            for query in [
                format!("type = {text}"),
                format!("part = {text}"),
                format!("part in ({text}, other)"),
                format!("part like {text}"),
                format!("location startsWith {text}"),
                format!("location endsWith {text}"),
                format!("anyAttribute like {text}"),
                format!("NOT part != {text}"),
                format!("type <= {text} AND type >= {text}"),
            ] {
                assert_eq!(found(&store, &query), "AB", "{query}");
            }
            let search = Filter {
                q: Some(spelling.to_owned()),
                ..Filter::default()
            };
            assert_eq!(listed(&store, &search), "AB", "{spelling}");
            let choice = Filter {
                asset_type: vec![spelling.to_owned()],
                ..Filter::default()
            };
            assert_eq!(listed(&store, &choice), "AB", "{spelling}");
            let choice = Filter {
                location: vec![spelling.to_owned()],
                ..Filter::default()
            };
            assert_eq!(listed(&store, &choice), "AB", "{spelling}");
        }
        let counted = facets(&store, tenant_id(0), Filter::default()).unwrap();
        for facet in [counted.asset_type, counted.location] {
            let counts: Vec<u64> = facet.values.iter().map(|value| value.count).collect();
            assert_eq!(counts, [2], "{pair:?}");
        }
    }
}

#[test]
fn what_reads_differently_is_kept_apart() {
    for pair in DIFFERENT {
        let store = two_assets(pair);
        for (spelling, tag) in pair.into_iter().zip(["A", "B"]) {
            assert_eq!(
                found(&store, &format!("type = {}", quoted(spelling))),
                tag,
                "{spelling}"
            );
        }
        let counted = facets(&store, tenant_id(0), Filter::default()).unwrap();
        assert_eq!(counted.asset_type.values.len(), 2, "{pair:?}");
    }
}

#[test]
fn to_the_letter_is_the_text_as_it_was_written() {
    let store = two_assets(["Kühlgerät", "Ku\u{308}hlgera\u{308}t"]);
    assert_eq!(found(&store, "type == Kühlgerät"), "A");
    assert_eq!(found(&store, "type == \"Ku\u{308}hlgera\u{308}t\""), "B");
    let beamer = two_assets(["Beamer\u{200B}", " Beamer"]);
    assert_eq!(
        found(&beamer, "type == Beamer"),
        "AB",
        "what cannot be seen at its ends is not stored"
    );
}

/// Assets with these prices, tagged from A.
fn priced(prices: &[&str]) -> TempStore {
    let mut world = World::new();
    for (number, price) in (1..).zip(prices) {
        let tag = char::from(b'A' + number - 1).to_string();
        world.register(0, number, &tag, "thing", &[("price", price), ("part", price)]);
    }
    TempStore::fed(&world.log)
}

fn assert_found(store: &TempStore, cases: &[(&str, &str)]) {
    for (query, expected) in cases {
        assert_eq!(&found(store, query), expected, "{query}");
    }
}

#[test]
fn equal_prices_are_equal_by_every_operator() {
    let store = priced(&["750", "750.00", "749.99", "0750", "750,00 €", "free"]);
    assert_found(
        &store,
        &[
            ("price >= 750 AND price <= 750", "ABDE"),
            ("price = 750", "ABDE"),
            ("price = 750.000", "ABDE"),
            ("price in (750, 1)", "ABDE"),
            ("price != 750", "CF"),
            ("price not in (750, 749.99)", "F"),
            ("price == 750", "A"),
            ("price == \"750,00 €\"", "E"),
            ("price = free", "F"),
            ("price = \"750,00 €\"", "E"),
            ("price > 749.99", "ABDE"),
            ("price < 750", "C"),
            ("NOT price < 750", "ABDEF"),
        ],
    );
}

#[test]
fn amounts_count_as_people_write_them() {
    let prices = [
        "1.290,00", "1,290.00", "€ 1290", "3290 EUR", "1'000.50", "1.290", "-5", "٢٠٠٠",
    ];
    let store = priced(&prices);
    assert_found(
        &store,
        &[
            ("price > 1000", "ABCDEH"),
            ("price = 1290", "ABC"),
            ("price = \"1.290,00\"", "ABC"),
            ("price <= 1000.5 AND price >= 1000.5", "E"),
            ("price < 0", "G"),
            // What can be read in two ways is in neither half; it is found as it was written.
            ("price == \"1.290\"", "F"),
            ("price is not EMPTY AND NOT (price < 0 OR price >= 0)", "F"),
        ],
    );
}

#[test]
fn no_digit_of_a_price_is_lost() {
    let store = priced(&[
        "1234567890123456789.01",
        "1234567890123456789.02",
        "9007199254740993",
    ]);
    assert_found(
        &store,
        &[
            ("price = 1234567890123456789.01", "A"),
            ("price > 1234567890123456789.01", "B"),
            ("price <= 9007199254740992", ""),
            ("price < 9007199254740994", "C"),
        ],
    );
}

#[test]
fn a_part_number_is_a_text() {
    let store = priced(&["007", "7", "7.0"]);
    assert_found(
        &store,
        &[
            ("part = 7", "B"),
            ("part = 007", "A"),
            ("part in (7.0, 8)", "C"),
            ("price = 7", "ABC"),
        ],
    );
    assert!(parse("part > 7").is_err());
}

#[test]
fn a_moment_beyond_the_years_of_four_digits_is_as_far_as_days_go() {
    let mut world = World::new();
    world.register(0, 1, "A", "Tripod", &[]);
    let due_on = NaiveDate::from_ymd_opt(2027, 5, 1);
    let to = person(1);
    world
        .asset(
            0,
            1,
            &AssetCommand::CheckOut {
                to,
                due_on,
                note: None,
            },
        )
        .unwrap();
    world.register(0, 2, "B", "Lens", &[("purchased_on", "2024-05-01")]);
    let store = TempStore::fed(&world.log);
    assert_found(
        &store,
        &[
            ("due < startOfYear(9999y)", "A"),
            ("due > startOfYear(9999y)", ""),
            ("due > now(-9999y)", "A"),
            ("due < now(-9999y)", ""),
            ("purchased_on < startOfYear(9000y)", "B"),
            ("purchased_on > startOfYear(-9000y)", "B"),
            ("registered < startOfYear(9999y)", "AB"),
            ("due = 1.5.2027", "A"),
            ("purchased_on = \"1 May 2024\"", "B"),
            ("purchased_on != 2024-05-02", "B"),
        ],
    );
}

#[test]
fn search_finds_what_a_person_holds_by_any_spelling_of_the_name() {
    let mut world = World::new();
    for (number, tag) in [(1, "A"), (2, "B"), (3, "C")] {
        world.register(0, number, tag, "Laptop", &[]);
    }
    world.know(0, 1);
    world.know(0, 2);
    world.rename(0, 1, "Zoe\u{308} İnan");
    world.rename(0, 2, "Ada Lovelace");
    world.check_out(0, 1, 1);
    world.check_out(0, 2, 2);
    let search = |store: &TempStore, text: &str| {
        let filter = Filter {
            q: Some(text.to_owned()),
            ..Filter::default()
        };
        listed(store, &filter)
    };
    let store = TempStore::fed(&world.log);
    for (text, expected) in [
        ("zoë", "A"),
        ("ZOË INAN", "A"),
        ("inan laptop", "A"),
        ("lovelace", "B"),
        ("laptop", "ABC"),
        ("ada zoë", ""),
        ("100%", ""),
        ("a", "ABC"),
    ] {
        assert_eq!(search(&store, text), expected, "{text}");
    }
    world.rename(0, 2, "Ada King");
    world.erase(0, 1);
    let store = TempStore::fed(&world.log);
    for (text, expected) in [("lovelace", ""), ("king", "B"), ("zoë", "")] {
        assert_eq!(search(&store, text), expected, "{text}");
    }
    assert_eq!(listed(&store, filter_of("anyAttribute like king")), "");
}
