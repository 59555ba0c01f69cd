//! A diagnosis as text for a terminal, and the catalogue as a page of the documentation.

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};

use super::catalogue::{ALL, Applies, Entry};
use super::report::{Finding, SiteDiagnosis};

/// The widest line of the catalogue's page, in characters.
const WIDTH: usize = 120;

/// A diagnosis as text for a terminal.
pub fn diagnosis_text(diagnosis: &SiteDiagnosis) -> String {
    let at = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut text = format!(
        "client key {}, tenant {}, {}, {} at {}\n",
        diagnosis.client_key,
        diagnosis.tenant.as_deref().unwrap_or("none"),
        diagnosis.status.as_deref().unwrap_or("never installed"),
        diagnosis.base_url.as_deref().unwrap_or("address unknown"),
        at(diagnosis.as_of)
    );
    match diagnosis.remembers_since {
        Some(since) => {
            let since = at(since);
            add_line(
                &mut text,
                &format!("refused tokens and Jira's answers are known since {since}"),
            );
        }
        None => add_line(
            &mut text,
            "no server answered: refused tokens and Jira's answers, which only a server's memory holds, are \
             missing",
        ),
    }
    if diagnosis.findings.is_empty() {
        add_line(&mut text, "\nNo known problem was found.");
    }
    for finding in &diagnosis.findings {
        text.push_str(&finding_text(finding));
    }
    text
}

fn finding_text(finding: &Finding) -> String {
    let mut text = format!("\n{} ({})\n", finding.entry, finding.likelihood.as_str());
    for (name, said) in [("symptom", &finding.symptom), ("cause", &finding.cause)] {
        add_line(&mut text, &format!("  {name:<9} {}", to_one_line(said)));
    }
    for why in finding.why.iter().chain(&finding.internal) {
        add_line(&mut text, &format!("  evidence  {}", to_one_line(why)));
    }
    add_line(&mut text, &format!("  operator  {}", finding.operator_remedy));
    if let Some(admin) = &finding.admin_remedy {
        add_line(&mut text, &format!("  admin     {admin}"));
    }
    text
}

/// Replaces control characters, which a terminal would obey: the text may come from outside.
fn to_one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// The catalogue in Markdown.
pub fn catalogue_page() -> String {
    let mut text = String::from(
        "# Known problems, and who repairs them\n\n`tally diagnose --tenant T` (tenant id, client key or \
         address) compares what is known about a site with this list. Jira admins\nsee the findings about \
         their own site on the install diagnosis page. This page is printed by `tally diagnose \
         --catalogue`.\n",
    );
    for entry in ALL {
        text.push_str(&entry_section(entry));
    }
    text
}

fn entry_section(entry: &Entry) -> String {
    let mut text = format!("\n## {}\n\n", entry.id);
    let mut add = |name: &str, said: &str| add_line(&mut text, &wrap_item(&format!("**{name}** {said}")));
    add("Symptom:", entry.symptom);
    add("Cause:", entry.cause);
    match &entry.applies {
        Applies::Here { admin, operator, .. } => {
            let not_shown = "is not shown this finding: it is about other sites.";
            add("Jira admin:", admin.unwrap_or(not_shown));
            add("Operator:", operator);
        }
        Applies::Never(why) => add("Cannot happen here:", why),
    }
    text
}

/// A list item in Markdown, wrapped between words.
fn wrap_item(text: &str) -> String {
    let mut lines = vec!["-".to_owned()];
    for word in text.split(' ') {
        let fits = |line: &String| line.chars().count() + 1 + word.chars().count() <= WIDTH;
        match lines.last_mut().filter(|line| fits(line)) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(format!("  {word}")),
        }
    }
    lines.join("\n")
}

fn add_line(text: &mut String, line: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "{line}");
}
