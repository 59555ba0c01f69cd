//! What an asset's events become in the register, and how it is searched, counted and ordered.

use chrono::Duration;
use tally_domain::asset::AssetCommand;
use tally_domain::asset::AssetStatus;
use tally_projections::{AssetHistory, QueryError, QueryRefusal};
use tally_query::{Facet, FacetField, Facets, Filter, Sort, SortKey};

use crate::querying::found;
use crate::questions::{count, facets, find_values, get, list};
use crate::support::{TempStore, World, asset_id, attribute, person, tag, tenant_id};

fn filter(q: &str) -> Filter {
    Filter {
        q: Some(q.to_owned()),
        ..Filter::default()
    }
}

/// The tags of tenant 0 under `filter`, in order.
fn tags(store: &TempStore, filter: &Filter) -> Vec<String> {
    let page = list(store, tenant_id(0), filter, Sort::default(), 100, None).unwrap();
    page.items
        .into_iter()
        .map(|row| row.tag.as_str().to_owned())
        .collect()
}

#[test]
fn a_registered_asset_is_in_stock_with_all_that_was_said_of_it() {
    let mut world = World::new();
    world.register(0, 1, "Lap-1", "MacBook", &[("type", "Laptop"), ("my_field", "x")]);
    let store = TempStore::fed(&world.log);
    let row = get(&store, tenant_id(0), asset_id(1), None).unwrap();
    assert_eq!(row.tag, tag("Lap-1"));
    assert_eq!(
        (row.status, row.holder, row.due_on),
        (AssetStatus::InStock, None, None)
    );
    assert_eq!(row.attributes[&attribute("my_field")], "x");
    assert_eq!(row.attributes.len(), 3);
    assert_eq!(
        (row.registered_at, row.updated_at, row.revision),
        (world.now, world.now, 0)
    );
}

#[test]
fn custody_shows_in_the_register_and_goes_with_the_check_in() {
    let mut world = World::new();
    world.register(0, 1, "A-1", "Desk", &[]);
    let due_on = Some("2026-12-24".parse().unwrap());
    let out = AssetCommand::CheckOut {
        to: person(1),
        due_on,
        note: None,
    };
    world.asset(0, 1, &out).unwrap();
    let store = TempStore::fed(&world.log);
    let current = |store: &TempStore| get(store, tenant_id(0), asset_id(1), None).unwrap();
    let row = current(&store);
    assert_eq!(
        (row.status, row.holder, row.due_on),
        (AssetStatus::CheckedOut, Some(person(1)), due_on)
    );

    world.wait(Duration::seconds(5));
    world.asset(0, 1, &AssetCommand::CheckIn { note: None }).unwrap();
    store.apply(&world.log).unwrap();
    let row = current(&store);
    assert_eq!(
        (row.status, row.holder, row.due_on),
        (AssetStatus::InStock, None, None)
    );
    assert_eq!((row.revision, row.updated_at), (2, world.now));
}

#[test]
fn an_asset_is_found_by_its_tag_in_any_case() {
    let mut world = World::new();
    world.register(0, 1, "Lap-1", "MacBook", &[]);
    let store = TempStore::fed(&world.log);
    assert_eq!(found(&store, "tag = LAP-1"), "Lap-1");
    assert_eq!(found(&store, "tag = lap-2"), "");
}

#[test]
fn every_word_of_a_search_must_occur_somewhere() {
    let mut world = World::new();
    world.register(0, 1, "A-1", "MacBook Pro", &[("location", "Büro Berlin")]);
    world.register(0, 2, "A-2", "MacBook Air", &[("location", "Berlin")]);
    world.register(0, 3, "A-3", "Désk", &[("serial", "BERLIN-7")]);
    let store = TempStore::fed(&world.log);
    assert_eq!(tags(&store, &filter("berlin")), ["A-1", "A-2", "A-3"]);
    assert_eq!(tags(&store, &filter("  BERLIN macbook ")), ["A-1", "A-2"]);
    assert_eq!(tags(&store, &filter("a-2")), ["A-2"]);
    assert_eq!(tags(&store, &filter("DÉSK")), ["A-3"]);
    assert_eq!(tags(&store, &filter("büro")), ["A-1"]);
    assert_eq!(tags(&store, &filter("macbook tokyo")), Vec::<String>::new());
    assert_eq!(tags(&store, &filter("   ")), ["A-1", "A-2", "A-3"]);
}

#[test]
fn wildcards_in_a_search_stand_for_themselves() {
    let mut world = World::new();
    world.register(0, 1, "A-1", "100%", &[]);
    world.register(0, 2, "A-2", "100 percent", &[]);
    world.register(0, 3, "A-3", "a_b", &[]);
    world.register(0, 4, "A-4", "axb", &[]);
    world.register(0, 5, "A-5", "c\\d", &[]);
    let store = TempStore::fed(&world.log);
    assert_eq!(tags(&store, &filter("100%")), ["A-1"]);
    assert_eq!(tags(&store, &filter("a_b")), ["A-3"]);
    assert_eq!(tags(&store, &filter("c\\d")), ["A-5"]);
    assert_eq!(
        tags(&store, &filter("'; DROP TABLE asset_register")),
        Vec::<String>::new()
    );
}

#[test]
fn a_search_too_long_is_refused() {
    let store = TempStore::empty();
    for q in ["x".repeat(501), "x ".repeat(33)] {
        let refused = count(&store, tenant_id(0), filter(&q));
        assert!(
            matches!(refused, Err(QueryError::Refused(QueryRefusal::SearchTooLong))),
            "{q}"
        );
    }
    count(&store, tenant_id(0), filter(&"x ".repeat(32))).unwrap();
}

#[test]
fn a_facet_leaves_its_own_condition_out_and_joins_spellings_that_differ_in_case() {
    let mut world = World::new();
    world.register(0, 1, "A-1", "n", &[("type", "laptop"), ("location", "Berlin")]);
    world.register(0, 2, "A-2", "n", &[("type", "Laptop"), ("location", "Paris")]);
    world.register(0, 3, "A-3", "n", &[("type", "Desk"), ("location", "Paris")]);
    world.register(0, 4, "A-4", "n", &[]);
    world.check_out(0, 1, 1);
    let store = TempStore::fed(&world.log);
    let facets = |filter: &Filter| facets(&store, tenant_id(0), filter).unwrap();
    let counted = |facet: &Facet| -> Vec<(String, u64)> {
        facet.values.iter().map(|v| (v.value.clone(), v.count)).collect()
    };
    let own = |pairs: &[(&str, u64)]| -> Vec<(String, u64)> {
        pairs
            .iter()
            .map(|(value, count)| ((*value).to_owned(), *count))
            .collect()
    };

    let all = facets(&Filter::default());
    assert_eq!(counted(&all.asset_type), own(&[("Laptop", 2), ("Desk", 1)]));
    assert_eq!((all.asset_type.without, all.asset_type.beyond), (1, 0));
    assert_eq!(counted(&all.status), own(&[("in_stock", 3), ("checked_out", 1)]));
    assert_eq!(counted(&all.holder), own(&[(person(1).to_string().as_str(), 1)]));
    assert_eq!(all.holder.without, 3);

    let desks = Filter {
        asset_type: vec!["DESK".to_owned()],
        ..Filter::default()
    };
    let facets = facets(&desks);
    assert_eq!(facets.asset_type, all.asset_type);
    assert_eq!(counted(&facets.location), own(&[("Paris", 1)]));
    assert_eq!(tags(&store, &desks), ["A-3"]);
}

#[test]
fn values_past_the_two_hundred_most_frequent_are_counted_together() {
    let mut world = World::new();
    for n in 0..=210 {
        world.register(0, n, &format!("A-{n:03}"), "n", &[("type", &format!("t{n:03}"))]);
    }
    let store = TempStore::fed(&world.log);
    let facet = facets(&store, tenant_id(0), Filter::default())
        .unwrap()
        .asset_type;
    assert_eq!((facet.values.len(), facet.without, facet.beyond), (200, 0, 11));
}

#[test]
fn a_value_beyond_the_most_frequent_is_found_and_a_chosen_one_is_always_listed() {
    let mut world = World::new();
    for n in 0..=210 {
        let location = format!("Büro {n:03}");
        world.register(0, n, &format!("A-{n:03}"), "n", &[("location", &location)]);
    }
    let store = TempStore::fed(&world.log);
    let values = |facets: &Facets| -> Vec<String> {
        let values = facets.location.values.iter();
        values.map(|value| value.value.clone()).collect()
    };
    let find = |text| {
        find_values(
            &store,
            tenant_id(0),
            Filter::default(),
            FacetField::Location,
            text,
        )
    };
    let found = find("BU\u{308}RO 21");
    assert_eq!(values(&found), ["Büro 210"]);
    assert_eq!((found.location.without, found.location.beyond), (0, 0));
    assert_eq!(found.status.values, []);
    assert_eq!(values(&find("")).len(), 200);

    let chosen = Filter {
        location: vec!["büro 210".to_owned(), "büro 001".to_owned()],
        ..Filter::default()
    };
    assert_eq!(tags(&store, &chosen), ["A-001", "A-210"]);
    let facets = facets(&store, tenant_id(0), &chosen).unwrap();
    assert!(values(&facets).contains(&"Büro 210".to_owned()));
    assert_eq!((facets.location.values.len(), facets.location.beyond), (201, 10));
}

#[test]
fn a_holder_is_found_by_name() {
    let mut world = World::new();
    for n in 1..=2 {
        world.register(0, n, &format!("A-{n}"), "n", &[]);
        world.know(0, n);
        world.check_out(0, n, n);
    }
    world.rename(0, 1, "Zoë Zebra");
    world.rename(0, 2, "Ada Ant");
    let store = TempStore::fed(&world.log);
    let found = find_values(&store, tenant_id(0), Filter::default(), FacetField::Holder, "ZOË");
    let holders: Vec<_> = found
        .holder
        .values
        .iter()
        .map(|found| found.value.clone())
        .collect();
    assert_eq!(holders, [person(1).to_string()]);
}

#[test]
fn orders_ignore_case_and_put_what_has_no_value_first() {
    let mut world = World::new();
    world.register(0, 1, "b", "Zebra", &[("type", "x")]);
    world.register(0, 2, "A", "apple", &[]);
    world.register(0, 3, "c", "Écran", &[("type", "B")]);
    let store = TempStore::fed(&world.log);
    let ids = |sort: &str| -> Vec<_> {
        let sort = Sort::parse(sort).unwrap();
        let page = list(&store, tenant_id(0), Filter::default(), sort, 10, None).unwrap();
        page.items.iter().map(|row| row.tag.as_str().to_owned()).collect()
    };
    assert_eq!(ids("tag"), ["A", "b", "c"]);
    assert_eq!(ids("-tag"), ["c", "b", "A"]);
    assert_eq!(ids("name"), ["A", "b", "c"]);
    assert_eq!(ids("type"), ["A", "c", "b"]);
}

#[test]
fn a_cursor_of_another_order_or_of_nothing_is_refused() {
    let mut world = World::new();
    for n in 0..3 {
        world.register(0, n, &format!("A-{n}"), "Desk", &[]);
    }
    let store = TempStore::fed(&world.log);
    let list = |sort, cursor: Option<&str>| list(&store, tenant_id(0), Filter::default(), sort, 1, cursor);
    let cursor = list(Sort::default(), None).unwrap().next_cursor.unwrap();
    let by_update = Sort {
        key: SortKey::UpdatedAt,
        descending: false,
    };
    let forged = |json: &str| {
        use base64::Engine;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json)
    };
    let number_for_text = forged(r#"{"list":"assets/tag","after":{"value":7,"asset":"x"}}"#);
    let text_for_number = forged(r#"{"list":"assets/updated_at","after":{"value":"7","asset":"x"}}"#);
    let descending = Sort {
        descending: true,
        ..Sort::default()
    };
    let cases = [
        (descending, cursor.as_str()),
        (by_update, &cursor),
        (Sort::default(), "x"),
        (Sort::default(), &number_for_text),
        (by_update, &text_for_number),
    ];
    for (sort, cursor) in cases {
        let refused = list(sort, Some(cursor));
        assert!(
            matches!(refused, Err(QueryError::Refused(QueryRefusal::CursorInvalid))),
            "{sort} {cursor}"
        );
    }
    list(Sort::default(), Some(&cursor)).unwrap();
    let history = AssetHistory::of(&store).history(tenant_id(0), asset_id(1), None, &[], 1, Some(&cursor));
    assert!(matches!(
        history,
        Err(QueryError::Refused(QueryRefusal::CursorInvalid))
    ));
}
