//! Two nodes over one log, each of which sees some of the requests.

use crate::domain::health::{Failure, HealthEvent};

use super::*;
use crate::watch::node_reports::{NodeReport, of_tenant};

/// Nodes that hear what each of them writes.
struct Nodes([Scene; 2]);

const A: usize = 0;
const B: usize = 1;

impl Nodes {
    fn of(installed: u128) -> Self {
        Self([Scene::of(installed), Scene::of(installed)])
    }

    /// A look of one node, which the log takes down and every node hears of.
    fn tick(&self, node: usize, seconds: i64) -> Outcome {
        let outcome = self.0[node].tick(seconds);
        for act in &outcome.tasks {
            let heard = written(act).map(|(tenant, event)| of_tenant(tenant, event, at(seconds)));
            let Some(heard) = heard.or_else(|| of_alarms(act)) else {
                continue;
            };
            for node in &self.0 {
                node.reports.keep(heard.clone());
            }
        }
        outcome
    }

    fn both_tick(&self, seconds: i64) -> [Outcome; 2] {
        [self.tick(A, seconds), self.tick(B, seconds)]
    }
}

fn written(act: &RecordTask) -> Option<(TenantId, HealthEvent)> {
    let failing_since = at(0);
    match act {
        RecordTask::Failing(tenant, failure) => Some((
            *tenant,
            HealthEvent::Failing {
                failure: failure.clone(),
            },
        )),
        RecordTask::Recovered(tenant) => Some((*tenant, HealthEvent::Recovered { failing_since })),
        RecordTask::Left(tenant) => Some((*tenant, HealthEvent::Left { failing_since })),
        _ => None,
    }
}

fn of_alarms(act: &RecordTask) -> Option<NodeReport> {
    match act {
        RecordTask::Fired(alarm, _) => Some(NodeReport::Fired(alarm)),
        RecordTask::Resolved(alarm) => Some(NodeReport::Resolved(alarm)),
        _ => None,
    }
}

/// The alarms in the log after these ticks, given as node and second, and the messages that were
/// sent.
fn ticks(nodes: &Nodes, ticks: impl IntoIterator<Item = (usize, i64)>) -> (Vec<NodeReport>, Vec<News>) {
    let (mut written, mut messages) = (vec![], vec![]);
    for (node, seconds) in ticks {
        let outcome = nodes.tick(node, seconds);
        written.extend(outcome.tasks.iter().filter_map(of_alarms));
        messages.extend(outcome.messages.iter().map(|message| message.news));
    }
    (written, messages)
}

fn of_tenants(outcome: &Outcome) -> Vec<&RecordTask> {
    outcome
        .tasks
        .iter()
        .filter(|act| written(act).is_some())
        .collect()
}

#[test]
fn tenants_of_which_no_node_sees_enough_make_the_alarm_all_the_same() {
    let nodes = Nodes::of(200);
    for (node, number) in [(A, 0), (B, 1), (A, 2)] {
        nodes.0[node].refuse(number, 0);
    }
    let messages = [15, 20].map(|seconds| nodes.both_tick(seconds).map(|outcome| news(&outcome)));
    let fires = vec![("TenantsFailing", News::Firing)];
    assert_eq!(messages, [[vec![], fires.clone()], [fires, vec![]]]);
}

#[test]
fn a_request_that_verifies_on_one_node_ends_the_trouble_on_all() {
    let nodes = Nodes::of(200);
    for number in 0..3 {
        nodes.0[A].refuse(number, 0);
        nodes.0[B].refuse(number, 4);
    }
    nodes.both_tick(20);
    assert!(nodes.0.iter().all(|node| node.fires("TenantsFailing")));
    for number in 0..3 {
        nodes.0[A].verify(number, 21);
    }
    for seconds in (25..60).step_by(5) {
        nodes.both_tick(seconds);
    }
    assert!(nodes.0.iter().all(|node| !node.fires("TenantsFailing")));
    assert!(
        nodes
            .0
            .iter()
            .all(|node| node.evaluation.survey().failing.is_empty())
    );
}

#[test]
fn what_one_node_noted_the_other_does_not_note_again() {
    let nodes = Nodes::of(1);
    nodes.0[A].refuse(0, 0);
    nodes.0[B].refuse(0, 1);
    assert_eq!(of_tenants(&nodes.tick(A, 20)).len(), 1);
    assert_eq!(of_tenants(&nodes.tick(B, 21)), Vec::<&RecordTask>::new());
    nodes.0[B].verify(0, 22);
    assert_eq!(
        of_tenants(&nodes.tick(B, 25)),
        [&RecordTask::Recovered(tenant(0))]
    );
    for (node, seconds) in [(A, 26), (B, 27), (A, 31), (B, 32)] {
        assert_eq!(of_tenants(&nodes.tick(node, seconds)), Vec::<&RecordTask>::new());
    }
}

#[test]
fn a_tenant_that_verified_here_since_it_began_to_fail_there_is_well() {
    let nodes = Nodes::of(1);
    nodes.0[A].refuse(0, 0);
    nodes.0[B].verify(0, 5);
    nodes.tick(A, 15);
    assert_eq!(
        of_tenants(&nodes.tick(B, 16)),
        [&RecordTask::Recovered(tenant(0))]
    );
    assert_eq!(of_tenants(&nodes.tick(A, 20)), Vec::<&RecordTask>::new());
    assert_eq!(nodes.0[A].evaluation.survey().failing, BTreeMap::new());
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
    let hears = |event, seconds| {
        let heard = of_tenant(tenant(0), event, at(seconds));
        scene.reports.keep(heard);
    };
    hears(HealthEvent::Failing { failure }, 15);
    scene.tick(15);
    hears(HealthEvent::Recovered { failing_since: at(0) }, 18);
    scene.refuse(0, 20);
    assert_eq!(of_tenants(&scene.tick(20)), Vec::<&RecordTask>::new());
    assert_eq!(scene.evaluation.survey().failing, BTreeMap::new());
    assert!(matches!(
        of_tenants(&scene.tick(35))[..],
        [RecordTask::Failing(_, failure)] if failure.since == at(20)
    ));
}

/// The key server does not answer node A, which looks at each fifth second, a second before node B.
fn key_server_failing_for_a() -> Nodes {
    let mut nodes = Nodes::of(1);
    nodes.0[A].facts.key_server_failing = true;
    let (written, messages) = ticks(&nodes, (0..40).step_by(5).flat_map(|s| [(A, s), (B, s + 1)]));
    assert_eq!(
        (written, messages),
        (vec![NodeReport::Fired(key_server())], vec![News::Firing])
    );
    nodes
}

fn key_server() -> &'static Alarm {
    Alarm::by_name("KeyServerFailing").unwrap()
}

#[test]
fn a_restarted_node_ends_no_alarm_that_another_has_reason_for() {
    let nodes = key_server_failing_for_a();
    nodes.0[B].restart([(key_server(), at(0))], 41);
    let (written, messages) = ticks(&nodes, (45..120).step_by(5).flat_map(|s| [(A, s), (B, s + 1)]));
    // The question and its answer.
    let expected = [
        NodeReport::Resolved(key_server()),
        NodeReport::Fired(key_server()),
    ];
    assert_eq!((&written[..], messages), (&expected[..], vec![]));
}

#[test]
fn an_alarm_whose_node_is_gone_is_ended_by_a_restarted_one() {
    let nodes = key_server_failing_for_a();
    nodes.0[B].restart([(key_server(), at(0))], 41);
    let (written, messages) = ticks(&nodes, (46..120).step_by(5).map(|s| (B, s)));
    assert_eq!(
        (written, messages),
        (vec![NodeReport::Resolved(key_server())], vec![News::Resolved])
    );
}

#[test]
fn an_alarm_that_ends_where_it_fired_ends_where_it_was_only_taken_up() {
    let mut nodes = key_server_failing_for_a();
    nodes.0[B].restart([(key_server(), at(0))], 41);
    nodes.0[A].facts.key_server_failing = false;
    let (written, messages) = ticks(&nodes, (42..46).map(|s| (A, s)).chain([(A, 52), (B, 53)]));
    assert_eq!(
        (written, messages),
        (vec![NodeReport::Resolved(key_server())], vec![News::Resolved])
    );
    assert!(!nodes.0[B].fires("KeyServerFailing"));
}

#[test]
fn an_alarm_that_two_nodes_have_reason_for_fires_until_both_are_well() {
    let mut nodes = Nodes::of(1);
    nodes
        .0
        .iter_mut()
        .for_each(|node| node.facts.key_server_failing = true);
    ticks(&nodes, (0..40).step_by(5).flat_map(|s| [(A, s), (B, s + 1)]));
    nodes.0[A].facts.key_server_failing = false;
    let both = |from: i64, to: i64| (from..to).step_by(5).flat_map(|s| [(A, s), (B, s + 1)]);
    let (written, _) = ticks(&nodes, both(40, 80));
    assert_eq!(written.last(), Some(&NodeReport::Fired(key_server())));
    nodes.0[B].facts.key_server_failing = false;
    let (written, _) = ticks(&nodes, both(80, 120));
    assert_eq!(written.last(), Some(&NodeReport::Resolved(key_server())));
}
