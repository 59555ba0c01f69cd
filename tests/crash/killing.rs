//! The server is killed under load, again and again.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use secrecy::SecretString;
use tally_tests::doubles::KeyServer;
use tally_tests::process::{Serving, Tally};
use tally_tests::repeat::times;
use tally_tests::waiting::eventually;
use tokio::task::JoinSet;

use crate::import::Import;
use crate::load::{self, Client};
use crate::world::{UNANSWERED, World};
use crate::{audit, import, leaks, rotation, seen};

/// How often the server is killed under load. Some of its starts are cut short besides.
const KILLS: usize = 20;
/// How many clients there are.
const CLIENTS: usize = 8;
/// In which round the import begins.
const IMPORT_IN: usize = 3;
/// One round in this many kills the server while it stores a new secret, as nearly as a test can
/// time it.
const AT_A_ROTATION_EVERY: usize = 4;
/// After how many kills the stores are looked at before the server starts again.
const AUDIT_EVERY: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_under_load_it_loses_and_doubles_nothing_and_its_views_are_what_the_log_says() {
    let mut trial = Trial::new();
    trial.install().await;
    for round in 0..times(KILLS) {
        trial.cut_a_start_short().await;
        let server = trial.restart().await;
        trial.load_for_a_while(round).await;
        server.kill();
        trial.world.server_is(None);
        if (round + 1) % AUDIT_EVERY == 0 {
            trial.audit_the_dead().await;
        }
    }
    trial.conclude().await;
}

struct Trial {
    seed: u64,
    dice: StdRng,
    folder: PathBuf,
    tally: Tally,
    world: Arc<World>,
    work: JoinSet<()>,
    import: Arc<Import>,
    /// How many acknowledged commands were looked for in their asset's history.
    looked_for: usize,
    /// How often the import was found unfinished after a kill.
    interrupted: usize,
    cut_short: usize,
    http: reqwest::Client,
    began: Instant,
    _keys: KeyServer,
    cleanup: Option<tempfile::TempDir>,
}

/// What a failure leaves to be looked at.
impl Drop for Trial {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let folder = self.cleanup.take().map(tempfile::TempDir::keep);
            println!(
                "CRASH_SEED={} failed; the stores and logs are in {folder:?}",
                self.seed
            );
        }
    }
}

impl Trial {
    fn new() -> Self {
        let given = std::env::var("CRASH_SEED").ok();
        let seed = given.map_or_else(|| u64::from(rand::random::<u32>()), |seed| seed.parse().unwrap());
        println!("CRASH_SEED={seed}");
        let (keys, folder) = (KeyServer::start(), tempfile::tempdir().unwrap());
        Self {
            seed,
            dice: StdRng::seed_from_u64(seed),
            tally: Tally::new(folder.path(), &keys),
            folder: folder.path().to_owned(),
            world: Arc::new(World::new()),
            work: JoinSet::new(),
            import: Arc::default(),
            looked_for: 0,
            interrupted: 0,
            cut_short: 0,
            http: tally_tests::http::client(),
            began: Instant::now(),
            _keys: keys,
            cleanup: Some(folder),
        }
    }

    /// The first start of all. Everybody begins to work, and has to wait.
    async fn install(&mut self) {
        let server = self.tally.serve().await;
        let world = &self.world;
        world.server_is(Some(&server.url));
        rotation::deliver(world, &self.http, &world.site()).await;
        let shared = load::register_shared(world).await;
        server.kill();
        world.server_is(None);
        for name in 0..CLIENTS {
            self.work
                .spawn(Client::new(world.clone(), name, self.seed, shared).work());
        }
        self.work.spawn(rotation::rotate(world.clone(), self.seed));
    }

    /// Sometimes the server dies before it listens, somewhere between opening its stores and taking
    /// up what was interrupted.
    async fn cut_a_start_short(&mut self) {
        if self.dice.random_bool(0.3) {
            let starting = self.tally.spawn();
            tokio::time::sleep(self.moment(0, 150)).await;
            drop(starting);
            self.cut_short += 1;
        }
    }

    /// Starts the server, checks that all it ever acknowledged is there, and lets everybody know.
    async fn restart(&mut self) -> Serving {
        let server = self.tally.serve().await;
        self.check(&server).await;
        self.world.server_is(Some(&server.url));
        server
    }

    async fn check(&mut self, server: &Serving) {
        let get = async |path: String| seen::get(&self.world, &self.http, &server.url, &path).await;
        let acks = self.world.acks(0);
        seen::nothing_lost(&acks, &acks[self.looked_for..], &get).await;
        self.looked_for = acks.len();
        if let Some(id) = self.import.id() {
            let ended = import::check(id, &get).await;
            self.interrupted += usize::from(!ended);
        }
    }

    /// Lets the clients work until a random moment, at which they certainly have begun.
    async fn load_for_a_while(&mut self, round: usize) {
        let before = self.world.acked();
        self.until("a command succeeds", |trial| trial.world.acked() > before)
            .await;
        let mut longest = 700;
        if round % AT_A_ROTATION_EVERY == 1 {
            self.world.next_secret().await;
            longest = 40;
        }
        if round == IMPORT_IN {
            self.work.spawn(self.import.clone().start(self.world.clone()));
            self.until("the import begins", |trial| trial.import.id().is_some())
                .await;
            // Long before it is through.
            longest = 200;
        }
        let moment = self.moment(0, longest);
        tokio::time::sleep(moment).await;
    }

    fn moment(&mut self, least: u64, most: u64) -> Duration {
        Duration::from_millis(self.dice.random_range(least..most))
    }

    /// Waits, unless a person at work has failed.
    async fn until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        while let Some(ended) = self.work.try_join_next() {
            ended.unwrap();
        }
        eventually(what, || std::future::ready(is_so(self).then_some(()))).await;
    }

    async fn audit_the_dead(&self) {
        let acks = self.world.acks(0);
        let copied = audit::copy(&self.tally.data());
        let events = audit::events(copied.path(), self.tally.keys()).await;
        audit::check_log(&events);
        audit::check_commands(&events, &acks);
        audit::check_views(copied.path(), &events);
    }

    /// Everybody finishes; the server stops as asked; the stores are looked at, and rebuilt.
    async fn conclude(mut self) {
        let server = self.restart().await;
        self.world.end();
        while let Some(ended) = self.work.join_next().await {
            ended.unwrap();
        }
        self.check(&server).await;
        self.end_of_import(&server).await;
        let status = server.stop().await;
        assert_eq!(status.code(), Some(0), "a graceful stop is a success");
        self.audit_the_whole().await;
        self.rebuild();
        leaks::nowhere_below(&self.folder, &self.world.secrets());
        self.tell();
    }

    async fn end_of_import(&self, server: &Serving) {
        let get = async |path: String| seen::get(&self.world, &self.http, &server.url, &path).await;
        let id = self.import.id().unwrap();
        eventually("the import ends", async || {
            import::check(id, &get).await.then_some(())
        })
        .await;
        import::check_rows(id, &get).await;
        assert!(self.interrupted > 0, "no kill interrupted the import");
    }

    async fn audit_the_whole(&self) {
        let acks = self.world.acks(0);
        let events = audit::events(&self.tally.data(), self.tally.keys()).await;
        audit::check_log(&events);
        audit::check_commands(&events, &acks);
        let secrets = self.world.secrets().into_iter().map(SecretString::from);
        let fingerprints: Vec<String> = secrets.map(|s| tally_vault::fingerprint(&s)).collect();
        audit::check_whole(&events, &acks, &fingerprints);
        audit::check_views(&self.tally.data(), &events);
        println!("{} events, {} secrets", events.len(), fingerprints.len());
    }

    fn rebuild(&self) {
        let output = self.tally.run(&["views", "rebuild"]);
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(said.contains("nothing differed"), "{said}");
    }

    fn tell(&self) {
        let again = self.world.again();
        assert!(
            again.contains_key(UNANSWERED),
            "no kill met a command under way: {again:?}"
        );
        println!(
            "{} kills under load and {} before listening, {} commands, \
             the import found unfinished {} times, sent again {:?}, {:.1} s",
            times(KILLS),
            self.cut_short,
            self.world.acked(),
            self.interrupted,
            again,
            self.began.elapsed().as_secs_f64()
        );
    }
}
