//! `incamera`: one program that keeps a place to meet in private. This file reads what the operator wants;
//! `serve` does it.

mod accept;
mod arguments;
mod ceremonies;
mod clock;
mod codes;
mod config;
mod console;
mod data_dir;
mod dates;
mod doorway;
mod faces;
mod forwarded;
mod http;
mod listen;
mod log;
mod metrics;
mod notices;
mod oidc;
mod passwords;
mod pictures;
mod random;
mod receipts;
mod redirect;
mod refused;
mod right;
mod serve;
mod tls;

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

use arguments::{Arguments, Command};
use config::Config;
use refused::Refused;

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do where even this cannot be written.
            let _ = writeln!(std::io::stderr(), "incamera: {error:#}");
            if error.is::<Refused>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    log::start()?;
    let (config, warnings) = Config::read(arguments.command.settings(), &std::env::vars_os().collect())?;
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start threads")?;
    if !matches!(arguments.command, Command::Serve(_)) {
        return runtime.block_on(console::run(&config, arguments.command));
    }
    let served = runtime.block_on(serve::serve(config));
    // A thread that is still busy must not keep a program that has said good-bye.
    runtime.shutdown_background();
    served.map_err(|error| match error {
        serve::Error::Refused(refused) => refused.into(),
        other => other.into(),
    })
}
