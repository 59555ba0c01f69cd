//! What happens to a schema. The names are a storage contract.

use serde::{Deserialize, Serialize};

use crate::stored_names;
use crate::value::{AttributeId, AttributeKey, AttributeName};

/// An event of a schema's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SchemaEvent {
    /// The register has a free attribute from now on.
    AttributeAdded {
        /// The attribute's id.
        id: AttributeId,
        /// The key by which programs know it, made of the name.
        key: AttributeKey,
        /// Its first name, as written.
        name: AttributeName,
    },
}

stored_names! {
    SchemaEvent {
        AttributeAdded = "schema.attribute_added" @ 1,
    }
}
