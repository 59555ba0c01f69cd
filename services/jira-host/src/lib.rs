//! A simulated Jira: sites that install an app, rotate its secret, sign for it and frame its pages.
//!
//! An app for Jira cannot be tried end to end without a Jira, and the real one never does on demand
//! what breaks an app: a secret rotated while a page is open, an import, a `disabled` without a
//! token. This host does. It is written from the platform's published behaviour and shares no code
//! with the app, so that one misreading of the protocol cannot hide in both.
//!
//! - [`act`] lists what can be done to an installation; [`platform`] does it, and [`lifecycle`]
//!   notifies the app.
//! - [`token`], [`qsh`] and [`mint`] make the signatures; [`secret`] and the install key sign them.
//! - [`http`] serves browsers, the app and tests; `page/` holds the two web pages, built by
//!   `build.rs`.
//!
//! To add an act see [`act`]; to add a REST endpoint that the app may call see `http/rest.rs`; to
//! add a method of the bridge see `page/src/bridge/`.

pub mod act;
pub mod callback;
pub mod client;
pub mod clock;
pub mod descriptor;
mod host;
pub mod http;
pub mod issues;
pub mod lifecycle;
pub mod mint;
pub mod people;
pub mod platform;
pub mod qsh;
pub mod secret;
pub mod site;
pub mod snapshot;
pub mod token;

pub use host::{Host, HostOptions};
