//! The workers of one process: who has which peer, and the way to each of them.
//!
//! Peers, not rooms, are placed, each where the fewest are: so one large room uses every core. A worker is
//! told of the peers that others have too, and finds by itself what it needs of them.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc as rings;
use std::thread::JoinHandle;

use incamera_media::{Command, Event, PeerId, Settings, WorkerIndex};
use tokio::sync::mpsc;

use crate::counters::Counters;
use crate::socket::Socket;
use crate::worker::{self, Mailbox, Neighbour, WorkerHandle};

/// Messages from worker to worker that may wait. What does not fit is dropped and counted: media is late by
/// then, and all else is said again within a second.
const RELAYS: usize = 4_096;

/// The way to all workers, and where each peer is.
pub(crate) struct Crew {
    workers: Vec<WorkerHandle>,
    homes: HashMap<PeerId, WorkerIndex>,
    loads: Vec<usize>,
}

impl Crew {
    pub(crate) fn new(workers: Vec<WorkerHandle>) -> Self {
        let loads = vec![0; workers.len()];
        Self { workers, homes: HashMap::new(), loads }
    }

    /// Tells whom it concerns; waits while a mailbox is full.
    pub(crate) async fn tell(&mut self, command: Command) {
        match &command {
            Command::Add { peer, group } => {
                let (peer, group) = (*peer, *group);
                let home = self.place(peer);
                for worker in self.all_but(home) {
                    self.workers[worker].tell(Command::AddElsewhere { peer, group, worker: home }).await;
                }
                self.workers[home].tell(command).await;
            }
            Command::Offer { peer, .. } | Command::Watch { peer, .. } => {
                if let Some(home) = self.homes.get(peer) {
                    self.workers[*home].tell(command).await;
                }
            }
            Command::Publish { .. } | Command::AddElsewhere { .. } | Command::Move { .. } => {
                self.tell_all(command).await;
            }
            Command::Remove { peer } => {
                self.forget(*peer);
                self.tell_all(command).await;
            }
        }
    }

    /// A peer that ended by itself is taken off the other workers' lists.
    pub(crate) async fn on_event(&mut self, event: &Event) {
        if let Event::Gone { peer } = event
            && let Some(home) = self.forget(*peer)
        {
            for worker in self.all_but(home) {
                self.workers[worker].tell(Command::Remove { peer: *peer }).await;
            }
        }
    }

    async fn tell_all(&self, command: Command) {
        for worker in &self.workers {
            worker.tell(command.clone()).await;
        }
    }

    fn all_but(&self, home: WorkerIndex) -> impl Iterator<Item = WorkerIndex> + use<> {
        (0..self.workers.len()).filter(move |worker| *worker != home)
    }

    /// Where the fewest peers are.
    fn place(&mut self, peer: PeerId) -> WorkerIndex {
        let home = (0..self.loads.len()).min_by_key(|worker| self.loads[*worker]).unwrap_or(0);
        self.loads[home] += 1;
        self.homes.insert(peer, home);
        home
    }

    fn forget(&mut self, peer: PeerId) -> Option<WorkerIndex> {
        let home = self.homes.remove(&peer)?;
        self.loads[home] -= 1;
        Some(home)
    }
}

/// Workers that run.
pub(crate) struct Running {
    pub(crate) crew: Crew,
    /// False once a thread has ended.
    pub(crate) alive: Vec<Arc<AtomicBool>>,
    pub(crate) threads: Vec<JoinHandle<()>>,
}

/// Starts a thread for each set of sockets. They end when the crew is dropped.
pub(crate) fn start(
    settings: &Settings,
    sockets: Vec<Vec<Socket>>,
    events: &mpsc::Sender<Event>,
    counters: &Arc<Counters>,
) -> io::Result<Running> {
    let workers = sockets.len();
    let mut mailboxes = Vec::with_capacity(workers);
    let mut neighbours = Vec::with_capacity(workers);
    for _ in 0..workers {
        let (ring, relays) = rings::sync_channel(RELAYS);
        let (mailbox, alarm) = Mailbox::new(relays)?;
        mailboxes.push(mailbox);
        neighbours.push(Neighbour { ring, alarm });
    }
    let mut running = Running { crew: Crew::new(Vec::new()), alive: Vec::new(), threads: Vec::new() };
    let mut handles = Vec::with_capacity(workers);
    for (worker, (sockets, mailbox)) in sockets.into_iter().zip(mailboxes).enumerate() {
        let settings = Settings { workers, worker, ..settings.clone() };
        let started = worker::start(
            settings,
            sockets,
            mailbox,
            neighbours.clone(),
            events.clone(),
            Arc::clone(counters),
        )?;
        handles.push(started.handle);
        running.alive.push(started.alive);
        running.threads.push(started.thread);
    }
    running.crew = Crew::new(handles);
    Ok(running)
}

/// Opens each address once for every worker: the system divides what comes in among them.
pub(crate) fn bind(
    addresses: &[SocketAddr],
    workers: usize,
) -> Result<Vec<Vec<Socket>>, (SocketAddr, io::Error)> {
    let mut sets: Vec<Vec<Socket>> = (0..workers).map(|_| Vec::new()).collect();
    for address in addresses {
        let mut bound = *address;
        for set in &mut sets {
            let socket = Socket::bind(bound, workers > 1).map_err(|cause| (*address, cause))?;
            // With port 0 the system chooses for the first, and the others take the same.
            bound = socket.local();
            set.push(socket);
        }
    }
    Ok(sets)
}

/// Whether every worker runs.
pub(crate) fn all_alive(alive: &[Arc<AtomicBool>]) -> bool {
    alive.iter().all(|one| one.load(Ordering::Relaxed))
}

#[cfg(test)]
impl Crew {
    /// The way to a worker that has ended.
    pub(crate) fn of_nobody() -> Self {
        Self::new(vec![WorkerHandle::to_nobody()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use incamera_media::GroupId;

    #[tokio::test]
    async fn peers_are_spread_and_those_who_leave_make_room() {
        let mut crew = Crew::new((0..3).map(|_| WorkerHandle::to_nobody()).collect());
        for peer in 0..9 {
            crew.tell(Command::Add { peer: PeerId(peer), group: GroupId(1) }).await;
        }
        assert_eq!(crew.loads, [3, 3, 3]);
        crew.tell(Command::Remove { peer: PeerId(1) }).await;
        crew.on_event(&Event::Gone { peer: PeerId(4) }).await;
        crew.on_event(&Event::Gone { peer: PeerId(4) }).await;
        assert_eq!(crew.loads, [3, 1, 3]);
        crew.tell(Command::Add { peer: PeerId(20), group: GroupId(1) }).await;
        assert_eq!(crew.loads, [3, 2, 3]);
        assert_eq!(crew.homes.len(), 8);
    }
}
