//! The host as a running server: its port, its install key and its sites.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::Compress;
use actix_web::{App, HttpServer, web};

use crate::platform::Platform;
use crate::site::{Origin, Site, is_site_name};
use crate::token::InstallKey;
use crate::{client, http, snapshot};

/// How long an idle connection is kept: longer than a pause between two clicks. How long Jira keeps
/// one is not published.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Settings of a host.
#[derive(Debug, Clone)]
pub struct HostOptions {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Address of the app, where its descriptor is served.
    pub app: String,
    /// Names of the sites that exist from the start.
    pub sites: Vec<String>,
    /// Where sites are kept over restarts; in memory only when absent.
    pub state_file: Option<PathBuf>,
}

/// A host that listens. It serves until its [`Server`] is dropped or stopped.
pub struct Host {
    /// Address of the control page; each site has a host name below it.
    pub origin: Origin,
    /// The simulated sites and their state.
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
    /// The server's own error when it stops for any other reason.
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
        if !is_site_name(name) {
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
