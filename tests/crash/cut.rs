//! Killing a command at a chosen write: a trigger in the file has it hang there, so that everything
//! before is done and nothing after.

use std::path::Path;
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tally_tests::process::Tally;

/// How often in a row the file must be in use before the command counts as hanging.
const BUSY_LOOKS: usize = 25;
const LOOK_EVERY: Duration = Duration::from_millis(20);
const TIMEOUT: Duration = Duration::from_secs(60);

/// A write before which the command hangs.
#[derive(Clone, Copy)]
pub struct Cut {
    /// The file in the data directory.
    pub file: &'static str,
    /// The write as a trigger names it.
    pub write: &'static str,
}

impl Cut {
    /// Starts the command, kills it where it hangs, and lets later ones pass.
    pub fn kill_there(self, tally: &Tally, arguments: &[&str]) {
        let file = Connection::open(tally.data().join(self.file)).unwrap();
        // A join of the file's own tables that no one lives to see the end of.
        let tables: Vec<String> = (0..16).map(|n| format!("sqlite_master AS t{n}")).collect();
        let write = self.write;
        let trigger = format!(
            "CREATE TRIGGER cut BEFORE {write} BEGIN SELECT count(*) FROM {}; END",
            tables.join(", ")
        );
        file.execute_batch(&trigger).unwrap();
        let mut command = tally.command(arguments).spawn().unwrap();
        wait_for_hang(&mut command, &tally.data().join(self.file));
        command.kill().unwrap();
        command.wait().unwrap();
        file.busy_timeout(TIMEOUT).unwrap();
        file.execute_batch("DROP TRIGGER cut").unwrap();
    }
}

/// Waits until the command is in a write that does not end.
fn wait_for_hang(command: &mut Child, file: &Path) {
    let file = Connection::open(file).unwrap();
    file.busy_timeout(Duration::ZERO).unwrap();
    let (mut busy_looks, began) = (0, Instant::now());
    while busy_looks < BUSY_LOOKS {
        assert!(began.elapsed() < TIMEOUT, "the command did not come to the write");
        let ended = command.try_wait().unwrap();
        assert!(ended.is_none(), "the command ended before the write: {ended:?}");
        match file.execute_batch("BEGIN IMMEDIATE; ROLLBACK") {
            Ok(()) => busy_looks = 0,
            Err(_) => busy_looks += 1,
        }
        sleep(LOOK_EVERY);
    }
}
