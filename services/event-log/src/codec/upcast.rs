//! Old shapes of stored events, lifted to the current one when they are read. What is stored is never rewritten.

use serde_json::Value;

use super::names::Kind;

/// One step: the payload of `event_type` from schema `from` to the next.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The type it is for.
    pub event_type: &'static str,
    /// The schema it lifts.
    pub from: u16,
    /// How. An error says what is wrong with the payload.
    pub lift: fn(Value) -> Result<Value, String>,
}

/// All steps there are. None yet: every event still has its first shape.
pub const STEPS: &[Step] = &[];

/// `payload` in the shape that `kind` has now, step by step from `schema`.
///
/// # Errors
/// When a step is missing, or refuses the payload.
pub fn to_current(steps: &[Step], kind: &Kind, schema: u16, payload: Value) -> Result<Value, String> {
    (schema..kind.schema).try_fold(payload, |payload, from| {
        let step = steps
            .iter()
            .find(|step| step.event_type == kind.event_type && step.from == from);
        match step {
            Some(step) => (step.lift)(payload),
            None => Err(format!("there is no step from schema {from}")),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::names::Of;
    use serde_json::json;

    const STEPS: &[Step] = &[
        Step {
            event_type: "asset.moved",
            from: 1,
            lift: |mut payload| {
                let place = payload["place"].take();
                Ok(json!({ "to": place }))
            },
        },
        Step {
            event_type: "asset.moved",
            from: 2,
            lift: |payload| match payload["to"].as_str() {
                Some(to) => Ok(json!({ "to": [to] })),
                None => Err("`to` is not text".to_owned()),
            },
        },
    ];

    fn moved(schema: u16) -> Kind {
        Kind {
            event_type: "asset.moved",
            schema,
            variant: "Moved",
            of: Of::Asset,
        }
    }

    #[test]
    fn an_old_shape_is_lifted_through_every_version_up_to_the_current_one() {
        let lifted = to_current(STEPS, &moved(3), 1, json!({ "place": "attic" }));
        assert_eq!(lifted, Ok(json!({ "to": ["attic"] })));
    }

    #[test]
    fn the_current_shape_is_left_alone() {
        let payload = json!({ "to": ["attic"] });
        assert_eq!(to_current(STEPS, &moved(3), 3, payload.clone()), Ok(payload));
    }

    #[test]
    fn a_missing_step_and_a_payload_that_a_step_refuses_are_errors_not_losses() {
        assert!(to_current(STEPS, &moved(4), 3, json!({})).is_err());
        assert!(to_current(STEPS, &moved(3), 2, json!({ "to": 7 })).is_err());
    }
}
