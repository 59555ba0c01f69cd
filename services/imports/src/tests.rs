//! Whole imports.

mod bench;
mod flaky;

use std::collections::BTreeSet;

use parking_lot::Mutex;
use tally_commands::{CommandError, Registrar};
use tally_domain::asset::AssetEvent;
use tally_domain::import::{Counts, ImportOutcome, ImportRefusal, ImportState, RowJudged, Verdict};
use tally_domain::refusal::Parameter;
use tally_domain::{Clock, Refused, StreamName};
use tally_projections::ImportList;

use self::bench::{AGENT, Bench, COLLEAGUE, Site};
use self::flaky::Flaky;
use crate::StartError;
use crate::halt::Halt;
use crate::judge::{Judge, RowNumbers, find_first_rows};
use crate::ledger::Ledger;
use crate::sheet::Sheet;

const NETBOX: &[u8] = include_bytes!("../../../tests/data/netbox-demo-devices.csv");

fn verdicts(rows: &[RowJudged]) -> Vec<(u64, Verdict, String)> {
    let verdict = |row: &RowJudged| (row.row, row.verdict, join_codes(row));
    rows.iter().map(verdict).collect()
}

fn join_codes(row: &RowJudged) -> String {
    let codes: Vec<&str> = row.findings.iter().map(|found| found.code.as_str()).collect();
    codes.join(" ")
}

fn codes(rows: &[RowJudged]) -> Vec<String> {
    rows.iter().map(join_codes).collect()
}

#[tokio::test]
async fn a_public_demo_register_is_imported_without_loss() {
    let (bench, site) = Bench::with_site();
    let (record, rows) = bench.import(site, false, NETBOX).await;
    let expected = Counts {
        rows: 72,
        registered_with_warning: 72,
        ..Counts::default()
    };
    assert_eq!(
        record.state,
        ImportState::Ended(ImportOutcome::Finished, expected)
    );
    let is_nameless = |row: &&RowJudged| join_codes(row).contains("import.name_from_model");
    assert_eq!(rows.iter().filter(is_nameless).count(), 22);
    let assets = bench.assets(site).await;
    let tags: BTreeSet<_> = rows.iter().filter_map(|row| row.tag.clone()).collect();
    assert_eq!((assets.len(), tags.len()), (72, 72), "nothing collapsed");
    let in_order = rows.is_sorted_by_key(|row| row.tag.clone());
    assert!(in_order, "tags follow the order of the file");
    for row in Sheet::open(NETBOX).unwrap().rows() {
        let verdict = &rows[usize::try_from(row.row).unwrap() - 1];
        let mut candidates = assets.iter();
        let asset = candidates.find(|asset| Some(asset.id) == verdict.asset).unwrap();
        for cell in row.cells.iter().filter(|cell| !cell.is_empty()) {
            let is_there = asset.attributes.iter().any(|(_, value)| value == cell);
            assert!(is_there, "{cell:?} of row {}", row.row);
        }
    }
    let mut remaining_files = bench.folder().read_dir().unwrap();
    assert!(remaining_files.next().is_none(), "the file is removed");
}

#[tokio::test]
async fn a_bad_row_gets_its_reason_and_stops_no_other() {
    let (bench, site) = Bench::with_site();
    let long = "x".repeat(2001);
    let rows = [
        "tag,name,notes",
        "T-1,one,",
        "t-1,again,",
        "T-2,two,,more",
        "T 3,three,",
        ",,",
        &format!("T-4,,{long}"),
        &format!("T-5,five,{long}"),
        "T-6,six,\"fine\nstill\"\n",
    ];
    let (record, rows) = bench.import(site, false, rows.join("\n")).await;
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
    assert_eq!(codes(&rows), expected);
    assert_eq!(rows[1].findings[0].parameters["first_row"], Parameter::Number(1));
    assert_eq!((record.counts().registered, record.counts().refused), (2, 6));
    let lines: Vec<u64> = rows.iter().map(|row| row.line).collect();
    assert_eq!(lines, [2, 3, 4, 5, 6, 7, 8, 9]);
    let assets = bench.assets(site).await;
    let tags: Vec<String> = assets.iter().map(|asset| asset.tag.to_string()).collect();
    assert_eq!(tags, ["T-1", "T-6"]);
}

#[tokio::test]
async fn a_dry_run_gives_the_same_verdicts_and_leaves_nothing() {
    let (bench, site) = Bench::with_site();
    bench.import(site, false, "tag,name\nOLD,old\n").await;
    let file = "tag,name\nold,new\nT-1,one\nt-1,two\n,three\nbad tag,four\n";
    let (_, dry) = bench.import(site, true, file).await;
    assert_eq!(bench.assets(site).await.len(), 1);
    assert!(dry.iter().all(|row| row.asset.is_none()));
    let (_, real) = bench.import(site, false, file).await;
    assert_eq!(verdicts(&dry), verdicts(&real));
    assert_eq!(bench.assets(site).await.len(), 3);
}

#[tokio::test]
async fn the_same_command_sent_again_begins_nothing_new() {
    let (bench, site) = Bench::with_site();
    let origin = site.origin(AGENT);
    let file = b"tag,name\nT-1,one\n";
    let (first, _) = bench.start(&origin, file).await.unwrap();
    bench.wait_for_end(site, first).await;
    let (again, done) = bench.start(&origin, file).await.unwrap();
    assert_eq!((again, done.appended), (first, 0));
    let imports = ImportList::of(bench.views().await);
    assert_eq!(imports.imports(site.tenant, 10, None).unwrap().items.len(), 1);
}

#[tokio::test]
async fn a_file_that_cannot_be_imported_is_refused_before_anything_begins() {
    let (bench, site) = Bench::with_site();
    for (file, code) in [
        (&b""[..], "import.not_csv"),
        (b"name,serial\n", "import.no_rows"),
        (b"name\n\n\n", "import.no_rows"),
        (b"a\0b", "import.not_csv"),
    ] {
        let refused_with = match bench.start(&site.origin(AGENT), file).await {
            Err(StartError::Unreadable(refusal)) => refusal.code(),
            Err(StartError::Command(CommandError::Refused(refusal))) => refusal.code(),
            other => panic!("{file:?}: {other:?}"),
        };
        assert_eq!(refused_with, code, "{file:?}");
    }
    assert_eq!(ImportList::of(bench.views().await).running().unwrap(), []);
}

#[tokio::test]
async fn a_restart_takes_an_import_up_and_yields_the_same_assets() {
    let (bench, site) = Bench::with_site();
    let id = bench
        .begin_and_crash(site, b"tag,name\nT-1,one\n,two\nT-3,three\n")
        .await;
    // Two rows became assets before the crash, and their verdicts were not recorded.
    for (row, values) in [(1, (Some("T-1"), "one")), (2, (None, "two"))] {
        bench.register_row(site, id, row, values).await.unwrap();
    }
    bench.imports.resume().await.unwrap();
    let record = bench.wait_for_end(site, id).await;
    let counts = record.counts();
    assert_eq!((counts.registered, counts.registered_with_warning), (2, 1));
    let assets = bench.assets(site).await;
    assert_eq!(assets.len(), 3);
    for row in bench.rows(site, id).await {
        let mut candidates = assets.iter();
        assert!(
            candidates.any(|asset| Some(asset.id) == row.asset && Some(asset.tag.to_string()) == row.tag)
        );
    }
}

#[tokio::test]
async fn an_import_whose_file_is_gone_fails_and_says_so() {
    let (bench, site) = Bench::with_site();
    let id = bench.begin_and_crash(site, b"name\none\n").await;
    assert_eq!(bench.imports.shared().files.sweep(vec![]).await.unwrap(), 1);
    bench.imports.resume().await.unwrap();
    let record = bench.wait_for_end(site, id).await;
    assert_eq!(
        record.state,
        ImportState::Ended(ImportOutcome::Failed, Counts::of(1))
    );
}

#[tokio::test]
async fn a_cancelled_import_keeps_a_verdict_for_every_asset_it_made() {
    let (bench, site) = Bench::with_site();
    let file = format!("name\n{}", "x\n".repeat(5000));
    let (id, _) = bench.start(&site.origin(AGENT), file.as_bytes()).await.unwrap();
    bench.imports.cancel(&site.origin(COLLEAGUE), id).await.unwrap();
    let record = bench.wait_for_end(site, id).await;
    let counts = record.counts();
    assert_eq!(record.state, ImportState::Ended(ImportOutcome::Cancelled, counts));
    assert!(counts.pending > 0, "{counts:?}");
    let total = bench.assets(site).await.len() as u64;
    assert_eq!(total, counts.registered_with_warning);
    let again = bench.imports.cancel(&site.origin(COLLEAGUE), id).await.unwrap();
    assert_eq!(again.appended, 0);
}

/// A file of 200 rows, each with a tag of its own.
fn numbered_file(prefix: &str) -> Vec<u8> {
    let rows: String = (1..=200).map(|n| format!("{prefix}-{n},n{n}\n")).collect();
    format!("tag,name\n{rows}").into_bytes()
}

/// Registers a row of [`numbered_file`].
async fn register_numbered(
    bench: &Bench,
    site: Site,
    id: tally_domain::ImportId,
    row: u64,
    prefix: &str,
) -> Result<(), tally_commands::assets::AssetError> {
    let (tag, name) = (format!("{prefix}-{row}"), format!("n{row}"));
    let registered = bench.register_row(site, id, row, (Some(&tag), &name)).await;
    registered.map(drop)
}

#[tokio::test]
async fn rows_that_a_dead_worker_had_begun_have_their_verdicts_when_the_import_is_cancelled() {
    let (bench, site) = Bench::with_site();
    // Nothing was begun of the one; of the other the third row was, and neither of those before it.
    for (prefix, begun_rows, finished) in [("N", &[][..], 0), ("T", &[3], 3)] {
        let id = bench.begin_and_crash(site, &numbered_file(prefix)).await;
        for row in begun_rows {
            register_numbered(&bench, site, id, *row, prefix).await.unwrap();
        }
        bench.imports.cancel(&site.origin(COLLEAGUE), id).await.unwrap();
        let record = bench.wait_for_end(site, id).await;
        let expected = Counts {
            rows: 200,
            registered: finished,
            pending: 200 - finished,
            ..Counts::default()
        };
        assert_eq!(
            record.state,
            ImportState::Ended(ImportOutcome::Cancelled, expected)
        );
        let rows = bench.rows(site, id).await;
        let known = rows.iter().filter_map(|row| row.asset).count();
        let registered = usize::try_from(finished).unwrap();
        assert_eq!((known, bench.assets(site).await.len()), (registered, registered));
    }
}

#[tokio::test]
async fn an_import_that_is_resumed_draws_no_number_for_rows_that_are_registered() {
    let (bench, site) = Bench::with_site();
    let id = bench.begin_and_crash(site, b"name\none\ntwo\nthree\n").await;
    for (row, name) in [(1, "one"), (2, "two")] {
        bench.register_row(site, id, row, (None, name)).await.unwrap();
    }
    bench.imports.resume().await.unwrap();
    bench.wait_for_end(site, id).await;
    let rows = bench.rows(site, id).await;
    let tags: Vec<_> = rows.iter().filter_map(|row| row.tag.as_deref()).collect();
    assert_eq!(tags, ["A-000001", "A-000002", "A-000003"]);
}

#[tokio::test]
async fn a_worker_that_wakes_after_its_import_was_cancelled_registers_nothing_more() {
    let (bench, site) = Bench::with_site();
    let id = bench.begin_and_crash(site, &numbered_file("T")).await;
    register_numbered(&bench, site, id, 2, "T").await.unwrap();
    bench.imports.cancel(&site.origin(COLLEAGUE), id).await.unwrap();
    bench.wait_for_end(site, id).await;
    for row in 3..=50 {
        let late = register_numbered(&bench, site, id, row, "T").await;
        let is_refused = matches!(&late, Err(CommandError::Unavailable(cause)) if cause.is_answered());
        assert!(is_refused, "row {row}: {late:?}");
    }
    assert_eq!(bench.assets(site).await.len(), 2);
    let all = bench.log.read_all(None, 10_000).await.unwrap();
    let assets: BTreeSet<&str> = all
        .iter()
        .map(|event| event.stream.as_str())
        .filter(|stream| stream.contains(".asset-"))
        .collect();
    assert_eq!(assets.len(), 2, "rows that never began left nothing in the log");
}

#[tokio::test]
async fn a_cancelled_import_whose_file_is_gone_is_cancelled() {
    let (bench, site) = Bench::with_site();
    let id = bench.begin_and_crash(site, b"name\none\n").await;
    bench.imports.shared().files.sweep(vec![]).await.unwrap();
    bench.imports.cancel(&site.origin(AGENT), id).await.unwrap();
    let record = bench.wait_for_end(site, id).await;
    assert_eq!(record.outcome(), Some(ImportOutcome::Cancelled));
}

#[tokio::test]
async fn an_import_that_is_over_or_of_another_site_cannot_be_cancelled() {
    let (bench, site) = Bench::with_site();
    let other = Site::new(&bench.vault);
    let (record, _) = bench.import(site, false, "name\none\n").await;
    for (caller, expected) in [(site, ImportRefusal::Finished), (other, ImportRefusal::NotFound)] {
        let outcome = bench.imports.cancel(&caller.origin(AGENT), record.id).await;
        let Err(CommandError::Refused(refusal)) = outcome else {
            panic!("it was cancelled")
        };
        assert_eq!(refusal, expected);
    }
}

#[tokio::test]
async fn an_allotted_tag_is_none_that_the_file_or_the_register_has() {
    let (bench, site) = Bench::with_site();
    bench.import(site, false, "tag,name\nA-000001,by hand\n").await;
    let file = "tag,name\n,one\n,two\na-000002,in the file\n";
    let (_, rows) = bench.import(site, false, file).await;
    let tags: BTreeSet<String> = rows.iter().filter_map(|row| row.tag.clone()).collect();
    assert!(rows.iter().all(|row| row.verdict != Verdict::Refused), "{rows:?}");
    assert!(tags.len() == 3 && tags.contains("a-000002"), "{tags:?}");
}

#[tokio::test]
async fn many_rows_with_one_tag_leave_it_to_the_first() {
    let (bench, site) = Bench::with_site();
    let rows: String = (0..120).map(|n| format!("SAME,n{n}\n")).collect();
    let (record, rows) = bench.import(site, false, format!("tag,name\n{rows}")).await;
    let counts = record.counts();
    assert_eq!((counts.registered, counts.refused), (1, 119));
    assert_eq!(rows[0].verdict, Verdict::Registered);
}

#[tokio::test]
async fn a_log_that_fails_at_times_delays_verdicts_and_changes_none() {
    let (bench, site) = Bench::with_site();
    let file = b"tag,name\nT-1,one\nt-1,two\n,three\n";
    let id = bench.begin_and_crash(site, file).await;
    let sheet = Sheet::open(file).unwrap();
    let stream = StreamName::import(site.tenant, id);
    let started = Ledger::open(&*bench.log, stream).await.unwrap().started;
    let layout = started.layout_of(&sheet).unwrap();
    let first = find_first_rows(&sheet, &layout);
    let log = Flaky::on_log(&*bench.log);
    let judge = Judge {
        log: &log,
        registrar: &Registrar::new(bench.vault.clone()),
        clock: &Clock::system(),
        tenant: site.tenant,
        import: id,
        started: &started,
        layout: &layout,
        first: &first,
        tried: Mutex::default(),
    };
    let rows: Vec<_> = sheet.rows().collect();
    let verdicts = judge.judge_chunk(&rows, &RowNumbers::new()).await.unwrap();
    assert_eq!(codes(&verdicts), ["", "asset.tag_taken", "import.tag_allotted"]);
    assert!(log.calls() > 9, "the log stopped failing only then");
    // Judged once more, as after a crash before the verdicts were recorded.
    let registered = judge.find_registered(&rows).await.unwrap();
    assert_eq!(registered, RowNumbers::from([1, 3]));
    let again = judge.judge_chunk(&rows, &registered).await.unwrap();
    assert_eq!(again, verdicts);
    let stream = StreamName::asset(site.tenant, verdicts[0].asset.unwrap());
    let registered = tally_event_log::load::<AssetEvent>(&*bench.log, &stream)
        .await
        .unwrap();
    assert_eq!(registered.len(), 1);
}

#[tokio::test]
async fn an_import_whose_tenant_was_erased_ends_and_waits_for_no_key() {
    let (bench, site) = Bench::with_site();
    let file = b"tag,name\n,one\n";
    let id = bench.begin_and_crash(site, file).await;
    let sheet = Sheet::open(file).unwrap();
    let stream = StreamName::import(site.tenant, id);
    let started = Ledger::open(&*bench.log, stream.clone()).await.unwrap().started;
    let layout = started.layout_of(&sheet).unwrap();
    let judge = Judge {
        log: &*bench.log,
        registrar: &Registrar::new(bench.vault.clone()),
        clock: &Clock::system(),
        tenant: site.tenant,
        import: id,
        started: &started,
        layout: &layout,
        first: &find_first_rows(&sheet, &layout),
        tried: Mutex::default(),
    };
    bench.vault.erase_tenant(site.tenant).await.unwrap();
    let rows: Vec<_> = sheet.rows().collect();
    let halt = judge.judge_chunk(&rows, &RowNumbers::new()).await;
    assert!(matches!(halt, Err(Halt::Broken(_))));
    assert!(matches!(
        Ledger::open(&*bench.log, stream).await,
        Err(Halt::Broken(_))
    ));
}

#[tokio::test]
async fn a_file_that_was_on_its_way_when_its_tenant_was_erased_is_removed() {
    let (bench, site) = Bench::with_site();
    let origin = site.origin(AGENT);
    bench.vault.erase_tenant(site.tenant).await.unwrap();
    let begun = bench.start(&origin, b"name\none\n").await;
    let Err(StartError::Command(CommandError::Unavailable(cause))) = begun else {
        panic!("it began")
    };
    assert!(cause.is_erased(), "{cause}");
    assert_eq!(std::fs::read_dir(bench.folder()).unwrap().count(), 0);
}
