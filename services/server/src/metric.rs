//! The names of all metrics, each with what it says. Code, alarm rules and dashboard use these and no others; a test holds them together.

use metrics::{describe_counter, describe_gauge, describe_histogram};

/// What a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// It counts by size.
    Histogram,
}

macro_rules! metrics_by_name {
    ($($constant:ident, $name:literal, $kind:ident, $says:literal;)*) => {
        $(#[doc = $says] pub const $constant: &str = $name;)*
        /// Every metric with its kind and what it says.
        pub const ALL: &[(&str, Kind, &str)] = &[$(($name, Kind::$kind, $says)),*];
    };
}

metrics_by_name! {
    HTTP_SECONDS, "tally_http_seconds", Histogram, "How long requests took, by route, method and status.";
    TOKENS_VERIFIED, "tally_tokens_verified_total", Counter, "Tokens that verified, by the standing of the secret that did.";
    TOKENS_REFUSED, "tally_tokens_refused_total", Counter, "Tokens that were refused, by code.";
    SECRET_OPENINGS_FAILED, "tally_secret_openings_failed_total", Counter, "Attempts to open stored secrets that failed, by reason.";
    TENANTS_SECRETS_UNOPENED, "tally_tenants_secrets_unopened", Gauge, "Tenants whose secrets lately could not be opened when a request needed them.";
    CALLBACKS_ACCEPTED, "tally_callbacks_accepted_total", Counter, "Lifecycle callbacks that were taken in, by callback.";
    CALLBACKS_REFUSED, "tally_callbacks_refused_total", Counter, "Lifecycle callbacks that were refused, by callback and code.";
    CLIENT_ERRORS, "tally_client_errors_total", Counter, "Failures that people saw, as browsers tell, by page.";
    RATE_LIMITED, "tally_rate_limited_total", Counter, "Requests that were answered 429, by kind of route.";
    EVENTS_PROJECTED, "tally_events_projected_total", Counter, "Events taken into the views.";
    PARTITIONS_HELD, "tally_partitions_held", Gauge, "Partitions of shared views that this node feeds.";
    PROJECTOR_FAILURES, "tally_projector_failures_total", Counter, "How often projecting broke off and was taken up again.";
    IMPORT_RETRIES, "tally_import_retries_total", Counter, "How often an import had to wait for the log.";
    TENANTS_INSTALLED, "tally_tenants_installed", Gauge, "Tenants that have Tally installed.";
    TENANTS_FAILING, "tally_tenants_failing", Gauge, "Tenants whose requests no secret verifies, heard of in the last day.";
    TENANTS_TURNED_AWAY, "tally_tenants_turned_away", Gauge, "Tenants whose truly signed requests were lately refused for their time or address, with none verified since.";
    TENANTS_SEEN_FAILING, "tally_tenants_seen_failing", Gauge, "Tenants whose people lately saw a failure, as browsers tell, with no call verified since.";
    TENANTS_ON_PREVIOUS_SECRET, "tally_tenants_on_previous_secret", Gauge, "Tenants whose last request was signed with a displaced secret.";
    TENANTS_PREVIOUS_SECRET_EXPIRING, "tally_tenants_previous_secret_expiring", Gauge, "Tenants that still sign with a displaced secret the grace of which ends within six hours.";
    ALARM_TENANTS_LIMIT, "tally_alarm_tenants_limit", Gauge, "How many tenants make an alarm that counts tenants, by the configured share and least.";
    INSTALLS_UNSTORED, "tally_installs_unstored", Gauge, "Installations that verified and could not be stored, with none stored since.";
    INSTALLS_REFUSED, "tally_installs_refused", Gauge, "Tenants whose installations were refused in the last hour for a reason that the operator has to mend.";
    KEY_SERVER_FAILING, "tally_key_server_failing", Gauge, "1 while the server of install keys does not answer as it should.";
    VIEWS_STOPPED, "tally_views_stopped", Gauge, "Views that stopped.";
    LOG_UNAVAILABLE, "tally_log_unavailable", Gauge, "1 while the event log does not take or give events.";
    ALARM_FIRING, "tally_alarm_firing", Gauge, "1 while the built-in evaluation has the alarm firing, by alarm.";
    WATCH_LOOKED_AT, "tally_watch_looked_at_seconds", Gauge, "When the tenants were last looked at, in seconds since 1970.";
    NOTIFICATIONS_WAITING, "tally_notifications_waiting", Gauge, "Messages of the built-in notifier that are not delivered yet.";
    NOTIFICATIONS, "tally_notifications_total", Counter, "Attempts to deliver a message, by way and outcome.";
}

/// Tells the registry what each metric says.
pub fn describe() {
    for (name, kind, says) in ALL {
        match kind {
            Kind::Counter => describe_counter!(*name, *says),
            Kind::Gauge => describe_gauge!(*name, *says),
            Kind::Histogram => describe_histogram!(*name, *says),
        }
    }
}
