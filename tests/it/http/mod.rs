//! What Tally does when it is called over HTTP, with really signed tokens.

use std::path::Path;

use rusqlite::Connection;

mod assets_api;
mod diagnosis;
mod edge;
mod elsewhere;
mod erasure;
mod import_files;
mod imports_api;
mod isolation;
mod journeys;
mod languages;
mod lifecycle_refusals;
mod lost_keys;
mod names;
mod oracle;
mod people_api;
mod raw_log;
mod scanner;
mod secrecy;
mod shares;
mod shorter_log;
mod site_api;
mod token_refusals;
mod walk;
mod watch;

/// Keeps everybody else from writing to a SQLite file until it is dropped.
fn lock_writes(file: &Path) -> Connection {
    let connection = Connection::open(file).unwrap();
    connection.busy_timeout(tally_tests::waiting::TIMEOUT).unwrap();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    connection
}
