//! D24, D26 and D32: what Jira answers our calls.

use tally_diagnosis::Likelihood::{Certain, Likely};
use tally_tests::app::TestApp;

use super::{agent, first, well};

const SEARCH: &str = "/rest/api/3/user/search";

#[tokio::test]
async fn each_refusal_of_jira_is_a_finding_of_its_own_until_it_answers_again() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    for (status, entry) in [(403, "D24"), (400, "D24"), (429, "D26"), (401, "D4")] {
        app.jira.fail(&site, SEARCH, status);
        agent(&app, &site).get_refused("/people?query=ada").await;
        first(&app, &site, entry, Certain).await;
        app.jira.repair(&site);
        agent(&app, &site).get("/people?query=ada").await;
        well(&app, &site).await;
    }
}

#[tokio::test]
async fn d32_a_jira_that_is_down_is_waited_for_and_no_update_is_advised() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    app.jira.fail(&site, SEARCH, 502);
    agent(&app, &site).get_refused("/people?query=ada").await;
    first(&app, &site, "D32", Likely).await;
    app.jira.repair(&site);
    agent(&app, &site).get("/people?query=ada").await;
    well(&app, &site).await;
}
