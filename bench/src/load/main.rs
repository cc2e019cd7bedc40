//! Joins the real program over loopback with people made of code, and prints what they cost it.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

mod curve;
mod door;
mod lane;
mod program;
mod report;
mod run;
mod scenario;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use incamera_bench::clip::Clip;
use incamera_protocol::MeetingId;
use report::Report;
use run::Settings;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use scenario::{CURVE, Name, Scenario, Wishes};

/// Loads an Incamera server with synthetic participants and measures it.
#[derive(Parser)]
struct Arguments {
    /// What to measure
    #[arg(value_enum)]
    scenario: Name,
    /// The program; by default the one in the release folder of Cargo
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// A server that runs already on this machine; needs --pid
    #[arg(long, value_name = "ADDR:PORT", requires = "pid")]
    at: Option<SocketAddr>,
    /// The process of that server
    #[arg(long, value_name = "PID", requires = "at")]
    pid: Option<u32>,
    /// How many viewers, or people
    #[arg(long)]
    viewers: Option<usize>,
    /// Video slots of each viewer
    #[arg(long)]
    slots: Option<usize>,
    /// Voice slots of each viewer
    #[arg(long)]
    voice_slots: Option<usize>,
    /// Layers of a large camera: 1 or 3
    #[arg(long, default_value_t = 1)]
    layers: usize,
    /// Seconds that are measured
    #[arg(long, default_value_t = 6.0)]
    seconds: f64,
    /// How many enter each second
    #[arg(long, default_value_t = 50.0)]
    join_rate: f64,
    /// Take datagrams joined (GRO)
    #[arg(long)]
    gro: bool,
    /// Threads that carry the viewers
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Measure the floor with AES-256 as well as the server's default
    #[arg(long)]
    aes256_floor: bool,
    /// VP8 in IVF that senders show instead of random bytes; Opus in Ogg beside it (.ogg), if there is any
    #[arg(long, value_name = "FILE.ivf")]
    clip: Option<PathBuf>,
    /// The room to enter, instead of a new one
    #[arg(long, value_name = "ID", requires = "at")]
    meeting: Option<MeetingId>,
    /// Where to write the figures
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Where to draw the curve
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    ensure!(arguments.threads > 0 && arguments.join_rate > 0.0, "there is nothing to do");
    // Two sockets for each participant, and the server's beside them.
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?;
    let settings = settings(&arguments)?;
    let mut reports = Vec::new();
    for scenario in scenarios(&arguments) {
        println!("{}", scenario.name);
        let report = run::run(&scenario, &settings).with_context(|| scenario.name.clone())?;
        println!("{report}");
        reports.push(report);
    }
    write(&arguments, &reports)
}

fn settings(arguments: &Arguments) -> Result<Settings> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    Ok(Settings {
        program: arguments.program.clone().unwrap_or_else(|| target.join("release/incamera")),
        running: arguments.at.zip(arguments.pid),
        window: Duration::from_secs_f64(arguments.seconds),
        joins_per_second: arguments.join_rate,
        gro: arguments.gro,
        lanes: arguments.threads,
        aes256_floor: arguments.aes256_floor,
        clip: arguments.clip.as_deref().map(Clip::open).transpose()?.map(Arc::new),
        meeting: arguments.meeting.clone(),
    })
}

fn scenarios(arguments: &Arguments) -> Vec<Scenario> {
    let wishes = Wishes {
        viewers: arguments.viewers,
        slots: arguments.slots,
        voice_slots: arguments.voice_slots,
        layers: arguments.layers,
    };
    match arguments.scenario {
        Name::Video50 => vec![Scenario::video(50, wishes)],
        Name::Video200 => vec![Scenario::video(200, wishes)],
        Name::Audio => vec![Scenario::audio(wishes)],
        Name::Meeting => vec![Scenario::meeting(wishes)],
        Name::People => vec![Scenario::people(wishes)],
        Name::Curve => {
            let most = wishes.viewers.unwrap_or(usize::MAX);
            let point =
                |viewers: usize| Scenario::video(viewers.min(most), Wishes { viewers: None, ..wishes });
            let mut points: Vec<_> = CURVE.map(point).into();
            points.dedup_by_key(|point| point.viewers);
            points
        }
    }
}

fn write(arguments: &Arguments, reports: &[Report]) -> Result<()> {
    if let Some(path) = &arguments.json {
        std::fs::write(path, serde_json::to_string_pretty(reports)? + "\n")?;
    }
    if let Some(path) = &arguments.svg {
        std::fs::write(path, curve::draw(reports))?;
    }
    Ok(())
}
