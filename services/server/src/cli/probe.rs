//! `tally probe`: the probe with this configuration's operator listener.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use tally_domain::Clock;
use tally_probe::{OperatorAccess, ProbeArguments};

use super::stopping::StopSignal;
use crate::config::{Settings, ops_access};

/// Probes a running Tally. Only a walk whose result is reported needs a configuration.
pub async fn run(arguments: ProbeArguments, config: Option<&Path>, clock: Clock) -> ExitCode {
    let access = || {
        let access = ops_access(&Settings::read(config, std::env::vars())?)?;
        Ok(OperatorAccess {
            url: access.url,
            token: access.token,
        })
    };
    tally_probe::run(
        arguments,
        Arc::new(move || clock.now()),
        access,
        StopSignal::listen_once,
    )
    .await
}
