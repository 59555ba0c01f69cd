//! Puts a built UI into `$OUT_DIR/ui`, with the means that the machine has.
//!
//! In this order: `UI_SKIP=1` writes a stub; `UI_DIST=<dir>` copies a bundle built elsewhere;
//! otherwise npm builds it, after `npm ci` when the lockfile is newer than what is installed.
//! Without Node a debug build falls back to the stub with a warning, and a release build stops: a
//! release must never ship without its UI.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

type Outcome = Result<(), Box<dyn Error>>;

/// Everything the bundle is made from, relative to `services/web`.
const INPUTS: [&str; 8] = [
    "src",
    "build",
    "index.html",
    "package.json",
    "package-lock.json",
    ".npmrc",
    "tsconfig.json",
    "vite.config.mts",
];

const NO_NODE: &str = "node was not found: a release needs Node 20.19+ (or UI_DIST=<a built bundle>)";

const STUB_SCRIPT: &str = "document.getElementById('root').textContent = \
    'The UI was not built: install Node 20.19+ and build again, or set UI_DIST.';\n";

fn main() -> Outcome {
    let web = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("..");
    let target = PathBuf::from(env::var("OUT_DIR")?).join("ui");
    for name in ["UI_SKIP", "UI_DIST", "PATH"] {
        println!("cargo::rerun-if-env-changed={name}");
    }
    if env::var("UI_SKIP").is_ok_and(|value| value == "1") {
        return write_stub(&target);
    }
    if let Ok(dist) = env::var("UI_DIST") {
        println!("cargo::rerun-if-changed={dist}");
        return copy_bundle(Path::new(&dist), &target);
    }
    for input in INPUTS {
        println!("cargo::rerun-if-changed={}", web.join(input).display());
    }
    if has_node() {
        return build(&web, &target);
    }
    if env::var("PROFILE")? == "release" {
        return Err(NO_NODE.into());
    }
    println!("cargo::warning=node was not found, so the UI is a stub: install Node 20.19+ or set UI_DIST");
    write_stub(&target)
}

/// A bundle of one line of text, in the shape of a real one, so that the server needs no special
/// case.
fn write_stub(target: &Path) -> Outcome {
    empty(target)?;
    let assets = target.join("assets");
    fs::create_dir_all(&assets)?;
    fs::write(assets.join("not-built.js"), STUB_SCRIPT)?;
    fs::write(assets.join("boot-watch.js"), "")?;
    let manifest = r#"{
        "index.html": {"file": "assets/not-built.js", "isEntry": true},
        "src/boot/boot-watch.js": {"file": "assets/boot-watch.js"}
    }"#;
    fs::write(target.join("manifest.json"), manifest)?;
    Ok(())
}

fn empty(target: &Path) -> Outcome {
    if target.exists() {
        fs::remove_dir_all(target)?;
    }
    fs::create_dir_all(target)?;
    Ok(())
}

fn copy_bundle(from: &Path, target: &Path) -> Outcome {
    if !from.join("manifest.json").is_file() {
        return Err(format!(
            "UI_DIST={} holds no built UI: manifest.json is missing",
            from.display()
        )
        .into());
    }
    empty(target)?;
    copy_folder(from, target)
}

fn copy_folder(from: &Path, to: &Path) -> Outcome {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let copy = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &copy)?;
        } else {
            fs::copy(entry.path(), copy)?;
        }
    }
    Ok(())
}

fn has_node() -> bool {
    Command::new("node")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

fn build(web: &Path, target: &Path) -> Outcome {
    if needs_install(web)? {
        npm(web, &["ci", "--no-audit", "--no-fund"])?;
    }
    let out = target.display().to_string();
    npm(web, &["run", "build", "--", "--outDir", &out, "--emptyOutDir"])
}

/// npm leaves a copy of the lockfile behind when it has installed; an older one means another set
/// of packages.
fn needs_install(web: &Path) -> Result<bool, Box<dyn Error>> {
    let installed = web.join("node_modules/.package-lock.json");
    if !installed.exists() {
        return Ok(true);
    }
    let locked_at = fs::metadata(web.join("package-lock.json"))?.modified()?;
    Ok(locked_at > fs::metadata(installed)?.modified()?)
}

fn npm(web: &Path, arguments: &[&str]) -> Outcome {
    let output = Command::new("npm").args(arguments).current_dir(web).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!(
        "npm {} failed in services/web:\n{}",
        arguments.join(" "),
        String::from_utf8_lossy(&said)
    )
    .into())
}
