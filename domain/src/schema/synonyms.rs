//! What other tools call the built-in attributes, in English, German, Spanish and French: an import reads a column
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
            "title", "display name", "item", "summary", "Titel", "Name des Geräts", "Nombre", "Nom", "Désignation",
            "Intitulé", "Denominación",
        ],
        well_known::TYPE => &[
            "category", "asset category", "kind", "role", "device role", "device type", "Kategorie", "Art",
            "Tipo", "Categoría", "Clase", "Catégorie", "Genre",
        ],
        well_known::MANUFACTURER => &[
            "make", "maker", "brand", "vendor", "Marke", "Fabricante", "Marca", "Fabricant", "Constructeur",
            "Marque",
        ],
        well_known::MODEL => &[
            "model name", "model number", "model no", "product", "device type", "Modellname",
            "Modellnummer", "Produkt", "Modelo", "Modèle", "Producto", "Produit",
        ],
        well_known::SERIAL => &[
            "serial number", "serial no", "sn", "service tag", "Serien-Nr", "SNr", "Número de serie",
            "Nº de serie", "N° de serie", "No de serie", "Serie", "Numéro de série", "N° de série", "No de série",
        ],
        well_known::LOCATION => &[
            "site", "office", "building", "room", "place", "Ort", "Büro", "Gebäude", "Raum", "Ubicación",
            "Lugar", "Oficina", "Edificio", "Sede", "Emplacement", "Lieu", "Bureau", "Bâtiment", "Salle",
        ],
        well_known::STATUS_NOTE => &["status", "state", "condition", "Zustand", "Estado", "État", "Statut"],
        well_known::PURCHASED_ON => &[
            "purchase date", "date of purchase", "purchased", "date purchased", "Kaufdatum",
            "Anschaffungsdatum", "Gekauft am", "Fecha de compra", "Fecha de adquisición", "Date d'achat",
            "Date d'acquisition",
        ],
        well_known::PRICE => &[
            "cost", "Kosten", "Precio", "Coste", "Costo", "Prix", "Coût", "Montant",
        ],
        well_known::SUPPLIER => &[
            "vendor", "seller", "reseller", "bought from", "Händler", "Verkäufer", "Proveedor", "Vendedor",
            "Fournisseur", "Vendeur",
        ],
        well_known::NOTES => &[
            "note", "comments", "comment", "description", "remarks", "remark", "Notiz", "Bemerkung",
            "Bemerkungen", "Kommentar", "Beschreibung", "Anmerkung", "Anmerkungen", "Notas", "Nota",
            "Comentarios", "Comentario", "Observaciones", "Descripción", "Remarques", "Remarque", "Commentaire",
            "Commentaires", "Observations",
        ],
        _ => &[],
    }
}

/// The names that say more than the attribute's own: where a file has both `Item name` and `Name`,
/// the latter may be that of a person.
#[rustfmt::skip]
pub(super) fn telling(key: &str) -> &'static [&'static str] {
    match key {
        well_known::NAME => &[
            "asset name", "item name", "device name", "computer name", "host name", "product name", "Gerätename",
            "Gerätebezeichnung", "Nombre del activo", "Nombre del equipo", "Nom de l'actif", "Nom de l'équipement",
        ],
        well_known::TYPE => &[
            "asset type", "item type", "Gerätetyp", "Geräteart", "Tipo de activo", "Tipo de equipo",
            "Type d'actif", "Type d'équipement",
        ],
        well_known::LOCATION => &["asset location", "Gerätestandort"],
        well_known::PRICE => &[
            "purchase price", "purchase cost", "Kaufpreis", "Anschaffungspreis", "Precio de compra",
            "Prix d'achat",
        ],
        _ => &[],
    }
}

/// What the tag of an asset is called, the most telling first.
#[rustfmt::skip]
pub const TAG_NAMES: [&str; 25] = [
    "asset tag", "tag", "tag number", "inventory number", "inventory no", "inventory tag",
    "asset number", "asset no", "asset id", "Inventarnummer", "Inventar-Nr", "Anlagennummer",
    "Anlagen-Nr", "Gerätenummer", "Etikett", "Número de inventario", "Nº de inventario", "Número de activo",
    "Etiqueta", "Código de activo", "Numéro d'inventaire", "N° d'inventaire", "Numéro d'actif", "Étiquette",
    "Code d'inventaire",
];
