//! One binary for the tests over the real `tally` process.
//!
//! `killing` kills the server twenty times under load and looks for what was lost or doubled:
//! `world` is what everybody shares, `load` gives commands, `rotation` rotates the secret, `import`
//! imports a file; `seen` compares what the running server says with what it had acknowledged,
//! `audit` reads the stores of a dead one. `log_copy` kills a copy of a log. `replay`,
//! `command_line` and `operator` ask the binary at the command line, beside a running server.
//! `keys` rotates the master key, `erasing` erases tenants and people, killed by `cut` where the test
//! chooses. `leaks` looks for secrets in everything that was written.
//!
//! `CRASH_SEED=7 cargo test -p tally-tests --test crash` gives the same commands and moments again;
//! how they interleave is the machine's, so a failure may take some tries to come back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests may fail by panicking, and say what they did"
)]

mod audit;
mod command_line;
mod cut;
mod erasing;
mod import;
mod keys;
mod killing;
mod leaks;
mod load;
mod log_copy;
mod operator;
mod replay;
mod rotation;

mod seen;
mod starting;
mod starting_postgres;
mod world;
