//! What a scenario stands on: a server, the platform around it, and people who use it.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use reqwest::Client;
use tally_tests::connect::Site;
use tally_tests::doubles::{JiraDouble, Person};
use tokio::sync::OwnedMutexGuard;

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
    /// Where requests go, one as good as the other: each node's, where there are several.
    entrances: RwLock<Vec<String>>,
    turn: AtomicUsize,
    /// What the platform believes the app's address to be.
    app_url: String,
    shift: AtomicUsize,
    callback_timeout: AtomicU64,
    ended: AtomicBool,
    broken: Mutex<Vec<String>>,
    finding_shown: Mutex<Option<String>>,
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
    /// With sites that have not installed yet, around the server that `entrances` lead to.
    pub fn new(options: Options, jira: Arc<JiraDouble>, app_url: &str, entrances: Vec<String>) -> Arc<Self> {
        let world = Arc::new(Self {
            http: tally_tests::http::client(),
            ledger: Ledger::default(),
            jira,
            sites: RwLock::default(),
            entrances: RwLock::new(entrances),
            turn: AtomicUsize::new(0),
            app_url: app_url.to_owned(),
            shift: AtomicUsize::new(0),
            callback_timeout: AtomicU64::new(10_000),
            ended: AtomicBool::new(false),
            broken: Mutex::default(),
            finding_shown: Mutex::default(),
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

    /// Where the next request goes that has no turn of its own.
    pub fn next_entrance(&self) -> String {
        self.entrance(self.turn.fetch_add(1, Ordering::Relaxed))
    }

    /// All of them.
    pub fn entrances(&self) -> Vec<String> {
        self.entrances.read().unwrap().clone()
    }

    /// Sends requests elsewhere from now on.
    pub fn enter_by(&self, entrances: Vec<String>) {
        *self.entrances.write().unwrap() = entrances;
    }

    /// How long the platform waits for the answer to a callback. Atlassian does not publish it.
    pub fn callback_timeout(&self) -> Duration {
        Duration::from_millis(self.callback_timeout.load(Ordering::Relaxed))
    }

    /// Lets it wait for another time.
    pub fn wait_for_callbacks(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).unwrap();
        self.callback_timeout.store(millis, Ordering::Relaxed);
    }

    /// What the platform believes the app's address to be.
    pub fn app_url(&self) -> &str {
        &self.app_url
    }

    /// Other people come to work that Tally has not seen: it has to ask Jira for their permissions.
    pub fn change_shift(&self) {
        let shift = self.shift.fetch_add(1, Ordering::Relaxed) + 1;
        for n in 0..self.len() {
            for person in crew(shift) {
                self.jira.employ(&self.site(n), person);
            }
        }
    }

    /// Account id of a person at work who may change assets.
    pub fn agent(&self, turn: usize) -> String {
        agent(self.shift.load(Ordering::Relaxed), turn % SHIFT)
    }

    /// After how many turns every person of a shift has been at every entrance.
    pub fn turns(&self) -> usize {
        SHIFT * self.entrances().len()
    }

    /// People finish what they began and begin nothing more.
    pub fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    /// Whether that is so.
    pub fn is_over(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    /// Waits until no one has a request under way. People wait until what is returned is dropped.
    pub async fn quiet(&self) -> Vec<OwnedMutexGuard<()>> {
        let mut quiet = vec![];
        for n in 0..self.len() {
            quiet.push(self.tenant(n).busy.clone().lock_owned().await);
        }
        quiet
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

    /// Notes the first finding that the diagnosis showed to an admin: its catalogue entry and
    /// remedy.
    pub fn note_finding(&self, finding: Option<(String, String)>) {
        if let Some((entry, remedy)) = finding {
            self.finding_shown
                .lock()
                .unwrap()
                .get_or_insert(format!("{entry}: {remedy}"));
        }
    }

    /// What was shown to admins: by the diagnosis, or else on the page that people saw.
    fn shown_to_admin(&self) -> String {
        let finding_shown = self.finding_shown.lock().unwrap().clone();
        let page = || Some(format!("on the page: {}", self.ledger.page_seen()?.admin));
        finding_shown
            .or_else(page)
            .unwrap_or("nothing is wrong".to_owned())
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
            shown_to_admin: Some(self.shown_to_admin()),
            nodes: self.options.nodes,
            seconds_until_everywhere: self.ledger.slowest_to_hear().map(|time| time.as_secs_f64()),
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
