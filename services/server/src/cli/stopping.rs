//! Being asked to stop.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Hears SIGTERM and SIGINT from the moment it is made, and remembers one that comes while nobody waits. A process that says it is there before
/// it hears them can be ended by the very request to stop, with its work under way.
pub(super) struct Stopping {
    terminate: Signal,
    interrupt: Signal,
}

impl Stopping {
    /// # Errors
    /// The system hands out no signals.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Returns once asked.
    pub async fn asked(&mut self) {
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
    async fn a_request_to_stop_is_remembered_until_somebody_waits_for_it() {
        let mut stopping = Stopping::listen().unwrap();
        let asked = format!("kill -TERM {}", std::process::id());
        assert!(
            Command::new("sh")
                .args(["-c", &asked])
                .status()
                .unwrap()
                .success()
        );
        stopping.asked().await;
    }
}
