//! `tally serve`.

use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};
use tracing::info;

use crate::config::Config;
use crate::tally::Tally;

/// Serves until asked to stop, then finishes what is under way.
pub async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let tally = Tally::start(config).await?;
    crate::application::imports::resume(&tally)?;
    let (server, bound) = crate::http::serve(tally.clone())?;
    let handle = server.handle();
    super::say(&format!(
        "tally listens on http://{bound} as {}",
        tally.config.base_url.as_str()
    ))?;
    info!(%bound, "listening");
    tokio::spawn(async move {
        stopped().await;
        info!("stopping: requests under way are finished");
        handle.stop(true).await;
    });
    server.await?;
    info!("stopped");
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn stopped() {
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => terminate.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate => {}
    }
}
