//! One import, long enough to be interrupted, with rows of every kind of verdict.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, OnceLock};

use serde_json::Value;
use uuid::Uuid;

use crate::world::World;

/// How many rows the file has: far more than are judged between two kills.
pub const ROWS: u64 = 1200;

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A tag and a name.
    Registered,
    /// Without a tag, or without a name.
    Warned,
    /// With the tag of the row before, or without anything.
    Refused,
}

impl Fate {
    /// Of a row, 1 for the first.
    pub fn of(row: u64) -> Self {
        match row % 20 {
            3 | 7 => Self::Warned,
            11 | 17 => Self::Refused,
            _ => Self::Registered,
        }
    }

    /// As the API says it.
    fn verdict(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Warned => "registered_with_warning",
            Self::Refused => "refused",
        }
    }
}

/// What stands in the serial number of a row's asset.
pub fn marker(row: u64) -> String {
    format!("row-{row}")
}

/// The file.
pub fn file() -> String {
    let mut text = "Tag,Name,Serial\n".to_owned();
    for row in 1..=ROWS {
        let serial = marker(row);
        let written = match row % 20 {
            3 => writeln!(text, ",Desk {row},{serial}"),
            7 => writeln!(text, "I-{row},,{serial}"),
            11 => writeln!(text, "i-{},Desk {row},{serial}", row - 1),
            17 => writeln!(text, ",,"),
            _ => writeln!(text, "I-{row},Desk {row},{serial}"),
        };
        written.unwrap();
    }
    text
}

/// The import, once its start was acknowledged.
#[derive(Default)]
pub struct Import(OnceLock<Uuid>);

impl Import {
    /// Starts it.
    pub async fn start(self: Arc<Self>, world: Arc<World>) {
        let (http, file) = (tally_tests::http::client(), file());
        let send = |http: &reqwest::Client, url: &str| {
            http.post(format!("{url}/api/v1/imports?fileName=desks.csv"))
                .header("Authorization", world.authorization())
                .header("Content-Type", "text/csv")
                .header("Idempotency-Key", "the-import")
                .body(file.clone())
        };
        let begun = world.insist(&http, send).await;
        self.0
            .set(begun["id"].as_str().unwrap().parse().unwrap())
            .unwrap();
    }

    /// Its id, once it has begun for sure.
    pub fn id(&self) -> Option<Uuid> {
        self.0.get().copied()
    }
}

/// Checks what the API says of the import, and says whether it has ended. `get` asks a path below
/// `/api/v1`.
pub async fn check(import: Uuid, get: &impl AsyncFn(String) -> Value) -> bool {
    let answer = get(format!("/imports/{import}")).await;
    let count = |name: &str| answer["counts"][name].as_u64().unwrap();
    let finished = count("registered") + count("registeredWithWarning") + count("refused");
    assert_eq!(
        (count("rows"), finished + count("pending")),
        (ROWS, ROWS),
        "{answer}"
    );
    match answer["state"].as_str().unwrap() {
        "running" => {
            assert_eq!(answer["finishedAt"], Value::Null);
            false
        }
        "finished" => {
            assert_eq!(count("pending"), 0, "{answer}");
            true
        }
        other => panic!("the import is {other}: {answer}"),
    }
}

/// Checks that every row has its verdict, once and as its content deserves.
pub async fn check_rows(import: Uuid, get: &impl AsyncFn(String) -> Value) {
    let mut verdicts = BTreeMap::new();
    let mut assets = BTreeMap::new();
    let mut cursor = String::new();
    loop {
        let page = get(format!("/imports/{import}/rows?limit=200{cursor}")).await;
        for row in page["items"].as_array().unwrap() {
            let number = row["row"].as_u64().unwrap();
            let before = verdicts.insert(number, row["verdict"].as_str().unwrap().to_owned());
            assert_eq!(before, None, "row {number} has two verdicts");
            if let Some(asset) = row["assetId"].as_str() {
                assert_eq!(
                    assets.insert(asset.to_owned(), number),
                    None,
                    "two rows are one asset"
                );
            }
        }
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let expected: BTreeMap<u64, String> = (1..=ROWS)
        .map(|row| (row, Fate::of(row).verdict().to_owned()))
        .collect();
    assert_eq!(verdicts, expected);
    let registered = (1..=ROWS).filter(|row| Fate::of(*row) != Fate::Refused).count();
    assert_eq!(assets.len(), registered);
}
