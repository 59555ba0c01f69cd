//! How many connections there may be, and how long one may keep an answer unread.

use std::any::Any;
use std::time::Duration;

use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use socket2::SockRef;
use tracing::debug;

/// The most connections of the public listener. Further ones wait until one of these ends.
pub const OF_ALL: u64 = 8192;
/// The most connections of the operator's listener.
pub const OF_OPERATORS: usize = 256;
/// The files that are left for the stores, for calls to Jira and for the operator's listener.
const OTHER_FILES: u64 = 512;
/// How long a client may leave an answer unread before its connection is ended.
const UNREAD: Duration = Duration::from_secs(60);

/// The most connections of one of `workers` workers: together they leave files for everything else,
/// since a listener that has none left stops.
pub fn allowed_of_worker(workers: usize) -> usize {
    let of_all = allowed(raise_file_limit());
    let of_worker = of_all / (workers.max(1) as u64);
    usize::try_from(of_worker).unwrap_or(usize::MAX).max(1)
}

/// The most connections where the process may have `files` files open; `None` where that has no
/// limit.
fn allowed(files: Option<u64>) -> u64 {
    let files = files.unwrap_or(u64::MAX);
    // Where the limit is low, half of the files are for the rest.
    let of_files = files.saturating_sub(OTHER_FILES.min(files / 2));
    of_files.min(OF_ALL)
}

/// Raises the number of files that the process may have open as far as it may be raised.
fn raise_file_limit() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    if limit.current != limit.maximum
        && let Err(cause) = setrlimit(Resource::Nofile, raised)
    {
        debug!(%cause, "the limit of open files could not be raised");
    }
    getrlimit(Resource::Nofile).current
}

/// Has the kernel end a connection whose client leaves what we sent unread.
pub fn limit_unread_answers(connection: &dyn Any, _: &mut Extensions) {
    let Some(stream) = connection.downcast_ref::<TcpStream>() else {
        return;
    };
    if let Err(cause) = SockRef::from(stream).set_tcp_user_timeout(Some(UNREAD)) {
        debug!(%cause, "a connection has no limit for unread answers");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_everything_else() {
        assert_eq!(allowed(Some(1024)), 512);
        assert_eq!(allowed(Some(256)), 128);
        assert_eq!(allowed(Some(4096)), 4096 - OTHER_FILES);
        assert_eq!((allowed(Some(1_000_000)), allowed(None)), (OF_ALL, OF_ALL));
        assert!(allowed_of_worker(2) >= 1);
        assert!(allowed_of_worker(2) as u64 * 2 <= OF_ALL);
    }

    #[tokio::test]
    async fn an_answer_may_stay_unread_for_a_limited_time() {
        let listener = actix_web::rt::net::TcpListener::bind("127.0.0.1:0")
            .await
            .unwrap();
        let address = listener.local_addr().unwrap();
        let (client, server) = tokio::join!(TcpStream::connect(address), listener.accept());
        let (_client, (server, _)) = (client.unwrap(), server.unwrap());
        limit_unread_answers(&server, &mut Extensions::new());
        assert_eq!(SockRef::from(&server).tcp_user_timeout().unwrap(), Some(UNREAD));
    }
}
