//! Builds the web pages of `page/` into the directory that the binary embeds.
//!
//! `JIRA_HOST_PAGE_DIST=<dir>` takes a finished build, `UI_SKIP=1` a stub. Without Node a debug
//! build takes the stub and warns; a release build fails.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

type BuildResult = Result<(), Box<dyn Error>>;

const SOURCES: [&str; 6] = [
    "page/src",
    "page/package.json",
    "page/package-lock.json",
    "page/.npmrc",
    "page/build.mjs",
    "page/tsconfig.json",
];

fn main() -> BuildResult {
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    for variable in ["JIRA_HOST_PAGE_DIST", "UI_SKIP"] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    let target = PathBuf::from(env::var("OUT_DIR")?).join("page");
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    fs::create_dir_all(&target)?;
    match (
        env::var_os("JIRA_HOST_PAGE_DIST"),
        env::var("UI_SKIP").is_ok_and(|skip| skip == "1"),
    ) {
        (Some(finished), _) => {
            println!("cargo::rerun-if-changed={}", Path::new(&finished).display());
            copy(Path::new(&finished), &target)
        }
        (None, true) => stub(&target, "UI_SKIP=1 was set"),
        (None, false) => build(&target),
    }
}

fn build(target: &Path) -> BuildResult {
    let page = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("page");
    if Command::new("node").arg("--version").output().is_err() {
        if env::var("PROFILE")? == "release" {
            return Err(
                "node was not found: a release needs Node 20.19+ (or JIRA_HOST_PAGE_DIST=...)".into(),
            );
        }
        println!("cargo::warning=node was not found: the pages of the simulated Jira are a stub");
        return stub(target, "Node was not found when this program was built");
    }
    let installed = modified_at(&page.join("node_modules/.package-lock.json"));
    if installed < modified_at(&page.join("package-lock.json")) {
        run(npm(&page).arg("ci"))?;
    }
    run(npm(&page).args(["run", "build", "--", "--outdir"]).arg(target))
}

fn npm(page: &Path) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(page);
    command
}

/// Collects the output instead of passing it on: Cargo reads the standard output of a build script
/// as instructions.
fn run(command: &mut Command) -> BuildResult {
    let done = command.output()?;
    if done.status.success() {
        return Ok(());
    }
    let (out, err) = (
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr),
    );
    Err(format!("{command:?} failed with {}\n{out}\n{err}", done.status).into())
}

fn modified_at(path: &Path) -> Option<std::time::SystemTime> {
    fs::metadata(path).and_then(|data| data.modified()).ok()
}

fn stub(target: &Path, why: &str) -> BuildResult {
    let page = format!("<!doctype html><title>Page not built</title><p>The page was not built: {why}.</p>\n");
    for name in ["control.html", "site.html"] {
        fs::write(target.join(name), &page)?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> BuildResult {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
