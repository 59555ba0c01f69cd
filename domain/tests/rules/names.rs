//! Streams: who can ever meet in one.

use proptest::prelude::*;
use tally_domain::asset::Tag;
use tally_domain::{AssetId, ClientKey, ImportId, PersonId, RegisterId, StreamName, TenantId};
use uuid::Uuid;

fn all_of(tenant: TenantId) -> Vec<StreamName> {
    let id = Uuid::from_u128(7);
    vec![
        StreamName::tenant(tenant),
        StreamName::asset(tenant, AssetId(id)),
        StreamName::claim(tenant, &[7; 32]),
        StreamName::register(tenant),
        StreamName::schema(tenant, RegisterId(id)),
        StreamName::import(tenant, ImportId(id)),
        StreamName::person(tenant, PersonId(id)),
        StreamName::of_tenant(tenant, "health"),
    ]
}

/// A stream without a tenant.
fn shared() -> Vec<StreamName> {
    vec![StreamName::refused_callbacks(), StreamName::of_operator("tenant")]
}

proptest! {
    #[test]
    fn two_tenants_never_share_a_stream(one: u128, two: u128) {
        prop_assume!(one != two);
        let ones = all_of(TenantId(Uuid::from_u128(one)));
        let twos = all_of(TenantId(Uuid::from_u128(two)));
        prop_assert!(ones.iter().all(|name| !twos.contains(name)));
    }
}

#[test]
fn a_stream_name_never_holds_foreign_text() {
    let hostile = ClientKey::parse("../x%00;DROP|.tenant").unwrap();
    let name = StreamName::client_key(&hostile);
    assert!(!name.as_str().contains("DROP"));
    assert_ne!(name, StreamName::client_key(&ClientKey::parse("other").unwrap()));
}

#[test]
fn the_streams_of_one_tenant_are_apart() {
    let mut names = all_of(TenantId(Uuid::from_u128(1)));
    names.extend(shared());
    names.sort();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn an_allotted_tag_is_a_tag() {
    for number in [1, 42, 999_999, 1_000_000, u64::MAX] {
        let tag = Tag::from_number(number);
        assert_eq!(Tag::parse(tag.as_str()), Some(tag));
    }
    assert_eq!(Tag::from_number(42).as_str(), "A-000042");
}

proptest! {
    #[test]
    fn a_tenants_stream_names_its_tenant_and_no_other_stream_does(one: u128) {
        let tenant = TenantId(Uuid::from_u128(one));
        for name in all_of(tenant) {
            prop_assert_eq!(name.owner(), Some(tenant));
        }
        for name in shared() {
            prop_assert_eq!(name.owner(), None);
        }
    }
}

#[test]
fn another_spelling_of_an_id_is_no_tenant() {
    for name in [
        "00000000000000000000000000000007.tenant",
        "{00000000-0000-0000-0000-000000000007}.tenant",
        "ABCDEF00-0000-0000-0000-000000000007.tenant",
        "abcdef00-0000-0000-0000-000000000007",
        ".tenant",
    ] {
        assert_eq!(StreamName::from_log(name.to_owned()).owner(), None, "{name}");
    }
}
