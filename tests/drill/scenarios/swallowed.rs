//! The outage of 2022 itself: a proxy between the platform and Tally answers `installed` with 204,
//! and new secrets never arrive.

use std::sync::Arc;
use std::time::{Duration, Instant};
use tally_operator::domain::streams;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tally_descriptor::callback;
use tally_operator::domain::alarm::AlarmEvent;
use tally_tests::doubles::{Fault, Hook};
use tally_tests::waiting::{TIMEOUT, eventually};

use crate::audit;
use crate::load::Load;
use crate::operator::Operator;
use crate::options::Options;
use crate::platform::{Answer, Callback, Keeps};
use crate::row::Row;
use crate::stage::{Edge, Stage};
use crate::world::World;

const ALARM: &str = "TenantsFailing";
/// The promise: the alarm fires before this many tenants have failed for this long.
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
        format!("a message without a reason: {:?}", hook.taken())
    });
    operator.stage(&world).await;
    edge.suffer("/installed", Fault::Answers(204));
    let (affected, alarm) = roll_out(&world, &hook).await;
    check_operator_sees(&operator, &world, &affected).await;
    edge.repair();
    let refused_until_repair = repair_sites(&world, &affected).await;
    let resolved = wait_for_resolution(&world, &hook).await;
    expect_no_failing_site(&operator, &world).await;
    load.end().await;
    let lost = audit::lost(&world).await;
    check_alarm_in_time(&world, &alarm);
    check_page_explains(&world);
    let later = world.ledger.refusals().len() - refused_until_repair;
    world.promise(later == 0, || {
        format!("{later} valid requests refused after the reinstallation")
    });
    world.promise(resolved.is_some(), || {
        "the alarm never reported its end".to_owned()
    });
    let written = stage.stop_and_read(&world, &streams::alarm(ALARM)).await;
    expect_one_message(&world, &hook, &written, options.nodes);
    vec![row(&world, &alarm, &lost)]
}

/// Rolls the version out until a message arrives. Returns the affected sites and the message.
async fn roll_out(world: &Arc<World>, hook: &Hook) -> (Vec<usize>, Value) {
    let mut affected = vec![];
    for batch in world.batches_of(5, limit(world)) {
        world
            .in_parallel(&batch, async |world, n| lose_secret(world, n).await)
            .await;
        affected.extend(batch);
        let pause = tokio::time::sleep(world.options.pause() * 5);
        tokio::select! {
            () = pause => {}
            message = eventually("a message arrives", || async { find_message(hook, "firing") }) => return (affected, message),
        }
    }
    let message = eventually("a message arrives", || async { find_message(hook, "firing") }).await;
    (affected, message)
}

fn limit(world: &World) -> usize {
    (world.options.sites as usize * SHARE_PERCENT)
        .div_ceil(100)
        .max(LEAST)
}

/// The platform issues a secret and gets a success for an answer.
async fn lose_secret(world: &World, n: usize) {
    let rotated = world.site(n).rotated();
    let answer = world.try_call(n, &Callback::installed(world, &rotated, 0)).await;
    world.promise(answer == Answer::Taken, || format!("the proxy: {answer:?}"));
    world.platform_uses(n, &rotated);
    world
        .call(n, &Callback::of_site(&rotated, callback::ENABLED))
        .await;
}

fn find_message(hook: &Hook, status: &str) -> Option<Value> {
    let mut taken = hook.taken().into_iter();
    taken.find(|message| message["alarm"] == ALARM && message["status"] == status)
}

/// The operator sees which sites fail, and the release that baked has failed.
async fn check_operator_sees(operator: &Operator, world: &World, affected: &[usize]) {
    let sites: Vec<String> = affected.iter().map(|n| world.site(*n).base_url).collect();
    eventually("the operator sees which sites fail", || async {
        let failing = operator.failing_everywhere(world).await;
        (failing.len() >= limit(world)).then_some(failing)
    })
    .await
    .iter()
    .for_each(|site| world.promise(sites.contains(site), || format!("{site} does not fail")));
    operator.release_failed(world).await;
    for found in operator.findings(world, affected[0]).await {
        let right = found.as_ref().is_some_and(|(entry, _)| entry == "D1");
        world.promise(right, || {
            format!("the diagnosis of a site that lost its secret: {found:?}")
        });
        world.note_finding(found);
    }
}

/// No node reports a failing site: with one node as soon as the alarm ends, with several after the
/// last one has read the log.
async fn expect_no_failing_site(operator: &Operator, world: &World) {
    let deadline = Instant::now() + TIMEOUT;
    let mut failing = operator.failing(world).await;
    while world.options.has_several_nodes() && !failing.is_empty() && Instant::now() < deadline {
        world.pass(Duration::from_millis(100)).await;
        failing = operator.failing(world).await;
    }
    world.promise(failing.is_empty(), || {
        format!("in the end the operator sees {failing:?} fail")
    });
}

/// The alarm fired once and ended once, whichever nodes saw it, and each node sent at most one
/// message.
fn expect_one_message(world: &World, hook: &Hook, written: &[AlarmEvent], nodes: u32) {
    let once = matches!(written, [AlarmEvent::Fired { .. }, AlarmEvent::Resolved { .. }]);
    world.promise(once, || format!("the alarm's stream: {written:?}"));
    for status in ["firing", "resolved"] {
        let messages = hook.taken();
        let times = messages
            .iter()
            .filter(|message| message["alarm"] == ALARM && message["status"] == status)
            .count();
        world.promise(times <= nodes as usize, || {
            format!("{times} messages that the alarm is {status}")
        });
    }
}

/// The admins follow the page: some update, some uninstall and install. Returns how many requests
/// were refused until the last of them.
async fn repair_sites(world: &Arc<World>, affected: &[usize]) -> usize {
    world
        .in_parallel(affected, async |world, n| {
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

async fn wait_for_resolution(world: &World, hook: &Hook) -> Option<Value> {
    let timeout = Duration::from_secs(60) + 10 * world.options.gap();
    let resolution = async {
        loop {
            if let Some(message) = find_message(hook, "resolved") {
                return message;
            }
            world.pass(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(timeout, resolution).await.ok()
}

fn at(message: &Value) -> DateTime<Utc> {
    message["at"].as_str().unwrap().parse().unwrap()
}

fn check_alarm_in_time(world: &World, alarm: &Value) {
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

fn check_page_explains(world: &World) {
    let page = world.ledger.page_seen();
    let helps = |text: &str| text.contains("Update") && text.contains("install");
    let good = page
        .as_ref()
        .is_some_and(|page| page.code == "jwt.signature_invalid" && helps(&page.admin));
    world.promise(good, || format!("the page that people saw: {page:?}"));
}

fn row(world: &World, alarm: &Value, lost: &[String]) -> Row {
    let first = world.ledger.first_refusals();
    let affected = first.values().filter(|since| **since <= at(alarm)).count();
    let began = first.values().min().copied().unwrap_or_else(|| at(alarm));
    Row {
        seconds_to_alarm: Some((at(alarm) - began).as_seconds_f64()),
        percent_affected_before_alarm: Some(100.0 * affected as f64 / f64::from(world.options.sites)),
        ..world.row("5 the 2022 bug: installed is swallowed", lost)
    }
}
