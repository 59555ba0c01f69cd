//! What everybody shares: the site, where the server is just now, and what was acknowledged.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use tally_tests::connect::Site;
use tally_tests::doubles::{JiraDouble, Person};
use tokio::sync::watch;
use uuid::Uuid;

/// How long to rest before the same request is sent again.
const REST: Duration = Duration::from_millis(10);
/// The server was dead already.
const NOT_REACHED: &str = "not reached";
/// The server died over the request.
pub const UNANSWERED: &str = "unanswered";

/// A command on an asset that was answered with success.
#[derive(Clone, Debug)]
pub struct Ack {
    /// The idempotency key, which is also written into what the command changes.
    pub key: String,
    /// The asset.
    pub asset: Uuid,
    /// The type of the event that must be there.
    pub event: &'static str,
    /// The asset's revision by the answer: that of the event or a later one.
    pub revision: u64,
}

/// The world around the server.
pub struct World {
    jira: JiraDouble,
    /// As the newest acknowledged `installed` said.
    site: Mutex<Site>,
    /// Address of the server; none while no one may call it.
    server: watch::Sender<Option<String>>,
    acks: Mutex<Vec<Ack>>,
    /// Every secret that was ever sent, acknowledged or not, oldest first.
    secrets: watch::Sender<Vec<String>>,
    /// How often each reason caused a retry: the code of a refusal, or a missing answer.
    again: Mutex<BTreeMap<String, u64>>,
    ended: AtomicBool,
}

impl World {
    /// With a site that has not installed yet.
    pub fn new() -> Self {
        let jira = JiraDouble::start();
        let site = jira.site("acme");
        Self {
            jira,
            secrets: watch::Sender::default(),
            site: Mutex::new(site),
            server: watch::Sender::new(None),
            acks: Mutex::default(),
            again: Mutex::default(),
            ended: AtomicBool::new(false),
        }
    }

    /// Another site, without people at work.
    #[allow(dead_code, reason = "the tests over several nodes have one")]
    pub fn another_site(&self, name: &str) -> Site {
        self.jira.site(name)
    }

    /// The site's Jira knows this account.
    #[allow(dead_code, reason = "the tests that erase people need it")]
    pub fn employ(&self, site: &Site, account: &str) {
        self.jira.employ(site, Person::new(account, "Robin Person", &[]));
    }

    /// The site with its newest acknowledged secret.
    pub fn site(&self) -> Site {
        self.site.lock().unwrap().clone()
    }

    /// A secret is about to be sent.
    pub fn about_to_send(&self, site: &Site) {
        self.secrets
            .send_modify(|secrets| secrets.push(site.secret.clone()));
    }

    /// The secret of `site` was acknowledged: from now on the platform uses it.
    pub fn acknowledged_secret(&self, site: &Site) {
        self.jira.know(site);
        *self.site.lock().unwrap() = site.clone();
    }

    /// Every secret so far, oldest first.
    pub fn secrets(&self) -> Vec<String> {
        self.secrets.borrow().clone()
    }

    /// Waits until the next one is about to be sent.
    pub async fn next_secret(&self) {
        self.secrets.subscribe().changed().await.unwrap();
    }

    /// The value of `Authorization` for a person who may change assets, signed with the newest
    /// acknowledged secret.
    pub fn authorization(&self) -> String {
        let agent = Person::agent().account_id;
        format!("JWT {}", self.site().context_token(&agent))
    }

    /// Sets the address of the server for all, or none.
    pub fn server_is(&self, url: Option<&str>) {
        self.server.send_replace(url.map(str::to_owned));
    }

    /// Notes a command that succeeded.
    pub fn acknowledged(&self, ack: Ack) {
        self.acks.lock().unwrap().push(ack);
    }

    /// The acknowledged commands from the `from`th on, in the order of their answers.
    pub fn acks(&self, from: usize) -> Vec<Ack> {
        self.acks.lock().unwrap()[from..].to_vec()
    }

    /// How many commands were acknowledged so far.
    pub fn acked(&self) -> usize {
        self.acks.lock().unwrap().len()
    }

    /// Why requests had to be sent again, and how often.
    pub fn again(&self) -> BTreeMap<String, u64> {
        self.again.lock().unwrap().clone()
    }

    /// Everybody finishes what is begun and begins nothing more.
    pub fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    /// Whether that is so.
    pub fn is_over(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    /// Sends a request until it succeeds, through crashes and while the server says that trying
    /// again is right. Gives back the body.
    ///
    /// # Panics
    /// When the server says anything else.
    pub async fn insist(&self, client: &Client, request: impl Fn(&Client, &str) -> RequestBuilder) -> Value {
        let mut server = self.server.subscribe();
        loop {
            let url = server.wait_for(Option::is_some).await.unwrap().clone().unwrap();
            let why = match answer(request(client, &url)).await {
                Ok((200..300, body)) => return body,
                Ok((503, body)) => body["code"].as_str().unwrap().to_owned(),
                Ok((status, body)) => panic!("{status}: {body}"),
                Err(error) if error.is_connect() => NOT_REACHED.to_owned(),
                Err(_) => UNANSWERED.to_owned(),
            };
            *self.again.lock().unwrap().entry(why).or_default() += 1;
            tokio::time::sleep(REST).await;
        }
    }
}

/// The whole answer, or that the server died over it.
async fn answer(request: RequestBuilder) -> reqwest::Result<(u16, Value)> {
    let answer = request.send().await?;
    let status = answer.status().as_u16();
    let body = answer.bytes().await?;
    Ok((status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
}
