//! What is understood, and what is told of what is not.

use chrono::{DateTime, TimeZone, Utc};

use super::function::{Function, NAMES, Offset};
use super::{AssetQuery, BadQuery, MAX_CONDITIONS, MAX_DEPTH, MAX_LENGTH, MAX_VALUES};
use crate::asset_register::{Sort, SortKey};

fn wrong(text: &str) -> BadQuery {
    AssetQuery::parse(text).expect_err(text)
}

/// The query with what is wrong in brackets.
fn marked(text: &str) -> String {
    let BadQuery { from, to, .. } = wrong(text);
    let part = |from: usize, to: usize| text.chars().skip(from).take(to - from).collect::<String>();
    let length = text.chars().count();
    format!("{}[{}]{}", part(0, from), part(from, to), part(to, length))
}

#[test]
fn what_is_wrong_is_marked_where_it_is() {
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
        ("\"!?\" = x", "[\"!?\"] = x"),
        ("ORDER name", "ORDER [name]"),
        ("ORDER BY price", "ORDER BY [price]"),
        ("ORDER BY name DESC, tag", "ORDER BY name DESC[,] tag"),
        ("type = x AND", "type = x AND[]"),
        ("NOT", "NOT[]"),
    ] {
        assert_eq!(marked(text), expected, "{:?}", wrong(text));
    }
}

#[test]
fn what_could_stand_there_is_said() {
    assert!(wrong("type laptop").expected.contains(&"startsWith"));
    assert!(!wrong("status lost").expected.contains(&"<"));
    assert_eq!(
        wrong("status = lost").expected,
        ["in_stock", "checked_out", "retired"]
    );
    assert_eq!(wrong("name = a b").expected, ["AND", "OR", "ORDER BY"]);
    assert!(wrong("ORDER BY x").expected.contains(&"updated"));
    assert!(wrong("due < x").expected.contains(&"startOfMonth()"));
}

#[test]
fn a_query_says_its_order_or_leaves_it_open() {
    let order = |text: &str| AssetQuery::parse(text).unwrap().order;
    assert_eq!(order("type = x"), None);
    let updated = Sort {
        key: SortKey::UpdatedAt,
        descending: true,
    };
    assert_eq!(order("type = x order by UPDATED desc"), Some(updated));
    assert_eq!(order("ORDER BY key ASC"), Some(Sort::default()));
}

#[test]
fn a_query_is_bounded_in_every_direction() {
    let long = format!("name = \"{}\"", "x".repeat(MAX_LENGTH));
    assert!(wrong(&long).detail.contains("characters"));
    let many = vec!["a = b"; MAX_CONDITIONS + 1].join(" OR ");
    assert!(wrong(&many).detail.contains("conditions"));
    let values = format!("a in ({})", vec!["b"; MAX_VALUES + 1].join(","));
    assert!(wrong(&values).detail.contains("values"));
    let deep = format!("{}a = b{}", "(".repeat(MAX_DEPTH), ")".repeat(MAX_DEPTH));
    assert!(wrong(&deep).detail.contains("nested"));
    let denied = format!("{}a = b", "NOT ".repeat(MAX_LENGTH / 5));
    assert!(wrong(&denied).detail.contains("nested"));
    let wide = vec!["(a = b)"; MAX_CONDITIONS].join(" OR ");
    assert!(AssetQuery::parse(&wide).is_ok());
}

/// A leap year's Thursday.
fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2024, 2, 29, 15, 45, 30).unwrap()
}

fn moment(name: &str, offset: &str) -> String {
    let (_, name) = NAMES.into_iter().find(|(known, _)| *known == name).unwrap();
    let offset = Offset::parse(offset).unwrap();
    let moment = Function { name, offset }.at(now());
    moment.format("%Y-%m-%d %H:%M:%S").to_string()
}

#[test]
fn a_function_is_a_moment_of_the_calendar_shifted() {
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
        ("now", "-9999y", "-7975-02-28 15:45:30"),
    ] {
        assert_eq!(moment(name, offset), expected, "{name}({offset})");
    }
}

#[test]
fn what_is_no_span_of_time_is_refused() {
    for text in ["1", "d", "-", "--1d", "1x", "10000d", "1.5d", "1d2h", "٣d"] {
        assert_eq!(Offset::parse(text), None, "{text}");
    }
}
