//! The assets that a company of 60 people owns.

/// A thing that can be bought: type, maker, model, price in euro, supplier.
pub struct Article {
    /// The asset's type, such as `Laptop`.
    pub kind: &'static str,
    /// The beginning of its tag.
    pub prefix: &'static str,
    /// The manufacturer's name.
    pub maker: &'static str,
    /// The manufacturer's name for the model.
    pub model: &'static str,
    /// Its price in euro.
    pub price: u32,
    /// The dealer's name.
    pub supplier: &'static str,
}

const fn article(
    kind: &'static str,
    prefix: &'static str,
    maker: &'static str,
    model: &'static str,
    price: u32,
    supplier: &'static str,
) -> Article {
    Article {
        kind,
        prefix,
        maker,
        model,
        price,
        supplier,
    }
}

/// Laptops, the newer ones last.
pub const LAPTOPS: [Article; 6] = [
    article("Laptop", "LAP", "Lenovo", "ThinkPad T14 Gen 4", 1489, "Bechtle"),
    article("Laptop", "LAP", "Apple", "MacBook Pro 14 M3", 2199, "Cancom"),
    article("Laptop", "LAP", "Dell", "Latitude 7440", 1629, "Dell Direct"),
    article(
        "Laptop",
        "LAP",
        "Lenovo",
        "ThinkPad X1 Carbon Gen 12",
        1999,
        "Bechtle",
    ),
    article("Laptop", "LAP", "Apple", "MacBook Air 13 M4", 1449, "Cancom"),
    article(
        "Laptop",
        "LAP",
        "Framework",
        "Laptop 13 AMD 7040",
        1549,
        "Framework",
    ),
];

/// Screens, for one desk each.
pub const MONITORS: [Article; 3] = [
    article("Monitor", "MON", "Dell", "U2723QE 27\"", 549, "Dell Direct"),
    article("Monitor", "MON", "LG", "27UP850N-W 27\"", 399, "Bechtle"),
    article("Monitor", "MON", "Eizo", "EV2795 27\"", 739, "Cancom"),
];

/// Phones of people and of on-call duty.
pub const PHONES: [Article; 3] = [
    article("Phone", "PHN", "Apple", "iPhone 15", 849, "Telekom"),
    article("Phone", "PHN", "Google", "Pixel 8a", 499, "Telekom"),
    article("Phone", "PHN", "Fairphone", "Fairphone 5", 629, "Fairphone"),
];

/// Headsets of people who often call.
pub const HEADSETS: [Article; 2] = [
    article("Headset", "HST", "Jabra", "Evolve2 65 Flex", 259, "Bechtle"),
    article("Headset", "HST", "Poly", "Voyager Focus 2", 219, "Bechtle"),
];

/// Docks for the desks.
pub const DOCKS: [Article; 2] = [
    article(
        "Dock",
        "DCK",
        "Lenovo",
        "ThinkPad Thunderbolt 4 Dock",
        269,
        "Bechtle",
    ),
    article("Dock", "DCK", "CalDigit", "TS4", 399, "Cancom"),
];

/// What stands in rooms, with how many of it and where.
pub const ROOMS: [(Article, usize, &str); 9] = [
    (
        article("Server", "SRV", "Dell", "PowerEdge R660", 8990, "Dell Direct"),
        6,
        "Server room",
    ),
    (
        article("Switch", "NET", "Cisco", "Catalyst 9200L-48P", 3450, "Bechtle"),
        5,
        "Server room",
    ),
    (
        article("Access point", "NET", "Ubiquiti", "U6 Pro", 159, "Omada Shop"),
        9,
        "Floor 2",
    ),
    (
        article("Firewall", "NET", "Fortinet", "FortiGate 100F", 4120, "Bechtle"),
        2,
        "Server room",
    ),
    (
        article("UPS", "PWR", "APC", "Smart-UPS 3000", 1790, "Bechtle"),
        3,
        "Server room",
    ),
    (
        article("Display", "DSP", "Samsung", "QM65C 65\"", 1190, "Cancom"),
        6,
        "Meeting rooms",
    ),
    (
        article("Camera", "CAM", "Logitech", "Rally Bar", 3290, "Cancom"),
        4,
        "Meeting rooms",
    ),
    (
        article("Printer", "PRN", "Brother", "MFC-L9670CDN", 940, "Bechtle"),
        3,
        "Floor 1",
    ),
    (
        article("Projector", "PRJ", "Epson", "EB-L210SF", 1320, "Cancom"),
        2,
        "Stock room",
    ),
];

/// What is lent out and comes back.
pub const LOANERS: [(Article, usize); 3] = [
    (
        article("Laptop", "LOAN", "Lenovo", "ThinkPad T14 Gen 3", 1290, "Bechtle"),
        5,
    ),
    (article("Tablet", "TAB", "Apple", "iPad 10", 499, "Cancom"), 4),
    (
        article(
            "Key",
            "KEY",
            "Assa Abloy",
            "Server room key",
            35,
            "Schlüssel Maier",
        ),
        4,
    ),
];

/// Licences, as seats of a contract.
pub const LICENCES: [(Article, usize); 3] = [
    (
        article(
            "Licence",
            "LIC",
            "JetBrains",
            "All Products Pack",
            779,
            "JetBrains",
        ),
        18,
    ),
    (
        article("Licence", "LIC", "Adobe", "Creative Cloud", 840, "Adobe"),
        6,
    ),
    (
        article("Licence", "LIC", "Microsoft", "Visio Plan 2", 162, "Bechtle"),
        8,
    ),
];

/// The floors on which desks are.
pub const FLOORS: [&str; 4] = ["Floor 1", "Floor 2", "Floor 3", "Home office"];
