//! What an operator accepted of the log.

use proptest::option;
use proptest::prelude::*;
use tally_domain::AnyEvent;
use tally_house_tests::values::text;
use tally_operator::domain::log::{LogEvent, Shortening};

pub(super) fn examples() -> Vec<AnyEvent> {
    let shortening = Shortening {
        views: "16471".to_owned(),
        log: Some("16457".to_owned()),
    };
    vec![LogEvent::ShorterAccepted { shortening }.into()]
}

pub(super) fn any_event() -> impl Strategy<Value = LogEvent> {
    let shortening = (text(), option::of(text())).prop_map(|(views, log)| Shortening { views, log });
    shortening.prop_map(|shortening| LogEvent::ShorterAccepted { shortening })
}
