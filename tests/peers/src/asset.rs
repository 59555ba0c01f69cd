//! An asset written for cqrs-es: the part of Tally's state, commands, events and rules that is
//! measured.

use std::collections::BTreeMap;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use serde::{Deserialize, Serialize};

/// Attributes of an asset, by name.
pub type Attributes = BTreeMap<String, String>;

/// One asset.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Asset {
    tag: Option<String>,
    attributes: Attributes,
    holder: Option<String>,
}

/// A command to an asset.
pub enum Command {
    /// Adds an asset to the register.
    Register {
        /// Unique tag, such as `LAP-123`.
        tag: String,
        /// Attributes by name.
        attributes: Attributes,
    },
    /// Changes some attributes.
    Edit {
        /// New values by name.
        set: Attributes,
    },
    /// Hands the asset to a person.
    CheckOut {
        /// The new holder.
        to: String,
    },
    /// Takes the asset back.
    CheckIn,
}

/// An event of an asset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The asset was added to the register.
    Registered {
        /// Unique tag, such as `LAP-123`.
        tag: String,
        /// Attributes by name.
        attributes: Attributes,
    },
    /// Some attributes were changed.
    AttributesEdited {
        /// Old and new values by name.
        changes: BTreeMap<String, Change>,
    },
    /// The asset was handed to a person.
    CheckedOut {
        /// The new holder.
        to: String,
    },
    /// The asset was taken back.
    CheckedIn {
        /// The previous holder.
        from: String,
    },
}

/// The value of an attribute before and after a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    from: Option<String>,
    to: String,
}

/// Reason why a command is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The asset is not in the register.
    #[error("there is no such asset")]
    NotFound,
    /// The asset is in the register already.
    #[error("the asset is registered already")]
    AlreadyRegistered,
    /// The name is empty.
    #[error("the name is empty")]
    NameEmpty,
    /// Another person has the asset.
    #[error("{0} has the asset")]
    AlreadyCheckedOut(String),
}

impl DomainEvent for Event {
    fn event_type(&self) -> String {
        let name = match self {
            Self::Registered { .. } => "asset.registered",
            Self::AttributesEdited { .. } => "asset.attributes_edited",
            Self::CheckedOut { .. } => "asset.checked_out",
            Self::CheckedIn { .. } => "asset.checked_in",
        };
        name.to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Aggregate for Asset {
    const TYPE: &'static str = "asset";
    type Command = Command;
    type Event = Event;
    type Error = Refusal;
    type Services = ();

    async fn handle(&mut self, command: Command, _: &(), sink: &EventSink<Self>) -> Result<(), Refusal> {
        if let Some(event) = self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::Registered { tag, attributes } => {
                self.tag = Some(tag);
                self.attributes = attributes;
            }
            Event::AttributesEdited { changes } => {
                let changed = changes.into_iter().map(|(key, change)| (key, change.to));
                self.attributes.extend(changed);
            }
            Event::CheckedOut { to } => self.holder = Some(to),
            Event::CheckedIn { .. } => self.holder = None,
        }
    }
}

impl Asset {
    fn decide(&self, command: Command) -> Result<Option<Event>, Refusal> {
        if self.tag.is_none() && !matches!(command, Command::Register { .. }) {
            return Err(Refusal::NotFound);
        }
        match command {
            Command::Register { .. } if self.tag.is_some() => Err(Refusal::AlreadyRegistered),
            Command::Register { attributes, .. } if !attributes.contains_key("name") => {
                Err(Refusal::NameEmpty)
            }
            Command::Register { tag, attributes } => Ok(Some(Event::Registered { tag, attributes })),
            Command::Edit { set } => Ok(self.edited(set)),
            Command::CheckOut { to } => match &self.holder {
                Some(holder) if *holder == to => Ok(None),
                Some(holder) => Err(Refusal::AlreadyCheckedOut(holder.clone())),
                None => Ok(Some(Event::CheckedOut { to })),
            },
            Command::CheckIn => Ok(self.holder.clone().map(|from| Event::CheckedIn { from })),
        }
    }

    fn edited(&self, set: Attributes) -> Option<Event> {
        let change = |(key, to): (String, String)| {
            let from = self.attributes.get(&key).cloned();
            (from.as_ref() != Some(&to)).then_some((key, Change { from, to }))
        };
        let changes: BTreeMap<String, Change> = set.into_iter().filter_map(change).collect();
        (!changes.is_empty()).then_some(Event::AttributesEdited { changes })
    }
}
