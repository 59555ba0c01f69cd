//! The engine answers as the engine in memory does, to appends as programs make them: at a revision
//! they have read, repeated as they were or after a failure, or of a stream that has moved on.

use proptest::prelude::*;
use tally_event_log::{AppendError, Appended, ExpectedRevision, LogReader, LogWriter, MemoryLog};
use tally_kurrent_double::Cluster;

use crate::support::{event, opened, stream};

#[derive(Clone, Debug)]
enum Step {
    /// New events at the right revision.
    Append { stream: usize, count: usize },
    /// An earlier append as it was.
    Repeat(prop::sample::Index),
    /// Its events, expected further back.
    RepeatEarlier(prop::sample::Index),
    /// Its first event, and a new one.
    Overlap(prop::sample::Index),
    /// New events at a revision that is not the last.
    Wrong { stream: usize, by: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    let any = || any::<prop::sample::Index>();
    prop_oneof![
        4 => (0..3_usize, 1..4_usize).prop_map(|(stream, count)| Step::Append { stream, count }),
        2 => any().prop_map(Step::Repeat),
        1 => any().prop_map(Step::RepeatEarlier),
        1 => any().prop_map(Step::Overlap),
        1 => (0..3_usize, 1..4_u64).prop_map(|(stream, by)| Step::Wrong { stream, by }),
    ]
}

#[derive(Clone)]
struct Attempt {
    stream: usize,
    expected: ExpectedRevision,
    ids: Vec<u128>,
}

/// What the engines must agree on: not the positions, which are each one's own.
fn to_outcome(answer: Result<Appended, AppendError>) -> Result<(u64, bool), Option<u64>> {
    match answer {
        Ok(appended) => Ok((appended.last_revision, appended.already)),
        Err(AppendError::WrongExpectedRevision { actual, .. }) => Err(actual),
        Err(other) => panic!("{other:?}"),
    }
}

#[derive(Default)]
struct History {
    made: Vec<Attempt>,
    lengths: [u64; 3],
    ids: u128,
}

impl History {
    fn attempt(&mut self, step: &Step) -> Option<Attempt> {
        let earlier =
            |index: &prop::sample::Index| (!self.made.is_empty()).then(|| index.get(&self.made).clone());
        match step {
            Step::Append { stream, count } => Some(self.new_events(*stream, *count, 0)),
            Step::Wrong { stream, by } => Some(self.new_events(*stream, 1, *by)),
            Step::Repeat(index) => earlier(index),
            Step::RepeatEarlier(index) => earlier(index).map(|attempt| Attempt {
                expected: ExpectedRevision::NoStream,
                ..attempt
            }),
            Step::Overlap(index) => earlier(index).map(|mut attempt| {
                attempt.ids.truncate(1);
                attempt.ids.push(self.new_id());
                attempt
            }),
        }
    }

    fn new_id(&mut self) -> u128 {
        self.ids += 1;
        self.ids
    }

    fn new_events(&mut self, stream: usize, count: usize, by: u64) -> Attempt {
        let ids = (0..count).map(|_| self.new_id()).collect();
        let expected = ExpectedRevision::after((self.lengths[stream] + by).checked_sub(1));
        Attempt {
            stream,
            expected,
            ids,
        }
    }
}

async fn agree(url: &str, steps: Vec<Step>) -> Result<(), TestCaseError> {
    let (model, engine) = (MemoryLog::default(), opened(url).await);
    let mut history = History::default();
    for step in steps {
        let Some(attempt) = history.attempt(&step) else {
            continue;
        };
        let to = stream(&format!("s{}", attempt.stream));
        let events: Vec<_> = attempt.ids.iter().copied().map(event).collect();
        let wanted = to_outcome(model.append(&to, attempt.expected, events.clone()).await);
        prop_assert_eq!(
            to_outcome(engine.append(&to, attempt.expected, events).await),
            wanted,
            "{:?}",
            step
        );
        if let Ok((last, false)) = wanted {
            history.lengths[attempt.stream] = last + 1;
            history.made.push(attempt);
        }
    }
    for n in 0..3 {
        let read = |log: Vec<tally_event_log::StoredEvent>| log.into_iter().map(|e| e.id).collect::<Vec<_>>();
        let of = stream(&format!("s{n}"));
        let wanted = read(model.read_stream(&of, 0, 1000).await.unwrap());
        prop_assert_eq!(read(engine.read_stream(&of, 0, 1000).await.unwrap()), wanted);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn kurrentdb_and_memory_agree_on_appends_as_programs_make_them(
        steps in proptest::collection::vec(step(), 1..25),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let cluster = Cluster::start(1);
        runtime.block_on(agree(&cluster.url(), steps))?;
    }
}
