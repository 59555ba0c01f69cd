//! One node, what it shares with the others, and how it refuses.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::sync::watch;
use tonic::codegen::http::HeaderMap;
use tonic::metadata::MetadataMap;
use tonic::{Code, Status};

use crate::state::{Role, State};
use crate::wire;

/// What the nodes of a cluster share.
pub struct Shared {
    state: Mutex<State>,
    /// Notified at every change.
    pub moved: watch::Sender<()>,
    pub ports: Vec<u16>,
}

impl Shared {
    pub fn new(state: State, ports: Vec<u16>) -> Self {
        Self {
            state: Mutex::new(state),
            moved: watch::Sender::new(()),
            ports,
        }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn notify(&self) {
        self.moved.send_replace(());
    }
}

/// What a caller may, and wants.
#[derive(Clone, Copy)]
pub struct Rights {
    pub requires_leader: bool,
    pub reads_all: bool,
}

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Full,
    /// Known, without the right to read `$all`.
    Limited,
    Anonymous,
    /// With a wrong user or password.
    Unknown,
}

/// One node.
pub struct Node {
    pub number: usize,
    pub shared: Arc<Shared>,
}

impl Node {
    pub fn new(number: usize, shared: Arc<Shared>) -> Arc<Self> {
        Arc::new(Self { number, shared })
    }

    /// Refuses who is not known.
    pub fn rights(&self, headers: &MetadataMap) -> Result<Rights, Status> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let caller = self.find_caller(header("authorization"));
        if matches!(caller, Caller::Unknown | Caller::Anonymous) {
            return Err(Status::unauthenticated("Unauthenticated"));
        }
        Ok(Rights {
            requires_leader: header("requires-leader") == Some("true"),
            reads_all: caller == Caller::Full,
        })
    }

    /// Who calls, by the header of his request.
    pub fn find_caller(&self, authorization: Option<&str>) -> Caller {
        let state = self.shared.state();
        let is = |known: &Option<(String, String)>| {
            let known = known.as_ref();
            known.is_some_and(|(user, password)| {
                let wanted = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
                authorization == Some(&wanted)
            })
        };
        match authorization {
            _ if state.settings.user.is_none() => Caller::Full,
            None => Caller::Anonymous,
            Some(_) if is(&state.settings.user) => Caller::Full,
            Some(_) if is(&state.settings.limited_user) => Caller::Limited,
            Some(_) => Caller::Unknown,
        }
    }

    /// Does it as slowly as the node is.
    pub async fn slowly<T>(&self, work: impl Future<Output = T>) -> T {
        let delay = self.shared.state().nodes[self.number].delay;
        pause(delay / 2).await;
        let done = work.await;
        pause(delay / 2).await;
        done
    }

    pub async fn gossip(&self) -> wire::ClusterInfo {
        let delay = self.shared.state().nodes[self.number].delay;
        pause(delay).await;
        let mut state = self.shared.state();
        let members = (0..self.shared.ports.len()).map(|other| wire::MemberInfo {
            instance_id: None,
            time_stamp: 0,
            state: match state.role(other) {
                Role::Leader => 8,
                Role::Follower(_) => 6,
                Role::NotReady => 2,
            },
            is_alive: state.sees(self.number, other),
            http_end_point: Some(wire::EndPoint {
                address: "127.0.0.1".to_owned(),
                port: self.shared.ports[other].into(),
            }),
        });
        wire::ClusterInfo {
            members: members.collect(),
        }
    }
}

async fn pause(delay: Duration) {
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
}

/// The leader's place is in the answer's headers.
pub fn not_leader(port: u16) -> Status {
    let mut headers = HeaderMap::new();
    headers.insert("exception", "not-leader".parse().unwrap());
    headers.insert("leader-endpoint-host", "127.0.0.1".parse().unwrap());
    headers.insert("leader-endpoint-port", port.to_string().parse().unwrap());
    Status::with_metadata(
        Code::NotFound,
        "Leader info available",
        MetadataMap::from_headers(headers),
    )
}

pub fn timed_out() -> Status {
    Status::aborted("Operation timed out: Commit phase timeout.")
}
