//! The figures of several rounds, and how they are printed.

use std::fmt;
use std::time::Duration;

/// How often something is measured, and how long each time.
#[derive(Clone, Copy)]
pub struct Pace {
    pub rounds: usize,
    pub lasts: Duration,
}

impl Pace {
    pub fn new(rounds: usize, seconds: u64) -> Self {
        Self {
            rounds: rounds.max(1),
            lasts: Duration::from_secs(seconds.max(1)),
        }
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "min / median / max of {} rounds of {} s",
            self.rounds,
            self.lasts.as_secs()
        )
    }
}

/// The least, the middle and the most of some rounds.
pub struct Figures {
    pub min: f64,
    pub median: f64,
    pub max: f64,
}

impl Figures {
    pub fn of(mut rounds: Vec<f64>) -> Self {
        rounds.sort_by(f64::total_cmp);
        Self {
            min: rounds[0],
            median: rounds[rounds.len() / 2],
            max: rounds[rounds.len() - 1],
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>8.0} / {:>8.0} / {:>8.0}", self.min, self.median, self.max)
    }
}

/// What one round of asking gave.
pub struct Round {
    /// Answers a second.
    pub rate: f64,
    /// The median of how long an answer took, in milliseconds.
    pub p50: f64,
    /// The 99th percentile of it.
    pub p99: f64,
}

impl Round {
    pub fn of(mut took: Vec<Duration>, lasted: Duration) -> Self {
        took.sort_unstable();
        Self {
            rate: took.len() as f64 / lasted.as_secs_f64(),
            p50: at(&took, 0.5),
            p99: at(&took, 0.99),
        }
    }
}

fn at(sorted: &[Duration], part: f64) -> f64 {
    let index = (sorted.len().saturating_sub(1) as f64 * part) as usize;
    sorted
        .get(index)
        .map_or(f64::NAN, |took| took.as_secs_f64() * 1e3)
}

/// The rounds of one way of doing it.
#[derive(Default)]
pub struct Rounds(Vec<Round>);

impl Rounds {
    pub fn push(&mut self, round: Round) {
        self.0.push(round);
    }

    fn figures(&self, of: fn(&Round) -> f64) -> Figures {
        Figures::of(self.0.iter().map(of).collect())
    }

    pub fn rate(&self) -> Figures {
        self.figures(|round| round.rate)
    }

    /// A line of a table: the rate, its ratio to `base`, and the medians of how long an answer
    /// took.
    pub fn line(&self, name: &str, base: Option<&Self>) -> String {
        let rate = self.rate();
        let ratio = base.map_or(String::new(), |base| {
            format!("{:.2}", rate.median / base.rate().median)
        });
        let (p50, p99) = (self.figures(|r| r.p50).median, self.figures(|r| r.p99).median);
        format!("{name:<56} {rate}  ratio {ratio:>5}  p50 {p50:>7.2} ms  p99 {p99:>7.2} ms")
    }
}
