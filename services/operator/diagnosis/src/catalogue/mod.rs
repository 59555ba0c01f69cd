//! The catalogue: what can go wrong between a Jira site and Tally, by symptom, cause and remedy.
//!
//! An entry's id is a contract, like a refusal's code. Each entry has a matcher, a pure function of
//! the evidence; or it says why it cannot happen here, so that a reader who looks for it knows. To
//! add one: its entry in a file of this folder and its line in [`ALL`], and a test in
//! `tests/it/http/diagnosis` that stages the cause.

mod calls;
mod entry;
mod forge;
mod installs;
mod own;
mod secrets;
mod sites;
mod tokens;

pub use entry::Likelihood;
pub(crate) use entry::{Applies, Entry};

/// All entries, in order.
pub(crate) static ALL: [&Entry; 34] = [
    &secrets::D1,
    &secrets::D2,
    &secrets::D3,
    &secrets::D4,
    &installs::D5,
    &installs::D6,
    &tokens::D7,
    &tokens::D8,
    &tokens::D9,
    &tokens::D10,
    &tokens::D11,
    &installs::D12,
    &installs::D13,
    &installs::D14,
    &installs::D15,
    &sites::D16,
    &sites::D17,
    &tokens::D18,
    &sites::D19,
    &forge::D20,
    &forge::D21,
    &forge::D22,
    &forge::D23,
    &calls::D24,
    &calls::D25,
    &calls::D26,
    &sites::D27,
    &sites::D28,
    &installs::D29,
    &installs::D30,
    &secrets::D31,
    &calls::D32,
    &own::D33,
    &own::D34,
];
