//! What people send, and which pictures they watch.

use incamera_media::{Command, LayerSize, TrackId, Wish};
use incamera_protocol::signal::{Layer, Participant, ServerMessage, Source, Tile};
use incamera_protocol::{ParticipantId, Refusal};

use super::{Room, Seat};
use crate::hall::Effects;
use crate::offer;

/// The longest list of tiles: a page holds at most 25, with room for a page that is being turned.
const MAX_TILES: usize = 64;

/// What is on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Published {
    pub(super) microphone: bool,
    pub(super) camera: bool,
    pub(super) music: bool,
    pub(super) screen: bool,
    pub(super) layers: Vec<Layer>,
    pub(super) screen_layers: Vec<Layer>,
}

impl Seat {
    fn sending(&self) -> Published {
        let Participant { microphone, camera, music, screen, .. } = self.shown;
        let (layers, screen_layers) = (self.layers.clone(), self.screen_layers.clone());
        Published { microphone, camera, music, screen, layers, screen_layers }
    }

    fn send(&mut self, published: Published) {
        let Published { microphone, camera, music, screen, layers, screen_layers } = published;
        self.shown.microphone = microphone;
        self.shown.camera = camera;
        self.shown.music = music;
        self.shown.screen = screen;
        self.layers = layers;
        self.screen_layers = screen_layers;
    }

    /// What others are told of it.
    fn signs(&self) -> [bool; 4] {
        [Source::Microphone, Source::Camera, Source::Music, Source::Screen].map(|source| self.is_on(source))
    }

    pub(super) fn is_on(&self, source: Source) -> bool {
        match source {
            Source::Microphone => self.shown.microphone,
            Source::Camera => self.shown.camera,
            Source::Music => self.shown.music,
            Source::Screen => self.shown.screen,
        }
    }

    /// Has something rest; false if it rested already.
    pub(super) fn rest(&mut self, source: Source) -> bool {
        let on = match source {
            Source::Microphone => &mut self.shown.microphone,
            Source::Camera => {
                self.layers.clear();
                &mut self.shown.camera
            }
            Source::Music => &mut self.shown.music,
            Source::Screen => {
                self.screen_layers.clear();
                &mut self.shown.screen
            }
        };
        std::mem::replace(on, false)
    }
}

impl Room {
    pub(super) fn on_publish(&mut self, from: ParticipantId, published: Published, effects: &mut Effects) {
        let Some(seat) = self.seat_mut(from) else { return };
        let (before, signs) = (seat.sending(), seat.signs());
        seat.send(published);
        let forbidden: Vec<_> =
            self.seat(from).map(|seat| self.forbidden_of(seat).collect()).unwrap_or_default();
        let Some(seat) = self.seat_mut(from) else { return };
        for source in forbidden {
            seat.rest(source);
            // Whatever their client thinks, the device rests.
            effects.send(from, ServerMessage::Stopped { source });
        }
        let (seen, changed) = (seat.signs() != signs, seat.sending() != before);
        if seen {
            self.tell_change(from, effects);
        }
        if changed {
            self.publish_to_media(from, effects);
        }
    }

    pub(super) fn publish_to_media(&self, id: ParticipantId, effects: &mut Effects) {
        let Some((seat, peer)) = self.seat(id).and_then(|seat| Some((seat, seat.peer?))) else { return };
        let size = |layer: &Layer| LayerSize {
            width: layer.width,
            height: layer.height,
            most_bps: layer.max_bps,
            av1: layer.av1,
        };
        for (source, on, layers) in [
            (Source::Microphone, seat.shown.microphone, &[][..]),
            (Source::Camera, seat.shown.camera, &seat.layers),
            (Source::Music, seat.shown.music, &[]),
            (Source::Screen, seat.shown.screen, &seat.screen_layers),
        ] {
            let track = TrackId { peer, kind: offer::kind_of(source) };
            effects.media(Command::Publish { track, on, layers: layers.iter().map(size).collect() });
        }
    }

    pub(super) fn on_watch(
        &mut self,
        from: ParticipantId,
        tiles: Vec<Tile>,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        if tiles.len() > MAX_TILES {
            return Err(Refusal::TooLarge);
        }
        if let Some(seat) = self.seat_mut(from) {
            seat.tiles = tiles;
        }
        self.watch_to_media(from, effects);
        Ok(())
    }

    pub(super) fn watch_to_media(&self, id: ParticipantId, effects: &mut Effects) {
        let Some((seat, peer)) = self.seat(id).and_then(|seat| Some((seat, seat.peer?))) else { return };
        let wish = |tile: &Tile| {
            let watched =
                self.seat(tile.participant).filter(|whom| self.may_watch(seat, whom, tile.source))?.peer?;
            let track = TrackId { peer: watched, kind: offer::kind_of(tile.source) };
            Some(Wish { track, width: tile.width, height: tile.height, pinned: tile.pinned })
        };
        effects.media(Command::Watch { peer, wishes: seat.tiles.iter().filter_map(wish).collect() });
    }

    pub(super) fn watch_all_to_media(&self, effects: &mut Effects) {
        for id in self.participants() {
            self.watch_to_media(id, effects);
        }
    }
}
