//! A folder with a server's configuration, a probe's key, and the binary that plays both.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tally_tests::doubles::KeyServer;
use tally_tests::process::{Serving, Tally};
use tempfile::TempDir;

pub struct Bench {
    pub tally: Tally,
    pub keys: KeyServer,
    pub url: String,
    folder: TempDir,
}

/// What a run of the binary came to.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Bench {
    /// With a key pair whose public half is configured on the server.
    pub fn new() -> Self {
        let (keys, folder) = (KeyServer::start(), tempfile::tempdir().unwrap());
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        drop(listener);
        let public = folder.path().join("keys/probe-public.pem");
        let tally = Tally::new(folder.path(), &keys)
            .with("TALLY_LISTEN", url.strip_prefix("http://").unwrap())
            .with("TALLY_BASE_URL", &url)
            .with("TALLY_PROBE_PUBLIC_KEY_FILE", public.to_str().unwrap());
        let bench = Self {
            tally,
            keys,
            url,
            folder,
        };
        bench.keygen("keys");
        bench
    }

    /// With a variable of the server set otherwise.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.tally = self.tally.with(name, value);
        self
    }

    pub async fn serve(&self) -> Serving {
        self.tally.serve().await
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes a key pair in a folder of that name.
    pub fn keygen(&self, name: &str) -> Ran {
        let out = self.path(name);
        ran(&self.run(&["probe", "keygen", "--out", out.to_str().unwrap()]))
    }

    /// Probes with the key of the folder `key`, and what more is said.
    pub fn probe(&self, key: &str, more: &[&str]) -> Ran {
        let key = self.path(key).join("probe-private.pem");
        let given = ["probe", "--url", &self.url, "--key", key.to_str().unwrap()];
        ran(&self.run(&[&given[..], more].concat()))
    }

    /// The same, as JSON.
    pub fn walked(&self, key: &str, more: &[&str]) -> (i32, Value) {
        let ran = self.probe(key, &[&["--json"][..], more].concat());
        let report = serde_json::from_str(&ran.out);
        (
            ran.code,
            report.unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err)),
        )
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.tally.run(arguments)
    }

    /// The binary without any configuration, as in a pipeline.
    pub fn bare(&self, arguments: &[&str]) -> Ran {
        let mut command: Command = self.tally.command(arguments);
        ran(&command.env_clear().output().unwrap())
    }
}

pub fn ran(output: &Output) -> Ran {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran {
        code: output.status.code().unwrap(),
        out: text(&output.stdout),
        err: text(&output.stderr),
    }
}

/// Where this repository is.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
