//! What one loud site costs the others.
//!
//! A quiet site opens its page, reads an asset and changes one, each at a fixed rate: how long an
//! answer took counts from the moment at which the request was due, so a server that hangs does not
//! slow its client down. Rounds with and without a loud site take turns. The loud one has many
//! assets, asks the worst questions that the API takes as fast as it is answered, and imports one
//! file after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tally_descriptor::page;
use tally_tests::connect::Site;
use tokio::task::JoinHandle;
use tokio::time::sleep_until;

use crate::clients::{self, AGENT, get, request};
use crate::deployment::{Deployment, address};
use crate::figures::{Figures, Pace, Round};
use crate::wire::Wire;

/// Requests of each kind a second, of the quiet site.
const RATE: u32 = 10;
/// How many clients of the loud site ask at once.
const LOUD: usize = 16;
/// How many rows each file of the loud site has.
const ROWS: usize = 5_000;
/// How many clients register the loud site's assets.
const HANDS: usize = 16;

/// The worst questions that the API takes: each looks at every asset.
const QUESTIONS: [&str; 6] = [
    "/api/v1/assets?limit=200&q=e%20a%20r%20n&sort=-name",
    "/api/v1/assets/count?query=%22serial%22%20like%20%22zz%22%20OR%20%22notes%22%20like%20%22qq%22",
    "/api/v1/assets/facets?q=o",
    "/api/v1/assets/facets",
    "/api/v1/assets?limit=200&q=zzzz%20yyyy%20xxxx",
    "/api/v1/assets/count?query=not%20(name%20like%20%22x%22)%20AND%20not%20(location%20like%20%22y%22)",
];

/// What the quiet site does.
#[derive(Clone, Copy)]
enum Kind {
    Page,
    Read,
    Change,
}

const KINDS: [(Kind, &str); 3] = [
    (Kind::Page, "open the page"),
    (Kind::Read, "read an asset"),
    (Kind::Change, "change an asset"),
];

/// What one round gave: the 99th percentiles of the kinds, the slowest answers of `/readyz` and of
/// `installed`, all in milliseconds, and the memory after it, in kB.
#[derive(Default)]
struct Measured {
    kinds: [Vec<f64>; 3],
    ready: Vec<f64>,
    installed: Vec<f64>,
    memory: Vec<f64>,
}

pub async fn run(pace: Pace, assets: usize) {
    let deployment = Deployment::of_one_process(100).await;
    let node = address(&deployment.web[0]);
    let loud = deployment.another_site("loud");
    clients::install(&node, &loud).await;
    fill(&node, &loud, assets).await;
    let (mut quiet_rounds, mut loud_rounds) = (Measured::default(), Measured::default());
    for _ in 0..pace.rounds {
        measure(&deployment, pace.lasts, &mut quiet_rounds).await;
        let noise = Noise::start(&node, &loud);
        measure(&deployment, pace.lasts, &mut loud_rounds).await;
        noise.stop().await;
    }
    println!(
        "p99 of another site in ms, {assets} assets of the loud one, {RATE} requests a second of each kind, {pace}"
    );
    print_table(quiet_rounds, loud_rounds);
}

fn print_table(quiet: Measured, loud: Measured) {
    for (((_, name), quiet), loud) in KINDS.iter().zip(quiet.kinds).zip(loud.kinds) {
        let (quiet, loud) = (Figures::of(quiet), Figures::of(loud));
        let allowed = (3.0 * quiet.median).max(50.0);
        let verdict = if loud.median <= allowed { "holds" } else { "FAILS" };
        println!("{name:<20} quiet {quiet}  loud {loud}  allowed {allowed:>6.0}  {verdict}");
    }
    for (name, quiet, loud, allowed) in [
        ("/readyz, slowest", quiet.ready, loud.ready, 1_000.0),
        ("installed, slowest", quiet.installed, loud.installed, 1_000.0),
        ("memory, kB", quiet.memory, loud.memory, 400.0 * 1024.0),
    ] {
        let (quiet, loud) = (Figures::of(quiet), Figures::of(loud));
        let verdict = if loud.max <= allowed { "holds" } else { "FAILS" };
        println!("{name:<20} quiet {quiet}  loud {loud}  allowed {allowed:>6.0}  {verdict}");
    }
}

/// Registers `assets` assets on the loud site.
async fn fill(node: &str, site: &Site, assets: usize) {
    let hands = (0..HANDS).map(|hand| {
        let (node, site) = (node.to_owned(), site.clone());
        let share = assets / HANDS + usize::from(hand < assets % HANDS);
        tokio::spawn(async move { clients::register(&node, &site, share).await.len() })
    });
    for hand in hands.collect::<Vec<_>>() {
        hand.await.unwrap();
    }
}

async fn measure(deployment: &Deployment, lasts: Duration, into: &mut Measured) {
    let node = address(&deployment.web[0]);
    let until = Instant::now() + lasts;
    let tasks = KINDS.map(|(kind, _)| {
        let (node, site, assets) = (node.clone(), deployment.site.clone(), deployment.assets.clone());
        tokio::spawn(async move { ask_at_rate(kind, &node, &site, &assets, until).await })
    });
    let ready = tokio::spawn(watch_readiness(node.clone(), until));
    let installed = install_some(deployment, &node, until).await;
    for (kind, task) in into.kinds.iter_mut().zip(tasks) {
        kind.push(Round::of(task.await.unwrap(), lasts).p99);
    }
    into.ready.push(slowest(&ready.await.unwrap()));
    into.installed.push(slowest(&installed));
    into.memory.push(deployment.web[0].resident_memory() as f64);
}

fn slowest(took: &[Duration]) -> f64 {
    took.iter()
        .max()
        .map_or(f64::NAN, |took| took.as_secs_f64() * 1e3)
}

/// Sends a request whenever one is due, on a connection that is free then.
async fn ask_at_rate(
    kind: Kind,
    node: &str,
    site: &Site,
    assets: &[String],
    until: Instant,
) -> Vec<Duration> {
    let begun = Instant::now();
    let mut tasks: Vec<JoinHandle<Duration>> = vec![];
    for (number, path) in (0..).zip(assets.iter().cycle()) {
        let due = begun + Duration::from_secs(number) / RATE;
        if due >= until {
            break;
        }
        sleep_until(due.into()).await;
        let (node, sent) = (node.to_owned(), sent_by(kind, site, path, number));
        tasks.push(tokio::spawn(async move {
            let mut wire = Wire::connect(&node).await;
            assert_eq!(wire.ask(&sent).await, 200, "{}", wire.text());
            due.elapsed()
        }));
    }
    let mut took = vec![];
    for task in tasks {
        took.push(task.await.unwrap());
    }
    took
}

fn sent_by(kind: Kind, site: &Site, path: &str, number: u64) -> Vec<u8> {
    match kind {
        Kind::Page => {
            let token = site.request_token(AGENT, "GET", page::ASSETS);
            get(&format!("{}?jwt={token}", page::ASSETS), None)
        }
        Kind::Read => get(path, Some(site)),
        Kind::Change => {
            let body = serde_json::json!({ "set": { "location": format!("Room {number}") } });
            let headers = format!("{}If-Match: *\r\n", clients::authorization(Some(site)));
            request("PATCH", path, &headers, Some(&body))
        }
    }
}

async fn watch_readiness(node: String, until: Instant) -> Vec<Duration> {
    let (mut wire, mut took) = (Wire::connect(&node).await, vec![]);
    while Instant::now() < until {
        let begun = Instant::now();
        assert_eq!(wire.ask(&get("/readyz", None)).await, 200, "{}", wire.text());
        took.push(begun.elapsed());
        sleep_until((begun + Duration::from_millis(100)).into()).await;
    }
    took
}

async fn install_some(deployment: &Deployment, node: &str, until: Instant) -> Vec<Duration> {
    let mut took = vec![];
    while Instant::now() < until {
        let site = deployment.another_site(&uuid::Uuid::new_v4().simple().to_string());
        let begun = Instant::now();
        clients::install(node, &site).await;
        took.push(begun.elapsed());
        sleep_until((begun + Duration::from_millis(250)).into()).await;
    }
    took
}

/// The loud site at its worst.
struct Noise {
    stopped: Arc<AtomicBool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Noise {
    fn start(node: &str, site: &Site) -> Self {
        let stopped = Arc::new(AtomicBool::new(false));
        let mut tasks = vec![];
        for client in 0..LOUD {
            let (node, site, stopped) = (node.to_owned(), site.clone(), stopped.clone());
            tasks.push(tokio::spawn(ask_on(node, site, client, stopped)));
        }
        let (node, site, flag) = (node.to_owned(), site.clone(), stopped.clone());
        tasks.push(tokio::spawn(import_on(node, site, flag)));
        Self { stopped, tasks }
    }

    async fn stop(self) {
        self.stopped.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.unwrap();
        }
    }
}

/// What is refused, as too long or too much, is asked again at once.
async fn ask_on(node: String, site: Site, client: usize, stopped: Arc<AtomicBool>) {
    let mut wire = Wire::connect(&node).await;
    for question in QUESTIONS.iter().cycle().skip(client) {
        if stopped.load(Ordering::Relaxed) {
            return;
        }
        let status = wire.ask(&get(question, Some(&site))).await;
        assert!([200, 422, 429].contains(&status), "{}", wire.text());
    }
}

async fn import_on(node: String, site: Site, stopped: Arc<AtomicBool>) {
    let mut wire = Wire::connect(&node).await;
    while !stopped.load(Ordering::Relaxed) {
        let status = wire.ask(&import_file(&site)).await;
        assert!([202, 429, 503].contains(&status), "{}", wire.text());
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

fn import_file(site: &Site) -> Vec<u8> {
    let mut file = "tag,name,type,location,serial\n".to_owned();
    for _ in 0..ROWS {
        let tag = uuid::Uuid::new_v4().simple();
        file.push_str(&format!("{tag},ThinkPad T14,Laptop,Berlin,{tag}\n"));
    }
    let authorization = clients::authorization(Some(site));
    let length = file.len();
    format!(
        "POST /api/v1/imports HTTP/1.1\r\nHost: localhost\r\n{authorization}Content-Type: text/csv\r\n\
         Content-Length: {length}\r\n\r\n{file}"
    )
    .into_bytes()
}
