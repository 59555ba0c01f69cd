//! A line of the table.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use crate::options::Options;

/// What a scenario came to.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// Its number and what was played.
    pub scenario: String,
    /// How many sites there were.
    pub sites: u32,
    /// How many nodes there were.
    pub nodes: u32,
    /// Why it was not played, if it was not.
    pub left_out: Option<String>,
    /// Requests sent, forged ones too.
    pub requests: u64,
    /// Valid requests refused.
    pub refused: u64,
    /// The same by code.
    pub refused_by_code: BTreeMap<String, u64>,
    /// Acknowledged commands and installations that are not found afterwards.
    pub events_lost: u64,
    /// Requests believed that were signed with a secret that was never issued, or is withdrawn.
    pub wrongly_trusted: u64,
    /// Seconds from the first refusal to the alarm.
    pub seconds_to_alarm: Option<f64>,
    /// The share of sites with a refused request when the alarm came, in percent.
    #[serde(rename = "percent_hurt_before_alarm")]
    pub percent_affected_before_alarm: Option<f64>,
    /// Seconds until the slowest of several nodes had heard of what withdraws a secret on another.
    pub seconds_until_everywhere: Option<f64>,
    /// What people saw.
    pub user_saw: Option<String>,
    /// What the diagnosis or the page showed to admins.
    #[serde(rename = "admin_told")]
    pub shown_to_admin: Option<String>,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Promises that did not hold.
    pub broken_promises: Vec<String>,
}

impl Row {
    /// One that is not played with these options, and why.
    pub fn left_out(scenario: &str, options: &Options, reason: &str) -> Self {
        Self {
            scenario: scenario.to_owned(),
            sites: options.sites,
            nodes: options.nodes,
            left_out: Some(reason.to_owned()),
            ..Self::default()
        }
    }

    /// Promises that did not hold, with the scenario they belong to.
    pub fn broken(&self) -> impl Iterator<Item = String> {
        self.broken_promises
            .iter()
            .map(|promise| format!("{}: {promise}", self.scenario))
    }
}

const HEADINGS: [&str; 10] = [
    "scenario",
    "sites",
    "requests sent",
    "valid requests refused",
    "events lost",
    "secrets wrongly trusted",
    "first refusal to alarm, s",
    "sites affected before alarm, %",
    "user saw",
    "admin was informed",
];
/// A further one, where there are several nodes.
const EVERYWHERE: &str = "withdrawn on every node after, s";

/// The table.
pub fn markdown(rows: &[Row]) -> String {
    let several = rows.iter().any(|row| row.nodes > 1);
    let headings: Vec<&str> = HEADINGS
        .into_iter()
        .chain(several.then_some(EVERYWHERE))
        .collect();
    let mut text = format!("| {} |\n", headings.join(" | "));
    writeln!(text, "|{}", " --- |".repeat(headings.len())).unwrap();
    for row in rows {
        let mut cells = cells(row).to_vec();
        if several {
            cells.push(number(row.seconds_until_everywhere, 3));
        }
        writeln!(text, "| {} |", cells.join(" | ")).unwrap();
    }
    text
}

fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or("–".to_owned(), |value| format!("{value:.digits$}"))
}

fn cells(row: &Row) -> [String; 10] {
    let words = |value: &Option<String>| value.clone().unwrap_or("–".to_owned());
    if let Some(reason) = &row.left_out {
        let mut cells = std::array::from_fn(|_| "–".to_owned());
        cells[0] = format!("{}: left out, {reason}", row.scenario);
        return cells;
    }
    [
        row.scenario.clone(),
        row.sites.to_string(),
        row.requests.to_string(),
        refused(row),
        row.events_lost.to_string(),
        row.wrongly_trusted.to_string(),
        number(row.seconds_to_alarm, 1),
        number(row.percent_affected_before_alarm, 1),
        words(&row.user_saw),
        words(&row.shown_to_admin),
    ]
}

fn refused(row: &Row) -> String {
    let codes: Vec<_> = row
        .refused_by_code
        .iter()
        .map(|(code, times)| format!("{times} `{code}`"))
        .collect();
    match codes.as_slice() {
        [] => "0".to_owned(),
        [only] => only.clone(),
        several => format!("{}: {}", row.refused, several.join(", ")),
    }
}
