//! The least that forwarding can cost on a machine: for each receiver copy a frame's packets, write another
//! SSRC and sequence number, seal with that receiver's key, and hand them to the system. No choice of
//! layers, no feedback, no history.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use anyhow::{Context, Result};
use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use quinn_udp::{Transmit, UdpSockRef, UdpSocketState};
use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;

const HEADER_BYTES: usize = 12;
const TAG_BYTES: usize = 16;

/// What is sent, and how.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shape {
    /// How many receive each frame.
    pub receivers: usize,
    /// RTP packets of a frame.
    pub packets: usize,
    /// Bytes of each datagram: header, payload and tag.
    pub datagram_bytes: usize,
    /// Whether a frame goes to the system in one call for each receiver.
    pub gso: bool,
    /// Whether receivers take datagrams joined. The system then never has to cut them apart, which a
    /// sender on loopback pays for and a sender on a network does not pay in this way.
    pub gro: bool,
    /// Keys of 256 bits instead of 128.
    pub aes256: bool,
}

/// Time on the processor for each packet.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Floor {
    /// In the best frame, in microseconds.
    pub least_us: f64,
    /// In the median frame.
    pub median_us: f64,
}

struct Receiver {
    key: LessSafeKey,
    salt: [u8; NONCE_LEN],
    ssrc: u32,
    sequence: u16,
    address: SocketAddr,
    socket: UdpSocket,
}

/// Sends frames for so long, as fast as it can.
pub fn measure(shape: Shape, time: Duration) -> Result<Floor> {
    let mut receivers = (0..shape.receivers).map(|n| Receiver::new(n, shape)).collect::<Result<Vec<_>>>()?;
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.set_nonblocking(true)?;
    let state = UdpSocketState::new(UdpSockRef::from(&socket))?;
    let frame = vec![vec![0x5a; shape.datagram_bytes]; shape.packets];
    let mut out = vec![0; shape.packets * shape.datagram_bytes];
    let mut spent = Vec::new();
    let mut drain = vec![0; 65_536];
    let begun = std::time::Instant::now();
    while begun.elapsed() < time || spent.len() < 3 {
        let before = thread_time();
        for receiver in &mut receivers {
            for (packet, place) in frame.iter().zip(out.chunks_exact_mut(shape.datagram_bytes)) {
                place.copy_from_slice(packet);
                receiver.seal(place)?;
            }
            send(&socket, &state, &out, receiver.address, shape).context("loopback takes datagrams")?;
        }
        spent.push(thread_time() - before);
        for receiver in &receivers {
            while receiver.socket.recv(&mut drain).is_ok() {}
        }
    }
    spent.sort();
    let for_each = |time: Duration| time.as_secs_f64() * 1e6 / (shape.receivers * shape.packets) as f64;
    Ok(Floor { least_us: for_each(spent[0]), median_us: for_each(spent[spent.len() / 2]) })
}

fn send(
    socket: &UdpSocket,
    state: &UdpSocketState,
    frame: &[u8],
    destination: SocketAddr,
    shape: Shape,
) -> io::Result<()> {
    let size = shape.datagram_bytes;
    let together = if shape.gso { size * state.max_gso_segments() } else { size };
    for contents in frame.chunks(together) {
        let segment_size = shape.gso.then_some(size);
        let transmit = Transmit { destination, ecn: None, contents, segment_size, src_ip: None };
        state.try_send(UdpSockRef::from(socket), &transmit)?;
    }
    Ok(())
}

impl Receiver {
    fn new(number: usize, shape: Shape) -> Result<Self> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.set_nonblocking(true)?;
        if shape.gro {
            // Joining is switched on by the making of a state, and stays on.
            UdpSocketState::new(UdpSockRef::from(&socket))?;
        }
        let algorithm = if shape.aes256 { &AES_256_GCM } else { &AES_128_GCM };
        let mut key = vec![0; algorithm.key_len()];
        aws_lc_rs::rand::fill(&mut key).ok().context("the system has random bytes")?;
        let key = UnboundKey::new(algorithm, &key).ok().context("a key of the right length")?;
        let mut salt = [0; NONCE_LEN];
        aws_lc_rs::rand::fill(&mut salt).ok().context("the system has random bytes")?;
        let (address, ssrc) = (socket.local_addr()?, 1000 + u32::try_from(number)?);
        Ok(Self { key: LessSafeKey::new(key), salt, ssrc, sequence: 0, address, socket })
    }

    /// Makes the packet this receiver's own, and protects it as RFC 7714 has it.
    fn seal(&mut self, datagram: &mut [u8]) -> Result<()> {
        let (ssrc, sequence) = (self.ssrc.to_be_bytes(), self.sequence.to_be_bytes());
        datagram[..2].copy_from_slice(&[0x80, 96]);
        datagram[2..4].copy_from_slice(&sequence);
        datagram[8..12].copy_from_slice(&ssrc);
        let mut nonce = self.salt;
        nonce[2..6].iter_mut().zip(ssrc).for_each(|(byte, with)| *byte ^= with);
        nonce[10..].iter_mut().zip(sequence).for_each(|(byte, with)| *byte ^= with);
        let (header, body) = datagram.split_at_mut(HEADER_BYTES);
        let (body, place) = body.split_at_mut(body.len() - TAG_BYTES);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self.key.seal_in_place_separate_tag(nonce, Aad::from(&*header), body);
        place.copy_from_slice(tag.ok().context("a packet can be sealed")?.as_ref());
        self.sequence = self.sequence.wrapping_add(1);
        Ok(())
    }
}

/// Time that this thread has had on the processor.
pub fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).expect("time on the processor is never negative")
}
