//! The names of the operator's metrics, each with a sentence that says what it measures.

use tally_observations::metrics_by_name;

metrics_by_name! {
    TENANTS_INSTALLED, "tally_tenants_installed", Gauge,
        "Tenants that have Tally installed.";
    TENANTS_FAILING, "tally_tenants_failing", Gauge,
        "Tenants with requests in the last day that no secret verifies.";
    TENANTS_TURNED_AWAY, "tally_tenants_turned_away", Gauge,
        "Tenants whose correctly signed requests were lately refused for their time or address, with none \
         verified since.";
    TENANTS_SEEN_FAILING, "tally_tenants_seen_failing", Gauge,
        "Tenants whose users lately saw a failure, as browsers report, with no call verified since.";
    TENANTS_ON_PREVIOUS_SECRET, "tally_tenants_on_previous_secret", Gauge,
        "Tenants whose last request was signed with a previous secret.";
    TENANTS_PREVIOUS_SECRET_EXPIRING, "tally_tenants_previous_secret_expiring", Gauge,
        "Tenants that still sign with a previous secret whose grace period ends within six hours.";
    ALARM_TENANTS_LIMIT, "tally_alarm_tenants_limit", Gauge,
        "The number of tenants that fires an alarm, from the configured share and least number.";
    TENANTS_SECRETS_UNOPENED, "tally_tenants_secrets_unopened", Gauge,
        "Tenants whose secrets lately could not be opened when a request needed them.";
    INSTALLS_UNSTORED, "tally_installs_unstored", Gauge,
        "Installations that verified and could not be stored, with none stored since.";
    INSTALLS_REFUSED, "tally_installs_refused", Gauge,
        "Sites whose installations were refused in the last hour for a reason that only the operator can \
         repair.";
    KEY_SERVER_FAILING, "tally_key_server_failing", Gauge,
        "1 while the server of install keys does not answer as it should.";
    VIEWS_STOPPED, "tally_views_stopped", Gauge,
        "Views that stopped.";
    LOG_UNAVAILABLE, "tally_log_unavailable", Gauge,
        "1 while events cannot be written to the log or read from it.";
    ALARM_FIRING, "tally_alarm_firing", Gauge,
        "1 while the built-in evaluation has the alarm firing, by alarm.";
    WATCH_LOOKED_AT, "tally_watch_looked_at_seconds", Gauge,
        "The time of the last tick of the watch, in seconds since 1970.";
    NOTIFICATIONS_WAITING, "tally_notifications_waiting", Gauge,
        "Messages of the built-in notifier that are not delivered yet.";
    NOTIFICATIONS, "tally_notifications_total", Counter,
        "Attempts to deliver a message, by way and outcome.";
}
