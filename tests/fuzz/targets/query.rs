//! Any text as a query: it is understood within the budget, or refused at a place inside it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tally_query::{AssetQuery, Budget};

fuzz_target!(|text: &str| check(text));

fn check(text: &str) {
    match AssetQuery::parse(text) {
        Ok(query) => {
            let condition = query.condition.as_ref();
            let within = condition.is_none_or(|condition| Budget::STANDARD.check(condition).is_ok());
            assert!(within, "the parser takes what the budget refuses");
        }
        Err(error) => {
            let length = text.chars().count();
            assert!(error.from <= error.to && error.to <= length, "{error:?}");
        }
    }
}
