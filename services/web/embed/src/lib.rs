//! The web UI as data: every file of the built bundle, and which of them a page has to name.
//!
//! The server asks [`entry`] what to write into the HTML page and [`asset`] for the bytes behind an
//! address. Nothing here knows HTTP. The bundle is made by `build.rs`, which also states what
//! happens without Node.
//!
//! To add one more thing a page must name (a worker, a second entry), give it a known source path
//! in `vite.config.mts`, look it up in [`manifest::Manifest`] and add a field to [`Entry`].

mod manifest;

use std::borrow::Cow;
use std::sync::OnceLock;

pub use manifest::Entry;
use manifest::Manifest;
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/ui"]
struct Bundle;

/// One file of the bundle.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The file's content. Borrowed from the binary in release builds, read from the build folder
    /// in debug builds.
    pub bytes: Cow<'static, [u8]>,
    /// Its media type with a charset where text needs one: `text/javascript; charset=utf-8`.
    pub mime: String,
    /// A strong entity tag with its quotes: the SHA-256 of the content in hexadecimal.
    pub etag: String,
}

/// The file at `path` in the bundle (`assets/index-4f2a.js`; a leading slash is accepted), or
/// `None`.
///
/// Names below `assets/` carry a hash of the content, so they may be cached for ever.
pub fn asset(path: &str) -> Option<Asset> {
    let path = path.strip_prefix('/').unwrap_or(path);
    Bundle::get(path).map(|file| to_asset(path, file))
}

fn to_asset(path: &str, file: EmbeddedFile) -> Asset {
    let etag = format!("\"{}\"", hex::encode(file.metadata.sha256_hash()));
    Asset {
        bytes: file.data,
        mime: media_type(path),
        etag,
    }
}

fn media_type(path: &str) -> String {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    let is_text = guess.type_() == "text" || guess.subtype() == "json" || guess.subtype() == "javascript";
    if is_text {
        format!("{}; charset=utf-8", guess.essence_str())
    } else {
        guess.essence_str().to_owned()
    }
}

/// What a page has to name, read once from the bundle's manifest.
///
/// A bundle without a readable manifest cannot come out of `build.rs`; should it happen all the
/// same, the names are empty and the page shows its waiting line.
pub fn entry() -> &'static Entry {
    static ENTRY: OnceLock<Entry> = OnceLock::new();
    ENTRY.get_or_init(|| {
        let manifest = asset("manifest.json").and_then(|file| Manifest::parse(&file.bytes));
        manifest
            .and_then(|manifest| manifest.entry())
            .unwrap_or_else(|| Entry {
                boot_watch: String::new(),
                script: String::new(),
                styles: Vec::new(),
                preload: Vec::new(),
            })
    })
}

#[cfg(test)]
mod tests {
    use super::{asset, entry};

    #[test]
    fn every_name_of_the_entry_is_a_file_of_the_bundle() {
        let entry = entry();
        let names = entry
            .styles
            .iter()
            .chain(&entry.preload)
            .chain([&entry.boot_watch, &entry.script]);
        for name in names {
            assert!(asset(name).is_some(), "{name} is named but missing");
        }
    }

    #[test]
    fn scripts_are_served_as_scripts_in_utf_8_with_a_strong_entity_tag() {
        let script = asset(&format!("/{}", entry().script)).unwrap();
        assert_eq!(script.mime, "text/javascript; charset=utf-8");
        assert!(script.etag.starts_with('"') && script.etag.ends_with('"') && script.etag.len() == 66);
    }

    #[test]
    fn nothing_outside_the_bundle_is_found() {
        for path in [
            "",
            "/",
            "assets",
            "../Cargo.toml",
            "assets/../../lib.rs",
            "/etc/passwd",
        ] {
            assert!(asset(path).is_none(), "{path} was found");
        }
    }
}
