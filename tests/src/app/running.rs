//! A server on a runtime of its own, as the binary has it, so that it stops as a whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use tally_domain::Clock;
use tally_server::app::App;
use tally_server::assembly::{self, StartedApp};

use tally_server::config::{Config, Settings};
use tokio::runtime::{Builder, Runtime};
use tokio::task::spawn_blocking;

use crate::clock::MovableClock;
use crate::waiting::eventually;

pub(super) struct Running {
    started: StartedApp,
    handles: Vec<ServerHandle>,
    runtime: Option<Runtime>,
}

/// The stores and the clock of a server.
enum Stores<'a> {
    /// Its own, under this clock.
    Own(Clock),
    /// The log and the vault of another node, under its clock.
    Of(&'a App),
}

impl Running {
    pub async fn start(settings: BTreeMap<String, String>, clock: &MovableClock) -> Self {
        let clock = clock.to_clock();
        spawn_blocking(move || Self::start_blocking(&settings, Stores::Own(clock)))
            .await
            .unwrap()
    }

    /// A further node over the log and the vault of `first`.
    pub async fn beside(first: &Self, settings: BTreeMap<String, String>) -> Self {
        let first = first.shared();
        spawn_blocking(move || Self::start_blocking(&settings, Stores::Of(&first)))
            .await
            .unwrap()
    }

    fn start_blocking(settings: &BTreeMap<String, String>, stores: Stores<'_>) -> Self {
        let variables = settings
            .iter()
            .map(|(key, value)| (format!("TALLY_{}", key.to_uppercase()), value.clone()));
        let config = Config::check(&Settings::read(None, variables).unwrap()).unwrap();
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let (started, handles) = runtime.block_on(async {
            let started = match stores {
                Stores::Own(clock) => assembly::start(config, clock).await.unwrap(),
                Stores::Of(first) => {
                    let (log, vault) = (first.log.clone(), first.vault.clone());
                    let clock = first.clock.clone();
                    assembly::start_over(config, log, vault, clock).await.unwrap()
                }
            };
            let app = &started.app;
            app.imports.resume().await.unwrap();
            app.imports.watch_abandoned();
            let (server, _) = tally_server::http::serve(app.clone()).unwrap();
            let mut handles = vec![server.handle()];
            tokio::spawn(server);
            if let Some((operators, _)) = tally_server::http::operators::serve(app).unwrap() {
                handles.push(operators.handle());
                tokio::spawn(operators);
            }
            (started, handles)
        });
        Self {
            started,
            handles,
            runtime: Some(runtime),
        }
    }

    pub fn app(&self) -> &App {
        &self.started.app
    }

    pub fn shared(&self) -> Arc<App> {
        self.started.app.clone()
    }

    /// Lets requests under way finish and gives the files free.
    pub async fn stop(mut self) {
        for handle in &self.handles {
            handle.stop(true).await;
        }
        let runtime = self.runtime.take();
        spawn_blocking(move || drop(runtime)).await.unwrap();
        // Its HTTP workers are threads of their own, and hold the files until they end.
        eventually("the server is no longer shared", || async {
            (Arc::strong_count(&self.started.app) == 1).then_some(())
        })
        .await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A runtime must not be dropped where another one runs, as a test's does here.
        if let Some(runtime) = self.runtime.take() {
            for handle in &self.handles {
                drop(handle.stop(false));
            }
            runtime.shutdown_background();
        }
    }
}
