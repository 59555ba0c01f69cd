//! `tally tenant erase` and `tally person erase`, beside a server and without one, also killed in
//! the middle.

use std::fs;

use reqwest::Method;
use serde_json::{Value, json};
use tally_domain::{AccountId, PersonId, TenantId};
use tally_event_log::StoredEvent;
use tally_tests::connect::Site;
use tally_tests::doubles::{KeyServer, Person};
use tally_tests::process::{Serving, Tally};
use tally_tests::waiting::eventually;

use crate::cut::Cut;
use crate::world::World;
use crate::{load, rotation};

/// The steps of a tenant's erasure: where it is killed, and the events that are recorded by then.
const TENANT_CUTS: [(Cut, &[&str]); 4] = [
    (
        before_event("INSERT ON events WHEN new.type = 'tenant.erased'"),
        &[],
    ),
    (
        before_key("UPDATE ON data_keys WHEN new.destroyed_at IS NOT NULL"),
        &["tenant.erased"],
    ),
    (
        before_event("INSERT ON events WHEN new.type = 'tenant.keys_destroyed'"),
        &["tenant.erased"],
    ),
    (
        before_event("INSERT ON events WHEN new.type = 'claim.released'"),
        &["tenant.erased", "tenant.keys_destroyed"],
    ),
];
/// The tenants that have an upload: one whose erasure is killed before uploads are removed, and one
/// after.
const BEFORE_UPLOADS: usize = 2;
const AFTER_UPLOADS: usize = 3;

const PERSON_CUTS: [Cut; 2] = [
    before_event("INSERT ON events WHEN new.type = 'person.erased'"),
    before_key("DELETE ON people"),
];

const fn before_event(write: &'static str) -> Cut {
    Cut {
        file: "events.db",
        write,
    }
}

const fn before_key(write: &'static str) -> Cut {
    Cut {
        file: "keys.db",
        write,
    }
}

struct Scene {
    tally: Tally,
    world: World,
    http: reqwest::Client,
    _keys: KeyServer,
    _folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let (keys, folder) = (KeyServer::start(), tempfile::tempdir().unwrap());
        Self {
            tally: Tally::new(folder.path(), &keys),
            world: World::new(),
            http: tally_tests::http::client(),
            _keys: keys,
            _folder: folder,
        }
    }

    async fn serve(&self) -> Serving {
        let server = self.tally.serve().await;
        self.world.server_is(Some(&server.url));
        server
    }

    /// Installs the site, registers an asset there, and has the world work at it.
    async fn install(&self, site: &Site) {
        rotation::deliver(&self.world, &self.http, site).await;
        load::register_shared(&self.world).await;
    }

    async fn call(
        &self,
        server: &Serving,
        site: &Site,
        method: Method,
        path: &str,
        body: &Value,
    ) -> (u16, Value) {
        let token = site.context_token(&Person::agent().account_id);
        let request = self.http.request(method, format!("{}/api/v1{path}", server.url));
        let request = request.header("Authorization", format!("JWT {token}"));
        let answer = request.json(body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn list(&self, server: &Serving, site: &Site) -> (u16, Value) {
        self.call(server, site, Method::GET, "/assets", &json!({})).await
    }

    /// Imports a file to its end.
    async fn import(&self, server: &Serving, site: &Site) -> String {
        let token = site.context_token(&Person::agent().account_id);
        let request = self.http.post(format!("{}/api/v1/imports", server.url));
        let request = request.header("Authorization", format!("JWT {token}"));
        let request = request.header("Content-Type", "text/csv").body("Name\nDesk\n");
        let begun: Value = request.send().await.unwrap().json().await.unwrap();
        eventually("the import ends", || {
            std::future::ready(self.uploads().is_empty().then_some(()))
        })
        .await;
        begun["id"].as_str().unwrap().to_owned()
    }

    /// Leaves a file as an interrupted import would.
    fn keep_upload(&self, import: &str) {
        let folder = self.tally.data().join("imports");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{import}-aa.csv")), "Name\nDesk\n").unwrap();
    }

    fn uploads(&self) -> Vec<String> {
        let folder = fs::read_dir(self.tally.data().join("imports")).unwrap();
        let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = self.tally.run(arguments);
        let [said, complained] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
        (output.status.code(), format!("{said}{complained}"))
    }

    fn erase(&self, tenant: TenantId, options: &[&str]) -> (Option<i32>, String) {
        self.run(&[&["tenant", "erase", "--tenant", &tenant.to_string()], options].concat())
    }

    fn erase_person(&self, tenant: TenantId, options: &[&str]) -> (Option<i32>, String) {
        self.run(&[&["person", "erase", "--tenant", &tenant.to_string()], options].concat())
    }

    async fn events(&self) -> Vec<StoredEvent> {
        let url = format!("sqlite:{}", self.tally.data().join("events.db").display());
        let log = tally_event_log::open_read_only(&url, self.tally.keys())
            .await
            .unwrap();
        log.read_all(None, 1000).await.unwrap()
    }

    /// The tenants that were installed, in the order of the log.
    async fn tenants(&self) -> Vec<TenantId> {
        let events = self.events().await;
        let installed = events
            .iter()
            .filter(|stored| stored.event_type == "tenant.installed");
        installed.filter_map(|stored| stored.context.tenant).collect()
    }

    /// What is recorded of an erasure, in the order of the log.
    async fn recorded(&self, tenant: TenantId) -> Vec<String> {
        let names = ["tenant.erased", "tenant.keys_destroyed", "person.erased"];
        let mut events = self.events().await;
        events.retain(|e| e.context.tenant == Some(tenant) && names.contains(&&*e.event_type));
        events.into_iter().map(|stored| stored.event_type).collect()
    }

    fn assert_rebuild_differs_nowhere(&self) {
        let (code, said) = self.run(&["views", "rebuild"]);
        assert!(code == Some(0) && said.contains("nothing differed"), "{said}");
    }
}

async fn stop(server: Serving) {
    assert_eq!(server.stop().await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenant_is_erased_at_the_command_line_and_its_site_installs_again() {
    let scene = Scene::new();
    let server = scene.serve().await;
    scene.install(&scene.world.site()).await;
    let tenant = scene.tenants().await[0];
    let (code, said) = scene.erase(tenant, &["--even-if-installed", "--yes"]);
    assert!(code == Some(1) && said.contains("in use"), "{said}");
    stop(server).await;

    let (code, said) = scene.erase(tenant, &["--yes"]);
    assert!(code == Some(1) && said.contains("still installed"), "{said}");
    let (code, said) = scene.erase(TenantId(uuid::Uuid::nil()), &["--yes"]);
    assert!(code == Some(1) && said.contains("no such tenant"), "{said}");
    let (code, said) = scene.erase(tenant, &["--even-if-installed"]);
    assert!(code == Some(1) && said.contains("with --yes"), "{said}");
    assert_eq!(scene.recorded(tenant).await, [""; 0], "nothing was changed");
    for expected in [
        "this run destroyed 2 keys of its own, 1 of people",
        "nothing left",
    ] {
        let (code, said) = scene.erase(tenant, &["--even-if-installed", "--yes"]);
        assert!(code == Some(0) && said.contains(expected), "{said}");
    }
    let recorded = scene.recorded(tenant).await;
    assert_eq!(recorded, ["tenant.erased", "tenant.keys_destroyed"]);

    let server = scene.serve().await;
    scene.install(&scene.world.site()).await;
    stop(server).await;
    assert_eq!(scene.tenants().await.len(), 2, "it is another tenant");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_of_a_tenant_that_is_killed_at_any_step_is_completed_by_the_next_run() {
    let scene = Scene::new();
    let server = scene.serve().await;
    let neighbour = scene.world.site();
    let sites: Vec<Site> = (0..TENANT_CUTS.len())
        .map(|n| scene.world.another_site(&format!("site-{n}")))
        .collect();
    for site in sites.iter().chain([&neighbour]) {
        scene.install(site).await;
    }
    let unfinished = scene.import(&server, &sites[BEFORE_UPLOADS]).await;
    let removed = scene.import(&server, &sites[AFTER_UPLOADS]).await;
    stop(server).await;
    scene.keep_upload(&removed);
    let tenants = scene.tenants().await;
    for (tenant, (cut, recorded)) in tenants.iter().zip(TENANT_CUTS) {
        let tenant_id = tenant.to_string();
        let command = [
            "tenant",
            "erase",
            "--tenant",
            &tenant_id,
            "--even-if-installed",
            "--yes",
        ];
        cut.kill_there(&scene.tally, &command);
        assert_eq!(scene.recorded(*tenant).await, recorded);
    }
    assert_eq!(scene.uploads(), [""; 0], "of the last one they were removed");
    assert_served_meanwhile(&scene, &sites, &neighbour).await;
    scene.keep_upload(&unfinished);
    assert_completed(&scene, &tenants[..TENANT_CUTS.len()]).await;
    scene.assert_rebuild_differs_nowhere();

    let server = scene.serve().await;
    for site in &sites {
        rotation::deliver(&scene.world, &scene.http, site).await;
        let (status, list) = scene.list(&server, site).await;
        assert_eq!((status, &list["items"]), (200, &json!([])), "{list}");
    }
    assert_eq!(scene.list(&server, &neighbour).await.0, 200);
    stop(server).await;
    scene.assert_rebuild_differs_nowhere();
}

/// A server over erasures that broke off: what is erased is refused, all others are served.
async fn assert_served_meanwhile(scene: &Scene, sites: &[Site], neighbour: &Site) {
    let server = scene.serve().await;
    for (site, (_, recorded)) in sites.iter().zip(TENANT_CUTS) {
        let expected = if recorded.is_empty() { 200 } else { 401 };
        let (status, answer) = scene.list(&server, site).await;
        assert_eq!(status, expected, "{answer}");
    }
    let (status, list) = scene.list(&server, neighbour).await;
    assert_eq!(status, 200, "{list}");
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
    stop(server).await;
}

async fn assert_completed(scene: &Scene, tenants: &[TenantId]) {
    for (index, tenant) in tenants.iter().enumerate() {
        let (code, said) = scene.erase(*tenant, &["--even-if-installed", "--yes"]);
        assert_eq!(code, Some(0), "{said}");
        let expected = match index {
            0 | 1 => "this run destroyed 2 keys of its own, 1 of people",
            BEFORE_UPLOADS => {
                "this run destroyed 0 keys of its own, 0 of people and 0 of texts, and removed 1 uploads"
            }
            _ => "nothing left",
        };
        assert!(said.contains(expected), "{said}");
        let (code, said) = scene.erase(*tenant, &["--even-if-installed", "--yes"]);
        assert!(code == Some(0) && said.contains("nothing left"), "{said}");
        let recorded = scene.recorded(*tenant).await;
        assert_eq!(recorded, ["tenant.erased", "tenant.keys_destroyed"]);
    }
    assert_eq!(scene.uploads(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_of_a_person_that_is_killed_at_any_step_is_completed_by_the_next_run() {
    let scene = Scene::new();
    let site = scene.world.site();
    let accounts: Vec<String> = (0..PERSON_CUTS.len())
        .map(|n| format!("712020:holder-{n}"))
        .collect();
    let server = scene.serve().await;
    rotation::deliver(&scene.world, &scene.http, &site).await;
    let mut assets = vec![];
    for account in &accounts {
        assets.push(hand_out(&scene, &server, &site, account).await);
    }
    stop(server).await;
    let tenant = scene.tenants().await[0];
    let mut people = vec![];
    for (account, cut) in accounts.iter().zip(PERSON_CUTS) {
        people.push(find_person(&scene, tenant, account).await.unwrap());
        let tenant_id = tenant.to_string();
        let command = [
            "person",
            "erase",
            "--tenant",
            &tenant_id,
            "--account",
            account,
            "--yes",
        ];
        cut.kill_there(&scene.tally, &command);
    }
    assert_eq!(
        scene.recorded(tenant).await,
        ["person.erased"],
        "the second began"
    );
    let server = scene.serve().await;
    let shown = read_assets(&scene, &server, &site, &assets).await;
    let is_shown: Vec<bool> = accounts.iter().map(|account| shown.contains(account)).collect();
    assert_eq!(is_shown, [true, false], "{shown}");
    stop(server).await;

    for (account, person) in accounts.iter().zip(&people) {
        assert_person_erased(&scene, tenant, account, *person);
    }
    scene.assert_rebuild_differs_nowhere();
    let server = scene.serve().await;
    let shown = read_assets(&scene, &server, &site, &assets).await;
    assert!(!accounts.iter().any(|account| shown.contains(account)), "{shown}");
    assert!(shown.contains(&Person::agent().account_id), "{shown}");
    for (account, person) in accounts.iter().zip(&people) {
        hand_out(&scene, &server, &site, account).await;
        let back = find_person(&scene, tenant, account).await.unwrap();
        assert_ne!(back, *person, "the same account is another person");
    }
    stop(server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_needs_the_keys_of_this_log_unless_they_are_lost() {
    let scene = Scene::new();
    let server = scene.serve().await;
    let (site, account) = (scene.world.site(), "712020:holder");
    rotation::deliver(&scene.world, &scene.http, &site).await;
    hand_out(&scene, &server, &site, account).await;
    stop(server).await;
    let tenant = scene.tenants().await[0];
    let person = find_person(&scene, tenant, account).await.unwrap().to_string();
    let lose = |table: &str| {
        let keys = rusqlite::Connection::open(scene.tally.data().join("keys.db")).unwrap();
        keys.execute(&format!("DELETE FROM {table}"), []).unwrap();
    };
    lose("people");
    let (code, said) = scene.erase_person(tenant, &["--person", &person, "--yes"]);
    assert!(code == Some(0) && said.contains("is erased"), "{said}");
    assert_eq!(scene.recorded(tenant).await, ["person.erased"]);

    lose("data_keys");
    let (code, said) = scene.erase_person(tenant, &["--person", &person, "--yes"]);
    assert!(code == Some(1) && said.contains("has no key of tenant"), "{said}");
    let erase = |more: &[&str]| scene.erase(tenant, &[&["--even-if-installed", "--yes"], more].concat());
    let (code, said) = erase(&[]);
    assert!(code == Some(1) && said.contains("has no key of tenant"), "{said}");
    assert_eq!(
        scene.recorded(tenant).await,
        ["person.erased"],
        "nothing was appended"
    );
    let (code, said) = erase(&["--keys-are-lost"]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = erase(&[]);
    assert!(code == Some(0) && said.contains("nothing left"), "{said}");

    let server = scene.serve().await;
    scene.install(&site).await;
    stop(server).await;
    assert_eq!(
        scene.tenants().await.len(),
        2,
        "the site returns as another tenant"
    );
}

/// The command is run until it says that nothing is left, and then it knows the person by the id
/// alone.
fn assert_person_erased(scene: &Scene, tenant: TenantId, account: &str, person: PersonId) {
    let (code, said) = scene.erase_person(tenant, &["--account", account]);
    assert!(code == Some(1) && said.contains("with --yes"), "{said}");
    let (code, said) = scene.erase_person(tenant, &["--account", account, "--yes"]);
    assert!(code == Some(0) && said.ends_with("is erased\n"), "{said}");
    let (code, said) = scene.erase_person(tenant, &["--person", &person.to_string(), "--yes"]);
    assert!(code == Some(0) && said.contains("nothing left"), "{said}");
    let (code, said) = scene.erase_person(tenant, &["--account", account, "--yes"]);
    assert!(code == Some(1) && said.contains("No such person"), "{said}");
}

/// Registers an asset and hands it to `account`.
async fn hand_out(scene: &Scene, server: &Serving, site: &Site, account: &str) -> String {
    scene.world.employ(site, account);
    let desk = json!({ "attributes": { "name": "Desk" } });
    let (status, registered) = scene.call(server, site, Method::POST, "/assets", &desk).await;
    assert_eq!(status, 201, "{registered}");
    let asset = registered["id"].as_str().unwrap().to_owned();
    let path = format!("/assets/{asset}/check-out");
    let to = json!({ "to": account });
    let (status, answer) = scene.call(server, site, Method::POST, &path, &to).await;
    assert_eq!(status, 200, "{answer}");
    asset
}

/// Everything that a person can read of these assets and of the register.
async fn read_assets(scene: &Scene, server: &Serving, site: &Site, assets: &[String]) -> String {
    let mut said = scene.list(server, site).await.1.to_string();
    for asset in assets {
        for path in [format!("/assets/{asset}"), format!("/assets/{asset}/history")] {
            let answer = scene.call(server, site, Method::GET, &path, &json!({})).await;
            said.push_str(&answer.1.to_string());
        }
    }
    said
}

async fn find_person(scene: &Scene, tenant: TenantId, account: &str) -> Option<PersonId> {
    let account = AccountId::parse(account).unwrap();
    scene.tally.keys().find_person(tenant, &account).await.unwrap()
}
