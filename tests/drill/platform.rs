//! The platform: it installs, rotates secrets in batches, and signs by the published rules.

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use reqwest::{RequestBuilder, Response};
use secrecy::SecretString;
use serde_json::Value;
use tally_descriptor::callback;
use tally_tests::connect::{InstallKey, Site, Token};

use crate::ledger::Installed;
use crate::world::World;

/// How many sites of a batch are called at once.
const AT_ONCE: usize = 8;

/// Which secret the platform signs with after an `installed` that failed. Atlassian does not tell,
/// so both are played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    Old,
    New,
}

/// How a callback was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 204.
    Taken,
    /// Tally said no: the status, and the code.
    Refused(u16, String),
    /// A proxy refused, or no answer came in time.
    Failed,
}

/// A lifecycle callback before it is sent.
pub struct Callback {
    pub path: &'static str,
    pub token: Option<String>,
    pub body: Value,
}

impl Callback {
    /// `installed` with the secret of `site`, issued `seconds` later than now.
    pub fn installed(world: &World, site: &Site, seconds: i64) -> Self {
        Self::signed(
            world,
            site,
            callback::INSTALLED,
            site.installed(),
            InstallKey::platform(),
            seconds,
        )
    }

    /// `uninstalled`.
    pub fn uninstalled(world: &World, site: &Site) -> Self {
        let body = site.callback("uninstalled");
        Self::signed(
            world,
            site,
            callback::UNINSTALLED,
            body,
            InstallKey::platform(),
            0,
        )
    }

    /// Any callback of the platform itself, with any of its keys.
    pub fn signed(
        world: &World,
        site: &Site,
        path: &'static str,
        body: Value,
        key: &InstallKey,
        seconds: i64,
    ) -> Self {
        let token = Token::lifecycle(&site.client_key, world.app_url(), path).later(seconds);
        Self {
            path,
            token: Some(token.signed_by(key)),
            body,
        }
    }

    /// `enabled` or `disabled`, signed with the secret of `site`.
    pub fn of_site(site: &Site, path: &'static str) -> Self {
        let event = path.rsplit('/').next().unwrap_or_default();
        Self {
            path,
            token: Some(Token::request(&site.client_key, "POST", path).signed_with(&site.secret)),
            body: site.callback(event),
        }
    }
}

impl World {
    /// Installs Tally on every site and enables it.
    pub async fn install_all(self: &Arc<Self>) {
        let all: Vec<usize> = (0..self.len()).collect();
        self.in_parallel(&all, async |world, n| {
            let answer = world.install(n).await;
            world.promise(answer == Answer::Taken, || {
                format!("the first installation: {answer:?}")
            });
        })
        .await;
    }

    /// Does `work` for each of `sites`, some at once.
    pub async fn in_parallel(self: &Arc<Self>, sites: &[usize], work: impl AsyncFn(&Self, usize)) {
        let work = &work;
        stream::iter(sites.iter().copied())
            .for_each_concurrent(AT_ONCE, async |n| work(self, n).await)
            .await;
    }

    /// `installed` with the secret that the site has, and `enabled` when that was taken.
    pub async fn install(&self, n: usize) -> Answer {
        let site = self.site(n);
        self.deliver(n, &site, Keeps::New).await
    }

    /// A new app version reaches the site: another secret is issued and delivered. Gives back the
    /// site with that secret.
    pub async fn rotate(&self, n: usize, keeps: Keeps) -> (Site, Answer) {
        let rotated = self.site(n).rotated();
        let answer = self.deliver(n, &rotated, keeps).await;
        (rotated, answer)
    }

    /// The same by a certain entrance, and nothing after it.
    pub async fn rotate_at(&self, entrance: &str, n: usize, keeps: Keeps) -> (Site, Answer) {
        let rotated = self.site(n).rotated();
        self.ledger.sent();
        let answer = self
            .try_call_at(entrance, n, &Callback::installed(self, &rotated, 0))
            .await;
        if answer == Answer::Taken {
            self.installed(n, &rotated);
        } else if keeps == Keeps::New {
            self.platform_uses(n, &rotated);
        }
        (rotated, answer)
    }

    /// Delivers the secret of `site`, and signs with it from then on, or by `keeps` when that
    /// failed.
    pub async fn deliver(&self, n: usize, site: &Site, keeps: Keeps) -> Answer {
        let answer = self.call(n, &Callback::installed(self, site, 0)).await;
        if answer == Answer::Taken {
            self.installed(n, site);
            self.call(n, &Callback::of_site(site, callback::ENABLED)).await;
        } else if keeps == Keeps::New {
            self.platform_uses(n, site);
        }
        answer
    }

    /// An installation was taken: it must be found again, and the platform signs with its secret.
    pub fn installed(&self, n: usize, site: &Site) {
        self.platform_uses(n, site);
        self.ledger.installed(Installed {
            site: n,
            client_key: site.client_key.clone(),
            fingerprint: fingerprint(site),
        });
    }

    /// Sends a callback that Tally has to take, and notes it when Tally says no.
    pub async fn call(&self, n: usize, callback: &Callback) -> Answer {
        let answer = self.try_call(n, callback).await;
        self.ledger.sent();
        if let Answer::Refused(_, code) = &answer {
            self.ledger.refused(n, callback.path, code);
        }
        answer
    }

    /// Sends a callback, whatever the answer.
    pub async fn try_call(&self, n: usize, callback: &Callback) -> Answer {
        self.try_call_at(&self.next_entrance(), n, callback).await
    }

    /// The same, at a certain entrance.
    pub async fn try_call_at(&self, entrance: &str, n: usize, callback: &Callback) -> Answer {
        let url = format!("{entrance}{}", callback.path);
        let mut request = self
            .http
            .post(url)
            .json(&callback.body)
            .timeout(self.callback_timeout());
        if let Some(token) = &callback.token {
            request = request.header("Authorization", format!("JWT {token}"));
        }
        match self.from(n, request).send().await {
            Ok(response) => answer(response).await,
            Err(_) => Answer::Failed,
        }
    }

    /// A request of a site comes from an address of its own.
    pub fn from(&self, n: usize, request: RequestBuilder) -> RequestBuilder {
        let address = format!("10.{}.{}.{}", n / 65_536 % 256, n / 256 % 256, n % 256);
        request.header("X-Forwarded-For", address)
    }

    /// All sites in the batches of a rollout.
    pub fn batches(&self, version: u64) -> Vec<Vec<usize>> {
        self.batches_of(version, self.options.batch())
    }

    /// All sites in batches of this size.
    pub fn batches_of(&self, version: u64, size: usize) -> Vec<Vec<usize>> {
        let mut sites: Vec<usize> = (0..self.len()).collect();
        sites.shuffle(&mut self.dice(version));
        sites.chunks(size).map(<[usize]>::to_vec).collect()
    }

    /// Some of the sites, not all and not none.
    pub fn some_sites(&self, which: u64) -> Vec<usize> {
        let mut dice = self.dice(which);
        let chosen: Vec<usize> = (0..self.len()).filter(|_| dice.random_bool(0.5)).collect();
        if chosen.is_empty() || chosen.len() == self.len() {
            (0..self.len() / 2).collect()
        } else {
            chosen
        }
    }

    /// Choices that come again with the same seed.
    pub fn dice(&self, salt: u64) -> StdRng {
        StdRng::seed_from_u64(self.options.seed.wrapping_add(salt))
    }
}

async fn answer(response: Response) -> Answer {
    let status = response.status().as_u16();
    if status == 204 {
        return Answer::Taken;
    }
    match problem_code(response).await {
        Some(code) => Answer::Refused(status, code),
        None => Answer::Failed,
    }
}

/// The code of a refusal by Tally.
pub async fn problem_code(response: Response) -> Option<String> {
    let body: Value = response.json().await.ok()?;
    body["code"].as_str().map(str::to_owned)
}

/// What Tally calls the secret of a site.
pub fn fingerprint(site: &Site) -> String {
    tally_vault::fingerprint(&SecretString::from(site.secret.clone()))
}
