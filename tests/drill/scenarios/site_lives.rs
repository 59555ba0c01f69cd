//! Sites uninstall and install again, are renamed, and are imported into another; `disabled` comes unsigned around an uninstall.

use std::sync::atomic::Ordering;

use reqwest::Method;
use serde_json::{Value, json};
use tally_descriptor::callback;
use tally_tests::connect::Site;
use tally_tests::doubles::Person;

use crate::audit;
use crate::load::{Load, told};
use crate::options::Options;
use crate::platform::{Answer, Callback, Keeps};
use crate::row::Row;
use crate::world::{Stage, World};

pub async fn play(options: Options) -> Vec<Row> {
    let stage = Stage::set(&[]).await;
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

/// Nobody uses the site while it is without Tally. `disabled` comes before and after, signed or not.
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
    shown_as_uninstalled(world, n, &site).await;
    world.rotate(n, Keeps::New).await;
    let gone = world.view_page(n, &world.entrance(n), &site).await;
    world
        .ledger
        .intruded("a page with the secret from before the uninstall", gone.is_ok());
    world.promise(register(world, n).await == before, || {
        "the register changed by an uninstall".to_owned()
    });
    tenant.used.store(true, Ordering::Relaxed);
    drop(quiet);
}

async fn shown_as_uninstalled(world: &World, n: usize, site: &Site) {
    match world.view_page(n, &world.entrance(n), site).await {
        Ok(()) => world.ledger.intruded("a page of a site that uninstalled", true),
        Err((code, page)) => {
            world.promise(code == "tenant.uninstalled", || {
                format!("a page after an uninstall: {code}")
            });
            if let Some(page) = page {
                world.ledger.explained(page);
            }
        }
    }
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
    let me = told(world.api(n, n, &Person::viewer().account_id, Method::GET, "/me")).await;
    let shown = me.map_or(json!(null), |me| me["site"]["baseUrl"].clone());
    world.promise(shown == json!(renamed.base_url), || {
        format!("after a rename the site is at {shown}")
    });
    world.promise(register(world, n).await == assets, || {
        "the register changed by a rename".to_owned()
    });
    drop(quiet);
}

/// Another site comes to be at the same address, with a client key of its own. It is another tenant, and sees nothing.
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
    told(world.api(
        n,
        n,
        &Person::viewer().account_id,
        Method::GET,
        "/assets?limit=200",
    ))
    .await
}
