//! What Tally does when it is called over HTTP, with really signed tokens.

mod assets_api;
mod isolation;
mod journeys;
mod lifecycle_refusals;
mod scanner;
mod secrecy;
mod token_refusals;
mod watch;
