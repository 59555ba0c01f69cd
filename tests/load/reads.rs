//! How many verified reads a second the server answers, against its own `/healthz`.
//!
//! A verified read is `GET /api/v1/assets/{id}` with a context token: the token's signature and
//! claims are checked, the tenant is found, the asset is read from its view. `/healthz` does none
//! of it, so the ratio is what all that costs beside answering at all.

use crate::clients::{get, read};
use crate::deployment::Deployment;
use crate::figures::{Pace, Rounds};

/// How many assets the register has.
const ASSETS: usize = 300;

pub async fn run(pace: Pace) {
    let deployment = Deployment::of_one_process(ASSETS).await;
    let nodes = deployment.addresses();
    println!("answers/s, {pace}, {ASSETS} assets");
    for clients in [1, 16, 64] {
        let (mut health, mut asset, mut list) = (Rounds::default(), Rounds::default(), Rounds::default());
        for _ in 0..pace.rounds {
            health.push(read(&nodes, clients, pace.lasts, &[get("/healthz", None)]).await);
            asset.push(read(&nodes, clients, pace.lasts, &deployment.reads()).await);
            list.push(read(&nodes, clients, pace.lasts, &deployment.list()).await);
        }
        println!(
            "{}",
            health.line(&format!("{clients:>3} clients, /healthz"), None)
        );
        println!(
            "{}",
            asset.line(&format!("{clients:>3} clients, an asset"), Some(&health))
        );
        println!(
            "{}",
            list.line(&format!("{clients:>3} clients, 50 of a list"), Some(&health))
        );
    }
}
