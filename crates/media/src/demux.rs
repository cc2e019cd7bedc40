//! Finds the peer that a datagram is for: by its source address, by the ufrag for the first packet of an
//! address and after an ICE restart, and by the stream for media from an address that is new.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;

use crate::stun;
use crate::vocabulary::PeerId;

/// Addresses kept for one peer. A browser checks from each of its interfaces; beyond this the oldest is
/// forgotten and found again by its next STUN request.
const MAX_ADDRESSES: usize = 12;

/// Ufrags kept for one peer: the present one, and the one before an ICE restart while checks for it may
/// still be under way.
const MAX_UFRAGS: usize = 2;

/// Which peer a datagram is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// The address is known to belong to this peer.
    Known(PeerId),
    /// A STUN request names this peer, from an address that is not yet its own. Only when the engine has
    /// checked the request may the address be learned.
    Claims(PeerId),
    /// Media of a stream of this peer's, from an address that is not its own: its router may have given it
    /// another, or someone else writes the number of the stream into rubbish.
    Resembles(PeerId),
}

/// Source addresses and ufrags of all peers.
#[derive(Default)]
pub(crate) struct Demux {
    by_source: HashMap<SocketAddr, PeerId>,
    by_ufrag: HashMap<String, PeerId>,
    by_stream: HashMap<u32, PeerId>,
    // Invariant: every entry of the three maps above stands in its peer's list here, and the other way
    // round. Only the methods of this type touch any of them.
    of_peer: HashMap<PeerId, Names>,
}

#[derive(Default)]
struct Names {
    sources: VecDeque<SocketAddr>,
    ufrags: VecDeque<String>,
    streams: Vec<u32>,
}

impl Demux {
    /// `stream` is the SSRC, for media.
    pub(crate) fn find(&self, source: SocketAddr, datagram: &[u8], stream: Option<u32>) -> Option<Found> {
        let known = self.by_source.get(&source).copied();
        // A STUN request is looked at even from a known address: a browser that opens a new connection may
        // be given the port of the one before.
        let claimed = stun::receiver_ufrag(datagram).and_then(|ufrag| self.by_ufrag.get(ufrag)).copied();
        match (known, claimed) {
            (Some(known), Some(claimed)) if known != claimed => Some(Found::Claims(claimed)),
            (Some(known), _) => Some(Found::Known(known)),
            (None, Some(claimed)) => Some(Found::Claims(claimed)),
            (None, None) => self.by_stream.get(&stream?).copied().map(Found::Resembles),
        }
    }

    /// Whether a datagram is a STUN request for someone who is not known here.
    pub(crate) fn is_stray(&self, datagram: &[u8]) -> bool {
        stun::receiver_ufrag(datagram).is_some_and(|ufrag| !self.by_ufrag.contains_key(ufrag))
    }

    /// How many addresses and ufrags are known.
    pub(crate) fn names(&self) -> usize {
        self.by_source.len() + self.by_ufrag.len() + self.of_peer.len()
    }

    pub(crate) fn learn_ufrag(&mut self, peer: PeerId, ufrag: &str) {
        let names = self.of_peer.entry(peer).or_default();
        if names.ufrags.iter().any(|known| known == ufrag) {
            return;
        }
        names.ufrags.push_back(ufrag.to_owned());
        self.by_ufrag.insert(ufrag.to_owned(), peer);
        if names.ufrags.len() > MAX_UFRAGS
            && let Some(oldest) = names.ufrags.pop_front()
        {
            self.by_ufrag.remove(&oldest);
        }
    }

    pub(crate) fn learn_source(&mut self, peer: PeerId, source: SocketAddr) {
        if let Some(before) = self.by_source.insert(source, peer)
            && let Some(names) = self.of_peer.get_mut(&before)
        {
            names.sources.retain(|known| *known != source);
        }
        let names = self.of_peer.entry(peer).or_default();
        names.sources.push_back(source);
        if names.sources.len() > MAX_ADDRESSES
            && let Some(oldest) = names.sources.pop_front()
        {
            self.by_source.remove(&oldest);
        }
    }

    /// Notes a stream that has been proven to be this peer's. How many one peer may have is the peer's
    /// question; a number that two of them chose stays with the first.
    pub(crate) fn learn_stream(&mut self, peer: PeerId, stream: u32) {
        if let Entry::Vacant(vacant) = self.by_stream.entry(stream) {
            vacant.insert(peer);
            self.of_peer.entry(peer).or_default().streams.push(stream);
        }
    }

    pub(crate) fn forget(&mut self, peer: PeerId) {
        let Some(names) = self.of_peer.remove(&peer) else { return };
        for source in names.sources {
            self.by_source.remove(&source);
        }
        for ufrag in names.ufrags {
            self.by_ufrag.remove(&ufrag);
        }
        for stream in names.streams {
            self.by_stream.remove(&stream);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    #[test]
    fn an_address_belongs_to_its_last_peer_only() {
        let mut demux = Demux::default();
        demux.learn_source(PeerId(1), address(1));
        demux.learn_source(PeerId(2), address(1));
        assert_eq!(demux.find(address(1), &[0x80], None), Some(Found::Known(PeerId(2))));
        demux.forget(PeerId(1));
        assert_eq!(demux.find(address(1), &[0x80], None), Some(Found::Known(PeerId(2))));
        demux.forget(PeerId(2));
        assert_eq!(demux.find(address(1), &[0x80], None), None);
        assert!(demux.by_source.is_empty() && demux.of_peer.is_empty());
    }

    #[test]
    fn a_stream_belongs_to_its_first_peer_until_that_is_forgotten() {
        let mut demux = Demux::default();
        demux.learn_stream(PeerId(1), 7);
        demux.learn_stream(PeerId(2), 7);
        assert_eq!(demux.find(address(1), &[0x80], Some(7)), Some(Found::Resembles(PeerId(1))));
        demux.learn_source(PeerId(2), address(1));
        assert_eq!(demux.find(address(1), &[0x80], Some(7)), Some(Found::Known(PeerId(2))));
        demux.forget(PeerId(1));
        assert_eq!(demux.find(address(2), &[0x80], Some(7)), None);
        assert!(demux.by_stream.is_empty());
    }

    #[test]
    fn names_are_bounded_and_the_oldest_goes_first() {
        let mut demux = Demux::default();
        for port in 0..100 {
            demux.learn_source(PeerId(1), address(port));
            demux.learn_ufrag(PeerId(1), &port.to_string());
        }
        assert_eq!(demux.by_source.len(), MAX_ADDRESSES);
        assert_eq!(demux.by_ufrag.len(), MAX_UFRAGS);
        assert_eq!(demux.find(address(0), &[0x80], None), None);
        assert_eq!(demux.find(address(99), &[0x80], None), Some(Found::Known(PeerId(1))));
    }
}
