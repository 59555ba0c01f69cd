//! The rest of the commands, on their way into rooms of their own.

pub mod alarms;
pub mod health;
pub mod incidents;
pub mod releases;
pub mod tenants;
