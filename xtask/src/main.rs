//! The project's own chores: `cargo xtask generate` writes what is derived from the Rust types, `cargo xtask
//! tidy` holds the source to the rules of `docs/architecture.md`.

mod tidy;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

fn main() -> Result<()> {
    let task = std::env::args().nth(1).unwrap_or_default();
    match task.as_str() {
        "generate" => generate(),
        "tidy" => tidy::tidy(&root()?),
        other => bail!("unknown task {other:?}; known: generate, tidy"),
    }
}

fn root() -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in the workspace")?;
    Ok(root.to_owned())
}

fn generate() -> Result<()> {
    let root = root()?;
    for (file, text) in [
        ("web/src/protocol.ts", incamera_protocol::typescript::module()),
        ("docs/openapi.json", incamera_protocol::openapi::document()),
    ] {
        let path = root.join(file);
        std::fs::write(&path, text).with_context(|| path.display().to_string())?;
    }
    Ok(())
}
