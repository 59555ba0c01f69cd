//! What other tools call the built-in attributes, in English and German: an import reads a column
//! of such a name as that attribute.
//!
//! To know one more name for an attribute, add it here.

use super::well_known;

/// The names by which an attribute is known besides its key and its own names, the most specific
/// first. A name in two lists goes to the first attribute that has nothing better: a `device type`
/// is the type where no other column is, and the model beside a `role`.
#[rustfmt::skip]
pub(super) fn of(key: &str) -> &'static [&'static str] {
    match key {
        well_known::NAME => &[
            "asset name", "title", "device name", "computer name", "host name", "display name",
            "item name", "item", "summary", "Gerätename", "Titel",
        ],
        well_known::TYPE => &[
            "asset type", "category", "asset category", "kind", "role", "device role", "item type",
            "device type", "Kategorie", "Art", "Gerätetyp", "Geräteart",
        ],
        well_known::MANUFACTURER => &["make", "maker", "brand", "vendor", "Marke"],
        well_known::MODEL => &[
            "model name", "model number", "model no", "product", "device type", "Modellname",
            "Modellnummer", "Produkt",
        ],
        well_known::SERIAL => &["serial number", "serial no", "sn", "service tag", "Serien-Nr"],
        well_known::LOCATION => &[
            "site", "office", "building", "room", "place", "Ort", "Büro", "Gebäude", "Raum",
        ],
        well_known::STATUS_NOTE => &["status", "state", "condition", "Zustand"],
        well_known::PURCHASED_ON => &[
            "purchase date", "date of purchase", "purchased", "date purchased", "Kaufdatum",
            "Anschaffungsdatum",
        ],
        well_known::PRICE => &[
            "cost", "purchase price", "purchase cost", "Kaufpreis", "Anschaffungspreis", "Kosten",
        ],
        well_known::SUPPLIER => &[
            "vendor", "seller", "reseller", "bought from", "Händler", "Verkäufer",
        ],
        well_known::NOTES => &[
            "note", "comments", "comment", "description", "remarks", "remark", "Notiz", "Bemerkung",
            "Bemerkungen", "Kommentar", "Beschreibung",
        ],
        _ => &[],
    }
}

/// What the tag of an asset is called.
#[rustfmt::skip]
pub const TAG_NAMES: [&str; 15] = [
    "tag", "asset tag", "tag number", "inventory number", "inventory no", "inventory tag",
    "asset number", "asset no", "asset id", "Inventarnummer", "Inventar-Nr", "Anlagennummer",
    "Anlagen-Nr", "Gerätenummer", "Etikett",
];
