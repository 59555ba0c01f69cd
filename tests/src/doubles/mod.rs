//! The servers that Tally calls, and a proxy before it, each on a port of its own.

mod hook;
mod jira;
mod key_server;
mod link;
mod mail_server;
mod proxy;
mod serving;

pub use hook::Hook;
pub use jira::{Call, JiraDouble, Person};
pub use key_server::{KeyServer, Mood};
pub use link::Link;
pub use mail_server::{Mail, MailServer};
pub use proxy::{Fault, Proxy};
