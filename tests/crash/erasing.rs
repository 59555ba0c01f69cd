//! `tally tenant erase`, beside a server and without one.

use tally_domain::TenantId;
use tally_event_log::StoredEvent;
use tally_tests::doubles::KeyServer;
use tally_tests::process::Tally;

use crate::world::World;
use crate::{load, rotation};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenant_is_erased_at_the_command_line_and_its_site_installs_again() {
    let (keys, folder) = (KeyServer::start(), tempfile::tempdir().unwrap());
    let tally = Tally::new(folder.path(), &keys);
    let server = tally.serve().await;
    let (world, http) = (World::new(), tally_tests::http::client());
    world.server_is(Some(&server.url));
    rotation::deliver(&world, &http, &world.site()).await;
    load::register_shared(&world).await;
    let tenant = tenants(&events(&tally).await)[0];
    let (code, said) = erase(&tally, tenant, &["--even-if-installed"]);
    assert!(code == Some(1) && said.contains("in use"), "{said}");
    assert_eq!(server.stop().await.code(), Some(0));

    let (code, said) = erase(&tally, tenant, &[]);
    assert!(code == Some(1) && said.contains("still installed"), "{said}");
    let (code, said) = erase(&tally, TenantId(uuid::Uuid::nil()), &[]);
    assert!(code == Some(1) && said.contains("no such tenant"), "{said}");
    for _ in 0..2 {
        let (code, said) = erase(&tally, tenant, &["--even-if-installed"]);
        assert!(code == Some(0) && said.contains("is erased"), "{said}");
    }
    let recorded = events(&tally).await;
    let erasures = ["tenant.erased", "tenant.keys_destroyed"]
        .map(|name| recorded.iter().filter(|stored| stored.event_type == name).count());
    assert_eq!(erasures, [1, 1]);

    let server = tally.serve().await;
    world.server_is(Some(&server.url));
    rotation::deliver(&world, &http, &world.site()).await;
    load::register_shared(&world).await;
    assert_eq!(server.stop().await.code(), Some(0));
    assert_eq!(tenants(&events(&tally).await).len(), 2, "it is another tenant");
}

fn erase(tally: &Tally, tenant: TenantId, options: &[&str]) -> (Option<i32>, String) {
    let tenant = tenant.to_string();
    let output = tally.run(&[&["tenant", "erase", "--tenant", &tenant], options].concat());
    let [said, complained] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    (output.status.code(), format!("{said}{complained}"))
}

async fn events(tally: &Tally) -> Vec<StoredEvent> {
    let url = format!("sqlite:{}", tally.data().join("events.db").display());
    let log = tally_event_log::open_read_only(&url, tally.keys()).await.unwrap();
    log.read_all(None, 1000).await.unwrap()
}

/// The tenants that were installed, in the order of the log.
fn tenants(events: &[StoredEvent]) -> Vec<TenantId> {
    let installed = events
        .iter()
        .filter(|stored| stored.event_type == "tenant.installed");
    installed.filter_map(|stored| stored.context.tenant).collect()
}
