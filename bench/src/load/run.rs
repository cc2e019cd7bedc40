//! One scenario against one server: everyone enters, media flows, a window of it is measured.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use incamera_bench::body::Clock;
use incamera_bench::clip::Clip;
use incamera_bench::floor::{self, Floor, Shape};
use incamera_bench::machine::Process;
use incamera_bench::participant::{self, Part, Participant};
use incamera_protocol::signal::{ClientMessage, Source, Tile};
use incamera_protocol::{MeetingId, ParticipantId};
use str0m::config::DtlsCert;
use tokio::task::JoinSet;

use crate::door::{Door, Session};
use crate::lane::{Lane, Phase, Port, Seat};
use crate::program::Program;
use crate::report::{Measured, Report};
use crate::scenario::Scenario;

/// After the last has entered, how long until media must have reached everyone.
const REACHED_WITHIN: Duration = Duration::from_secs(15);
/// Before the window, for what follows an entry: key frames, the first reports.
const WARM: Duration = Duration::from_secs(2);
/// After the window, for what is on its way.
const SETTLE: Duration = Duration::from_millis(500);
/// The floor is measured for so long before and after.
const FLOOR: Duration = Duration::from_millis(700);

/// How to run.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) program: PathBuf,
    /// A server that runs already: its address and its process.
    pub(crate) running: Option<(std::net::SocketAddr, u32)>,
    pub(crate) window: Duration,
    pub(crate) joins_per_second: f64,
    pub(crate) gro: bool,
    pub(crate) lanes: usize,
    pub(crate) aes256_floor: bool,
    /// What is shown and said, instead of random bytes.
    pub(crate) clip: Option<Arc<Clip>>,
    /// The room; a new one where it is not named.
    pub(crate) meeting: Option<MeetingId>,
}

/// Runs it, between two measurements of the floor.
pub(crate) fn run(scenario: &Scenario, settings: &Settings) -> Result<Report> {
    let shape = scenario.floor(settings.gro, settings.aes256_floor);
    let before = floor::measure(shape, FLOOR)?;
    let program = match settings.running {
        Some((address, process)) => Program::running(address, process),
        None => Program::start(&settings.program)?,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let measured = runtime.block_on(measure(scenario, settings, &program))?;
    drop(program);
    let after = floor::measure(shape, FLOOR)?;
    Ok(Report::new(scenario, settings, measured, mean(before, after), shape))
}

fn mean(a: Floor, b: Floor) -> Floor {
    Floor { least_us: a.least_us.min(b.least_us), median_us: (a.median_us + b.median_us) / 2.0 }
}

/// What everyone who enters needs.
struct Room {
    door: Door,
    meeting: MeetingId,
    certificate: DtlsCert,
    clock: Clock,
    gro: bool,
    clip: Option<Arc<Clip>>,
    lanes: Vec<Lane>,
    /// Signalling sockets that the server has closed, or on which it refused something.
    lost: Arc<AtomicUsize>,
}

async fn measure(scenario: &Scenario, settings: &Settings, program: &Program) -> Result<Measured> {
    let door = Door::new(program.address);
    let meeting = match &settings.meeting {
        Some(meeting) => meeting.clone(),
        None => door.new_meeting().await?,
    };
    let resident_before = program.process.resident()?;
    let phase = Arc::new(Phase::default());
    let lanes = (0..=settings.lanes).map(|_| Lane::start(Arc::clone(&phase))).collect::<Result<Vec<_>>>()?;
    let (certificate, clock) = (participant::certificate()?, Clock::start());
    let lost = Arc::<AtomicUsize>::default();
    let (gro, clip) = (settings.gro, settings.clip.clone());
    let room = Arc::new(Room { door, meeting, certificate, clock, gro, clip, lanes, lost });

    let joining = (Instant::now(), program.process.cpu()?);
    let failed = fill(&room, scenario, settings).await?;
    let wanted = scenario.viewers - failed.len();
    if wanted == 0 && scenario.viewers > 0 {
        bail!("nobody could enter: {}", failed.join("; "));
    }
    wait_until_reached(&room, scenario, wanted).await;
    let joining = (joining.0.elapsed(), program.process.cpu()? - joining.1);

    tokio::time::sleep(WARM).await;
    let (began, server, client) = (Instant::now(), program.process.cpu()?, Process::own().cpu()?);
    phase.count();
    tokio::time::sleep(settings.window).await;
    let (server, client) = (program.process.cpu()? - server, Process::own().cpu()? - client);
    phase.settle();
    let window = began.elapsed();
    tokio::time::sleep(SETTLE).await;
    let resident = program.process.resident()?;
    phase.end();

    let lost = room.lost.load(Ordering::Relaxed);
    let throttled = room.door.throttled();
    let room = Arc::try_unwrap(room).ok().context("everyone has let go of the room")?;
    let outcomes = room.lanes.into_iter().map(Lane::outcomes).collect::<Result<Vec<_>>>()?;
    Ok(Measured {
        window,
        server,
        client,
        joining,
        resident_before,
        resident,
        lost,
        throttled,
        failed,
        outcomes: outcomes.into_iter().flatten().collect(),
    })
}

/// Lets everyone in: those who send one after the other, then the viewers at their rate. Gives why some could
/// not enter.
async fn fill(room: &Arc<Room>, scenario: &Scenario, settings: &Settings) -> Result<Vec<String>> {
    let mut senders = Vec::new();
    for (person, part) in scenario.senders.iter().enumerate() {
        senders.push(join(Arc::clone(room), person, *part, Vec::new()).await.context("a sender enters")?);
    }
    let tiles = tiles(&senders, &scenario.tiles);
    let mut pace = tokio::time::interval(Duration::from_secs_f64(1.0 / settings.joins_per_second));
    let mut joins = JoinSet::new();
    for person in senders.len()..senders.len() + scenario.viewers {
        pace.tick().await;
        joins.spawn(join(Arc::clone(room), person, scenario.viewer, tiles.clone()));
    }
    let mut failed = Vec::new();
    while let Some(joined) = joins.join_next().await {
        if let Err(error) = joined? {
            failed.push(format!("{error:#}"));
        }
    }
    Ok(failed)
}

fn tiles(senders: &[ParticipantId], sizes: &[(u16, u16)]) -> Vec<Tile> {
    let tile = |(&participant, &(width, height)): (&ParticipantId, &(u16, u16))| Tile {
        participant,
        source: Source::Camera,
        width,
        height,
        pinned: false,
    };
    senders.iter().zip(sizes).map(tile).collect()
}

/// One participant's way in, as a browser goes it; then the media is a lane's and the socket is kept.
async fn join(room: Arc<Room>, person: usize, part: Part, tiles: Vec<Tile>) -> Result<ParticipantId> {
    let begun = Instant::now();
    let mut session = Session::enter(&room.door, person, &room.meeting).await?;
    let socket = Port::open(room.gro)?;
    let now = Instant::now();
    let mut participant = Participant::new(part, socket.address, &room.certificate, room.clock, now)?;
    if let Some(clip) = &room.clip {
        participant.replay(Arc::clone(clip));
    }
    let offer = participant.offer()?;
    session
        .say(ClientMessage::Offer {
            offer: 1,
            sdp: offer.sdp,
            sends: offer.sends,
            receives: offer.receives,
            fresh: true,
        })
        .await?;
    if participant.sends() {
        let camera = part.camera.is_some();
        let layers = participant.layers();
        session
            .say(ClientMessage::Publish {
                microphone: part.voice,
                music: false,
                screen: false,
                camera,
                layers,
                screen_layers: vec![],
            })
            .await?;
    }
    if !tiles.is_empty() {
        session.say(ClientMessage::Watch { tiles }).await?;
    }
    participant.accept(&session.answer().await?)?;
    let (you, demand) = (session.you, participant.demand());
    // Those who only send have a thread of their own, so that they send in time.
    let only_sends = part.voice_slots + part.video_slots == 0;
    let lane = if only_sends { 0 } else { 1 + person % (room.lanes.len() - 1) };
    room.lanes[lane].seat(Seat { participant, socket, begun });
    let lost = Arc::clone(&room.lost);
    tokio::spawn(async move {
        if session.keep(demand).await.is_err() {
            lost.fetch_add(1, Ordering::Relaxed);
        }
    });
    Ok(you)
}

/// Waits for media to reach everyone. Those whom it does not reach are seen in the report.
async fn wait_until_reached(room: &Room, scenario: &Scenario, viewers: usize) {
    let begun = Instant::now();
    let sum = |of: fn(&Lane) -> &AtomicUsize| -> usize {
        room.lanes.iter().map(|lane| of(lane).load(Ordering::Relaxed)).sum()
    };
    while begun.elapsed() < REACHED_WITHIN {
        let connected = sum(|lane| &lane.connected) == viewers + scenario.senders.len();
        if connected && sum(|lane| &lane.reached) >= viewers {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What the floor was measured with, in words.
pub(crate) fn in_words(shape: Shape) -> String {
    let Shape { receivers, packets, datagram_bytes, gso, gro, aes256 } = shape;
    let calls = if gso { "one call a frame" } else { "one call a packet" };
    let joined = if gro { ", received joined" } else { "" };
    let bits = if aes256 { 256 } else { 128 };
    format!("{receivers} receivers, {packets} x {datagram_bytes} B, {calls}{joined}, AES-{bits}-GCM")
}
