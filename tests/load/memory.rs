//! The resident memory of a web node, by the number of sites that it knows and that are in use.
//!
//! Each site installs Tally and rotates its secret once, as in a rollout, so it has a current and a
//! previous secret. The web node is then restarted, so that it holds only what it loads. Finally a
//! person of each site opens a page and makes a call.

use std::future::Future;
use std::sync::Arc;

use tally_descriptor::page;
use tally_tests::connect::Site;
use tally_tests::doubles::KeyServer;
use tally_tests::postgres::Cluster;
use tally_tests::process::Tally;
use tempfile::TempDir;

use crate::clients::{self, AGENT};
use crate::deployment::{address, node};
use crate::wire::Wire;

/// How many sites install Tally or use it at the same time.
const AT_ONCE: usize = 16;

/// Measures with each number of sites, in ascending order, over one log.
pub async fn run(mut counts: Vec<usize>) {
    counts.sort_unstable();
    let (postgres, keys, folder) = (Cluster::start(), KeyServer::start(), TempDir::new().unwrap());
    let web = node(folder.path(), "web", &keys, &postgres);
    let key = web.variable("TALLY_MASTER_KEY").to_owned();
    let projector = node(folder.path(), "projector", &keys, &postgres).with("TALLY_MASTER_KEY", &key);
    let projector = projector.serve().await;
    println!(
        "resident memory of a web node, kB; in brackets, bytes for each site more than in the line before"
    );
    let mut before = Row::default();
    let mut sites = vec![];
    for count in counts {
        let new: Vec<Site> = (sites.len()..count).map(new_site).collect();
        sites.extend(install_all(&web, new).await);
        let row = measure(&web, &sites).await;
        println!("{}", row.line(&before));
        before = row;
    }
    projector.stop().await;
}

#[derive(Default)]
struct Row {
    sites: usize,
    /// After the start, before the first request of a site.
    loaded: u64,
    /// After each site was used.
    used: u64,
}

impl Row {
    fn line(&self, before: &Self) -> String {
        let each = |now: u64, then: u64| {
            let (bytes, sites) = (1024.0 * (now as f64 - then as f64), self.sites - before.sites);
            bytes / sites as f64
        };
        format!(
            "{:>7} sites: loaded {:>8} ({:>6.0}), in use {:>8} ({:>6.0})",
            self.sites,
            self.loaded,
            each(self.loaded, before.loaded),
            self.used,
            each(self.used, before.used)
        )
    }
}

fn new_site(number: usize) -> Site {
    let name = format!("site-{number}");
    Site::new(&name, &format!("https://{name}.atlassian.net"))
}

/// Installs Tally on each site, then rotates its secret.
async fn install_all(web: &Tally, new: Vec<Site>) -> Vec<Site> {
    let node = web.serve().await;
    let to = address(&node);
    let install = |site: Site| {
        let to = to.clone();
        async move {
            clients::install(&to, &site).await;
            let rotated = site.rotated();
            clients::install(&to, &rotated).await;
            rotated
        }
    };
    let installed = for_all(new, install).await;
    node.stop().await;
    installed
}

async fn measure(web: &Tally, sites: &[Site]) -> Row {
    let node = web.serve().await;
    let loaded = node.resident_memory();
    let to = Arc::new(address(&node));
    let use_site = |site: Site| {
        let to = to.clone();
        async move { use_once(&to, &site).await }
    };
    for_all(sites.to_vec(), use_site).await;
    let used = node.resident_memory();
    node.stop().await;
    Row {
        sites: sites.len(),
        loaded,
        used,
    }
}

/// A page, then a call of the front end.
async fn use_once(to: &str, site: &Site) {
    let mut wire = Wire::connect(to).await;
    let page = format!(
        "{}?jwt={}",
        page::ASSETS,
        site.request_token(AGENT, "GET", page::ASSETS)
    );
    assert_eq!(wire.ask(&clients::get(&page, None)).await, 200, "{}", wire.text());
    let call = clients::get("/api/v1/assets?limit=1", Some(site));
    assert_eq!(wire.ask(&call).await, 200, "{}", wire.text());
}

async fn for_all<T, F, R>(items: Vec<T>, run: impl Fn(T) -> F) -> Vec<R>
where
    F: Future<Output = R> + Send + 'static,
    R: Send + 'static,
{
    let mut results = vec![];
    let mut items = items.into_iter().peekable();
    while items.peek().is_some() {
        let tasks: Vec<_> = items
            .by_ref()
            .take(AT_ONCE)
            .map(|item| tokio::spawn(run(item)))
            .collect();
        for task in tasks {
            results.push(task.await.unwrap());
        }
    }
    results
}
