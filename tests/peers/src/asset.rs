//! An asset as cqrs-es would have it: the state, commands, events and rules of Tally's, as far as they are measured.

use std::collections::BTreeMap;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use serde::{Deserialize, Serialize};

/// What is said of an asset.
pub type Attributes = BTreeMap<String, String>;

/// One asset.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Asset {
    tag: Option<String>,
    attributes: Attributes,
    holder: Option<String>,
}

/// What somebody wants of it.
pub enum Command {
    /// A new asset.
    Register {
        /// Its tag.
        tag: String,
        /// What is said of it.
        attributes: Attributes,
    },
    /// Something is said otherwise.
    Edit {
        /// What.
        set: Attributes,
    },
    /// It is handed out.
    CheckOut {
        /// To whom.
        to: String,
    },
    /// It came back.
    CheckIn,
}

/// What happened to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// It is in the register.
    Registered {
        /// Its tag.
        tag: String,
        /// What is said of it.
        attributes: Attributes,
    },
    /// Something is said otherwise.
    AttributesEdited {
        /// What.
        changes: BTreeMap<String, Change>,
    },
    /// It was handed out.
    CheckedOut {
        /// To whom.
        to: String,
    },
    /// It came back.
    CheckedIn {
        /// From whom.
        from: String,
    },
}

/// An attribute before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    from: Option<String>,
    to: String,
}

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It was never registered.
    #[error("there is no such asset")]
    NotFound,
    /// It was registered before.
    #[error("the asset is registered already")]
    AlreadyRegistered,
    /// A name is missing.
    #[error("the name is empty")]
    NameEmpty,
    /// Somebody else has it.
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
