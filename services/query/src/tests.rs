//! Which queries are understood, and which errors are reported for the others.

mod names;
mod signs;
mod values;

use std::collections::BTreeSet;

use chrono::{DateTime, TimeZone, Utc};
use tally_domain::RegisterId;
use tally_domain::asset::AttributeName;
use tally_domain::schema::{Attribute, BUILT_IN, OWN_FIELDS, Schema};
use uuid::Uuid;

use crate::field::{Field, TextField};
use crate::function::{NAMES, TimeFunction, TimeOffset};
use crate::{
    AssetQuery, Budget, Condition, InvalidQuery, MAX_LENGTH, OverBudget, Sort, SortKey, SyntaxRefusal,
};

const LIMITS: Budget = Budget::STANDARD;

/// The schema of a register with these attributes of its own.
fn schema_with(names: &[&str]) -> Schema {
    let names: Vec<_> = names
        .iter()
        .map(|name| AttributeName::parse(name).unwrap())
        .collect();
    Schema::new(RegisterId(Uuid::nil())).with(&names)
}

fn parse(text: &str) -> Result<AssetQuery, InvalidQuery> {
    let letters: Vec<String> = ('a'..='n').map(|letter| letter.to_string()).collect();
    let letters = letters.iter().map(String::as_str);
    let names: Vec<&str> = letters
        .chain(["Rack (U)", "order", "object", "ärgernis"])
        .collect();
    AssetQuery::parse(text, &schema_with(&names))
}

fn error_in(text: &str) -> InvalidQuery {
    parse(text).expect_err(text)
}

/// What is offered at the error, in a register with two attributes of its own.
fn offered(text: &str) -> Vec<String> {
    let schema = schema_with(&["Rack (U)", "order"]);
    let wrong = AssetQuery::parse(text, &schema).expect_err(text);
    wrong.expected.offer(&schema)
}

/// The query with what is wrong in brackets.
fn marked(text: &str) -> String {
    let InvalidQuery { from, to, .. } = error_in(text);
    let part = |from: usize, to: usize| text.chars().skip(from).take(to - from).collect::<String>();
    let length = text.chars().count();
    format!("{}[{}]{}", part(0, from), part(from, to), part(to, length))
}

#[test]
fn an_error_is_marked_at_its_position() {
    for (text, expected) in [
        ("type", "type[]"),
        ("type laptop", "type [laptop]"),
        ("type =", "type =[]"),
        ("type = AND name = x", "type = [AND] name = x"),
        ("name = Mac Book", "name = Mac [Book]"),
        ("ärgernis = \"offen", "ärgernis = [\"offen]"),
        ("type ! laptop", "type [!] laptop"),
        ("= laptop", "[=] laptop"),
        ("(type = laptop", "(type = laptop[]"),
        ("type = laptop)", "type = laptop[)]"),
        ("type in laptop", "type in [laptop]"),
        ("type in (laptop", "type in (laptop[]"),
        ("type in ()", "type in ([)]"),
        ("type is laptop", "type is [laptop]"),
        ("type not = laptop", "type not [=] laptop"),
        ("status = lost", "status = [lost]"),
        ("status like out", "status [like] out"),
        ("status = EMPTY", "status = [EMPTY]"),
        ("updated not in (now())", "updated [not in] (now())"),
        ("due = soon", "due = [soon]"),
        ("due = \"2026-01-01 10:00\"", "due = [\"2026-01-01 10:00\"]"),
        ("updated > 2026-02-30", "updated > [2026-02-30]"),
        (
            "updated > startOfDay(yesterday)",
            "updated > startOfDay([yesterday])",
        ),
        ("updated > startOfDay(-1d", "updated > startOfDay(-1d[]"),
        ("updated > midnight()", "updated > [midnight]()"),
        ("holder = now()", "holder = [now()]"),
        ("name = currentUser()", "name = [currentUser()]"),
        ("name like now()", "name like [now()]"),
        ("owner.name = x", "[owner.name] = x"),
        ("inboundReferences() is EMPTY", "[inboundReferences]() is EMPTY"),
        (
            "object having inboundReferences()",
            "object [having] inboundReferences()",
        ),
        ("\"_\" = x", "[\"_\"] = x"),
        ("ORDER name", "ORDER [name]"),
        ("ORDER BY price", "ORDER BY [price]"),
        ("ORDER BY name DESC, tag", "ORDER BY name DESC[,] tag"),
        ("type = x AND", "type = x AND[]"),
        ("NOT", "NOT[]"),
    ] {
        assert_eq!(marked(text), expected, "{:?}", error_in(text));
    }
}

#[test]
fn the_words_that_could_stand_there_are_listed() {
    let has = |text: &str, word: &str| offered(text).iter().any(|offer| offer == word);
    assert!(has("type laptop", "startsWith"));
    assert!(!has("status lost", "<"));
    assert_eq!(offered("status = lost"), ["in_stock", "checked_out", "retired"]);
    assert_eq!(offered("name = a b"), ["AND", "OR", "ORDER BY"]);
    assert!(has("ORDER BY x", "updated"));
    assert!(has("due < x", "startOfMonth()"));
}

#[test]
fn the_fields_of_the_register_are_offered_where_a_field_could_stand() {
    for text in ["type = x AND", "owner.name = x", "\"_\" = x"] {
        let fields = offered(text);
        assert_eq!(fields[..2], ["tag", "name"], "{text}");
        let others = &fields[fields.len() - 3..];
        assert_eq!(others, ["notes", "\"order\"", "rack_u"], "{text}");
        let distinct: BTreeSet<&String> = fields.iter().collect();
        assert_eq!(distinct.len(), fields.len(), "{text}");
    }
}

#[test]
fn every_field_that_is_offered_can_be_written() {
    for field in offered("type = x AND") {
        let wrong = parse(&field).unwrap_err();
        assert_eq!(wrong.refusal, SyntaxRefusal::OperatorMissing, "{field}");
    }
}

#[test]
fn no_field_of_its_own_hides_an_attribute() {
    for name in OWN_FIELDS {
        let name = AttributeName::parse(name).unwrap();
        let schema = Schema::new(RegisterId(Uuid::nil())).with(&[name]);
        let added = schema.attributes().last().unwrap();
        let found = match added {
            Attribute::Free { key, .. } => Field::find(key.as_str(), &schema),
            Attribute::BuiltIn(_) => continue,
        };
        let is_attribute = matches!(&found, Some(Field::Text(TextField::Attribute(_))));
        assert!(is_attribute, "{added:?} is {found:?}");
    }
}

#[test]
fn a_query_has_an_order_or_leaves_it_open() {
    let order = |text: &str| parse(text).unwrap().order;
    assert_eq!(order("type = x"), None);
    let updated = Sort {
        key: SortKey::UpdatedAt,
        descending: true,
    };
    assert_eq!(order("type = x order by UPDATED desc"), Some(updated));
    assert_eq!(order("ORDER BY key ASC"), Some(Sort::default()));
    assert_eq!(
        order("ORDER BY \"Asset Tag\""),
        Some(Sort::default()),
        "as a file calls it"
    );
    let status = Sort {
        key: SortKey::Status,
        descending: false,
    };
    assert_eq!(order("ORDER BY \u{17F}tatus"), Some(status), "by its normal form");
}

#[test]
fn a_query_is_limited_in_length_conditions_values_and_depth() {
    let long = format!("name = \"{}\"", "x".repeat(MAX_LENGTH));
    let refusal = |text: &str| error_in(text).refusal;
    assert_eq!(
        refusal(&long),
        SyntaxRefusal::TooLong {
            characters: MAX_LENGTH
        }
    );
    let many = vec!["a = b"; LIMITS.conditions + 1].join(" OR ");
    let limit = LIMITS.conditions;
    assert_eq!(
        refusal(&many),
        SyntaxRefusal::TooManyConditions { conditions: limit }
    );
    let values = format!("a in ({})", vec!["b"; LIMITS.values + 1].join(","));
    let limit = LIMITS.values;
    assert_eq!(refusal(&values), SyntaxRefusal::TooManyValues { values: limit });
    let deep = format!("{}a = b{}", "(".repeat(LIMITS.depth), ")".repeat(LIMITS.depth));
    let too_deep = SyntaxRefusal::TooDeep { levels: LIMITS.depth };
    assert_eq!(refusal(&deep), too_deep);
    let denied = format!("{}a = b", "NOT ".repeat(MAX_LENGTH / 5));
    assert_eq!(refusal(&denied), too_deep);
    let wide = vec!["(a = b)"; LIMITS.conditions].join(" OR ");
    assert!(parse(&wide).is_ok());
}

/// A leap year's Thursday.
fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2024, 2, 29, 15, 45, 30).unwrap()
}

fn moment(name: &str, offset: &str) -> String {
    let (_, name) = NAMES.into_iter().find(|(known, _)| *known == name).unwrap();
    let offset = TimeOffset::parse(offset).unwrap();
    let moment = TimeFunction { name, offset }.at(now());
    moment.format("%Y-%m-%d %H:%M:%S").to_string()
}

#[test]
fn a_function_is_a_time_of_the_calendar_shifted_by_its_offset() {
    for (name, offset, expected) in [
        ("now", "", "2024-02-29 15:45:30"),
        ("now", "-2h 15m", "2024-02-29 13:30:30"),
        ("now", "-1y", "2023-02-28 15:45:30"),
        ("now", "+1M -1d", "2024-03-28 15:45:30"),
        ("startOfDay", "", "2024-02-29 00:00:00"),
        ("endOfDay", "-1d", "2024-02-28 23:59:59"),
        ("startOfWeek", "", "2024-02-26 00:00:00"),
        ("endOfWeek", "", "2024-03-03 23:59:59"),
        ("startOfMonth", "-1M", "2024-01-01 00:00:00"),
        ("endOfMonth", "-1M", "2024-01-31 23:59:59"),
        ("endOfMonth", "1M", "2024-03-31 23:59:59"),
        ("startOfYear", "2w", "2024-01-15 00:00:00"),
        ("endOfYear", "", "2024-12-31 23:59:59"),
        ("now", "-9999y", "0000-01-01 00:00:00"),
        ("startOfYear", "9999y", "9999-12-31 23:59:59"),
        ("endOfDay", "9000y", "9999-12-31 23:59:59"),
        ("startOfYear", "7000y", "9024-01-01 00:00:00"),
    ] {
        assert_eq!(moment(name, offset), expected, "{name}({offset})");
    }
}

#[test]
fn a_text_that_is_no_time_span_is_refused() {
    for text in ["1", "d", "-", "--1d", "1x", "10000d", "1.5d", "1d2h", "٣d"] {
        assert_eq!(TimeOffset::parse(text), None, "{text}");
    }
}

/// The condition of a query that has one.
fn condition(text: &str) -> Condition {
    parse(text).unwrap().condition.unwrap()
}

#[test]
fn every_query_that_parses_is_within_the_standard_budget() {
    let deep = format!("{}a = b{}", "(c = d AND NOT (".repeat(10), "))".repeat(10));
    let mixed = "a = b AND (c = d OR e = f AND (g = h OR i = j)) OR NOT (k = l AND m = n)";
    let wide = vec!["a = b"; LIMITS.conditions].join(" AND ");
    let values = format!("a not in ({})", vec!["b"; LIMITS.values].join(","));
    for text in [deep.as_str(), mixed, &wide, &values] {
        assert_eq!(LIMITS.check(&condition(text)), Ok(()), "{text}");
    }
}

#[test]
fn a_query_beyond_a_smaller_budget_is_refused() {
    let assert_refused =
        |text: &str, budget: Budget| assert_eq!(budget.check(&condition(text)), Err(OverBudget::Query));
    assert_refused(
        "a = b OR c = d",
        Budget {
            conditions: 1,
            ..LIMITS
        },
    );
    assert_refused("a in (b, c)", Budget { values: 1, ..LIMITS });
    assert_refused("NOT a = b", Budget { depth: 1, ..LIMITS });
    assert_refused("a = b AND (c = d OR e = f)", Budget { depth: 1, ..LIMITS });
}

#[test]
fn a_list_is_ordered_by_its_own_fields_and_the_attributes_that_the_schema_calls_sortable() {
    let own = ["tag", "status", "updated_at"];
    let sortable = BUILT_IN.iter().filter(|attribute| attribute.sortable);
    let mut expected: Vec<&str> = sortable.map(|attribute| attribute.key).chain(own).collect();
    let mut keys: Vec<&str> = SortKey::ALL.iter().map(|key| key.as_str()).collect();
    expected.sort_unstable();
    keys.sort_unstable();
    assert_eq!(keys, expected);
}
