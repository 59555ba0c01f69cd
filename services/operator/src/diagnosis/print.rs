//! A diagnosis as text for a terminal, and the catalogue as a page of the documentation.

use std::fmt::Write as _;

use chrono::SecondsFormat;

use super::catalogue::{ALL, Entry, Here};
use super::{Diagnosis, Finding};

/// A diagnosis for a terminal.
pub fn diagnosis(told: &Diagnosis) -> String {
    let at = |time: chrono::DateTime<chrono::Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut text = format!(
        "client key {}, tenant {}, {}, {} at {}\n",
        told.client_key,
        told.tenant.as_deref().unwrap_or("none"),
        told.status.as_deref().unwrap_or("never installed"),
        told.base_url.as_deref().unwrap_or("no address"),
        at(told.as_of)
    );
    match told.remembers_since {
        Some(since) => line(
            &mut text,
            &format!("refused tokens and Jira's answers are known since {}", at(since)),
        ),
        None => line(
            &mut text,
            "no server could be asked: refused tokens and Jira's answers, which are only kept in memory, are missing",
        ),
    }
    if told.findings.is_empty() {
        line(&mut text, "\nNothing is known to be wrong.");
    }
    for finding in &told.findings {
        text.push_str(&self::finding(finding));
    }
    text
}

fn finding(found: &Finding) -> String {
    let mut text = format!("\n{} ({})\n", found.entry, found.likelihood.as_str());
    for (name, said) in [("symptom", &found.symptom), ("cause", &found.cause)] {
        line(&mut text, &format!("  {name:<9} {}", one_line(said)));
    }
    for why in found.why.iter().chain(&found.internal) {
        line(&mut text, &format!("  evidence  {}", one_line(why)));
    }
    line(&mut text, &format!("  operator  {}", found.operator_remedy));
    if let Some(admin) = &found.admin_remedy {
        line(&mut text, &format!("  admin     {admin}"));
    }
    text
}

/// Foreign text without what a terminal would obey.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// The catalogue in Markdown.
pub fn catalogue() -> String {
    let mut text = String::from(
        "# What can be wrong, and who mends it\n\n\
         `tally diagnose --tenant T` (id, client key or address) holds what is known of a site against this list; Jira admins see the same\n\
         on the install diagnosis page, as far as it is about their site. This page is printed by `tally diagnose --catalogue`.\n",
    );
    for entry in ALL {
        text.push_str(&described(entry));
    }
    text
}

fn described(entry: &Entry) -> String {
    let mut text = format!("\n## {}\n\n", entry.id);
    let mut say = |name: &str, said: &str| line(&mut text, &format!("- **{name}** {said}"));
    say("Symptom:", entry.symptom);
    say("Cause:", entry.cause);
    match &entry.here {
        Here::Possible { admin, operator, .. } => {
            say("Jira admin:", admin.unwrap_or("is not told: it is about others."));
            say("Operator:", operator);
        }
        Here::Impossible(why) => say("Cannot happen here:", why),
    }
    text
}

fn line(text: &mut String, said: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "{said}");
}
