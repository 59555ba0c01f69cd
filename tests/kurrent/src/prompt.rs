//! Connections that acknowledge at once what they receive, in TLS where the nodes have certificates.
//!
//! The client sends a call in two pieces and leaves Nagle's algorithm on, so that the second waits
//! until the first is acknowledged: 40 ms, for so long Linux puts that off. A real server does not
//! do this; what each call costs there is nothing that these tests are about.

use std::io::Result;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::Stream;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::server::TlsStream;
use tonic::transport::server::Connected;

use crate::info;
use crate::node::Node;

/// How many connections may wait for the service.
const WAITING: usize = 16;

/// A connection with the bytes of it that were read to see what it is.
pub struct Prompt {
    link: Link,
    head: Vec<u8>,
}

enum Link {
    Plain(Quick),
    Tls(Box<TlsStream<Quick>>),
}

/// A connection that acknowledges at once.
struct Quick(TcpStream);

/// Every connection that asks for gRPC. Requests for `/info` are answered beside them.
pub fn incoming(listener: TcpListener, node: Arc<Node>) -> impl Stream<Item = Result<Prompt>> {
    let (sender, mut ready) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(prepare(stream, Arc::clone(&node), sender.clone()));
        }
    });
    async_stream::stream! {
        while let Some(connection) = ready.recv().await {
            yield Ok(connection);
        }
    }
}

/// One that breaks off before it has asked for anything is no one's loss.
async fn prepare(stream: TcpStream, node: Arc<Node>, ready: mpsc::Sender<Prompt>) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let certificates = node.shared.state().settings.certificates.clone();
    let link = match certificates {
        None => Link::Plain(Quick(stream)),
        Some(certificates) => match certificates.acceptor().accept(Quick(stream)).await {
            Ok(stream) => Link::Tls(Box::new(stream)),
            Err(_) => return,
        },
    };
    let mut connection = Prompt { link, head: vec![] };
    let mut head = vec![0; info::BEGINNING.len()];
    if connection.read_exact(&mut head).await.is_err() {
        return;
    }
    if head == info::BEGINNING {
        drop(info::answer(connection, &node).await);
        return;
    }
    connection.head = head;
    drop(ready.send(connection).await);
}

impl Connected for Prompt {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Prompt {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        if !self.head.is_empty() {
            let taken = self.head.len().min(buffer.remaining());
            let rest = self.head.split_off(taken);
            buffer.put_slice(&self.head);
            self.head = rest;
            return Poll::Ready(Ok(()));
        }
        match &mut self.link {
            Link::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Link::Tls(stream) => Pin::new(stream).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Prompt {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        match &mut self.link {
            Link::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Link::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        match &mut self.link {
            Link::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Link::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        match &mut self.link {
            Link::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Link::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

impl AsyncRead for Quick {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        #[cfg(target_os = "linux")]
        socket2::SockRef::from(&self.0).set_tcp_quickack(true)?;
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Quick {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
