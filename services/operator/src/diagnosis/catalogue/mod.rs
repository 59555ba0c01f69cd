//! The catalogue: what can be wrong between a Jira site and an app, by symptom, cause and remedy.
//!
//! An entry's id is a contract, like a refusal's code. Each has a matcher, a pure function of the evidence; or says why it cannot happen here,
//! so that who looks for it knows. To add one: its line here and in [`ALL`], and a test in `tests/it/http/diagnosis` that stages the cause.

mod calls;
mod forge;
mod installs;
mod secrets;
mod sites;
mod tokens;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::evidence::{Evidence, Times};

/// One entry.
pub struct Entry {
    /// What it is called.
    pub id: &'static str,
    /// What people see.
    pub symptom: &'static str,
    /// What is behind it.
    pub cause: &'static str,
    /// Whether it can be so here.
    pub here: Here,
}

/// Whether an entry can apply to this app.
pub enum Here {
    /// It can.
    Possible {
        /// What the site's Jira admin does; `None` when the admin is not told at all, since it is about others.
        admin: Option<&'static str>,
        /// What the operator does.
        operator: &'static str,
        /// Whether the evidence shows it.
        shown: fn(&Evidence) -> Option<Match>,
    },
    /// It cannot, for this reason.
    Impossible(&'static str),
}

/// How sure a match is, and how much it hurts; the last is first in a diagnosis.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Likelihood {
    /// Good to know; nothing is broken by it.
    Note,
    /// It may be this.
    Possible,
    /// It is probably this.
    Likely,
    /// The evidence leaves no other reading.
    Certain,
}

impl Likelihood {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "good to know",
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

/// What the evidence shows of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// How sure it is.
    pub likelihood: Likelihood,
    /// The evidence in words that the site's own admin may read.
    pub why: Vec<String>,
    /// The evidence that only the operator may read: it is about others, or about the inside.
    pub internal: Vec<String>,
}

impl Match {
    fn new(likelihood: Likelihood, why: impl Into<String>) -> Self {
        Self {
            likelihood,
            why: vec![why.into()],
            internal: vec![],
        }
    }

    #[must_use]
    fn and(mut self, why: impl Into<String>) -> Self {
        self.why.push(why.into());
        self
    }

    #[must_use]
    fn inside(mut self, why: impl Into<String>) -> Self {
        self.internal.push(why.into());
        self
    }
}

/// All entries, in order.
pub static ALL: [&Entry; 30] = [
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
];

fn at(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// How often and when, in words.
fn seen(times: &Times) -> String {
    if times.count == 1 {
        format!("once, at {}", at(times.last))
    } else {
        format!(
            "{} times from {} to {}",
            times.count,
            at(times.first),
            at(times.last)
        )
    }
}
