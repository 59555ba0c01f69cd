//! What is asked and answered when reading, and when subscribing.

use std::collections::HashMap;

use prost::Message;
use prost::bytes::Bytes;

use super::{Id, Position, StreamIdentifier};

#[derive(Clone, PartialEq, Message)]
pub struct ReadReq {
    #[prost(message, optional, tag = "1")]
    pub options: Option<ReadOptions>,
}

#[derive(Clone, PartialEq, Message)]
pub struct ReadOptions {
    #[prost(message, optional, tag = "1")]
    pub stream: Option<StreamOptions>,
    #[prost(message, optional, tag = "2")]
    pub all: Option<AllOptions>,
    #[prost(int32, tag = "3")]
    pub direction: i32,
    #[prost(uint64, optional, tag = "5")]
    pub count: Option<u64>,
    #[prost(message, optional, tag = "6")]
    pub subscription: Option<()>,
    #[prost(message, optional, tag = "7")]
    pub filter: Option<FilterOptions>,
    #[prost(message, optional, tag = "9")]
    pub uuid: Option<UuidOption>,
}

#[derive(Clone, PartialEq, Message)]
pub struct UuidOption {
    #[prost(message, optional, tag = "1")]
    pub structured: Option<()>,
    #[prost(message, optional, tag = "2")]
    pub string: Option<()>,
}

#[derive(Clone, PartialEq, Message)]
pub struct StreamOptions {
    #[prost(message, optional, tag = "1")]
    pub stream: Option<StreamIdentifier>,
    #[prost(uint64, optional, tag = "2")]
    pub revision: Option<u64>,
    #[prost(message, optional, tag = "3")]
    pub start: Option<()>,
    #[prost(message, optional, tag = "4")]
    pub end: Option<()>,
}

#[derive(Clone, PartialEq, Message)]
pub struct AllOptions {
    #[prost(message, optional, tag = "1")]
    pub position: Option<Position>,
    #[prost(message, optional, tag = "2")]
    pub start: Option<()>,
    #[prost(message, optional, tag = "3")]
    pub end: Option<()>,
}

#[derive(Clone, PartialEq, Message)]
pub struct FilterOptions {
    #[prost(message, optional, tag = "1")]
    pub stream: Option<Expression>,
    #[prost(message, optional, tag = "2")]
    pub event_type: Option<Expression>,
    #[prost(uint32, optional, tag = "3")]
    pub max: Option<u32>,
    #[prost(message, optional, tag = "4")]
    pub count: Option<()>,
    #[prost(uint32, tag = "5")]
    pub checkpoint_interval_multiplier: u32,
}

#[derive(Clone, PartialEq, Message)]
pub struct Expression {
    #[prost(string, tag = "1")]
    pub regex: String,
    #[prost(string, repeated, tag = "2")]
    pub prefix: Vec<String>,
}

#[derive(Clone, PartialEq, Message)]
pub struct ReadResp {
    #[prost(message, optional, tag = "1")]
    pub event: Option<ReadEvent>,
    #[prost(message, optional, tag = "2")]
    pub confirmation: Option<Confirmation>,
    #[prost(message, optional, tag = "3")]
    pub checkpoint: Option<Position>,
    #[prost(message, optional, tag = "4")]
    pub stream_not_found: Option<StreamNotFound>,
    #[prost(uint64, optional, tag = "6")]
    pub last_stream_position: Option<u64>,
    #[prost(message, optional, tag = "8")]
    pub caught_up: Option<CaughtUp>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Confirmation {
    #[prost(string, tag = "1")]
    pub subscription_id: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct StreamNotFound {
    #[prost(message, optional, tag = "1")]
    pub stream: Option<StreamIdentifier>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Timestamp {
    #[prost(int64, tag = "1")]
    pub seconds: i64,
    #[prost(int32, tag = "2")]
    pub nanos: i32,
}

#[derive(Clone, PartialEq, Message)]
pub struct CaughtUp {
    #[prost(message, optional, tag = "1")]
    pub timestamp: Option<Timestamp>,
    #[prost(message, optional, tag = "3")]
    pub position: Option<Position>,
}

#[derive(Clone, PartialEq, Message)]
pub struct ReadEvent {
    #[prost(message, optional, tag = "1")]
    pub event: Option<RecordedEvent>,
    #[prost(uint64, optional, tag = "3")]
    pub commit_position: Option<u64>,
}

#[derive(Clone, PartialEq, Message)]
pub struct RecordedEvent {
    #[prost(message, optional, tag = "1")]
    pub id: Option<Id>,
    #[prost(message, optional, tag = "2")]
    pub stream: Option<StreamIdentifier>,
    #[prost(uint64, tag = "3")]
    pub revision: u64,
    #[prost(uint64, tag = "4")]
    pub prepare: u64,
    #[prost(uint64, tag = "5")]
    pub commit: u64,
    #[prost(map = "string, string", tag = "6")]
    pub metadata: HashMap<String, String>,
    #[prost(bytes = "bytes", tag = "7")]
    pub custom_metadata: Bytes,
    #[prost(bytes = "bytes", tag = "8")]
    pub data: Bytes,
}
