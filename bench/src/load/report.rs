//! Figures, as a table for people and as JSON for programs.

use std::fmt;
use std::time::Duration;

use incamera_bench::floor::{Floor, Shape};
use incamera_bench::machine::Machine;
use incamera_bench::seen::Tally;
use serde::Serialize;

use crate::lane::Outcome;
use crate::run::{Settings, in_words};
use crate::scenario::Scenario;

/// What a run found.
pub(crate) struct Measured {
    pub(crate) window: Duration,
    /// Time on the processor in the window.
    pub(crate) server: Duration,
    pub(crate) client: Duration,
    /// From the first entry until media reached the last, and what the server spent on it.
    pub(crate) joining: (Duration, Duration),
    pub(crate) resident_before: u64,
    pub(crate) resident: u64,
    pub(crate) lost: usize,
    pub(crate) throttled: usize,
    pub(crate) failed: Vec<String>,
    pub(crate) outcomes: Vec<Outcome>,
}

/// One scenario's figures.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    pub(crate) scenario: String,
    pub(crate) viewers_asked: usize,
    pub(crate) viewers: usize,
    pub(crate) participants: usize,
    pub(crate) video_slots: usize,
    pub(crate) voice_slots: usize,
    pub(crate) received_joined: bool,
    pub(crate) window_s: f64,
    pub(crate) packets_in_per_s: f64,
    pub(crate) packets_out_per_s: f64,
    /// Of what is watched, the share that came; `None` where the server chooses.
    pub(crate) came_percent: Option<f64>,
    pub(crate) megabits_out_per_s: f64,
    pub(crate) server_cpu_us_per_packet: f64,
    pub(crate) server_cpu_s_per_million_packets: f64,
    pub(crate) server_cores: f64,
    pub(crate) server_ms_per_s_and_viewer: f64,
    pub(crate) client_cores: f64,
    pub(crate) floor_us_per_packet: f64,
    pub(crate) times_floor: f64,
    pub(crate) floor_shape: Shape,
    pub(crate) resident_mib: f64,
    pub(crate) resident_before_mib: f64,
    pub(crate) resident_kib_per_participant: f64,
    pub(crate) delay_p50_ms: f64,
    pub(crate) delay_p99_ms: f64,
    pub(crate) packets_missing: u64,
    pub(crate) loss_percent: f64,
    pub(crate) packets_repeated: u64,
    pub(crate) joins_per_s: f64,
    pub(crate) connected_p50_ms: f64,
    pub(crate) connected_p95_ms: f64,
    pub(crate) first_packet_p50_ms: f64,
    pub(crate) first_packet_p95_ms: f64,
    pub(crate) all_joined_s: f64,
    pub(crate) joining_cpu_s: f64,
    pub(crate) never_connected: usize,
    pub(crate) never_reached: usize,
    pub(crate) engines_broken: usize,
    pub(crate) signalling_lost: usize,
    pub(crate) throttled: usize,
    pub(crate) could_not_enter: Vec<String>,
}

impl Report {
    pub(crate) fn new(
        scenario: &Scenario,
        settings: &Settings,
        measured: Measured,
        floor: Floor,
        shape: Shape,
    ) -> Self {
        let mut tally = Tally::default();
        measured.outcomes.iter().for_each(|outcome| tally.merge(&outcome.tally));
        let sent: u64 = measured.outcomes.iter().map(|outcome| outcome.sent).sum();
        let window = measured.window.as_secs_f64();
        let (server, packets) = (measured.server.as_secs_f64(), tally.packets.max(1) as f64);
        let us_per_packet = server * 1e6 / packets;
        let participants = measured.outcomes.len();
        let viewers = scenario.viewers - measured.failed.len();
        let grown = measured.resident.saturating_sub(measured.resident_before) as f64;
        let connected = sorted_ms(measured.outcomes.iter().map(|outcome| outcome.until_connected));
        let reached = sorted_ms(measured.outcomes.iter().map(|outcome| outcome.until_packet));
        Self {
            machine: Machine::here(),
            scenario: scenario.name.clone(),
            viewers_asked: scenario.asked,
            viewers,
            participants,
            video_slots: scenario.viewer.video_slots,
            voice_slots: scenario.viewer.voice_slots,
            received_joined: settings.gro,
            window_s: window,
            packets_in_per_s: sent as f64 / window,
            packets_out_per_s: tally.packets as f64 / window,
            came_percent: scenario
                .wanted
                .map(|wanted| tally.packets as f64 * 100.0 / window / (wanted * viewers.max(1) as f64)),
            megabits_out_per_s: tally.bytes as f64 * 8e-6 / window,
            server_cpu_us_per_packet: us_per_packet,
            server_cpu_s_per_million_packets: us_per_packet,
            server_cores: server / window,
            server_ms_per_s_and_viewer: server * 1e3 / window / viewers.max(1) as f64,
            client_cores: measured.client.as_secs_f64() / window,
            floor_us_per_packet: floor.median_us,
            times_floor: us_per_packet / floor.median_us,
            floor_shape: shape,
            resident_mib: mib(measured.resident as f64),
            resident_before_mib: mib(measured.resident_before as f64),
            resident_kib_per_participant: grown / 1024.0 / participants.max(1) as f64,
            delay_p50_ms: ms(tally.delay.quantile(0.5)),
            delay_p99_ms: ms(tally.delay.quantile(0.99)),
            packets_missing: tally.missing,
            loss_percent: tally.missing as f64 * 100.0 / tally.expected.max(1) as f64,
            packets_repeated: tally.repeated,
            joins_per_s: settings.joins_per_second,
            connected_p50_ms: share(&connected, 0.5),
            connected_p95_ms: share(&connected, 0.95),
            first_packet_p50_ms: share(&reached, 0.5),
            first_packet_p95_ms: share(&reached, 0.95),
            all_joined_s: measured.joining.0.as_secs_f64(),
            joining_cpu_s: measured.joining.1.as_secs_f64(),
            never_connected: participants - connected.len(),
            never_reached: viewers.saturating_sub(reached.len()),
            engines_broken: measured.outcomes.iter().filter(|outcome| outcome.broken).count(),
            signalling_lost: measured.lost,
            throttled: measured.throttled,
            could_not_enter: measured.failed,
        }
    }

    /// What makes the figures doubtful, in words.
    fn doubts(&self) -> Vec<String> {
        let mut doubts = Vec::new();
        let mut doubt = |count: usize, what: &str| {
            if count > 0 {
                doubts.push(format!("{count} {what}"));
            }
        };
        doubt(self.viewers_asked - self.viewers, "viewers fewer than asked for: the room has no more seats");
        doubt(self.never_connected, "never connected");
        doubt(self.never_reached, "viewers were never reached by media");
        doubt(self.engines_broken, "engines gave up");
        doubt(self.signalling_lost, "signalling sockets were lost or refused something");
        doubt(self.throttled, "entries were put off by the server, and came later");
        if let Some(first) = self.could_not_enter.first() {
            doubts.push(format!("{} could not enter; the first: {first}", self.could_not_enter.len()));
        }
        if let Some(came) = self.came_percent.filter(|came| *came < 97.0) {
            doubts.push(format!(
                "only {came:.0} % of what is watched came: the server held pictures back, and what is a fixed \
                 price for each viewer is spread over fewer packets"
            ));
        }
        if self.client_cores > 0.9 * self.machine.cores as f64 - self.server_cores {
            doubts.push("the machine was full: delays and loss are the client's too".to_owned());
        }
        doubts
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |what: &str, figure: String| writeln!(f, "  {what:<26} {figure}");
        line("machine", self.machine.to_string())?;
        line(
            "in the room",
            format!(
                "{} participants, {} viewers with {} video and {} voice slots",
                self.participants, self.viewers, self.video_slots, self.voice_slots
            ),
        )?;
        line(
            "packets a second",
            format!(
                "{:.0} in, {:.0} out ({:.0} Mbit/s)",
                self.packets_in_per_s, self.packets_out_per_s, self.megabits_out_per_s
            ),
        )?;
        line(
            "server",
            format!(
                "{:.2} µs a packet (CPU-s a million packets), {:.3} cores, {:.3} ms a second and viewer",
                self.server_cpu_us_per_packet, self.server_cores, self.server_ms_per_s_and_viewer
            ),
        )?;
        line(
            "floor",
            format!(
                "{:.2} µs a packet ({}): {:.1} times",
                self.floor_us_per_packet,
                in_words(self.floor_shape),
                self.times_floor
            ),
        )?;
        line("client", format!("{:.3} cores", self.client_cores))?;
        line(
            "memory",
            format!(
                "{:.1} MiB, {:.1} before, {:.0} KiB a participant",
                self.resident_mib, self.resident_before_mib, self.resident_kib_per_participant
            ),
        )?;
        line("added delay", format!("p50 {:.2} ms, p99 {:.2} ms", self.delay_p50_ms, self.delay_p99_ms))?;
        line(
            "loss",
            format!(
                "{} packets, {:.4} %; {} came twice",
                self.packets_missing, self.loss_percent, self.packets_repeated
            ),
        )?;
        line(
            "joining",
            format!(
                "connected p50 {:.0} ms, p95 {:.0} ms; first packet p50 {:.0} ms, p95 {:.0} ms",
                self.connected_p50_ms,
                self.connected_p95_ms,
                self.first_packet_p50_ms,
                self.first_packet_p95_ms
            ),
        )?;
        line(
            "all in",
            format!(
                "{:.1} s at {} a second, {:.2} CPU-s of the server",
                self.all_joined_s, self.joins_per_s, self.joining_cpu_s
            ),
        )?;
        self.doubts().into_iter().try_for_each(|doubt| writeln!(f, "  ! {doubt}"))
    }
}

fn mib(bytes: f64) -> f64 {
    bytes / (1024.0 * 1024.0)
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn sorted_ms(durations: impl Iterator<Item = Option<Duration>>) -> Vec<f64> {
    let mut sorted: Vec<f64> = durations.flatten().map(ms).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn share(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
}
