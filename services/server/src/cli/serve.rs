//! `tally serve`.

use std::process::ExitCode;

use actix_web::dev::ServerHandle;
use futures_util::future::join_all;
use tracing::info;

use super::stopping::Stopping;
use crate::config::Config;
use crate::tally::Tally;

/// Serves until asked to stop, then finishes what is under way.
pub async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let mut stopping = Stopping::listen()?;
    let tally = tokio::select! {
        started = Tally::start(config) => started?,
        () = stopping.asked() => return Ok(ExitCode::SUCCESS),
    };
    crate::application::imports::resume(&tally)?;
    let (server, bound) = crate::http::serve(tally.clone())?;
    let mut handles = vec![server.handle()];
    let operators = crate::http::ops::serve(tally.clone())?;
    if let Some((operators, bound)) = &operators {
        handles.push(operators.handle());
        super::say(&format!("operators look at http://{bound}/ops"))?;
    }
    super::say(&format!(
        "tally listens on http://{bound} as {}",
        tally.config.base_url.as_str()
    ))?;
    info!(%bound, operators = ?operators.as_ref().map(|(_, bound)| bound), "listening");
    tokio::spawn(stop_when_asked(stopping, handles));
    let operators = async {
        match operators {
            Some((operators, _)) => operators.await,
            None => Ok(()),
        }
    };
    tokio::try_join!(server, operators)?;
    info!("stopped");
    Ok(ExitCode::SUCCESS)
}

async fn stop_when_asked(mut stopping: Stopping, handles: Vec<ServerHandle>) {
    stopping.asked().await;
    info!("stopping: requests under way are finished");
    join_all(handles.iter().map(|handle| handle.stop(true))).await;
}
