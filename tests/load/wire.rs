//! One connection that asks and reads answers, and costs next to nothing beside the server it
//! measures.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A kept-alive HTTP/1.1 connection. It understands answers with a `Content-Length` or in chunks,
/// as far as to find their end.
pub struct Wire {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Wire {
    /// Connects to `address`, a host and port.
    pub async fn connect(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            read: Vec::with_capacity(64 * 1024),
        }
    }

    /// Sends a request and reads the whole answer; its status.
    pub async fn ask(&mut self, request: &[u8]) -> u16 {
        self.stream.write_all(request).await.unwrap();
        self.read.clear();
        loop {
            let count = self.stream.read_buf(&mut self.read).await.unwrap();
            assert!(count > 0, "the server closed the connection");
            if let Some(status) = complete_status(&self.read) {
                return status;
            }
        }
    }

    /// A header of the last answer.
    pub fn header(&self, name: &str) -> Option<String> {
        let text = String::from_utf8_lossy(&self.read);
        let (head, _) = text.split_once("\r\n\r\n")?;
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        let found = lines.find(|(given, _)| given.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_owned())
    }

    /// The last answer as it came, to be shown.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.read).into_owned()
    }
}

/// The status, once all of the answer is there.
fn complete_status(answer: &[u8]) -> Option<u16> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&answer[..end]).unwrap().to_ascii_lowercase();
    let body = &answer[end..];
    let status: u16 = head[9..12].parse().unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let complete = match length {
        // An answer without a body by its status has no length either.
        None if status == 204 => true,
        Some(length) => body.len() >= length.trim().parse::<usize>().unwrap(),
        None => body.ends_with(b"0\r\n\r\n"),
    };
    complete.then_some(status)
}
