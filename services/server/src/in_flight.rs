//! The commands that callers named and that this node carries out at the moment.

use std::collections::HashMap;

use parking_lot::Mutex;
use tally_domain::EventId;
use tally_http::RequestRefusal;

/// Commands under way with the digests of their contents, by the ids of their first events. There
/// are as many as requests under way.
#[derive(Debug, Default)]
pub struct InFlight(Mutex<HashMap<EventId, String>>);

/// A command that is under way until this is dropped.
pub struct Underway<'a> {
    all: &'a InFlight,
    id: EventId,
}

impl InFlight {
    /// Begins a command.
    ///
    /// # Errors
    /// `request.idempotency_key_in_use` when the same command is under way, and
    /// `request.idempotency_key_reused` when one of the same name with other content is.
    pub fn begin(&self, id: EventId, digest: &str) -> Result<Underway<'_>, RequestRefusal> {
        let mut underway = self.0.lock();
        match underway.get(&id) {
            Some(other) if other == digest => Err(RequestRefusal::KeyInUse),
            Some(_) => Err(RequestRefusal::KeyReused),
            None => {
                underway.insert(id, digest.to_owned());
                Ok(Underway { all: self, id })
            }
        }
    }
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        self.all.0.lock().remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_command_under_way_keeps_others_of_its_name_away_until_it_ends() {
        let (all, id) = (InFlight::default(), EventId(Uuid::from_u128(1)));
        let first = all.begin(id, "one").unwrap();
        assert_eq!(all.begin(id, "one").err(), Some(RequestRefusal::KeyInUse));
        assert_eq!(all.begin(id, "two").err(), Some(RequestRefusal::KeyReused));
        assert!(all.begin(EventId(Uuid::from_u128(2)), "one").is_ok());
        drop(first);
        assert!(all.begin(id, "two").is_ok());
        assert!(all.0.lock().is_empty());
    }
}
