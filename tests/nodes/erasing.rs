//! A person and a tenant are erased at the command line while nodes serve: the command is killed in
//! between and run again, and no node shows anything of what was erased, whatever it had in memory.

use std::thread::sleep;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use tally_domain::{AccountId, ClientKey, TenantId};
use tally_kurrent_double::Cluster;
use tally_tests::connect::Site;
use tally_tests::doubles::Person;
use tally_tests::keys;
use tally_tests::process::APP_URL;
use tally_tests::waiting::eventually;

use crate::fleet::Fleet;

/// Where a command hangs in the database of the keys, until it is killed.
const BEFORE_PERSON: &str = "DELETE ON tally_keys.people";
const BEFORE_KEYS: &str = "UPDATE ON tally_keys.data_keys";
/// The same in the log, where that is in the database too.
const BEFORE_LAST_EVENT: &str = "INSERT ON tally_log.events";
const TIMEOUT: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_erased_while_nodes_serve_is_shown_by_none_and_all_else_goes_on() {
    let fleet = Fleet::working().await;
    erase_in_the_middle(fleet, &[BEFORE_KEYS, BEFORE_LAST_EVENT]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_with_the_log_on_a_kurrentdb_cluster() {
    let cluster = Cluster::start(3);
    let fleet = Fleet::working_over(&format!("{}&timeout=8", cluster.url())).await;
    erase_in_the_middle(fleet, &[BEFORE_KEYS]).await;
}

async fn erase_in_the_middle(mut fleet: Fleet, tenant_cuts: &[&str]) {
    let leaving = Leaving::install(&fleet).await;
    let tenant = leaving.find_tenant(&fleet).await;
    leaving.assert_shown_everywhere(&fleet).await;
    let viewer = Person::viewer().account_id;
    let tenant_id = tenant.to_string();
    let person = [
        "person",
        "erase",
        "--tenant",
        &tenant_id,
        "--account",
        &viewer,
        "--yes",
    ];
    kill_before(&fleet, BEFORE_PERSON, "true", &person);
    leaving.await_forgotten(&fleet).await;
    let (code, said) = fleet.ask(&person);
    assert!(code == Some(0) && said.contains("is erased"), "{said}");
    leaving.await_forgotten(&fleet).await;
    leaving.assert_repeated_answer_hides(&fleet).await;
    leaving.hand_out_again(&fleet).await;
    fleet.goes_on("a person was erased").await;

    let order = [
        "tenant",
        "erase",
        "--tenant",
        &tenant_id,
        "--even-if-installed",
        "--yes",
    ];
    for write in tenant_cuts {
        let when = match *write {
            BEFORE_LAST_EVENT => "new.type = 'tenant.keys_destroyed'".to_owned(),
            _ => format!("new.tenant = '{tenant_id}'"),
        };
        kill_before(&fleet, write, &when, &order);
        leaving.await_refused(&fleet).await;
        fleet.goes_on("an erasure of a tenant was killed").await;
    }
    for expected in ["is erased", "nothing left"] {
        let (code, said) = fleet.ask(&order);
        assert!(code == Some(0) && said.contains(expected), "{said}");
    }
    assert_no_row(&fleet, tenant);
    fleet.goes_on("a tenant was erased").await;
    leaving.return_as_another(&fleet, tenant).await;
    fleet.conclude().await;
}

/// Starts the command, which hangs before a write, and kills it there. The server ends its session,
/// as it would once it noticed.
fn kill_before(fleet: &Fleet, write: &str, when: &str, arguments: &[&str]) {
    let (_, table) = write.split_once(" ON ").unwrap();
    fleet.postgres.sql(&format!(
        "CREATE FUNCTION public.hang() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN PERFORM pg_sleep(600); RETURN coalesce(new, old); END $$;
         CREATE TRIGGER cut BEFORE {write} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION public.hang()"
    ));
    let mut command = fleet.projectors[0].tally.command(arguments).spawn().unwrap();
    let began = Instant::now();
    let hangs = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    while fleet.postgres.sql(hangs) == "0" {
        let ended = command.try_wait().unwrap();
        assert!(ended.is_none(), "the command ended before the write: {ended:?}");
        assert!(began.elapsed() < TIMEOUT, "the command did not come to the write");
        sleep(Duration::from_millis(20));
    }
    command.kill().unwrap();
    command.wait().unwrap();
    fleet.postgres.sql(&format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep';
         DROP TRIGGER cut ON {table}; DROP FUNCTION public.hang()"
    ));
}

/// No table of any view has a row of the tenant.
fn assert_no_row(fleet: &Fleet, tenant: TenantId) {
    let tables = fleet.postgres.sql(
        "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.columns
         WHERE column_name = 'tenant_id' AND table_schema LIKE 'tally_views%'",
    );
    let tables: Vec<&str> = tables.lines().collect();
    assert!(tables.len() > 7, "{tables:?}");
    for table in tables {
        let count = format!("SELECT count(*) FROM {table} WHERE tenant_id = '{tenant}'");
        assert_eq!(fleet.postgres.sql(&count), "0", "{table}");
    }
}

/// A site that is erased, with an asset that a person holds.
struct Leaving {
    site: Site,
    asset: String,
}

impl Leaving {
    async fn install(fleet: &Fleet) -> Self {
        let site = fleet.world.another_site("leaving");
        install(fleet, &site).await;
        let desk = json!({ "tag": "LEAVING-1", "attributes": { "name": "Desk", "serial": "leaving-1" } });
        let (status, answer) = call(fleet, 0, &site, (Method::POST, "/assets", "leaving-1"), &desk).await;
        assert_eq!(status, 201, "{answer}");
        let asset = answer["id"].as_str().unwrap().to_owned();
        let leaving = Self { site, asset };
        leaving.hand_out(fleet, 1).await;
        leaving
    }

    /// The same command each time.
    async fn hand_out(&self, fleet: &Fleet, web: usize) -> Value {
        let path = format!("/assets/{}/check-out", self.asset);
        let to = json!({ "to": Person::viewer().account_id, "note": "a note that leaves" });
        let command = (Method::POST, &*path, "leaving-2");
        let (status, answer) = call(fleet, web, &self.site, command, &to).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    async fn find_tenant(&self, fleet: &Fleet) -> TenantId {
        let key = ClientKey::parse(&self.site.client_key).unwrap();
        let events = fleet.events().await;
        let mut its_own = events.iter().filter_map(|recorded| {
            let event = recorded.event.of::<tally_domain::tenant::TenantEvent>()?;
            let is_its = event.facts().is_some_and(|facts| facts.client_key == key);
            is_its.then_some(recorded.context.tenant).flatten()
        });
        its_own.next_back().unwrap()
    }

    /// Everything that a web node answers about the site, in one text; and the first status.
    async fn read(&self, fleet: &Fleet, web: usize) -> (u16, String) {
        let (mut first, mut said) = (None, String::new());
        for path in [
            "/assets".to_owned(),
            format!("/assets/{}", self.asset),
            format!("/assets/{}/history", self.asset),
            format!("/assets?holder={}", Person::viewer().account_id),
        ] {
            let (status, answer) = call(fleet, web, &self.site, (Method::GET, &path, ""), &json!({})).await;
            first = first.or(Some(status));
            said.push_str(&answer.to_string());
        }
        (first.unwrap(), said)
    }

    /// Both nodes answer with the person's account and name, so both have them in memory.
    async fn assert_shown_everywhere(&self, fleet: &Fleet) {
        let viewer = Person::viewer();
        for web in 0..fleet.web.len() {
            eventually("the person is shown", async || {
                let (_, said) = self.read(fleet, web).await;
                (said.contains(&viewer.account_id) && said.contains(&viewer.display_name)).then_some(())
            })
            .await;
        }
    }

    /// No node shows the person; what else there is of the site is shown.
    async fn await_forgotten(&self, fleet: &Fleet) {
        let viewer = Person::viewer();
        for web in 0..fleet.web.len() {
            eventually("the person is shown nowhere", async || {
                let (status, said) = self.read(fleet, web).await;
                assert!(status == 200 && said.contains("LEAVING-1"), "{said}");
                let is_shown = said.contains(&viewer.account_id) || said.contains(&viewer.display_name);
                (!is_shown).then_some(())
            })
            .await;
        }
    }

    /// The command that named the person, given again, is answered without the person.
    async fn assert_repeated_answer_hides(&self, fleet: &Fleet) {
        let viewer = Person::viewer();
        for web in 0..fleet.web.len() {
            let repeated = self.hand_out(fleet, web).await.to_string();
            let is_shown = repeated.contains(&viewer.account_id) || repeated.contains(&viewer.display_name);
            assert!(!is_shown, "{repeated}");
        }
    }

    /// The same account holds the asset again, as another person.
    async fn hand_out_again(&self, fleet: &Fleet) {
        let path = format!("/assets/{}/check-in", self.asset);
        let taken_back = (Method::POST, &*path, "leaving-3");
        let (status, answer) = call(fleet, 0, &self.site, taken_back, &json!({})).await;
        assert_eq!(status, 200, "{answer}");
        let path = format!("/assets/{}/check-out", self.asset);
        let to = json!({ "to": Person::viewer().account_id });
        let (status, answer) = call(fleet, 1, &self.site, (Method::POST, &path, "leaving-4"), &to).await;
        assert_eq!(status, 200, "{answer}");
        self.assert_shown_everywhere(fleet).await;
    }

    /// No node answers the site any more, nor shows anything of it.
    async fn await_refused(&self, fleet: &Fleet) {
        for web in 0..fleet.web.len() {
            eventually("the site is refused", async || {
                let (status, said) = self.read(fleet, web).await;
                (status == 401 && !said.contains("LEAVING-1") && !said.contains("Desk")).then_some(())
            })
            .await;
        }
    }

    async fn return_as_another(&self, fleet: &Fleet, erased: TenantId) {
        install(fleet, &self.site).await;
        assert_ne!(self.find_tenant(fleet).await, erased);
        for web in 0..fleet.web.len() {
            let list = (Method::GET, "/assets", "");
            let (status, answer) = call(fleet, web, &self.site, list, &json!({})).await;
            assert_eq!((status, &answer["items"]), (200, &json!([])), "{answer}");
        }
        let viewer = AccountId::parse(&Person::viewer().account_id).unwrap();
        let variable = |name| fleet.web[0].tally.variable(name);
        let vault = keys::in_database(variable("TALLY_DATABASE_URL"), variable("TALLY_MASTER_KEY")).await;
        let tenant = self.find_tenant(fleet).await;
        assert_eq!(vault.find_person(tenant, &viewer).await.unwrap(), None);
    }
}

async fn install(fleet: &Fleet, site: &Site) {
    let path = tally_descriptor::callback::INSTALLED;
    let token = site.signed_callback(APP_URL, path);
    let request = fleet.http.post(format!("{}{path}", fleet.url()));
    let request = request.header("Authorization", format!("JWT {token}"));
    let answer = request.json(&site.installed()).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 204);
}

/// A request of an agent of the site at one web node: method, path and idempotency key.
async fn call(
    fleet: &Fleet,
    web: usize,
    site: &Site,
    (method, path, key): (Method, &str, &str),
    body: &Value,
) -> (u16, Value) {
    let token = site.context_token(&Person::agent().account_id);
    let url = format!("{}/api/v1{path}", fleet.web[web].serving().url);
    let mut request = fleet.http.request(method, url);
    if !key.is_empty() {
        request = request.header("Idempotency-Key", key);
    }
    let request = request.header("Authorization", format!("JWT {token}"));
    let answer = request.json(body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}
