//! Values of the business that more than one aggregate, or a stream's name, is made of.

mod amount;
mod attribute_id;
mod attribute_key;
mod attribute_name;
mod attribute_value;
mod day;
mod decimal;
mod digits;
mod free_text;
mod personal;
mod tag;
mod typed;

pub use amount::Amount;
pub use attribute_id::AttributeId;
pub use attribute_key::AttributeKey;
pub use attribute_name::AttributeName;
pub use attribute_value::AttributeValue;
pub use day::{parse_iso_day, parse_typed_day};
pub use decimal::Decimal;
pub use free_text::FreeText;
pub use personal::Personal;
pub use tag::Tag;
pub use typed::Typed;
