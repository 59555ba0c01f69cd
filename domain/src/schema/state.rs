//! The state of a schema.

use std::collections::BTreeMap;

use super::built_in::{BUILT_IN, BuiltIn, Kind};
use super::event::SchemaEvent;
use crate::ids::RegisterId;
use crate::recorded::{Recorded, Revision};
use crate::value::{AttributeId, AttributeKey};

/// The most free attributes that a register can have. Each asset has at most 64, so this is room for
/// several kinds of assets that share none, and the whole schema still fits in one short answer. A
/// caller that makes up names would otherwise grow every later command and form.
pub const MAX_FREE_ATTRIBUTES: usize = 500;

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
        /// Its name.
        name: &'a str,
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

/// The attributes of a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    register: RegisterId,
    revision: Option<Revision>,
    free: BTreeMap<AttributeKey, (AttributeId, String)>,
}

impl Schema {
    /// The schema of a register to which nothing was added.
    pub fn new(register: RegisterId) -> Self {
        Self {
            register,
            revision: None,
            free: BTreeMap::new(),
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

    /// The attribute with this key.
    pub fn find(&self, key: &AttributeKey) -> Option<Attribute<'_>> {
        let mut built_in = BUILT_IN.iter();
        if let Some(known) = built_in.find(|attribute| attribute.key == key.as_str()) {
            return Some(Attribute::BuiltIn(known));
        }
        let (key, (id, name)) = self.free.get_key_value(key)?;
        Some(Attribute::Free { id: *id, key, name })
    }

    /// The id of the attribute with this key, or the one that adding it would give.
    pub fn id_of(&self, key: &AttributeKey) -> AttributeId {
        let found = self.find(key).map(|attribute| attribute.id());
        found.unwrap_or_else(|| AttributeId::of_first_name(self.register, key.as_str()))
    }

    /// Every attribute: those that are built in, then the free ones by key.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'_>> {
        let free = self.free.iter();
        let free = free.map(|(key, (id, name))| Attribute::Free { id: *id, key, name });
        BUILT_IN.iter().map(Attribute::BuiltIn).chain(free)
    }

    /// The key of the attribute with this id.
    pub fn key_of(&self, id: AttributeId) -> Option<&str> {
        let mut built_in = BUILT_IN.iter();
        if let Some(known) = built_in.find(|attribute| attribute.id == id) {
            return Some(known.key);
        }
        let mut free = self.free.iter();
        free.find(|(_, (known, _))| *known == id)
            .map(|(key, _)| key.as_str())
    }

    /// What adds those of `keys` that it does not have.
    pub fn add<'a>(&self, keys: impl IntoIterator<Item = &'a AttributeKey>) -> Vec<SchemaEvent> {
        let new = keys.into_iter().filter(|key| self.find(key).is_none());
        let added = new.map(|key| SchemaEvent::AttributeAdded {
            id: self.id_of(key),
            key: key.clone(),
            name: key.as_str().to_owned(),
        });
        added.collect()
    }

    /// Whether there is room for those of `keys` that it does not have.
    pub fn has_room_for<'a>(&self, keys: impl IntoIterator<Item = &'a AttributeKey>) -> bool {
        let added = self.add(keys).len();
        added == 0 || self.free.len() + added <= MAX_FREE_ATTRIBUTES
    }

    /// The schema as it would be with `keys`.
    #[must_use]
    pub fn with<'a>(&self, keys: impl IntoIterator<Item = &'a AttributeKey>) -> Self {
        let added = self.add(keys);
        added.iter().fold(self.clone(), Self::with_event)
    }

    fn with_event(mut self, event: &SchemaEvent) -> Self {
        let SchemaEvent::AttributeAdded { id, key, name } = event;
        self.free.entry(key.clone()).or_insert((*id, name.clone()));
        self
    }
}
