//! What is acknowledged is on the disk, also where the disk fails or is full, or the process is killed (DP-11, REL-17): whoever
//! agrees is told so only then, is told an error otherwise, and can try again.
//!
//! Seen to fail: with a database that does not wait for the disk, and with a connection that is kept after a commit failed on it.

#![expect(clippy::print_stdout, reason = "a test tells what it measured, or that it cannot run")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use support::hosts::{account, body, is, says};
use support::{Answer, Server};

/// Stands between the program and the system. While the file that `DISK` names is there, the disk fails: it is full
/// where the file says so, else nothing that was written reaches it.
const DISK: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* 0: the disk is well; 'f': it is full; anything else: it does not keep what is written. */
static int state(void) {
    const char *name = getenv("DISK");
    int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    char first = 'x';
    if (file < 0) return 0;
    if (read(file, &first, 1) != 1) first = 'x';
    close(file);
    return first;
}

#define NEXT(result, name, ...) ((result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))

int fsync(int file) {
    if (state() && state() != 'f') { errno = EIO; return -1; }
    return NEXT(int, fsync, int)(file);
}

int fdatasync(int file) {
    if (state() && state() != 'f') { errno = EIO; return -1; }
    return NEXT(int, fdatasync, int)(file);
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t at) {
    if (state() == 'f') { errno = ENOSPC; return -1; }
    return NEXT(ssize_t, pwrite, int, const void *, size_t, off_t)(file, bytes, size, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at) {
    if (state() == 'f') { errno = ENOSPC; return -1; }
    return NEXT(ssize_t, pwrite64, int, const void *, size_t, off64_t)(file, bytes, size, at);
}
"#;

/// Compiles it, where there is a compiler.
fn library(folder: &Path) -> Option<PathBuf> {
    let (source, library) = (folder.join("disk.c"), folder.join("disk.so"));
    std::fs::write(&source, DISK).expect("written");
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .status();
    compiled.is_ok_and(|status| status.success()).then_some(library)
}

fn agree(server: &Server, meeting: &str) -> Answer {
    let asked = json!({ "door": { "meeting": meeting }, "language": "de" }).to_string();
    let hash = body(&server.act("POST", "/api/notices", None, &asked))["hash"].clone();
    let new = json!({ "door": { "meeting": meeting }, "notice": hash, "name": "S", "purposes": { "meeting": true } });
    server.act("POST", "/api/consents", None, &new.to_string())
}

/// What is shown to look at a consent again.
fn token(made: &Answer) -> Value {
    assert_eq!(made.status, 201, "{made:?}");
    json!({ "token": body(made)["token"] })
}

#[test]
fn nobody_is_told_that_they_agreed_before_the_disk_has_it() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let Some(library) = library(folder.path()) else {
        println!("NOT RUN: install a C compiler");
        return;
    };
    let disk = folder.path().join("state");
    let environment =
        [("LD_PRELOAD", library.to_str().expect("UTF-8")), ("DISK", disk.to_str().expect("UTF-8"))];
    let server = Server::start_with(&["--open-rooms"], &environment);
    // Somebody looks after it, so that it starts again without an invitation.
    account(&server, &server.first_invitation(), "jana");
    let meeting = body(&server.post("/api/meetings", ""))["meeting"].as_str().expect("a meeting").to_owned();
    let mut acknowledged = vec![token(&agree(&server, &meeting))];
    for state in ["x: nothing is kept", "full"] {
        std::fs::write(&disk, state).expect("written");
        for _ in 0..3 {
            assert_eq!(says(&agree(&server, &meeting)), is(503, "unavailable"), "{state}");
        }
        std::fs::remove_file(&disk).expect("removed");
        let again = agree(&server, &meeting);
        assert_eq!(again.status, 201, "{state}: {}", server.log());
        acknowledged.push(token(&again));
    }
    let server = server.restart(&["--open-rooms"]);
    for token in &acknowledged {
        let kept = server.act("POST", "/api/consents/look", None, &token.to_string());
        assert_eq!(kept.status, 200, "what was acknowledged is there");
    }
    let (good, said) = server.console(&["consent", "verify"]);
    println!("{said}");
    assert!(good, "{said}");
}
