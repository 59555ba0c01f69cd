//! Makes a function of each message, so that a text that does not exist, or with other parameters,
//! does not compile. The build fails where the two languages differ.

mod catalogue;
mod source;

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use catalogue::Catalogue;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=build");
    let english = Catalogue::read(Path::new("locales/en"))?;
    let german = Catalogue::read(Path::new("locales/de"))?;
    english.require_same_messages(&german)?;
    let by_code = Catalogue::read(Path::new("locales/de/codes"))?;
    let files = [
        source::files("ENGLISH", &[&english]),
        source::files("GERMAN", &[&german, &by_code]),
    ];
    let folder = env::var("OUT_DIR")?;
    let folder = Path::new(&folder);
    fs::write(folder.join("messages.rs"), source::functions(&english))?;
    fs::write(folder.join("files.rs"), files.concat())?;
    Ok(())
}
