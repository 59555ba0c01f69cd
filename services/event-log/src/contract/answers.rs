//! Remembered answers: each in the place of an event.

use futures_util::FutureExt;
use futures_util::future::{join, join_all};
use serde_json::json;
use tally_domain::{EventId, StreamName};

use super::area::{Area, Outcome, Property, ensure, ensure_same, saying, to_text};
use crate::answers::{AnswerStored, MAX_ANSWER};
use crate::error::AppendError;
use crate::stored::ExpectedRevision::{Exact, NoStream};
use crate::stored::NewEvent;

pub(super) fn all<'a>(area: &'a Area<'_>) -> Vec<Property<'a>> {
    vec![
        (
            "an answer is remembered, and another one in its place is not",
            first_stands(area).boxed(),
        ),
        (
            "where an answer is remembered, its event is refused and others are not",
            refuses_event(area).boxed(),
        ),
        (
            "an answer whose event stands is not stored",
            refuses_answer(area).boxed(),
        ),
        (
            "of answers stored at once in one place one stands, and all are given it",
            answers_race(area).boxed(),
        ),
        (
            "of an event and an answer at once in one place one is stored, where both are compared in one step",
            event_race(area).boxed(),
        ),
        (
            "an answer that was only announced keeps no event away",
            announced_only(area).boxed(),
        ),
        (
            "an answer is no event: it moves neither the head nor a stream",
            is_no_event(area).boxed(),
        ),
        (
            "an answer at the limit is taken and one above it refused",
            large(area).boxed(),
        ),
    ]
}

/// An event of a command that the caller named.
fn named(n: usize) -> NewEvent {
    let mut event = saying(json!({ "n": n }));
    event.context.content_digest = Some("a digest".to_owned());
    event
}

/// Stores an answer as a command does that finds nothing to do.
async fn remember(
    area: &Area<'_>,
    stream: &StreamName,
    id: EventId,
    answer: &[u8],
) -> Result<AnswerStored, String> {
    let answers = area.log.answers();
    if answers.announce_answer(id).await.map_err(to_text)? && stands(area, stream, id).await? {
        return Ok(AnswerStored::NotInPlace);
    }
    let stored = answers.store_answer(stream, id, answer.to_vec()).await;
    stored.map_err(to_text)
}

async fn stands(area: &Area<'_>, stream: &StreamName, id: EventId) -> Result<bool, String> {
    Ok(area.read(stream).await?.iter().any(|event| event.id == id))
}

async fn find(area: &Area<'_>, stream: &StreamName, id: EventId) -> Result<Option<Vec<u8>>, String> {
    let found = area.log.answers().find_answer(stream, id).await;
    found.map_err(to_text)
}

async fn first_stands(area: &Area<'_>) -> Outcome {
    let (stream, id) = (area.stream("answered"), named(0).id);
    ensure_same("before", find(area, &stream, id).await?, None)?;
    let first = remember(area, &stream, id, b"{first}").await?;
    ensure_same("the first", first, AnswerStored::Now)?;
    let second = remember(area, &stream, id, b"{second}").await?;
    ensure_same("the second", second, AnswerStored::Earlier(b"{first}".to_vec()))?;
    let found = find(area, &stream, id).await?;
    ensure_same("what is found", found, Some(b"{first}".to_vec()))
}

async fn refuses_event(area: &Area<'_>) -> Outcome {
    let (stream, event) = (area.stream("answered-first"), named(0));
    remember(area, &stream, event.id, b"{}").await?;
    let refusal = area.append(&stream, NoStream, std::slice::from_ref(&event)).await;
    ensure(matches!(refusal, Err(AppendError::Answered)), || {
        format!("{refusal:?} and not a refusal")
    })?;
    ensure_same("events", area.read(&stream).await?.len(), 0)?;
    area.append_or_fail(&stream, NoStream, &[named(1)]).await?;
    let refusal = area.append(&stream, Exact(0), &[event]).await;
    ensure(matches!(refusal, Err(AppendError::Answered)), || {
        format!("{refusal:?} and not a refusal later")
    })
}

async fn refuses_answer(area: &Area<'_>) -> Outcome {
    let (stream, event) = (area.stream("answered-late"), named(0));
    area.append_or_fail(&stream, NoStream, std::slice::from_ref(&event))
        .await?;
    let stored = remember(area, &stream, event.id, b"{}").await?;
    ensure_same("the outcome", stored, AnswerStored::NotInPlace)?;
    ensure_same("the answer", find(area, &stream, event.id).await?, None)?;
    let repeated = area.append_or_fail(&stream, NoStream, &[event]).await?;
    ensure(repeated.already, || "a repeat was not recognised".to_owned())
}

async fn answers_race(area: &Area<'_>) -> Outcome {
    let (stream, id) = (area.stream("answered-often"), named(0).id);
    let tries = (0..8).map(|n| {
        let stream = &stream;
        async move { remember(area, stream, id, format!("{{{n}}}").as_bytes()).await }
    });
    let outcomes: Vec<AnswerStored> = join_all(tries).await.into_iter().collect::<Result<_, _>>()?;
    let stored = outcomes.iter().filter(|o| **o == AnswerStored::Now).count();
    ensure_same("answers stored", stored, 1)?;
    let standing = find(area, &stream, id).await?.unwrap_or_default();
    let given = |outcome: &&AnswerStored| **outcome == AnswerStored::Earlier(standing.clone());
    ensure_same(
        "given the one that stands",
        outcomes.iter().filter(given).count(),
        7,
    )
}

async fn event_race(area: &Area<'_>) -> Outcome {
    if !area.log.answers().is_atomic() {
        return Ok(());
    }
    for n in 0..20 {
        let (stream, event) = (area.stream(&format!("answered-at-once-{n}")), named(n));
        let events = [event];
        let id = events[0].id;
        let (appended, stored) = join(
            area.append(&stream, NoStream, &events),
            remember(area, &stream, id, b"{}"),
        )
        .await;
        let has_answer = stored? == AnswerStored::Now;
        ensure_same("one of the two", appended.is_ok(), !has_answer)?;
        ensure_same("the event", stands(area, &stream, id).await?, !has_answer)?;
    }
    Ok(())
}

async fn announced_only(area: &Area<'_>) -> Outcome {
    let (stream, event) = (area.stream("announced"), named(0));
    let answers = area.log.answers();
    answers.announce_answer(event.id).await.map_err(to_text)?;
    ensure_same("the answer", find(area, &stream, event.id).await?, None)?;
    area.append_or_fail(&stream, NoStream, std::slice::from_ref(&event))
        .await?;
    let stored = answers.store_answer(&stream, event.id, b"{}".to_vec()).await;
    ensure_same("the outcome", stored.map_err(to_text)?, AnswerStored::NotInPlace)
}

async fn is_no_event(area: &Area<'_>) -> Outcome {
    let stream = area.stream("answered-apart");
    area.append_or_fail(&stream, NoStream, &[named(0)]).await?;
    let before = area.head().await?;
    remember(area, &stream, named(1).id, b"{}").await?;
    let own = area.all_after(before, "answered-apart", 100).await?;
    ensure_same("later events", own.len(), 0)?;
    ensure_same("events of the stream", area.read(&stream).await?.len(), 1)
}

async fn large(area: &Area<'_>) -> Outcome {
    let (stream, id) = (area.stream("answered-at-length"), named(0).id);
    let refusal = area
        .log
        .answers()
        .store_answer(&stream, id, vec![b'x'; MAX_ANSWER + 1])
        .await;
    ensure(matches!(refusal, Err(AppendError::TooLarge { .. })), || {
        format!("{refusal:?} and not too large")
    })?;
    let stored = remember(area, &stream, id, &vec![b'x'; MAX_ANSWER]).await?;
    ensure_same("the outcome", stored, AnswerStored::Now)
}
