//! The `tally` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    tally_server::cli::run()
}
