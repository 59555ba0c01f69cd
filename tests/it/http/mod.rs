//! What Tally does when it is called over HTTP, with really signed tokens.

mod isolation;
mod journeys;
mod lifecycle_refusals;
mod token_refusals;
