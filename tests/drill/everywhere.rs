//! What one node took in, and every other hears of a moment later.
//!
//! A secret or a site that is *new* on one node is found by the others at once, since they look
//! into the log before they refuse. What is *withdrawn* on one node the others accept until they
//! have heard of it.

use std::time::{Duration, Instant};

use tally_tests::connect::Site;
use tally_tests::waiting::TIMEOUT;

use crate::ledger::Explained;
use crate::load::is_trusted;
use crate::world::World;

/// Pause between two reads.
const REST: Duration = Duration::from_millis(5);

impl World {
    /// Looks at a node until it sees what another one took in. Where there is one only, it has to
    /// be so at once.
    pub async fn heard<T>(&self, read: impl AsyncFn() -> T, is_as_expected: impl Fn(&T) -> bool) -> T {
        let began = Instant::now();
        loop {
            let seen = read().await;
            let late = began.elapsed() > TIMEOUT;
            if !self.options.has_several_nodes() || is_as_expected(&seen) || late {
                if self.options.has_several_nodes() {
                    self.ledger.heard(began.elapsed());
                }
                return seen;
            }
            self.pass(REST).await;
        }
    }

    /// On no node does a page open any more with the secret of `site`, and no call succeeds. Each
    /// says why it does not by `code`.
    pub async fn withdrawn(&self, n: usize, site: &Site, code: &str, what: &str) {
        for entrance in self.entrances() {
            let page = async || self.view_page(n, &entrance, site).await;
            let seen = self.heard(page, Result::is_err).await;
            self.ledger.intruded(&format!("a page with {what}"), seen.is_ok());
            if let Err((seen_code, page)) = seen {
                self.promise(seen_code == code, || {
                    format!("a page with {what}: {seen_code}, not {code}")
                });
                self.saw(page);
            }
            let trusted = is_trusted(self, n, &entrance, site).await;
            self.ledger.intruded(&format!("a call with {what}"), trusted);
        }
    }

    fn saw(&self, page: Option<Explained>) {
        if let Some(page) = page {
            self.ledger.explained(page);
        }
    }
}

/// What a node's metrics say: all whose line begins so, added up.
pub async fn metric(world: &World, entrance: &str, begins: &str) -> u64 {
    let metrics = world.http.get(format!("{entrance}/metrics"));
    let metrics = metrics.send().await.unwrap().text().await.unwrap();
    let lines = metrics.lines().filter(|line| line.starts_with(begins));
    lines
        .filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok())
        .sum()
}
