//! Whether a participant is there, seen from two sides: the signalling socket and the media transport.
//!
//! Either may break while the other goes on, and nobody shall notice. Only when both are silent for long
//! is someone gone.

use std::time::{Duration, Instant};

use incamera_protocol::signal::Link;

/// A participant is removed after this long without socket and without transport.
pub const GONE_AFTER: Duration = Duration::from_secs(15);

/// The same after the page itself said good-bye, by closing or reloading: long enough for an old phone to
/// load the page again and take up its place.
pub const GOODBYE_AFTER: Duration = Duration::from_secs(5);

/// A participant whose media flows but whose socket does not come back is removed after this long: nobody
/// could speak to them, and they could not be asked to leave.
const SOCKETLESS_AT_MOST: Duration = Duration::from_secs(120);

/// Others are told "reconnecting" after this long.
const RECONNECTING_AFTER: Duration = Duration::from_secs(3);

/// A browser that sends no media checks its connection every 4 to 6 s (RFC 7675 section 5.1), so silence
/// alone says less about it.
const RECONNECTING_AFTER_IDLE: Duration = Duration::from_secs(7);

/// What is known of one participant's connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Presence {
    socket: Socket,
    transport: Transport,
}

#[derive(Debug, Clone, Copy)]
enum Socket {
    Open,
    Lost { since: Instant, goodbye: bool },
}

#[derive(Debug, Clone, Copy)]
enum Transport {
    /// None yet, or one that is being set up.
    Awaited {
        since: Instant,
    },
    Up,
    Quiet {
        since: Instant,
        expected: bool,
    },
    /// It ended; a new one may come.
    Ended {
        since: Instant,
    },
}

impl Presence {
    pub(crate) fn new(now: Instant) -> Self {
        Self { socket: Socket::Open, transport: Transport::Awaited { since: now } }
    }

    pub(crate) fn on_socket_lost(&mut self, now: Instant, goodbye: bool) {
        self.socket = Socket::Lost { since: now, goodbye };
    }

    pub(crate) fn on_socket_back(&mut self) {
        self.socket = Socket::Open;
    }

    pub(crate) fn on_transport_awaited(&mut self, now: Instant) {
        self.transport = Transport::Awaited { since: now };
    }

    pub(crate) fn on_transport_up(&mut self) {
        self.transport = Transport::Up;
    }

    /// A transport that is not up yet cannot fall quiet.
    pub(crate) fn on_transport_quiet(&mut self, since: Instant, expected: bool) {
        if matches!(self.transport, Transport::Up) {
            self.transport = Transport::Quiet { since, expected };
        }
    }

    pub(crate) fn on_transport_heard(&mut self) {
        if matches!(self.transport, Transport::Quiet { .. }) {
            self.transport = Transport::Up;
        }
    }

    pub(crate) fn on_transport_ended(&mut self, now: Instant) {
        self.transport = Transport::Ended { since: now };
    }

    /// What others see.
    pub(crate) fn link(&self, now: Instant) -> Link {
        if self.reconnecting_at().is_some_and(|at| at <= now) {
            return Link::Reconnecting;
        }
        match self.transport {
            Transport::Awaited { .. } => Link::Connecting,
            _ => Link::Connected,
        }
    }

    pub(crate) fn is_gone(&self, now: Instant) -> bool {
        self.gone_at().is_some_and(|at| at <= now)
    }

    /// When to look again, if nothing happens before.
    pub(crate) fn next_change(&self, now: Instant) -> Option<Instant> {
        [self.reconnecting_at(), self.gone_at()].into_iter().flatten().filter(|at| *at > now).min()
    }

    fn reconnecting_at(&self) -> Option<Instant> {
        match (self.socket, self.transport) {
            (_, Transport::Up) | (Socket::Open, Transport::Awaited { .. }) => None,
            (_, Transport::Quiet { since, expected: true }) => Some(since + RECONNECTING_AFTER),
            (Socket::Open, Transport::Quiet { since, .. }) => Some(since + RECONNECTING_AFTER_IDLE),
            (Socket::Open, Transport::Ended { since }) => Some(since + RECONNECTING_AFTER),
            (
                Socket::Lost { since, .. },
                Transport::Quiet { since: quiet, .. }
                | Transport::Ended { since: quiet }
                | Transport::Awaited { since: quiet },
            ) => Some(since.max(quiet) + RECONNECTING_AFTER),
        }
    }

    fn gone_at(&self) -> Option<Instant> {
        let Socket::Lost { since: socket, goodbye } = self.socket else { return None };
        let after = if goodbye { GOODBYE_AFTER } else { GONE_AFTER };
        match self.transport {
            // Its peer connection goes with the page, whatever came from it last.
            Transport::Up if goodbye => Some(socket + GOODBYE_AFTER),
            Transport::Up => Some(socket + SOCKETLESS_AT_MOST),
            Transport::Awaited { since } | Transport::Quiet { since, .. } | Transport::Ended { since } => {
                Some(socket.max(since) + after)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(number: f32) -> Duration {
        Duration::from_secs_f32(number)
    }

    #[test]
    fn a_broken_socket_alone_is_not_seen() {
        let start = Instant::now();
        let mut presence = Presence::new(start);
        assert_eq!(presence.link(start), Link::Connecting);
        presence.on_transport_up();
        presence.on_socket_lost(start, false);
        assert_eq!(presence.link(start + seconds(60.0)), Link::Connected);
        assert!(!presence.is_gone(start + seconds(60.0)));
    }

    #[test]
    fn nobody_stays_for_ever_without_a_socket() {
        let start = Instant::now();
        let mut presence = Presence::new(start);
        presence.on_transport_up();
        presence.on_socket_lost(start, false);
        assert!(!presence.is_gone(start + seconds(119.0)));
        assert!(presence.is_gone(start + SOCKETLESS_AT_MOST));
        presence.on_socket_back();
        assert!(!presence.is_gone(start + SOCKETLESS_AT_MOST));
        presence.on_socket_lost(start, true);
        assert!(presence.is_gone(start + GOODBYE_AFTER), "a page that went takes its transport along");
    }

    #[test]
    fn who_vanishes_is_reconnecting_after_three_seconds_and_gone_after_fifteen() {
        let start = Instant::now();
        let mut presence = Presence::new(start);
        presence.on_transport_up();
        presence.on_socket_lost(start, false);
        presence.on_transport_quiet(start, false);
        assert_eq!(presence.link(start + seconds(2.9)), Link::Connected);
        assert_eq!(presence.link(start + seconds(3.0)), Link::Reconnecting);
        assert!(!presence.is_gone(start + seconds(14.9)));
        assert!(presence.is_gone(start + seconds(15.0)));
        assert_eq!(presence.next_change(start + seconds(3.0)), Some(start + GONE_AFTER));
    }

    #[test]
    fn nobody_with_an_open_socket_is_removed() {
        let start = Instant::now();
        let mut presence = Presence::new(start);
        presence.on_transport_up();
        presence.on_transport_quiet(start, true);
        assert_eq!(presence.link(start + seconds(3.0)), Link::Reconnecting);
        assert!(!presence.is_gone(start + seconds(600.0)));
        presence.on_transport_heard();
        assert_eq!(presence.link(start + seconds(600.0)), Link::Connected);
    }

    #[test]
    fn one_who_sends_nothing_is_given_time() {
        let start = Instant::now();
        let mut presence = Presence::new(start);
        presence.on_transport_up();
        presence.on_transport_quiet(start, false);
        assert_eq!(presence.link(start + seconds(6.0)), Link::Connected);
        assert_eq!(presence.link(start + seconds(7.0)), Link::Reconnecting);
    }
}
