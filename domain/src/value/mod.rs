//! Values of the business that more than one aggregate, or a stream's name, is made of.

mod tag;

pub use tag::Tag;
