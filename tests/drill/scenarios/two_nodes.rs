//! Two nodes over one log: the same `installed` twice, an older one later, two at once, and a page
//! on the other node a millisecond after.
//!
//! They are two processes where the drill has several nodes. The embedded log lets in one process
//! only, so else they are two servers of this process with a log in common; see
//! `tally_tests::app::Node`.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tally_tests::app::TestApp;
use tally_tests::connect::Site;
use tally_tests::waiting::eventually;

use crate::audit;
use crate::everywhere::metric;
use crate::load::Load;
use crate::options::Options;
use crate::platform::{Answer, Callback, Keeps};
use crate::row::Row;
use crate::stage::Stage;
use crate::world::World;

const NAME: &str = "3 two nodes: duplicates, reordered, at once";
/// How late an older callback comes, in seconds.
const LATE: i64 = 30;
/// A node looks into the log for a tenant five times a second at most.
const BETWEEN_RACES: Duration = Duration::from_millis(300);
/// How often a page follows a rotation by a millisecond.
const RACES: usize = 4;

pub async fn play(options: Options) -> Vec<Row> {
    if options.has_several_nodes() {
        by_processes(options).await
    } else {
        in_this_process(options).await
    }
}

async fn in_this_process(options: Options) -> Vec<Row> {
    let app = TestApp::start_with([("proxy_hops", "1")]).await;
    let node = app.another_node().await;
    let entrances = vec![app.url().to_owned(), node.url().to_owned()];
    let world = World::new(options, app.jira.clone(), app.url(), entrances);
    let lost = happen(&world).await;
    let tenants = (app.inside().directory.len(), node.inside().directory.len());
    world.promise(tenants == (world.len(), world.len()), || {
        format!("{tenants:?} tenants on the nodes")
    });
    vec![world.row(NAME, &lost)]
}

async fn by_processes(options: Options) -> Vec<Row> {
    let stage = Stage::set(&options, &[("TALLY_WATCH_INTERVAL_SECONDS", "1")]).await;
    let world = stage.world(&options);
    let lost = happen(&world).await;
    for entrance in world.entrances() {
        // A node counts its tenants at each look.
        let read = async || metric(&world, &entrance, "tally_tenants_installed ").await;
        let tenants = eventually("a node has looked", async || {
            Some(read().await).filter(|n| *n > 0)
        })
        .await;
        world.promise(tenants == world.len() as u64, || {
            format!("{tenants} tenants on a node")
        });
    }
    vec![world.row(NAME, &lost)]
}

/// Everything, and what was lost by it.
async fn happen(world: &Arc<World>) -> Vec<String> {
    let nodes = Nodes {
        a: world.entrance(0),
        b: world.entrance(1),
    };
    let all: Vec<usize> = (0..world.len()).collect();
    world
        .in_parallel(&all, async |world, n| nodes.install_at_once(world, n).await)
        .await;
    let load = Load::begin(world);
    for batch in world.batches(3) {
        world
            .in_parallel(&batch, async |world, n| nodes.confuse(world, n).await)
            .await;
    }
    world.change_shift();
    world.pass(world.options.pause()).await;
    load.end().await;
    let lost = audit::lost(world).await;
    world.promise_nothing_refused();
    lost
}

struct Nodes {
    a: String,
    b: String,
}

impl Nodes {
    /// All that happens to a site.
    async fn confuse(&self, world: &World, n: usize) {
        self.repeat(world, n).await;
        {
            // Jira accepts calls with the secret that it uses now, which changes quickly here: no
            // commands are sent meanwhile.
            let _quiet = world.tenant(n).busy.clone().lock_owned().await;
            self.reorder(world, n).await;
            self.rotate_at_once(world, n).await;
        }
        for _ in 0..RACES {
            self.race(world, n).await;
            world.pass(BETWEEN_RACES).await;
        }
    }

    /// The first installation, which both nodes hear at once. It makes one tenant.
    async fn install_at_once(&self, world: &World, n: usize) {
        let site = world.site(n);
        self.both(
            world,
            n,
            &Callback::installed(world, &site, 0),
            &Callback::installed(world, &site, 0),
        )
        .await;
        world.installed(n, &site);
    }

    /// The same callback on both nodes, and its token with another secret, which only an intruder
    /// sends.
    async fn repeat(&self, world: &World, n: usize) {
        let rotated = world.site(n).rotated();
        let mut callback = Callback::installed(world, &rotated, 0);
        self.both(world, n, &callback, &callback).await;
        world.installed(n, &rotated);
        callback.body["sharedSecret"] = json!(Site::new_secret());
        let answer = world.try_call_at(&self.b, n, &callback).await;
        world
            .ledger
            .intruded("a replayed installed", answer == Answer::Taken);
        let refused = Answer::Refused(409, "install.replayed_with_another_body".to_owned());
        world.promise(answer == refused, || {
            format!("a replay on the other node: {answer:?}")
        });
    }

    /// A newer one on one node, then one that was issued before it on the other. Whichever the
    /// platform uses must be taken.
    async fn reorder(&self, world: &World, n: usize) {
        let (newer, older) = (world.site(n).rotated(), world.site(n).rotated());
        for (at, site, seconds) in [(&self.a, &newer, 0), (&self.b, &older, -LATE)] {
            self.taken(world, n, at, &Callback::installed(world, site, seconds))
                .await;
        }
        world.platform_uses(n, &older);
        world.open_page(n, n).await;
        world.open_page(n, n + 1).await;
        world.installed(n, &older);
        world.installed(n, &newer);
    }

    /// Two secrets at once, one on each node. Whichever the platform uses must be taken.
    async fn rotate_at_once(&self, world: &World, n: usize) {
        let (one, other) = (world.site(n).rotated(), world.site(n).rotated());
        let (first, second) = (
            Callback::installed(world, &one, 0),
            Callback::installed(world, &other, 0),
        );
        self.both(world, n, &first, &second).await;
        world.installed(n, &one);
        world.open_page(n, n).await;
        world.installed(n, &other);
        world.open_page(n, n + 1).await;
    }

    /// A callback on one node, and a millisecond later the page on the other.
    async fn race(&self, world: &World, n: usize) {
        let (rotated, answer) = world.rotate_at(&self.a, n, Keeps::Old).await;
        world.promise(answer == Answer::Taken, || format!("a rotation: {answer:?}"));
        world.pass(Duration::from_millis(1)).await;
        world.ledger.sent();
        if let Err((code, _)) = world.view_page(n, &self.b, &rotated).await {
            world.ledger.refused(n, "page on the other node", &code);
        }
    }

    async fn both(&self, world: &World, n: usize, to_a: &Callback, to_b: &Callback) {
        tokio::join!(
            self.taken(world, n, &self.a, to_a),
            self.taken(world, n, &self.b, to_b)
        );
    }

    async fn taken(&self, world: &World, n: usize, at: &str, callback: &Callback) {
        world.ledger.sent();
        let answer = world.try_call_at(at, n, callback).await;
        if answer != Answer::Taken {
            world.ledger.refused(n, callback.path, &format!("{answer:?}"));
        }
    }
}
