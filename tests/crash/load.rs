//! Clients that register assets, hand them out, take them back and edit them, each command named by
//! an idempotency key.
//!
//! A key is used until it is acknowledged, and stands in what the command changes. So the log shows
//! how often each command was executed.

use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::Method;
use serde_json::{Value, json};
use tally_tests::doubles::Person;
use uuid::Uuid;

use crate::world::{Ack, World};

/// A person with assets of their own, and one that all share.
pub struct Client {
    world: Arc<World>,
    name: usize,
    dice: StdRng,
    http: reqwest::Client,
    own: Vec<Own>,
    shared: Uuid,
    commands: usize,
}

/// An asset that only this person changes.
struct Own {
    id: Uuid,
    revision: u64,
    handed_out: bool,
}

/// A command before it has a key.
struct Command {
    method: Method,
    path: String,
    if_match: Option<String>,
    event: &'static str,
    /// Its body, given the key.
    body: fn(&str) -> Value,
}

impl Client {
    /// The `name`th of them, who may also edit the asset `shared`.
    pub fn new(world: Arc<World>, name: usize, seed: u64, shared: Uuid) -> Self {
        Self {
            world,
            name,
            dice: StdRng::seed_from_u64(seed.wrapping_add(name as u64)),
            http: tally_tests::http::client(),
            own: vec![],
            shared,
            commands: 0,
        }
    }

    /// Gives one command after the other until the world is over.
    pub async fn work(mut self) {
        while !self.world.is_over() {
            match self.dice.random_range(0..10) {
                0..3 => self.register().await,
                3 => self.edit_shared().await,
                _ if self.own.is_empty() => self.register().await,
                _ => self.change_own().await,
            }
        }
    }

    async fn register(&mut self) {
        let answer = self.carry_out(registration()).await;
        self.own.push(Own {
            id: id(&answer),
            revision: revision(&answer),
            handed_out: false,
        });
    }

    async fn change_own(&mut self) {
        let which = self.dice.random_range(0..self.own.len());
        let Own {
            id,
            revision: at,
            handed_out,
        } = self.own[which];
        let hand = self.dice.random_bool(0.6);
        let command = match (hand, handed_out) {
            (true, false) => handing_out(id),
            (true, true) => taking_back(id),
            (false, _) => edit(id, format!("\"{at}\"")),
        };
        let answer = self.carry_out(command).await;
        let own = &mut self.own[which];
        own.revision = revision(&answer);
        own.handed_out = hand != handed_out;
        // Only this person changes it, and every command adds one event.
        assert_eq!(own.revision, at + 1, "{answer}");
    }

    /// All edit the same asset, on whatever revision it is: the server has to decide again when
    /// another came in between.
    async fn edit_shared(&mut self) {
        self.carry_out(edit(self.shared, "*".to_owned())).await;
    }

    async fn carry_out(&mut self, command: Command) -> Value {
        self.commands += 1;
        let key = format!("client-{}-command-{}", self.name, self.commands);
        carry_out(&self.world, &self.http, &key, command).await
    }
}

/// Registers the asset that all clients share.
pub async fn register_shared(world: &World) -> Uuid {
    let http = tally_tests::http::client();
    id(&carry_out(world, &http, "shared-asset", registration()).await)
}

async fn carry_out(world: &World, http: &reqwest::Client, key: &str, command: Command) -> Value {
    let body = (command.body)(key);
    let send = |http: &reqwest::Client, url: &str| {
        let mut request = http
            .request(
                command.method.clone(),
                format!("{url}/api/v1/assets{}", command.path),
            )
            .header("Authorization", world.authorization())
            .header("Idempotency-Key", key)
            .json(&body);
        if let Some(condition) = &command.if_match {
            request = request.header("If-Match", condition);
        }
        request
    };
    let answer = world.insist(http, send).await;
    world.acknowledged(Ack {
        key: key.to_owned(),
        asset: id(&answer),
        event: command.event,
        revision: revision(&answer),
    });
    answer
}

fn registration() -> Command {
    Command {
        method: Method::POST,
        path: String::new(),
        if_match: None,
        event: "asset.registered",
        body: |key| json!({ "attributes": { "name": "Laptop", "serial": key } }),
    }
}

fn handing_out(asset: Uuid) -> Command {
    Command {
        method: Method::POST,
        path: format!("/{asset}/check-out"),
        if_match: None,
        event: "asset.checked_out",
        body: |key| json!({ "to": Person::viewer().account_id, "note": key }),
    }
}

fn taking_back(asset: Uuid) -> Command {
    Command {
        method: Method::POST,
        path: format!("/{asset}/check-in"),
        if_match: None,
        event: "asset.checked_in",
        body: |key| json!({ "note": key }),
    }
}

fn edit(asset: Uuid, condition: String) -> Command {
    Command {
        method: Method::PATCH,
        path: format!("/{asset}"),
        if_match: Some(condition),
        event: "asset.attributes_edited",
        body: |key| json!({ "set": { "notes": key } }),
    }
}

fn id(asset: &Value) -> Uuid {
    asset["id"].as_str().unwrap().parse().unwrap()
}

fn revision(asset: &Value) -> u64 {
    asset["revision"].as_u64().unwrap()
}
