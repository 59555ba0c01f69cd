//! A feeder of shared views, over PostgreSQL.

use std::collections::BTreeMap;
use std::sync::Arc;

use tally_commands::assets::{self, AttributeChanges, Registration};
use tally_commands::{Origin, Registrar};
use tally_domain::asset::AttributeName;
use tally_domain::{Actor, Clock, CommandId, TenantId, Via};
use tally_event_log::{LogReader, LogWriter, MemoryLog};
use tally_server::projector::FeedingTask;
use tally_server::views::all_views;
use tally_tests::keys;
use tally_tests::postgres::Cluster;
use tally_tests::waiting::eventually;
use tally_vault::Vault;
use tally_view_store::{Database, ViewStore};
use tokio::task::spawn_blocking;
use uuid::Uuid;

const TENANT: TenantId = TenantId(Uuid::from_u128(1));
/// The application name of the views' connections, and how the name of their schema begins.
const NAME: &str = "feeding";

async fn register(log: &dyn LogWriter, vault: Arc<Vault>) {
    let command = CommandId(Uuid::new_v4());
    let origin = Origin::new(
        TENANT,
        Actor::without_person(Via::App),
        command,
        Clock::system().now(),
    );
    let name = AttributeName::parse("name").unwrap();
    let attributes = AttributeChanges::from([(name, Some("laptop".to_owned()))]);
    let registrar = Registrar::new(vault);
    let registration = Registration::new(command, None, attributes);
    let registered = assets::register(log, &registrar, &origin, registration).await;
    registered.unwrap();
}

fn open_views() -> Arc<ViewStore> {
    let url = format!(
        "{}?schema={NAME}&application_name={NAME}",
        Cluster::shared().url()
    );
    let database = Database::parse(&url, 2).unwrap();
    Arc::new(ViewStore::open_in(&database, &all_views()).unwrap())
}

/// Loses all commits of the views and ends all connections to them, as the death of the server does
/// with the last commits.
fn lose_commits() {
    let cluster = Cluster::shared();
    let schema = cluster.sql(&format!(
        "SELECT nspname FROM pg_namespace WHERE nspname LIKE '{NAME}\\_%'"
    ));
    let tables = cluster.sql(&format!(
        "SELECT string_agg('{schema}.' || relname, ', ') FROM pg_stat_user_tables
         WHERE schemaname = '{schema}' AND relname NOT IN ('partitioning', 'view_checkpoints')"
    ));
    cluster.sql(&format!(
        "TRUNCATE {tables};
         UPDATE {schema}.view_checkpoints
         SET position_commit = NULL, position_prepare = NULL, unknown_events = 0"
    ));
    cluster.sql(&format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{NAME}'"
    ));
}

/// Waits until the views are where the log ends.
async fn wait_for_head(views: &Arc<ViewStore>, log: &MemoryLog) {
    let head = log.head().await.unwrap();
    eventually("the views show the log", async || {
        let views = views.clone();
        let reached = spawn_blocking(move || views.checkpoint()).await.unwrap();
        (reached.ok() == Some(head)).then_some(())
    })
    .await;
}

async fn digest(views: &Arc<ViewStore>) -> BTreeMap<String, String> {
    let views = views.clone();
    spawn_blocking(move || views.digest().unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_whose_commits_the_server_lost_are_applied_again_while_the_log_is_quiet() {
    let vault = keys::in_memory();
    vault.add_tenant(TENANT).await.unwrap();
    let log = Arc::new(MemoryLog::sealed(Clock::system(), vault.clone()));
    let views = spawn_blocking(open_views).await.unwrap();
    let feeding = FeedingTask::begin(log.clone(), views.clone(), None);
    for _ in 0..3 {
        register(&*log, vault.clone()).await;
    }
    wait_for_head(&views, &log).await;
    let before = digest(&views).await;
    spawn_blocking(lose_commits).await.unwrap();
    wait_for_head(&views, &log).await;
    feeding.stop().await;
    assert_eq!(digest(&views).await, before);
    // Closing connections is not for a thread of the runtime.
    spawn_blocking(move || drop(views)).await.unwrap();
}
