//! Appends, one by one and in sessions.

use std::sync::Arc;
use std::time::Instant;

use async_stream::try_stream;
use futures_util::stream::BoxStream;
use tonic::{Code, Request, Response, Status, Streaming};
use uuid::Uuid;

use crate::node::{Node, Rights, not_leader, timed_out};
use crate::record::Record;
use crate::rules::{Decision, Expected};
use crate::state::{METADATA_OF, Role};
use crate::wire;

/// The contents of an append request.
struct AppendRequest {
    stream: String,
    expected: Expected,
    records: Vec<Record>,
}

/// The answer to an append that is not refused.
enum Answer {
    Success(wire::Success),
    Wrong(Option<u64>),
}

/// Executes an append, even if the client disconnects meanwhile.
pub async fn append(
    node: Arc<Node>,
    request: Request<Streaming<wire::AppendReq>>,
) -> Result<Response<wire::AppendResp>, Status> {
    let rights = node.rights(request.metadata())?;
    let mut sent = request.into_inner();
    let options = sent.message().await?.and_then(|first| first.options);
    let mut append = parse_options(options)?;
    let mut size = 0;
    let most = node.shared.state().settings.max_append;
    while let Some(message) = sent.message().await? {
        let proposed = message.proposed.ok_or_else(|| Status::unknown("not an event"))?;
        size += proposed.data.len() + proposed.custom_metadata.len();
        if size > most {
            return Err(Status::invalid_argument(format!(
                "Maximum Append Size of {most} Exceeded."
            )));
        }
        append.records.push(record(&append.stream, &proposed)?);
    }
    let expected = append.expected;
    let task = tokio::spawn(async move { node.slowly(execute(&node, rights, append)).await });
    let answer = task.await.map_err(|e| Status::unavailable(e.to_string()))??;
    Ok(Response::new(to_response(answer, expected)))
}

fn to_response(answer: Answer, expected: Expected) -> wire::AppendResp {
    match answer {
        Answer::Success(success) => wire::AppendResp {
            success: Some(success),
            wrong_expected_version: None,
        },
        Answer::Wrong(current) => wire::AppendResp {
            success: None,
            wrong_expected_version: Some(wire::WrongExpectedVersion {
                current_revision: current,
                current_no_stream: current.is_none().then_some(()),
                expected_revision: match expected {
                    Expected::Revision(revision) => Some(revision),
                    Expected::NoStream => None,
                },
                expected_no_stream: (expected == Expected::NoStream).then_some(()),
            }),
        },
    }
}

/// Answers each append by itself, in order; a node that does not lead ends the session.
pub fn batch(
    node: Arc<Node>,
    rights: Rights,
    mut sent: Streaming<wire::BatchAppendReq>,
) -> BoxStream<'static, Result<wire::BatchAppendResp, Status>> {
    Box::pin(try_stream! {
        while let Some(message) = sent.message().await? {
            let mut append = parse_options(message.options)?;
            for proposed in message.proposed {
                append.records.push(record(&append.stream, &proposed)?);
            }
            let stream = append.stream.clone();
            let answer = node.slowly(execute(&node, rights, append)).await;
            let (error, success) = match answer {
                Ok(Answer::Success(success)) => (None, Some(success)),
                Ok(Answer::Wrong(_)) => (Some(refusal(Code::FailedPrecondition, "WrongExpectedVersion")), None),
                Err(status) if status.code() == Code::NotFound => Err(status)?,
                Err(status) => (Some(refusal(status.code(), status.message())), None),
            };
            yield wire::BatchAppendResp {
                correlation_id: message.correlation_id,
                error,
                success,
                stream: Some(wire::StreamIdentifier { name: stream.into() }),
            };
        }
    })
}

fn refusal(code: Code, message: &str) -> wire::RpcStatus {
    wire::RpcStatus {
        code: code as i32,
        message: message.to_owned(),
    }
}

fn parse_options(options: Option<wire::AppendOptions>) -> Result<AppendRequest, Status> {
    let options = options.ok_or_else(|| Status::unknown("options come first"))?;
    let name = options.stream.unwrap_or_default().name;
    let expected = match (options.revision, options.no_stream) {
        (Some(revision), _) if i64::try_from(revision).is_ok() => Expected::Revision(revision),
        (None, Some(())) => Expected::NoStream,
        _ => return Err(Status::invalid_argument("this double wants an exact revision")),
    };
    Ok(AppendRequest {
        stream: String::from_utf8(name.to_vec()).map_err(|e| Status::unknown(e.to_string()))?,
        expected,
        records: Vec::new(),
    })
}

fn record(stream: &str, proposed: &wire::Proposed) -> Result<Record, Status> {
    let said = |key: &str| {
        let missing = || Status::invalid_argument(format!("Required Metadata Property '{key}' is missing"));
        proposed.metadata.get(key).cloned().ok_or_else(missing)
    };
    let (event_type, content) = (said("type")?, said("content-type")?);
    Ok(Record {
        event_type,
        is_json: content == "application/json",
        data: proposed.data.clone(),
        metadata: proposed.custom_metadata.clone(),
        ..Record::new(stream, 0, id(proposed.id.as_ref())?)
    })
}

fn id(sent: Option<&wire::Id>) -> Result<Uuid, Status> {
    let wrong = || Status::invalid_argument("not an id");
    match sent.ok_or_else(wrong)? {
        wire::Id {
            structured: Some(bits),
            ..
        } => Ok(Uuid::from_u64_pair(
            bits.most.cast_unsigned(),
            bits.least.cast_unsigned(),
        )),
        wire::Id {
            string: Some(text), ..
        } => text.parse().map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}

/// The result of the part that runs under the lock.
enum Begun {
    Answered(Answer),
    /// Wait until the log is committed up to this index.
    Wait(usize),
    /// A repetition of events that no majority has yet: the server does not answer it.
    Dropped,
}

async fn execute(node: &Node, rights: Rights, append: AppendRequest) -> Result<Answer, Status> {
    match begin(node, rights, append)? {
        Begun::Answered(answer) => Ok(answer),
        Begun::Wait(index) => committed(node, index).await,
        Begun::Dropped => {
            let timeout = node.shared.state().settings.commit_timeout;
            tokio::time::sleep(timeout).await;
            Err(timed_out())
        }
    }
}

fn begin(node: &Node, rights: Rights, append: AppendRequest) -> Result<Begun, Status> {
    let mut state = node.shared.state();
    match state.role(node.number) {
        Role::Leader => {}
        Role::Follower(_) if !rights.requires_leader => {}
        Role::Follower(leader) => return Err(not_leader(node.shared.ports[leader])),
        Role::NotReady => return Err(Status::unavailable("Server Is Not Ready")),
    }
    if append.stream.starts_with('$') && !append.stream.starts_with(METADATA_OF) {
        return Err(Status::permission_denied("Access Denied"));
    }
    if state.nodes[node.number].isolated.is_some() {
        return Ok(Begun::Wait(usize::MAX));
    }
    let ids: Vec<Uuid> = append.records.iter().map(|record| record.id).collect();
    let begun = match state.decide(&append.stream, append.expected, &ids) {
        Decision::Wrong(current) => Begun::Answered(Answer::Wrong(current)),
        Decision::Repeated(index) if index < state.committed => Begun::Answered(success(&state.log[index])),
        Decision::Repeated(_) => Begun::Dropped,
        Decision::Write(revision) => {
            let index = state.write(revision, append.records);
            if index.is_multiple_of(5) {
                state.note("$stats-127.0.0.1:2113");
            }
            Begun::Wait(index)
        }
    };
    drop(state);
    node.shared.notify();
    Ok(begun)
}

fn success(last: &Record) -> Answer {
    Answer::Success(wire::Success {
        current_revision: Some(last.revision),
        position: Some(wire::Position {
            commit: last.commit,
            prepare: last.prepare,
        }),
    })
}

/// Answers after a majority has the event that the leader wrote.
async fn committed(node: &Node, index: usize) -> Result<Answer, Status> {
    let mut moved = node.shared.moved.subscribe();
    let written = node.shared.state().log.get(index).map(|record| record.id);
    let begun = Instant::now();
    loop {
        let left = {
            let state = node.shared.state();
            let stands = index < state.committed;
            if let Some(record) = state
                .log
                .get(index)
                .filter(|record| stands && Some(record.id) == written)
            {
                return Ok(success(record));
            }
            state.settings.commit_timeout.saturating_sub(begun.elapsed())
        };
        if left.is_zero() {
            return Err(timed_out());
        }
        drop(tokio::time::timeout(left, moved.changed()).await);
    }
}
