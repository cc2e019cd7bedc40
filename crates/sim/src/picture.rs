//! Synthetic pictures: what stands in front of a VP8 picture (RFC 7741) is real, the rest says whose
//! picture it is, so that a test can tell what came through.

/// A layer of a synthetic camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer {
    /// The rid.
    pub rid: &'static str,
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
    /// RTP packets for one picture.
    pub packets: usize,
}

/// The layers of every synthetic camera, smallest first.
pub(crate) const LAYERS: [Layer; 3] = [
    Layer { rid: "l", width: 320, height: 180, packets: 1 },
    Layer { rid: "m", width: 640, height: 360, packets: 2 },
    Layer { rid: "h", width: 1280, height: 720, packets: 5 },
];

/// What a packet says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The client that made it.
    pub client: u16,
    /// The layer of its picture; 0 for a voice.
    pub layer: u8,
    /// The number of the picture or voice packet.
    pub number: u32,
    /// Whether it belongs to a key frame.
    pub key: bool,
    /// The descriptor's picture id, where it has one.
    pub picture_id: Option<u16>,
}

/// Bytes behind the stamp, to make packets as large as real ones.
const FILL: usize = 900;

pub(crate) fn voice(stamp: Stamp) -> Vec<u8> {
    let mut payload = body(stamp);
    payload.resize(80, 0);
    payload
}

pub(crate) fn read_voice(payload: &[u8]) -> Option<Stamp> {
    read_body(payload, None)
}

/// One packet of a picture: the descriptor with picture id, TL0PICIDX and TID, then the picture's first
/// byte with its key frame bit, then the stamp.
pub(crate) fn packet(stamp: Stamp, index: usize) -> Vec<u8> {
    let id = stamp.picture_id.unwrap_or_default();
    let start = if index == 0 { 0x10 } else { 0 };
    let tl0 = stamp.number.to_be_bytes()[3];
    let mut payload = vec![0x80 | start, 0xe0, 0x80 | (id >> 8) as u8, (id & 0xff) as u8, tl0, 0];
    payload.push(u8::from(!stamp.key));
    payload.extend(body(stamp));
    payload.resize(FILL, 0);
    payload
}

pub(crate) fn read_packet(payload: &[u8]) -> Option<Stamp> {
    let id = u16::from_be_bytes([*payload.get(2)? & 0x7f, *payload.get(3)?]);
    read_body(payload.get(7..)?, Some(id))
}

fn body(stamp: Stamp) -> Vec<u8> {
    let mut body = stamp.client.to_be_bytes().to_vec();
    body.extend([stamp.layer, u8::from(stamp.key)]);
    body.extend(stamp.number.to_be_bytes());
    body
}

fn read_body(body: &[u8], picture_id: Option<u16>) -> Option<Stamp> {
    let &[client_high, client_low, layer, key, n0, n1, n2, n3] = body.first_chunk::<8>()?;
    Some(Stamp {
        client: u16::from_be_bytes([client_high, client_low]),
        layer,
        key: key == 1,
        number: u32::from_be_bytes([n0, n1, n2, n3]),
        picture_id,
    })
}
