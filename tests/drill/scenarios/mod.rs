//! The scenarios, one file each.

mod attacks;
mod batches;
mod erasures;
mod failed_callbacks;
mod grace;
mod site_lives;
mod swallowed;
mod two_nodes;
mod weather;

use std::pin::Pin;

use crate::options::Options;
use crate::row::Row;

type Playing = Pin<Box<dyn Future<Output = Vec<Row>>>>;

/// A scenario.
pub struct Scenario {
    /// What it is called on the command line.
    pub name: &'static str,
    /// Its number in the table.
    pub number: u8,
    /// What happens in it.
    pub sentence: &'static str,
    /// Plays it.
    pub run: fn(Options) -> Playing,
}

/// All of them.
pub const ALL: [Scenario; 9] = [
    Scenario {
        name: "batches",
        number: 1,
        sentence: "every tenant is rotated in batches under load",
        run: |options| Box::pin(batches::play(options)),
    },
    Scenario {
        name: "failed-callbacks",
        number: 2,
        sentence: "installed fails, and the platform keeps the old secret, or the new one",
        run: |options| Box::pin(failed_callbacks::play(options)),
    },
    Scenario {
        name: "two-nodes",
        number: 3,
        sentence: "duplicate, reordered and simultaneous installed on two nodes",
        run: |options| Box::pin(two_nodes::play(options)),
    },
    Scenario {
        name: "grace",
        number: 4,
        sentence: "requests signed with the previous secret, in the grace window and after it",
        run: |options| Box::pin(grace::play(options)),
    },
    Scenario {
        name: "swallowed",
        number: 5,
        sentence: "the 2022 bug: installed is swallowed on its way, and new secrets never arrive",
        run: |options| Box::pin(swallowed::play(options)),
    },
    Scenario {
        name: "weather",
        number: 6,
        sentence: "the key server, clocks and disks fail",
        run: |options| Box::pin(weather::play(options)),
    },
    Scenario {
        name: "attacks",
        number: 7,
        sentence: "forged, replayed and misdirected tokens",
        run: |options| Box::pin(attacks::play(options)),
    },
    Scenario {
        name: "site-lives",
        number: 8,
        sentence: "sites uninstall, reinstall, are renamed and imported",
        run: |options| Box::pin(site_lives::play(options)),
    },
    Scenario {
        name: "erasures",
        number: 9,
        sentence: "a person and a site are erased while everyone else works",
        run: |options| Box::pin(erasures::play(options)),
    },
];

/// Those that are named, or all.
///
/// # Panics
/// When there is none of a name.
pub fn chosen(names: &[String]) -> Vec<&'static Scenario> {
    let named = |name: &String| {
        let found = ALL
            .iter()
            .find(|s| s.name == name || s.number.to_string() == *name);
        found.unwrap_or_else(|| panic!("there is no scenario {name}"))
    };
    if names.is_empty() {
        ALL.iter().collect()
    } else {
        names.iter().map(named).collect()
    }
}
