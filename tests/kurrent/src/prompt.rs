//! Connections that acknowledge at once what they receive.
//!
//! The client sends a call in two pieces and leaves Nagle's algorithm on, so that the second waits
//! until the first is acknowledged: 40 ms, for so long Linux puts that off. A real server does not
//! do this; what each call costs there is nothing that these tests are about.

use std::io::Result;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::Stream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tonic::transport::server::Connected;

pub struct Prompt(TcpStream);

/// Every connection that is made.
pub fn incoming(listener: TcpListener) -> impl Stream<Item = Result<Prompt>> {
    async_stream::try_stream! {
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            yield Prompt(stream);
        }
    }
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
        #[cfg(target_os = "linux")]
        socket2::SockRef::from(&self.0).set_tcp_quickack(true)?;
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Prompt {
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
