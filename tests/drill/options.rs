//! How large the drill is.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

/// Replays the outage of 7 March 2022 and its relatives against the real server, and prints what
/// happened.
#[derive(Clone, Debug, Parser)]
#[command(name = "drill")]
pub struct Options {
    /// How many sites have Tally installed.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(4..=2000))]
    pub sites: u32,
    /// How many nodes there are: one over the embedded log, or several over one PostgreSQL server.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=4))]
    pub nodes: u32,
    /// Which scenarios to play, by name or number; all when none is given.
    #[arg(long)]
    pub scenario: Vec<String>,
    /// How many requests a second people make, over all sites.
    #[arg(long, default_value_t = 150)]
    pub rate: u32,
    /// What chooses sites, requests and moments.
    #[arg(long, default_value_t = 20_220_307)]
    pub seed: u64,
    /// The pause between two batches of a rollout, in milliseconds.
    #[arg(long, default_value_t = 2000)]
    pub pause: u64,
    /// For how long a tenant's requests are refused before it counts as failing, in seconds.
    #[arg(long, default_value_t = 15)]
    pub failing_after: u32,
    /// How long the store of data keys is down, in seconds. Without it, ten minutes are played at a
    /// scale of 1 s for 150 s.
    #[arg(long)]
    pub outage: Option<u64>,
    /// Also writes the table as JSON.
    #[arg(long)]
    pub json: Option<PathBuf>,
    /// Also writes the table as Markdown.
    #[arg(long)]
    pub markdown: Option<PathBuf>,
}

impl Options {
    /// As small as the test suite has it.
    #[cfg(test)]
    pub fn small() -> Self {
        Self {
            sites: 6,
            nodes: 1,
            scenario: vec![],
            rate: 40,
            seed: 7,
            pause: 300,
            failing_after: 1,
            outage: None,
            json: None,
            markdown: None,
        }
    }

    /// Whether nodes share a server.
    pub fn has_several_nodes(&self) -> bool {
        self.nodes > 1
    }

    /// Between two batches.
    pub fn pause(&self) -> Duration {
        Duration::from_millis(self.pause)
    }

    /// How often Tally looks at its tenants, in seconds.
    pub fn look_every(&self) -> u32 {
        self.failing_after.clamp(1, 5)
    }

    /// Between two requests of one site.
    pub fn gap(&self) -> Duration {
        Duration::from_secs(1) * self.sites / self.rate.max(1)
    }

    /// How many sites a batch of a rollout has.
    pub fn batch(&self) -> usize {
        (self.sites as usize / 10).max(2)
    }
}
