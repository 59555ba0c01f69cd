//! A line of the table.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

/// What a scenario came to.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// Its number and what was played.
    pub scenario: String,
    /// How many sites there were.
    pub sites: u32,
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
    pub percent_hurt_before_alarm: Option<f64>,
    /// What people saw.
    pub user_saw: Option<String>,
    /// What admins were told.
    pub admin_told: Option<String>,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Promises that did not hold.
    pub broken_promises: Vec<String>,
}

impl Row {
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
    "sites hurt before alarm, %",
    "user saw",
    "admin was told",
];

/// The table.
pub fn markdown(rows: &[Row]) -> String {
    let mut text = format!("| {} |\n", HEADINGS.join(" | "));
    writeln!(text, "|{}", " --- |".repeat(HEADINGS.len())).unwrap();
    for row in rows {
        writeln!(text, "| {} |", cells(row).join(" | ")).unwrap();
    }
    text
}

fn cells(row: &Row) -> [String; 10] {
    let number = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.1}"));
    let words = |value: &Option<String>| value.clone().unwrap_or("–".to_owned());
    [
        row.scenario.clone(),
        row.sites.to_string(),
        row.requests.to_string(),
        refused(row),
        row.events_lost.to_string(),
        row.wrongly_trusted.to_string(),
        number(row.seconds_to_alarm),
        number(row.percent_hurt_before_alarm),
        words(&row.user_saw),
        words(&row.admin_told),
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
