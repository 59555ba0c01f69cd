//! Any bytes as the body of a callback and of a request of the API: what is taken names the site of
//! its token, and every text in it is a text.

#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use serde::Deserialize;
use tally_atlassian::base_url::HostAllowList;
use tally_atlassian::lifecycle::{Callback, LifecycleRules};
use tally_domain::asset::AttributeName;

const CLIENT_KEY: &str = "a-client-key";
const APP_KEY: &str = "tally";

/// The shape of the bodies of the API: optional texts, and a map of texts.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Body {
    tag: Option<String>,
    due_on: Option<chrono::NaiveDate>,
    attributes: Option<BTreeMap<String, Option<String>>>,
}

fuzz_target!(|body: &[u8]| {
    check_callback(body);
    check_request(body);
});

fn check_callback(body: &[u8]) {
    let rules = LifecycleRules::new(APP_KEY, HostAllowList::atlassian());
    for callback in [
        Callback::Installed,
        Callback::Enabled,
        Callback::Disabled,
        Callback::Uninstalled,
    ] {
        if let Ok(read) = rules.read(callback, body, CLIENT_KEY) {
            assert_eq!(read.client_key, CLIENT_KEY);
            assert!(read.unknown_fields.len() <= 32);
        }
    }
}

fn check_request(body: &[u8]) {
    let Ok(Body {
        tag,
        due_on,
        attributes,
    }) = tally_http::input::parse_json(body)
    else {
        return;
    };
    drop((tag, due_on));
    for name in attributes.unwrap_or_default().into_keys() {
        if let Some(parsed) = AttributeName::parse(&name) {
            let again = AttributeName::parse(parsed.as_str());
            assert_eq!(
                again.as_ref(),
                Some(&parsed),
                "a name changes when it is read again"
            );
        }
    }
}
