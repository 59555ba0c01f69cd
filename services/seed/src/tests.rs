//! The plan of the demo, carried out by the rules.

use chrono::{TimeZone, Utc};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tally_domain::asset::{self, AssetCommand, AssetState, Tag};
use tally_domain::schema::Schema;
use tally_domain::text::normal_form;
use tally_domain::{
    AccountId, Actor, CommandId, Context, PersonId, Position, Recorded, RegisterId, StreamName, Via,
};
use uuid::Uuid;

use super::planner::{Company, make_plan};
use super::seeder::AGE;
use super::step::{Act, PeopleByAccount, Step, to_changes};

fn person(name: &str, number: usize) -> AccountId {
    AccountId::parse(&format!("712020:{name}-{number}")).unwrap()
}

fn company_of(staff: usize) -> Company {
    Company {
        keepers: (0..2).map(|n| person("keeper", n)).collect(),
        staff: (0..staff).map(|n| person("staff", n)).collect(),
        random: StdRng::seed_from_u64(20_220_307),
    }
}

fn people_of(company: &Company) -> PeopleByAccount {
    let accounts = company.keepers.iter().chain(&company.staff).cloned();
    accounts
        .map(|account| (account, PersonId(Uuid::new_v4())))
        .collect()
}

fn two_years(company: &mut Company) -> Vec<Step> {
    let end = Utc.with_ymd_and_hms(2026, 3, 7, 9, 0, 0).unwrap();
    make_plan(company, end - AGE, end)
}

/// Carries a step out by the domain's rules. A refusal fails the test.
fn apply_step(states: &mut Vec<AssetState>, step: &Step, people: &PeopleByAccount) {
    let (number, command) = match &step.act {
        Act::Register { tag, attributes } => {
            states.push(AssetState::default());
            let command = AssetCommand::Register {
                number: 1,
                tag: Tag::parse(tag).unwrap(),
                attributes: to_changes(attributes),
            };
            (states.len() - 1, command)
        }
        Act::Change { asset, change, .. } => (*asset, change.to_command(step.at, people).unwrap()),
    };
    let events = asset::decide(&states[number], &command, &schema_for(&command), step.at)
        .unwrap_or_else(|why| panic!("{step:?}: {why}"));
    for event in events {
        let state = std::mem::take(&mut states[number]);
        states[number] = state.evolve(&recorded(event, step));
    }
}

/// A schema in which the command finds its attributes.
fn schema_for(command: &AssetCommand) -> Schema {
    Schema::new(RegisterId(Uuid::nil())).with(&command.names())
}

fn recorded<E>(event: E, step: &Step) -> Recorded<E> {
    let command = CommandId(Uuid::from_u128(1));
    Recorded {
        id: command.event_id("demo", 0),
        stream: StreamName::from_log("demo".to_owned()),
        revision: 0,
        position: Position::single(0),
        recorded_at: step.at,
        context: Context::new(None, Actor::without_person(Via::User), command),
        event,
    }
}

#[test]
fn a_company_of_sixty_has_about_three_hundred_assets_and_two_years_of_history_without_a_refusal() {
    let mut company = company_of(60);
    let steps = two_years(&mut company);
    let people = people_of(&company);
    let mut states = vec![];
    for step in &steps {
        apply_step(&mut states, step, &people);
    }
    assert!((270..=330).contains(&states.len()), "{} assets", states.len());
    assert!(steps.is_sorted_by_key(|step| step.at));
    let (first, last) = (steps.first().unwrap().at, steps.last().unwrap().at);
    assert!((last - first).num_days() > 700, "from {first} to {last}");
    let out = states
        .iter()
        .filter(|state| matches!(state, AssetState::CheckedOut(..)))
        .count();
    assert!(out > 100, "{out} are checked out");
}

#[test]
fn no_two_assets_of_the_demo_have_one_tag_and_each_has_a_name() {
    let steps = two_years(&mut company_of(60));
    let mut tags: Vec<_> = steps
        .iter()
        .filter_map(|step| match &step.act {
            Act::Register { tag, attributes } => {
                assert!(attributes.iter().any(|(key, _)| *key == "name"), "{step:?}");
                Some(normal_form(tag))
            }
            Act::Change { .. } => None,
        })
        .collect();
    let all = tags.len();
    tags.sort_unstable();
    tags.dedup();
    assert_eq!(tags.len(), all);
}

#[test]
fn the_demo_is_the_same_every_time() {
    let text = |steps: Vec<Step>| format!("{steps:?}");
    assert_eq!(
        text(two_years(&mut company_of(12))),
        text(two_years(&mut company_of(12)))
    );
}
