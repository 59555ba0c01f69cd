//! The keys of attributes that Tally itself knows the meaning of. Any other key is the tenant's own.

/// What the asset is called. The only attribute an asset must have.
pub const NAME: &str = "name";
/// What kind of thing it is: laptop, server, licence.
pub const TYPE: &str = "type";
/// Who made it.
pub const MANUFACTURER: &str = "manufacturer";
/// The maker's name for it.
pub const MODEL: &str = "model";
/// The maker's serial number.
pub const SERIAL: &str = "serial";
/// Where it is.
pub const LOCATION: &str = "location";
/// The status another system gave it, kept as it came.
pub const STATUS_NOTE: &str = "status_note";
/// Day of purchase, `YYYY-MM-DD`.
pub const PURCHASED_ON: &str = "purchased_on";
/// What it cost, as written.
pub const PRICE: &str = "price";
/// Who sold it.
pub const SUPPLIER: &str = "supplier";
/// Anything else.
pub const NOTES: &str = "notes";

/// All of them, in the order in which people want to read them.
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
