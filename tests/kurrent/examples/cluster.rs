//! A cluster of three nodes to try `tally` with by hand: `cargo run -p tally-kurrent-double
//! --example cluster`. It prints where it is, and ends with its standard input.

#![allow(clippy::print_stdout, reason = "it is for people")]

use std::io::{Result, copy, sink, stdin};

use tally_kurrent_double::Cluster;

fn main() -> Result<()> {
    let cluster = Cluster::start(3);
    println!("{}", cluster.url());
    copy(&mut stdin(), &mut sink())?;
    Ok(())
}
