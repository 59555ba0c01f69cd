//! Of imports.

use proptest::prelude::*;
use tally_domain::import::{
    ImportEvent, ImportOutcome, ImportState, RowJudged, Verdict, finish, judge, start,
};

#[derive(Clone, Debug)]
enum Step {
    Start(u64),
    Judge { from: u64, verdicts: Vec<Verdict> },
    Finish(ImportOutcome),
}

fn verdict() -> impl Strategy<Value = Verdict> {
    prop::sample::select(vec![
        Verdict::Registered,
        Verdict::RegisteredWithWarning,
        Verdict::Refused,
    ])
}

fn step() -> impl Strategy<Value = Step> {
    let outcome = prop::sample::select(vec![
        ImportOutcome::Finished,
        ImportOutcome::Cancelled,
        ImportOutcome::Failed,
    ]);
    prop_oneof![
        1 => (0..6u64).prop_map(Step::Start),
        6 => (1..6u64, prop::collection::vec(verdict(), 0..4))
            .prop_map(|(from, verdicts)| Step::Judge { from, verdicts }),
        1 => outcome.prop_map(Step::Finish),
    ]
}

fn rows(from: u64, verdicts: Vec<Verdict>) -> Vec<RowJudged> {
    let row = |(row, verdict)| RowJudged {
        row,
        line: row + 1,
        verdict,
        findings: vec![],
        tag: None,
        asset: None,
    };
    (from..).zip(verdicts).map(row).collect()
}

fn decide(state: ImportState, step: Step) -> Vec<ImportEvent> {
    let decision = match step {
        Step::Start(count) => start(state, None, "00".to_owned(), count, vec![], None, false),
        Step::Judge { from, verdicts } => judge(state, rows(from, verdicts)),
        Step::Finish(outcome) => finish(state, outcome),
    };
    decision.unwrap_or_default()
}

proptest! {
    #[test]
    fn the_counts_always_add_up_and_no_row_is_judged_twice_or_skipped(
        first in 1..6u64,
        steps in prop::collection::vec(step(), 0..30),
    ) {
        let mut log = decide(ImportState::Absent, Step::Start(first));
        for step in steps {
            log.extend(decide(ImportState::fold(&log), step));
            let (ImportState::Running(counts) | ImportState::Ended(_, counts)) = ImportState::fold(&log) else {
                return Err(TestCaseError::fail("a started import is absent"));
            };
            let sum = counts.registered + counts.registered_with_warning + counts.refused + counts.pending;
            prop_assert_eq!((counts.rows, sum), (first, first));
            let finished: Vec<u64> = log.iter().flat_map(numbers).collect();
            prop_assert_eq!(finished, (1..=counts.judged_rows()).collect::<Vec<_>>());
            if let ImportState::Ended(ImportOutcome::Finished, counts) = ImportState::fold(&log) {
                prop_assert_eq!(counts.pending, 0);
            }
        }
    }

    #[test]
    fn an_import_ends_at_most_once(steps in prop::collection::vec(step(), 0..30)) {
        let mut log = vec![];
        for step in steps {
            log.extend(decide(ImportState::fold(&log), step));
        }
        let ends = log.iter().filter(|e| matches!(e, ImportEvent::Ended { .. })).count();
        let last_is_end = matches!(log.last(), Some(ImportEvent::Ended { .. }));
        prop_assert_eq!(ends, usize::from(last_is_end));
    }
}

fn numbers(event: &ImportEvent) -> Vec<u64> {
    match event {
        ImportEvent::RowsJudged { rows } => rows.iter().map(|row| row.row).collect(),
        _ => vec![],
    }
}
