//! People who use Tally all the time: pages, their pages' own calls, the platform's small calls,
//! and changes to assets.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tally_descriptor::{callback, page};
use tally_tests::connect::{Site, Token};
use tally_tests::doubles::Person;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::ledger::{Ack, Explained};
use crate::platform::{Answer, Callback, problem_code};
use crate::world::World;

/// Longest wait for an answer.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Between two requests of the intruder.
const INTRUSION: Duration = Duration::from_millis(500);

/// Everybody who is at it.
pub struct Load {
    world: Arc<World>,
    people: JoinSet<()>,
}

impl Load {
    /// Starts a person on each site, and an intruder.
    pub fn begin(world: &Arc<World>) -> Self {
        let mut people = JoinSet::new();
        for n in 0..world.len() {
            people.spawn(live(world.clone(), n));
        }
        people.spawn(intrude(world.clone()));
        Self {
            world: world.clone(),
            people,
        }
    }

    /// Everybody finishes what they began.
    pub async fn end(self) {
        self.world.end();
        self.people.join_all().await;
    }
}

async fn live(world: Arc<World>, n: usize) {
    let mut user = User {
        dice: world.dice(1000 + n as u64),
        n,
        world: world.clone(),
        assets: vec![],
        turn: n,
    };
    // Not all at once.
    world.pass(world.options.gap().mul_f64(user.dice.random())).await;
    while !world.is_over() {
        user.ask_something().await;
        world
            .pass(world.options.gap().mul_f64(user.dice.random_range(0.5..1.5)))
            .await;
    }
}

struct User {
    world: Arc<World>,
    n: usize,
    dice: StdRng,
    assets: Vec<Uuid>,
    turn: usize,
}

impl User {
    async fn ask_something(&mut self) {
        let tenant = self.world.tenant(self.n);
        if !tenant.used.load(Ordering::Relaxed) {
            return;
        }
        let _busy = tenant.busy.lock().await;
        self.turn += 1;
        match self.dice.random_range(0..10) {
            0..4 => drop(self.world.open_page(self.n, self.turn).await),
            4..6 => self.list().await,
            6 => drop(self.world.call(self.n, &self.small_call()).await),
            _ => self.command().await,
        }
    }

    /// There is no webhook; what the platform signs like one is `enabled`.
    fn small_call(&self) -> Callback {
        Callback::of_site(&self.world.site(self.n), callback::ENABLED)
    }

    async fn list(&self) {
        let viewer = Person::viewer().account_id;
        let request = self
            .world
            .api(self.n, self.turn, &viewer, Method::GET, "/assets?limit=20");
        self.world.good(self.n, "GET /assets", request).await;
    }

    async fn command(&mut self) {
        let some = !self.assets.is_empty() && self.dice.random_bool(0.6);
        let known = some.then(|| self.assets[self.dice.random_range(0..self.assets.len())]);
        if let Some(asset) = self.world.change_asset(self.n, self.turn, known).await
            && known.is_none()
        {
            self.assets.push(asset);
        }
    }
}

impl World {
    /// A person opens Tally in Jira. True when it opens.
    pub async fn open_page(&self, n: usize, turn: usize) -> bool {
        self.open_page_as(n, turn, &self.site(n)).await
    }

    /// The same, with the secret of `site`.
    pub async fn open_page_as(&self, n: usize, turn: usize, site: &Site) -> bool {
        self.ledger.sent();
        let seen = self.view_page(n, &self.entrance(turn), site).await;
        if let Err((code, explained)) = &seen {
            self.ledger.refused(n, "page", code);
            if let Some(explained) = explained {
                self.ledger.explained(explained.clone());
            }
        }
        seen.is_ok()
    }

    /// Opens a page, whatever the answer: the code of what was wrong, and the page that explains
    /// it.
    pub async fn view_page(
        &self,
        n: usize,
        entrance: &str,
        site: &Site,
    ) -> Result<(), (String, Option<Explained>)> {
        let path = format!("{}?xdm_e={}&cp=&lic=none", page::ASSETS, site.base_url);
        let token = site.request_token(&Person::viewer().account_id, "GET", &path);
        self.view_address(n, &format!("{entrance}{path}&jwt={token}"))
            .await
    }

    /// The same, by the whole address.
    pub async fn view_address(&self, n: usize, url: &str) -> Result<(), (String, Option<Explained>)> {
        let request = self.http.get(url).timeout(TIMEOUT);
        let answer = self
            .from(n, request)
            .send()
            .await
            .map_err(|_| ("no answer".to_owned(), None))?;
        let status = answer.status().as_u16();
        let html = answer.text().await.map_err(|_| ("no answer".to_owned(), None))?;
        if status == 200 && html.contains("<div id=\"root\">") {
            return Ok(());
        }
        let explained = explained(&html);
        let code = explained
            .as_ref()
            .map_or(format!("HTTP {status}"), |page| page.code.clone());
        Err((code, explained))
    }

    /// A call of Tally's own pages for `account`. `path` begins below `/api/v1`.
    pub fn api(&self, n: usize, turn: usize, account: &str, method: Method, path: &str) -> RequestBuilder {
        let token = self.site(n).context_token(account);
        let url = format!("{}/api/v1{path}", self.entrance(turn));
        let request = self.http.request(method, url).timeout(TIMEOUT);
        self.from(n, request)
            .header("Authorization", format!("JWT {token}"))
    }

    /// Sends a valid request and gives back the body, or notes how it was refused.
    pub async fn good(&self, n: usize, what: &str, request: RequestBuilder) -> Option<Value> {
        self.ledger.sent();
        match read_answer(request).await {
            Ok(body) => Some(body),
            Err(code) => {
                self.ledger.refused(n, what, &code);
                None
            }
        }
    }

    /// Registers an asset, or changes the one that is known. Gives back which, when that was
    /// acknowledged.
    pub async fn change_asset(&self, n: usize, turn: usize, known: Option<Uuid>) -> Option<Uuid> {
        let note = Uuid::new_v4().to_string();
        let (method, path, event, body) = match known {
            None => {
                let body = json!({ "attributes": { "name": "Laptop", "serial": note } });
                (Method::POST, "/assets".to_owned(), "asset.registered", body)
            }
            Some(asset) => {
                // Not a note, which needs a key of its own: that is another promise.
                let body = json!({ "set": { "serial": note } });
                (
                    Method::PATCH,
                    format!("/assets/{asset}"),
                    "asset.attributes_edited",
                    body,
                )
            }
        };
        let request = self
            .api(n, turn, &self.agent(turn), method, &path)
            .header("Idempotency-Key", &note)
            .header("If-Match", "*")
            .json(&body);
        let answer = self.good(n, "asset command", request).await?;
        let asset = answer["id"].as_str()?.parse().ok()?;
        self.ledger.acknowledged(Ack {
            site: n,
            asset,
            event,
            revision: answer["revision"].as_u64()?,
        });
        Some(asset)
    }
}

/// The body of a success, or the code of a refusal.
pub async fn read_answer(request: RequestBuilder) -> Result<Value, String> {
    let response = request.send().await.map_err(|_| "no answer".to_owned())?;
    let status = response.status();
    if status.is_success() {
        return response.json().await.map_err(|_| "no answer".to_owned());
    }
    Err(problem_code(response)
        .await
        .unwrap_or(format!("HTTP {}", status.as_u16())))
}

/// An intruder who knows client keys but no secret sends requests all the time.
async fn intrude(world: Arc<World>) {
    let mut dice = world.dice(3);
    while !world.is_over() {
        let n = dice.random_range(0..world.len());
        let forged = world.site(n).rotated();
        if dice.random() {
            let trusted = world.view_page(n, &world.next_entrance(), &forged).await.is_ok();
            world
                .ledger
                .intruded("a page with a secret never issued", trusted);
        } else {
            let callback = Callback::of_site(&forged, callback::ENABLED);
            let trusted = world.try_call(n, &callback).await == Answer::Taken;
            world
                .ledger
                .intruded("enabled with a secret never issued", trusted);
        }
        world.pass(INTRUSION).await;
    }
}

/// Reads the page that stands where Tally could not open.
fn explained(html: &str) -> Option<Explained> {
    let between = |from: &str, to: &str| {
        let (_, behind) = html.split_once(from)?;
        behind.split_once(to).map(|(text, _)| plain(text))
    };
    Some(Explained {
        title: between("<h1>", "</h1>")?,
        code: between("<code>", "</code>")?,
        admin: between("What to do</h2>", "</p>").unwrap_or_default(),
    })
}

/// Text without its tags.
fn plain(html: &str) -> String {
    let parts = html
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    parts.collect::<String>().trim().to_owned()
}

/// A context call with a secret that must not be accepted. True when it was, all the same.
pub async fn is_trusted(world: &World, n: usize, entrance: &str, site: &Site) -> bool {
    let token = Token::context(&site.client_key, &Person::viewer().account_id).signed_with(&site.secret);
    let request = world
        .http
        .get(format!("{entrance}/api/v1/me"))
        .header("Authorization", format!("JWT {token}"));
    answered(world.from(n, request).send().await)
}

fn answered(answer: reqwest::Result<Response>) -> bool {
    answer.is_ok_and(|answer| answer.status().is_success())
}
