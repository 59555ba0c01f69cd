//! Whole imports, over a log in memory.

mod flaky;

use std::collections::BTreeSet;
use std::sync::Mutex;

use tally_commands::Numbers;
use tally_commands::assets::{AssetError, AttributeChanges, register};
use tally_domain::import::{Counts, ImportOutcome, RowJudged, Verdict};
use tally_domain::{Recorded, Refused};
use tally_projections::{AssetRow, Filter, ImportRecord};
use tally_query::Sort;

use self::flaky::Flaky;
use super::judge::{Judge, first_rows, row_command};
use super::ledger::Started;
use super::row::Layout;
use super::*;
use crate::testing::{Bench, Installed};

const NETBOX: &[u8] = include_bytes!("../../../../../tests/data/netbox-demo-devices.csv");

/// Waits until an import ended and the views show it.
async fn ended(bench: &Bench, site: &Installed, import: ImportId) -> ImportRecord {
    for _ in 0..3000 {
        let record = bench.tally.views.imports().import(site.tenant, import).unwrap();
        if let Some(record) = record.filter(|record| matches!(record.state, ImportState::Ended(..))) {
            return record;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("the import did not end");
}

fn rows(bench: &Bench, site: &Installed, import: ImportId) -> Vec<RowJudged> {
    let mut rows = Vec::new();
    let mut cursor = None;
    loop {
        let page = bench
            .tally
            .views
            .imports()
            .rows(site.tenant, import, None, 1000, cursor.as_deref())
            .unwrap();
        rows.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return rows;
        }
    }
}

fn assets(bench: &Bench, site: &Installed) -> Vec<AssetRow> {
    bench
        .tally
        .views
        .asset_register()
        .list(site.tenant, &Filter::default(), Sort::default(), 1000, None)
        .unwrap()
        .items
}

async fn import(
    bench: &Bench,
    site: &Installed,
    dry_run: bool,
    file: impl AsRef<[u8]>,
) -> (ImportRecord, Vec<RowJudged>) {
    let origin = site.origin("agent-1");
    let (id, _) = start(&bench.tally, &origin, None, dry_run, file.as_ref().to_vec())
        .await
        .unwrap();
    let record = ended(bench, site, id).await;
    let rows = rows(bench, site, id);
    let counts = record.counts();
    assert_eq!(
        counts.rows,
        counts.registered + counts.registered_with_warning + counts.refused + counts.pending
    );
    (record, rows)
}

fn verdicts(rows: &[RowJudged]) -> Vec<(u64, Verdict, String)> {
    rows.iter()
        .map(|row| (row.row, row.verdict, row.codes.join(" ")))
        .collect()
}

#[actix_web::test]
async fn a_public_demo_register_comes_in_whole() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let (record, rows) = import(&bench, &site, false, NETBOX).await;
    assert_eq!(
        record.state,
        ImportState::Ended(ImportOutcome::Finished, record.counts())
    );
    assert_eq!(
        record.counts(),
        Counts {
            rows: 72,
            registered_with_warning: 72,
            ..Counts::default()
        }
    );
    let nameless = rows
        .iter()
        .filter(|row| row.codes.contains(&"import.name_from_model".to_owned()))
        .count();
    assert_eq!(nameless, 22);
    let (assets, tags) = (
        assets(&bench, &site),
        rows.iter()
            .filter_map(|row| row.tag.clone())
            .collect::<BTreeSet<_>>(),
    );
    assert_eq!((assets.len(), tags.len()), (72, 72), "nothing collapsed");
    assert!(
        rows.is_sorted_by_key(|row| row.tag.clone()),
        "tags follow the order of the file"
    );
    let sheet = Sheet::open(NETBOX).unwrap();
    for row in sheet.rows() {
        let judged = &rows[usize::try_from(row.row).unwrap() - 1];
        let asset = assets
            .iter()
            .find(|asset| Some(asset.id) == judged.asset)
            .unwrap();
        for cell in row.cells.iter().filter(|cell| !cell.is_empty()) {
            assert!(
                asset.attributes.iter().any(|(_, value)| value == cell),
                "{cell:?} of row {}",
                row.row
            );
        }
    }
    assert!(
        !bench
            .tally
            .config
            .data_dir
            .join("imports")
            .read_dir()
            .unwrap()
            .any(|_| true),
        "the file is let go"
    );
}

#[actix_web::test]
async fn a_bad_row_is_told_and_stops_no_other() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let long = "x".repeat(2001);
    let file = format!(
        "tag,name,notes\nT-1,one,\nt-1,again,\nT-2,two\nT 3,three,\n,,\nT-4,,{long}\nT-5,five,{long}\nT-6,six,\"fine\nstill\"\n"
    );
    let (record, rows) = import(&bench, &site, false, file).await;
    let expected = [
        "",
        "asset.tag_taken",
        "import.row_ragged",
        "asset.tag_invalid",
        "import.row_empty",
        "asset.attribute_invalid",
        "asset.attribute_invalid",
        "",
    ];
    assert_eq!(
        rows.iter().map(|row| row.codes.join(" ")).collect::<Vec<_>>(),
        expected
    );
    assert!(rows[1].message.contains("Row 1"), "{}", rows[1].message);
    assert_eq!((record.counts().registered, record.counts().refused), (2, 6));
    assert_eq!(
        rows.iter().map(|row| row.line).collect::<Vec<_>>(),
        [2, 3, 4, 5, 6, 7, 8, 9]
    );
    let tags: Vec<String> = assets(&bench, &site)
        .iter()
        .map(|asset| asset.tag.to_string())
        .collect();
    assert_eq!(tags, ["T-1", "T-6"]);
}

#[actix_web::test]
async fn a_dry_run_says_the_same_and_leaves_nothing() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    import(&bench, &site, false, "tag,name\nOLD,old\n").await;
    let file = "tag,name\nold,new\nT-1,one\nt-1,two\n,three\nbad tag,four\n";
    let (_, dry) = import(&bench, &site, true, file).await;
    assert_eq!(assets(&bench, &site).len(), 1);
    assert!(dry.iter().all(|row| row.asset.is_none()));
    let (_, real) = import(&bench, &site, false, file).await;
    assert_eq!(verdicts(&dry), verdicts(&real));
    assert_eq!(assets(&bench, &site).len(), 3);
}

#[actix_web::test]
async fn the_same_command_sent_again_begins_nothing_new() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let origin = site.origin("agent-1");
    let file = b"tag,name\nT-1,one\n".to_vec();
    let (first, _) = start(&bench.tally, &origin, None, false, file.clone())
        .await
        .unwrap();
    ended(&bench, &site, first).await;
    let (again, done) = start(&bench.tally, &origin, None, false, file).await.unwrap();
    assert_eq!((again, done.appended), (first, 0));
    assert_eq!(
        bench
            .tally
            .views
            .imports()
            .imports(site.tenant, 10, None)
            .unwrap()
            .items
            .len(),
        1
    );
}

#[actix_web::test]
async fn a_file_that_cannot_be_imported_is_refused_before_anything_begins() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    for (file, code) in [
        (&b""[..], "import.not_csv"),
        (b"name,serial\n", "import.no_rows"),
        (b"name\n\n\n", "import.no_rows"),
        (b"a\0b", "import.not_csv"),
    ] {
        let outcome = start(&bench.tally, &site.origin("agent-1"), None, false, file.to_vec()).await;
        let refused_with = match outcome {
            Err(StartError::Unreadable(refusal)) => refusal.code(),
            Err(StartError::Command(CommandError::Refused(refusal))) => refusal.code(),
            other => panic!("{file:?}: {other:?}"),
        };
        assert_eq!(refused_with, code, "{file:?}");
    }
    assert_eq!(bench.tally.views.imports().running().unwrap(), []);
}

/// Begins an import as `start` does, without a worker: what a crash right after the answer leaves.
async fn begun(bench: &Bench, site: &Installed, file: &[u8]) -> ImportId {
    let origin = site.origin("agent-1");
    let id = ImportId(origin.command.derive("import"));
    let taken = take(id, file).unwrap();
    let kept = bench.tally.imports.store.keep(id, &taken.sha256, file.to_vec());
    kept.await.unwrap();
    let stream = StreamName::import(site.tenant, id);
    let context = origin.context();
    let done = execute::<ImportEvent, _>(&*bench.tally.log, &stream, &context, None, |_| {
        let (sha256, columns) = (taken.sha256.clone(), taken.columns.clone());
        Ok(import::start(
            ImportState::Absent,
            None,
            sha256,
            taken.rows,
            columns,
            false,
        )?)
    });
    bench
        .tally
        .projected
        .wait_for(None, done.await.unwrap().position)
        .await
        .unwrap();
    id
}

#[actix_web::test]
async fn a_restart_takes_an_import_up_and_yields_the_same_assets() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let id = begun(&bench, &site, b"tag,name\nT-1,one\n,two\nT-3,three\n").await;
    // Two rows became assets before the crash, and their verdicts were not recorded.
    for (row, tag, name) in [(1, Some("T-1"), "one"), (2, None, "two")] {
        let origin = Origin {
            command: row_command(id, row),
            ..site.origin("agent-1")
        };
        let name = tally_domain::asset::AttributeKey::parse("name").map(|key| (key, Some(name.to_owned())));
        let tag = tag.and_then(tally_domain::asset::Tag::parse);
        let attributes: AttributeChanges = name.into_iter().collect();
        register(&*bench.tally.log, &bench.tally.numbers, &origin, tag, attributes)
            .await
            .unwrap();
    }
    resume(&bench.tally).await.unwrap();
    let record = ended(&bench, &site, id).await;
    assert_eq!(
        (
            record.counts().registered,
            record.counts().registered_with_warning
        ),
        (2, 1)
    );
    let rows = rows(&bench, &site, id);
    assert_eq!(assets(&bench, &site).len(), 3);
    for row in rows {
        assert!(
            assets(&bench, &site)
                .iter()
                .any(|asset| Some(asset.id) == row.asset && Some(asset.tag.to_string()) == row.tag)
        );
    }
}

#[actix_web::test]
async fn an_import_whose_file_is_gone_fails_and_says_so() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let id = begun(&bench, &site, b"name\none\n").await;
    assert_eq!(bench.tally.imports.store.sweep(vec![]).await.unwrap(), 1);
    resume(&bench.tally).await.unwrap();
    let record = ended(&bench, &site, id).await;
    assert_eq!(
        record.state,
        ImportState::Ended(ImportOutcome::Failed, Counts::of(1))
    );
}

#[actix_web::test]
async fn a_cancelled_import_keeps_a_verdict_for_every_asset_it_made() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let file = format!("name\n{}", "x\n".repeat(5000));
    let (id, _) = start(
        &bench.tally,
        &site.origin("agent-1"),
        None,
        false,
        file.into_bytes(),
    )
    .await
    .unwrap();
    let origin = site.origin("agent-2");
    let done = cancel(&bench.tally, &origin, id).await.unwrap();
    bench.tally.projected.wait_for(None, done.position).await.unwrap();
    let record = ended(&bench, &site, id).await;
    let counts = record.counts();
    assert_eq!(record.state, ImportState::Ended(ImportOutcome::Cancelled, counts));
    assert!(counts.pending > 0, "{counts:?}");
    let total = bench
        .tally
        .views
        .asset_register()
        .count(site.tenant, &Filter::default())
        .unwrap();
    assert_eq!(total, counts.registered_with_warning);
    assert_eq!(
        cancel(&bench.tally, &site.origin("agent-2"), id)
            .await
            .unwrap()
            .appended,
        0
    );
}

/// What a worker does with a row of [`numbered`].
async fn registered(
    bench: &Bench,
    site: &Installed,
    id: ImportId,
    row: u64,
    prefix: &str,
) -> Result<(), AssetError> {
    let origin = Origin {
        command: row_command(id, row),
        ..site.origin("agent-1")
    };
    let name = tally_domain::asset::AttributeKey::parse("name").map(|key| (key, Some(format!("n{row}"))));
    let tag = tally_domain::asset::Tag::parse(&format!("{prefix}-{row}"));
    let wishes: AttributeChanges = name.into_iter().collect();
    let done = register(&*bench.tally.log, &bench.tally.numbers, &origin, tag, wishes);
    done.await.map(drop)
}

/// A file of 200 rows, each with a tag of its own.
fn numbered(prefix: &str) -> Vec<u8> {
    let rows: String = (1..=200).map(|n| format!("{prefix}-{n},n{n}\n")).collect();
    format!("tag,name\n{rows}").into_bytes()
}

#[actix_web::test]
async fn what_a_worker_that_died_had_begun_has_its_verdicts_when_the_import_is_cancelled() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    // Nothing was begun of the one; of the other the third row was, and neither of those before it.
    for (prefix, begun_rows, judged) in [("N", &[][..], 0), ("T", &[3], 3)] {
        let id = begun(&bench, &site, &numbered(prefix)).await;
        for row in begun_rows {
            registered(&bench, &site, id, *row, prefix).await.unwrap();
        }
        cancel(&bench.tally, &site.origin("agent-2"), id).await.unwrap();
        let record = ended(&bench, &site, id).await;
        let expected = Counts {
            rows: 200,
            registered: judged,
            pending: 200 - judged,
            ..Counts::default()
        };
        assert_eq!(
            record.state,
            ImportState::Ended(ImportOutcome::Cancelled, expected)
        );
        let known = rows(&bench, &site, id).iter().filter_map(|row| row.asset).count();
        assert_eq!(
            (known, assets(&bench, &site).len()),
            (expected.registered as usize, expected.registered as usize)
        );
    }
}

#[actix_web::test]
async fn a_worker_that_wakes_after_its_import_was_cancelled_registers_nothing_more() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let id = begun(&bench, &site, &numbered("T")).await;
    registered(&bench, &site, id, 2, "T").await.unwrap();
    cancel(&bench.tally, &site.origin("agent-2"), id).await.unwrap();
    ended(&bench, &site, id).await;
    for row in 3..=50 {
        let late = registered(&bench, &site, id, row, "T").await;
        assert!(
            matches!(late, Err(CommandError::Refused(_))),
            "row {row}: {late:?}"
        );
    }
    assert_eq!(assets(&bench, &site).len(), 2);
}

#[actix_web::test]
async fn a_cancelled_import_whose_file_is_gone_is_cancelled() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let id = begun(&bench, &site, b"name\none\n").await;
    bench.tally.imports.store.sweep(vec![]).await.unwrap();
    cancel(&bench.tally, &site.origin("agent-1"), id).await.unwrap();
    let record = ended(&bench, &site, id).await;
    assert_eq!(record.outcome(), Some(ImportOutcome::Cancelled));
}

#[actix_web::test]
async fn an_import_that_is_over_or_of_another_site_cannot_be_cancelled() {
    let bench = Bench::new().await;
    let (site, other) = (bench.site("acme").await, bench.site("globex").await);
    let (record, _) = import(&bench, &site, false, "name\none\n").await;
    for (caller, code) in [(&site, "import.finished"), (&other, "import.not_found")] {
        let outcome = cancel(&bench.tally, &caller.origin("agent-1"), record.id).await;
        let Err(CommandError::Refused(refusal)) = outcome else {
            panic!("it was cancelled")
        };
        assert_eq!(refusal.code(), code);
    }
}

#[actix_web::test]
async fn an_allotted_tag_is_none_that_the_file_or_the_register_has() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    import(&bench, &site, false, "tag,name\nA-000001,by hand\n").await;
    let (_, rows) = import(
        &bench,
        &site,
        false,
        "tag,name\n,one\n,two\na-000002,in the file\n",
    )
    .await;
    let tags: BTreeSet<String> = rows.iter().filter_map(|row| row.tag.clone()).collect();
    assert!(rows.iter().all(|row| row.verdict != Verdict::Refused), "{rows:?}");
    assert!(tags.len() == 3 && tags.contains("a-000002"), "{tags:?}");
}

#[actix_web::test]
async fn many_rows_with_one_tag_leave_it_to_the_first() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let file = format!(
        "tag,name\n{}",
        (0..120).map(|n| format!("SAME,n{n}\n")).collect::<String>()
    );
    let (record, rows) = import(&bench, &site, false, file).await;
    assert_eq!((record.counts().registered, record.counts().refused), (1, 119));
    assert_eq!(rows[0].verdict, Verdict::Registered);
}

#[actix_web::test]
async fn a_log_that_fails_now_and_then_delays_verdicts_and_changes_none() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let id = begun(&bench, &site, b"tag,name\nT-1,one\nt-1,two\n,three\n").await;
    let sheet = Sheet::open(b"tag,name\nT-1,one\nt-1,two\n,three\n").unwrap();
    let ledger = ledger::Ledger::open(&*bench.tally.log, StreamName::import(site.tenant, id))
        .await
        .unwrap();
    let started: Started = ledger.started;
    let layout = Layout::of(&started.columns).unwrap();
    let first = first_rows(&sheet, &layout);
    let log = Flaky::over(&*bench.tally.log);
    let judge = Judge {
        log: &log,
        numbers: &Numbers::default(),
        tenant: site.tenant,
        import: id,
        started: &started,
        layout: &layout,
        first: &first,
        tried: Mutex::default(),
    };
    let rows: Vec<_> = sheet.rows().collect();
    let verdicts = judge.chunk(&rows).await.unwrap();
    let codes: Vec<String> = verdicts.iter().map(|row| row.codes.join(" ")).collect();
    assert_eq!(codes, ["", "asset.tag_taken", "import.tag_allotted"]);
    assert!(log.calls() > 9, "the log stopped failing only then");
    // Judged once more, as after a crash before the verdicts were recorded.
    let again = judge.chunk(&rows).await.unwrap();
    assert_eq!(again, verdicts);
    let registered: Vec<Recorded<_>> = tally_event_log::load::<tally_domain::asset::AssetEvent>(
        &*bench.tally.log,
        &StreamName::asset(site.tenant, verdicts[0].asset.unwrap()),
    )
    .await
    .unwrap();
    assert_eq!(registered.len(), 1);
}
