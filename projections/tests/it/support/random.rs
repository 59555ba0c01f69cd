//! Random histories: commands of every kind, some of which the domain refuses.

use chrono::Duration;
use proptest::prelude::*;
use tally_domain::StreamName;
use tally_domain::asset::AssetCommand;
use tally_domain::import::{ImportOutcome, Verdict};
use tally_domain::tenant::TenantCommand;
use tally_domain::value::FreeText;
use tally_house_tests::business::asset::any_command;

use super::world::{World, asset_id, fingerprint, person, set, tag, tenant_id};

/// How many tenants, and how many assets each, random histories are about.
pub const TENANTS: u8 = 2;
pub const ASSETS: u8 = 6;

#[derive(Clone, Debug)]
pub enum Op {
    /// Seconds; a clock can be set back.
    Wait(i64),
    Asset {
        tenant: u8,
        asset: u8,
        command: AssetCommand,
    },
    Correct {
        tenant: u8,
        asset: u8,
        location: &'static str,
    },
    Install {
        tenant: u8,
        secret: u8,
        age: u8,
        moved: bool,
    },
    Tenant {
        tenant: u8,
        what: u8,
        secret: u8,
    },
    Import {
        tenant: u8,
        import: u8,
        what: u8,
    },
    Person {
        tenant: u8,
        person: u8,
        what: u8,
    },
    RefuseCallback(Option<u8>),
    Unknown {
        tenant: u8,
        asset: Option<u8>,
    },
}

/// Histories of up to `most` commands.
pub fn ops(most: usize) -> impl Strategy<Value = Vec<Op>> {
    proptest::collection::vec(op(), 1..most)
}

/// Carries the commands out. Those that are refused leave nothing behind.
pub fn play(ops: &[Op]) -> World {
    let mut world = World::new();
    for op in ops {
        carry_out(&mut world, op);
    }
    world
}

pub fn carry_out(world: &mut World, op: &Op) {
    match op {
        Op::Wait(seconds) => {
            world.wait(Duration::seconds(*seconds));
        }
        Op::Asset {
            tenant,
            asset,
            command,
        } => {
            let _ = world.asset(*tenant, *asset, command);
        }
        Op::Correct {
            tenant,
            asset,
            location,
        } => {
            let command = AssetCommand::Correct {
                set: set(&[("location", location)]),
                effective_at: world.now,
                reason: FreeText::new("it never was elsewhere"),
            };
            let _ = world.asset(*tenant, *asset, &command);
        }
        Op::Install {
            tenant,
            secret,
            age,
            moved,
        } => {
            let url = if *moved {
                "https://moved.example"
            } else {
                "https://site.example"
            };
            world.install_at(*tenant, *secret, Duration::seconds(i64::from(*age)), url);
        }
        Op::Tenant { tenant, what, secret } => change_tenant(world, *tenant, *what, *secret),
        Op::Import { tenant, import, what } => change_import(world, *tenant, *import, *what),
        Op::Person { tenant, person, what } => change_person(world, *tenant, *person, *what),
        Op::RefuseCallback(claimed) => world.refuse_callback(*claimed),
        Op::Unknown { tenant, asset } => {
            let id = tenant_id(*tenant);
            let stream = asset.map_or(StreamName::tenant(id), |asset| {
                StreamName::asset(id, asset_id(asset))
            });
            world.unknown(*tenant, &stream);
        }
    }
}

fn change_tenant(world: &mut World, tenant: u8, what: u8, secret: u8) {
    let command = match what {
        0 => TenantCommand::RecordEnabled,
        1 => TenantCommand::RecordDisabled,
        2 => TenantCommand::RecordUninstallation(world.delivery(Duration::zero())),
        _ => TenantCommand::PromoteCandidate {
            fingerprint: fingerprint(secret),
            grace: Duration::hours(1),
        },
    };
    let _ = world.tenant(tenant, &command);
}

fn change_import(world: &mut World, tenant: u8, import: u8, what: u8) {
    let _ = match what {
        0 => world.start_import(tenant, import, 4),
        1 => world.judge(tenant, import, &[Verdict::Registered, Verdict::Refused]),
        2 => world.judge(tenant, import, &[Verdict::RegisteredWithWarning]),
        3 => world.end_import(tenant, import, ImportOutcome::Finished),
        4 => world.cancel_import(tenant, import),
        _ => world.end_import(tenant, import, ImportOutcome::Cancelled),
    };
}

fn change_person(world: &mut World, tenant: u8, person: u8, what: u8) {
    match what {
        0 => world.know(tenant, person),
        1 => world.rename(tenant, person, "Ada"),
        2 => world.rename(tenant, person, "Ada L."),
        _ => world.erase(tenant, person),
    }
}

pub fn op() -> impl Strategy<Value = Op> {
    let tenant = 0..TENANTS;
    let asset = 0..ASSETS;
    prop_oneof![
        3 => (0i64..3).prop_map(Op::Wait),
        1 => (-6i64..0).prop_map(Op::Wait),
        8 => (tenant.clone(), asset.clone(), register())
            .prop_map(|(tenant, asset, command)| Op::Asset { tenant, asset, command }),
        8 => (tenant.clone(), asset.clone(), change())
            .prop_map(|(tenant, asset, command)| Op::Asset { tenant, asset, command }),
        2 => (tenant.clone(), asset.clone(), any_command())
            .prop_map(|(tenant, asset, command)| Op::Asset { tenant, asset, command }),
        1 => (tenant.clone(), asset.clone(), word())
            .prop_map(|(tenant, asset, location)| Op::Correct { tenant, asset, location }),
        2 => (tenant.clone(), 0u8..5, 0u8..20, any::<bool>())
            .prop_map(|(tenant, secret, age, moved)| Op::Install { tenant, secret, age, moved }),
        2 => (tenant.clone(), 0u8..4, 0u8..5)
            .prop_map(|(tenant, what, secret)| Op::Tenant { tenant, what, secret }),
        2 => (tenant.clone(), 0u8..2, 0u8..5)
            .prop_map(|(tenant, import, what)| Op::Import { tenant, import, what }),
        2 => (tenant.clone(), 0u8..4, 0u8..4)
            .prop_map(|(tenant, person, what)| Op::Person { tenant, person, what }),
        1 => proptest::option::of(0u8..3).prop_map(Op::RefuseCallback),
        1 => (tenant, proptest::option::of(asset)).prop_map(|(tenant, asset)| Op::Unknown { tenant, asset }),
    ]
}

/// Values that collide, differ in case only, need escaping, or are not there.
fn word() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "", "Laptop", "laptop", "Écran", "écran", "100%", "a_b", "ab", "Büro 2", "zz\\top",
    ])
}

fn register() -> impl Strategy<Value = AssetCommand> {
    (0u8..20, word(), word(), word(), any::<bool>()).prop_map(|(n, name, kind, location, upper)| {
        let letter = if upper { "T" } else { "t" };
        AssetCommand::Register {
            number: u64::from(n),
            tag: tag(&format!("{letter}-{n}")),
            attributes: set(&[
                ("name", if name.is_empty() { "unnamed" } else { name }),
                ("type", kind),
                ("location", location),
            ]),
        }
    })
}

fn change() -> impl Strategy<Value = AssetCommand> {
    let to = 0u8..3;
    prop_oneof![
        (word(), word(), word()).prop_map(|(kind, location, notes)| AssetCommand::Edit {
            set: set(&[("type", kind), ("location", location), ("notes", notes)]),
        }),
        (to.clone(), any::<bool>()).prop_map(|(to, due)| AssetCommand::CheckOut {
            to: person(to),
            due_on: due.then(|| "2026-12-24".parse().unwrap()),
            note: None,
        }),
        (to, any::<bool>()).prop_map(|(to, due)| AssetCommand::Transfer {
            to: person(to),
            due_on: due.then(|| "2027-01-06".parse().unwrap()),
            note: Some(FreeText::new("handed over")),
        }),
        Just(AssetCommand::CheckIn { note: None }),
        Just(AssetCommand::Retire),
        Just(AssetCommand::Restore),
    ]
}
