//! The media port: UDP in batches, with the address that each datagram came to.

use std::io::{self, ErrorKind, IoSliceMut};
use std::net::{IpAddr, SocketAddr};

use mio::net::UdpSocket;
use quinn_udp::{BATCH_SIZE, RecvMeta, UdpSockRef, UdpSocketState};
use socket2::{Domain, Protocol, Socket as RawSocket, Type};

/// Enough for the burst of a key frame to everyone in a full room. The system may grant less.
const BUFFER_BYTES: usize = 4 * 1024 * 1024;

/// Room for one receive: with offload the system joins up to 64 datagrams of one sender.
const RECEIVE_BYTES: usize = 64 * 1500;

/// One bound UDP socket.
pub(crate) struct Socket {
    io: UdpSocket,
    state: UdpSocketState,
    local: SocketAddr,
    buffers: Box<[Vec<u8>]>,
}

impl Socket {
    pub(crate) fn bind(address: SocketAddr) -> io::Result<Self> {
        let raw = RawSocket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
        if address.is_ipv6() {
            // The port of the other family has a socket of its own.
            raw.set_only_v6(true)?;
        }
        raw.set_nonblocking(true)?;
        // Less than asked for is no reason not to start.
        _ = raw.set_recv_buffer_size(BUFFER_BYTES);
        _ = raw.set_send_buffer_size(BUFFER_BYTES);
        raw.bind(&address.into())?;
        let io = UdpSocket::from_std(raw.into());
        let state = UdpSocketState::new(UdpSockRef::from(&io))?;
        let local = io.local_addr()?;
        let buffers = (0..BATCH_SIZE).map(|_| vec![0; RECEIVE_BYTES]).collect();
        Ok(Self { io, state, local, buffers })
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
            let mut slices: Vec<_> = self.buffers.iter_mut().map(|buffer| IoSliceMut::new(buffer)).collect();
            self.state.recv(UdpSockRef::from(&self.io), &mut slices, &mut meta)
        };
        let count = match received {
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            // An earlier datagram could not be delivered, or the call was interrupted: no matter.
            Err(_) => return true,
        };
        for (meta, buffer) in meta.iter().zip(&self.buffers).take(count) {
            let local = SocketAddr::new(meta.dst_ip.unwrap_or(self.local.ip()), self.local.port());
            let received = buffer.get(..meta.len).unwrap_or_default();
            for datagram in received.chunks(meta.stride.max(1)) {
                each(meta.addr, local, datagram);
            }
        }
        true
    }

    /// Sends a datagram; false if the system had no room, and it was dropped. Media does not wait.
    pub(crate) fn send(&self, destination: SocketAddr, source: Option<IpAddr>, contents: &[u8]) -> bool {
        let transmit =
            quinn_udp::Transmit { destination, ecn: None, contents, segment_size: None, src_ip: source };
        self.state.try_send(UdpSockRef::from(&self.io), &transmit).is_ok()
    }
}
