//! A tenant: one Jira site's installation of Tally, and the secrets it shares with us.
//!
//! Several secrets are alive at once. *Current* is what the platform said last. *Previous* was
//! current and is still accepted until a set time, since requests signed with it may be under way.
//! A *candidate* came in an installation older than the newest one known; it is accepted, and the
//! first request that verifies with it makes it current. No secret is ever forgotten: which one was
//! in force when is the point of the history.

mod command;
mod decide;
mod erasure;
mod error;
mod event;
mod link;
mod refused;
mod secret;
mod state;

pub use command::{Installation, TenantCommand};
pub use decide::decide;
pub use erasure::{NotErased, erase, record_destroyed_keys};
pub use error::TenantRefusal;
pub use event::{InstalledFacts, TenantEvent};
pub use link::{ConnectLink, Host, LinkKey, Links, SiteFacts};
pub use refused::RefusedCallback;
pub use secret::{Delivery, HeldSecret, SealedSecret, SecretFingerprint, SecretState};
pub use state::{Status, Tenant, TenantState};
