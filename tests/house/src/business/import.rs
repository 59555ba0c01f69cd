//! Imports.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::{option, sample};
use tally_domain::import::{Column, Finding, ImportEvent, ImportOutcome, RowJudged, Verdict};
use tally_domain::refusal::Parameter;
use tally_domain::value::FreeText;
use tally_domain::{AnyEvent, AssetId};
use uuid::Uuid;

use crate::values::{maybe_free_text, maybe_text, parameters, text, uuid};

pub(super) fn examples() -> Vec<AnyEvent> {
    let events = [
        ImportEvent::Started {
            file_name: Some(FreeText::new("devices.csv")),
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
                verdict: Verdict::Refused,
                findings: vec![Finding {
                    code: "asset.tag_taken".to_owned(),
                    parameters: BTreeMap::from([
                        (Finding::FIRST_ROW.to_owned(), Parameter::Number(1)),
                        ("tag".to_owned(), Parameter::Text("A-000101".to_owned())),
                    ]),
                }],
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

pub(super) fn any_event() -> impl Strategy<Value = ImportEvent> {
    prop_oneof![
        started(),
        vec(row(), 0..4).prop_map(|rows| ImportEvent::RowsJudged { rows }),
        Just(ImportEvent::CancelRequested {}),
        outcome().prop_map(|outcome| ImportEvent::Ended { outcome }),
    ]
}

fn started() -> impl Strategy<Value = ImportEvent> {
    let column = (text(), text()).prop_map(|(header, field)| Column { header, field });
    (
        maybe_free_text(),
        text(),
        any::<u64>(),
        vec(column, 0..4),
        any::<bool>(),
    )
        .prop_map(
            |(file_name, sha256, rows, columns, dry_run)| ImportEvent::Started {
                file_name,
                sha256,
                rows,
                columns,
                dry_run,
            },
        )
}

fn outcome() -> impl Strategy<Value = ImportOutcome> {
    sample::select(vec![
        ImportOutcome::Finished,
        ImportOutcome::Cancelled,
        ImportOutcome::Failed,
    ])
}

fn verdict() -> impl Strategy<Value = Verdict> {
    sample::select(vec![
        Verdict::Registered,
        Verdict::RegisteredWithWarning,
        Verdict::Refused,
    ])
}

fn finding() -> impl Strategy<Value = Finding> {
    (text(), parameters()).prop_map(|(code, parameters)| Finding { code, parameters })
}

fn row() -> impl Strategy<Value = RowJudged> {
    (
        any::<u64>(),
        any::<u64>(),
        verdict(),
        vec(finding(), 0..3),
        maybe_text(),
        option::of(uuid().prop_map(AssetId)),
    )
        .prop_map(|(row, line, verdict, findings, tag, asset)| RowJudged {
            row,
            line,
            verdict,
            findings,
            tag,
            asset,
        })
}
