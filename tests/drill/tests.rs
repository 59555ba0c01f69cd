//! Each scenario at a small size, as part of the test suite.

use crate::options::Options;
use crate::row::Row;
use crate::scenarios;

async fn holds(scenario: &str) -> Vec<Row> {
    holds_with(scenario, Options::small()).await
}

/// The same on two nodes, which are processes over one PostgreSQL server.
async fn holds_on_two_nodes(scenario: &str) -> Vec<Row> {
    let two = Options {
        nodes: 2,
        // A node sees half of a site's requests: a site that the intruder forges for has to be
        // given time for a good one on each.
        failing_after: 3,
        ..Options::small()
    };
    holds_with(scenario, two).await
}

async fn holds_with(scenario: &str, options: Options) -> Vec<Row> {
    let [scenario] = scenarios::chosen(&[scenario.to_owned()])[..] else {
        panic!("{scenario} is one scenario");
    };
    let rows = (scenario.run)(options).await;
    let broken: Vec<_> = rows.iter().flat_map(Row::broken).collect();
    assert_eq!(broken, Vec::<String>::new(), "{}", crate::row::markdown(&rows));
    rows
}

fn refused(rows: &[Row]) -> u64 {
    rows.iter().map(|row| row.refused).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_every_tenant_is_rotated_in_batches_under_load_no_valid_request_is_refused() {
    assert_eq!(refused(&holds("batches").await), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_installed_fails_old_and_new_secret_work_at_once_or_as_soon_as_the_retry_comes() {
    holds("failed-callbacks").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_take_duplicate_reordered_and_simultaneous_callbacks_and_refuse_no_valid_request() {
    assert_eq!(refused(&holds("two-nodes").await), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_previous_secret_works_in_its_window_and_never_after_it() {
    assert_eq!(refused(&holds("grace").await), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_swallowed_installed_fires_the_alarm_in_time_and_a_reinstallation_repairs_the_site() {
    let rows = holds("swallowed").await;
    assert!(refused(&rows) > 0 && rows.iter().all(|row| row.seconds_to_alarm.is_some()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failing_key_servers_clocks_and_disks_save_nothing_by_half_and_all_works_again_afterwards() {
    holds("weather").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_attack_makes_tally_trust_a_secret_and_every_one_is_noted() {
    assert_eq!(refused(&holds("attacks").await), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sites_that_leave_return_move_and_are_imported_keep_what_is_theirs_and_see_nothing_else() {
    assert_eq!(refused(&holds("site-lives").await), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_and_a_site_are_erased_without_a_trace_and_no_one_else_loses_an_answer() {
    assert_eq!(refused(&holds("erasures").await), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_two_nodes_too_they_are_erased_without_a_trace_and_no_one_else_loses_an_answer() {
    assert_eq!(refused(&holds_on_two_nodes("erasures").await), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_two_nodes_too_no_valid_request_is_refused_when_every_tenant_is_rotated_in_batches() {
    assert_eq!(refused(&holds_on_two_nodes("batches").await), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_take_duplicate_reordered_and_simultaneous_callbacks_and_refuse_no_valid_request() {
    assert_eq!(refused(&holds_on_two_nodes("two-nodes").await), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_two_nodes_too_secrets_that_never_arrive_fire_the_alarm_in_time_and_a_reinstallation_repairs_the_site()
 {
    let rows = holds_on_two_nodes("swallowed").await;
    assert!(refused(&rows) > 0 && rows.iter().all(|row| row.seconds_to_alarm.is_some()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_two_nodes_too_no_attack_makes_tally_trust_a_secret_and_every_one_is_noted() {
    let rows = holds_on_two_nodes("attacks").await;
    assert_eq!((refused(&rows), rows[0].wrongly_trusted), (0, 0));
}
