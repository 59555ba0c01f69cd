//! The stored name and shape of one type of event. Both are a contract with every log ever written.

use serde_json::Value;

/// Lifts a payload from one schema version to the next. An error says what is wrong with the
/// payload.
pub type Upcast = fn(Value) -> Result<Value, String>;

/// One type of event, as it is stored now.
#[derive(Clone, Copy, Debug)]
pub struct EventKind {
    /// The stored name, such as `asset.checked_out`.
    pub event_type: &'static str,
    /// The schema version that is written; every version up to it can be read.
    pub schema: u16,
    /// The variant of the event enum; `None` when the event is a struct.
    pub variant: Option<&'static str>,
    /// The steps from schema 1 to the current one, in order.
    upcasts: &'static [Upcast],
}

impl EventKind {
    /// A kind of event with one step for each schema version after the first. In a constant (and
    /// [`stored_names!`](crate::stored_names) makes only constants) a missing step does not compile.
    pub const fn new(
        event_type: &'static str,
        schema: u16,
        variant: Option<&'static str>,
        upcasts: &'static [Upcast],
    ) -> Self {
        assert!(
            schema as usize == upcasts.len() + 1,
            "every schema version after the first needs a step that lifts the one before"
        );
        Self {
            event_type,
            schema,
            variant,
            upcasts,
        }
    }

    /// Lifts `payload` from the shape it was stored in to the current one. What is stored stays as
    /// it is.
    ///
    /// # Errors
    /// What is wrong with the payload, when a step does not accept it.
    pub fn upcast(&self, schema: u16, payload: Value) -> Result<Value, String> {
        let Some(done) = usize::from(schema).checked_sub(1) else {
            return Err("schema versions begin with 1".to_owned());
        };
        let mut steps = self.upcasts.iter().skip(done);
        steps.try_fold(payload, |payload, step| step(payload))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rename_place(mut payload: Value) -> Result<Value, String> {
        Ok(json!({ "to": payload["place"].take() }))
    }

    fn list_places(mut payload: Value) -> Result<Value, String> {
        match payload["to"].take() {
            Value::String(to) => Ok(json!({ "to": [to] })),
            _ => Err("`to` is not text".to_owned()),
        }
    }

    const MOVED: EventKind = EventKind::new("asset.moved", 3, Some("Moved"), &[rename_place, list_places]);

    #[test]
    fn an_old_shape_is_lifted_through_every_version_up_to_the_current_one() {
        let lifted = MOVED.upcast(1, json!({ "place": "attic" }));
        assert_eq!(lifted, Ok(json!({ "to": ["attic"] })));
        let lifted = MOVED.upcast(2, json!({ "to": "attic" }));
        assert_eq!(lifted, Ok(json!({ "to": ["attic"] })));
    }

    #[test]
    fn the_current_shape_is_left_alone() {
        let payload = json!({ "to": ["attic"] });
        assert_eq!(MOVED.upcast(3, payload.clone()), Ok(payload));
    }

    #[test]
    fn a_payload_that_a_step_does_not_accept_is_an_error_and_not_a_loss() {
        assert!(MOVED.upcast(2, json!({ "to": 7 })).is_err());
        assert!(MOVED.upcast(0, json!({ "to": ["attic"] })).is_err());
    }

    #[test]
    #[should_panic(expected = "needs a step")]
    fn a_schema_version_without_its_step_is_refused() {
        let _ = EventKind::new("asset.moved", 2, Some("Moved"), &[]);
    }
}
