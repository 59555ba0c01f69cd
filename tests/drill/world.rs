//! What a scenario stands on: a server, the platform around it, and people who use it.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use reqwest::Client;
use tally_domain::tenant::RefusedCallback;
use tally_domain::{Recorded, StreamName};
use tally_event_log::load;
use tally_tests::connect::Site;
use tally_tests::doubles::{JiraDouble, KeyServer, Person};
use tally_tests::process::{APP_URL, Serving, Tally};
use tempfile::TempDir;

use crate::ledger::Ledger;
use crate::options::Options;
use crate::row::Row;

/// How many people of a site change assets in a shift.
const SHIFT: usize = 2;

/// Everybody around the server.
pub struct World {
    pub options: Options,
    pub ledger: Ledger,
    pub http: Client,
    jira: Arc<JiraDouble>,
    sites: RwLock<Vec<Arc<Tenant>>>,
    /// Where requests go, one as good as the other.
    entrances: RwLock<Vec<String>>,
    /// What the platform believes the app's address to be.
    app_url: String,
    shift: AtomicUsize,
    callback_patience: AtomicU64,
    over: AtomicBool,
    broken: Mutex<Vec<String>>,
    told: Mutex<Option<String>>,
    began: Instant,
}

/// A site as the platform knows it: the secret is the one it signs with now.
pub struct Tenant {
    site: Mutex<Site>,
    /// Whether people use it.
    pub used: AtomicBool,
    /// Held while a request is under way, so that a scenario can wait for the last one.
    pub busy: Arc<tokio::sync::Mutex<()>>,
}

impl Tenant {
    /// As the platform knows it now.
    pub fn site(&self) -> Site {
        self.site.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl World {
    /// With sites that have not installed yet, around the server that `entrance` leads to.
    pub fn new(options: Options, jira: Arc<JiraDouble>, app_url: &str, entrance: &str) -> Arc<Self> {
        let world = Arc::new(Self {
            http: tally_tests::http::client(),
            ledger: Ledger::default(),
            jira,
            sites: RwLock::default(),
            entrances: RwLock::new(vec![entrance.to_owned()]),
            app_url: app_url.to_owned(),
            shift: AtomicUsize::new(0),
            callback_patience: AtomicU64::new(10_000),
            over: AtomicBool::new(false),
            broken: Mutex::default(),
            told: Mutex::default(),
            began: Instant::now(),
            options,
        });
        for n in 0..world.options.sites {
            world.found(&format!("site-{n}"));
        }
        world
    }

    /// A further site.
    pub fn found(&self, name: &str) -> usize {
        self.adopt(self.jira.site(name))
    }

    /// A further site that Jira knows already.
    pub fn adopt(&self, site: Site) -> usize {
        for person in crew(self.shift.load(Ordering::Relaxed)) {
            self.jira.employ(&site, person);
        }
        let mut sites = self.sites.write().unwrap();
        sites.push(Arc::new(Tenant {
            site: Mutex::new(site),
            used: AtomicBool::new(true),
            busy: Arc::default(),
        }));
        sites.len() - 1
    }

    /// A site by its number.
    pub fn tenant(&self, n: usize) -> Arc<Tenant> {
        self.sites.read().unwrap()[n].clone()
    }

    /// A site as the platform knows it now.
    pub fn site(&self, n: usize) -> Site {
        self.tenant(n).site()
    }

    /// How many sites there are.
    pub fn len(&self) -> usize {
        self.sites.read().unwrap().len()
    }

    /// From now on the platform signs as `site` says, and takes calls signed so.
    pub fn platform_uses(&self, n: usize, site: &Site) {
        self.jira.know(site);
        *self.tenant(n).site.lock().unwrap() = site.clone();
    }

    /// The Jira that serves all sites.
    pub fn jira(&self) -> &JiraDouble {
        &self.jira
    }

    /// Where the `turn`th request goes.
    pub fn entrance(&self, turn: usize) -> String {
        let entrances = self.entrances.read().unwrap();
        entrances[turn % entrances.len()].clone()
    }

    /// Sends requests elsewhere from now on.
    pub fn enter_by(&self, entrances: Vec<String>) {
        *self.entrances.write().unwrap() = entrances;
    }

    /// How long the platform waits for the answer to a callback. Atlassian does not tell.
    pub fn callback_patience(&self) -> Duration {
        Duration::from_millis(self.callback_patience.load(Ordering::Relaxed))
    }

    /// Lets it wait for another time.
    pub fn wait_for_callbacks(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).unwrap();
        self.callback_patience.store(millis, Ordering::Relaxed);
    }

    /// What the platform believes the app's address to be.
    pub fn app_url(&self) -> &str {
        &self.app_url
    }

    /// Other people come to work, whom Tally has not seen: what they may do has to be asked of Jira.
    pub fn change_shift(&self) {
        let shift = self.shift.fetch_add(1, Ordering::Relaxed) + 1;
        for n in 0..self.len() {
            for person in crew(shift) {
                self.jira.employ(&self.site(n), person);
            }
        }
    }

    /// Somebody at work who may change assets.
    pub fn agent(&self, turn: usize) -> String {
        agent(self.shift.load(Ordering::Relaxed), turn % SHIFT)
    }

    /// People finish what they began and begin nothing more.
    pub fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// Whether that is so.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Things go on for a while.
    pub async fn pass(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    /// Notes what did not hold.
    pub fn promise(&self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.broken.lock().unwrap().push(what());
        }
    }

    /// What the diagnosis first told an admin, if anything: an entry of its catalogue and a remedy.
    pub fn told_admin(&self, finding: Option<(String, String)>) {
        if let Some((entry, remedy)) = finding {
            self.told
                .lock()
                .unwrap()
                .get_or_insert(format!("{entry}: {remedy}"));
        }
    }

    /// What admins were told: by the diagnosis, or else on the page that people saw.
    fn admin_told(&self) -> String {
        let told = self.told.lock().unwrap().clone();
        let page = || Some(format!("on the page: {}", self.ledger.page_seen()?.admin));
        told.or_else(page).unwrap_or("nothing is wrong".to_owned())
    }

    /// Promises that nothing valid was refused, and says what was.
    pub fn promise_nothing_refused(&self) {
        let refusals = self.ledger.refusals();
        let first = refusals
            .first()
            .map(|r| format!("{} of {}: {}", r.what, self.site(r.site).name, r.code));
        self.promise(refusals.is_empty(), || {
            format!(
                "{} valid requests refused; the first: {}",
                refusals.len(),
                first.unwrap_or_default()
            )
        });
    }

    /// What it came to, once `lost` is known.
    pub fn row(&self, scenario: &str, lost: &[String]) -> Row {
        for what in lost.iter().take(3) {
            self.promise(false, || format!("lost: {what}"));
        }
        let trusted = self.ledger.trusted();
        self.promise(trusted.is_empty(), || format!("wrongly trusted: {trusted:?}"));
        Row {
            scenario: scenario.to_owned(),
            sites: self.options.sites,
            requests: self.ledger.requests(),
            refused: self.ledger.refusals().len() as u64,
            refused_by_code: self.ledger.refused_by_code(),
            events_lost: lost.len() as u64,
            wrongly_trusted: trusted.len() as u64,
            user_saw: self
                .ledger
                .page_seen()
                .map(|page| format!("{} (`{}`)", page.title, page.code)),
            admin_told: Some(self.admin_told()),
            seconds: self.began.elapsed().as_secs_f64(),
            broken_promises: self.broken.lock().unwrap().clone(),
            ..Row::default()
        }
    }
}

fn agent(shift: usize, n: usize) -> String {
    format!("712020:agent-{shift}-{n}")
}

fn crew(shift: usize) -> impl Iterator<Item = Person> {
    (0..SHIFT).map(move |n| Person::new(&agent(shift, n), "Alex Agent", &["BULK_CHANGE"]))
}

/// A `tally` process with a key server and a folder of its own.
pub struct Stage {
    pub tally: Tally,
    pub keys: KeyServer,
    pub serving: Option<Serving>,
    folder: Option<TempDir>,
}

/// What a failure leaves to be looked at.
impl Drop for Stage {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let kept = self.folder.take().map(TempDir::keep);
            println!("the stores and logs are in {kept:?}");
        }
    }
}

impl Stage {
    /// A server that runs with these variables set.
    pub async fn set(variables: &[(&str, &str)]) -> Self {
        Self::set_as(variables, |tally| tally).await
    }

    /// The same, changed in another way as well.
    pub async fn set_as(variables: &[(&str, &str)], change: impl FnOnce(Tally) -> Tally) -> Self {
        let (keys, folder) = (KeyServer::start(), tempfile::tempdir().unwrap());
        // Each site's requests come from an address of its own, as the platform's proxy would say.
        let mut tally = change(Tally::new(folder.path(), &keys).with("TALLY_PROXY_HOPS", "1"));
        for (name, value) in variables {
            tally = tally.with(name, value);
        }
        Self {
            serving: Some(tally.serve().await),
            tally,
            keys,
            folder: Some(folder),
        }
    }

    /// Where the server is.
    pub fn url(&self) -> String {
        self.serving.as_ref().unwrap().url.clone()
    }

    /// Stops the server and starts it again, perhaps at another address.
    pub async fn restart(&mut self, world: &World) {
        let status = self.serving.take().unwrap().stop().await;
        world.promise(status.success(), || format!("the server stopped with {status}"));
        self.serving = Some(self.tally.serve().await);
        world.enter_by(vec![self.url()]);
    }

    /// Stops the server and counts the refused callbacks in its log: those written, and those that these stand for.
    pub async fn noted_refusals(&mut self) -> u64 {
        self.serving.take().unwrap().stop().await;
        let file = format!("sqlite:{}", self.tally.data().join("events.db").display());
        let log = tally_event_log::open(&file, tally_event_log::Options::default())
            .await
            .unwrap();
        let stream = StreamName::refused_callbacks();
        let noted: Vec<Recorded<RefusedCallback>> = load(&*log, &stream).await.unwrap();
        noted.iter().map(|noted| 1 + noted.event.suppressed).sum()
    }

    /// A world around it.
    pub fn world(&self, options: &Options) -> Arc<World> {
        World::new(
            options.clone(),
            Arc::new(JiraDouble::start()),
            APP_URL,
            &self.url(),
        )
    }
}
