//! A small HTTP server on a thread of its own, so that it outlives restarts of what calls it and
//! any runtime of a test.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread;

use actix_web::dev::ServerHandle;
use actix_web::web::ServiceConfig;
use actix_web::{App, HttpServer, rt};

/// A running server.
pub struct Serving {
    /// Where it listens.
    pub address: SocketAddr,
    handle: ServerHandle,
}

impl Serving {
    /// Serves the routes that `configure` sets up, on a free port of the loopback.
    pub fn start(configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, handle) = std::sync::mpsc::channel();
        thread::spawn(move || {
            rt::System::new().block_on(async move {
                let server = HttpServer::new(move || App::new().configure(configure.clone()))
                    .workers(1)
                    .disable_signals()
                    .listen(listener)
                    .unwrap()
                    .run();
                tell.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Self {
            address,
            handle: handle.recv().unwrap(),
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // The order to stop is given by the call itself; the future only waits until it is carried
        // out.
        drop(self.handle.stop(false));
    }
}
