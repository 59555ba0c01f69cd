//! Two nodes over one log, each of which sees some of the requests.

use tally_domain::health::{Failure, HealthEvent};

use super::*;

/// Nodes that hear what each of them writes.
struct Nodes([Scene; 2]);

const A: usize = 0;
const B: usize = 1;

impl Nodes {
    fn of(installed: u128) -> Self {
        Self([Scene::of(installed), Scene::of(installed)])
    }

    /// A look of one node, which the log takes down and every node hears of.
    fn look(&self, node: usize, seconds: i64) -> Outcome {
        let outcome = self.0[node].look(seconds);
        for (tenant, event) in outcome.acts.iter().filter_map(written) {
            for node in &self.0 {
                node.watch.elsewhere().keep(tenant, event.clone(), at(seconds));
            }
        }
        outcome
    }

    fn both_look(&self, seconds: i64) -> [Outcome; 2] {
        [self.look(A, seconds), self.look(B, seconds)]
    }
}

fn written(act: &Act) -> Option<(TenantId, HealthEvent)> {
    let failing_since = at(0);
    match act {
        Act::Failing(tenant, failure) => Some((
            *tenant,
            HealthEvent::Failing {
                failure: failure.clone(),
            },
        )),
        Act::Recovered(tenant) => Some((*tenant, HealthEvent::Recovered { failing_since })),
        Act::Left(tenant) => Some((*tenant, HealthEvent::Left { failing_since })),
        _ => None,
    }
}

fn of_tenants(outcome: &Outcome) -> Vec<&Act> {
    outcome.acts.iter().filter(|act| written(act).is_some()).collect()
}

#[test]
fn tenants_of_which_no_node_sees_enough_make_the_alarm_all_the_same() {
    let nodes = Nodes::of(200);
    for (node, number) in [(A, 0), (B, 1), (A, 2)] {
        nodes.0[node].refuse(number, 0);
    }
    let told = [15, 20].map(|seconds| nodes.both_look(seconds).map(|outcome| news(&outcome)));
    let fires = vec![("TenantsFailing", News::Firing)];
    assert_eq!(told, [[vec![], fires.clone()], [fires, vec![]]]);
}

#[test]
fn a_request_that_verifies_on_one_node_ends_the_trouble_on_all() {
    let nodes = Nodes::of(200);
    for number in 0..3 {
        nodes.0[A].refuse(number, 0);
        nodes.0[B].refuse(number, 4);
    }
    nodes.both_look(20);
    assert!(nodes.0.iter().all(|node| node.fires("TenantsFailing")));
    for number in 0..3 {
        nodes.0[A].verify(number, 21);
    }
    for seconds in (25..60).step_by(5) {
        nodes.both_look(seconds);
    }
    assert!(nodes.0.iter().all(|node| !node.fires("TenantsFailing")));
    assert!(nodes.0.iter().all(|node| node.watch.survey().failing.is_empty()));
}

#[test]
fn what_one_node_noted_the_other_does_not_note_again() {
    let nodes = Nodes::of(1);
    nodes.0[A].refuse(0, 0);
    nodes.0[B].refuse(0, 1);
    assert_eq!(of_tenants(&nodes.look(A, 20)).len(), 1);
    assert_eq!(of_tenants(&nodes.look(B, 21)), Vec::<&Act>::new());
    nodes.0[B].verify(0, 22);
    assert_eq!(of_tenants(&nodes.look(B, 25)), [&Act::Recovered(tenant(0))]);
    for (node, seconds) in [(A, 26), (B, 27), (A, 31), (B, 32)] {
        assert_eq!(of_tenants(&nodes.look(node, seconds)), Vec::<&Act>::new());
    }
}

#[test]
fn a_tenant_that_verified_here_since_it_began_to_fail_there_is_well() {
    let nodes = Nodes::of(1);
    nodes.0[A].refuse(0, 0);
    nodes.0[B].verify(0, 5);
    nodes.look(A, 15);
    assert_eq!(of_tenants(&nodes.look(B, 16)), [&Act::Recovered(tenant(0))]);
    assert_eq!(of_tenants(&nodes.look(A, 20)), Vec::<&Act>::new());
    assert_eq!(nodes.0[A].watch.survey().failing, BTreeMap::new());
}

#[test]
fn what_is_refused_after_a_recovery_elsewhere_counts_from_then() {
    let scene = Scene::of(1);
    let failure = Failure {
        code: REFUSED.to_owned(),
        since: at(0),
        refusals: 1,
        last_good_at: None,
    };
    let hears = |event, seconds| scene.watch.elsewhere().keep(tenant(0), event, at(seconds));
    hears(HealthEvent::Failing { failure }, 15);
    scene.look(15);
    hears(HealthEvent::Recovered { failing_since: at(0) }, 18);
    scene.refuse(0, 20);
    assert_eq!(of_tenants(&scene.look(20)), Vec::<&Act>::new());
    assert_eq!(scene.watch.survey().failing, BTreeMap::new());
    assert!(matches!(of_tenants(&scene.look(35))[..], [Act::Failing(_, failure)] if failure.since == at(20)));
}
