//! Which servers may be probed: tokens go there, so never in the clear beyond this machine.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use anyhow::{anyhow, ensure};
use url::{Host, Url};

/// The address of a server: https, or http that stays on this machine. Without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerAddress {
    text: String,
    origin: String,
}

impl ServerAddress {
    /// The address as text, such as `https://tally.example/app`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

impl FromStr for ServerAddress {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let refused = || {
            anyhow!(
                "{text} is not an https address, nor an http address of this machine; \
                 write for example https://tally.example"
            )
        };
        let url = Url::parse(text).map_err(|_| refused())?;
        let is_base = url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let is_safe = match url.scheme() {
            "https" => url.host().is_some(),
            "http" => url.host().is_some_and(|host| is_this_machine(&host)),
            _ => false,
        };
        ensure!(is_base && is_safe, refused());
        Ok(Self {
            text: url.as_str().trim_end_matches('/').to_owned(),
            origin: url.origin().ascii_serialization(),
        })
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn is_this_machine(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => IpAddr::from(*address).is_loopback(),
        Host::Ipv6(address) => IpAddr::from(*address).is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_is_accepted_anywhere_and_http_on_this_machine_only() {
        let read = |text: &str| text.parse::<ServerAddress>().map(|found| found.to_string());
        assert_eq!(
            read("https://tally.example/app/").unwrap(),
            "https://tally.example/app"
        );
        for near in [
            "http://localhost:8080",
            "http://127.0.0.1:9",
            "http://[::1]:9",
            "http://a.localhost",
        ] {
            assert!(read(near).is_ok(), "{near}");
        }
        for refused in [
            "http://tally.example",
            "http://127.0.0.1.example",
            "https://me:secret@tally.example",
            "https://tally.example/?a=b",
            "ftp://localhost",
            "tally.example",
        ] {
            assert!(read(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn a_file_is_found_from_the_root_of_the_host() {
        let address: ServerAddress = "https://tally.example:444/app".parse().unwrap();
        assert_eq!(address.origin(), "https://tally.example:444");
    }
}
