//! Failing tenants, notifications, and limits on strangers.

mod alarms;
mod limits;
mod page_refs;

use chrono::TimeDelta;
use tally_tests::app::TestApp;
use tally_tests::connect::Site;

const ACCOUNT: &str = "712020:somebody";
const PAGE: &str = tally_descriptor::page::ASSETS;

/// The time after which a tenant counts as failing, as configured by default.
pub(super) const FAILING_AFTER: TimeDelta = TimeDelta::seconds(15);

/// A Tally whose watch ticks every second.
pub(super) async fn quick<'a>(more: impl IntoIterator<Item = (&'a str, &'a str)>) -> TestApp {
    let quick = [("watch_interval_seconds", "1")];
    TestApp::start_with(quick.into_iter().chain(more)).await
}

/// Sites that have Tally, and to which the platform gave other secrets that never arrived.
pub(super) async fn sites_with_lost_secrets(app: &TestApp, count: usize) -> Vec<Site> {
    let mut sites = vec![];
    for number in 0..count {
        let site = app.installed_site(&format!("site-{number}")).await.rotated();
        app.jira.know(&site);
        sites.push(site);
    }
    sites
}
