//! The workers of one server, all in one thread: to the rest of the world they look like a single `Sfu`.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use incamera_media::{Census, Command, Counts, Datagram, Event, PeerId, Settings, Sfu, Transmit};

/// One `Sfu` for each worker. Messages between them arrive at once.
pub(crate) struct Workers {
    all: Vec<Sfu>,
    homes: HashMap<PeerId, usize>,
}

impl Workers {
    pub(crate) fn new(settings: &Settings, count: usize) -> Self {
        let one = |worker| Sfu::new(Settings { workers: count, worker, ..settings.clone() });
        Self { all: (0..count).map(one).collect(), homes: HashMap::new() }
    }

    /// The system gives a datagram to one of the sockets of a port, by its source address: not always to the
    /// worker that it is for.
    pub(crate) fn handle_datagram(&mut self, now: Instant, datagram: Datagram<'_>) {
        let count = self.all.len();
        self.all[chosen_by_the_system(datagram.source, count)].handle_datagram(now, datagram);
        self.carry(now);
    }

    /// Peers take their places in turn.
    pub(crate) fn handle_command(&mut self, now: Instant, command: Command) {
        match &command {
            Command::Add { peer, group } => {
                let (peer, group) = (*peer, *group);
                let home = self.homes.len() % self.all.len();
                self.homes.insert(peer, home);
                for (_, sfu) in self.all.iter_mut().enumerate().filter(|(index, _)| *index != home) {
                    sfu.handle_command(now, Command::AddElsewhere { peer, group, worker: home });
                }
                self.all[home].handle_command(now, command);
            }
            Command::Offer { peer, .. } | Command::Watch { peer, .. } => {
                let home = self.homes.get(peer).copied().unwrap_or(0);
                self.all[home].handle_command(now, command);
            }
            Command::Publish { .. }
            | Command::Remove { .. }
            | Command::AddElsewhere { .. }
            | Command::Move { .. } => {
                self.all.iter_mut().for_each(|sfu| sfu.handle_command(now, command.clone()));
            }
        }
        self.carry(now);
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        for sfu in &mut self.all {
            if sfu.poll_timeout().is_some_and(|at| at <= now) {
                sfu.handle_timeout(now);
            }
        }
        self.carry(now);
    }

    pub(crate) fn poll_transmit(&mut self) -> Option<Transmit> {
        self.all.iter_mut().find_map(Sfu::poll_transmit)
    }

    /// A peer that ended by itself is told to the workers that only know of it.
    pub(crate) fn poll_event(&mut self, now: Instant) -> Option<Event> {
        let event = self.all.iter_mut().find_map(Sfu::poll_event)?;
        if let Event::Gone { peer } = event {
            self.all.iter_mut().for_each(|sfu| sfu.handle_command(now, Command::Remove { peer }));
        }
        Some(event)
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.all.iter().filter_map(Sfu::poll_timeout).min()
    }

    pub(crate) fn estimate_bps(&self, peer: PeerId) -> Option<u64> {
        self.all.iter().find_map(|sfu| sfu.estimate_bps(peer))
    }

    pub(crate) fn census(&self) -> Census {
        self.all.iter().map(Sfu::census).fold(Census::default(), std::ops::Add::add)
    }

    pub(crate) fn counts(&self) -> Counts {
        self.all.iter().map(Sfu::counts).fold(Counts::default(), |sum, one| Counts {
            unknown: sum.unknown + one.unknown,
            unreadable: sum.unreadable + one.unreadable,
            excess: sum.excess + one.excess,
            forwarded: sum.forwarded + one.forwarded,
            panicked: sum.panicked + one.panicked,
        })
    }

    /// Carries what the workers say to each other, until they say nothing more.
    fn carry(&mut self, now: Instant) {
        loop {
            let mut said = false;
            for from in 0..self.all.len() {
                while let Some((to, relay)) = self.all[from].poll_relay() {
                    said = true;
                    self.all[to].handle_relay(now, from, relay);
                }
            }
            if !said {
                return;
            }
        }
    }
}

fn chosen_by_the_system(source: SocketAddr, count: usize) -> usize {
    let address = match source.ip() {
        IpAddr::V4(address) => u32::from(address) as usize,
        IpAddr::V6(address) => (u128::from(address) & 0xffff) as usize,
    };
    (address / 3 + usize::from(source.port())) % count
}
