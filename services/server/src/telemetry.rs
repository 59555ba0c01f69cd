//! The structured log. Values that must never be in it (tokens, secrets) have no printable form:
//! see the `Debug` of each.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

/// The client library of the log. It reports each change of leader at level ERROR; what that means
/// is in our own lines.
const LIBRARY: &str = "kurrentdb";

/// The filter, without the library's lines unless it names them.
fn with_library(filter: &str) -> String {
    match filter.contains(LIBRARY) {
        true => filter.to_owned(),
        false => format!("{filter},{LIBRARY}=off"),
    }
}

/// Starts logging to standard error. A second call has no effect.
pub fn start_logging(filter: &str, json: bool) {
    let filter = EnvFilter::try_new(with_library(filter)).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // Colours are for a terminal; in a container's log they disturb the search for words.
        .with_ansi(std::io::stderr().is_terminal())
        .with_span_events(FmtSpan::NONE)
        .with_target(true)
        // The library reports a line that it could not write with a macro that panics when that
        // report cannot be written either. A full disk under the log file must not end the thread
        // that logs, least of all the one that writes events.
        .log_internal_errors(false);
    let started = if json {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.compact().try_init()
    };
    // Only tests start twice.
    drop(started);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_the_logs_client_are_shown_on_demand() {
        assert_eq!(with_library("info"), "info,kurrentdb=off");
        assert_eq!(with_library("info,kurrentdb=warn"), "info,kurrentdb=warn");
    }
}
