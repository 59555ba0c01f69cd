//! The people of a site: an admin, an agent and a viewer with memorable names, and sixty of staff.
//!
//! They are computed from the site's name, so that account ids stay the same over restarts.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How many people of staff a site has beside the three named ones.
pub const STAFF: usize = 60;

const FIRST_NAMES: [&str; 60] = [
    "Amara",
    "Anders",
    "Beatriz",
    "Callum",
    "Chiara",
    "Daniel",
    "Divya",
    "Elena",
    "Emeka",
    "Farah",
    "Felix",
    "Freya",
    "Gabriel",
    "Grace",
    "Hana",
    "Henrik",
    "Ines",
    "Isaac",
    "Jasmin",
    "Jonas",
    "Kaito",
    "Katarzyna",
    "Lars",
    "Leila",
    "Liam",
    "Lucia",
    "Mateo",
    "Mei",
    "Milan",
    "Mina",
    "Nadia",
    "Nikolai",
    "Noor",
    "Olga",
    "Oscar",
    "Paula",
    "Pavel",
    "Petra",
    "Priya",
    "Quentin",
    "Rahul",
    "Rosa",
    "Ruben",
    "Sana",
    "Selma",
    "Sofia",
    "Stefan",
    "Tariq",
    "Tessa",
    "Thomas",
    "Uma",
    "Valentin",
    "Vera",
    "Wei",
    "Xenia",
    "Yara",
    "Yusuf",
    "Zoe",
    "Bruno",
    "Carmen",
];

const LAST_NAMES: [&str; 59] = [
    "Adeyemi",
    "Almeida",
    "Andersson",
    "Bakker",
    "Banerjee",
    "Bauer",
    "Becker",
    "Bianchi",
    "Brandt",
    "Campbell",
    "Castillo",
    "Chen",
    "Costa",
    "Dubois",
    "Eriksen",
    "Farouk",
    "Fischer",
    "Fontaine",
    "Garcia",
    "Greene",
    "Haddad",
    "Hansen",
    "Hoffmann",
    "Horvat",
    "Iyer",
    "Jansen",
    "Johansson",
    "Kaplan",
    "Kim",
    "Kowalska",
    "Larsen",
    "Lindqvist",
    "Lopez",
    "Mahmoud",
    "Marino",
    "Meyer",
    "Moreau",
    "Nakamura",
    "Novak",
    "Okafor",
    "Olsen",
    "Ortega",
    "Patel",
    "Petrov",
    "Ramos",
    "Reyes",
    "Rossi",
    "Sato",
    "Schneider",
    "Silva",
    "Singh",
    "Tanaka",
    "Torres",
    "Vargas",
    "Vogel",
    "Walker",
    "Weber",
    "Yilmaz",
    "Zhang",
];

/// What a person may do on their site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Administers Jira and may change issues in bulk.
    Admin,
    /// May change issues in bulk.
    Agent,
    /// May look at the app and change nothing.
    Viewer,
    /// Works at the company; the pages cannot be opened as this person.
    Staff,
}

impl Role {
    /// The role's global permissions, by their names in Jira's REST interface.
    #[must_use]
    pub fn permissions(self) -> &'static [&'static str] {
        match self {
            Self::Admin => &[
                "ADMINISTER",
                "BULK_CHANGE",
                "CREATE_SHARED_OBJECTS",
                "USER_PICKER",
            ],
            Self::Agent => &["BULK_CHANGE", "CREATE_SHARED_OBJECTS", "USER_PICKER"],
            Self::Viewer | Self::Staff => &["USER_PICKER"],
        }
    }
}

/// One account of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// `712020:<uuid>`, the shape of present-day account ids.
    pub account_id: String,
    /// First and last name.
    pub display_name: String,
    /// Role that the person has in Jira.
    pub role: Role,
}

impl Person {
    /// An address at the reserved domain `example`.
    #[must_use]
    pub fn email(&self, site: &str) -> String {
        format!(
            "{}@{site}.example",
            self.display_name.to_lowercase().replace(' ', ".")
        )
    }

    /// First letters of the names, for an avatar.
    #[must_use]
    pub fn initials(&self) -> String {
        self.display_name
            .split(' ')
            .filter_map(|name| name.chars().next())
            .take(2)
            .collect()
    }
}

/// All people of the site: admin, agent, viewer, then staff.
///
/// `site` is the name the site had when it was made: renaming it changes no account.
#[must_use]
pub fn roster(site: &str) -> Vec<Person> {
    let named = [
        (format!("admin-{site}"), "Ada Admin", Role::Admin),
        (format!("agent-{site}"), "Alex Agent", Role::Agent),
        (format!("viewer-{site}"), "Vic Viewer", Role::Viewer),
    ];
    let named = named
        .into_iter()
        .map(|(handle, name, role)| person(&handle, name.to_owned(), role));
    let shift = site.bytes().map(usize::from).sum::<usize>();
    let staff = (0..STAFF).map(|index| {
        person(
            &format!("acct-{site}-{:02}", index + 1),
            staff_name(index, shift),
            Role::Staff,
        )
    });
    named.chain(staff).collect()
}

/// The lists' lengths have no common divisor, so a last name is repeated only after all first names
/// were used.
fn staff_name(index: usize, shift: usize) -> String {
    let first = FIRST_NAMES[index % FIRST_NAMES.len()];
    let last = LAST_NAMES[(index * 7 + shift) % LAST_NAMES.len()];
    format!("{first} {last}")
}

fn person(handle: &str, display_name: String, role: Role) -> Person {
    let id = Uuid::new_v5(&Uuid::NAMESPACE_DNS, handle.as_bytes());
    Person {
        account_id: format!("712020:{id}"),
        display_name,
        role,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_roster_is_stable_distinct_and_differs_between_sites() {
        let acme = roster("acme");
        assert_eq!(acme, roster("acme"));
        assert_eq!(acme.len(), STAFF + 3);
        let ids: HashSet<_> = acme.iter().map(|person| &person.account_id).collect();
        let names: HashSet<_> = acme.iter().map(|person| &person.display_name).collect();
        assert_eq!((ids.len(), names.len()), (acme.len(), acme.len()));
        assert!(
            roster("globex")
                .iter()
                .all(|person| !ids.contains(&person.account_id))
        );
    }

    #[test]
    fn the_three_named_people_have_the_roles_their_names_say() {
        let people = roster("acme");
        let named: Vec<_> = people[..3]
            .iter()
            .map(|p| (p.display_name.as_str(), p.role))
            .collect();
        assert_eq!(
            named,
            [
                ("Ada Admin", Role::Admin),
                ("Alex Agent", Role::Agent),
                ("Vic Viewer", Role::Viewer)
            ]
        );
        assert!(Role::Admin.permissions().contains(&"ADMINISTER"));
        assert!(!Role::Agent.permissions().contains(&"ADMINISTER"));
        assert!(!Role::Viewer.permissions().contains(&"BULK_CHANGE"));
    }
}
