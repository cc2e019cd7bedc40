//! What people send, and which pictures they watch.

use incamera_media::{Command, LayerSize, TrackId, Wish};
use incamera_protocol::signal::{Layer, ServerMessage, Source, Tile};
use incamera_protocol::{ParticipantId, Refusal};

use super::Room;
use crate::hall::Effects;
use crate::offer;

/// The longest list of tiles: a page holds at most 25, with room for a page that is being turned.
const MAX_TILES: usize = 64;

/// What is on.
#[derive(Debug)]
pub(super) struct Published {
    pub(super) microphone: bool,
    pub(super) camera: bool,
    pub(super) music: bool,
    pub(super) screen: bool,
    pub(super) layers: Vec<Layer>,
    pub(super) screen_layers: Vec<Layer>,
}

impl Published {
    fn drop(&mut self, source: Source) {
        match source {
            Source::Microphone => self.microphone = false,
            Source::Camera => {
                self.camera = false;
                self.layers.clear();
            }
            Source::Music => self.music = false,
            Source::Screen => {
                self.screen = false;
                self.screen_layers.clear();
            }
        }
    }
}

impl Room {
    pub(super) fn on_publish(
        &mut self,
        from: ParticipantId,
        mut published: Published,
        effects: &mut Effects,
    ) {
        for source in self.forbidden_of(from, &published) {
            published.drop(source);
            // Whatever their client thinks, the device rests.
            effects.send(from, ServerMessage::Stopped { source });
        }
        let Some(seat) = self.seat_mut(from) else { return };
        let Published { microphone, camera, music, screen, layers, screen_layers } = published;
        let before = (seat.shown.microphone, seat.shown.camera, seat.shown.music, seat.shown.screen);
        let seen = before != (microphone, camera, music, screen);
        if !seen && seat.layers == layers && seat.screen_layers == screen_layers {
            return;
        }
        seat.shown.microphone = microphone;
        seat.shown.camera = camera;
        seat.shown.music = music;
        seat.shown.screen = screen;
        seat.layers = layers;
        seat.screen_layers = screen_layers;
        if seen {
            self.tell_change(from, effects);
        }
        self.publish_to_media(from, effects);
    }

    /// What of it someone may not send at present.
    fn forbidden_of(&self, from: ParticipantId, published: &Published) -> Vec<Source> {
        let Some(seat) = self.seat(from) else { return Vec::new() };
        let on = [
            (published.microphone, Source::Microphone),
            (published.camera, Source::Camera),
            (published.music, Source::Music),
            (published.screen, Source::Screen),
        ];
        let forbidden = on.into_iter().filter(|(on, source)| *on && !self.may_send(seat, *source));
        forbidden.map(|(_, source)| source).collect()
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
