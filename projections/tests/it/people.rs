//! What is known of people: the account, the name, the number.

use tally_domain::PersonId;
use tally_projections::{PeopleList, PersonRow};

use crate::support::{TempStore, World, account, person, tenant_id};

fn people(store: &TempStore, tenant: u8, ids: &[PersonId]) -> Vec<PersonRow> {
    let mut found = PeopleList::of(store).by_ids(tenant_id(tenant), ids).unwrap();
    found.sort_by_key(|row| row.number);
    found
}

#[test]
fn people_are_numbered_within_their_tenant_in_the_order_in_which_they_became_known() {
    let mut world = World::new();
    for (tenant, n) in [(0, 3), (1, 1), (0, 1), (0, 3), (0, 2)] {
        world.know(tenant, n);
    }
    let store = TempStore::fed(&world.log);
    let rows = people(&store, 0, &[person(1), person(2), person(3), person(4)]);
    let numbers: Vec<_> = rows.iter().map(|row| (row.number, row.id)).collect();
    assert_eq!(numbers, [(1, person(3)), (2, person(1)), (3, person(2))]);
    let of_the_other = people(&store, 1, &[person(1)]);
    assert_eq!(of_the_other[0].number, 1);
    assert!(people(&store, 1, &[person(2)]).is_empty());
}

#[test]
fn a_person_has_the_account_at_once_and_the_name_once_jira_has_given_it() {
    let mut world = World::new();
    world.know(0, 1);
    let row = &people(&TempStore::fed(&world.log), 0, &[person(1)])[0];
    assert!(row.account == Some(account(1)) && row.name.is_none() && !row.is_erased());
    world.rename(0, 1, "Ada");
    world.rename(0, 1, "Ada L.");
    let row = &people(&TempStore::fed(&world.log), 0, &[person(1)])[0];
    assert_eq!(row.name.as_deref(), Some("Ada L."));
}

#[test]
fn an_erased_person_keeps_the_number_and_is_found_by_no_account_any_more() {
    let mut world = World::new();
    world.know(0, 1);
    world.rename(0, 1, "Ada");
    world.erase(0, 1);
    world.know(0, 2);
    let store = TempStore::fed(&world.log);
    let rows = people(&store, 0, &[person(1), person(2)]);
    assert!(rows[0].is_erased() && rows[0].account.is_none() && rows[0].name.is_none());
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2]);
    let found = PeopleList::of(&store)
        .by_accounts(tenant_id(0), &[account(1), account(2)])
        .unwrap();
    assert_eq!(found, [(account(2), person(2))].into());
}
