//! The rules that a compiler does not know. Each is a function from the files to what it complains of; none
//! knows of another. A rule that gets in the way is changed here, in the commit that needs it, and nowhere
//! worked around.

#[cfg(test)]
mod tests;

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// A file of the project: its path from the root, and its text.
pub(crate) struct File {
    path: String,
    text: String,
}

type Rule = fn(&[File]) -> Vec<String>;

const RULES: &[Rule] = &[
    arrows,
    twin_is_fresh,
    pure_crates_are_given_time_and_chance,
    the_engine_is_behind_one_file,
    the_client_has_its_arrows,
    nothing_is_left_for_later,
    no_machine_shows,
    files_can_be_read,
    content_is_sealed,
    docs_are_found,
    sql_is_constant,
];

/// Applies all rules to the project at `root`.
pub(crate) fn tidy(root: &Path) -> Result<()> {
    let files = files(root)?;
    let complaints: Vec<String> = RULES.iter().flat_map(|rule| rule(&files)).collect();
    if complaints.is_empty() {
        return Ok(());
    }
    let mut list = String::new();
    for complaint in &complaints {
        write!(list, "\n  {complaint}")?;
    }
    bail!("untidy:{list}")
}

/// Every text file that belongs to the project, those not yet committed included.
fn files(root: &Path) -> Result<Vec<File>> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("git is needed to list the files")?;
    ensure!(listed.status.success(), "git: {}", String::from_utf8_lossy(&listed.stderr));
    let paths = String::from_utf8(listed.stdout).context("paths are UTF-8")?;
    let read = |path: &str| {
        Some(File { path: path.to_owned(), text: std::fs::read_to_string(root.join(path)).ok()? })
    };
    let mut files: Vec<File> = paths.split('\0').filter(|path| !path.is_empty()).filter_map(read).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    ensure!(files.len() > 10, "these are not the project's files");
    Ok(files)
}

impl File {
    fn ends(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.path.ends_with(ending))
    }

    fn is_source(&self) -> bool {
        self.ends(&[".rs", ".ts", ".svelte", ".mjs", ".js", ".css", ".html", ".toml", ".sh"])
            || self.path == "Makefile"
    }

    /// Numbered lines of Rust or TypeScript without their `//` comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line.split("//").next().unwrap_or(line)))
    }

    /// The code before the tests, which come last.
    fn code_without_tests(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code().take_while(|(_, line)| !line.contains("#[cfg(test)]"))
    }

    fn says(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }
}

/// Which of our crates each crate may know. An arrow points down and never back.
const ARROWS: &[(&str, &[&str])] = &[
    ("protocol", &[]),
    ("media", &[]),
    ("rooms", &["protocol", "media"]),
    ("live", &["rooms", "media", "protocol"]),
    ("store", &["protocol"]),
    ("sim", &["media", "rooms", "protocol"]),
    ("incamera", &["live", "store", "rooms", "media", "protocol"]),
];

/// What the crates below the edge never know: HTTP and the disk.
const NOT_BELOW_THE_EDGE: &[&str] =
    &["axum", "hyper", "hyper-util", "tower", "tower-http", "sqlx", "rusqlite"];

fn arrows(files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files {
        let Some(name) = file.path.strip_prefix("crates/").and_then(|rest| rest.strip_suffix("/Cargo.toml"))
        else {
            continue;
        };
        let Some((_, known)) = ARROWS.iter().find(|(crate_name, _)| *crate_name == name) else {
            complaints.push(file.says(1, "this crate has no place in docs/architecture.md and `ARROWS` yet"));
            continue;
        };
        for (line, dependency) in dependencies(&file.text) {
            let foreign_arrow =
                dependency.strip_prefix("incamera-").is_some_and(|other| !known.contains(&other));
            let edge = name != "incamera"
                && NOT_BELOW_THE_EDGE.contains(&dependency)
                && !(name == "store" && dependency == "sqlx");
            if foreign_arrow || edge {
                complaints.push(file.says(line, &format!("{name} must not know {dependency}")));
            }
        }
    }
    complaints
}

/// The names in the `[dependencies]` tables of a manifest. Those of tests may point anywhere.
fn dependencies(manifest: &str) -> Vec<(usize, &str)> {
    let mut inside = false;
    let mut found = Vec::new();
    for (index, line) in manifest.lines().enumerate() {
        if let Some(table) = line.trim().strip_prefix('[') {
            inside =
                table.trim_end_matches(']').ends_with("dependencies") && !table.contains("dev-dependencies");
        } else if inside
            && let Some(name) = line.split(['.', '=', ' ']).next().filter(|name| !name.is_empty())
        {
            found.push((index + 1, name));
        }
    }
    found
}

fn twin_is_fresh(files: &[File]) -> Vec<String> {
    let twin = files.iter().find(|file| file.path == "web/src/protocol.ts");
    let fresh = twin.is_some_and(|file| file.text == incamera_protocol::typescript::module());
    if fresh { Vec::new() } else { vec!["web/src/protocol.ts: stale; run `cargo xtask generate`".to_owned()] }
}

/// A pure crate has no clock, no randomness, no socket and no thread but what it is given.
fn pure_crates_are_given_time_and_chance(files: &[File]) -> Vec<String> {
    const IMPURE: &[&str] = &[
        "Instant::now",
        "SystemTime::now",
        "tokio",
        "rand::",
        "getrandom",
        "std::thread",
        "UdpSocket",
        "TcpStream",
        "std::fs",
    ];
    let pure = ["crates/media/src/", "crates/rooms/src/", "crates/protocol/src/"];
    let sources = files.iter().filter(|file| pure.iter().any(|folder| file.path.starts_with(folder)));
    let mut complaints = Vec::new();
    for file in sources.filter(|file| !file.path.ends_with("tests.rs") && !file.path.contains("/tests/")) {
        for (line, code) in file.code_without_tests() {
            let found = IMPURE.iter().filter(|word| code.contains(**word));
            complaints.extend(
                found.map(|word| {
                    file.says(line, &format!("`{word}` in a pure crate: pass it as an argument"))
                }),
            );
        }
    }
    complaints
}

/// One file knows the WebRTC engine, so that another engine can take its place. The pretended world of the
/// tests needs a browser to talk to, and the engine plays that one too.
fn the_engine_is_behind_one_file(files: &[File]) -> Vec<String> {
    let engine = concat!("str", "0m");
    // The log has to name whom it keeps quiet.
    let known = |path: &str| {
        ["crates/media/src/peer.rs", "crates/incamera/src/log.rs"].contains(&path)
            // Clients made of code, in tests and in benches, are real engines too.
            || path.starts_with("crates/sim/")
            || path.starts_with("bench/")
    };
    let sources = files.iter().filter(|file| file.ends(&[".rs"]) && !known(&file.path));
    let mut complaints = Vec::new();
    for file in sources {
        let named = file.code().filter(|(_, code)| code.contains(engine));
        complaints
            .extend(named.map(|(line, _)| file.says(line, "only crates/media/src/peer.rs names the engine")));
    }
    let knows =
        |path: &str| ["bench/Cargo.toml", "crates/media/Cargo.toml", "crates/sim/Cargo.toml"].contains(&path);
    let manifests = files.iter().filter(|file| file.path.ends_with("/Cargo.toml") && !knows(&file.path));
    for file in manifests {
        let named = dependencies(&file.text).into_iter().filter(|(_, name)| *name == engine);
        complaints.extend(named.map(|(line, _)| file.says(line, "only crates/media depends on the engine")));
    }
    complaints
}

/// `room/` is pure: its own files and the protocol. The view library is known where something is drawn.
fn the_client_has_its_arrows(files: &[File]) -> Vec<String> {
    let drawn = |path: &str| {
        path.starts_with("web/src/ui/") || path.starts_with("web/src/pages/") || path == "web/src/main.ts"
    };
    let mut complaints = Vec::new();
    for file in
        files.iter().filter(|file| file.path.starts_with("web/src/") && file.ends(&[".ts", ".svelte"]))
    {
        if file.path.ends_with(".test.ts") {
            continue;
        }
        for (line, from) in imports(file) {
            let own = from.starts_with("./") && !from.contains("..");
            if file.path.starts_with("web/src/room/") && !own && from.trim_end_matches(".ts") != "../protocol"
            {
                complaints.push(
                    file.says(line, &format!("room/ imports only its own files and protocol.ts, not {from}")),
                );
            }
            if file.path.starts_with("web/src/e2ee/") && !own {
                complaints.push(file.says(line, &format!("e2ee/ imports nothing, not {from}")));
            }
            if (from == "svelte" || from.starts_with("svelte/")) && !drawn(&file.path) {
                complaints
                    .push(file.says(line, "the view library is imported only in ui/, pages/ and main.ts"));
            }
        }
    }
    complaints
}

/// What a TypeScript or Svelte file imports, with the line on which the name stands.
fn imports(file: &File) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (line, code) in file.code() {
        for before in [" from ", "import ", "import("] {
            for (_, rest) in code.match_indices(before).map(|(at, _)| code.split_at(at + before.len())) {
                let quote = rest.chars().next().filter(|quote| "\"'".contains(*quote));
                let name = quote.and_then(|quote| rest[1..].split_once(quote));
                found.extend(name.map(|(name, _)| (line, name)));
            }
        }
    }
    found
}

/// SQL is written in `store`, and what comes from outside is bound to it, never part of it (ATK-54): the library takes constants,
/// unless somebody asserts that another text is safe.
fn sql_is_constant(files: &[File]) -> Vec<String> {
    let assertion = concat!("Assert", "SqlSafe");
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| file.ends(&[".rs"])) {
        for (line, code) in file.code() {
            if code.contains(assertion) {
                complaints.push(file.says(line, "SQL is a constant: bind what comes from outside"));
            }
            if code.contains(concat!("sql", "x::")) && !file.path.starts_with("crates/store/") {
                complaints.push(file.says(line, "only crates/store speaks SQL"));
            }
        }
    }
    complaints
}

/// What is not finished is an issue, not a comment.
fn nothing_is_left_for_later(files: &[File]) -> Vec<String> {
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X "), concat!("db", "g!(")];
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| file.is_source() || file.path.ends_with(".md")) {
        for (index, line) in file.text.lines().enumerate() {
            let found = words.iter().filter(|word| line.contains(**word));
            complaints.extend(found.map(|word| file.says(index + 1, &format!("{word:?} is left"))));
        }
    }
    complaints
}

/// The project builds anywhere: no path of one machine, and no registry but the ones everyone has.
fn no_machine_shows(files: &[File]) -> Vec<String> {
    let paths = [concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/home/", "runner")];
    let mut complaints = Vec::new();
    for file in files {
        for (index, line) in file.text.lines().enumerate() {
            if let Some(path) = paths.iter().find(|path| line.contains(**path)) {
                complaints.push(file.says(index + 1, &format!("a path of one machine: {path}")));
            }
            let lock = file.ends(&["package-lock.json"]) && line.contains("\"resolved\"");
            let crates = file.path == "Cargo.lock"
                && line.starts_with("source")
                && !line.contains("rust-lang/crates.io-index");
            if lock || crates {
                complaints.push(file.says(index + 1, "a registry's address"));
            }
        }
    }
    complaints
}

fn files_can_be_read(files: &[File]) -> Vec<String> {
    const MOST_LINES: usize = 700;
    let written = files.iter().filter(|file| file.is_source() && file.path != "web/src/protocol.ts");
    let long = written.filter(|file| file.text.lines().count() > MOST_LINES);
    long.map(|file| file.says(MOST_LINES, "longer than anyone reads; split it by what is known together"))
        .collect()
}

/// What people write to each other travels as `Sealed` and in no other field.
fn content_is_sealed(files: &[File]) -> Vec<String> {
    const CONTENT: &[&str] = &["text", "body", "content", "message", "note", "comment", "chat"];
    let mut complaints = Vec::new();
    let words = files.iter().filter(|file| {
        ["signal", "http"].iter().any(|name| file.path == format!("crates/protocol/src/{name}.rs"))
    });
    for file in words {
        for (line, code) in file.code_without_tests() {
            let field = code.trim().trim_start_matches("pub ").split_once(": ");
            if field.is_some_and(|(name, kind)| CONTENT.contains(&name) && kind.contains("String")) {
                complaints.push(file.says(line, "written content travels only as `Sealed`"));
            }
        }
    }
    complaints
}

fn docs_are_found(files: &[File]) -> Vec<String> {
    let index = files.iter().find(|file| file.path == "docs/README.md").map_or("", |file| &file.text);
    let pages =
        files.iter().filter_map(|file| file.path.strip_prefix("docs/")).filter(|path| path.ends_with(".md"));
    let lost = pages.filter(|path| *path != "README.md" && !index.contains(&format!("({path})")));
    lost.map(|path| format!("docs/{path}: not linked from docs/README.md")).collect()
}
