//! What the public listener and the operator's listener share: the refusals of any request and how
//! a refusal is answered, how a body is read, how much of bodies may be under way, the id of the
//! request that is being answered, the language of its reader, and the frame of pages that Tally
//! writes itself. It knows no route and no store.

pub mod etag;
pub mod html;
pub mod input;
mod malformed_request;
pub mod problem;
pub mod reader;
pub mod request_id;
mod request_refusal;
mod server_failure;
mod unique_keys;
pub mod uploads;

pub use malformed_request::MalformedRequest;
pub use problem::{ProblemBody, ProblemDetails};
pub use reader::Reader;
pub use request_refusal::RequestRefusal;
pub use server_failure::ServerFailure;
