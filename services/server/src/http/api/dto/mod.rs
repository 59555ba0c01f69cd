//! The shapes of API v1, apart from the domain's so that neither binds the other.

mod admin;
mod as_of;
mod asset;
mod diagnosis;
mod history;
mod import;
mod import_preview;
mod import_reading;
mod notices;
mod people;
mod person;
mod schema;
mod words;

pub use admin::{InstallLogPage, TimelinePage};
pub use as_of::AsOf;
pub use asset::{
    Asset, AssetCount, AssetFacets, AssetPage, CheckIn, CorrectAsset, EditAsset, HandOver, RegisterAsset,
    Status, WithReason,
};
pub use diagnosis::Diagnosis;
pub use history::{HistoryEntry, HistoryPage};
pub use import::{Import, ImportColumn, ImportPage, ImportRow, ImportRowPage, RowVerdict, parse_verdict};
pub use import_preview::ImportPreview;
pub use import_reading::{
    ImportDayOrder, ImportReading, ImportSeparator, day_order_name, day_order_of, separator_of,
};
pub use notices::{Notice, Notices};
pub use people::{App, Me, People, PersonFound, Site};
pub use person::{KnownPeople, Person};
pub use schema::Schema;
