//! Commands without HTTP: load, fold, decide, append, sync. No view is waited for.
//!
//! Ten commands to an asset, then another, as the peer does it. Our registration does more than a
//! peer's: it claims the tag first, in a stream of the tag's own. The peer is a program of its own
//! (`tests/peers`) over the same PostgreSQL server, in a database of its own.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tally_commands::Done;
use tally_commands::Origin;
use tally_commands::Registrar;
use tally_commands::assets::{self, AttributeChanges, Registration};
use tally_domain::asset::{AssetCommand, AttributeName, Tag};
use tally_domain::{Actor, AssetId, Clock, CommandId, PersonId, TenantId};
use tally_event_log::{LogWriter, Options, open};
use tally_tests::keys;
use tally_tests::postgres::Cluster;
use tally_vault::Vault;
use uuid::Uuid;

use crate::figures::{Pace, Round, Rounds};

const TASKS: [usize; 3] = [1, 16, 64];
const PERSON: PersonId = PersonId(Uuid::from_u128(0x5f0c_1f3e_88a1_4a53_9a55_0a2f_6c1d_7e11));

pub async fn run(pace: Pace, peer: Option<&Path>) {
    let (postgres, folder) = (Cluster::start(), tempfile::tempdir().unwrap());
    postgres.sql("CREATE DATABASE ours");
    postgres.sql("CREATE DATABASE theirs");
    let file = format!("sqlite:{}", folder.path().join("log.db").display());
    let vault = keys::in_memory();
    let options = || Options {
        sealer: vault.clone(),
        ..Options::without_keys()
    };
    let ours = open(&postgres.url_of("ours"), options()).await.unwrap();
    let file = open(&file, options()).await.unwrap();
    println!("commands/s without HTTP and views, {pace}");
    for tasks in TASKS {
        let mut rounds: [Rounds; 3] = Default::default();
        for _ in 0..pace.rounds {
            rounds[0].push(give(&file, &vault, tasks, pace.lasts).await);
            rounds[1].push(give(&ours, &vault, tasks, pace.lasts).await);
            if let Some(peer) = peer {
                rounds[2].push(theirs(peer, &postgres.url_of("theirs"), tasks, pace.lasts));
            }
        }
        let [file, ours, theirs] = &rounds;
        let base = peer.map(|_| theirs);
        println!("{}", file.line(&format!("{tasks:>3} tasks, SQLite"), base));
        println!("{}", ours.line(&format!("{tasks:>3} tasks, PostgreSQL"), base));
        if peer.is_some() {
            let name = format!("{tasks:>3} tasks, cqrs-es, PostgreSQL");
            println!("{}", theirs.line(&name, None));
        }
    }
}

/// What the peer's program prints: commands a second, then the median and the 99th percentile in
/// microseconds.
fn theirs(peer: &Path, url: &str, tasks: usize, lasts: Duration) -> Round {
    let output = Command::new(peer)
        .args([url, &tasks.to_string(), &lasts.as_millis().to_string()])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let figures: Vec<f64> = said.split_whitespace().map(|n| n.parse().unwrap()).collect();
    let [rate, p50, p99] = figures[..] else {
        panic!("{}", String::from_utf8_lossy(&output.stderr))
    };
    Round {
        rate,
        p50: p50 / 1e3,
        p99: p99 / 1e3,
    }
}

async fn give(log: &Arc<dyn LogWriter>, vault: &Arc<Vault>, tasks: usize, lasts: Duration) -> Round {
    let begun = Instant::now();
    let tasks: Vec<_> = (0..tasks)
        .map(|_| tokio::spawn(work(Hand::new(log.clone(), vault.clone()), begun + lasts)))
        .collect();
    let mut took = vec![];
    for task in tasks {
        took.extend(task.await.unwrap());
    }
    Round::of(took, begun.elapsed())
}

async fn work(mut hand: Hand, until: Instant) -> Vec<Duration> {
    let mut took = vec![];
    for number in (0..10).cycle() {
        let begun = Instant::now();
        if begun >= until {
            break;
        }
        hand.command(number).await;
        took.push(begun.elapsed());
    }
    took
}

/// A person at a tenant who works on one asset after another.
pub struct Hand {
    pub tenant: TenantId,
    log: Arc<dyn LogWriter>,
    vault: Arc<Vault>,
    registrar: Registrar,
    asset: AssetId,
}

impl Hand {
    /// At a tenant of their own.
    pub fn new(log: Arc<dyn LogWriter>, vault: Arc<Vault>) -> Self {
        let tenant = TenantId(Uuid::new_v4());
        vault.create_tenant_key(tenant).unwrap();
        Self {
            tenant,
            log,
            registrar: Registrar::new(vault.clone()),
            vault,
            asset: AssetId(Uuid::nil()),
        }
    }

    /// Another one at the same tenant.
    pub fn colleague(&self) -> Self {
        Self {
            tenant: self.tenant,
            ..Self::new(self.log.clone(), self.vault.clone())
        }
    }

    /// Gives the one of ten commands that has that number.
    pub async fn command(&mut self, number: u32) -> Done {
        let command = match number {
            0 => return self.register().await,
            1 | 4 | 7 => AssetCommand::Edit {
                set: changes(&[("location", &format!("Zürich, Limmatstrasse, {number}"))]),
            },
            2 | 5 | 8 => AssetCommand::CheckOut {
                to: PERSON,
                due_on: None,
                note: None,
            },
            _ => AssetCommand::CheckIn { note: None },
        };
        let origin = self.origin();
        let changed = assets::change(
            &*self.log,
            &self.registrar,
            &origin,
            self.asset,
            None,
            &command,
            None,
        );
        changed.await.unwrap()
    }

    async fn register(&mut self) -> Done {
        let origin = self.origin();
        let tag = Tag::parse(&Uuid::new_v4().simple().to_string()).unwrap();
        let attributes = changes(&[
            ("name", "ThinkPad T14"),
            ("type", "Laptop"),
            ("serial", tag.as_str()),
            ("location", "Berlin, 3rd floor"),
        ]);
        let registration = Registration::new(origin.command, Some(tag), attributes);
        let registered = assets::register(&*self.log, &self.registrar, &origin, registration).await;
        let registered = registered.unwrap();
        self.asset = registered.asset;
        registered.done
    }

    fn origin(&self) -> Origin {
        let actor = Actor::user(PERSON);
        Origin::new(
            self.tenant,
            actor,
            CommandId(Uuid::new_v4()),
            Clock::system().now(),
        )
    }
}

fn changes(given: &[(&str, &str)]) -> AttributeChanges {
    given
        .iter()
        .map(|(key, value)| (AttributeName::parse(key).unwrap(), Some((*value).to_owned())))
        .collect()
}
