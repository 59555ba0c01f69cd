//! One example of every event, with every field filled. The golden files hold exactly these, so
//! they are never changed.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use tally_domain::asset::{AssetEvent, AttributeChange, AttributeKey, Attributes, Tag};
use tally_domain::claim::ClaimEvent;
use tally_domain::import::{Column, ImportEvent, ImportOutcome, RowJudged, Verdict};
use tally_domain::register::RegisterEvent;
use tally_domain::tenant::{
    Delivery, InstalledFacts, RefusedCallback, SealedSecret, SecretFingerprint, TenantEvent,
};
use tally_domain::{AccountId, AnyEvent, AssetId, ClientKey};
use uuid::Uuid;

pub fn all() -> Vec<AnyEvent> {
    let families = [tenant(), asset(), claim(), import()];
    let mut all: Vec<AnyEvent> = families.into_iter().flatten().collect();
    all.push(
        RegisterEvent::NumbersReserved {
            first: 101,
            last: 200,
        }
        .into(),
    );
    all.push(refused_callback().into());
    all
}

fn tenant() -> Vec<AnyEvent> {
    let [first, second] = ["5f2b9c7a10d4e863", "a01c44de97b35f26"].map(|f| SecretFingerprint(f.to_owned()));
    let events = vec![
        TenantEvent::Installed {
            facts: facts(),
            secret: secret("k1"),
            fingerprint: first.clone(),
            delivery: delivery(),
        },
        TenantEvent::SharedSecretRotated {
            secret: secret("k2"),
            fingerprint: second.clone(),
            previous: first.clone(),
            previous_until: at("2026-03-08T09:00:00Z"),
            delivery: delivery(),
        },
        TenantEvent::Reinstalled {
            facts: facts(),
            secret: secret("k3"),
            fingerprint: second.clone(),
            delivery: delivery(),
        },
        TenantEvent::InstallationConfirmed {
            fingerprint: first.clone(),
            delivery: delivery(),
        },
        TenantEvent::CandidateSecretReceived {
            secret: secret("k4"),
            fingerprint: second.clone(),
            delivery: delivery(),
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
        TenantEvent::Uninstalled { delivery: delivery() },
    ];
    events.into_iter().map(AnyEvent::from).collect()
}

fn asset() -> Vec<AnyEvent> {
    let due_on = NaiveDate::from_ymd_opt(2026, 12, 24);
    let note = || Some("with charger".to_owned());
    let changes = || {
        BTreeMap::from([
            change("location", Some("Berlin"), Some("Zürich")),
            change("notes", Some("a dent"), None),
            change("serial", None, Some("SN-9F-0042")),
        ])
    };
    let events = vec![
        AssetEvent::Registered {
            tag: Tag::parse("LAP-0042").unwrap(),
            attributes: Attributes::from_iter([
                (key("name"), "ThinkPad of Zoë".to_owned()),
                (key("type"), "laptop".to_owned()),
            ]),
        },
        AssetEvent::AttributesEdited { changes: changes() },
        AssetEvent::CheckedOut {
            to: account("ada"),
            due_on,
            note: note(),
        },
        AssetEvent::CheckedIn {
            from: account("ada"),
            note: note(),
        },
        AssetEvent::Transferred {
            from: account("ada"),
            to: account("bob"),
            due_on,
            note: note(),
        },
        AssetEvent::RegistrationAbandoned {},
        AssetEvent::Retired {},
        AssetEvent::Restored {},
        AssetEvent::Corrected { changes: changes() },
    ];
    events.into_iter().map(AnyEvent::from).collect()
}

fn claim() -> Vec<AnyEvent> {
    let holder = Uuid::from_u128(0x0195_0000_0000_7000_8000_0000_0000_0042);
    let claimed = ClaimEvent::Claimed {
        kind: "tag".to_owned(),
        value: "LAP-0042".to_owned(),
        holder,
    };
    [claimed, ClaimEvent::Released { holder }]
        .map(AnyEvent::from)
        .into()
}

fn import() -> Vec<AnyEvent> {
    let events = [
        ImportEvent::Started {
            file_name: Some("devices.csv".to_owned()),
            sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".to_owned(),
            rows: 72,
            columns: vec![Column {
                header: "Serial Number".to_owned(),
                field: "serial".to_owned(),
            }],
            dry_run: false,
        },
        ImportEvent::RowsJudged {
            rows: vec![RowJudged {
                row: 1,
                line: 2,
                verdict: Verdict::RegisteredWithWarning,
                codes: vec!["import.tag_allotted".to_owned()],
                message: "the row has no tag; it was given one".to_owned(),
                tag: Some("A-000101".to_owned()),
                asset: Some(AssetId(Uuid::from_u128(
                    0x0195_0000_0000_7000_8000_0000_0000_0043,
                ))),
            }],
        },
        ImportEvent::CancelRequested {},
        ImportEvent::Ended {
            outcome: ImportOutcome::Finished,
        },
    ];
    events.map(AnyEvent::from).into()
}

fn refused_callback() -> RefusedCallback {
    RefusedCallback {
        callback: "installed".to_owned(),
        code: "install.audience_mismatch".to_owned(),
        cause: "the token is for another app".to_owned(),
        remedy: "check the app's base URL".to_owned(),
        claimed_client_key: Some("b2b8a6b0-0000-3000-8000-000000000001".to_owned()),
        suppressed: 4,
    }
}

fn facts() -> InstalledFacts {
    InstalledFacts {
        client_key: ClientKey::parse("b2b8a6b0-0000-3000-8000-000000000001").unwrap(),
        base_url: "https://acme.atlassian.net".to_owned(),
        display_url: Some("https://jira.acme.example".to_owned()),
        product_type: "jira".to_owned(),
        oauth_client_id: Some("oauth-1".to_owned()),
        installation_id: Some("ari:cloud:ecosystem::installation/1".to_owned()),
    }
}

fn secret(kid: &str) -> SealedSecret {
    SealedSecret {
        alg: "A256GCM".to_owned(),
        kid: kid.to_owned(),
        n: "AAECAwQFBgcICQoL".to_owned(),
        ct: "c2VhbGVkIGJ5dGVzIGFuZCB0YWc=".to_owned(),
    }
}

fn delivery() -> Delivery {
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

fn account(name: &str) -> AccountId {
    AccountId::parse(&format!("712020:{name}")).unwrap()
}

fn key(name: &str) -> AttributeKey {
    AttributeKey::parse(name).unwrap()
}

fn change(name: &str, from: Option<&str>, to: Option<&str>) -> (AttributeKey, AttributeChange) {
    let [from, to] = [from, to].map(|v| v.map(str::to_owned));
    (key(name), AttributeChange { from, to })
}
