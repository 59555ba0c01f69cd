//! What the diagnosis says when a cause of trouble is really there: each entry of the catalogue
//! that can happen here is staged by what Jira, its admin, a proxy, a clock or an attacker does,
//! and has to come first, with no other as sure.

mod calls;
mod installs;
mod secrets;
mod shown;
mod sites;
mod tokens;

use reqwest::Response;
use tally_diagnosis::{Likelihood, SiteDiagnosis, SiteQuery};
use tally_domain::TenantId;
use tally_operator::commands::health;
use tally_operator::domain::health::Failure;
use tally_tests::app::{Caller, TestApp};
use tally_tests::connect::Site;
use tally_tests::doubles::Person;

const PAGE: &str = "/pages/assets";

fn agent(app: &TestApp, site: &Site) -> Caller {
    app.caller(site, &Person::agent().account_id)
}

/// Opens the register as a person on the site.
async fn page(app: &TestApp, site: &Site) -> u16 {
    app.page(site, &Person::viewer().account_id, PAGE)
        .await
        .status()
        .as_u16()
}

fn status(answer: &Response) -> u16 {
    answer.status().as_u16()
}

/// The operator's diagnosis of the site with this id, client key or address.
async fn diagnosed(app: &TestApp, name: &str) -> Option<SiteDiagnosis> {
    let query = SiteQuery::Named(name.to_owned());
    let now = app.clock.now();
    app.inside().diagnosis.diagnose(query, now).await.unwrap()
}

/// The findings that the operator sees of `site`, the surest first.
async fn found(app: &TestApp, site: &Site) -> Vec<(String, Likelihood)> {
    let diagnosis = diagnosed(app, &site.client_key).await.expect("the site is known");
    let each = diagnosis.findings.into_iter();
    each.map(|finding| (finding.entry, finding.likelihood)).collect()
}

/// `entry` comes first, and nothing else is as sure.
async fn first(app: &TestApp, site: &Site, entry: &str, likelihood: Likelihood) {
    let found = found(app, site).await;
    let surest: Vec<_> = found.iter().filter(|(_, sure)| *sure >= likelihood).collect();
    assert_eq!(surest, [&(entry.to_owned(), likelihood)], "{found:?}");
}

/// Nothing is found.
async fn well(app: &TestApp, site: &Site) {
    assert_eq!(found(app, site).await, []);
}

/// A tenant that another node found failing.
async fn noted_failing(app: &TestApp, tenant: TenantId) {
    let failure = Failure {
        code: "jwt.signature_invalid".to_owned(),
        since: app.clock.now(),
        refusals: 7,
        last_good_at: None,
    };
    let log = &*app.inside().log;
    let noted = health::record(log, tenant, &health::HealthFinding::Failing(failure)).await;
    let position = noted.unwrap().unwrap().position;
    app.inside().projected.wait_for(None, position).await.unwrap();
}
