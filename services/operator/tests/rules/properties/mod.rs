//! What is true of every sequence of commands.

mod incidents;
mod releases;
