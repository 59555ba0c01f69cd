//! Tenants, and callbacks that were refused.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use proptest::sample;
use tally_domain::refusal::Parameter;
use tally_domain::tenant::{
    Delivery, InstalledFacts, RefusedCallback, SealedSecret, SecretFingerprint, TenantEvent,
};
use tally_domain::{AnyEvent, ClientKey};

use crate::values::{maybe_text, parameters, text, time};

pub(super) fn examples() -> Vec<AnyEvent> {
    let [first, second] = ["5f2b9c7a10d4e863", "a01c44de97b35f26"].map(|f| SecretFingerprint(f.to_owned()));
    let events = vec![
        TenantEvent::Installed {
            facts: example_facts(),
            secret: example_secret("k1"),
            fingerprint: first.clone(),
            delivery: example_delivery(),
        },
        TenantEvent::SharedSecretRotated {
            secret: example_secret("k2"),
            fingerprint: second.clone(),
            previous: first.clone(),
            previous_until: at("2026-03-08T09:00:00Z"),
            delivery: example_delivery(),
        },
        TenantEvent::Reinstalled {
            facts: example_facts(),
            secret: example_secret("k3"),
            fingerprint: second.clone(),
            delivery: example_delivery(),
        },
        TenantEvent::InstallationConfirmed {
            fingerprint: first.clone(),
            delivery: example_delivery(),
        },
        TenantEvent::CandidateSecretReceived {
            secret: example_secret("k4"),
            fingerprint: second.clone(),
            delivery: example_delivery(),
        },
        TenantEvent::CandidateSecretPromoted {
            fingerprint: second.clone(),
            previous: first,
            previous_until: at("2026-03-08T09:00:00Z"),
        },
        TenantEvent::CandidateSecretDiscarded { fingerprint: second },
        TenantEvent::BaseUrlChanged {
            from: "https://acme.atlassian.net".to_owned(),
            to: "https://acme-group.atlassian.net".to_owned(),
            display_url: Some("https://jira.acme.example".to_owned()),
        },
        TenantEvent::Enabled {},
        TenantEvent::Disabled {},
        TenantEvent::Uninstalled {
            delivery: example_delivery(),
        },
        TenantEvent::Erased {},
        TenantEvent::KeysDestroyed {},
    ];
    let refused = AnyEvent::from(example_refused_callback());
    events.into_iter().map(AnyEvent::from).chain([refused]).collect()
}

fn example_refused_callback() -> RefusedCallback {
    RefusedCallback {
        callback: "installed".to_owned(),
        code: "jwt.expired".to_owned(),
        parameters: BTreeMap::from([("seconds".to_owned(), Parameter::Number(95))]),
        claimed_client_key: Some("b2b8a6b0-0000-3000-8000-000000000001".to_owned()),
        suppressed: 4,
    }
}

fn example_facts() -> InstalledFacts {
    InstalledFacts {
        client_key: ClientKey::parse("b2b8a6b0-0000-3000-8000-000000000001").unwrap(),
        base_url: "https://acme.atlassian.net".to_owned(),
        display_url: Some("https://jira.acme.example".to_owned()),
        product_type: "jira".to_owned(),
        oauth_client_id: Some("oauth-1".to_owned()),
        installation_id: Some("ari:cloud:ecosystem::installation/1".to_owned()),
    }
}

fn example_secret(kid: &str) -> SealedSecret {
    SealedSecret {
        alg: "A256GCM".to_owned(),
        kid: kid.to_owned(),
        n: "AAECAwQFBgcICQoL".to_owned(),
        ct: "c2VhbGVkIGJ5dGVzIGFuZCB0YWc=".to_owned(),
    }
}

fn example_delivery() -> Delivery {
    Delivery {
        token_digest: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".to_owned(),
        body_digest: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae".to_owned(),
        issued_at: at("2026-03-07T09:00:00Z"),
        expires_at: at("2026-03-07T09:15:00Z"),
    }
}

fn at(time: &str) -> DateTime<Utc> {
    time.parse().unwrap()
}

/// Any event of a tenant.
pub fn any_event() -> impl Strategy<Value = TenantEvent> {
    prop_oneof![
        installed().prop_map(|(facts, secret, fingerprint, delivery)| TenantEvent::Installed {
            facts,
            secret,
            fingerprint,
            delivery
        }),
        installed().prop_map(
            |(facts, secret, fingerprint, delivery)| TenantEvent::Reinstalled {
                facts,
                secret,
                fingerprint,
                delivery
            }
        ),
        (secret(), fingerprint(), fingerprint(), time(), delivery()).prop_map(
            |(secret, fingerprint, previous, previous_until, delivery)| TenantEvent::SharedSecretRotated {
                secret,
                fingerprint,
                previous,
                previous_until,
                delivery
            }
        ),
        (fingerprint(), delivery()).prop_map(|(fingerprint, delivery)| {
            TenantEvent::InstallationConfirmed {
                fingerprint,
                delivery,
            }
        }),
        (secret(), fingerprint(), delivery()).prop_map(|(secret, fingerprint, delivery)| {
            TenantEvent::CandidateSecretReceived {
                secret,
                fingerprint,
                delivery,
            }
        }),
        (fingerprint(), fingerprint(), time()).prop_map(|(fingerprint, previous, previous_until)| {
            TenantEvent::CandidateSecretPromoted {
                fingerprint,
                previous,
                previous_until,
            }
        }),
        fingerprint().prop_map(|fingerprint| TenantEvent::CandidateSecretDiscarded { fingerprint }),
        (text(), text(), maybe_text()).prop_map(|(from, to, display_url)| TenantEvent::BaseUrlChanged {
            from,
            to,
            display_url
        }),
        Just(TenantEvent::Enabled {}),
        Just(TenantEvent::Disabled {}),
        delivery().prop_map(|delivery| TenantEvent::Uninstalled { delivery }),
        Just(TenantEvent::Erased {}),
        Just(TenantEvent::KeysDestroyed {}),
    ]
}

pub(super) fn any_refused_callback() -> impl Strategy<Value = RefusedCallback> {
    (text(), text(), parameters(), maybe_text(), any::<u64>()).prop_map(
        |(callback, code, parameters, claimed_client_key, suppressed)| RefusedCallback {
            callback,
            code,
            parameters,
            claimed_client_key,
            suppressed,
        },
    )
}

fn installed() -> impl Strategy<Value = (InstalledFacts, SealedSecret, SecretFingerprint, Delivery)> {
    (facts(), secret(), fingerprint(), delivery())
}

fn facts() -> impl Strategy<Value = InstalledFacts> {
    let client_key = "[!-~]{1,40}".prop_map(|text| ClientKey::parse(&text).unwrap());
    (
        client_key,
        text(),
        maybe_text(),
        text(),
        maybe_text(),
        maybe_text(),
    )
        .prop_map(
            |(client_key, base_url, display_url, product_type, oauth_client_id, installation_id)| {
                InstalledFacts {
                    client_key,
                    base_url,
                    display_url,
                    product_type,
                    oauth_client_id,
                    installation_id,
                }
            },
        )
}

fn secret() -> impl Strategy<Value = SealedSecret> {
    (text(), text(), text(), text()).prop_map(|(alg, kid, n, ct)| SealedSecret { alg, kid, n, ct })
}

fn delivery() -> impl Strategy<Value = Delivery> {
    (text(), text(), time(), time()).prop_map(|(token_digest, body_digest, issued_at, expires_at)| Delivery {
        token_digest,
        body_digest,
        issued_at,
        expires_at,
    })
}

/// One of four fingerprints, or any.
fn fingerprint() -> impl Strategy<Value = SecretFingerprint> {
    let few = sample::select(vec!["1", "2", "3", "4"]).prop_map(str::to_owned);
    prop_oneof![few, "[0-9a-f]{16}"].prop_map(SecretFingerprint)
}
