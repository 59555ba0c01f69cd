//! Appending: expected revisions, repeats, limits.

use futures_util::FutureExt;
use futures_util::future::join_all;
use serde_json::json;

use super::area::{
    Area, Outcome, Property, ensure, ids, new_ids, numbered, refused_at, same, saying, several,
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
    let first = area.appended(&stream, NoStream, &several(1)).await?;
    same("the first revision", first.last_revision, 0)?;
    let more = area.appended(&stream, Exact(0), &several(3)).await?;
    same("the revision after three more", more.last_revision, 3)?;
    ensure(more.position > first.position && !more.already, || {
        format!("{first:?} then {more:?}")
    })?;
    let revisions: Vec<u64> = area.read(&stream).await?.iter().map(|e| e.revision).collect();
    same("the revisions", revisions, vec![0, 1, 2, 3])
}

async fn wrong_revision(area: &Area<'_>) -> Outcome {
    let stream = area.stream("wrong_revision");
    area.appended(&stream, NoStream, &several(3)).await?;
    for expected in [NoStream, Exact(0), Exact(1), Exact(3), Exact(1_000_000)] {
        refused_at(area.append(&stream, expected, &several(2)).await, Some(2))
            .map_err(|seen| format!("at {expected}: {seen}"))?;
    }
    same("the events stored", area.read(&stream).await?.len(), 3)
}

async fn absent(area: &Area<'_>) -> Outcome {
    let stream = area.stream("absent");
    refused_at(area.append(&stream, Exact(0), &several(1)).await, None)?;
    same("the events stored", area.read(&stream).await?.len(), 0)
}

async fn race(area: &Area<'_>) -> Outcome {
    let stream = area.stream("race");
    for round in 0..10_u64 {
        let expected = round.checked_sub(1).map_or(NoStream, Exact);
        let writers = (0..16).map(|n| {
            let (stream, event) = (&stream, numbered(n));
            async move { area.append(stream, expected, &[event]).await }
        });
        let answers = join_all(writers).await;
        let winners = answers.iter().filter(|a| a.is_ok()).count();
        same("the winners", winners, 1)?;
        for lost in answers.into_iter().filter(Result::is_err) {
            refused_at(lost, Some(round))?;
        }
    }
    same("the events stored", area.read(&stream).await?.len(), 10)
}

async fn atomic(area: &Area<'_>) -> Outcome {
    let stream = area.stream("atomic");
    let attempts: Vec<_> = (0..8).map(|_| several(5)).collect();
    let writers = attempts
        .iter()
        .map(|events| area.append(&stream, NoStream, events));
    let answers = join_all(writers).await;
    let stored = ids(&area.read(&stream).await?);
    let winner = answers.iter().position(Result::is_ok).ok_or("no append won")?;
    same("the events stored", stored, new_ids(&attempts[winner]))
}

async fn repeat(area: &Area<'_>) -> Outcome {
    let stream = area.stream("repeat");
    let events = several(3);
    let first = area.appended(&stream, NoStream, &events).await?;
    let second = area.appended(&stream, NoStream, &events).await?;
    ensure(!first.already && second.already, || {
        format!("{first:?} then {second:?}")
    })?;
    same("the position", second.position, first.position)?;
    same("the revision", second.last_revision, first.last_revision)?;
    same("the events stored", area.read(&stream).await?.len(), 3)
}

async fn late_repeat(area: &Area<'_>) -> Outcome {
    let stream = area.stream("late_repeat");
    area.appended(&stream, NoStream, &several(2)).await?;
    let events = several(2);
    let first = area.appended(&stream, Exact(1), &events).await?;
    area.appended(&stream, Exact(3), &several(2)).await?;
    let again = area.appended(&stream, Exact(1), &events).await?;
    ensure(again.already, || format!("{again:?}"))?;
    same("the position", again.position, first.position)?;
    same("the events stored", area.read(&stream).await?.len(), 6)
}

async fn repeat_race(area: &Area<'_>) -> Outcome {
    let stream = area.stream("repeat_race");
    let events = several(2);
    let answers = join_all((0..8).map(|_| area.appended(&stream, NoStream, &events))).await;
    let answers = answers.into_iter().collect::<Result<Vec<_>, _>>()?;
    let fresh = answers.iter().filter(|a| !a.already).count();
    same("the answers that claim to have written", fresh, 1)?;
    same(
        "the events stored",
        ids(&area.read(&stream).await?),
        new_ids(&events),
    )
}

async fn partial(area: &Area<'_>) -> Outcome {
    let stream = area.stream("partial");
    let events = several(2);
    area.appended(&stream, NoStream, &events).await?;
    let head_new_tail = [events[0].clone(), numbered(9)];
    refused_at(area.append(&stream, NoStream, &head_new_tail).await, Some(1))?;
    let reversed = [events[1].clone(), events[0].clone()];
    refused_at(area.append(&stream, NoStream, &reversed).await, Some(1))?;
    let longer = [events[0].clone(), events[1].clone(), numbered(9)];
    refused_at(area.append(&stream, NoStream, &longer).await, Some(1))?;
    same(
        "the events stored",
        ids(&area.read(&stream).await?),
        new_ids(&events),
    )
}

async fn invalid(area: &Area<'_>) -> Outcome {
    let stream = area.stream("invalid");
    let event = numbered(1);
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
    same("the events stored", area.read(&stream).await?.len(), 0)
}

async fn large(area: &Area<'_>) -> Outcome {
    let stream = area.stream("large");
    let frame = json!({ "t": "" }).to_string().len();
    let of_size = |size: usize| saying(json!({ "t": "x".repeat(size - frame) }));
    let fits = of_size(MAX_PAYLOAD);
    area.appended(&stream, NoStream, std::slice::from_ref(&fits))
        .await?;
    let answer = area
        .append(&stream, Exact(0), &[numbered(0), of_size(MAX_PAYLOAD + 1)])
        .await;
    ensure(matches!(answer, Err(AppendError::TooLarge { .. })), || {
        format!("{answer:?}")
    })?;
    let stored = area.read(&stream).await?;
    ensure(stored.len() == 1 && stored[0].payload == fits.payload, || {
        format!("{} events, or another payload", stored.len())
    })
}

async fn many(area: &Area<'_>) -> Outcome {
    let stream = area.stream("many");
    let answer = area.append(&stream, NoStream, &several(MAX_EVENTS + 1)).await;
    ensure(matches!(answer, Err(AppendError::TooLarge { .. })), || {
        format!("{answer:?}")
    })?;
    let events = several(MAX_EVENTS);
    area.appended(&stream, NoStream, &events).await?;
    same(
        "the events stored",
        ids(&area.read(&stream).await?),
        new_ids(&events),
    )
}

async fn streams(area: &Area<'_>) -> Outcome {
    let named: Vec<_> = (0..300)
        .map(|n| (area.stream(&format!("streams.{n}")), several(2)))
        .collect();
    for (at, expected) in [(0, NoStream), (1, Exact(0))] {
        let writers = named
            .iter()
            .map(|(stream, events)| area.appended(stream, expected, &events[at..=at]));
        join_all(writers)
            .await
            .into_iter()
            .collect::<Result<Vec<_>, _>>()?;
    }
    for (stream, events) in &named {
        same(
            "the events stored",
            ids(&area.read(stream).await?),
            new_ids(events),
        )?;
    }
    Ok(())
}
