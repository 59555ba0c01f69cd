//! What the commands print.

use std::io::{self, Write};

/// Prints a line to the standard output at once.
///
/// # Errors
/// The output is closed, as when a pipe's reader has ended.
pub(crate) fn print_line(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Prints a line to the standard error.
pub(crate) fn print_error(text: &str) {
    // When even this fails there is no place left to report it.
    drop(writeln!(io::stderr().lock(), "{text}"));
}
