//! The structured log. What must never be in it (tokens, secrets) has no printable form in the first place: see the `Debug` of each.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

/// Starts logging to standard error. A second call does nothing.
pub fn start(filter: &str, json: bool) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // Colours are for eyes: in a container's log they are noise between the words that one looks for.
        .with_ansi(std::io::stderr().is_terminal())
        .with_span_events(FmtSpan::NONE)
        .with_target(true)
        // What it tells of a line that could not be written it tells by a macro that panics when that cannot be written either. A full disk
        // under the log file must not end whoever has something to say, least of all the thread that writes events.
        .log_internal_errors(false);
    let started = if json {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.compact().try_init()
    };
    // Only tests start twice.
    drop(started);
}
