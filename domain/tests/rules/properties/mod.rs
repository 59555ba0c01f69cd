//! What is true after every sequence of commands, and of every order of events.

mod assets;
mod imports;
mod tenants;
