//! What the Jira double knows.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use crate::connect::Site;

/// A person with an account on a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The account's id.
    pub account_id: String,
    /// What people call them.
    pub display_name: String,
    /// The global permissions they have.
    pub permissions: Vec<String>,
    /// Whether the account can be used; it cannot once the person has left.
    pub active: bool,
}

impl Person {
    /// A person with these global permissions.
    pub fn new(account_id: &str, display_name: &str, permissions: &[&str]) -> Self {
        Self {
            account_id: account_id.to_owned(),
            display_name: display_name.to_owned(),
            permissions: permissions.iter().map(|&p| p.to_owned()).collect(),
            active: true,
        }
    }

    /// The same person after leaving.
    #[must_use]
    pub fn inactive(self) -> Self {
        Self {
            active: false,
            ..self
        }
    }

    /// Administers the site.
    pub fn admin() -> Self {
        Self::new("712020:admin", "Ada Admin", &["ADMINISTER", "BULK_CHANGE"])
    }

    /// May change assets.
    pub fn agent() -> Self {
        Self::new("712020:agent", "Alex Agent", &["BULK_CHANGE"])
    }

    /// May look.
    pub fn viewer() -> Self {
        Self::new("712020:viewer", "Vic Viewer", &[])
    }

    /// As Jira shows them.
    pub fn shown(&self) -> Value {
        json!({
            "accountId": self.account_id,
            "accountType": "atlassian",
            "active": self.active,
            "displayName": self.display_name,
            "avatarUrls": { "48x48": format!("https://avatars.example.com/{}.png", self.account_id) },
        })
    }
}

/// A call that a site got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Its method.
    pub method: String,
    /// Its path with the query.
    pub path_and_query: String,
    /// The status of the answer.
    pub status: u16,
}

#[derive(Debug)]
pub(super) struct Known {
    /// By client key: after an import there are two at one address.
    pub sites: BTreeMap<String, Site>,
    pub people: BTreeMap<String, Person>,
    pub failures: Vec<(String, u16)>,
    /// Whether it does not answer what people are called.
    pub holds_names: bool,
    pub calls: Vec<Call>,
}

#[derive(Debug, Default)]
pub(super) struct State(HashMap<String, Known>);

impl State {
    pub fn add(&mut self, site: &Site, people: Vec<Person>) {
        let known = Known {
            sites: [(site.client_key.clone(), site.clone())].into(),
            people: people.into_iter().map(|p| (p.account_id.clone(), p)).collect(),
            failures: vec![],
            holds_names: false,
            calls: vec![],
        };
        let before = self.0.insert(site.name.clone(), known);
        assert!(before.is_none(), "there is a site {} already", site.name);
    }

    pub fn know(&mut self, site: &Site) {
        let known = self.named(&site.name);
        known.sites.insert(site.client_key.clone(), site.clone());
    }

    pub fn rename(&mut self, from: &Site, to: &Site) {
        let known = self.0.remove(&from.name).unwrap();
        self.0.insert(to.name.clone(), known);
        self.know(to);
    }

    pub fn employ(&mut self, site: &str, person: Person) {
        self.named(site).people.insert(person.account_id.clone(), person);
    }

    pub fn fail(&mut self, site: &str, path: &str, status: u16) {
        self.named(site).failures.push((path.to_owned(), status));
    }

    pub fn hold_names(&mut self, site: &str) {
        self.named(site).holds_names = true;
    }

    pub fn repair(&mut self, site: &str) {
        let known = self.named(site);
        known.failures.clear();
        known.holds_names = false;
    }

    pub fn calls(&mut self, site: &str) -> Vec<Call> {
        self.named(site).calls.clone()
    }

    /// The site at `host`, which may end in a port.
    pub fn at_host(&mut self, host: &str) -> Option<&mut Known> {
        self.0.get_mut(host.split('.').next()?)
    }

    fn named(&mut self, name: &str) -> &mut Known {
        self.0
            .get_mut(name)
            .unwrap_or_else(|| panic!("there is no site {name}"))
    }
}
