//! Numbers and days as values of a condition.

use super::{condition, error_in, marked};
use crate::{Compare, Condition, SyntaxRefusal, Test, TimeValue};

fn test(text: &str) -> Test {
    match condition(text) {
        Condition::Test(test) => test,
        other => panic!("{text}: {other:?}"),
    }
}

/// The number that a condition compares with.
fn number(text: &str) -> Option<String> {
    match test(text) {
        Test::Number(_, _, amount) => Some(amount.number.to_string()),
        Test::Unlike(_, inner) => match *inner {
            Test::Number(_, _, amount) => Some(amount.number.to_string()),
            _ => None,
        },
        _ => None,
    }
}

#[test]
fn a_price_is_compared_with_a_number_by_every_operator_that_compares() {
    for operator in ["=", "!=", "<", "<=", ">", ">="] {
        for (written, read) in [
            ("750", "750"),
            ("750.00", "750"),
            ("1.290", "1.29"),
            ("\"1.290,00\"", "1290"),
            ("\"1 290\"", "1290"),
            ("٧٥٠", "750"),
        ] {
            let text = format!("price {operator} {written}");
            assert_eq!(number(&text).as_deref(), Some(read), "{text}");
        }
    }
    for (text, is_number) in [
        ("price == 750", false),
        ("price like 750", false),
        ("price = free", false),
    ] {
        assert_eq!(number(text).is_some(), is_number, "{text}");
    }
}

#[test]
fn a_price_is_compared_with_nothing_that_is_not_one_number() {
    for (text, expected) in [
        ("price > free", SyntaxRefusal::NumberMissing),
        ("price <= \"on loan\"", SyntaxRefusal::NumberMissing),
        (
            "price > \"1,290\"",
            SyntaxRefusal::NumberAmbiguous {
                number: "1,290".to_owned(),
            },
        ),
        (
            "price = \"1,290\"",
            SyntaxRefusal::NumberAmbiguous {
                number: "1,290".to_owned(),
            },
        ),
        (
            "price > \"1290 EUR\"",
            SyntaxRefusal::CurrencyUnsupported {
                currency: "EUR".to_owned(),
            },
        ),
    ] {
        assert_eq!(error_in(text).refusal, expected, "{text}");
    }
    assert!(matches!(test("price = \"1290 EUR\""), Test::Text(..)));
}

#[test]
fn a_number_is_not_before_or_after_a_text() {
    for text in ["model > 7", "name <= 007", "tag >= 5", "a < -1.5"] {
        assert!(
            matches!(error_in(text).refusal, SyntaxRefusal::NumberOnText { .. }),
            "{text}"
        );
    }
    assert_eq!(marked("model > 7"), "model > [7]");
    assert!(matches!(test("model > \"7\""), Test::Order(..)));
    assert!(matches!(test("model = 007"), Test::Text(_, text) if text == "007"));
}

#[test]
fn a_day_may_be_written_in_any_form_that_has_one_meaning() {
    for written in [
        "2026-01-31",
        "\"31.1.2026\"",
        "31.01.2026",
        "\"31 Jan 2026\"",
        "1/31/2026",
        "2026年1月31日",
    ] {
        for field in ["due", "purchased_on", "updated"] {
            let day = match test(&format!("{field} < {written}")) {
                Test::Due(Compare::Less, TimeValue::Day(day))
                | Test::Updated(Compare::Less, TimeValue::Day(day))
                | Test::Day(_, Compare::Less, TimeValue::Day(day)) => day.to_string(),
                other => panic!("{other:?}"),
            };
            assert_eq!(day, "2026-01-31", "{field} {written}");
        }
    }
    assert_eq!(marked("due < 3/4/2026"), "due < [3/4/2026]");
    let refusal = error_in("purchased_on = 3/4/2026").refusal;
    assert!(matches!(refusal, SyntaxRefusal::DayAmbiguous { .. }));
}

#[test]
fn a_year_has_four_digits() {
    for text in [
        "due < +12026-01-01",
        "due > -0001-01-01",
        "due = -001-01-01",
        "updated > \"+12026-01-01 10:00\"",
        "updated > \"-0001-01-01T10:00:00Z\"",
        "purchased_on < 12026-01-01",
        "due < 31.1.26",
    ] {
        let refusal = error_in(text).refusal;
        let is_day = matches!(refusal, SyntaxRefusal::DayMissing | SyntaxRefusal::TimeMissing);
        assert!(is_day, "{text}: {refusal:?}");
    }
}
