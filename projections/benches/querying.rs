//! What a query costs on a register of 100,000 assets, beside the first page of the plain list:
//! pages of 50, and counts, over SQLite.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark that cannot go on stops; criterion's macros make functions without words"
)]

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta};
use criterion::{Criterion, criterion_group, criterion_main};
use tally_domain::asset::{AssetEvent, AttributeName, AttributeValue, Attributes, Tag};
use tally_domain::schema::Schema;
use tally_domain::{
    Actor, AnyEvent, AssetId, Clock, CommandId, Context, EventId, PersonId, Position, Recorded, RegisterId,
    StreamName, TenantId,
};
use tally_projections::{AssetRegister, AssetSelection};
use tally_query::{AssetQuery, Budget, CallerQuery, Evaluate, Filter, Selection, Sort};
use tally_view_store::{ViewSet, ViewStore};
use uuid::Uuid;

const ASSETS: u64 = 100_000;
const TENANT: TenantId = TenantId(Uuid::from_u128(1));

const PERSON: PersonId = PersonId(Uuid::from_u128(2));

/// An asset of one of ten types, at one of a hundred places, with a serial number and a price of
/// its own.
fn registered(number: u64) -> Recorded<AnyEvent> {
    let asset = AssetId(Uuid::from_u128(0xa000_0000 + u128::from(number)));
    let schema = Schema::new(RegisterId::of_tenant(TENANT));
    let of = |key: &str, value: String| {
        let id = schema.id_of(&AttributeName::parse(key).unwrap());
        (id, AttributeValue::Text(value))
    };
    let attributes: Attributes = [
        of("name", format!("Thing {}", number * 7919 % ASSETS)),
        of("type", format!("Type {}", number % 10)),
        of("location", format!("Room {}", number % 100)),
        of("serial", format!("SN-{number:08}")),
        of("manufacturer", format!("Maker {}", number % 37)),
        of("price", format!("{}.50", number % 5000)),
    ]
    .into_iter()
    .collect();
    let recorded_at = DateTime::UNIX_EPOCH + TimeDelta::seconds(1_700_000_000 + number.cast_signed());
    Recorded {
        id: EventId(Uuid::from_u128(0xe000_0000 + u128::from(number))),
        stream: StreamName::asset(TENANT, asset),
        revision: 0,
        position: Position::single(number + 1),
        recorded_at,
        context: Context::new(Some(TENANT), Actor::user(PERSON), CommandId(Uuid::nil())),
        event: AssetEvent::Registered {
            number,
            tag: Tag::parse(&format!("A-{number:06}")).unwrap(),
            attributes,
        }
        .into(),
    }
}

fn register(folder: &std::path::Path) -> ViewStore {
    let views = ViewStore::open(
        &folder.join("views.db"),
        &ViewSet::new(&[tally_projections::VIEWS]),
    )
    .unwrap();
    let events: Vec<_> = (0..ASSETS).map(registered).collect();
    for page in events.chunks(2000) {
        views.apply(page).unwrap();
    }
    views
}

fn filter_of(text: &str) -> Filter {
    let query = AssetQuery::parse(text, &Schema::new(RegisterId::of_tenant(TENANT))).unwrap();
    Filter {
        query: Some(CallerQuery {
            query,
            caller: Some(PERSON),
            people: HashMap::new(),
            now: Clock::system().now(),
        }),
        ..Filter::default()
    }
}

fn queries(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let views = register(folder.path());
    let hard = vec!["serial = x"; 64].join(" OR ");
    let mut group = criterion.benchmark_group("100,000 assets");
    group.sample_size(10);
    for (name, text) in [
        ("all", ""),
        ("one in ten by type", "type = \"type 3\""),
        ("one in a hundred by price", "price < 50"),
        ("one by serial number", "serial = sn-00099999"),
        ("none by part of a name", "name like nowhere"),
        ("none by 64 conditions", hard.as_str()),
    ] {
        let filter = filter_of(text);
        let register = AssetRegister::of(&views).of_tenant(TENANT);
        let select =
            || -> AssetSelection<'_> { register.evaluate(&filter, None, &Budget::STANDARD).unwrap() };
        group.bench_function(format!("{name}, a page"), |bencher| {
            bencher.iter(|| select().page(Sort::default(), 50, None).unwrap());
        });
        group.bench_function(format!("{name}, counted"), |bencher| {
            bencher.iter(|| select().count().unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, queries);
criterion_main!(benches);
