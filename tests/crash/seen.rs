//! What the running server says, against what it had acknowledged before it was killed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use uuid::Uuid;

use crate::world::{Ack, World};

/// Calls the server at `url` with the newest acknowledged secret. Every answer is a success, or
/// that secret was lost.
pub async fn get(world: &World, http: &reqwest::Client, url: &str, path: &str) -> Value {
    let request = http
        .get(format!("{url}/api/v1{path}"))
        .header("Authorization", world.authorization());
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.text().await.unwrap();
    assert_eq!(status, 200, "{path}: {body}");
    serde_json::from_str(&body).unwrap()
}

/// Checks that no acknowledged command is lost: each asset is in the register at its acknowledged
/// revision or a later one, and each of `fresh` is in its asset's history, once.
pub async fn nothing_lost(all: &[Ack], fresh: &[Ack], get: &impl AsyncFn(String) -> Value) {
    let register = register(get).await;
    for ack in all {
        let at = register.get(&ack.asset);
        assert!(
            at.is_some_and(|at| *at >= ack.revision),
            "{ack:?} was lost, the register has {at:?}"
        );
    }
    let assets: BTreeSet<Uuid> = fresh.iter().map(|ack| ack.asset).collect();
    for asset in assets {
        let history = history(asset, get).await;
        for ack in fresh.iter().filter(|ack| ack.asset == asset) {
            let found = history.get(&ack.key);
            let expected = found.is_some_and(|(event, at)| event == ack.event && *at <= ack.revision);
            assert!(expected, "{ack:?} was lost, the history has {found:?}");
        }
    }
}

/// Every asset's revision.
async fn register(get: &impl AsyncFn(String) -> Value) -> BTreeMap<Uuid, u64> {
    let mut assets = BTreeMap::new();
    for asset in pages("/assets?limit=200", get).await {
        let id: Uuid = asset["id"].as_str().unwrap().parse().unwrap();
        let before = assets.insert(id, asset["revision"].as_u64().unwrap());
        assert_eq!(before, None, "the register has {id} twice");
    }
    assets
}

/// Type and revision of each event of an asset, by the key of its command.
async fn history(asset: Uuid, get: &impl AsyncFn(String) -> Value) -> BTreeMap<String, (String, u64)> {
    let mut events = BTreeMap::new();
    for (behind, event) in pages(&format!("/assets/{asset}/history?limit=200"), get)
        .await
        .iter()
        .rev()
        .enumerate()
    {
        let revision = event["revision"].as_u64().unwrap();
        assert_eq!(
            revision, behind as u64,
            "the history of {asset} has a gap: {event}"
        );
        let kind = event["type"].as_str().unwrap().to_owned();
        if let Some(key) = key(event) {
            let before = events.insert(key, (kind, revision));
            assert_eq!(before, None, "{event} is there twice");
        }
    }
    events
}

/// The key that the command wrote into what it changed.
fn key(event: &Value) -> Option<String> {
    let changes = event["changes"].as_array().unwrap();
    let written = changes
        .iter()
        .find(|c| c["field"] == "notes" || c["field"] == "serial");
    let key = event["note"].as_str().or_else(|| written?["to"].as_str());
    key.map(str::to_owned)
}

/// All pages of a list.
async fn pages(path: &str, get: &impl AsyncFn(String) -> Value) -> Vec<Value> {
    let mut items = vec![];
    let mut cursor = String::new();
    loop {
        let mut page = get(format!("{path}{cursor}")).await;
        items.append(page["items"].as_array_mut().unwrap());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}
