//! The real `tally` binary as a process of its own: started, killed, stopped, asked at the command
//! line.

#![allow(clippy::print_stderr, reason = "says what it builds")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use tally_vault::Vault;

use crate::doubles::KeyServer;
use crate::keys;
use crate::waiting::eventually;

/// Where Tally believes to be, which is what tokens of the platform are for. It listens elsewhere:
/// on a free port at each start.
pub const APP_URL: &str = "http://localhost:8080";

/// What the line says of the operator's listener, if there is one. It comes first.
const OPERATORS: &str = "operators look at ";
/// What the line says that is printed once the server listens.
const LISTENS: &str = "tally listens on ";

/// A folder with a configuration, over which `tally` runs again and again.
pub struct Tally {
    binary: PathBuf,
    folder: PathBuf,
    variables: BTreeMap<String, String>,
    outlives_file_limits: bool,
    runs: AtomicUsize,
}

impl Tally {
    /// In `folder`, in the production profile, with install keys from `keys`. The binary is that of
    /// this very source: it is built first when there is none or an old one.
    pub fn new(folder: &Path, keys: &KeyServer) -> Self {
        fs::create_dir_all(folder.join("logs")).unwrap();
        let master_key = STANDARD.encode(uuid::Uuid::new_v4().simple().to_string());
        let variables = [
            ("TALLY_PROFILE", "production".to_owned()),
            ("TALLY_LISTEN", "127.0.0.1:0".to_owned()),
            ("TALLY_BASE_URL", APP_URL.to_owned()),
            ("TALLY_DATA_DIR", folder.join("data").display().to_string()),
            ("TALLY_INSTALL_KEYS_URL", keys.url()),
            ("TALLY_ALLOWED_HOSTS", "localhost".to_owned()),
            ("TALLY_MASTER_KEY", master_key),
            ("TALLY_OPS_LISTEN", "off".to_owned()),
        ];
        Self {
            binary: own_build().to_owned(),
            folder: folder.to_owned(),
            variables: variables.map(|(k, v)| (k.to_owned(), v)).into(),
            outlives_file_limits: false,
            runs: AtomicUsize::new(0),
        }
    }

    /// By another build of the program.
    #[must_use]
    pub fn by(mut self, binary: &Path) -> Self {
        self.set_binary(Some(binary));
        self
    }

    /// Another build of the program for what runs from now on; `None` is the one of this source.
    pub fn set_binary(&mut self, binary: Option<&Path>) {
        self.binary = binary.map_or_else(|| own_build().to_owned(), Path::to_owned);
    }

    /// With a variable of the configuration set otherwise.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    /// The same for what runs from now on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// Gets an error for a file that may not grow, as on a full disk, and is not ended. See
    /// [`Serving::limit_files`].
    #[must_use]
    pub fn outliving_file_limits(mut self) -> Self {
        self.outlives_file_limits = true;
        self
    }

    /// Where logs, views and keys are.
    pub fn data(&self) -> PathBuf {
        PathBuf::from(self.variable("TALLY_DATA_DIR"))
    }

    /// The key store in its folder, also while it runs.
    pub fn keys(&self) -> Arc<Vault> {
        keys::in_folder(&self.data(), self.variable("TALLY_MASTER_KEY"))
    }

    /// A variable of the configuration.
    pub fn variable(&self, name: &str) -> &str {
        &self.variables[name]
    }

    /// The command line with these arguments and nothing in its environment but the configuration.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = if self.outlives_file_limits {
            let mut shell = Command::new("/bin/sh");
            shell
                .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
                .arg(&self.binary);
            shell
        } else {
            Command::new(&self.binary)
        };
        command.args(arguments).env_clear().envs(&self.variables);
        command
    }

    /// Runs a verb to its end. What it printed is kept beside what servers print.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let output = self.command(arguments).output().unwrap();
        let run = self.next_run();
        fs::write(self.log(run, "out"), &output.stdout).unwrap();
        fs::write(self.log(run, "err"), &output.stderr).unwrap();
        output
    }

    /// Starts `tally serve` and goes on at once.
    pub fn spawn(&self) -> Starting {
        let run = self.next_run();
        let (out, err) = (self.log(run, "out"), self.log(run, "err"));
        let child = self
            .command(&["serve"])
            .stdin(Stdio::null())
            .stdout(File::create(&out).unwrap())
            .stderr(File::create(&err).unwrap())
            .spawn()
            .unwrap();
        Starting {
            child: Ended(child),
            out,
            err,
        }
    }

    /// Starts `tally serve` and waits until it listens.
    pub async fn serve(&self) -> Serving {
        self.spawn().listening().await
    }

    fn next_run(&self) -> usize {
        self.runs.fetch_add(1, Ordering::Relaxed)
    }

    fn log(&self, run: usize, which: &str) -> PathBuf {
        self.folder.join(format!("logs/{run:03}.{which}"))
    }
}

/// A process that does not outlive its owner.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// A server that may not listen yet. Dropping it kills it, as [`Serving::kill`] does.
pub struct Starting {
    child: Ended,
    out: PathBuf,
    err: PathBuf,
}

impl Starting {
    /// Waits until it listens.
    ///
    /// # Panics
    /// When it ends instead.
    pub async fn listening(mut self) -> Serving {
        let (child, out, err) = (&mut self.child.0, &self.out, &self.err);
        let url = eventually("the server listens", || {
            let ended = child.try_wait().unwrap();
            let said = fs::read_to_string(out).unwrap();
            if let Some(status) = ended {
                panic!("the server ended, {status}: {}", fs::read_to_string(err).unwrap());
            }
            std::future::ready(address(&said, LISTENS).map(|url| (url, said)))
        });
        let (url, said) = url.await;
        let ops = address(&said, OPERATORS).map(|url| url.trim_end_matches("/ops").to_owned());
        Serving {
            child: self.child,
            url,
            ops,
        }
    }
}

fn address(said: &str, line: &str) -> Option<String> {
    let (_, behind) = said.split_once(line)?;
    // Only when the line is there to its end.
    let (line, _) = behind.split_once('\n')?;
    line.split(' ').next().map(str::to_owned)
}

/// A server that listens. Dropping it kills it.
pub struct Serving {
    child: Ended,
    /// Where it is reached, without a trailing slash.
    pub url: String,
    /// Where the operator's listener is reached, likewise, where there is one.
    pub ops: Option<String>,
}

impl Serving {
    /// Ends it as a crash would: by SIGKILL, which no process can prepare for.
    pub fn kill(mut self) {
        self.child.0.kill().unwrap();
        self.child.0.wait().unwrap();
    }

    /// Has the process hang, or go on: it holds what it holds, and says nothing.
    pub fn hang(&self, hangs: bool) {
        self.signal(if hangs { "STOP" } else { "CONT" });
    }

    fn signal(&self, which: &str) {
        let command = format!("kill -{which} {}", self.child.0.id());
        assert!(
            Command::new("sh")
                .args(["-c", &command])
                .status()
                .unwrap()
                .success()
        );
    }

    /// From now on it can write to no file beyond its first `bytes`; without a number, wherever it
    /// wants.
    pub fn limit_files(&self, bytes: Option<u64>) {
        let (process, most) = (
            self.child.0.id(),
            bytes.map_or("unlimited".to_owned(), |b| b.to_string()),
        );
        let status = Command::new("prlimit")
            .args([&format!("--pid={process}"), &format!("--fsize={most}:unlimited")])
            .status();
        assert!(status.unwrap().success());
    }

    /// Its resident memory in kB, as Linux counts it.
    pub fn resident_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.0.id())).unwrap();
        let mut lines = status.lines().filter_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = lines.next().and_then(|line| line.trim().strip_suffix(" kB"));
        kilobytes.unwrap().parse().unwrap()
    }

    /// Asks it to stop by SIGTERM, and waits until it did.
    pub async fn stop(mut self) -> ExitStatus {
        self.signal("TERM");
        let child = &mut self.child.0;
        eventually("the server has stopped", || {
            std::future::ready(child.try_wait().unwrap())
        })
        .await
    }
}

/// The binary built from this source in the profile of this test.
fn own_build() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let executable = std::env::current_exe().unwrap();
        let folder = executable.parent().unwrap();
        // Programs are in the profile's folder, tests in a folder `deps` of it.
        let profile = if folder.ends_with("deps") {
            folder.parent().unwrap()
        } else {
            folder
        };
        let binary = profile.join(format!("tally{}", std::env::consts::EXE_SUFFIX));
        if !is_current(&binary) {
            build(profile.ends_with("release"));
        }
        assert!(binary.exists(), "there is no {}", binary.display());
        binary
    })
}

/// Whether the binary is there and newer than all it was built from, which the file beside it lists
/// as for `make`. To be wrong costs a build that finds nothing to do.
fn is_current(binary: &Path) -> bool {
    let modified = |path: &Path| path.metadata().and_then(|m| m.modified());
    let (Ok(built), Ok(list)) = (modified(binary), fs::read_to_string(binary.with_extension("d"))) else {
        return false;
    };
    let older = |source: &str| modified(Path::new(source)).is_ok_and(|at: SystemTime| at <= built);
    list.split_once(": ")
        .is_some_and(|(target, sources)| Path::new(target) == binary && sources.split_whitespace().all(older))
}

fn build(release: bool) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // The same choice as for the browser journeys, so that what both need is built once.
    command.args(["build", "--locked", "-p", "tally-server", "--bin", "tally"]);
    command.args(["-p", "tally-jira-host", "--bin", "jira-host"]);
    command.args(["--features", "tally-server/kurrent"]);
    if release {
        command.arg("--release");
    }
    eprintln!("the tally binary is missing or old, so it is built: {command:?}");
    let status = command.current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap();
    assert!(status.success(), "building the tally binary: {status}");
}
