//! `GET /info` in HTTP/1.1, which nodes answer on the port of their gRPC.

use std::io::Result;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::node::{Caller, Node};

/// With what the request begins, and so no call of gRPC.
pub const BEGINNING: &[u8] = b"GET /";
/// The longest request.
const LONGEST: usize = 8 * 1024;

/// Answers the rest of a request whose beginning was read.
pub async fn answer<S>(mut stream: S, node: &Node) -> Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") && request.len() < LONGEST {
        request.push(stream.read_u8().await?);
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let mut lines = request.lines();
    let authorization = lines.find_map(|line| line.strip_prefix("Authorization: "));
    let status = match node.find_caller(authorization) {
        Caller::Unknown => "401 Unauthorized",
        Caller::Full | Caller::Limited | Caller::Anonymous => "200 OK",
    };
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}");
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}
