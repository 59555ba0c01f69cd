//! A newer version takes the place of an older one, node by node, and is taken back in between.
//!
//! What is newer about it: it has views of its own, and it writes an event of a type that the older
//! nodes do not know. In the long form of the tests the older nodes run a build of an earlier
//! commit, so that two builds share a log, views and keys.

use std::env;
use std::path::PathBuf;

use serde_json::json;
use tally_domain::asset::AssetEvent;
use tally_domain::{Actor, AnyEvent, Clock, CommandId, Context, EventId, Recorded, StreamName, Via};
use tally_event_log::{ExpectedRevision, NewEvent, Options, open};
use tally_tests::waiting::eventually;
use uuid::Uuid;

use crate::faults::taken_over;
use crate::fleet::{Fleet, Node, PARTITIONS};

const UNKNOWN: &str = "asset.photographed";
/// The program of the older version, as `tests/all.sh long` builds it. Without it the older nodes
/// are of this build too.
const OLDER_BUILD: &str = "OLDER_TALLY";

fn older_build() -> Option<PathBuf> {
    env::var_os(OLDER_BUILD).map(PathBuf::from)
}

/// The node restarts as one of the newer version, or of the older.
async fn replace(node: &mut Node, newer: bool) {
    node.stop().await;
    let (generation, build) = match newer {
        true => ("2", None),
        false => ("1", older_build()),
    };
    node.tally.set("TALLY_VIEWS_GENERATION", generation);
    node.tally.set_binary(build.as_deref());
    node.start().await;
}

/// The other site's asset is photographed, and so is the site itself.
async fn write_what_is_unknown(fleet: &Fleet) {
    let known = fleet.events().await.into_iter().find(theirs).unwrap();
    let site = StreamName::tenant(known.context.tenant.unwrap());
    for stream in [&known.stream, &site] {
        append_unknown(fleet, &known, stream).await;
    }
}

async fn append_unknown(fleet: &Fleet, known: &Recorded<AnyEvent>, stream: &StreamName) {
    let log = open(fleet.log_url(), Options::without_keys()).await.unwrap();
    let context = Context::new(
        known.context.tenant,
        Actor::without_person(Via::App),
        CommandId(Uuid::new_v4()),
    );
    let event = NewEvent {
        id: EventId(Uuid::new_v4()),
        event_type: UNKNOWN.to_owned(),
        schema: 1,
        context,
        payload: json!({ "at": Clock::system().now() }),
        sealed: false,
    };
    log.append(stream, ExpectedRevision::Exact(0), vec![event])
        .await
        .unwrap();
}

fn theirs(recorded: &Recorded<AnyEvent>) -> bool {
    matches!(recorded.event.of(), Some(AssetEvent::Registered { tag, .. }) if tag.to_string() == "GLOBEX-1")
}

/// How many schemas of views there are.
fn generations(fleet: &Fleet) -> usize {
    let names = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'tally_views_%'";
    fleet.postgres.sql(names).trim().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_version_takes_over_node_by_node_and_may_be_taken_back() {
    let mut fleet = Fleet::working_by(older_build().as_deref()).await;
    replace(&mut fleet.projectors[0], true).await;
    taken_over(&fleet, &[1], "a newer projector beside an older one").await;
    assert_eq!(generations(&fleet), 2);
    write_what_is_unknown(&fleet).await;
    fleet.balance_to(1);
    replace(&mut fleet.web[0], true).await;
    fleet.balance();
    fleet.goes_on("a pair of each version").await;
    fleet.balance_to(1);
    replace(&mut fleet.web[0], false).await;
    fleet.balance();
    fleet.goes_on("the newer version taken back").await;
    for web in 0..2 {
        fleet.balance_to(1 - web);
        replace(&mut fleet.web[web], true).await;
    }
    fleet.balance();
    let (code, said) = fleet.ask(&["views", "prune"]);
    assert_eq!((code, said.as_str()), (Some(0), "there was nothing to remove\n"));
    replace(&mut fleet.projectors[1], true).await;
    eventually("both feed the newer views", async || {
        let fed_partitions = [fleet.fed_partitions(0).await, fleet.fed_partitions(1).await];
        (fed_partitions.iter().sum::<u64>() == PARTITIONS
            && fed_partitions.iter().all(|fed_partitions| *fed_partitions > 0))
        .then_some(())
    })
    .await;
    let (code, said) = fleet.ask(&["views", "prune"]);
    assert!(
        code == Some(0) && said.starts_with("removed tally_views_"),
        "{said}"
    );
    assert_eq!(generations(&fleet), 1);
    fleet.goes_on("the newer version alone").await;
    let unknown_events = fleet.events().await.into_iter().filter(
        |recorded| matches!(&recorded.event, AnyEvent::Unknown { event_type, .. } if event_type == UNKNOWN),
    );
    assert_eq!(unknown_events.count(), 2);
    fleet.conclude().await;
}
