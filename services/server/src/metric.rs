//! The names of the server's metrics, each with a sentence that says what it measures. Code, alarm
//! rules and dashboard use these names and no others; a test compares them.

use metrics::{describe_counter, describe_gauge, describe_histogram};

pub use tally_observations::metric::MetricKind;
use tally_observations::metrics_by_name;

metrics_by_name! {
    HTTP_SECONDS, "tally_http_seconds", Histogram,
        "The duration of requests, by route, method and status.";
    CALLBACKS_ACCEPTED, "tally_callbacks_accepted_total", Counter,
        "Lifecycle callbacks that were accepted, by callback.";
    CLIENT_ERRORS, "tally_client_errors_total", Counter,
        "Failures that people saw, as browsers report them, by page.";
    RATE_LIMITED, "tally_rate_limited_total", Counter,
        "Requests that were answered 429, by kind of route.";
    EVENTS_PROJECTED, "tally_events_projected_total", Counter,
        "Events that were applied to the views.";
    PARTITIONS_HELD, "tally_partitions_held", Gauge,
        "Partitions of shared views that this node feeds.";
    PROJECTOR_FAILURES, "tally_projector_failures_total", Counter,
        "How often applying events to the views failed and was tried again.";
    CREDENTIALS_NOT_UNDERSTOOD, "tally_credentials_not_understood_total", Counter,
        "How often credentials were not updated, as the tenant's stream has an event of a newer version.";
    LOST_KEYS, "tally_lost_keys", Gauge,
        "Keys of tenants, people and texts that this node needed and that are not in the key store.";
    IMPORT_RETRIES, tally_imports::RETRIES, Counter,
        "How often an import had to wait for the log.";
}

/// All metrics of the process: those of this crate, of authentication and of the operator's house.
pub fn all() -> impl Iterator<Item = &'static (&'static str, MetricKind, &'static str)> {
    ALL.iter()
        .chain(tally_authentication::metric::ALL)
        .chain(tally_operator::metric::ALL)
}

/// Gives the registry the description of each metric.
pub fn describe() {
    for (name, kind, says) in all() {
        match kind {
            MetricKind::Counter => describe_counter!(*name, *says),
            MetricKind::Gauge => describe_gauge!(*name, *says),
            MetricKind::Histogram => describe_histogram!(*name, *says),
        }
    }
}
