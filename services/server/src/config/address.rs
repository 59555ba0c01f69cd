//! Where the listeners of this configuration are found from their own machine. The rest of the
//! configuration may be absent.

use std::net::SocketAddr;

use tally_operator::settings::OpsAccess;

use super::error::ConfigError;
use super::given::Given;
use super::setting::{DefaultValue, Setting};
use super::settings::Settings;
use super::table::TABLE;

/// The address at which the server of this configuration is reached from its own machine.
pub fn own_address(settings: &Settings) -> String {
    local_address(settings, &TABLE.listen)
}

/// How the command line reaches the operator's listener.
///
/// # Errors
/// The token's file cannot be read, or both the token and its file are given.
pub fn ops_access(settings: &Settings) -> Result<OpsAccess, ConfigError> {
    let given = settings.given_text(TABLE.ops_url.key).map(str::to_owned);
    let setting = &TABLE.ops_token;
    Ok(OpsAccess {
        url: given.unwrap_or_else(|| local_address(settings, &TABLE.ops_listen)),
        token: Given { settings, setting }.secret()?,
    })
}

/// The address at which a listener is reached from its own machine. One on every address is reached
/// on loopback too; a port that the system chooses cannot be known, so the default stands.
fn local_address(settings: &Settings, listen: &Setting) -> String {
    let default = match listen.default {
        DefaultValue::Always(text) => text,
        DefaultValue::Absent
        | DefaultValue::AbsentSecret
        | DefaultValue::Development(_)
        | DefaultValue::ByProfile { .. } => "",
    };
    let given = settings.given_text(listen.key).and_then(reachable_address);
    format!("http://{}", given.unwrap_or_else(|| default.to_owned()))
}

fn reachable_address(text: &str) -> Option<String> {
    let address: SocketAddr = text.parse().ok()?;
    let port = Some(address.port()).filter(|port| *port != 0)?;
    Some(match address.ip().is_unspecified() {
        true => format!("127.0.0.1:{port}"),
        false => address.to_string(),
    })
}
