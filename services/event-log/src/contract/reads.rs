//! Reading: what comes back, in which order, in which pages.

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use serde_json::json;
use tally_domain::value::FreeText;
use tally_domain::{
    Actor, CommandId, Context, EventId, PersonId, Position, RequestId, StreamName, TenantId, TextId,
};
use uuid::Uuid;

use super::area::{
    Area, Outcome, Property, ensure, ensure_same, event_with_number, ids, new_ids, saying, several_events,
    to_text,
};
use crate::digest::{Covered, NOTHING_BEFORE};
use crate::stored::ExpectedRevision::{Exact, NoStream};

pub(super) fn all<'a>(area: &'a Area<'_>) -> Vec<Property<'a>> {
    vec![
        (
            "an event is read back as it was appended",
            try_unchanged(area).boxed(),
        ),
        (
            "text of any script comes back to the letter",
            unicode(area).boxed(),
        ),
        ("a stream that is not there is empty", empty(area).boxed()),
        (
            "a stream is read from any revision on, in pages of any size",
            stream_pages(area).boxed(),
        ),
        (
            "the whole log is read the same in pages of any size",
            log_pages(area).boxed(),
        ),
        (
            "a tenant's events are read alone, in the log's order, in pages of any size",
            tenant_pages(area).boxed(),
        ),
        (
            "each event has the digest of what it holds and of the event before it in its stream",
            digests(area).boxed(),
        ),
        (
            "positions rise from append to append and within each",
            positions(area).boxed(),
        ),
        (
            "an event is found at its position, and none beside it",
            found_at(area).boxed(),
        ),
        (
            "an answered append is read at once, and the head is not behind it",
            head(area).boxed(),
        ),
    ]
}

async fn try_unchanged(area: &Area<'_>) -> Outcome {
    let stream = area.stream("unchanged");
    let mut event = saying(json!({
        "empty": {}, "list": [1, [2, []], null], "yes": true,
        "least": i64::MIN, "most": u64::MAX, "half": 0.5, "": "no key",
    }));
    event.schema = 7;
    event.context = full_context();
    let answer = area.append_or_fail(&stream, NoStream, &[event.clone()]).await?;
    let read = area.read(&stream).await?;
    let [stored] = read.as_slice() else {
        return Err(format!("{} events", read.len()));
    };
    ensure_same("the id", stored.id, event.id)?;
    ensure_same("the stream", &stored.stream, &stream)?;
    ensure_same("the position", stored.position, answer.position)?;
    ensure_same("the type", &stored.event_type, &event.event_type)?;
    ensure_same("the schema", stored.schema, event.schema)?;
    ensure_same("the context", &stored.context, &event.context)?;
    ensure_same("the payload", stored.payload.as_ref(), Ok(&event.payload))?;
    if stored.bytes.is_sealed() {
        return Ok(());
    }
    let bytes = event.payload.to_string().into_bytes();
    ensure_same("the stored bytes", stored.bytes.as_slice(), &bytes)
}

fn full_context() -> Context {
    let at: DateTime<Utc> = DateTime::UNIX_EPOCH;
    Context {
        tenant: Some(TenantId(Uuid::from_u128(1))),
        actor: Actor::user(PersonId(Uuid::from_u128(0xabc))),
        causation: CommandId(Uuid::new_v4()),
        correlation: CommandId(Uuid::new_v4()),
        reverts: Some(EventId(Uuid::new_v4())),
        request: RequestId::parse("request-1"),
        schema: Some(3),
        effective_at: Some(at),
        reason: Some(FreeText::stored(
            TextId(Uuid::new_v4()),
            Some("it was wrong \u{1F4BB}".to_owned()),
        )),
        content_digest: Some("00".repeat(32)),
    }
}

async fn unicode(area: &Area<'_>) -> Outcome {
    let stream = area.stream("unicode");
    let texts = [
        "Grüße, ßẞ",
        "e\u{301} is not é",
        "ラップトップ 笔记本电脑",
        "حاسوب محمول",
        "👩🏽‍💻🏳️‍🌈",
        "a\u{0}b",
        "\u{FEFF}\u{202E}\u{2028}\u{10FFFF}",
        "\"quoted\\\" \r\n\t\u{1}",
    ];
    let events: Vec<_> = texts.iter().map(|text| saying(json!({ *text: text }))).collect();
    area.append_or_fail(&stream, NoStream, &events).await?;
    let read = area.read(&stream).await?;
    for (stored, event) in read.iter().zip(&events) {
        ensure_same("the payload", stored.payload.as_ref(), Ok(&event.payload))?;
    }
    ensure_same("the events stored", read.len(), texts.len())
}

async fn empty(area: &Area<'_>) -> Outcome {
    let read = area.read(&area.stream("empty")).await?;
    ensure_same("the events read", read.len(), 0)
}

async fn stream_pages(area: &Area<'_>) -> Outcome {
    let stream = area.stream("stream_pages");
    let events = several_events(25);
    area.append_or_fail(&stream, NoStream, &events).await?;
    let wanted = new_ids(&events);
    for from in [0, 1, 24, 25, 26, 1000] {
        for limit in [0, 1, 7, 25, 1000] {
            let page = area
                .log
                .read_stream(&stream, from as u64, limit)
                .await
                .map_err(to_text)?;
            let wanted: Vec<_> = wanted.iter().skip(from).take(limit).copied().collect();
            ensure_same(&format!("{limit} events from {from}"), ids(&page), wanted)?;
        }
    }
    Ok(())
}

async fn log_pages(area: &Area<'_>) -> Outcome {
    let before = area.head().await?;
    let mut wanted = Vec::new();
    for n in 0..20_u64 {
        let stream = area.stream(&format!("log_pages.{}", n % 3));
        let expected = (n / 3).checked_sub(1).map_or(NoStream, Exact);
        let event = event_with_number(0);
        wanted.push(event.id);
        area.append_or_fail(&stream, expected, &[event]).await?;
    }
    for page in [1, 3, 20, 1000] {
        let read = area.all_after(before, "log_pages", page).await?;
        ensure_same(
            &format!("the events in pages of {page}"),
            ids(&read),
            wanted.clone(),
        )?;
    }
    let none = area.log.read_all(before, 0).await.map_err(to_text)?;
    ensure_same("the events in a page of none", none.len(), 0)
}

async fn tenant_pages(area: &Area<'_>) -> Outcome {
    let before = area.head().await?;
    let tenants = [TenantId(Uuid::new_v4()), TenantId(Uuid::new_v4())];
    let mut wanted = Vec::new();
    for n in 0..24_u64 {
        let of_first = n % 4 != 3;
        let tenant = tenants[usize::from(!of_first)];
        let stream = StreamName::of_tenant(tenant, &format!("contract-{}", n % 4));
        let event = event_with_number(0);
        wanted.extend(of_first.then_some(event.id));
        let expected = (n / 4).checked_sub(1).map_or(NoStream, Exact);
        area.append_or_fail(&stream, expected, &[event]).await?;
    }
    for limit in [1, 5, 18, 1000] {
        let (mut reached, mut read) = (None, Vec::new());
        loop {
            let page = area
                .log
                .read_tenant(tenants[0], reached, limit)
                .await
                .map_err(to_text)?;
            let Some(last) = page.last() else { break };
            reached = Some(last.position);
            read.extend(ids(&page));
        }
        ensure_same(&format!("the events in pages of {limit}"), read, wanted.clone())?;
    }
    let later = area
        .log
        .read_tenant(tenants[1], before, 1000)
        .await
        .map_err(to_text)?;
    ensure_same("the other tenant's events", later.len(), 6)?;
    let none = area.log.read_tenant(TenantId(Uuid::new_v4()), None, 10).await;
    ensure_same("the events of an unknown tenant", none.map_err(to_text)?.len(), 0)
}

async fn digests(area: &Area<'_>) -> Outcome {
    let stream = area.stream("digests");
    area.append_or_fail(&stream, NoStream, &several_events(3)).await?;
    area.append_or_fail(&stream, Exact(2), &several_events(1)).await?;
    let mut last = several_events(2);
    area.append_or_fail(&stream, Exact(3), &last).await?;
    // A repetition is other bytes, as those of a seal are: what stands counts, not what it proposes.
    for event in &mut last {
        event.payload = json!({ "n": "another" });
    }
    area.append_or_fail(&stream, Exact(3), &last).await?;
    area.append_or_fail(&stream, Exact(5), &several_events(1)).await?;
    let read = area.read(&stream).await?;
    ensure_same("the events stored", read.len(), 7)?;
    let mut before = NOTHING_BEFORE;
    for event in &read {
        let context = serde_json::to_string(&event.context).map_err(to_text)?;
        let covered = Covered {
            id: event.id.0,
            stream: event.stream.as_str(),
            revision: event.revision,
            event_type: &event.event_type,
            schema: event.schema,
            recorded_at: event.recorded_at,
            context: &context,
            payload: event.bytes.as_slice(),
        };
        before = covered.digest_after(&before);
        ensure_same(&format!("the digest of {}", event.revision), event.digest, before)?;
    }
    Ok(())
}

async fn positions(area: &Area<'_>) -> Outcome {
    let (before, stream) = (area.head().await?, area.stream("positions"));
    let other = area.stream("positions.other");
    let one = area.append_or_fail(&stream, NoStream, &several_events(3)).await?;
    let two = area.append_or_fail(&other, NoStream, &several_events(1)).await?;
    let three = area.append_or_fail(&stream, Exact(2), &several_events(3)).await?;
    ensure(
        before < Some(one.position) && one.position < two.position && two.position < three.position,
        || format!("{before:?}, {one:?}, {two:?}, {three:?}"),
    )?;
    let read = area.all_after(before, "positions", 100).await?;
    ensure(read.is_sorted_by(|a, b| a.position < b.position), || {
        format!("{read:?}")
    })?;
    let answered = [read.get(2), read.get(3), read.get(6)].map(|e| e.map(|e| e.position));
    let wanted = [one, two, three].map(|a| Some(a.position));
    ensure_same("the answered positions", answered, wanted)
}

async fn head(area: &Area<'_>) -> Outcome {
    let stream = area.stream("head");
    for n in 0..20_u64 {
        let before = area.head().await?;
        let expected = n.checked_sub(1).map_or(NoStream, Exact);
        let event = event_with_number(0);
        let answer = area
            .append_or_fail(&stream, expected, std::slice::from_ref(&event))
            .await?;
        let head = area.head().await?;
        ensure(head >= Some(answer.position), || {
            format!("{head:?} after {answer:?}")
        })?;
        let read = area.all_after(before, "head", 100).await?;
        ensure_same("the events read", ids(&read), vec![event.id])?;
    }
    Ok(())
}

async fn found_at(area: &Area<'_>) -> Outcome {
    let stream = area.stream("found-at");
    let events = several_events(2);
    let answer = area.append_or_fail(&stream, NoStream, &events).await?;
    for stored in area.read(&stream).await? {
        let found = area.log.find_at(stored.position).await.map_err(to_text)?;
        ensure_same("the event at its position", found, Some(stored.id))?;
    }
    let beyond = Position {
        commit: answer.position.commit + 1,
        prepare: answer.position.prepare + 1,
    };
    let found = area.log.find_at(beyond).await.map_err(to_text)?;
    ensure(found != Some(events[1].id), || {
        "found beside its position".to_owned()
    })
}
