//! What the events so far call attributes, assets and people.

use std::collections::{BTreeMap, HashMap};

use tally_domain::asset::{AssetEvent, AttributeId, AttributeKey, well_known};
use tally_domain::person::PersonEvent;
use tally_domain::schema::{BUILT_IN, SchemaEvent};
use tally_domain::{AnyEvent, PersonId, Recorded, StreamName};
use uuid::Uuid;

use super::text::{one_line, quote_if_needed};

/// Names, as of the events that were read.
#[derive(Default)]
pub(super) struct Names {
    /// The attributes that were added to the tenant's schema.
    added: BTreeMap<AttributeId, AttributeKey>,
    /// Tag and name of assets, by the part of their stream's name that is the asset's.
    assets: HashMap<String, (String, String)>,
    people: BTreeMap<PersonId, Naming>,
}

/// What a person is called.
enum Naming {
    /// Jira has not given the person a name yet.
    Unnamed,
    /// By the name as Jira gave it.
    Named(String),
    /// The person was erased.
    Erased,
}

impl Names {
    /// Takes the names out of an event.
    pub(super) fn learn(&mut self, recorded: &Recorded<AnyEvent>) {
        if let Some(SchemaEvent::AttributeAdded { id, key, .. }) = recorded.event.of() {
            self.added.insert(*id, key.clone());
        }
        if let Some(event) = recorded.event.of() {
            self.learn_person(event);
        }
        if let Some((event, subject)) = recorded.event.of().zip(name_subject(&recorded.stream)) {
            self.learn_asset(subject, event);
        }
        if recorded.event.event_type() == PersonEvent::ERASED
            && let Some(person) = person_of(&recorded.stream)
        {
            self.people.insert(person, Naming::Erased);
        }
    }

    fn learn_person(&mut self, event: &PersonEvent) {
        let (personal, is_name) = match event {
            PersonEvent::Known { account } => (account, false),
            PersonEvent::Renamed { name } => (name, true),
            PersonEvent::Erased {} => return,
        };
        let naming = match personal.text() {
            None => Naming::Erased,
            Some(name) if is_name => Naming::Named(one_line(name)),
            Some(_) => Naming::Unnamed,
        };
        self.people.insert(personal.person(), naming);
    }

    fn learn_asset(&mut self, subject: &str, event: &AssetEvent) {
        let name = name_id();
        match event {
            AssetEvent::Registered { tag, attributes, .. } => {
                let called = name.and_then(|name| attributes.get(name)).unwrap_or_default();
                let names = (one_line(tag.as_str()), one_line(called));
                self.assets.insert(subject.to_owned(), names);
            }
            AssetEvent::AttributesEdited { changes } | AssetEvent::Corrected { changes } => {
                let change = name.and_then(|name| changes.get(&name));
                let to = change.and_then(|change| change.to.as_ref()?.text());
                if let (Some(names), Some(to)) = (self.assets.get_mut(subject), to) {
                    names.1 = one_line(to);
                }
            }
            AssetEvent::RegistrationAbandoned {}
            | AssetEvent::CheckedOut { .. }
            | AssetEvent::CheckedIn { .. }
            | AssetEvent::Transferred { .. }
            | AssetEvent::Retired {}
            | AssetEvent::Restored {}
            | AssetEvent::Withdrawn {} => {}
        }
    }

    /// The key of the attribute whose id `part` is.
    pub(super) fn attribute_key(&self, part: &str) -> Option<String> {
        let id = part.parse().ok()?;
        let mut built_in = BUILT_IN.iter();
        match built_in.find(|attribute| attribute.id == id) {
            Some(attribute) => Some(attribute.key.to_owned()),
            None => self.added.get(&id).map(ToString::to_string),
        }
    }

    /// The name of the person whose id `text` is.
    pub(super) fn person_name(&self, text: &str) -> Option<String> {
        let id = Uuid::parse_str(text).ok()?;
        match self.people.get(&PersonId(id))? {
            Naming::Unnamed => None,
            Naming::Named(name) => Some(format!("{name:?}")),
            Naming::Erased => Some("erased".to_owned()),
        }
    }

    /// The person, with the name where there is one.
    pub(super) fn describe_person(&self, person: PersonId) -> String {
        let id = person.to_string();
        match self.person_name(&id) {
            Some(name) => format!("{id} ({name})"),
            None => id,
        }
    }

    /// What a stream is about, with its name where it has one. Nothing for a stream that is about no
    /// single asset, person or import.
    pub(super) fn describe_subject(&self, stream: &StreamName) -> Option<String> {
        let subject = name_subject(stream)?;
        if let Some((tag, name)) = self.assets.get(subject) {
            return Some(format!("{subject} ({} {name:?})", quote_if_needed(tag)));
        }
        let name = person_of(stream).and_then(|person| self.person_name(&person.to_string()));
        Some(name.map_or(subject.to_owned(), |name| format!("{subject} ({name})")))
    }

    /// Everyone that the events know, a line each.
    pub(super) fn list_people(&self) -> impl Iterator<Item = String> {
        self.people.keys().map(|person| self.describe_person(*person))
    }
}

fn name_id() -> Option<AttributeId> {
    let mut built_in = BUILT_IN.iter();
    built_in
        .find(|attribute| attribute.key == well_known::NAME)
        .map(|attribute| attribute.id)
}

/// What a stream is about, where it has an id: `asset-…`, `person-…`, `import-…`.
fn name_subject(stream: &StreamName) -> Option<&str> {
    let (_, subject) = stream.as_str().split_once('.')?;
    let (_, id) = subject.split_once('-')?;
    id.parse::<Uuid>().is_ok().then_some(subject)
}

fn person_of(stream: &StreamName) -> Option<PersonId> {
    let id = name_subject(stream)?.strip_prefix("person-")?;
    id.parse().ok().map(PersonId)
}
