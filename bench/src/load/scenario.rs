//! Who is in the room, and what they do.

use clap::ValueEnum;
use incamera_bench::camera::{Camera, LARGE_ONLY, SMALL_ONLY, THREE_LAYERS};
use incamera_bench::floor::Shape;
use incamera_bench::participant::Part;
use incamera_protocol::MAX_PARTICIPANTS;

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Name {
    /// One camera of 1.5 Mbit/s, 50 viewers
    #[value(name = "video-1-50")]
    Video50,
    /// One camera of 1.5 Mbit/s, 200 viewers
    #[value(name = "video-1-200")]
    Video200,
    /// 25 people who all speak and hear one another
    #[value(name = "audio-25-25")]
    Audio,
    /// One large and eight small cameras, three voices, up to 400 viewers
    #[value(name = "meeting-400")]
    Meeting,
    /// People who speak and show something, for a room that browsers are in; see --clip and --meeting
    People,
    /// One camera; 50, 100, 200 and 400 viewers one after the other, each with a new server
    Curve,
}

/// How many viewers the points of the curve have.
pub(crate) const CURVE: [usize; 4] = [50, 100, 200, 400];

/// What the command line may change of a scenario.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wishes {
    pub(crate) viewers: Option<usize>,
    pub(crate) slots: Option<usize>,
    pub(crate) voice_slots: Option<usize>,
    pub(crate) layers: usize,
}

/// A room: those who send enter first, in this order, then the viewers.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) senders: Vec<Part>,
    pub(crate) viewer: Part,
    /// How many viewers were asked for, and how many the room has seats for.
    pub(crate) asked: usize,
    pub(crate) viewers: usize,
    /// The tiles of each viewer, one for each sender that shows something.
    pub(crate) tiles: Vec<(u16, u16)>,
    /// Packets a second for each viewer where everything that is watched comes; `None` where that is the
    /// server's choice.
    pub(crate) wanted: Option<f64>,
    /// Packets of a frame and bytes of a datagram, for the floor.
    frame: (usize, usize),
}

/// Header, one-byte extensions and tag around a payload, as the engines write them.
const AROUND_BYTES: usize = 36;
/// Packets a second of the large picture.
const LARGE_PACKETS: f64 = 180.0;
const LARGE_TILE: (u16, u16) = (1280, 720);
const SMALL_TILE: (u16, u16) = (320, 180);

impl Scenario {
    /// One camera.
    pub(crate) fn video(viewers: usize, wishes: Wishes) -> Self {
        let camera = if wishes.layers == 3 { THREE_LAYERS } else { LARGE_ONLY };
        let viewer = receiver(wishes.voice_slots.unwrap_or(0), wishes.slots.unwrap_or(1));
        let asked = wishes.viewers.unwrap_or(viewers);
        let name = format!("video-1-{asked}");
        let room =
            Self::new(name, vec![sender(false, Some(camera))], viewer, asked, vec![LARGE_TILE], (6, 1042));
        Self { wanted: Some(LARGE_PACKETS), ..room }
    }

    /// Everyone speaks, and has as many places for voices as a participant may have.
    pub(crate) fn audio(wishes: Wishes) -> Self {
        let slots = wishes.voice_slots.unwrap_or(16);
        let asked = wishes.viewers.unwrap_or(25);
        let viewer = Part { voice: true, ..receiver(slots, wishes.slots.unwrap_or(0)) };
        Self::new(format!("audio-{asked}-{asked}"), Vec::new(), viewer, asked, Vec::new(), (1, 80))
    }

    /// A large meeting.
    pub(crate) fn meeting(wishes: Wishes) -> Self {
        let mut senders = vec![sender(true, Some(LARGE_ONLY))];
        senders.extend((1..9).map(|number| sender(number < 3, Some(SMALL_ONLY))));
        let mut tiles = vec![LARGE_TILE];
        tiles.extend([SMALL_TILE; 8]);
        let asked = wishes.viewers.unwrap_or(400);
        let viewer = receiver(wishes.voice_slots.unwrap_or(3), wishes.slots.unwrap_or(9));
        let room = Self::new(format!("meeting-{asked}"), senders, viewer, asked, tiles, (6, 1042));
        // Each small camera sends a packet for each picture, each voice 50 a second.
        let all_slots = viewer.video_slots >= 9 && viewer.voice_slots >= 3;
        Self { wanted: all_slots.then_some(LARGE_PACKETS + 8.0 * 30.0 + 3.0 * 50.0), ..room }
    }

    /// People who only send.
    pub(crate) fn people(wishes: Wishes) -> Self {
        let count = wishes.viewers.unwrap_or(8);
        let senders = vec![sender(true, Some(LARGE_ONLY)); count];
        Self::new(format!("people-{count}"), senders, receiver(0, 0), 0, Vec::new(), (6, 1042))
    }

    fn new(
        name: String,
        senders: Vec<Part>,
        viewer: Part,
        asked: usize,
        tiles: Vec<(u16, u16)>,
        frame: (usize, usize),
    ) -> Self {
        let viewers = asked.min(MAX_PARTICIPANTS.saturating_sub(senders.len()));
        Self { name, senders, viewer, asked, viewers, tiles, wanted: None, frame }
    }

    /// The floor that this scenario is compared with: its largest stream, in one call for each frame.
    pub(crate) fn floor(&self, gro: bool, aes256: bool) -> Shape {
        let (packets, payload) = self.frame;
        let datagram_bytes = payload + AROUND_BYTES;
        Shape { receivers: self.viewers.max(1), packets, datagram_bytes, gso: packets > 1, gro, aes256 }
    }
}

fn sender(voice: bool, camera: Option<Camera>) -> Part {
    Part { voice, camera, voice_slots: 0, video_slots: 0 }
}

fn receiver(voice_slots: usize, video_slots: usize) -> Part {
    Part { voice: false, camera: None, voice_slots, video_slots }
}
