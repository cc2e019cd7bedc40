//! Rebuilds the binary when the web client was built anew: new files in a folder are not noticed otherwise.

// Cargo is spoken to over standard output.
#![allow(clippy::print_stdout)]

fn main() {
    println!("cargo:rerun-if-changed=../../web/dist");
    println!("cargo:rerun-if-changed=build.rs");
}
