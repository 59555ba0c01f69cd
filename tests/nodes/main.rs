//! Several nodes as they are run: web nodes and projectors as processes of their own, over one
//! PostgreSQL server, behind a balancer, with a wire between each of them and the server that can
//! be cut. While clients give commands and the platform rotates secrets, faults happen; after each
//! of them everything goes on, and in the end nothing acknowledged is lost, nothing is there twice,
//! and the views are what the log says.
//!
//! `fleet` is the nodes and what surrounds them, `faults` what happens to them. `lifecycle` is what
//! the platform reports to one node and the other has to know, and `imports` what one begins and
//! the other ends, and `retries` what is sent to both, on a `pair` of nodes; in `upgrade` a newer version takes over, and in `erasing` a
//! person and a tenant are erased. What clients and
//! the platform do is that of the crash tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    dead_code,
    reason = "tests may fail by panicking, and say what they did; of what the crash tests have they use a part"
)]

#[path = "../crash/audit.rs"]
mod audit;
mod erasing;
mod faults;
mod fleet;
#[path = "../crash/import.rs"]
mod import;
mod imports;
mod lifecycle;
#[path = "../crash/load.rs"]
mod load;
mod on_kurrentdb;
mod operating;
mod other;
mod pair;
mod retries;
#[path = "../crash/rotation.rs"]
mod rotation;
#[path = "../crash/seen.rs"]
mod seen;
mod upgrade;
#[path = "../crash/world.rs"]
mod world;
