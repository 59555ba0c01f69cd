//! `tally serve`.

use std::process::ExitCode;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use futures_util::future::join_all;
use secrecy::ExposeSecret;
use tally_domain::Clock;
use tally_event_log::Options;
use tally_vault::Vault;
use tracing::info;

use super::output::print_line;
use super::stopping::StopSignal;
use crate::assembly::{self, LOG_TIMEOUT, StartedApp};
use crate::config::Config;
use crate::http::projector::ProjectorState;

/// Serves until it is requested to stop, then finishes the open requests.
pub async fn run(config: Config, clock: Clock) -> anyhow::Result<ExitCode> {
    let mut stop = StopSignal::listen()?;
    if config.role.serves() {
        let started = tokio::select! {
            started = assembly::start(config, clock) => started?,
            () = stop.wait() => return Ok(ExitCode::SUCCESS),
        };
        serve(&started, stop).await
    } else {
        let opened = tokio::select! {
            opened = open(&config, clock) => opened?,
            () = stop.wait() => return Ok(ExitCode::SUCCESS),
        };
        project(&config, opened, stop).await
    }
}

async fn serve(started: &StartedApp, stop: StopSignal) -> anyhow::Result<ExitCode> {
    let app = &started.app;
    app.imports.resume().await?;
    app.imports.watch_abandoned();
    app.imports.watch_kept_files();
    let (server, bound) = crate::http::serve(app.clone())?;
    let mut handles = vec![server.handle()];
    let operators = crate::http::operators::serve(app)?;
    if let Some((operators, bound)) = &operators {
        handles.push(operators.handle());
        print_line(&format!("operators look at http://{bound}/ops"))?;
    }
    print_line(&format!(
        "tally listens on http://{bound} as {}",
        app.config.base_url.as_str()
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
    started.stop_feeding().await;
    app.log.close().await;
    info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Opens the log and the views of a projector.
async fn open(config: &Config, clock: Clock) -> anyhow::Result<(ProjectorState, Vault)> {
    let keys = assembly::open_vault(config).await?;
    crate::key_check::require_master_key(&keys).await?;
    let options = Options {
        clock,
        wait: LOG_TIMEOUT,
        sealer: Arc::new(keys.clone()),
    };
    let opened = ProjectorState {
        log: tally_event_log::open(config.log_url.expose_secret(), options).await?,
        views: crate::views::open(config, LOG_TIMEOUT).await?,
        health: Arc::default(),
    };
    crate::log_check::require_match(&*opened.log, &opened.views).await?;
    crate::key_check::require_keys_of_log(&keys, &*opened.log).await?;
    Ok((opened, keys))
}

async fn project(
    config: &Config,
    (opened, keys): (ProjectorState, Vault),
    stop: StopSignal,
) -> anyhow::Result<ExitCode> {
    let opened = Arc::new(opened);
    crate::log_check::watch(&opened.log, &opened.views, &opened.health);
    let feeding = crate::projector::FeedingTask::begin(opened.log.clone(), opened.views.clone(), Some(keys));
    let (server, bound) = crate::http::projector::serve(opened, config.listen)?;
    print_line(&format!("tally listens on http://{bound} as a projector"))?;
    info!(%bound, "feeding");
    tokio::spawn(stop_on_request(stop, vec![server.handle()]));
    server.await?;
    feeding.stop().await;
    info!("stopped");
    Ok(ExitCode::SUCCESS)
}

async fn stop_on_request(mut stop: StopSignal, handles: Vec<ServerHandle>) {
    stop.wait().await;
    info!("stopping: open requests are finished first");
    join_all(handles.iter().map(|handle| handle.stop(true))).await;
}
