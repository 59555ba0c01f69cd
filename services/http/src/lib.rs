//! What the public listener and the operator's listener share: how a refusal is answered, how a
//! body is read, the id of the request that is being answered, and the frame of pages that Tally
//! writes itself. It knows no route and no store.

pub mod html;
pub mod input;
pub mod problem;
pub mod request_id;

pub use problem::{ProblemBody, ProblemDetails};
