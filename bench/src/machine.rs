//! Which machine made a figure, and what a process costs it.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;

/// The machine, in the words that stand beside a figure.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Machine {
    /// Cores that the system shows.
    pub cores: usize,
    /// The processor's name.
    pub processor: String,
    /// Processes that wanted to run, on average over the last minute.
    pub load: f64,
}

impl Machine {
    /// This one, now.
    pub fn here() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let about = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let named = about.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let processor = named.map_or("unknown processor", |(_, name)| name).to_owned();
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split(' ').next().and_then(|load| load.parse().ok()).unwrap_or(f64::NAN);
        Self { cores, processor, load }
    }
}

impl std::fmt::Display for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} cores, {}, load {:.1}", self.cores, self.processor, self.load)
    }
}

/// A process as the system sees it.
#[derive(Debug, Clone, Copy)]
pub struct Process(pub u32);

impl Process {
    /// This process.
    pub fn own() -> Self {
        Self(std::process::id())
    }

    /// Time on the processor since its start, in user mode and in the system. Accurate to about 10 ms.
    pub fn cpu(self) -> Result<Duration> {
        let stat = self.read("stat")?;
        // The name, in parentheses, may hold anything; after it come numbers.
        let (_, numbers) = stat.rsplit_once(')').context("a stat has a name")?;
        let ticks = |field: usize| numbers.split_whitespace().nth(field)?.parse::<u64>().ok();
        let (user, system) = ticks(11).zip(ticks(12)).context("a stat has times")?;
        let per_second = rustix::param::clock_ticks_per_second();
        Ok(Duration::from_secs_f64((user + system) as f64 / per_second as f64))
    }

    /// Memory that is in use, in bytes.
    pub fn resident(self) -> Result<u64> {
        let status = self.read("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("a size")?;
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().context("a size in kB")?;
        Ok(kilobytes * 1024)
    }

    fn read(self, file: &str) -> Result<String> {
        let path = format!("/proc/{}/{file}", self.0);
        fs::read_to_string(&path).with_context(|| path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_time_and_memory() {
        let own = Process::own();
        let before = own.cpu().expect("a time");
        let begun = std::time::Instant::now();
        while begun.elapsed() < Duration::from_millis(120) {
            std::hint::spin_loop();
        }
        assert!(own.cpu().expect("a time") > before);
        assert!(own.resident().expect("a size") > 1024 * 1024);
    }
}
