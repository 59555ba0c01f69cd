//! Imports that one node begins and another ends.

use std::time::Instant;

use reqwest::Method;
use serde_json::{Value, json};
use tally_domain::asset::AssetEvent;
use tally_domain::import::{ImportEvent, ImportOutcome};
use tally_tests::connect::Site;
use tally_tests::waiting::eventually;
use uuid::Uuid;

use crate::import;
use crate::pair::{A, B, Pair};

/// An import that node A has begun to judge.
struct Begun {
    pair: Pair,
    site: Site,
    import: Uuid,
}

impl Begun {
    async fn on_a() -> Self {
        let (pair, site) = Pair::installed(&[]).await;
        let begun = pair.import(A, &site, import::file()).await;
        let import = begun["id"].as_str().unwrap().parse().unwrap();
        let begun = Self { pair, site, import };
        eventually("some rows are judged", async || {
            let counts = begun.ask(A, format!("/imports/{import}")).await["counts"].clone();
            (counts["pending"] != counts["rows"]).then_some(())
        })
        .await;
        begun
    }

    async fn ask(&self, node: usize, path: String) -> Value {
        let answer = self
            .pair
            .api(node, &self.site, Method::GET, &path, &json!({}))
            .await;
        answer.json().await.unwrap()
    }

    /// Waits until node B says that the import is finished, and that every row has its verdict,
    /// once.
    async fn finished(&self, after: &str) {
        let begun = Instant::now();
        let get = async |path: String| self.ask(B, path).await;
        eventually("the import is finished", async || {
            import::check(self.import, &get).await.then_some(())
        })
        .await;
        println!("{after}: finished after {:.1} s", begun.elapsed().as_secs_f64());
        import::check_rows(self.import, &get).await;
    }

    /// How it ended and by whose command, for each time that the log says so.
    async fn ends(&self) -> Vec<(ImportOutcome, Option<String>)> {
        let events = self.pair.events().await;
        let ends = events
            .into_iter()
            .filter_map(|recorded| match recorded.event.of() {
                Some(ImportEvent::Ended { outcome }) => {
                    let person = recorded.context.actor.person;
                    Some((*outcome, person.map(|person| person.to_string())))
                }
                _ => None,
            });
        ends.collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_goes_on_on_another_node_when_its_own_is_killed_or_stopped() {
    let mut begun = Begun::on_a().await;
    begun.pair.node(A).kill();
    begun.finished("a node killed").await;
    let mut begun = Begun::on_a().await;
    begun.pair.node(A).stop().await;
    begun.finished("a node stopped").await;
    assert_eq!(begun.ends().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_may_believe_that_they_have_the_same_import() {
    let mut begun = Begun::on_a().await;
    begun.pair.node(A).serving().hang(true);
    begun.finished("a node hung").await;
    // It wakes in the middle of a chunk that another has judged by now.
    begun.pair.node(A).serving().hang(false);
    let get = async |path: String| begun.ask(A, path).await;
    eventually("the node woke", async || {
        import::check(begun.import, &get).await.then_some(())
    })
    .await;
    begun.finished("a node woke").await;
    assert_eq!(begun.ends().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_is_cancelled_by_the_node_that_does_not_work_on_it_and_no_asset_goes_without_a_verdict() {
    let begun = Begun::on_a().await;
    let path = format!("/imports/{}/cancel", begun.import);
    let cancelled = begun
        .pair
        .api(B, &begun.site, Method::POST, &path, &json!({}))
        .await;
    let cancelled: Value = cancelled.json().await.unwrap();
    assert_eq!(cancelled["state"], "cancelled", "{cancelled}");
    let count = |name: &str| cancelled["counts"][name].as_u64().unwrap();
    assert!(count("pending") > 0, "{cancelled}");
    let registered = begun
        .pair
        .events()
        .await
        .iter()
        .filter(|recorded| recorded.event.is::<AssetEvent>())
        .count() as u64;
    assert_eq!(registered, count("registered") + count("registeredWithWarning"));
    let me = begun.ask(B, "/me".to_owned()).await;
    let by = me["person"].as_str().map(str::to_owned);
    assert!(by.is_some(), "{me}");
    assert_eq!(begun.ends().await, [(ImportOutcome::Cancelled, by)]);
}
