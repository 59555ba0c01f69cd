//! Any text as a query: it is understood within the budget, or refused at a place inside it.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tally_domain::asset::AttributeName;
use tally_domain::schema::Schema;
use tally_domain::{RegisterId, TenantId};
use tally_query::{AssetQuery, Budget};
use uuid::Uuid;

/// A register with attributes of its own, one of them named like a keyword.
static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let names = ["order", "Rack (U)", "色"].into_iter();
    let names: Vec<AttributeName> = names.filter_map(AttributeName::parse).collect();
    Schema::new(RegisterId::of_tenant(TenantId(Uuid::nil()))).with(&names)
});

fuzz_target!(|text: &str| check(text));

fn check(text: &str) {
    match AssetQuery::parse(text, &SCHEMA) {
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
