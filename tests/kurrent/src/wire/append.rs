//! What is asked and answered when appending.

use std::collections::HashMap;

use prost::Message;
use prost::bytes::Bytes;

use super::{Id, Position, StreamIdentifier};

#[derive(Clone, PartialEq, Message)]
pub struct AppendReq {
    #[prost(message, optional, tag = "1")]
    pub options: Option<AppendOptions>,
    #[prost(message, optional, tag = "2")]
    pub proposed: Option<Proposed>,
}

/// The same numbers in a single append and in a batched one.
#[derive(Clone, PartialEq, Message)]
pub struct AppendOptions {
    #[prost(message, optional, tag = "1")]
    pub stream: Option<StreamIdentifier>,
    #[prost(uint64, optional, tag = "2")]
    pub revision: Option<u64>,
    #[prost(message, optional, tag = "3")]
    pub no_stream: Option<()>,
    #[prost(message, optional, tag = "4")]
    pub any: Option<()>,
    #[prost(message, optional, tag = "5")]
    pub stream_exists: Option<()>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Proposed {
    #[prost(message, optional, tag = "1")]
    pub id: Option<Id>,
    #[prost(map = "string, string", tag = "2")]
    pub metadata: HashMap<String, String>,
    #[prost(bytes = "bytes", tag = "3")]
    pub custom_metadata: Bytes,
    #[prost(bytes = "bytes", tag = "4")]
    pub data: Bytes,
}

#[derive(Clone, PartialEq, Message)]
pub struct AppendResp {
    #[prost(message, optional, tag = "1")]
    pub success: Option<Success>,
    #[prost(message, optional, tag = "2")]
    pub wrong_expected_version: Option<WrongExpectedVersion>,
}

/// The same numbers in both again.
#[derive(Clone, PartialEq, Message)]
pub struct Success {
    #[prost(uint64, optional, tag = "1")]
    pub current_revision: Option<u64>,
    #[prost(message, optional, tag = "3")]
    pub position: Option<Position>,
}

#[derive(Clone, PartialEq, Message)]
pub struct WrongExpectedVersion {
    #[prost(uint64, optional, tag = "6")]
    pub current_revision: Option<u64>,
    #[prost(message, optional, tag = "7")]
    pub current_no_stream: Option<()>,
    #[prost(uint64, optional, tag = "8")]
    pub expected_revision: Option<u64>,
    #[prost(message, optional, tag = "11")]
    pub expected_no_stream: Option<()>,
}

#[derive(Clone, PartialEq, Message)]
pub struct BatchAppendReq {
    #[prost(message, optional, tag = "1")]
    pub correlation_id: Option<Id>,
    #[prost(message, optional, tag = "2")]
    pub options: Option<AppendOptions>,
    #[prost(message, repeated, tag = "3")]
    pub proposed: Vec<Proposed>,
    #[prost(bool, tag = "4")]
    pub is_final: bool,
}

#[derive(Clone, PartialEq, Message)]
pub struct BatchAppendResp {
    #[prost(message, optional, tag = "1")]
    pub correlation_id: Option<Id>,
    #[prost(message, optional, tag = "2")]
    pub error: Option<RpcStatus>,
    #[prost(message, optional, tag = "3")]
    pub success: Option<Success>,
    #[prost(message, optional, tag = "4")]
    pub stream: Option<StreamIdentifier>,
}

#[derive(Clone, PartialEq, Message)]
pub struct RpcStatus {
    #[prost(int32, tag = "1")]
    pub code: i32,
    #[prost(string, tag = "2")]
    pub message: String,
}
