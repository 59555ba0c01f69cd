//! One binary for the tests of what a pipeline asks of `tally`: `walks` probes a running server,
//! `descriptors` judges what would be published, `pipeline` runs the worked example of both and
//! what is between. `bench` is what they share.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may fail by panicking"
)]

mod bench;
mod descriptors;
mod pipeline;
mod walks;
