//! The way of a packet from one peer to the others.

use std::time::{Duration, Instant};

use super::Sfu;
use crate::fanout::Subscription;
use crate::layer::Verdict;
use crate::packet::MediaPacket;
use crate::rewrite::Rewritten;
use crate::slots::Slot;
use crate::vocabulary::{GroupId, Kind, PeerId};

/// How often something of a screen goes that is on its way.
const RELEASE_EVERY: Duration = Duration::from_millis(20);

impl Sfu {
    /// Takes note of a packet, and sends it on when its picture is whole.
    pub(super) fn take_in(&mut self, packet: MediaPacket, now: Instant) {
        let track = packet.track;
        let Some(sender) = self.members.get_mut(&track.peer) else { return };
        sender.link.on_media(now);
        let Some(source) = self.sources.get_mut(&track.peer) else { return };
        let Some(layers) = source.published.get_mut(&track.kind) else { return };
        layers.note_packet(packet.layer, packet.payload.len(), now);
        let group = source.group;
        if let Some(level) = packet.audio_level
            && track.kind == Kind::Voice
        {
            self.note_level(group, track.peer, level, now);
        }
        if let Some(packets) = self.frames.push(packet, now) {
            self.send_on(packets, now);
        }
    }

    /// Sends packets of one of our peers to everyone, here and elsewhere.
    pub(super) fn send_on(&mut self, mut packets: Vec<MediaPacket>, now: Instant) {
        let track = packets.first().map(|packet| packet.track);
        if let Some(track) = track.filter(|track| !track.kind.is_audio())
            && let Some(layers) =
                self.sources.get_mut(&track.peer).and_then(|source| source.published.get_mut(&track.kind))
        {
            layers.note_sent_on(&mut packets, now);
        }
        self.relay(&packets);
        self.forward(packets, now);
    }

    /// Sends packets of one picture, or one of sound, to everyone here who has a slot for them: viewer by viewer,
    /// so that what goes to one goes together.
    pub(super) fn forward(&mut self, packets: Vec<MediaPacket>, now: Instant) {
        let Some(track) = packets.first().map(|packet| packet.track) else { return };
        let mut subscriptions = self.fanout.take(track);
        let starts = packets.iter().any(MediaPacket::starts_keyframe);
        for subscription in &subscriptions {
            if starts && self.is_empty(*subscription) {
                self.tend_viewer(subscription.viewer, now);
            }
            if track.kind == Kind::Screen {
                self.pace(*subscription, &packets, now);
            } else {
                self.deliver(*subscription, &packets, now);
            }
        }
        // A viewer that a bug has just ended is not put back.
        subscriptions.retain(|subscription| self.members.contains_key(&subscription.viewer));
        self.fanout.put_back(track, subscriptions);
        self.frames.give_back(packets);
    }

    /// Whether a slot shows nothing yet and waits for nothing: it takes the first key frame that comes.
    fn is_empty(&self, subscription: Subscription) -> bool {
        let slots = self.members.get(&subscription.viewer).map(|member| &member.slots);
        slots
            .and_then(|slots| slots.get(subscription.slot))
            .is_some_and(|slot| slot.aim == Default::default())
    }

    fn deliver(&mut self, subscription: Subscription, packets: &[MediaPacket], now: Instant) {
        let sent = self.with_member(subscription.viewer, |member, drained| {
            if !member.peer.is_connected() {
                return 0;
            }
            let Some(slot) = member.slots.get_mut(subscription.slot) else { return 0 };
            let Slot { mid, selector, rewriter, .. } = slot;
            let mut numbered = packets
                .iter()
                .filter_map(|packet| {
                    if !packet.track.kind.is_audio() {
                        match selector.admit(packet) {
                            Verdict::Drop => return None,
                            Verdict::Switch => rewriter.switch(),
                            Verdict::Forward => {}
                        }
                    }
                    Some((packet, numbers(rewriter, packet, now)?))
                })
                .peekable();
            // Most layers are not for this viewer: the engine is not woken for nothing.
            if numbered.peek().is_none() {
                return 0;
            }
            member.peer.send(mid, numbered, now, drained)
        });
        self.counts.forwarded += sent.unwrap_or(0);
    }

    /// Puts what a viewer is to see of a screen on its way, and sends what of it is due.
    fn pace(&mut self, subscription: Subscription, packets: &[MediaPacket], now: Instant) {
        let waits = self.with_member(subscription.viewer, |member, _| {
            let slot = member.slots.get_mut(subscription.slot).filter(|_| member.peer.is_connected())?;
            queue(slot, packets, member.screen_bps);
            Some(!slot.paced.is_empty())
        });
        if waits.flatten() == Some(true) {
            self.release(subscription, now);
        }
    }

    /// Sends what is due of the screens that are on their way.
    pub(super) fn release_due(&mut self, now: Instant) {
        self.next_release = None;
        for subscription in std::mem::take(&mut self.on_their_way) {
            self.release(subscription, now);
        }
    }

    /// Sends what is due of one screen, and sees to the rest.
    fn release(&mut self, subscription: Subscription, now: Instant) {
        let done = self.with_member(subscription.viewer, |member, drained| {
            let slot = member.slots.get_mut(subscription.slot)?;
            let Slot { mid, rewriter, paced, track, .. } = slot;
            let due: Vec<_> = std::iter::from_fn(|| paced.pop(member.screen_bps, now)).collect();
            let waits = !paced.is_empty();
            let numbered = due.iter().filter(|waiting| Some(waiting.packet.track) == *track);
            let numbered = numbered.filter_map(|waiting| {
                if waiting.switches {
                    rewriter.switch();
                }
                Some((&waiting.packet, numbers(rewriter, &waiting.packet, now)?))
            });
            let sent = if due.is_empty() { 0 } else { member.peer.send(mid, numbered, now, drained) };
            Some((sent, waits))
        });
        let Some((sent, waits)) = done.flatten() else { return };
        self.counts.forwarded += sent;
        if waits {
            self.next_release.get_or_insert(now + RELEASE_EVERY);
            if !self.on_their_way.contains(&subscription) {
                self.on_their_way.push(subscription);
            }
        }
    }

    pub(super) fn note_level(&mut self, group_id: GroupId, peer: PeerId, level: u8, now: Instant) {
        let Some(group) = self.groups.get_mut(&group_id) else { return };
        if group.speakers.on_level(peer, level, now) {
            self.assign_group(group_id);
        }
    }
}

/// Puts what a viewer is to see of a screen on its way; what the network does not keep up with is left out picture by
/// picture.
fn queue(slot: &mut Slot, packets: &[MediaPacket], rate_bps: Option<u64>) {
    for packet in packets {
        let wanted = slot.selector.judge(packet) != Verdict::Drop;
        if wanted && !slot.paced.admits(packet.time, rate_bps) {
            slot.selector.let_go();
            continue;
        }
        match slot.selector.admit(packet) {
            Verdict::Drop => {}
            verdict => slot.paced.push(packet.share(), verdict == Verdict::Switch),
        }
    }
}

fn numbers(rewriter: &mut crate::rewrite::Rewriter, packet: &MediaPacket, now: Instant) -> Option<Rewritten> {
    rewriter.rewrite(now, packet.sequence, packet.time, packet.picture.as_ref())
}
