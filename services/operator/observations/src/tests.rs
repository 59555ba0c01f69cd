//! What is remembered, and that it stays bounded.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tally_atlassian::Refusal;
use tally_atlassian::outgoing::JiraError;
use tally_domain::{ClientKey, TenantId};
use uuid::Uuid;

use super::Observations;
use super::recent::RecentNames;
use super::sightings::{JiraAnswer, Sightings, Times};
use crate::observer::Observer;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_646_650_000 + seconds, 0).unwrap()
}

fn key(text: &str) -> ClientKey {
    ClientKey::parse(text).unwrap()
}

#[test]
fn refused_installs_count_by_site_and_only_when_the_operator_is_the_cause() {
    let observations = Observations::new(at(0));
    let count = || observations.refused_installs(at(10));
    let refuse = |issuer, known, refusal| {
        observations.note_install_refused(&key(issuer), known, &refusal, at(0));
    };
    refuse("a", false, Refusal::KeyUnknown);
    refuse("a", false, Refusal::SignatureInvalid);
    assert_eq!(count(), 0);
    refuse("a", true, Refusal::KeyUnknown);
    refuse("b", false, Refusal::AudienceMismatch);
    refuse("b", false, Refusal::Expired { seconds: 95 });
    assert_eq!(count(), 2);
    observations.note_install_accepted(&key("b"), TenantId(Uuid::from_u128(1)), at(0));
    assert_eq!(count(), 1);
}

#[test]
fn a_name_counts_within_its_window_only() {
    let names = RecentNames::new(Duration::from_secs(60));
    names.note("a", at(0));
    names.note("b", at(30));
    assert_eq!(
        (names.count(at(59)), names.count(at(60)), names.count(at(90))),
        (2, 1, 0)
    );
}

#[test]
fn what_did_not_happen_for_a_day_is_counted_from_one_again() {
    let sightings = Sightings::new(at(0));
    let day = TimeDelta::hours(24).num_seconds();
    for seconds in [0, 5] {
        sightings.note_unknown_issuer(key("a"), at(seconds));
    }
    let twice = Times {
        count: 2,
        first: at(0),
        last: at(5),
    };
    assert_eq!(sightings.unknown_issuer(&key("a")), Some(twice));
    sightings.note_unknown_issuer(key("a"), at(6 + day));
    assert_eq!(
        sightings.unknown_issuer(&key("a")),
        Some(Times::once(at(6 + day)))
    );
    assert_eq!(sightings.unknown_issuer(&key("b")), None);
}

#[test]
fn a_call_that_was_never_sent_is_no_answer_of_jira() {
    let (sightings, tenant) = (Sightings::new(at(0)), TenantId(Uuid::from_u128(1)));
    sightings.note_answer(tenant, Err(&JiraError::Signing), at(0));
    assert_eq!(sightings.of(tenant).answers(), []);
    sightings.note_answer(tenant, Err(&JiraError::TimedOut), at(1));
    sightings.note_answer(tenant, Ok(()), at(2));
    let answers: Vec<JiraAnswer> = sightings.of(tenant).answers().iter().map(|a| a.answer).collect();
    assert_eq!(answers, [JiraAnswer::Good, JiraAnswer::Silent]);
}
