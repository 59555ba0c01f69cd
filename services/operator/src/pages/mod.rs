//! The operator's pages and their JSON: what is wrong, for which tenants, since when, and what can
//! be done about it. The server puts them on a listener of their own, so that nothing here is
//! reached by the address that customers use.
//!
//! `guard` and `access` decide who is admitted, `login` is for browsers. `read` asks the views and
//! puts the answers into `shapes`, `commands` carries out commands; `api` offers both to programs
//! (and to `tally release` and `tally incident`), and `overview`, `incident`, `release` and
//! `tenant` to people. `status` is the public page about incidents, which the server shows to
//! everyone.

mod access;
mod api;
mod commands;
mod forms;
mod frame;
mod guard;
mod incident;
mod incident_forms;
mod login;
mod names;
mod operations;
mod overview;
mod problem;
mod read;
mod release;
mod routes;
pub mod shapes;
pub mod status;
mod tenant;
mod tenant_page;

pub use access::Access;
pub use guard::admit;
pub use operations::Operations;
pub use routes::routes;
