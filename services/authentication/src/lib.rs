//! Who is calling: from a raw token to a verified tenant and person. Nothing else decides tenancy.
//!
//! `authenticator` verifies tokens of pages, calls and callbacks against what the `directory` knows
//! of each tenant. `secrets` opens a tenant's sealed secrets when a request needs them and keeps
//! them open for a short while. What comes out is a `principal`: its fields are private, so that a
//! verifier is the only place that makes one. What became of each token is reported to the
//! operator's `Observer`.
//!
//! `install_log` stores refused callbacks; `synthetic` knows the tenants of probes; `for_operator`
//! is what the operator's house reads of the tenants in memory.

mod authenticator;
mod directory;
mod for_operator;
mod install_log;
pub mod metric;
mod principal;
mod promotions;
mod purpose;
mod rotations;
mod second_look;
mod secrets;
mod synthetic;
mod usage;

pub use authenticator::{Authenticator, Verifiers};
pub use directory::{Credentials, Directory, TenantSnapshot};
pub use install_log::{CallbackRefusal, InstallLog};
pub use principal::{PageCaller, Principal};
pub use rotations::PendingRotations;
pub use secrets::{OpenedSecrets, SecretTerms, Unopened};
pub use synthetic::{is_synthetic, load_issuer};
pub use usage::{Usage, Use};
