//! How long after its append was acknowledged the views show an event.
//!
//! Over PostgreSQL this program appends to the nodes' log as a further node would, and follows the
//! progress of the views as a web node does; over files it holds a server of its own, for a log in
//! a file has one process only.

use std::sync::Arc;
use std::time::Instant;

use tally_domain::{Position, StreamName, TenantId};
use tally_event_log::{LogWriter, Options, open};
use tally_tests::app::TestApp;
use tally_tests::keys;
use tally_tests::postgres::Cluster;
use tally_vault::Vault;
use tally_view_store::{Database, ViewStore};
use tokio::task::spawn_blocking;

use crate::clients;
use crate::commands::Hand;
use crate::deployment::{Deployment, PARTITIONS};
use crate::figures::{Pace, Round, Rounds};

/// How many clients give commands meanwhile.
const CLIENTS: usize = 16;

pub async fn of_one_process(pace: Pace) {
    let app = TestApp::start().await;
    let (projected, vault) = (&app.inside().projected, &app.inside().vault);
    let shown = async |tenant, position| projected.wait_for(Some(tenant), position).await.unwrap();
    let mut rounds = Rounds::default();
    for _ in 0..pace.rounds {
        rounds.push(lag(&app.inside().log, vault, pace, &shown).await);
    }
    println!("{}", rounds.line("one process", None));
}

pub async fn of_nodes(postgres: &Cluster, nodes: &Deployment, build: &str, pace: Pace) {
    let vault = keys::in_database(&postgres.url(), nodes.master_key()).await;
    let options = Options {
        sealer: vault.clone(),
        ..Options::without_keys()
    };
    let log = open(&postgres.url(), options).await.unwrap();
    let database = Database::parse(&postgres.url(), PARTITIONS.parse().unwrap()).unwrap();
    let views =
        spawn_blocking(move || ViewStore::open_in_read_only(&database, &tally_server::views::all_views()))
            .await;
    let views = views.unwrap().unwrap();
    let progress = views.shared_views().unwrap().follow_progress();
    let shown = async |tenant, position| {
        let stream = StreamName::tenant(tenant);
        progress.wait_for(Some(&stream), position).await.unwrap();
    };
    let (mut idle, mut busy) = (Rounds::default(), Rounds::default());
    for _ in 0..pace.rounds {
        idle.push(lag(&log, &vault, pace, &shown).await);
        let addresses = nodes.addresses();
        let commands = clients::command(&addresses, CLIENTS, pace.lasts, &nodes.site);
        busy.push(tokio::join!(commands, lag(&log, &vault, pace, &shown)).1);
    }
    println!("{}", idle.line(&format!("nodes{build}"), None));
    let name = format!("nodes{build}, beside {CLIENTS} clients");
    println!("{}", busy.line(&name, None));
    // Closing connections is not for a thread of the runtime.
    drop(spawn_blocking(move || drop(views)).await);
}

async fn lag(
    log: &Arc<dyn LogWriter>,
    vault: &Arc<Vault>,
    pace: Pace,
    shown: &impl AsyncFn(TenantId, Position),
) -> Round {
    let mut hand = Hand::new(log.clone(), vault.clone());
    let (begun, mut took) = (Instant::now(), vec![]);
    for number in (0..10).cycle() {
        if begun.elapsed() >= pace.lasts {
            break;
        }
        let done = hand.command(number).await;
        let acknowledged = Instant::now();
        shown(hand.tenant, done.position).await;
        took.push(acknowledged.elapsed());
    }
    Round::of(took, begun.elapsed())
}
