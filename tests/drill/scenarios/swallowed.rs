//! The outage of 2022 itself: something between the platform and Tally answers `installed` with 204, and new secrets never arrive.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tally_descriptor::callback;
use tally_domain::StreamName;
use tally_domain::alarm::AlarmEvent;
use tally_tests::doubles::{Fault, Hook};
use tally_tests::patience::{PATIENCE, eventually};

use crate::audit;
use crate::load::Load;
use crate::operator::Operator;
use crate::options::Options;
use crate::platform::{Answer, Callback, Keeps};
use crate::row::Row;
use crate::stage::{Edge, Stage};
use crate::world::World;

const ALARM: &str = "TenantsFailing";
/// The promise: before so many tenants have failed for so long, the alarm fires.
const LEAST: usize = 3;
const SHARE_PERCENT: usize = 1;
const AT_LATEST: TimeDelta = TimeDelta::seconds(60);

pub async fn play(options: Options) -> Vec<Row> {
    let hook = Hook::start();
    let (after, every) = (
        options.failing_after.to_string(),
        options.look_every().to_string(),
    );
    let (hook_url, listen) = (hook.url(), Operator::LISTEN);
    let variables = [
        ("TALLY_NOTIFY_WEBHOOK_URL", hook_url.as_str()),
        listen,
        ("TALLY_FAILING_AFTER_SECONDS", &after),
        ("TALLY_WATCH_INTERVAL_SECONDS", &every),
    ];
    let mut stage = Stage::set(&options, &variables).await;
    let (operator, world) = (Operator::of(&stage), stage.world(&options));
    let edge = Edge::before(&stage, &world);
    world.install_all().await;
    let load = Load::begin(&world);
    world.pass(options.pause()).await;
    world.promise(hook.taken().is_empty(), || {
        format!("told without need: {:?}", hook.taken())
    });
    operator.stage(&world).await;
    edge.suffer("/installed", Fault::Answers(204));
    let (hurt, alarm) = roll_out(&world, &hook).await;
    seen_by(&operator, &world, &hurt).await;
    edge.mend();
    let mended = mend(&world, &hurt).await;
    let resolved = resolved(&world, &hook).await;
    nobody_fails(&operator, &world).await;
    load.end().await;
    let lost = audit::lost(&world).await;
    in_time(&world, &alarm);
    explained(&world);
    let later = world.ledger.refusals().len() - mended;
    world.promise(later == 0, || {
        format!("{later} valid requests refused after the reinstallation")
    });
    world.promise(resolved.is_some(), || {
        "the alarm never said that it is over".to_owned()
    });
    let written = stage.stop_and_read(&world, &StreamName::alarm(ALARM)).await;
    told_once(&world, &hook, &written, options.nodes);
    vec![row(&world, &alarm, &lost)]
}

/// The rollout goes on until somebody is told, and is stopped then. Gives back which sites it reached, and what was told.
async fn roll_out(world: &Arc<World>, hook: &Hook) -> (Vec<usize>, Value) {
    let mut hurt = vec![];
    for batch in world.batches_of(5, limit(world)) {
        world
            .in_parallel(&batch, async |world, n| lose_secret(world, n).await)
            .await;
        hurt.extend(batch);
        let pause = tokio::time::sleep(world.options.pause() * 5);
        tokio::select! {
            () = pause => {}
            told = eventually("somebody is told", || async { told(hook, "firing") }) => return (hurt, told),
        }
    }
    let told = eventually("somebody is told", || async { told(hook, "firing") }).await;
    (hurt, told)
}

fn limit(world: &World) -> usize {
    (world.options.sites as usize * SHARE_PERCENT)
        .div_ceil(100)
        .max(LEAST)
}

/// The platform issues a secret and is told that it was taken.
async fn lose_secret(world: &World, n: usize) {
    let rotated = world.site(n).rotated();
    let answer = world.try_call(n, &Callback::installed(world, &rotated, 0)).await;
    world.promise(answer == Answer::Taken, || format!("the proxy: {answer:?}"));
    world.platform_uses(n, &rotated);
    world
        .call(n, &Callback::of_site(&rotated, callback::ENABLED))
        .await;
}

fn told(hook: &Hook, status: &str) -> Option<Value> {
    let mut taken = hook.taken().into_iter();
    taken.find(|told| told["alarm"] == ALARM && told["status"] == status)
}

/// The operator sees which sites fail, and the release that baked has failed.
async fn seen_by(operator: &Operator, world: &World, hurt: &[usize]) {
    let sites: Vec<String> = hurt.iter().map(|n| world.site(*n).base_url).collect();
    eventually("the operator sees who fails", || async {
        let failing = operator.failing_everywhere(world).await;
        (failing.len() >= limit(world)).then_some(failing)
    })
    .await
    .iter()
    .for_each(|site| world.promise(sites.contains(site), || format!("{site} does not fail")));
    operator.release_failed(world).await;
    for found in operator.findings(world, hurt[0]).await {
        let right = found.as_ref().is_some_and(|(entry, _)| entry == "D1");
        world.promise(right, || {
            format!("the diagnosis of a site that lost its secret: {found:?}")
        });
        world.told_admin(found);
    }
}

/// No node knows of a site that fails: with one node at once when the alarm is over, with several when the last has heard of it.
async fn nobody_fails(operator: &Operator, world: &World) {
    let deadline = Instant::now() + PATIENCE;
    let mut failing = operator.failing(world).await;
    while world.options.has_several_nodes() && !failing.is_empty() && Instant::now() < deadline {
        world.pass(Duration::from_millis(100)).await;
        failing = operator.failing(world).await;
    }
    world.promise(failing.is_empty(), || {
        format!("in the end the operator sees {failing:?} fail")
    });
}

/// The alarm fired once and was over once, whoever of the nodes saw it, and each node told of it once at most.
fn told_once(world: &World, hook: &Hook, written: &[AlarmEvent], nodes: u32) {
    let once = matches!(written, [AlarmEvent::Fired { .. }, AlarmEvent::Resolved { .. }]);
    world.promise(once, || format!("the alarm's stream: {written:?}"));
    for status in ["firing", "resolved"] {
        let told = hook.taken();
        let times = told
            .iter()
            .filter(|told| told["alarm"] == ALARM && told["status"] == status)
            .count();
        world.promise(times <= nodes as usize, || {
            format!("told {times} times that the alarm is {status}")
        });
    }
}

/// The admins do what the page says: some update, some uninstall and install. Gives back how many requests were refused up to the last of them.
async fn mend(world: &Arc<World>, hurt: &[usize]) -> usize {
    world
        .in_parallel(hurt, async |world, n| {
            let _quiet = world.tenant(n).busy.clone().lock_owned().await;
            if n % 2 == 0 {
                world.call(n, &Callback::uninstalled(world, &world.site(n))).await;
            }
            let (_, answer) = world.rotate(n, Keeps::New).await;
            world.promise(answer == Answer::Taken, || {
                format!("a reinstallation: {answer:?}")
            });
        })
        .await;
    world.ledger.refusals().len()
}

async fn resolved(world: &World, hook: &Hook) -> Option<Value> {
    let patience = Duration::from_secs(60) + 10 * world.options.gap();
    let over = async {
        loop {
            if let Some(told) = told(hook, "resolved") {
                return told;
            }
            world.pass(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(patience, over).await.ok()
}

fn at(told: &Value) -> DateTime<Utc> {
    told["at"].as_str().unwrap().parse().unwrap()
}

fn in_time(world: &World, alarm: &Value) {
    let first = world.ledger.first_refusals();
    let mut times: Vec<_> = first.values().copied().collect();
    times.sort_unstable();
    let latest = times.get(limit(world) - 1).map(|at| *at + AT_LATEST);
    world.promise(latest.is_some_and(|latest| at(alarm) < latest), || {
        format!("the alarm came at {}, after {latest:?}", at(alarm))
    });
    let named = alarm["tenants"].as_array().map_or(0, Vec::len);
    world.promise(named >= limit(world), || {
        format!("the alarm names {named} tenants")
    });
}

fn explained(world: &World) {
    let page = world.ledger.page_seen();
    let helps = |text: &str| text.contains("Update") && text.contains("install");
    let good = page
        .as_ref()
        .is_some_and(|page| page.code == "jwt.signature_invalid" && helps(&page.admin));
    world.promise(good, || format!("the page that people saw: {page:?}"));
}

fn row(world: &World, alarm: &Value, lost: &[String]) -> Row {
    let first = world.ledger.first_refusals();
    let hurt = first.values().filter(|since| **since <= at(alarm)).count();
    let began = first.values().min().copied().unwrap_or_else(|| at(alarm));
    Row {
        seconds_to_alarm: Some((at(alarm) - began).as_seconds_f64()),
        percent_hurt_before_alarm: Some(100.0 * hurt as f64 / f64::from(world.options.sites)),
        ..world.row("5 the 2022 bug: installed is swallowed", lost)
    }
}
