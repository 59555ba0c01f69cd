//! Who leads, what a majority has, and what each node knows of both.

use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::record::Record;
use crate::rules::{Decision, Expected, Streams, decide};
use crate::settings::Settings;

/// What the name of a stream's metadata begins with; the stream's own follows.
pub(crate) const METADATA_OF: &str = "$$";

/// The role of a node towards its clients.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Role {
    Leader,
    /// Of this leader.
    Follower(usize),
    NotReady,
}

#[derive(Clone, Default)]
pub(crate) struct NodeState {
    pub alive: bool,
    /// Cut off from the other nodes since then.
    pub isolated: Option<Instant>,
    /// Cut off while it led: until it notices it still thinks so.
    pub deposed: bool,
    /// How much of the log it has; all when not said.
    pub frozen: Option<usize>,
    /// How long each call takes it longer.
    pub delay: Duration,
}

pub(crate) struct State {
    pub settings: Settings,
    pub nodes: Vec<NodeState>,
    pub leader: Option<usize>,
    /// Who led last, and when the election of the next is over.
    pub election: (Option<usize>, Instant),
    /// What was written, in order; the first `committed` of it a majority has.
    pub log: Vec<Record>,
    pub committed: usize,
    streams: Streams,
    end: u64,
    /// Followers do not answer the leader.
    pub stalled: bool,
}

impl State {
    pub fn new(settings: Settings) -> Self {
        Self {
            nodes: vec![NodeState::default(); settings.nodes],
            settings,
            leader: None,
            election: (None, Instant::now()),
            log: Vec::new(),
            committed: 0,
            streams: Streams::new(),
            end: 0,
            stalled: false,
        }
    }

    /// How long reads of a stream show its events, as the last event of its metadata says.
    fn max_age(&self, stream: &str) -> Option<Duration> {
        let last = *self.indexes(&format!("{METADATA_OF}{stream}")).last()?;
        let metadata: serde_json::Value = serde_json::from_slice(&self.log[last].data).ok()?;
        metadata["$maxAge"].as_u64().map(Duration::from_secs)
    }

    /// Those of a stream's events that a read of the stream shows. The server removes the others
    /// later, and goes on with the revisions.
    pub fn shown<'r>(&self, stream: &str, events: Vec<&'r Record>) -> Vec<&'r Record> {
        let Some(max_age) = self.max_age(stream) else {
            return events;
        };
        let is_young = |record: &&Record| record.age() <= max_age;
        events.into_iter().filter(is_young).collect()
    }

    /// How much of the log a node shows.
    pub fn visible(&self, node: usize) -> &[Record] {
        let frozen = self.nodes[node].frozen.unwrap_or(usize::MAX);
        &self.log[..self.committed.min(frozen)]
    }

    /// Ends an election whose time is over, if enough nodes can vote.
    pub fn settle(&mut self) {
        let (before, until) = self.election;
        let votes = |node: &NodeState| node.alive && node.isolated.is_none();
        let can: Vec<usize> = (0..self.nodes.len()).filter(|&n| votes(&self.nodes[n])).collect();
        if self.leader.is_some() || Instant::now() < until || can.len() * 2 <= self.nodes.len() {
            return;
        }
        let other = can.iter().find(|&&n| Some(n) != before);
        self.leader = other.or(can.first()).copied();
        self.nodes[self.leader.unwrap()].frozen = None;
        self.note("$epoch-information");
    }

    /// Removes the leader until the election ends. Events without a majority are lost.
    pub fn depose(&mut self) {
        self.election = (self.leader, Instant::now() + self.settings.election);
        self.leader = None;
        self.truncate();
    }

    fn truncate(&mut self) {
        self.log.truncate(self.committed);
        self.streams
            .values_mut()
            .for_each(|places| places.retain(|&at| at < self.committed));
        self.end = self
            .log
            .last()
            .map_or(0, |last| last.commit.max(last.prepare) + size(last));
    }

    pub fn role(&mut self, node: usize) -> Role {
        self.settle();
        let state = &self.nodes[node];
        match (state.isolated, self.leader) {
            (Some(since), _) if state.deposed && since.elapsed() < self.settings.notice => Role::Leader,
            (Some(_), _) | (None, None) => Role::NotReady,
            (None, Some(leader)) if leader == node => Role::Leader,
            (None, Some(leader)) => Role::Follower(leader),
        }
    }

    /// Whether `node` sees `other`, as gossip has it.
    pub fn sees(&self, node: usize, other: usize) -> bool {
        let together = self.nodes[node].isolated.is_none() && self.nodes[other].isolated.is_none();
        node == other || together && self.nodes[other].alive
    }

    pub fn decide(&self, stream: &str, expected: Expected, ids: &[Uuid]) -> Decision {
        let places = self.streams.get(stream).map_or(&[][..], Vec::as_slice);
        decide(&self.log, places, expected, ids)
    }

    /// Where in the log a stream's events are.
    pub fn indexes(&self, stream: &str) -> &[usize] {
        self.streams.get(stream).map_or(&[][..], Vec::as_slice)
    }

    /// Writes events of a stream from `revision` on; where the last of them stands in the log.
    pub fn write(&mut self, revision: u64, records: Vec<Record>) -> usize {
        for (record, revision) in records.into_iter().zip(revision..) {
            let at = self.end;
            self.end += size(&record);
            let places = self.streams.entry(record.stream.clone()).or_default();
            places.push(self.log.len());
            self.log.push(Record {
                commit: at,
                prepare: at,
                revision,
                ..record
            });
        }
        let last = self.log.len() - 1;
        self.replicate();
        last
    }

    /// What the leader wrote is what a majority has, unless followers do not answer.
    pub fn replicate(&mut self) {
        if !self.stalled {
            self.committed = self.log.len();
        }
    }

    /// An event of the server's own, such as it writes by itself now and then.
    pub fn note(&mut self, stream: &str) {
        let revision = self.indexes(stream).len() as u64;
        let record = Record::new(stream, revision, Uuid::new_v4());
        self.write(revision, vec![record]);
    }

    /// Events as old clients wrote them: one transaction over several records, all at the position
    /// of its commit.
    pub fn write_transaction(&mut self, revision: u64, records: Vec<Record>) {
        let first = self.log.len();
        self.write(revision, records);
        let commit = self.end;
        self.end += 60;
        self.log[first..]
            .iter_mut()
            .for_each(|record| record.commit = commit);
    }

    /// Whether the server finds a record at a position.
    pub fn begins(&self, commit: u64) -> bool {
        commit >= self.end || self.log.binary_search_by_key(&commit, |r| r.commit).is_ok()
    }
}

fn size(record: &Record) -> u64 {
    let texts = record.stream.len() + record.event_type.len();
    (100 + texts + record.data.len() + record.metadata.len()) as u64
}
