//! A PostgreSQL cluster of a test's own: made in a temporary folder, on a free port of the
//! loopback, with fsync on; killed, stopped and started again at will. Nothing of it outlives the
//! test's process, and a server that the system runs is left alone.
//!
//! Tests that leave the server in peace share one, each in a schema of its own. This file stands
//! alone, for the tests of the engines below include it too.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long the server may take to start or to stop, on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Ends what is left of a cluster when the process that wanted it is gone, however it went: then
/// its end of the pipe is closed.
const WATCH: &str = r#"read -r _
pid=$(head -n 1 "$0/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" 2>/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -e "$0/data/postmaster.pid" ] || break; sleep 0.2; done
rm -rf "$0""#;

/// A server over a folder.
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    server: Mutex<Option<Child>>,
    _watch: Child,
}

/// A table that a session has locked. The session ends when this is dropped.
pub struct TableLock(Child);

impl Drop for TableLock {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

impl Cluster {
    /// Makes one and starts it.
    ///
    /// # Panics
    /// When PostgreSQL is not installed, or does not start.
    pub fn start() -> Self {
        let folder = new_folder();
        let watch = Command::new("sh")
            .args(["-c", WATCH])
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        let cluster = Self {
            programs: programs(),
            folder,
            port: free_port(),
            server: Mutex::new(None),
            _watch: watch,
        };
        cluster.make();
        cluster.start_again();
        cluster
    }

    /// The one that tests of this process share.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// The address of its database.
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// The address of a database of that name.
    pub fn url_of(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address of a log that no other test uses.
    pub fn new_log(&self) -> String {
        static LOGS: AtomicU32 = AtomicU32::new(0);
        format!(
            "{}?schema=log_{}",
            self.url(),
            LOGS.fetch_add(1, Ordering::Relaxed)
        )
    }

    /// Kills the server and every process of it, as a power cut would.
    pub fn kill(&self) {
        let Some(mut server) = self.server().take() else {
            return;
        };
        let of_it = children(server.id());
        server.kill().unwrap();
        of_it.into_iter().for_each(|pid| signal("KILL", pid));
        server.wait().unwrap();
        drop(fs::remove_file(self.data().join("postmaster.pid")));
    }

    /// Has the server hang, or go on: it takes what is sent, and says nothing.
    pub fn hang(&self, hangs: bool) {
        let server = self.server();
        let server = server.as_ref().unwrap().id();
        let which = if hangs { "STOP" } else { "CONT" };
        signal(which, server);
        children(server).into_iter().for_each(|pid| signal(which, pid));
    }

    /// Stops the server in order and closes all connections.
    pub fn stop(&self) {
        let Some(mut server) = self.server().take() else {
            return;
        };
        signal("INT", server.id());
        server.wait().unwrap();
    }

    /// Starts it after [`Cluster::kill`] or [`Cluster::stop`], over the same data, and waits until
    /// it answers.
    pub fn start_again(&self) {
        let deadline = Instant::now() + TIMEOUT;
        while Instant::now() < deadline {
            let mut server = self.spawn();
            while server.try_wait().unwrap().is_none() && Instant::now() < deadline {
                if self.answers() {
                    *self.server() = Some(server);
                    return;
                }
                sleep(Duration::from_millis(20));
            }
            // Processes of a server that was killed may hold its memory for a moment yet.
            drop(server.kill());
            drop(server.wait());
            sleep(Duration::from_millis(100));
        }
        let said = fs::read_to_string(self.folder.join("server.log")).unwrap_or_default();
        panic!("PostgreSQL did not start:\n{said}");
    }

    /// Runs statements, as an administrator would.
    pub fn sql(&self, statements: &str) -> String {
        self.sql_in("postgres", statements)
    }

    /// Runs statements in one of its databases.
    pub fn sql_in(&self, database: &str, statements: &str) -> String {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            statements,
            &self.url_of(database),
        ]);
        let output = psql.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{statements}: {said}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Takes a table of its first database away from everyone until the lock is dropped: each
    /// question about it waits.
    ///
    /// # Panics
    /// When the lock cannot be taken.
    pub fn lock(&self, table: &str) -> TableLock {
        let mut psql = Command::new(self.programs.join("psql"))
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"])
            .arg(self.url())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let statements = format!("BEGIN; LOCK TABLE {table}; SELECT 'locked';\n");
        psql.stdin
            .as_mut()
            .unwrap()
            .write_all(statements.as_bytes())
            .unwrap();
        let mut answer = String::new();
        BufReader::new(psql.stdout.as_mut().unwrap())
            .read_line(&mut answer)
            .unwrap();
        assert_eq!(answer.trim(), "locked", "{table}");
        TableLock(psql)
    }

    fn make(&self) {
        let made = as_server(&self.programs.join("initdb"))
            .args([
                "--no-sync",
                "-A",
                "trust",
                "-U",
                "postgres",
                "-E",
                "UTF8",
                "--locale=C",
                "-D",
            ])
            .arg(self.data())
            .current_dir(&self.folder)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "initdb: {said}");
    }

    fn spawn(&self) -> Child {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("server.log"))
            .unwrap();
        as_server(&self.programs.join("postgres"))
            .arg("-D")
            .arg(self.data())
            .args(["-p", &self.port.to_string(), "-k", ""])
            .args(["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"])
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap()
    }

    fn answers(&self) -> bool {
        let answer = Command::new(self.programs.join("pg_isready"))
            .args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()])
            .status();
        answer.unwrap().success()
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn server(&self) -> MutexGuard<'_, Option<Child>> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.kill();
        // The folder goes when the pipe to the watch closes.
    }
}

/// The processes that `parent` started.
fn children(parent: u32) -> Vec<u32> {
    let of_parent = |pid: &u32| {
        // pid (name) state ppid ...; the name may hold anything.
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        after_name.split_whitespace().nth(1) == Some(&parent.to_string())
    };
    let names = fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name());
    let pids = names.filter_map(|name| name.to_str()?.parse().ok());
    pids.filter(of_parent).collect()
}

/// Sends a signal to a process that may have ended already.
fn signal(which: &str, pid: u32) {
    let sent = Command::new("sh")
        .args(["-c", &format!("kill -{which} {pid}")])
        .stderr(Stdio::null())
        .status();
    assert!(sent.is_ok());
}

/// Where the server's programs are. They are not on the PATH where Debian puts them.
fn programs() -> PathBuf {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|v| v.path().join("bin")).collect())
        .unwrap_or_default();
    folders.sort();
    folders.reverse();
    folders.extend(std::env::split_paths(&on_path));
    let found = folders.into_iter().find(|folder| folder.join("initdb").exists());
    found.unwrap_or_else(|| {
        panic!("PostgreSQL's server is missing: tests/all.sh installs it (Debian's package postgresql)")
    })
}

/// `program` as an ordinary user, for the server refuses to be run by root.
fn as_server(program: &Path) -> Command {
    let Some(user) = server_user() else {
        return Command::new(program);
    };
    let mut command = Command::new("setpriv");
    command.args([
        &format!("--reuid={user}"),
        &format!("--regid={user}"),
        "--clear-groups",
        "--",
    ]);
    command.arg(program);
    command
}

/// The user that the server's package made, or an unprivileged one; `None` where the test itself is
/// not root.
fn server_user() -> Option<String> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output.status.success().then_some(said)
    };
    if id(&["-u"]).as_deref() != Some("0") {
        return None;
    }
    id(&["-u", "postgres"]).or(Some("65534".to_owned()))
}

fn new_folder() -> PathBuf {
    static FOLDERS: AtomicU32 = AtomicU32::new(0);
    let n = FOLDERS.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("tally-postgres-{}-{n}", std::process::id()));
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    if let Some(user) = server_user() {
        let owned = Command::new("chown").arg(user).arg(&folder).status();
        assert!(owned.unwrap().success());
    }
    folder
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
