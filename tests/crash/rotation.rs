//! The platform: it installs, and then issues one secret after the other.

use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tally_descriptor::callback;
use tally_domain::Clock;
use tally_tests::connect::Site;
use tally_tests::process::APP_URL;
use tally_tests::waiting::eventually;

use crate::world::World;

/// Delivers `installed` for `site` until it is acknowledged: each time the same callback with the
/// same token.
pub async fn deliver(world: &World, http: &reqwest::Client, site: &Site) {
    world.about_to_send(site);
    let token = site.signed_callback(APP_URL, callback::INSTALLED);
    let body = site.installed();
    let send = |http: &reqwest::Client, url: &str| {
        http.post(format!("{url}{}", callback::INSTALLED))
            .header("Authorization", format!("JWT {token}"))
            .json(&body)
    };
    world.insist(http, send).await;
    world.acknowledged_secret(site);
}

/// `site`, once a token for it cannot be the same as one issued before the call: tokens tell whole
/// seconds.
pub async fn after_a_second(site: Site) -> Site {
    let seconds = || Clock::system().now().timestamp();
    let now = seconds();
    eventually("a second is over", || {
        std::future::ready((seconds() > now).then_some(()))
    })
    .await;
    site
}

/// Rotates the secret every now and then until the world is over. Never twice in one second: the
/// two tokens would be the same, and the second body would be refused as a replay.
pub async fn rotate(world: Arc<World>, seed: u64) {
    let mut dice = StdRng::seed_from_u64(seed);
    let http = tally_tests::http::client();
    while !world.is_over() {
        tokio::time::sleep(Duration::from_millis(dice.random_range(0..500))).await;
        let rotated = after_a_second(world.site().rotated()).await;
        deliver(&world, &http, &rotated).await;
    }
}
