//! Values of the business that more than one aggregate, or a stream's name, is made of.

mod free_text;
mod personal;
mod tag;

pub use free_text::FreeText;
pub use personal::Personal;
pub use tag::Tag;
