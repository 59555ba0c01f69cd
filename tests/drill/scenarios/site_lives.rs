//! Sites uninstall and install again, are renamed, and are imported into another; `disabled` comes
//! unsigned around an uninstall.

use std::sync::atomic::Ordering;

use reqwest::Method;
use serde_json::{Value, json};
use tally_descriptor::callback;
use tally_tests::connect::Site;
use tally_tests::doubles::Person;

use crate::audit;
use crate::load::{Load, read_answer};
use crate::options::Options;
use crate::platform::{Answer, Callback, Keeps};
use crate::row::Row;
use crate::stage::Stage;
use crate::world::World;

pub async fn play(options: Options) -> Vec<Row> {
    let stage = Stage::set(&options, &[]).await;
    let world = stage.world(&options);
    world.install_all().await;
    let load = Load::begin(&world);
    world.pass(options.pause()).await;
    let some = world.some_sites(8);
    world
        .in_parallel(&some, async |world, n| leave_and_return(world, n).await)
        .await;
    world
        .in_parallel(&some, async |world, n| rename(world, n).await)
        .await;
    for n in some.into_iter().take(options.batch()) {
        import(&world, n).await;
    }
    world.pass(options.pause()).await;
    load.end().await;
    let lost = audit::lost(&world).await;
    world.promise_nothing_refused();
    vec![world.row("8 uninstalled, reinstalled, renamed, imported", &lost)]
}

/// No one uses the site while it is without Tally. `disabled` comes before and after, signed or
/// not.
async fn leave_and_return(world: &World, n: usize) {
    let tenant = world.tenant(n);
    tenant.used.store(false, Ordering::Relaxed);
    let quiet = tenant.busy.clone().lock_owned().await;
    let (site, before) = (world.site(n), register(world, n).await);
    let unsigned = || Callback {
        token: None,
        ..Callback::of_site(&site, callback::DISABLED)
    };
    world.call(n, &unsigned()).await;
    world.promise(world.open_page(n, n).await, || {
        "an unsigned disabled had an effect".to_owned()
    });
    world.call(n, &Callback::of_site(&site, callback::DISABLED)).await;
    world.call(n, &Callback::uninstalled(world, &site)).await;
    world.call(n, &unsigned()).await;
    world.call(n, &Callback::of_site(&site, callback::DISABLED)).await;
    world
        .withdrawn(
            n,
            &site,
            "tenant.uninstalled",
            "the secret of a site that uninstalled",
        )
        .await;
    world.rotate(n, Keeps::New).await;
    world
        .withdrawn(
            n,
            &site,
            "jwt.signature.matches_superseded_secret",
            "the secret from before the uninstall",
        )
        .await;
    world.promise(register(world, n).await == before, || {
        "the register changed by an uninstall".to_owned()
    });
    tenant.used.store(true, Ordering::Relaxed);
    drop(quiet);
}

/// The same client key at another address, which Tally calls from then on. No `enabled` follows.
async fn rename(world: &World, n: usize) {
    let before = world.site(n);
    let renamed = Site {
        base_url: before.base_url.replace("://", "://renamed-"),
        name: format!("renamed-{}", before.name),
        ..before.clone()
    };
    let quiet = world.tenant(n).busy.clone().lock_owned().await;
    let assets = register(world, n).await;
    world.jira().rename(&before, &renamed);
    world.call(n, &Callback::installed(world, &renamed, 0)).await;
    world.installed(n, &renamed);
    for node in 0..world.entrances().len() {
        let read = async || address(world, n, node).await;
        let shown = world.heard(read, |shown| *shown == json!(renamed.base_url)).await;
        world.promise(shown == json!(renamed.base_url), || {
            format!("after a rename the site is at {shown}")
        });
    }
    world.promise(register(world, n).await == assets, || {
        "the register changed by a rename".to_owned()
    });
    drop(quiet);
}

/// Where a node believes the site to be.
async fn address(world: &World, n: usize, node: usize) -> Value {
    let me = read_answer(world.api(n, node, &Person::viewer().account_id, Method::GET, "/me")).await;
    me.map_or(json!(null), |me| me["site"]["baseUrl"].clone())
}

/// Another site comes to be at the same address, with a client key of its own. It is another
/// tenant, and sees nothing.
async fn import(world: &World, n: usize) {
    world.tenant(n).used.store(false, Ordering::Relaxed);
    let quiet = world.tenant(n).busy.clone().lock_owned().await;
    let (old, assets) = (world.site(n), register(world, n).await);
    let imported = Site::new(&old.name, &old.base_url);
    let new = world.adopt(imported);
    world.promise(world.install(new).await == Answer::Taken, || {
        "an imported site could not install".to_owned()
    });
    let seen = register(world, new).await;
    let nothing = seen.as_ref().is_ok_and(|assets| assets["items"] == json!([]));
    world.promise(nothing, || {
        format!("an imported site sees what the other has: {seen:?}")
    });
    world.platform_uses(n, &old);
    world.promise(register(world, n).await == assets, || {
        "the register changed by an import".to_owned()
    });
    drop(quiet);
}

/// What a viewer sees.
async fn register(world: &World, n: usize) -> Result<Value, String> {
    read_answer(world.api(
        n,
        n,
        &Person::viewer().account_id,
        Method::GET,
        "/assets?limit=200",
    ))
    .await
}
