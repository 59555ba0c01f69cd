//! Remembered answers on a cluster: beside the log, and not for ever.

use std::time::Duration;

use tally_event_log::{AnswerStored, AppendError, ExpectedRevision, LogWriter};
use tally_kurrent_double::Cluster;

use crate::support::{append, event, everything, opened, stream};

/// Longer than an answer is remembered.
const LATER: Duration = Duration::from_secs(49 * 60 * 60);

/// Stores an answer in the place of event `n`.
async fn remember(log: &dyn LogWriter, n: u128, answer: &[u8]) -> AnswerStored {
    let answers = log.answers();
    assert!(
        answers.announce_answer(event(n).id).await.unwrap(),
        "it has to be decided again"
    );
    let stored = answers
        .store_answer(&stream("a"), event(n).id, answer.to_vec())
        .await;
    stored.unwrap()
}

async fn find(log: &dyn LogWriter, n: u128) -> Option<Vec<u8>> {
    let found = log.answers().find_answer(&stream("a"), event(n).id).await;
    found.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_goes_when_it_is_old_and_another_can_be_stored_in_its_place() {
    let cluster = Cluster::start(1);
    let log = opened(&cluster.url()).await;
    assert_eq!(remember(&*log, 1, b"first").await, AnswerStored::Now);
    assert_eq!(find(&*log, 1).await.as_deref(), Some(&b"first"[..]));
    cluster.age(LATER);
    assert_eq!(find(&*log, 1).await, None);
    // The server counts on where it was, so the next step is not at the start of the stream.
    assert_eq!(remember(&*log, 1, b"second").await, AnswerStored::Now);
    assert_eq!(find(&*log, 1).await.as_deref(), Some(&b"second"[..]));
    append(&*log, "a", None, 2..4).await;
    assert_eq!(everything(&*log).await.len(), 2, "no reader sees an answer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_outlives_the_leader_and_is_the_same_on_another_node() {
    let cluster = Cluster::start(3);
    let url = format!("{}&timeout=20", cluster.url());
    let (one, other) = (opened(&url).await, opened(&url).await);
    assert_eq!(remember(&*one, 1, b"first").await, AnswerStored::Now);
    cluster.kill(cluster.leader());
    assert_eq!(find(&*other, 1).await.as_deref(), Some(&b"first"[..]));
    let earlier = remember(&*other, 1, b"second").await;
    assert_eq!(earlier, AnswerStored::Earlier(b"first".to_vec()));
    let mut named = event(1);
    named.context.content_digest = Some("a digest".to_owned());
    let refusal = other
        .append(&stream("a"), ExpectedRevision::NoStream, vec![named])
        .await;
    assert!(matches!(refusal, Err(AppendError::Answered)), "{refusal:?}");
}
