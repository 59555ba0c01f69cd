//! Appending: expected revisions, repeats, limits.

use futures_util::FutureExt;
use futures_util::future::join_all;
use serde_json::json;

use super::area::{
    Area, Outcome, Property, ensure, ensure_same, event_with_number, ids, new_ids, refused_at, saying,
    several_events,
};
use crate::error::AppendError;
use crate::limits::{MAX_EVENTS, MAX_PAYLOAD};
use crate::stored::ExpectedRevision::{Exact, NoStream};

pub(super) fn all<'a>(area: &'a Area<'_>) -> Vec<Property<'a>> {
    vec![
        (
            "a stream begins at revision 0 and goes on without a gap",
            begins(area).boxed(),
        ),
        (
            "an append at another revision than the last is refused with the last one, and stores nothing",
            wrong_revision(area).boxed(),
        ),
        (
            "an append at a revision of a stream that is not there is refused",
            absent(area).boxed(),
        ),
        (
            "of writers racing for one revision exactly one wins",
            race(area).boxed(),
        ),
        (
            "of several events in one append all are stored or none",
            atomic(area).boxed(),
        ),
        (
            "an append repeated with the same ids stores nothing more",
            repeat(area).boxed(),
        ),
        (
            "a repeated append succeeds also after the stream has moved on",
            late_repeat(area).boxed(),
        ),
        (
            "the same append sent many times at once is stored once",
            repeat_race(area).boxed(),
        ),
        (
            "an append that repeats only some of its events is refused",
            partial(area).boxed(),
        ),
        (
            "an append without events, with an id twice or without an object is invalid",
            invalid(area).boxed(),
        ),
        (
            "a payload at the limit is taken and one above it refused",
            large(area).boxed(),
        ),
        (
            "as many events as the limit are taken and one more refused",
            many(area).boxed(),
        ),
        (
            "hundreds of streams do not disturb one another",
            streams(area).boxed(),
        ),
    ]
}

async fn begins(area: &Area<'_>) -> Outcome {
    let stream = area.stream("begins");
    let first = area.append_or_fail(&stream, NoStream, &several_events(1)).await?;
    ensure_same("the first revision", first.last_revision, 0)?;
    let more = area.append_or_fail(&stream, Exact(0), &several_events(3)).await?;
    ensure_same("the revision after three more", more.last_revision, 3)?;
    ensure(more.position > first.position && !more.already, || {
        format!("{first:?} then {more:?}")
    })?;
    let revisions: Vec<u64> = area.read(&stream).await?.iter().map(|e| e.revision).collect();
    ensure_same("the revisions", revisions, vec![0, 1, 2, 3])
}

async fn wrong_revision(area: &Area<'_>) -> Outcome {
    let stream = area.stream("wrong_revision");
    area.append_or_fail(&stream, NoStream, &several_events(3)).await?;
    for expected in [NoStream, Exact(0), Exact(1), Exact(3), Exact(1_000_000)] {
        refused_at(area.append(&stream, expected, &several_events(2)).await, Some(2))
            .map_err(|seen| format!("at {expected}: {seen}"))?;
    }
    ensure_same("the events stored", area.read(&stream).await?.len(), 3)
}

async fn absent(area: &Area<'_>) -> Outcome {
    let stream = area.stream("absent");
    refused_at(area.append(&stream, Exact(0), &several_events(1)).await, None)?;
    ensure_same("the events stored", area.read(&stream).await?.len(), 0)
}

async fn race(area: &Area<'_>) -> Outcome {
    let stream = area.stream("race");
    for round in 0..10_u64 {
        let expected = round.checked_sub(1).map_or(NoStream, Exact);
        let writers = (0..16).map(|n| {
            let (stream, event) = (&stream, event_with_number(n));
            async move { area.append(stream, expected, &[event]).await }
        });
        let answers = join_all(writers).await;
        let winners = answers.iter().filter(|a| a.is_ok()).count();
        ensure_same("the winners", winners, 1)?;
        for lost in answers.into_iter().filter(Result::is_err) {
            refused_at(lost, Some(round))?;
        }
    }
    ensure_same("the events stored", area.read(&stream).await?.len(), 10)
}

async fn atomic(area: &Area<'_>) -> Outcome {
    let stream = area.stream("atomic");
    let attempts: Vec<_> = (0..8).map(|_| several_events(5)).collect();
    let writers = attempts
        .iter()
        .map(|events| area.append(&stream, NoStream, events));
    let answers = join_all(writers).await;
    let stored = ids(&area.read(&stream).await?);
    let winner = answers.iter().position(Result::is_ok).ok_or("no append won")?;
    ensure_same("the events stored", stored, new_ids(&attempts[winner]))
}

async fn repeat(area: &Area<'_>) -> Outcome {
    let stream = area.stream("repeat");
    let events = several_events(3);
    let first = area.append_or_fail(&stream, NoStream, &events).await?;
    let second = area.append_or_fail(&stream, NoStream, &events).await?;
    ensure(!first.already && second.already, || {
        format!("{first:?} then {second:?}")
    })?;
    ensure_same("the position", second.position, first.position)?;
    ensure_same("the revision", second.last_revision, first.last_revision)?;
    ensure_same("the events stored", area.read(&stream).await?.len(), 3)
}

async fn late_repeat(area: &Area<'_>) -> Outcome {
    let stream = area.stream("late_repeat");
    area.append_or_fail(&stream, NoStream, &several_events(2)).await?;
    let events = several_events(2);
    let first = area.append_or_fail(&stream, Exact(1), &events).await?;
    area.append_or_fail(&stream, Exact(3), &several_events(2)).await?;
    let again = area.append_or_fail(&stream, Exact(1), &events).await?;
    ensure(again.already, || format!("{again:?}"))?;
    ensure_same("the position", again.position, first.position)?;
    ensure_same("the events stored", area.read(&stream).await?.len(), 6)
}

async fn repeat_race(area: &Area<'_>) -> Outcome {
    let stream = area.stream("repeat_race");
    let events = several_events(2);
    let answers = join_all((0..8).map(|_| area.append_or_fail(&stream, NoStream, &events))).await;
    let answers = answers.into_iter().collect::<Result<Vec<_>, _>>()?;
    let fresh = answers.iter().filter(|a| !a.already).count();
    ensure_same("the answers that claim to have written", fresh, 1)?;
    ensure_same(
        "the events stored",
        ids(&area.read(&stream).await?),
        new_ids(&events),
    )
}

async fn partial(area: &Area<'_>) -> Outcome {
    let stream = area.stream("partial");
    let events = several_events(2);
    area.append_or_fail(&stream, NoStream, &events).await?;
    let head_new_tail = [events[0].clone(), event_with_number(9)];
    refused_at(area.append(&stream, NoStream, &head_new_tail).await, Some(1))?;
    let reversed = [events[1].clone(), events[0].clone()];
    refused_at(area.append(&stream, NoStream, &reversed).await, Some(1))?;
    let longer = [events[0].clone(), events[1].clone(), event_with_number(9)];
    refused_at(area.append(&stream, NoStream, &longer).await, Some(1))?;
    ensure_same(
        "the events stored",
        ids(&area.read(&stream).await?),
        new_ids(&events),
    )
}

async fn invalid(area: &Area<'_>) -> Outcome {
    let stream = area.stream("invalid");
    let event = event_with_number(1);
    let attempts = [
        vec![],
        vec![event.clone(), event],
        vec![saying(json!("text"))],
        vec![saying(json!([1, 2]))],
    ];
    for events in attempts {
        let answer = area.append(&stream, NoStream, &events).await;
        ensure(matches!(answer, Err(AppendError::Invalid(_))), || {
            format!("{} events: {answer:?}", events.len())
        })?;
    }
    ensure_same("the events stored", area.read(&stream).await?.len(), 0)
}

async fn large(area: &Area<'_>) -> Outcome {
    let stream = area.stream("large");
    let frame = json!({ "t": "" }).to_string().len();
    let of_size = |size: usize| saying(json!({ "t": "x".repeat(size - frame) }));
    let fits = of_size(MAX_PAYLOAD);
    area.append_or_fail(&stream, NoStream, std::slice::from_ref(&fits))
        .await?;
    let answer = area
        .append(
            &stream,
            Exact(0),
            &[event_with_number(0), of_size(MAX_PAYLOAD + 1)],
        )
        .await;
    ensure(matches!(answer, Err(AppendError::TooLarge { .. })), || {
        format!("{answer:?}")
    })?;
    let stored = area.read(&stream).await?;
    ensure(stored.len() == 1 && stored[0].payload == Ok(fits.payload), || {
        format!("{} events, or another payload", stored.len())
    })
}

async fn many(area: &Area<'_>) -> Outcome {
    let stream = area.stream("many");
    let answer = area
        .append(&stream, NoStream, &several_events(MAX_EVENTS + 1))
        .await;
    ensure(matches!(answer, Err(AppendError::TooLarge { .. })), || {
        format!("{answer:?}")
    })?;
    let events = several_events(MAX_EVENTS);
    area.append_or_fail(&stream, NoStream, &events).await?;
    ensure_same(
        "the events stored",
        ids(&area.read(&stream).await?),
        new_ids(&events),
    )
}

async fn streams(area: &Area<'_>) -> Outcome {
    let named: Vec<_> = (0..300)
        .map(|n| (area.stream(&format!("streams.{n}")), several_events(2)))
        .collect();
    for (at, expected) in [(0, NoStream), (1, Exact(0))] {
        let writers = named
            .iter()
            .map(|(stream, events)| area.append_or_fail(stream, expected, &events[at..=at]));
        join_all(writers)
            .await
            .into_iter()
            .collect::<Result<Vec<_>, _>>()?;
    }
    for (stream, events) in &named {
        ensure_same(
            "the events stored",
            ids(&area.read(stream).await?),
            new_ids(events),
        )?;
    }
    Ok(())
}
