//! A person and a site are erased for good while everyone else works.

use reqwest::Method;
use serde_json::{Value, json};
use tally_descriptor::callback;
use tally_tests::connect::Site;
use tally_tests::doubles::Person;
use tally_tests::waiting::eventually;

use crate::audit;
use crate::load::Load;
use crate::options::Options;
use crate::platform::{Answer, Callback};
use crate::row::Row;
use crate::stage::Stage;
use crate::world::World;

const ACCOUNT: &str = "712020:greta-who-leaves";
const NAME: &str = "Greta Long-Gone";
const TAG: &str = "GONE-TAG-1";
const NOTE: &str = "a note that is gone";
const CELL: &str = "Desk that is gone";
/// What must be found nowhere afterwards: of the person, and of the site.
const ERASED: [&str; 5] = [ACCOUNT, NAME, TAG, NOTE, CELL];
/// More rows than are judged before the erasure.
const ROWS: usize = 3000;
/// The site where the person is known.
const HOME: usize = 0;

pub async fn play(options: Options) -> Vec<Row> {
    let mut stage = Stage::set(&options, &[]).await;
    let world = stage.world(&options);
    world.install_all().await;
    let load = Load::begin(&world);
    let asset = make_person_known(&world).await;
    let site = install_leaving_site(&world).await;
    world.pass(options.pause()).await;
    erase_person(&mut stage, &world, &asset).await;
    erase_site(&mut stage, &world, &site).await;
    world.pass(options.pause()).await;
    load.end().await;
    let lost = audit::lost(&world).await;
    world.promise_nothing_refused();
    expect_no_trace(&stage, "the erasures").await;
    let (code, said) = stage.command(&world, &["views", "rebuild"]).await;
    world.promise(code == Some(0) && said.contains("nothing differed"), || {
        format!("a rebuild of all views: {said}")
    });
    expect_no_trace(&stage, "a rebuild").await;
    vec![world.row("9 a person and a site are erased", &lost)]
}

/// Views follow the log, and a file is overwritten when its last reader has finished.
async fn expect_no_trace(stage: &Stage, after: &str) {
    eventually(&format!("nothing is left after {after}"), async || {
        let traces = stage.find_traces(&ERASED);
        traces.is_empty().then_some(())
    })
    .await;
}

/// Hands an asset to the person, whose name every node shows. Returns the asset's address.
async fn make_person_known(world: &World) -> String {
    let home = world.site(HOME);
    world.jira().employ(&home, Person::new(ACCOUNT, NAME, &[]));
    let laptop = json!({ "attributes": { "name": "Laptop" } });
    let asset = ask(world, &home, "/assets", &laptop).await;
    let id = asset.map_or(Value::Null, |asset| asset["id"].clone());
    let address = format!("/assets/{}", id.as_str().unwrap_or_default());
    let check_out = format!("{address}/check-out");
    ask(world, &home, &check_out, &json!({ "to": ACCOUNT })).await;
    for turn in 0..world.entrances().len() {
        eventually("the person is shown", async || {
            let shown = read(world, turn, &address).await;
            (shown.contains(ACCOUNT) && shown.contains(NAME)).then_some(())
        })
        .await;
    }
    address
}

/// A site that has an asset, and an import under way.
async fn install_leaving_site(world: &World) -> Site {
    let site = world.jira().site("leaving");
    let answer = world.try_call(HOME, &Callback::installed(world, &site, 0)).await;
    world.promise(answer == Answer::Taken, || format!("a further site: {answer:?}"));
    let desk = json!({ "tag": TAG, "attributes": { "name": CELL, "notes": NOTE } });
    ask(world, &site, "/assets", &desk).await;
    let token = site.context_token(&Person::agent().account_id);
    let request = world
        .http
        .post(format!("{}/api/v1/imports", world.next_entrance()));
    let request = request.header("Authorization", format!("JWT {token}"));
    let file = format!("Name\n{}", format!("{CELL}\n").repeat(ROWS));
    let request = world.from(HOME, request.header("Content-Type", "text/csv").body(file));
    world.good(HOME, "an import", request).await;
    site
}

async fn erase_person(stage: &mut Stage, world: &World, asset: &str) {
    let tenant = stage.find_tenant(&world.site(HOME).client_key).await;
    let erasing = [
        "person",
        "erase",
        "--tenant",
        &tenant,
        "--account",
        ACCOUNT,
        "--yes",
    ];
    let (code, said) = stage.command(world, &erasing).await;
    world.promise(code == Some(0), || format!("the erasure of a person: {said}"));
    for turn in 0..world.entrances().len() {
        eventually("the person is shown nowhere", async || {
            let shown = read(world, turn, asset).await;
            (shown.contains("Laptop") && !shown.contains(ACCOUNT) && !shown.contains(NAME)).then_some(())
        })
        .await;
    }
}

async fn erase_site(stage: &mut Stage, world: &World, site: &Site) {
    let tenant = stage.find_tenant(&site.client_key).await;
    let erasing = [
        "tenant",
        "erase",
        "--tenant",
        &tenant,
        "--even-if-installed",
        "--yes",
    ];
    for expected in ["is erased", "nothing left"] {
        let (code, said) = stage.command(world, &erasing).await;
        world.promise(code == Some(0) && said.contains(expected), || {
            format!("the erasure of a site: {said}")
        });
    }
    world
        .withdrawn(
            HOME,
            site,
            "jwt.signature_invalid",
            "the secret of an erased site",
        )
        .await;
    let enabled = Callback::of_site(site, callback::ENABLED);
    let answer = world.try_call(HOME, &enabled).await;
    world.promise(answer != Answer::Taken, || {
        "a callback of an erased site".to_owned()
    });
}

/// A command of an agent of the site.
async fn ask(world: &World, site: &Site, path: &str, body: &Value) -> Option<Value> {
    let token = site.context_token(&Person::agent().account_id);
    let request = world.http.post(format!("{}/api/v1{path}", world.next_entrance()));
    let request = request.header("Authorization", format!("JWT {token}"));
    let request = world.from(HOME, request.json(body));
    world.good(HOME, "asset command", request).await
}

async fn read(world: &World, turn: usize, path: &str) -> String {
    let agent = Person::agent().account_id;
    let request = world.api(HOME, turn, &agent, Method::GET, path);
    let answer = world.good(HOME, "GET an asset", request).await;
    answer.map_or(String::new(), |answer| answer.to_string())
}
