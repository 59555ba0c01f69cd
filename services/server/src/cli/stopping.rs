//! The request to stop, from the system or a person at the terminal.

use std::io;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens for SIGTERM and SIGINT from the moment it is made, and remembers one that arrives before
/// the first wait. A process that announces itself before it listens could be ended by the request
/// to stop, with its work unfinished.
pub(super) struct StopSignal {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignal {
    /// Begins to listen for the signals.
    ///
    /// # Errors
    /// The system grants no signal handlers.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Begins to listen, for one wait.
    ///
    /// # Errors
    /// The system grants no signal handlers.
    pub fn listen_once() -> io::Result<BoxFuture<'static, ()>> {
        let mut signal = Self::listen()?;
        Ok(async move { signal.wait().await }.boxed())
    }

    /// Returns at the first request to stop.
    pub async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[tokio::test]
    async fn a_request_to_stop_is_remembered_until_the_first_wait() {
        let mut signal = StopSignal::listen().unwrap();
        let request = format!("kill -TERM {}", std::process::id());
        let status = Command::new("sh").args(["-c", &request]).status().unwrap();
        assert!(status.success());
        signal.wait().await;
    }
}
