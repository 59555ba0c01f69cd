//! Which crate may use which.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::DependencyKind;

use super::{members, metadata, root, toml_of};

/// Each crate, and the crates it may use. A new crate gets its line here.
const ROOMS: &[(&str, &[&str])] = &[
    // Its tests use those that all houses share.
    ("tally-domain", &["tally-house-tests"]),
    ("tally-house-tests", &["tally-domain"]),
    ("tally-descriptor", &[]),
    ("tally-ui", &[]),
    // Connect as the platform speaks it, for the probe and the tests. It shares no code with what
    // they test.
    ("tally-connect", &[]),
    ("tally-connect-double", &["tally-connect"]),
    // What it fuzzes; it signs tokens as the platform does.
    (
        "tally-fuzz",
        &[
            "tally-atlassian",
            "tally-connect",
            "tally-domain",
            "tally-http",
            "tally-imports",
            "tally-query",
        ],
    ),
    // The simulated Jira shares no code with what it tests: the tests meet it over HTTP too.
    ("tally-jira-host", &["tally-connect-double"]),
    // The probe meets Tally over HTTP only; code that it shared would hide its errors.
    ("tally-probe", &["tally-connect"]),
    ("tally-postgres", &[]),
    ("tally-query", &["tally-domain"]),
    ("tally-view-store", &["tally-domain", "tally-postgres"]),
    (
        "tally-projections",
        &[
            "tally-domain",
            "tally-house-tests",
            "tally-postgres",
            "tally-query",
            "tally-view-store",
        ],
    ),
    (
        "tally-event-log",
        &["tally-domain", "tally-house-tests", "tally-postgres"],
    ),
    ("tally-atlassian", &["tally-connect-double", "tally-domain"]),
    // Implements the log's seam for sealing.
    (
        "tally-vault",
        &["tally-domain", "tally-event-log", "tally-postgres"],
    ),
    (
        "tally-commands",
        &[
            "tally-atlassian",
            "tally-domain",
            "tally-event-log",
            "tally-vault",
        ],
    ),
    (
        "tally-imports",
        &[
            "tally-commands",
            "tally-domain",
            "tally-event-log",
            "tally-postgres",
            "tally-projections",
            "tally-query",
            // Its tests name claims.
            "tally-vault",
            "tally-view-store",
        ],
    ),
    ("tally-messages", &[]),
    ("tally-http", &["tally-domain", "tally-messages"]),
    ("tally-operator-records", &["tally-domain", "tally-view-store"]),
    // Apart from the house, so that the server's authentication reports without knowing the rest.
    (
        "tally-observations",
        &["tally-atlassian", "tally-domain", "tally-operator-records"],
    ),
    // Apart from the house: its pages, its verbs and the API for Jira admins all use it.
    (
        "tally-diagnosis",
        &[
            "tally-atlassian",
            "tally-domain",
            "tally-event-log",
            "tally-http",
            "tally-messages",
            "tally-observations",
            "tally-operator-records",
            "tally-projections",
            "tally-view-store",
        ],
    ),
    (
        "tally-operator",
        &[
            "tally-atlassian",
            "tally-diagnosis",
            "tally-domain",
            "tally-event-log",
            "tally-house-tests",
            "tally-http",
            "tally-messages",
            "tally-observations",
            "tally-operator-records",
            "tally-projections",
            "tally-view-store",
        ],
    ),
    (
        "tally-seed",
        &[
            "tally-atlassian",
            "tally-commands",
            "tally-domain",
            "tally-event-log",
            "tally-vault",
        ],
    ),
    // Reports what it sees to the operator's observer.
    (
        "tally-authentication",
        &[
            "tally-atlassian",
            "tally-commands",
            "tally-domain",
            "tally-event-log",
            "tally-observations",
            "tally-vault",
        ],
    ),
    ("tally-server", BELOW_THE_SERVER),
    ("tally-tests", EVERYTHING_SHIPPED),
    ("tally-kurrent-double", &["tally-domain", "tally-event-log"]),
];

const BELOW_THE_SERVER: &[&str] = &[
    "tally-atlassian",
    "tally-authentication",
    "tally-commands",
    "tally-descriptor",
    "tally-diagnosis",
    "tally-domain",
    "tally-event-log",
    "tally-house-tests",
    "tally-http",
    "tally-imports",
    "tally-messages",
    "tally-observations",
    "tally-operator",
    "tally-operator-records",
    "tally-postgres",
    "tally-probe",
    "tally-projections",
    "tally-query",
    "tally-seed",
    "tally-ui",
    "tally-vault",
    "tally-view-store",
];

/// The double of a cluster shares no code with what is shipped, so the tests may use both.
const EVERYTHING_SHIPPED: &[&str] = &[
    "tally-atlassian",
    "tally-authentication",
    "tally-commands",
    "tally-connect",
    "tally-connect-double",
    "tally-descriptor",
    "tally-diagnosis",
    "tally-domain",
    "tally-event-log",
    "tally-http",
    "tally-imports",
    "tally-kurrent-double",
    "tally-messages",
    "tally-observations",
    "tally-operator",
    "tally-operator-records",
    "tally-postgres",
    "tally-probe",
    "tally-projections",
    "tally-query",
    "tally-seed",
    "tally-server",
    "tally-ui",
    "tally-vault",
    "tally-view-store",
];

/// The crates below the server that reach the web framework: the operator's pages, what they share
/// with the server, and the diagnosis, which makes no answers but knows the codes of failures.
const WEB_FRAMEWORK_ALLOWED_IN: [&str; 3] = ["tally-diagnosis", "tally-http", "tally-operator"];

#[test]
fn every_crate_has_its_place_in_the_plan() {
    let members: BTreeSet<String> = members(&metadata()).iter().map(|p| p.name.to_string()).collect();
    let planned: BTreeSet<String> = ROOMS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(
        members, planned,
        "the crates, and those that ROOMS has a line for"
    );
}

#[test]
fn crates_use_only_the_crates_that_the_plan_allows() {
    let metadata = metadata();
    let rooms: BTreeMap<_, _> = ROOMS.iter().copied().collect();
    let mut wrong = vec![];
    for package in members(&metadata) {
        let allowed = rooms[package.name.as_str()];
        let uses = package
            .dependencies
            .iter()
            .filter(|d| rooms.contains_key(d.name.as_str()));
        wrong.extend(
            uses.filter(|d| !allowed.contains(&d.name.as_str()))
                .map(|d| format!("{} uses {}", package.name, d.name)),
        );
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn shipped_crates_use_doubles_and_shared_tests_in_their_tests_only() {
    let metadata = metadata();
    let mut wrong = vec![];
    for package in members(&metadata) {
        if package.name.as_str() == "tally-tests" {
            continue;
        }
        let doubles = package
            .dependencies
            .iter()
            .filter(|d| d.name.ends_with("-double") || d.name.ends_with("-tests"));
        let shipped = doubles.filter(|d| d.kind != DependencyKind::Development);
        wrong.extend(shipped.map(|d| format!("{} uses {}", package.name, d.name)));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn nothing_below_the_server_knows_the_web_framework() {
    let reach = Reach::of_lock_file();
    for room in BELOW_THE_SERVER
        .iter()
        .filter(|room| !WEB_FRAMEWORK_ALLOWED_IN.contains(room))
    {
        assert!(
            !reach.from(room).contains("actix-web"),
            "{room} reaches actix-web"
        );
    }
}

#[test]
fn the_domain_has_no_runtime_no_store_and_no_network() {
    let reach = Reach::of_lock_file();
    let reached = reach.from("tally-domain");
    for foreign in ["tokio", "rusqlite", "reqwest", "hyper", "actix-web"] {
        assert!(!reached.contains(foreign), "the domain reaches {foreign}");
    }
}

/// Which packages a package reaches, through any number of others, by the lock file. It knows no
/// features and includes the crates' development dependencies: stricter than the build, and it
/// needs no network.
struct Reach(BTreeMap<String, Vec<String>>);

impl Reach {
    fn of_lock_file() -> Self {
        let lock = toml_of(&root().join("Cargo.lock"));
        let mut uses = BTreeMap::<String, Vec<String>>::new();
        for package in lock["package"].as_array().unwrap() {
            let named = package
                .get("dependencies")
                .and_then(toml::Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(toml::Value::as_str)
                .filter_map(|text| text.split(' ').next())
                .map(str::to_owned);
            uses.entry(package["name"].as_str().unwrap().to_owned())
                .or_default()
                .extend(named);
        }
        Self(uses)
    }

    fn from(&self, package: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&str> = self.0[package].iter().map(String::as_str).collect();
        while let Some(next) = open.pop() {
            if reached.insert(next) {
                open.extend(self.0[next].iter().map(String::as_str));
            }
        }
        reached
    }
}
