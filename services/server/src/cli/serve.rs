//! `tally serve`.

use std::process::ExitCode;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use futures_util::future::join_all;
use secrecy::ExposeSecret;
use tally_event_log::Options;
use tracing::info;

use super::stopping::StopSignal;
use crate::application::imports;
use crate::config::Config;
use crate::http::projector::Projecting;
use crate::tally::{LOG_PATIENCE, Tally};

/// Serves until asked to stop, then finishes what is under way.
pub async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let mut stop = StopSignal::listen()?;
    if config.role.serves() {
        let tally = tokio::select! {
            started = Tally::start(config) => started?,
            () = stop.wait() => return Ok(ExitCode::SUCCESS),
        };
        serve(tally, stop).await
    } else {
        let opened = tokio::select! {
            opened = open(&config) => opened?,
            () = stop.wait() => return Ok(ExitCode::SUCCESS),
        };
        project(&config, opened, stop).await
    }
}

async fn serve(tally: Arc<Tally>, stop: StopSignal) -> anyhow::Result<ExitCode> {
    imports::resume(&tally).await?;
    imports::tend(&tally);
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
    tokio::spawn(stop_on_request(stop, handles));
    let operators = async {
        match operators {
            Some((operators, _)) => operators.await,
            None => Ok(()),
        }
    };
    tokio::try_join!(server, operators)?;
    tally.stop_feeding().await;
    info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// What a projector works with, opened.
async fn open(config: &Config) -> anyhow::Result<Projecting> {
    let options = Options {
        wait: LOG_PATIENCE,
        ..Options::default()
    };
    Ok(Projecting {
        log: tally_event_log::open(config.log_url.expose_secret(), options).await?,
        views: crate::views::open(config, LOG_PATIENCE).await?,
    })
}

#[cfg(feature = "postgres")]
async fn project(config: &Config, opened: Projecting, stop: StopSignal) -> anyhow::Result<ExitCode> {
    let opened = Arc::new(opened);
    let feeding = crate::projector::Feeding::begin(opened.log.clone(), opened.views.clone());
    let (server, bound) = crate::http::projector::serve(opened, config.listen)?;
    super::say(&format!("tally listens on http://{bound} as a projector"))?;
    info!(%bound, "feeding");
    tokio::spawn(stop_on_request(stop, vec![server.handle()]));
    server.await?;
    feeding.stop().await;
    info!("stopped");
    Ok(ExitCode::SUCCESS)
}

#[cfg(not(feature = "postgres"))]
async fn project(_: &Config, _: Projecting, _: StopSignal) -> anyhow::Result<ExitCode> {
    anyhow::bail!("this binary was built without PostgreSQL")
}

async fn stop_on_request(mut stop: StopSignal, handles: Vec<ServerHandle>) {
    stop.wait().await;
    info!("stopping: requests under way are finished");
    join_all(handles.iter().map(|handle| handle.stop(true))).await;
}
