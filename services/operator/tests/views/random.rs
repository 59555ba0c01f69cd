//! Random histories in which tenants fail, alarms fire, releases bake and incidents are handled,
//! among the commands of the business.

use chrono::Duration;
use proptest::prelude::*;
use tally_operator::domain::incident::{Affected, Component, IncidentCommand, Phase};
use tally_operator::domain::release::{ProbeReport, ReleaseCommand};

use crate::support::random::{self, TENANTS};
use crate::support::{World, tenant_id};
use crate::world::version;

/// How many releases, incidents and alarms random histories are about.
pub const EACH: u8 = 2;

#[derive(Clone, Debug)]
pub enum Op {
    Business(random::Op),
    Watch(WatchOp),
}

/// Histories of up to `most` commands.
pub fn ops(most: usize) -> impl Strategy<Value = Vec<Op>> {
    let op = prop_oneof![
        26 => random::op().prop_map(Op::Business),
        8 => watch_op().prop_map(Op::Watch),
    ];
    proptest::collection::vec(op, 1..most)
}

/// Carries the commands out. Those that are refused leave nothing behind.
pub fn play(ops: &[Op]) -> World {
    let mut world = World::new();
    for op in ops {
        match op {
            Op::Business(op) => random::carry_out(&mut world, op),
            Op::Watch(op) => carry_out(&mut world, op),
        }
    }
    world
}

#[derive(Clone, Debug)]
pub enum WatchOp {
    Health { tenant: u8, what: u8 },
    Alarm { alarm: u8, fires: bool },
    Release { release: u8, command: ReleaseOp },
    Incident { incident: u8, command: IncidentCommand },
}

/// A command for a release, whose times depend on the world's clock.
#[derive(Clone, Debug)]
pub enum ReleaseOp {
    Stage,
    Probe { age: u8, fails: bool },
    Other(ReleaseCommand),
}

pub fn name(release: u8) -> String {
    format!("1.{release}.0")
}

fn carry_out(world: &mut World, op: &WatchOp) {
    match op {
        WatchOp::Health { tenant, what: 0 } => world.recovers(*tenant),
        WatchOp::Health { tenant, what: 1 } => world.leaves(*tenant),
        WatchOp::Health { tenant, .. } => world.fails(*tenant),
        WatchOp::Alarm { alarm, fires: true } => world.fires(&format!("Alarm{alarm}"), &[0, 1]),
        WatchOp::Alarm { alarm, .. } => world.falls_silent(&format!("Alarm{alarm}")),
        WatchOp::Release { release, command } => {
            let command = release_command(world, *release, command);
            let _ = world.release(&name(*release), &command);
        }
        WatchOp::Incident { incident, command } => {
            let _ = world.incident(*incident, command);
        }
    }
}

fn release_command(world: &World, release: u8, op: &ReleaseOp) -> ReleaseCommand {
    match op {
        ReleaseOp::Stage => ReleaseCommand::Stage {
            version: version(&name(release)),
            bake_seconds: 2,
            descriptor_sha256: None,
        },
        ReleaseOp::Probe { age, fails } => ReleaseCommand::RecordProbe {
            report: ProbeReport {
                at: world.now - Duration::seconds(i64::from(*age)),
                failed: fails.then(|| ("page".to_owned(), "http.503".to_owned())),
            },
            max_gap_seconds: 60,
        },
        ReleaseOp::Other(command) => command.clone(),
    }
}

fn watch_op() -> impl Strategy<Value = WatchOp> {
    prop_oneof![
        4 => (0..TENANTS, 0u8..5).prop_map(|(tenant, what)| WatchOp::Health { tenant, what }),
        1 => (0..EACH, any::<bool>()).prop_map(|(alarm, fires)| WatchOp::Alarm { alarm, fires }),
        4 => (0..EACH, release()).prop_map(|(release, command)| WatchOp::Release { release, command }),
        4 => (0..EACH, incident()).prop_map(|(incident, command)| WatchOp::Incident { incident, command }),
    ]
}

fn release() -> impl Strategy<Value = ReleaseOp> {
    let tenant = (0..TENANTS).prop_map(tenant_id);
    let code = "jwt.signature_invalid".to_owned();
    prop_oneof![
        4 => Just(ReleaseOp::Stage),
        6 => (0u8..3, proptest::bool::weighted(0.2)).prop_map(|(age, fails)| ReleaseOp::Probe { age, fails }),
        2 => tenant.clone().prop_map(move |tenant| {
            ReleaseOp::Other(ReleaseCommand::NoteTenantFailing { tenant, code: code.clone() })
        }),
        2 => tenant.prop_map(|tenant| ReleaseOp::Other(ReleaseCommand::NoteTenantRecovered { tenant })),
        1 => Just(ReleaseOp::Other(ReleaseCommand::NoteAlarm { alarm: "Alarm0".to_owned(), tenants: 3 })),
        1 => Just(ReleaseOp::Other(ReleaseCommand::Promote { max_gap_seconds: 60 })),
        1 => Just(ReleaseOp::Other(ReleaseCommand::Abort { reason: "not this one".to_owned() })),
    ]
}

fn incident() -> impl Strategy<Value = IncidentCommand> {
    let message = proptest::sample::select(vec!["we look", "we know", "we wait"]).prop_map(str::to_owned);
    let phase = proptest::sample::select(vec![Phase::Investigating, Phase::Identified, Phase::Monitoring]);
    prop_oneof![
        4 => affected().prop_map(|affected| IncidentCommand::Propose {
            title: "Sites cannot open Tally".into(),
            component: Component::Pages,
            alarm: Some("Alarm0".to_owned()),
            affected,
        }),
        3 => affected().prop_map(|affected| IncidentCommand::AddAffected { affected }),
        3 => message.clone().prop_map(|message| IncidentCommand::Confirm { title: None, message }),
        2 => (phase, message.clone()).prop_map(|(phase, message)| IncidentCommand::Update { phase, message }),
        1 => message.clone().prop_map(|message| IncidentCommand::Resolve { message }),
        1 => message.clone().prop_map(|reason| IncidentCommand::Dismiss { reason }),
        1 => message.prop_map(|text| IncidentCommand::PublishPostmortem { text }),
    ]
}

fn affected() -> impl Strategy<Value = Affected> {
    prop_oneof![
        1 => Just(Affected::Everyone),
        5 => proptest::collection::vec((0..TENANTS).prop_map(tenant_id), 0..3).prop_map(Affected::Tenants),
    ]
}
