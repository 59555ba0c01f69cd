//! The keys of attributes whose meaning Tally knows. Any other key is the tenant's own.

/// What the asset is called. The only attribute an asset must have.
pub const NAME: &str = "name";
/// What kind of thing it is: laptop, server, licence.
pub const TYPE: &str = "type";
/// The company that made it.
pub const MANUFACTURER: &str = "manufacturer";
/// The maker's name for it.
pub const MODEL: &str = "model";
/// The maker's serial number.
pub const SERIAL: &str = "serial";
/// The room or site where it is.
pub const LOCATION: &str = "location";
/// The status in another system, unchanged.
pub const STATUS_NOTE: &str = "status_note";
/// Day of purchase, `YYYY-MM-DD`.
pub const PURCHASED_ON: &str = "purchased_on";
/// The price as the user wrote it.
pub const PRICE: &str = "price";
/// The company that sold it.
pub const SUPPLIER: &str = "supplier";
/// Free text about the asset.
pub const NOTES: &str = "notes";

/// Every well-known key, in the order in which a form shows them.
pub const ALL: [&str; 11] = [
    NAME,
    TYPE,
    MANUFACTURER,
    MODEL,
    SERIAL,
    LOCATION,
    STATUS_NOTE,
    PURCHASED_ON,
    PRICE,
    SUPPLIER,
    NOTES,
];
