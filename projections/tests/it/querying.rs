//! What a query finds, in words of the language.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tally_domain::RegisterId;
use tally_domain::asset::{AssetCommand, AttributeName};
use tally_domain::schema::Schema;
use tally_query::{AssetQuery, CallerQuery, Filter, InvalidQuery, Sort};
use tally_view_store::ViewStore;

use crate::location::cases;
use crate::questions::{Question, count, facets, list};
use crate::support::{TempStore, World, account, person, tenant_id};

/// When the tests ask: a Thursday.
fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 5, 12, 30, 0).unwrap()
}

/// The query about the register of tenant 0, in which the tests' attributes are known.
pub fn parse(text: &str) -> Result<AssetQuery, InvalidQuery> {
    let names = ["seen_on", "none", "no_asset_has_this", "part", "色"];
    let names = names.map(|name| AttributeName::parse(name).unwrap());
    AssetQuery::parse(
        text,
        &Schema::new(RegisterId::of_tenant(tenant_id(0))).with(&names),
    )
}

pub fn filter_of(text: &str) -> Filter {
    let query = parse(text).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
    Filter {
        query: Some(CallerQuery {
            query,
            caller: Some(person(1)),
            people: [(account(2).to_string(), person(2))].into(),
            now: now(),
        }),
        ..Filter::default()
    }
}

/// The tags of what a query finds, in its order, one letter each.
pub fn found(store: &TempStore, text: &str) -> String {
    listed(store, filter_of(text))
}

pub fn listed(store: &ViewStore, question: impl Into<Question>) -> String {
    let question = question.into();
    let order = question
        .filter
        .query
        .as_ref()
        .and_then(|filter_of| filter_of.query.order);
    let page = list(
        store,
        tenant_id(0),
        &question,
        order.unwrap_or_default(),
        200,
        None,
    )
    .unwrap();
    let counted = count(store, tenant_id(0), &question).unwrap();
    assert_eq!(counted, page.items.len() as u64);
    page.items.iter().map(|row| row.tag.as_str()).collect()
}

/// Assets A to G of tenant 0, made on the first of March and one of them on the fourth; another
/// tenant's Z.
pub fn world() -> World {
    let mut world = World::new();
    let laptop = ("type", "Laptop");
    world.register(
        0,
        1,
        "A",
        "MacBook Pro",
        &[laptop, ("location", "Berlin"), ("price", "1200")],
    );
    world.register(
        0,
        2,
        "B",
        "macbook air",
        &[laptop, ("location", "New York"), ("price", "999.50")],
    );
    world.register(
        0,
        3,
        "C",
        "100% Wool_Mat",
        &[
            ("type", "Furniture"),
            ("price", "about 20"),
            ("serial_number", "S-3"),
        ],
    );
    world.register(
        0,
        4,
        "D",
        "Straßenschild",
        &[("seen_on", "2023-05-01"), ("location", "Über den Linden")],
    );
    world.register(
        0,
        5,
        "E",
        "Desk \"Emil\"",
        &[
            ("type", "furniture"),
            ("seen_on", "2026-02-28 (second hand)"),
            ("price", "-5"),
        ],
    );
    world.register(0, 6, "F", "Phone", &[("price", "1.2.3"), ("seen_on", "soon")]);
    world.check_out(0, 1, 1);
    let due_on = NaiveDate::from_ymd_opt(2026, 3, 8);
    let to = person(2);
    world
        .asset(
            0,
            2,
            &AssetCommand::CheckOut {
                to,
                due_on,
                note: None,
            },
        )
        .unwrap();
    world.asset(0, 6, &AssetCommand::Retire).unwrap();
    world.wait(Duration::days(3));
    world.register(0, 7, "G", "MacBook Pro 2", &[laptop, ("location", "berlin")]);
    world.register(1, 8, "Z", "MacBook Pro", &[laptop, ("location", "Berlin")]);
    world
}

#[test]
fn each_operator_finds_what_it_says() {
    let store = TempStore::fed(&world().log);
    for (query, expected) in [
        ("", "ABCDEFG"),
        // Texts, in any case and to the letter.
        ("type = laptop", "ABG"),
        ("TYPE = \"LAPTOP\"", "ABG"),
        ("objectType == laptop", ""),
        ("type == Laptop", "ABG"),
        ("type != laptop", "CE"),
        ("name = 'straßenschild'", "D"),
        ("location = \"über den linden\"", "D"),
        ("location = \" U\u{308}BER   DEN LIN\u{AD}DEN\"", "D"),
        ("location like \"BER\u{200B} DEN\"", "D"),
        ("name like mac", "ABG"),
        ("name not like mac", "CDEF"),
        ("name like '100% wool_'", "C"),
        ("name like '1__%'", ""),
        ("name startsWith Mac", "ABG"),
        ("name not startswith MAC", "CDEF"),
        ("name endsWith pro", "A"),
        ("name not endsWith pro", "BCDEFG"),
        ("name = \"Desk \\\"Emil\\\"\"", "E"),
        ("label = Phone OR key = a", "AF"),
        ("\"Serial Number\" = s-3", "C"),
        ("serial_number is not EMPTY", "C"),
        ("location is empty", "CEF"),
        ("location = EMPTY", "CEF"),
        ("location != EMPTY AND type is EMPTY", "D"),
        ("type in (furniture, Laptop)", "ABCEG"),
        ("type not in (furniture, \"x, y\")", "ABG"),
        ("tag in (a, B, z)", "AB"),
        ("anyAttribute like york", "B"),
        ("anyAttribute not like mac", "CDEF"),
        ("no_asset_has_this = x", ""),
        // Numbers are compared as such, and what is none is not.
        ("price > 999", "AB"),
        ("price >= 999.5", "AB"),
        ("price < 1000", "BE"),
        ("price <= -5", "E"),
        ("price = 1200", "A"),
        ("price != 1200", "BCEF"),
        // Days too.
        ("seen_on < 2026-01-01", "D"),
        ("seen_on >= 2026-02-28", "E"),
        ("seen_on > startOfYear(-1y)", "E"),
        ("seen_on = 2023-05-01", "D"),
        // Other texts go by their letters.
        ("name < n", "ABCEG"),
        ("name >= phone", "DF"),
        // How it stands, who has it, and by when.
        ("status = checked_out", "AB"),
        ("status = \"In stock\"", "CDEG"),
        ("status != Retired", "ABCDEG"),
        ("status in (retired, in-stock)", "CDEFG"),
        ("holder = currentUser()", "A"),
        ("holder != currentUser()", "B"),
        ("holder = '712020:person-2'", "B"),
        ("holder = '712020:person-3'", ""),
        ("holder != '712020:person-3'", "AB"),
        (
            "holder in ('712020:person-2', '712020:person-3', currentUser())",
            "AB",
        ),
        ("holder is EMPTY", "CDEFG"),
        ("due <= endOfWeek()", "B"),
        ("due > 2026-03-08", ""),
        ("due = 2026-03-08", "B"),
        ("due is not EMPTY", "B"),
        // Times, of which a day is all of it.
        ("registered = 2026-03-04", "G"),
        ("created > 2026-03-01", "G"),
        ("created <= 2026-03-01", "ABCDEF"),
        ("created > \"2026-03-01 07:59\"", "ABCDEFG"),
        ("updated >= startOfDay(-1d)", "G"),
        ("updated < now(-2d 1h)", "ABCDEF"),
        ("updated > \"2026-03-04T07:59:59Z\"", "G"),
        // Together.
        ("type = laptop AND location = berlin", "AG"),
        ("type = laptop and location = berlin or status = retired", "AFG"),
        (
            "type = laptop AND (location = \"New York\" OR holder is EMPTY)",
            "BG",
        ),
        ("NOT type = laptop", "CDEF"),
        ("not (type = laptop or type = furniture)", "DF"),
        ("NOT location != berlin", "ACEFG"),
        ("NOT NOT type = laptop", "ABG"),
        // In another order.
        ("type = laptop ORDER BY name", "BAG"),
        ("order by name desc", "DFGABEC"),
        ("ORDER BY updated ASC", "ABCDEFG"),
    ] {
        let mut letters: Vec<char> = found(&store, query).chars().collect();
        if !query.to_lowercase().contains("order by") {
            letters.sort_unstable();
        }
        assert_eq!(letters.into_iter().collect::<String>(), expected, "{query}");
    }
}

#[test]
fn a_query_narrows_what_other_filters_leave_and_takes_a_past_day() {
    let mut world = world();
    let before = world.now;
    world.wait(Duration::hours(1));
    world.asset(0, 7, &AssetCommand::Retire).unwrap();
    let store = TempStore::fed(&world.log);
    let filter = Filter {
        q: Some("pro".to_owned()),
        location: vec!["Berlin".to_owned()],
        ..filter_of("status = in_stock")
    };
    assert_eq!(listed(&store, &filter), "");
    let then = Question {
        filter,
        at: Some(before),
    };
    assert_eq!(listed(&store, &then), "G");
    let facets = facets(&store, tenant_id(0), &then).unwrap();
    assert_eq!(facets.status.values.len(), 1);
}

#[test]
fn in_a_past_state_now_is_the_instant_that_was_asked_for() {
    let store = TempStore::fed(&world().log);
    let is_found = |text: &str, at| {
        let filter = filter_of(text);
        !listed(&store, Question { filter, at }).is_empty()
    };
    let later = now() + Duration::days(3650);
    for text in ["registered > now(-520w)", "updated >= startOfYear(-9y)"] {
        assert!(is_found(text, None), "{text}");
        assert!(is_found(text, Some(now())), "{text}");
        assert!(!is_found(text, Some(later)), "{text}");
    }
    assert!(!is_found("due < startOfDay(-9y)", None));
    assert!(is_found("due < startOfDay(-9y)", Some(later)));
}

#[test]
fn pages_of_a_query_follow_one_another() {
    let store = TempStore::fed(&world().log);
    let (filter, sort) = (filter_of("type in (laptop, furniture)"), Sort::default());
    let (mut cursor, mut pages) = (None, vec![]);
    loop {
        let page = list(&store, tenant_id(0), &filter, sort, 2, cursor.as_deref()).unwrap();
        pages.push(page.items.iter().map(|row| row.tag.as_str()).collect::<String>());
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(pages, ["AB", "CE", "G"]);
}

/// Conditions, some of which hold of some assets.
pub fn condition() -> impl Strategy<Value = String> {
    let field = prop::sample::select(vec![
        "name", "type", "location", "price", "seen_on", "tag", "none",
    ]);
    let operator = prop::sample::select(vec![
        "=",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "like",
        "not like",
        "startsWith",
        "not endsWith",
    ]);
    let value = prop::sample::select(vec![
        "laptop",
        "Laptop",
        "berlin",
        "'100%'",
        "1200",
        "-5",
        "1.2.3",
        "2026-02-28",
        "ö",
        "''",
        "'\\\\'",
    ]);
    let other = prop::sample::select(vec![
        "status = retired",
        "holder = currentUser()",
        "holder is EMPTY",
        "due < 2027-01-01",
        "location is EMPTY",
        "price not in (1200, -5)",
        "updated > startOfMonth()",
        "seen_on > startOfYear(-4y)",
        "anyAttribute like mac",
    ]);
    let leaf = prop_oneof![
        (field, operator, value)
            .prop_map(|(field, operator, value)| format!("{field} {operator} {value}"))
            .prop_filter("a text is not compared with a number", |text| parse(text).is_ok()),
        other.prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|one| format!("NOT ({one})")),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one}) AND ({other})")),
            (inner.clone(), inner).prop_map(|(one, other)| format!("({one} OR {other})")),
        ]
    })
}

#[test]
fn not_and_and_or_are_the_sets_that_they_say() {
    let store = TempStore::fed(&world().log);
    let set = |query: &str| found(&store, query).chars().collect::<BTreeSet<_>>();
    let all = set("");
    let mut runner = TestRunner::new(ProptestConfig::with_cases(cases(256)));
    runner
        .run(&(condition(), condition()), |(one, other)| {
            let (ones, others) = (set(&one), set(&other));
            prop_assert_eq!(set(&format!("NOT ({one})")), &all - &ones);
            prop_assert_eq!(set(&format!("({one}) AND ({other})")), &ones & &others);
            prop_assert_eq!(set(&format!("({one}) OR ({other})")), &ones | &others);
            Ok(())
        })
        .unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(512)))]
    #[test]
    fn no_text_breaks_the_language(text in "[a-z =!<>(),\"'.\\\\%_ö0-9“”‘’«»（，＝\u{202E}-]{0,60}") {
        if let Err(wrong) = parse(&text) {
            prop_assert!(wrong.from <= wrong.to && wrong.to <= text.chars().count());
            prop_assert!(!wrong.to_string().is_empty());
        }
    }
}
