//! Reads, and subscriptions, which never end by themselves.

use std::sync::Arc;
use std::time::SystemTime;

use async_stream::try_stream;
use futures_util::StreamExt;
use futures_util::stream::{BoxStream, iter};
use tonic::Status;
use uuid::Uuid;

use crate::node::{Node, Rights, not_leader};
use crate::record::Record;
use crate::state::{Role, State};
use crate::wire;

/// How many events the server reads at once if the filter does not say otherwise.
const WINDOW: u32 = 32;
/// How many events a page of a subscription has.
const PAGE: usize = 32;

type Answers = BoxStream<'static, Result<wire::ReadResp, Status>>;

pub async fn read(node: Arc<Node>, rights: Rights, request: wire::ReadReq) -> Result<Answers, Status> {
    let options = request.options.unwrap_or_default();
    if options.uuid.is_none() {
        return Err(Status::invalid_argument("'uuidOption' is a required argument"));
    }
    if options.all.is_some() && !rights.reads_all {
        return Err(Status::permission_denied("Access Denied"));
    }
    if options.subscription.is_some() {
        return Ok(subscription(node, rights, options));
    }
    let answers = node.slowly(async { counted(&node, rights, &options) }).await?;
    Ok(iter(answers.into_iter().map(Ok)).boxed())
}

fn counted(node: &Node, rights: Rights, options: &wire::ReadOptions) -> Result<Vec<wire::ReadResp>, Status> {
    let mut state = node.shared.state();
    ready(&mut state, node, rights)?;
    let count = usize::try_from(options.count.unwrap_or_default()).unwrap_or(usize::MAX);
    match (&options.stream, &options.all) {
        (Some(stream), _) => Ok(of_stream(&state, node.number, stream, options.direction, count)),
        (_, Some(all)) => of_all(&state, node.number, all, options, count),
        _ => Err(Status::invalid_argument("neither a stream nor $all")),
    }
}

/// A request that requires the leader is answered by the leader only.
fn ready(state: &mut State, node: &Node, rights: Rights) -> Result<(), Status> {
    match state.role(node.number) {
        Role::NotReady => Err(Status::unavailable("Server Is Not Ready")),
        Role::Follower(leader) if rights.requires_leader => Err(not_leader(node.shared.ports[leader])),
        _ => Ok(()),
    }
}

fn of_stream(
    state: &State,
    node: usize,
    range: &wire::StreamOptions,
    direction: i32,
    count: usize,
) -> Vec<wire::ReadResp> {
    let stream = range.stream.clone().unwrap_or_default();
    let name = String::from_utf8_lossy(&stream.name).into_owned();
    let visible = state.visible(node);
    let events: Vec<&Record> = state
        .indexes(&name)
        .iter()
        .filter_map(|&at| visible.get(at))
        .collect();
    let Some(last) = events.last().copied() else {
        return vec![wire::ReadResp {
            stream_not_found: Some(wire::StreamNotFound { stream: Some(stream) }),
            ..wire::ReadResp::default()
        }];
    };
    let events = state.shown(&name, events);
    let wanted: Vec<&Record> = match (direction, range.revision) {
        (0, from) => events
            .iter()
            .filter(|e| e.revision >= from.unwrap_or(0))
            .take(count)
            .copied()
            .collect(),
        (_, from) => {
            let back = events
                .iter()
                .rev()
                .filter(|e| e.revision <= from.unwrap_or(u64::MAX));
            back.take(count).copied().collect()
        }
    };
    let mut answers: Vec<wire::ReadResp> = wanted.into_iter().map(event).collect();
    answers.push(wire::ReadResp {
        last_stream_position: Some(last.revision),
        ..wire::ReadResp::default()
    });
    answers
}

fn of_all(
    state: &State,
    node: usize,
    range: &wire::AllOptions,
    options: &wire::ReadOptions,
    count: usize,
) -> Result<Vec<wire::ReadResp>, Status> {
    let from = range.position.map(|at| (at.commit, at.prepare));
    if let Some((commit, _)) = from
        && !state.begins(commit)
    {
        return Err(Status::unknown(
            "Unexpected FilteredReadAllResult: InvalidPosition",
        ));
    }
    let (visible, filter) = (state.visible(node), options.filter.as_ref());
    let wanted = |record: &&Record| filter.is_none_or(|filter| passes(filter, record));
    let found: Vec<wire::ReadResp> = if options.direction == 0 {
        let from = from.unwrap_or((0, 0));
        let forward = visible
            .iter()
            .filter(|r| range.end.is_none() && r.position() >= from);
        forward.filter(wanted).take(count).map(event).collect()
    } else {
        let from = from.unwrap_or((u64::MAX, u64::MAX));
        let back = visible
            .iter()
            .rev()
            .filter(|r| range.start.is_none() && r.position() < from);
        back.filter(wanted).take(count).map(event).collect()
    };
    Ok(found)
}

/// Understands one regular expression only: the client's, which excludes the server's own events.
fn passes(filter: &wire::FilterOptions, record: &Record) -> bool {
    let fits = |expression: &wire::Expression, name: &str| match expression.regex.as_str() {
        "" => expression
            .prefix
            .iter()
            .any(|prefix| name.starts_with(prefix.as_str())),
        _ => !name.starts_with('$'),
    };
    let stream = filter.stream.as_ref().is_none_or(|e| fits(e, &record.stream));
    let of_type = filter
        .event_type
        .as_ref()
        .is_none_or(|e| fits(e, &record.event_type));
    stream && of_type
}

fn event(record: &Record) -> wire::ReadResp {
    let content = if record.is_json {
        "application/json"
    } else {
        "application/octet-stream"
    };
    let metadata = [
        ("type", record.event_type.clone()),
        ("created", record.created.to_string()),
        ("content-type", content.to_owned()),
    ];
    let recorded = wire::RecordedEvent {
        id: Some(wire::Id {
            structured: None,
            string: Some(record.id.to_string()),
        }),
        stream: Some(wire::StreamIdentifier {
            name: record.stream.clone().into(),
        }),
        revision: record.revision,
        prepare: record.prepare,
        commit: record.commit,
        metadata: metadata.map(|(key, value)| (key.to_owned(), value)).into(),
        custom_metadata: record.metadata.clone(),
        data: record.data.clone(),
    };
    wire::ReadResp {
        event: Some(wire::ReadEvent {
            event: Some(recorded),
            commit_position: Some(record.commit),
        }),
        ..wire::ReadResp::default()
    }
}

/// The progress of a subscription.
struct Progress {
    /// Position of the last event read.
    reached: Option<(u64, u64)>,
    /// Position of the last event that passed the filter.
    passed: Option<(u64, u64)>,
    /// How many events were read since the last checkpoint.
    looked: u32,
    live: bool,
    /// No event was left to read.
    idle: bool,
}

/// Delivers the existing events page by page, which only the leader reads, and then new events,
/// which any node delivers. Sends a checkpoint after each interval, and one when the subscription
/// goes live: at the beginning of the last page if no event in it passed the filter.
fn subscription(node: Arc<Node>, rights: Rights, options: wire::ReadOptions) -> Answers {
    Box::pin(try_stream! {
        let filter = options.filter.unwrap_or_default();
        let interval = filter.max.unwrap_or(WINDOW) * filter.checkpoint_interval_multiplier;
        let all = options.all.unwrap_or_default();
        let reached = match (all.position, all.end) {
            (Some(at), _) => Some((at.commit, at.prepare)),
            (None, Some(())) => node.shared.state().visible(node.number).last().map(Record::position),
            _ => None,
        };
        let mut progress = Progress { reached, passed: None, looked: 0, live: false, idle: false };
        let mut moved = node.shared.moved.subscribe();
        yield confirmation();
        loop {
            let answers = node.slowly(async { page(&node, rights, &filter, interval, &mut progress) }).await?;
            let idle = progress.idle;
            for answer in answers {
                yield answer;
            }
            if idle && moved.changed().await.is_err() {
                Err(Status::unavailable("the node ends"))?;
            }
        }
    })
}

fn page(
    node: &Node,
    rights: Rights,
    filter: &wire::FilterOptions,
    interval: u32,
    progress: &mut Progress,
) -> Result<Vec<wire::ReadResp>, Status> {
    let mut state = node.shared.state();
    if !progress.live {
        ready(&mut state, node, rights)?;
        if progress.reached.is_some_and(|(commit, _)| !state.begins(commit)) {
            return Err(Status::invalid_argument(
                "Trying to read from an invalid position.",
            ));
        }
    }
    let (visible, began) = (state.visible(node.number), progress.reached);
    let first = visible.partition_point(|record| Some(record.position()) <= began);
    let looked_at: Vec<&Record> = visible[first..].iter().take(PAGE).collect();
    let mut answers = Vec::new();
    for record in &looked_at {
        progress.reached = Some(record.position());
        progress.looked += 1;
        if passes(filter, record) {
            progress.passed = progress.reached;
            answers.push(event(record));
        }
        if progress.looked >= interval {
            progress.looked = 0;
            answers.push(checkpoint(record.position()));
        }
    }
    progress.idle = looked_at.is_empty();
    if !progress.live && looked_at.len() < PAGE {
        progress.live = true;
        let position = progress.passed.max(began);
        answers.extend(position.map(checkpoint));
        answers.push(caught_up(position));
    }
    Ok(answers)
}

fn confirmation() -> wire::ReadResp {
    wire::ReadResp {
        confirmation: Some(wire::Confirmation {
            subscription_id: Uuid::new_v4().to_string(),
        }),
        ..wire::ReadResp::default()
    }
}

fn at((commit, prepare): (u64, u64)) -> wire::Position {
    wire::Position { commit, prepare }
}

fn checkpoint(position: (u64, u64)) -> wire::ReadResp {
    wire::ReadResp {
        checkpoint: Some(at(position)),
        ..wire::ReadResp::default()
    }
}

fn caught_up(position: Option<(u64, u64)>) -> wire::ReadResp {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    wire::ReadResp {
        caught_up: Some(wire::CaughtUp {
            timestamp: Some(wire::Timestamp {
                seconds: since.as_secs().cast_signed(),
                nanos: 0,
            }),
            position: position.map(at),
        }),
        ..wire::ReadResp::default()
    }
}
