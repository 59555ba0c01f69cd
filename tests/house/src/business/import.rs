//! Imports.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::{option, sample};
use tally_domain::import::{
    Column, DayOrder, Finding, ImportEvent, ImportOutcome, Reading, RowJudged, Verdict,
};
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
                position: Some(1),
                findings: vec![Finding {
                    code: "import.column_could_be".to_owned(),
                    parameters: BTreeMap::from([("column".to_owned(), Parameter::Number(3))]),
                }],
            }],
            reading: Some(Reading {
                encoding: "windows-1252".to_owned(),
                encoding_guessed: true,
                separator: ';',
                header_line: 2,
                day_order: Some(DayOrder::DayFirst),
            }),
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
    let findings = vec(finding(), 0..2);
    let column = (text(), text(), option::of(any::<u32>()), findings);
    let column = column.prop_map(|(header, field, position, findings)| Column {
        header,
        field,
        position,
        findings,
    });
    (
        maybe_free_text(),
        text(),
        any::<u64>(),
        vec(column, 0..4),
        option::of(reading()),
        any::<bool>(),
    )
        .prop_map(
            |(file_name, sha256, rows, columns, reading, dry_run)| ImportEvent::Started {
                file_name,
                sha256,
                rows,
                columns,
                reading,
                dry_run,
            },
        )
}

fn reading() -> impl Strategy<Value = Reading> {
    let day_order = option::of(sample::select(vec![DayOrder::DayFirst, DayOrder::MonthFirst]));
    (text(), any::<bool>(), any::<char>(), any::<u64>(), day_order).prop_map(
        |(encoding, encoding_guessed, separator, header_line, day_order)| Reading {
            encoding,
            encoding_guessed,
            separator,
            header_line,
            day_order,
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
