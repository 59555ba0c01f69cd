//! The names of the metrics of authentication, each with a sentence that says what it measures.

use tally_observations::metrics_by_name;

metrics_by_name! {
    TOKENS_VERIFIED, "tally_tokens_verified_total", Counter,
        "Tokens that verified, by the state of the secret that verified them.";
    TOKENS_REFUSED, "tally_tokens_refused_total", Counter,
        "Tokens that were refused, by code.";
    SECRET_OPENINGS_FAILED, "tally_secret_openings_failed_total", Counter,
        "Attempts to open stored secrets that failed, by reason.";
    CALLBACKS_REFUSED, "tally_callbacks_refused_total", Counter,
        "Lifecycle callbacks that were refused, by callback and code.";
}
