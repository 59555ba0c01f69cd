//! Vite's manifest: from source path to built file, its style sheets and its imports.

use std::collections::HashSet;

use serde_json::{Map, Value};

/// The source path under which the bundler lists the boot watch; see `vite.config.mts`.
const BOOT_WATCH: &str = "src/boot/boot-watch.js";

/// What the HTML page has to name, as paths from the server's root without a leading slash
/// (`assets/index-4f2a.js`), which is also how [`asset`](crate::asset) takes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The script that explains, after five seconds, why nothing appeared. A plain `<script>`, and
    /// the first of all: behind the host's script it could not speak up when that script hangs.
    pub boot_watch: String,
    /// The module script, to be placed after the host's script.
    pub script: String,
    /// Style sheets, in their order.
    pub styles: Vec<String>,
    /// Modules the entry imports at once, for `<link rel="modulepreload">`.
    pub preload: Vec<String>,
}

pub(crate) struct Manifest(Map<String, Value>);

/// What an entry pulls in, each name once, in the order in which it must be loaded.
#[derive(Default)]
struct Reached {
    seen: HashSet<String>,
    styles: Vec<String>,
    scripts: Vec<String>,
}

impl Manifest {
    /// The manifest, or `None` when the bytes are not a JSON object.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().map(Self)
    }

    /// The names a page needs, or `None` when there is no entry.
    pub(crate) fn entry(&self) -> Option<Entry> {
        let (_, chunk) = self.0.iter().find(|(_, chunk)| chunk["isEntry"] == true)?;
        let mut reached = Reached::default();
        self.reach(chunk, &mut reached);
        Some(Entry {
            boot_watch: self.file(BOOT_WATCH).unwrap_or_default(),
            script: chunk["file"].as_str()?.to_owned(),
            styles: reached.styles,
            preload: reached.scripts,
        })
    }

    /// Imports before the chunk itself: a style sheet that comes later wins, and the importer's
    /// must win.
    fn reach(&self, chunk: &Value, reached: &mut Reached) {
        for import in names(&chunk["imports"]) {
            if reached.seen.insert(import.to_owned()) {
                self.reach(self.0.get(import).unwrap_or(&Value::Null), reached);
                reached.scripts.extend(self.file(import));
            }
        }
        for style in names(&chunk["css"]) {
            if reached.seen.insert(style.to_owned()) {
                reached.styles.push(style.to_owned());
            }
        }
    }

    fn file(&self, key: &str) -> Option<String> {
        Some(self.0.get(key)?["file"].as_str()?.to_owned())
    }
}

fn names(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::Manifest;

    const MANIFEST: &str = r#"{
        "_shared.js": {"file": "assets/shared-1.js", "css": ["assets/shared-1.css"], "imports": ["_runtime.js"]},
        "_runtime.js": {"file": "assets/runtime-1.js"},
        "index.html": {"file": "assets/index-1.js", "isEntry": true, "imports": ["_runtime.js", "_shared.js"],
                       "css": ["assets/index-1.css"], "dynamicImports": ["src/later.tsx"]},
        "src/later.tsx": {"file": "assets/later-1.js", "css": ["assets/later-1.css"], "imports": ["index.html"]},
        "src/boot/boot-watch.js": {"file": "assets/boot-watch-1.js"}
    }"#;

    #[test]
    fn the_entry_names_each_import_once_and_leaves_out_what_is_loaded_later() {
        let entry = Manifest::parse(MANIFEST.as_bytes()).unwrap().entry().unwrap();
        assert_eq!(entry.script, "assets/index-1.js");
        assert_eq!(entry.boot_watch, "assets/boot-watch-1.js");
        assert_eq!(entry.preload, ["assets/runtime-1.js", "assets/shared-1.js"]);
    }

    #[test]
    fn the_importers_style_sheet_comes_after_those_it_imports() {
        let entry = Manifest::parse(MANIFEST.as_bytes()).unwrap().entry().unwrap();
        assert_eq!(entry.styles, ["assets/shared-1.css", "assets/index-1.css"]);
    }

    #[test]
    fn a_manifest_without_an_entry_yields_none() {
        assert!(Manifest::parse(b"{}").unwrap().entry().is_none());
        assert!(Manifest::parse(b"no json").is_none());
    }
}
