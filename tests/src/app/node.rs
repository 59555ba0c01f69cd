//! A further node over the same log.
//!
//! The embedded log lets in one process only, so two nodes are two servers of one process here,
//! each with views, a memory and a port of its own. What they share is what an engine for several
//! nodes would be: the log, and the keys of its vault.

use tempfile::TempDir;

use super::running::Running;
use super::{TestApp, free_port};

/// A node beside the first. Its views are gone when it is dropped.
pub struct Node {
    running: Running,
    url: String,
    _data: TempDir,
}

impl Node {
    /// Where it is reached, without a trailing slash. What it calls itself is the same as with the
    /// first node.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What its handlers share. To look into, not to write by.
    pub fn inside(&self) -> &tally_server::app::App {
        self.running.app()
    }
}

impl TestApp {
    /// Starts a further node.
    pub async fn another_node(&self) -> Node {
        let (port, data) = (free_port(), TempDir::new().unwrap());
        let mut settings = self.settings.clone();
        settings.insert("listen".to_owned(), format!("127.0.0.1:{port}"));
        settings.insert("data_dir".to_owned(), data.path().display().to_string());
        Node {
            running: Running::beside(&self.running, settings).await,
            url: format!("http://127.0.0.1:{port}"),
            _data: data,
        }
    }
}
