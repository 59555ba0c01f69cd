//! Imports: every row gets one verdict, in order, and the counts say so.

use tally_domain::Refused;
use tally_domain::import::{
    Counts, ImportEvent, ImportOutcome, ImportRefusal, ImportState, RowJudged, Verdict, cancel, finish,
    judge, start,
};
use tally_domain::value::FreeText;

fn started(rows: u64) -> Vec<ImportEvent> {
    start(
        ImportState::Absent,
        Some(FreeText::new("a.csv")),
        "00".to_owned(),
        rows,
        vec![],
        None,
        false,
    )
    .unwrap()
}

fn running(rows: u64) -> ImportState {
    ImportState::fold(&started(rows))
}

fn after(state: ImportState, events: &[ImportEvent]) -> ImportState {
    events.iter().fold(state, ImportState::evolve)
}

fn row(number: u64, verdict: Verdict) -> RowJudged {
    RowJudged {
        row: number,
        line: number + 1,
        verdict,
        findings: vec![],
        tag: None,
        asset: None,
    }
}

fn registered(numbers: impl IntoIterator<Item = u64>) -> Vec<RowJudged> {
    numbers.into_iter().map(|n| row(n, Verdict::Registered)).collect()
}

#[test]
fn a_started_import_has_all_its_rows_before_it() {
    assert_eq!(running(3), ImportState::Running(Counts::of(3)));
}

#[test]
fn a_file_without_rows_is_refused() {
    let refused = start(ImportState::Absent, None, "00".to_owned(), 0, vec![], None, false);
    assert_eq!(refused, Err(ImportRefusal::NoRows));
}

#[test]
fn starting_the_same_import_again_appends_nothing() {
    let ended = after(
        running(1),
        &[ImportEvent::Ended {
            outcome: ImportOutcome::Cancelled,
        }],
    );
    for state in [running(1), ended] {
        let again = start(state, None, "00".to_owned(), 1, vec![], None, false);
        assert_eq!(again, Ok(vec![]));
    }
}

#[test]
fn each_verdict_is_counted_where_it_belongs() {
    let rows = vec![
        row(1, Verdict::Registered),
        row(2, Verdict::RegisteredWithWarning),
        row(3, Verdict::Refused),
    ];
    let events = judge(running(4), rows).unwrap();
    let expected = Counts {
        rows: 4,
        registered: 1,
        registered_with_warning: 1,
        refused: 1,
        pending: 1,
    };
    assert_eq!(after(running(4), &events), ImportState::Running(expected));
}

#[test]
fn no_row_is_skipped_judged_twice_or_made_up() {
    let halfway = after(running(4), &judge(running(4), registered(1..=2)).unwrap());
    for out_of_order in [vec![2], vec![4], vec![3, 3], vec![4, 3], vec![3, 4, 5]] {
        let refused = judge(halfway, registered(out_of_order.clone()));
        assert_eq!(refused, Err(ImportRefusal::OutOfOrder), "{out_of_order:?}");
    }
    assert!(judge(halfway, registered([3, 4])).is_ok());
}

#[test]
fn no_verdicts_append_nothing() {
    assert_eq!(judge(running(2), vec![]), Ok(vec![]));
}

#[test]
fn an_import_is_finished_only_when_every_row_has_its_verdict() {
    assert_eq!(
        finish(running(1), ImportOutcome::Finished),
        Err(ImportRefusal::OutOfOrder)
    );
    let finished = after(running(1), &judge(running(1), registered([1])).unwrap());
    let ended = vec![ImportEvent::Ended {
        outcome: ImportOutcome::Finished,
    }];
    assert_eq!(finish(finished, ImportOutcome::Finished), Ok(ended));
}

#[test]
fn an_import_can_be_cancelled_or_fail_with_rows_pending() {
    for outcome in [ImportOutcome::Cancelled, ImportOutcome::Failed] {
        assert_eq!(
            finish(running(2), outcome),
            Ok(vec![ImportEvent::Ended { outcome }])
        );
    }
}

#[test]
fn who_cancels_an_import_lets_the_rows_under_way_have_their_verdicts() {
    let stopping = after(running(3), &cancel(running(3)).unwrap());
    assert_eq!(stopping, ImportState::Stopping(Counts::of(3)));
    assert_eq!(cancel(stopping), Ok(vec![]));
    let finished = after(stopping, &judge(stopping, registered([1, 2])).unwrap());
    assert_eq!(finished.counts().unwrap().judged_rows(), 2);
    assert_eq!(
        finish(finished, ImportOutcome::Finished),
        Err(ImportRefusal::OutOfOrder)
    );
    let ended = after(finished, &finish(finished, ImportOutcome::Cancelled).unwrap());
    assert_eq!(
        ended,
        ImportState::Ended(ImportOutcome::Cancelled, finished.counts().unwrap())
    );
    assert_eq!(cancel(ended), Ok(vec![]));
}

#[test]
fn an_import_that_ended_otherwise_cannot_be_cancelled() {
    let failed = after(running(2), &finish(running(2), ImportOutcome::Failed).unwrap());
    assert_eq!(cancel(failed), Err(ImportRefusal::Finished));
}

#[test]
fn an_ended_import_stays_as_it_ended() {
    let cancelled = after(running(2), &finish(running(2), ImportOutcome::Cancelled).unwrap());
    assert_eq!(finish(cancelled, ImportOutcome::Cancelled), Ok(vec![]));
    assert_eq!(
        finish(cancelled, ImportOutcome::Finished),
        Err(ImportRefusal::Finished)
    );
    assert_eq!(judge(cancelled, registered([1])), Err(ImportRefusal::Finished));
}

#[test]
fn nothing_can_be_done_with_an_import_that_is_not_there() {
    let refused = [
        judge(ImportState::Absent, registered([1])),
        finish(ImportState::Absent, ImportOutcome::Cancelled),
        cancel(ImportState::Absent),
    ];
    for result in refused {
        assert_eq!(result.map_err(|r| r.code()), Err("import.not_found"));
    }
}

#[test]
fn an_import_that_began_before_its_reading_was_recorded_is_read() {
    let stored = serde_json::json!({ "Started": {
        "sha256": "00", "rows": 1, "dry_run": false, "columns": [{ "header": "Tag", "field": "tag" }],
    }});
    let read: ImportEvent = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), stored);
}
