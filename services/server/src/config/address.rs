//! Where a listener of this configuration is found from its own machine.

use std::net::SocketAddr;

use tally_atlassian::base_url::AppBaseUrl;

use super::setting::{DefaultValue, LISTEN, Setting};
use super::settings::Settings;

/// The address at which the server of this configuration is reached from its own machine. The rest
/// of the configuration may be absent.
pub fn own_address(settings: &Settings) -> String {
    format!("http://{}", local_address(settings, &LISTEN))
}

/// The host and port at which a listener is reached from its own machine. One on every address is
/// reached on loopback too; a port that the system chooses cannot be known, so the default stands.
pub(super) fn local_address(settings: &Settings, listen: &Setting) -> String {
    let given = settings.given_value(listen).and_then(reachable_address);
    let default = match listen.default {
        DefaultValue::Always(text) => text,
        DefaultValue::Absent | DefaultValue::Development(_) | DefaultValue::ByProfile { .. } => "",
    };
    given.unwrap_or_else(|| default.to_owned())
}

fn reachable_address(text: &str) -> Option<String> {
    let address: SocketAddr = text.parse().ok()?;
    let port = Some(address.port()).filter(|port| *port != 0)?;
    Some(match address.ip().is_unspecified() {
        true => format!("127.0.0.1:{port}"),
        false => address.to_string(),
    })
}

/// Whether `text` is plain http that stays on this machine.
pub(crate) fn is_loopback_http(text: &str) -> bool {
    text.starts_with("http://") && AppBaseUrl::parse(text).is_ok()
}
