//! What was acknowledged, and whether it is there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use reqwest::Method;
use serde_json::Value;
use tally_tests::doubles::Person;
use uuid::Uuid;

use crate::ledger::Ack;
use crate::load::read_answer;
use crate::world::World;

/// Looks in the histories of assets and the timelines of installations for everything that was
/// acknowledged, and gives back what is not there.
pub async fn lost(world: &Arc<World>) -> Vec<String> {
    let lost = Mutex::new(vec![]);
    let mut acks: BTreeMap<usize, Vec<Ack>> = BTreeMap::new();
    for ack in world.ledger.acks() {
        acks.entry(ack.site).or_default().push(ack);
    }
    let all: Vec<usize> = (0..world.len()).collect();
    world
        .in_parallel(&all, async |world, n| {
            let mut found = lost_commands(world, n, acks.get(&n).map_or(&[], Vec::as_slice)).await;
            found.extend(lost_installations(world, n).await);
            lost.lock().unwrap().extend(found);
        })
        .await;
    world.note_finding(finding(world).await);
    lost.into_inner().unwrap()
}

/// What Install diagnosis says first to the admin of some site, if it says anything.
async fn finding(world: &World) -> Option<(String, String)> {
    let request = world.api(0, 0, &Person::admin().account_id, Method::GET, "/admin/diagnosis");
    match read_answer(request).await {
        Ok(answer) => {
            let first = &answer["findings"][0];
            Some((
                first["entry"].as_str()?.to_owned(),
                first["remedy"].as_str()?.to_owned(),
            ))
        }
        Err(code) => {
            world.promise(false, || format!("the diagnosis: {code}"));
            None
        }
    }
}

async fn lost_commands(world: &World, n: usize, acks: &[Ack]) -> Vec<String> {
    let assets: BTreeSet<Uuid> = acks.iter().map(|ack| ack.asset).collect();
    let mut lost = vec![];
    for asset in assets {
        let events = history(world, n, asset).await;
        let of_it = acks.iter().filter(|ack| ack.asset == asset);
        let missing = of_it.filter(|ack| !events.contains(&(ack.revision, ack.event.to_owned())));
        lost.extend(missing.map(|ack| format!("{ack:?}")));
    }
    lost
}

/// Revision and type of each event of an asset.
async fn history(world: &World, n: usize, asset: Uuid) -> BTreeSet<(u64, String)> {
    let viewer = Person::viewer().account_id;
    let entries = all(world, n, &viewer, &format!("/assets/{asset}/history?limit=200")).await;
    let entry = |entry: &Value| Some((entry["revision"].as_u64()?, entry["type"].as_str()?.to_owned()));
    entries.iter().filter_map(entry).collect()
}

async fn lost_installations(world: &World, n: usize) -> Vec<String> {
    let key = world.site(n).client_key;
    let installations = world.ledger.installations();
    let mut of_it = installations
        .iter()
        .filter(|i| i.site == n && i.client_key == key)
        .peekable();
    if of_it.peek().is_none() {
        return vec![];
    }
    let entries = all(world, n, &Person::admin().account_id, "/admin/timeline?limit=200").await;
    let listed: BTreeSet<_> = entries
        .iter()
        .filter_map(|entry| entry["fingerprint"].as_str())
        .collect();
    of_it
        .filter(|installed| !listed.contains(installed.fingerprint.as_str()))
        .map(|installed| format!("{installed:?}"))
        .collect()
}

/// All pages of a list. A page that is refused is noted as a broken promise.
async fn all(world: &World, n: usize, account: &str, path: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (vec![], String::new());
    loop {
        let page = read_answer(world.api(n, n, account, Method::GET, &format!("{path}{cursor}"))).await;
        let page = match page {
            Ok(page) => page,
            Err(code) => {
                world.promise(false, || {
                    format!("{path} of {} afterwards: {code}", world.site(n).name)
                });
                return items;
            }
        };
        items.extend(page["items"].as_array().cloned().unwrap_or_default());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}
