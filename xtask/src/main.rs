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
    let path = root.join("web/src/protocol.ts");
    std::fs::create_dir_all(root.join("web/src"))?;
    std::fs::write(&path, incamera_protocol::typescript::module()).with_context(|| path.display().to_string())
}
