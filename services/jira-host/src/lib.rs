//! A simulated Jira: sites that install an app, rotate its secret, sign for it and frame its pages.
//!
//! An app for Jira cannot be tried end to end without a Jira, and the real one never does on demand what breaks an
//! app: a secret rotated while a page is open, an import, a `disabled` without a token. This host does. It is written
//! from the platform's published behaviour and shares no code with the app, so that a mistake in the reading of the
//! protocol does not cancel out.
//!
//! - [`act`] is what can be done to an installation; [`platform`] does it, [`lifecycle`] tells the app.
//! - [`token`], [`qsh`] and [`mint`] are the signatures; [`secret`] what they are made with.
//! - [`http`] is what browsers, the app and tests talk to; `page/` holds the two web pages, built by `build.rs`.
//!
//! To add an act see [`act`]; to add a REST endpoint the app may call see `http/rest.rs`; to add a method of the
//! bridge see `page/src/bridge/`.

pub mod act;
pub mod client;
pub mod descriptor;
pub mod http;
pub mod lifecycle;
pub mod mint;
pub mod people;
pub mod platform;
pub mod qsh;
pub mod secret;
pub mod site;
pub mod snapshot;
pub mod token;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::Compress;
use actix_web::{App, HttpServer, web};

use crate::platform::Platform;
use crate::site::{Origin, Site};
use crate::token::InstallKey;

/// How long an idle connection is kept: longer than anybody pauses between two clicks. How long Jira keeps one is not published.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// How a host is to be started.
#[derive(Debug, Clone)]
pub struct HostOptions {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Address of the app, where its descriptor is served.
    pub app: String,
    /// Names of the sites to begin with.
    pub sites: Vec<String>,
    /// Where sites are kept over restarts; in memory only when absent.
    pub state_file: Option<PathBuf>,
}

/// A host that listens. It serves until its [`Server`] is dropped or stopped.
pub struct Host {
    /// Where it is reached; sites are named below it.
    pub origin: Origin,
    /// What it simulates.
    pub platform: web::Data<Platform>,
    server: Server,
}

impl Host {
    /// Binds the port, makes the install key and the sites. Must be called inside a Tokio runtime.
    ///
    /// # Errors
    /// When the port is taken, the state file is unreadable, or no key can be made.
    pub fn start(options: &HostOptions) -> io::Result<Self> {
        let listener = TcpListener::bind(options.listen)?;
        let origin = Origin {
            port: listener.local_addr()?.port(),
        };
        let platform = web::Data::new(make_platform(options, origin)?);
        let shared = platform.clone();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .wrap(Compress::default())
                .configure(http::configure)
        })
        .workers(2)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(5)
        .listen(listener)?
        .run();
        Ok(Self {
            origin,
            platform,
            server,
        })
    }

    /// A handle to stop the host from elsewhere.
    #[must_use]
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Serves until stopped by its handle, by an interrupt or by a termination signal.
    ///
    /// # Errors
    /// When serving fails.
    pub async fn run(self) -> io::Result<()> {
        self.server.await
    }
}

fn make_platform(options: &HostOptions, origin: Origin) -> io::Result<Platform> {
    let mut sites = match &options.state_file {
        Some(path) => snapshot::read(path)?,
        None => Vec::new(),
    };
    for name in &options.sites {
        if !site::is_site_name(name) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("{name:?} cannot be a site's name"),
            ));
        }
        if !sites
            .iter()
            .any(|site| site.first_name == *name || site.name == *name)
        {
            sites.push(Site::new(name));
        }
    }
    let key = InstallKey::generate().map_err(io::Error::other)?;
    let client = client::new().map_err(io::Error::other)?;
    Ok(Platform::new(
        origin,
        key,
        client,
        &options.app,
        sites,
        options.state_file.clone(),
    ))
}
