//! The made-up issues that every site has.

use serde_json::{Value, json};

use crate::site::Site;

/// Key, summary and status of each issue.
const ISSUES: [(&str, &str, &str); 5] = [
    (
        "IT-1",
        "New starter on Monday: laptop, dock, two screens",
        "In Progress",
    ),
    ("IT-2", "Laptop will not charge", "To Do"),
    ("IT-3", "Return of loan phone before leave", "To Do"),
    ("IT-4", "Licence renewal for the design team", "Done"),
    ("IT-5", "Projector in room 4.12 flickers", "In Progress"),
];

/// One issue in the shape of Jira's REST interface; `None` when no issue has that key.
#[must_use]
pub fn find_issue(site: &Site, key: &str) -> Option<Value> {
    let index = ISSUES
        .iter()
        .position(|(known, ..)| known.eq_ignore_ascii_case(key))?;
    let (key, summary, status) = ISSUES[index];
    let reporter = site
        .people()
        .into_iter()
        .nth(index + 3)
        .map(|person| json!({"accountId": person.account_id, "displayName": person.display_name}));
    Some(json!({
        "id": (10_001 + index).to_string(), "key": key,
        "fields": {"summary": summary, "status": {"name": status}, "issuetype": {"name": "Service Request"},
                   "project": {"key": "IT", "name": "IT Service Desk"}, "reporter": reporter},
    }))
}
