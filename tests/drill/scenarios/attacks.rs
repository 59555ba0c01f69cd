//! An intruder with everything that can be stolen (a captured callback, another app's key, a user's
//! token, the published key) tries all of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jsonwebtoken::Algorithm;
use reqwest::Method;
use serde_json::{Value, json};
use tally_descriptor::{callback, page};
use tally_tests::connect::{APP_KEY, InstallKey, Site, Token};
use tally_tests::doubles::Person;

use crate::audit;
use crate::everywhere::metric;
use crate::load::{Load, read_answer};
use crate::options::Options;
use crate::platform::{Answer, Callback};
use crate::row::Row;
use crate::stage::Stage;
use crate::world::World;

/// How many forged installs with a key id of their own there are for each site.
const FLOOD: usize = 5;
/// The most of them that may reach the key server from one node: Tally asks twenty times at once
/// and then every three seconds, see `install_keys`.
const FETCHES_AT_ONCE: usize = 20;
const SECONDS_PER_FETCH: u64 = 3;

pub async fn play(options: Options) -> Vec<Row> {
    let mut stage = Stage::set(&options, &[]).await;
    let world = stage.world(&options);
    world.install_all().await;
    let load = Load::begin(&world);
    let attacker = Attacker {
        key: InstallKey::generate(),
        refused: std::cell::RefCell::default(),
        world: &world,
    };
    for n in world.some_sites(7).into_iter().take(20) {
        attacker.replay(n).await;
        attacker.misdirect(n).await;
        attacker.confuse(n).await;
        attacker.be_an_admin(n).await;
    }
    attacker.flood(&stage).await;
    load.end().await;
    // What was refused beyond the rate is counted in the next refusal that is written.
    world.pass(Duration::from_secs(2)).await;
    attacker.forge_once_more_everywhere().await;
    let counted = attacker.counted().await;
    let lost = audit::lost(&world).await;
    let noted = stage.noted_refusals(&world).await;
    world.promise(noted == counted, || {
        format!("{noted} of {counted} refused callbacks are on the install log")
    });
    world.promise_nothing_refused();
    vec![world.row("7 attacks", &lost)]
}

struct Attacker<'a> {
    world: &'a Arc<World>,
    key: InstallKey,
    /// Callbacks refused so far.
    refused: std::cell::RefCell<u64>,
}

impl Attacker<'_> {
    /// A callback that has to be refused so.
    async fn call(&self, n: usize, what: &str, callback: &Callback, status: u16, code: &str) {
        let answer = self.world.try_call(n, callback).await;
        self.judge_call(what, &answer, status, code);
    }

    fn judge_call(&self, what: &str, answer: &Answer, status: u16, code: &str) {
        self.world.ledger.intruded(what, *answer == Answer::Taken);
        let expected = Answer::Refused(status, code.to_owned());
        self.world
            .promise(*answer == expected, || format!("{what}: {answer:?}, not {code}"));
        *self.refused.borrow_mut() += 1;
    }

    /// The token of a genuine installation, caught on its way, with a secret of the attacker's.
    async fn replay(&self, n: usize) {
        let site = self.world.site(n);
        let mut callback = Callback::installed(self.world, &site, 0);
        self.world.call(n, &callback).await;
        callback.body["sharedSecret"] = json!(Site::new_secret());
        self.call(
            n,
            "a replayed install",
            &callback,
            409,
            "install.replayed_with_another_body",
        )
        .await;
    }

    /// Genuine tokens where they do not belong.
    async fn misdirect(&self, n: usize) {
        let (world, site) = (self.world, self.world.site(n));
        let planted = Site {
            secret: Site::new_secret(),
            ..site.clone()
        };
        let installed = |token: String| Callback {
            path: callback::INSTALLED,
            token: Some(token),
            body: planted.installed(),
        };
        let other_app = Token::lifecycle(&site.client_key, "https://other.example.com", callback::INSTALLED);
        let other_app = installed(other_app.signed_by(InstallKey::platform()));
        self.call(
            n,
            "another app's install",
            &other_app,
            401,
            "install.audience_mismatch",
        )
        .await;
        let other_site = world.site((n + 1) % world.len());
        let other_site = installed(other_site.signed_callback(world.app_url(), callback::INSTALLED));
        self.call(
            n,
            "another site's install",
            &other_site,
            401,
            "install.issuer_mismatch",
        )
        .await;
        let user = installed(site.context_token(&Person::viewer().account_id));
        self.call(
            n,
            "a user's token at installed",
            &user,
            401,
            "jwt.algorithm_not_allowed",
        )
        .await;
        let user = Callback {
            token: user.token,
            ..Callback::of_site(&site, callback::ENABLED)
        };
        self.call(
            n,
            "a context token at enabled",
            &user,
            401,
            "jwt.context_token_not_allowed",
        )
        .await;
    }

    /// Tokens that say of themselves how to be verified.
    async fn confuse(&self, n: usize) {
        let (world, site) = (self.world, self.world.site(n));
        let token = || Token::lifecycle(&site.client_key, world.app_url(), callback::INSTALLED);
        let platform = InstallKey::platform();
        let hashed = token()
            .header("kid", platform.kid.as_str())
            .hashed(Algorithm::HS256, platform.public_pem.as_bytes());
        for (what, token) in [
            ("HS256 by the public key", hashed),
            ("alg none", token().unsigned()),
        ] {
            let callback = Callback {
                path: callback::INSTALLED,
                token: Some(token),
                body: site.rotated().installed(),
            };
            self.call(n, what, &callback, 401, "jwt.algorithm_not_allowed")
                .await;
        }
        let masked = token().signed_by(&self.key.called(&platform.kid));
        let masked = Callback {
            path: callback::INSTALLED,
            token: Some(masked),
            body: site.rotated().installed(),
        };
        self.call(
            n,
            "a stranger's key under the platform's id",
            &masked,
            401,
            "jwt.signature_invalid",
        )
        .await;
    }

    /// A user's token where only admins may go, and tokens that name no secret at all at the API.
    async fn be_an_admin(&self, n: usize) {
        let (world, viewer) = (self.world, Person::viewer().account_id);
        for path in ["/admin/installation", "/admin/timeline", "/admin/install-log"] {
            let answer = read_answer(world.api(n, n, &viewer, Method::GET, path)).await;
            self.judge(path, answer, "permission.denied");
        }
        let site = world.site(n);
        let path = page::INSTALL_DIAGNOSIS;
        let url = format!(
            "{}{path}?jwt={}",
            world.entrance(n),
            site.request_token(&viewer, "GET", path)
        );
        let answer = world.from(n, world.http.get(url)).send().await.unwrap();
        let denied = answer.status() == 403;
        world
            .ledger
            .intruded("a user's token at the admin page", answer.status().is_success());
        world.promise(denied, || {
            format!("a user's token at the admin page: {}", answer.status())
        });
        for token in [
            Token::context(&site.client_key, &Person::admin().account_id).unsigned(),
            Token::context(&site.client_key, &Person::admin().account_id).signed_by(&self.key),
        ] {
            let request = world.http.get(format!("{}/api/v1/me", world.entrance(n)));
            let request = world
                .from(n, request)
                .header("Authorization", format!("JWT {token}"));
            self.judge("/me", read_answer(request).await, "jwt.algorithm_not_allowed");
        }
    }

    fn judge(&self, what: &str, answer: Result<Value, String>, expected: &str) {
        self.world.ledger.intruded(what, answer.is_ok());
        let code = answer.err().unwrap_or_default();
        self.world
            .promise(code == expected, || format!("{what}: {code:?}, not {expected}"));
    }

    /// Forged installs, each with an unknown key id.
    async fn flood(&self, stage: &Stage) {
        let (world, began, before) = (self.world, Instant::now(), stage.keys.requests());
        let sites: Vec<usize> = (0..FLOOD).flat_map(|_| 0..world.len()).collect();
        world
            .in_parallel(&sites, async |world, n| {
                let key = self.key.called(&uuid::Uuid::new_v4().to_string());
                let site = world.site(n).rotated();
                let forged = Callback::signed(world, &site, callback::INSTALLED, site.installed(), &key, 0);
                let answer = world.try_call(n, &forged).await;
                world.ledger.intruded("a forged install", answer == Answer::Taken);
                let codes = [
                    "install.key_unknown",
                    "install.keys_unavailable",
                    "request.rate_limited",
                ];
                let code = match &answer {
                    Answer::Refused(_, code) => code.as_str(),
                    other => panic!("a forged install: {other:?}"),
                };
                world.promise(codes.contains(&code), || format!("a forged install: {code}"));
                // One that was turned away for its number was no callback yet.
                *self.refused.borrow_mut() += u64::from(code != "request.rate_limited");
            })
            .await;
        let fetches = stage.keys.requests() - before;
        let a_node = FETCHES_AT_ONCE + (began.elapsed().as_secs() / SECONDS_PER_FETCH) as usize + 1;
        let allowed = stage.nodes.len() * a_node;
        let forged = sites.len();
        world.promise(fetches <= allowed, || {
            format!("{fetches} key fetches for {forged} forged installs")
        });
    }

    /// On each node, for each counts what it left unwritten.
    async fn forge_once_more_everywhere(&self) {
        let site = Site::new("nobody", "https://nobody.atlassian.net");
        let forged = Callback {
            path: callback::INSTALLED,
            token: Some(Token::context(&site.client_key, APP_KEY).unsigned()),
            body: site.installed(),
        };
        for entrance in self.world.entrances() {
            let answer = self.world.try_call_at(&entrance, 0, &forged).await;
            self.judge_call("one more", &answer, 401, "jwt.algorithm_not_allowed");
        }
    }

    /// How many refused callbacks Tally counted: those of the attacker at least.
    async fn counted(&self) -> u64 {
        let mut counted = 0;
        for entrance in self.world.entrances() {
            counted += metric(self.world, &entrance, "tally_callbacks_refused_total{").await;
        }
        let refused = *self.refused.borrow();
        self.world.promise(counted >= refused, || {
            format!("{counted} of {refused} refused callbacks counted")
        });
        counted
    }
}
