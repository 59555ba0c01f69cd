//! Jira's REST interface, as far as Tally calls it, for any number of sites, distinguished by host
//! name.

mod rest;
mod state;

use std::sync::{Arc, Mutex};

use actix_web::web;

use self::state::State;
pub use self::state::{Call, Person};
use super::serving::Serving;
use crate::connect::Site;

/// A Jira with sites and people.
pub struct JiraDouble {
    serving: Serving,
    state: Arc<Mutex<State>>,
}

impl JiraDouble {
    /// Starts one without sites.
    pub fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = web::Data::from(state.clone());
        let serving = Serving::start(move |config| {
            config.app_data(shared.clone()).configure(rest::routes);
        });
        Self { serving, state }
    }

    /// A new site called `name` with [`Person::admin`], [`Person::agent`] and [`Person::viewer`].
    pub fn site(&self, name: &str) -> Site {
        let port = self.serving.address.port();
        let site = Site::new(name, &format!("http://{name}.localhost:{port}"));
        let people = [Person::admin(), Person::agent(), Person::viewer()];
        self.state.lock().unwrap().add(&site, people.into());
        site
    }

    /// From now on the site is as `site` says: it verifies our calls with that secret.
    pub fn know(&self, site: &Site) {
        self.state.lock().unwrap().know(site);
    }

    /// A site moves to another address, with its people. Nothing is at the old one any more.
    pub fn rename(&self, from: &Site, to: &Site) {
        self.state.lock().unwrap().rename(from, to);
    }

    /// Adds a person to a site, or changes one.
    pub fn employ(&self, site: &Site, person: Person) {
        self.state.lock().unwrap().employ(&site.name, person);
    }

    /// From now on calls to `site` whose path begins with `path` are answered with `status`.
    pub fn fail(&self, site: &Site, path: &str, status: u16) {
        self.state.lock().unwrap().fail(&site.name, path, status);
    }

    /// From now on `site` does not answer what people are called.
    pub fn hold_names(&self, site: &Site) {
        self.state.lock().unwrap().hold_names(&site.name);
    }

    /// Takes every [`JiraDouble::fail`] and [`JiraDouble::hold_names`] back.
    pub fn repair(&self, site: &Site) {
        self.state.lock().unwrap().repair(&site.name);
    }

    /// The calls to `site` so far, oldest first.
    pub fn calls(&self, site: &Site) -> Vec<Call> {
        self.state.lock().unwrap().calls(&site.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connect::{APP_KEY, Token};
    use crate::http::client;
    use reqwest::Method;
    use serde_json::{Value, json};

    const CHECK: &str = "/rest/api/3/permissions/check";

    /// A call as the app makes it, signed with the secret of `signer`.
    async fn call(
        site: &Site,
        signer: &Site,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        let token = Token::request(APP_KEY, method.as_str(), path)
            .claim("aud", json!([site.client_key]))
            .signed_with(&signer.secret);
        let url = format!("{}{path}", site.base_url);
        let mut request = client()
            .request(method, url)
            .header("Authorization", format!("JWT {token}"));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        (
            answer.status().as_u16(),
            answer.json().await.unwrap_or(Value::Null),
        )
    }

    #[tokio::test]
    async fn a_signed_call_learns_what_a_person_may() {
        let jira = JiraDouble::start();
        let site = jira.site("acme");
        for (person, granted) in [
            (Person::admin(), json!(["ADMINISTER"])),
            (Person::viewer(), json!([])),
        ] {
            let body = json!({ "accountId": person.account_id, "globalPermissions": ["ADMINISTER"] });
            let (status, answer) = call(&site, &site, Method::POST, CHECK, Some(body)).await;
            assert_eq!((status, &answer["globalPermissions"]), (200, &granted));
        }
    }

    #[tokio::test]
    async fn people_are_found_by_id_and_by_name() {
        let jira = JiraDouble::start();
        let site = jira.site("acme");
        jira.employ(&site, Person::new("712020:zoe", "Zoë Adams", &[]));
        let bulk = "/rest/api/3/user/bulk?accountId=712020%3Azoe&accountId=nobody";
        let (_, by_id) = call(&site, &site, Method::GET, bulk, None).await;
        assert_eq!(by_id["values"].as_array().unwrap().len(), 1);
        let (_, by_name) = call(
            &site,
            &site,
            Method::GET,
            "/rest/api/3/user/search?query=zO%C3%AB",
            None,
        )
        .await;
        assert_eq!(by_name[0]["accountId"], "712020:zoe");
    }

    #[tokio::test]
    async fn a_call_signed_with_another_secret_is_refused_until_the_site_knows_it() {
        let jira = JiraDouble::start();
        let site = jira.site("acme");
        let rotated = site.rotated();
        let search = "/rest/api/3/user/search?query=ada";
        assert_eq!(call(&site, &rotated, Method::GET, search, None).await.0, 401);
        jira.know(&rotated);
        assert_eq!(call(&site, &rotated, Method::GET, search, None).await.0, 200);
        let statuses: Vec<_> = jira.calls(&site).iter().map(|call| call.status).collect();
        assert_eq!(statuses, [401, 200]);
    }

    #[tokio::test]
    async fn a_site_fails_on_purpose_until_it_is_repaired() {
        let jira = JiraDouble::start();
        let (acme, globex) = (jira.site("acme"), jira.site("globex"));
        let body = || Some(json!({ "accountId": "x", "globalPermissions": [] }));
        jira.fail(&acme, CHECK, 503);
        assert_eq!(call(&acme, &acme, Method::POST, CHECK, body()).await.0, 503);
        assert_eq!(call(&globex, &globex, Method::POST, CHECK, body()).await.0, 200);
        jira.repair(&acme);
        assert_eq!(call(&acme, &acme, Method::POST, CHECK, body()).await.0, 200);
    }
}
