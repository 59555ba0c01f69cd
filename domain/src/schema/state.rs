//! The state of a schema.

use std::collections::BTreeMap;

use super::built_in::{BUILT_IN, BuiltIn, Kind};
use super::event::SchemaEvent;
use crate::ids::RegisterId;
use crate::recorded::{Recorded, Revision};
use crate::value::{AttributeId, AttributeKey, AttributeName};

/// The most free attributes that a register can have. Each asset has at most 64, so this is room for
/// several kinds of assets that share none, and the whole schema still fits in one short answer. A
/// caller that makes up names would otherwise grow every later command and form.
pub const MAX_FREE_ATTRIBUTES: usize = 500;

/// What queries and histories call the fields of an asset that are no attributes, and other names
/// that queries know. No attribute has one of them as its key: it could not be asked for.
pub const OWN_FIELDS: [&str; 15] = [
    "tag",
    "key",
    "number",
    "label",
    "status",
    "holder",
    "due",
    "due_on",
    "registered",
    "created",
    "updated",
    "objecttype",
    "object_type",
    "anyattribute",
    "any_attribute",
];

/// An attribute of a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attribute<'a> {
    /// One that every register has.
    BuiltIn(&'static BuiltIn),
    /// One that a command added.
    Free {
        /// Its id.
        id: AttributeId,
        /// Its key.
        key: &'a AttributeKey,
        /// Its first name.
        name: &'a AttributeName,
    },
}

impl Attribute<'_> {
    /// Its id.
    pub fn id(&self) -> AttributeId {
        match self {
            Self::BuiltIn(attribute) => attribute.id,
            Self::Free { id, .. } => *id,
        }
    }

    /// Its key.
    pub fn key(&self) -> &str {
        match self {
            Self::BuiltIn(attribute) => attribute.key,
            Self::Free { key, .. } => key.as_str(),
        }
    }

    /// What its values are.
    pub fn kind(&self) -> Kind {
        match self {
            Self::BuiltIn(attribute) => attribute.kind,
            Self::Free { .. } => Kind::Text,
        }
    }

    /// Whether every asset has one.
    pub fn is_required(&self) -> bool {
        match self {
            Self::BuiltIn(attribute) => attribute.required,
            Self::Free { .. } => false,
        }
    }

    /// Whether a list of assets can be ordered by it.
    pub fn is_sortable(&self) -> bool {
        match self {
            Self::BuiltIn(attribute) => attribute.sortable,
            Self::Free { .. } => false,
        }
    }

    /// Whether assets are counted and filtered by its values.
    pub fn is_facet(&self) -> bool {
        match self {
            Self::BuiltIn(attribute) => attribute.facet,
            Self::Free { .. } => false,
        }
    }
}

/// A free attribute, as the event that added it describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Free {
    key: AttributeKey,
    name: AttributeName,
}

/// The attributes of a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    register: RegisterId,
    revision: Option<Revision>,
    free: BTreeMap<AttributeId, Free>,
    by_key: BTreeMap<AttributeKey, AttributeId>,
    by_form: BTreeMap<String, AttributeId>,
}

impl Schema {
    /// The schema of a register to which nothing was added.
    pub fn new(register: RegisterId) -> Self {
        Self {
            register,
            revision: None,
            free: BTreeMap::new(),
            by_key: BTreeMap::new(),
            by_form: BTreeMap::new(),
        }
    }

    /// The schema after `recorded`.
    #[must_use]
    pub fn evolve(self, recorded: &Recorded<SchemaEvent>) -> Self {
        self.after(recorded.revision, &recorded.event)
    }

    /// The schema after `event`, which has this revision.
    #[must_use]
    pub fn after(self, revision: Revision, event: &SchemaEvent) -> Self {
        Self {
            revision: Some(revision),
            ..self.with_event(event)
        }
    }

    /// The schema after all of `events`.
    pub fn fold<'a>(
        register: RegisterId,
        events: impl IntoIterator<Item = &'a Recorded<SchemaEvent>>,
    ) -> Self {
        events.into_iter().fold(Self::new(register), Self::evolve)
    }

    /// The revision of the last event that it is made of; `None` while nothing was added.
    pub fn revision(&self) -> Option<Revision> {
        self.revision
    }

    /// The attribute that a caller calls so: by its key exactly, else by its name. What a name finds
    /// it finds in every later state too, so that an old state answers right.
    pub fn find(&self, name: &AttributeName) -> Option<Attribute<'_>> {
        let by_key = || AttributeKey::parse(name.as_str()).and_then(|key| self.by_key.get(&key));
        let free = |id: &AttributeId| self.free.get(id).map(|free| free.as_attribute(*id));
        let by_form = || self.by_form.get(&name.form());
        let built_in = BuiltIn::find(name).map(Attribute::BuiltIn);
        built_in.or_else(|| by_key().or_else(by_form).and_then(free))
    }

    /// The id of the attribute that a caller calls so, or the one that adding it would give.
    pub fn id_of(&self, name: &AttributeName) -> AttributeId {
        let found = self.find(name).map(|attribute| attribute.id());
        found.unwrap_or_else(|| AttributeId::of_first_name(self.register, name))
    }

    /// Every attribute: those that are built in, then the free ones by key.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'_>> {
        let free = self.by_key.values();
        let free = free.filter_map(|id| Some(self.free.get(id)?.as_attribute(*id)));
        BUILT_IN.iter().map(Attribute::BuiltIn).chain(free)
    }

    /// The key of the attribute with this id.
    pub fn key_of(&self, id: AttributeId) -> Option<&str> {
        let mut built_in = BUILT_IN.iter();
        if let Some(known) = built_in.find(|attribute| attribute.id == id) {
            return Some(known.key);
        }
        self.free.get(&id).map(|free| free.key.as_str())
    }

    /// Whether it has an attribute for each of `names`.
    pub fn has_all<'a>(&self, names: impl IntoIterator<Item = &'a AttributeName>) -> bool {
        names.into_iter().all(|name| self.find(name).is_some())
    }

    /// What adds those of `names` that it does not have.
    pub fn add<'a>(&self, names: impl IntoIterator<Item = &'a AttributeName>) -> Vec<SchemaEvent> {
        self.extend(names).0
    }

    /// Whether there is room for those of `names` that it does not have.
    pub fn has_room_for<'a>(&self, names: impl IntoIterator<Item = &'a AttributeName>) -> bool {
        let added = self.add(names).len();
        added == 0 || self.free.len() + added <= MAX_FREE_ATTRIBUTES
    }

    /// The schema as it would be with `names`.
    #[must_use]
    pub fn with<'a>(&self, names: impl IntoIterator<Item = &'a AttributeName>) -> Self {
        self.extend(names).1
    }

    /// What adds those of `names` that it does not have, and the schema after that. A name that is
    /// written as a key comes before those of which that key would be made.
    fn extend<'a>(&self, names: impl IntoIterator<Item = &'a AttributeName>) -> (Vec<SchemaEvent>, Self) {
        let names = names.into_iter().filter(|name| self.find(name).is_none());
        let mut new: Vec<&AttributeName> = names.collect();
        new.sort_by_key(|name| AttributeKey::parse(name.as_str()).is_none());
        let (mut events, mut schema) = (Vec::new(), self.clone());
        for name in new {
            if schema.find(name).is_none() {
                let event = schema.added(name);
                schema = schema.with_event(&event);
                events.push(event);
            }
        }
        (events, schema)
    }

    fn added(&self, name: &AttributeName) -> SchemaEvent {
        SchemaEvent::AttributeAdded {
            id: AttributeId::of_first_name(self.register, name),
            key: self.unused_key(name),
            name: name.clone(),
        }
    }

    /// The key made of a new name, numbered where it would find another attribute or a field that
    /// is none.
    fn unused_key(&self, name: &AttributeName) -> AttributeKey {
        let key = name.to_key();
        let finds = |key: &AttributeKey| {
            let name = AttributeName::parse(key.as_str());
            OWN_FIELDS.contains(&key.as_str()) || name.is_some_and(|name| self.find(&name).is_some())
        };
        let mut numbered = (2..).map(|number| key.numbered(number));
        let first = Some(key.clone()).filter(|key| !finds(key));
        let unused = first.or_else(|| numbered.find(|key| !finds(key)));
        unused.unwrap_or(key)
    }

    fn with_event(mut self, event: &SchemaEvent) -> Self {
        let SchemaEvent::AttributeAdded { id, key, name } = event;
        if !self.free.contains_key(id) {
            self.by_key.entry(key.clone()).or_insert(*id);
            self.by_form.entry(name.form()).or_insert(*id);
            let (key, name) = (key.clone(), name.clone());
            self.free.insert(*id, Free { key, name });
        }
        self
    }
}

impl Free {
    fn as_attribute(&self, id: AttributeId) -> Attribute<'_> {
        Attribute::Free {
            id,
            key: &self.key,
            name: &self.name,
        }
    }
}
