//! The media port: UDP in batches, with the address that each datagram came to.

use std::io::{self, ErrorKind, IoSliceMut};
use std::net::SocketAddr;

use mio::net::UdpSocket;
use quinn_udp::{BATCH_SIZE, RecvMeta, UdpSockRef, UdpSocketState};
use socket2::{Domain, Protocol, Socket as RawSocket, Type};

use crate::batch::Run;

/// Enough for the burst of a key frame to everyone in a full room. The system may grant less.
const BUFFER_BYTES: usize = 4 * 1024 * 1024;

/// Room for one receive: with offload the system joins up to 64 datagrams of one sender.
const RECEIVE_BYTES: usize = 64 * 1500;

/// Unix has this; elsewhere there is one worker.
#[cfg(unix)]
fn share(raw: &RawSocket) -> io::Result<()> {
    raw.set_reuse_port(true)
}

#[cfg(not(unix))]
fn share(_raw: &RawSocket) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// One bound UDP socket.
pub(crate) struct Socket {
    io: UdpSocket,
    state: UdpSocketState,
    local: SocketAddr,
    buffers: Box<[Vec<u8>; BATCH_SIZE]>,
    /// The most datagrams that the system takes at once; 1 where it has shown that it cannot split them.
    most: usize,
}

impl Socket {
    /// `shared` lets other sockets have the same address; the system divides among them what comes in.
    pub(crate) fn bind(address: SocketAddr, shared: bool) -> io::Result<Self> {
        let raw = RawSocket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
        if address.is_ipv6() {
            // The port of the other family has a socket of its own.
            raw.set_only_v6(true)?;
        }
        if shared {
            share(&raw)?;
        }
        raw.set_nonblocking(true)?;
        // Less than asked for is no reason not to start.
        _ = raw.set_recv_buffer_size(BUFFER_BYTES);
        _ = raw.set_send_buffer_size(BUFFER_BYTES);
        raw.bind(&address.into())?;
        let io = UdpSocket::from_std(raw.into());
        let state = UdpSocketState::new(UdpSockRef::from(&io))?;
        let local = io.local_addr()?;
        let buffers = Box::new(std::array::from_fn(|_| vec![0; RECEIVE_BYTES]));
        let most = state.max_gso_segments();
        Ok(Self { io, state, local, buffers, most })
    }

    pub(crate) fn local(&self) -> SocketAddr {
        self.local
    }

    pub(crate) fn io(&mut self) -> &mut UdpSocket {
        &mut self.io
    }

    /// Hands over a batch of datagrams with their source and our address; false when there are no more.
    pub(crate) fn receive(&mut self, mut each: impl FnMut(SocketAddr, SocketAddr, &[u8])) -> bool {
        let mut meta = [RecvMeta::default(); BATCH_SIZE];
        let received = {
            let mut slices = self.buffers.each_mut().map(|buffer| IoSliceMut::new(buffer));
            self.state.recv(UdpSockRef::from(&self.io), &mut slices, &mut meta)
        };
        let count = match received {
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            // An earlier datagram could not be delivered, or the call was interrupted: no matter.
            Err(_) => return true,
        };
        for (meta, buffer) in meta.iter().zip(self.buffers.iter()).take(count) {
            let local = SocketAddr::new(meta.dst_ip.unwrap_or(self.local.ip()), self.local.port());
            let received = buffer.get(..meta.len).unwrap_or_default();
            for datagram in received.chunks(meta.stride.max(1)) {
                each(meta.addr, local, datagram);
            }
        }
        true
    }

    /// The most datagrams that may be joined in a run.
    pub(crate) fn most(&self) -> usize {
        self.most
    }

    /// Sends a run, and tells how many datagrams went out. The others are dropped: media does not wait for a
    /// system that has no room.
    pub(crate) fn send(&mut self, run: &Run<'_>) -> usize {
        match self.try_send(run, run.contents, run.segment) {
            Ok(()) => return run.datagrams(),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return 0,
            Err(_) => {}
        }
        let Some(segment) = run.segment else { return 0 };
        let alone = |contents: &&[u8]| self.try_send(run, contents, None).is_ok();
        let sent = run.contents.chunks(segment).filter(alone).count();
        // Where each of them passes alone, it is joining that the system or the network card refuses. Any
        // other error says something of the destination, and nothing of what others may have.
        if sent == run.datagrams() && self.most > 1 {
            tracing::info!("the system does not split datagrams; they are sent one by one");
            self.most = 1;
        }
        sent
    }

    fn try_send(&self, run: &Run<'_>, contents: &[u8], segment_size: Option<usize>) -> io::Result<()> {
        let (destination, src_ip) = (run.destination, run.source);
        let transmit = quinn_udp::Transmit { destination, ecn: None, contents, segment_size, src_ip };
        self.state.try_send(UdpSockRef::from(&self.io), &transmit)
    }
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket as Receiver;
    use std::time::Duration;

    use super::*;

    fn socket() -> Socket {
        Socket::bind("127.0.0.1:0".parse().expect("an address"), false).expect("a port")
    }

    fn receiver() -> Receiver {
        let receiver = Receiver::bind("127.0.0.1:0").expect("a port");
        receiver.set_read_timeout(Some(Duration::from_secs(1))).expect("set");
        receiver
    }

    /// Bytes in which each datagram of a length has its own number.
    fn numbered(length: usize, count: u8) -> Vec<u8> {
        (0..count).flat_map(|number| vec![number; length]).collect()
    }

    fn run_to<'a>(receiver: &Receiver, contents: &'a [u8], segment: usize) -> Run<'a> {
        let destination = receiver.local_addr().expect("an address");
        Run { destination, source: None, contents, segment: Some(segment) }
    }

    fn received(receiver: &Receiver, count: usize) -> Vec<(u8, usize)> {
        let mut buffer = [0; 2048];
        let mut one = || receiver.recv(&mut buffer).map(|length| (buffer[0], length));
        (0..count).map(|_| one().expect("a datagram within a second")).collect()
    }

    #[test]
    fn a_run_arrives_as_the_datagrams_it_was_made_of() {
        let (mut socket, receiver) = (socket(), receiver());
        let contents = &numbered(100, 5)[..450];
        assert_eq!(socket.send(&run_to(&receiver, contents, 100)), 5);
        assert_eq!(received(&receiver, 5), [(0, 100), (1, 100), (2, 100), (3, 100), (4, 50)]);
    }

    /// More than the system splits at once stands for a system that does not split at all.
    #[test]
    fn what_is_refused_together_is_sent_one_by_one() {
        let (mut socket, receiver) = (socket(), receiver());
        let contents = numbered(10, 200);
        assert_eq!(socket.send(&run_to(&receiver, &contents, 10)), 200);
        let all: Vec<_> = (0..200).map(|number| (number, 10)).collect();
        assert_eq!(received(&receiver, 200), all);
        assert_eq!(socket.most(), 1, "and nothing is joined any more");
    }

    /// One who is reached by nothing does not take the advantage from all others.
    #[test]
    fn a_destination_that_cannot_be_reached_changes_nothing_for_others() {
        let mut socket = socket();
        let most = socket.most();
        let contents = numbered(100, 5);
        let nowhere = "127.0.0.1:0".parse().expect("an address");
        let run = Run { destination: nowhere, source: None, contents: &contents, segment: Some(100) };
        assert_eq!(socket.send(&run), 0);
        assert_eq!(socket.send(&Run { segment: None, ..run }), 0);
        assert!(most > 1, "this system splits datagrams");
        assert_eq!(socket.most(), most);
    }
}
