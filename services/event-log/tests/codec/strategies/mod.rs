//! Any event of the domain.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use tally_domain::asset::{AssetEvent, AttributeChange, AttributeKey, Tag};
use tally_domain::claim::ClaimEvent;
use tally_domain::import::{Column, ImportEvent, ImportOutcome, RowJudged, Verdict};
use tally_domain::register::RegisterEvent;
use tally_domain::tenant::{
    Delivery, InstalledFacts, RefusedCallback, SealedSecret, SecretFingerprint, TenantEvent,
};
use tally_domain::{AccountId, AnyEvent, AssetId, ClientKey};
use uuid::Uuid;

pub fn event() -> impl Strategy<Value = AnyEvent> {
    prop_oneof![
        tenant().prop_map(AnyEvent::from),
        asset().prop_map(AnyEvent::from),
        claim().prop_map(AnyEvent::from),
        import().prop_map(AnyEvent::from),
        refused_callback().prop_map(AnyEvent::from),
        (any::<u64>(), any::<u64>())
            .prop_map(|(first, last)| RegisterEvent::NumbersReserved { first, last }.into()),
    ]
}

fn tenant() -> impl Strategy<Value = TenantEvent> {
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
        (".*", ".*", option::of(".*")).prop_map(|(from, to, display_url)| TenantEvent::BaseUrlChanged {
            from,
            to,
            display_url
        }),
        Just(TenantEvent::Enabled {}),
        Just(TenantEvent::Disabled {}),
        delivery().prop_map(|delivery| TenantEvent::Uninstalled { delivery }),
    ]
}

fn asset() -> impl Strategy<Value = AssetEvent> {
    prop_oneof![
        (tag(), btree_map(key(), ".*", 0..5)).prop_map(|(tag, attributes)| AssetEvent::Registered {
            tag,
            attributes: attributes.into_iter().collect()
        }),
        changes().prop_map(|changes| AssetEvent::AttributesEdited { changes }),
        (account(), option::of(day()), option::of(".*"))
            .prop_map(|(to, due_on, note)| { AssetEvent::CheckedOut { to, due_on, note } }),
        (account(), option::of(".*")).prop_map(|(from, note)| AssetEvent::CheckedIn { from, note }),
        (account(), account(), option::of(day()), option::of(".*")).prop_map(|(from, to, due_on, note)| {
            AssetEvent::Transferred {
                from,
                to,
                due_on,
                note,
            }
        }),
        Just(AssetEvent::RegistrationAbandoned {}),
        Just(AssetEvent::Retired {}),
        Just(AssetEvent::Restored {}),
        changes().prop_map(|changes| AssetEvent::Corrected { changes }),
    ]
}

fn claim() -> impl Strategy<Value = ClaimEvent> {
    prop_oneof![
        (".*", ".*", uuid()).prop_map(|(kind, value, holder)| ClaimEvent::Claimed { kind, value, holder }),
        uuid().prop_map(|holder| ClaimEvent::Released { holder }),
    ]
}

fn import() -> impl Strategy<Value = ImportEvent> {
    let column = (".*", ".*").prop_map(|(header, field)| Column { header, field });
    let outcomes = vec![
        ImportOutcome::Finished,
        ImportOutcome::Cancelled,
        ImportOutcome::Failed,
    ];
    let started = (
        option::of(".*"),
        ".*",
        any::<u64>(),
        vec(column, 0..4),
        any::<bool>(),
    );
    prop_oneof![
        started.prop_map(
            |(file_name, sha256, rows, columns, dry_run)| ImportEvent::Started {
                file_name,
                sha256,
                rows,
                columns,
                dry_run
            }
        ),
        vec(row(), 0..4).prop_map(|rows| ImportEvent::RowsJudged { rows }),
        Just(ImportEvent::CancelRequested {}),
        proptest::sample::select(outcomes).prop_map(|outcome| ImportEvent::Ended { outcome }),
    ]
}

fn row() -> impl Strategy<Value = RowJudged> {
    let verdicts = vec![
        Verdict::Registered,
        Verdict::RegisteredWithWarning,
        Verdict::Refused,
    ];
    let verdict = proptest::sample::select(verdicts);
    let asset = option::of(uuid().prop_map(AssetId));
    let codes = vec(".*", 0..3);
    (
        any::<u64>(),
        any::<u64>(),
        verdict,
        codes,
        ".*",
        option::of(".*"),
        asset,
    )
        .prop_map(|(row, line, verdict, codes, message, tag, asset)| RowJudged {
            row,
            line,
            verdict,
            codes,
            message,
            tag,
            asset,
        })
}

fn refused_callback() -> impl Strategy<Value = RefusedCallback> {
    (".*", ".*", ".*", ".*", option::of(".*"), any::<u64>()).prop_map(
        |(callback, code, cause, remedy, claimed_client_key, suppressed)| RefusedCallback {
            callback,
            code,
            cause,
            remedy,
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
    let optional = || option::of(".*");
    (client_key, ".*", optional(), ".*", optional(), optional()).prop_map(
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
    (".*", ".*", ".*", ".*").prop_map(|(alg, kid, n, ct)| SealedSecret { alg, kid, n, ct })
}

fn fingerprint() -> impl Strategy<Value = SecretFingerprint> {
    "[0-9a-f]{16}".prop_map(SecretFingerprint)
}

fn delivery() -> impl Strategy<Value = Delivery> {
    (".*", ".*", time(), time()).prop_map(|(token_digest, body_digest, issued_at, expires_at)| Delivery {
        token_digest,
        body_digest,
        issued_at,
        expires_at,
    })
}

fn changes() -> impl Strategy<Value = BTreeMap<AttributeKey, AttributeChange>> {
    let change = (option::of(".*"), option::of(".*")).prop_map(|(from, to)| AttributeChange { from, to });
    btree_map(key(), change, 0..5)
}

fn key() -> impl Strategy<Value = AttributeKey> {
    "[a-z0-9_]{1,12}".prop_map(|text| AttributeKey::parse(&text).unwrap())
}

fn tag() -> impl Strategy<Value = Tag> {
    "[A-Za-z0-9._/-]{1,20}".prop_map(|text| Tag::parse(&text).unwrap())
}

fn account() -> impl Strategy<Value = AccountId> {
    "[!-~]{1,40}".prop_map(|text| AccountId::parse(&text).unwrap())
}

fn uuid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn day() -> impl Strategy<Value = NaiveDate> {
    (0..60_000_i32).prop_map(|days| NaiveDate::from_num_days_from_ce_opt(700_000 + days).unwrap())
}

/// To the nanosecond, as a token's or a caller's time may be.
fn time() -> impl Strategy<Value = DateTime<Utc>> {
    (0..4_000_000_000_i64, 0..1_000_000_000_u32)
        .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).unwrap())
}
