//! Synthetic packets: what stands in front of a VP8 picture (RFC 7741) is real, the rest says whose packet
//! it is and which, so that a test can tell what came through.

/// What a packet says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The client that made it.
    pub client: u16,
    /// The layer of its picture; 0 for a voice.
    pub layer: u8,
    /// The number of the picture or voice packet in its layer.
    pub number: u32,
    /// The number of the packet in its layer.
    pub sequence: u32,
    /// Which packet of the picture it is.
    pub part: u8,
    /// How many packets the picture has.
    pub parts: u8,
    /// The temporal layer: 2 is referred to by nobody.
    pub temporal: u8,
    /// How many pictures before it the one stands that it refers to; 0 for a key frame.
    pub refers_back: u8,
    /// Whether it belongs to a key frame.
    pub key: bool,
    /// The descriptor's picture id, where it has one.
    pub picture_id: Option<u16>,
}

const BODY_BYTES: usize = 14;

/// Descriptor with picture id, TL0PICIDX and TID, then the picture's first byte.
const DESCRIPTOR_BYTES: usize = 7;

pub(crate) fn voice(stamp: Stamp, bytes: usize) -> Vec<u8> {
    let mut payload = body(stamp);
    payload.resize(bytes.max(BODY_BYTES), 0);
    payload
}

pub(crate) fn read_voice(payload: &[u8]) -> Option<Stamp> {
    read_body(payload, None)
}

/// One packet of a picture: the descriptor, then the picture's first byte with its key frame bit, then the
/// stamp.
pub(crate) fn packet(stamp: Stamp, tl0: u8, bytes: usize) -> Vec<u8> {
    let id = stamp.picture_id.unwrap_or_default();
    let start = if stamp.part == 0 { 0x10 } else { 0 };
    let droppable = if stamp.temporal == 2 { 0x20 } else { 0 };
    let mut payload = vec![0x80 | droppable | start, 0xe0, 0x80 | (id >> 8) as u8, (id & 0xff) as u8, tl0];
    payload.push(stamp.temporal << 6);
    payload.push(u8::from(!stamp.key));
    payload.extend(body(stamp));
    payload.resize(bytes.max(DESCRIPTOR_BYTES + BODY_BYTES), 0);
    payload
}

pub(crate) fn read_packet(payload: &[u8]) -> Option<Stamp> {
    let id = u16::from_be_bytes([*payload.get(2)? & 0x7f, *payload.get(3)?]);
    read_body(payload.get(DESCRIPTOR_BYTES..)?, Some(id))
}

fn body(stamp: Stamp) -> Vec<u8> {
    let mut body = stamp.client.to_be_bytes().to_vec();
    body.extend([stamp.layer << 4 | stamp.temporal << 1 | u8::from(stamp.key), stamp.refers_back]);
    body.extend(stamp.number.to_be_bytes());
    body.extend(stamp.sequence.to_be_bytes());
    body.extend([stamp.part, stamp.parts]);
    body
}

fn read_body(body: &[u8], picture_id: Option<u16>) -> Option<Stamp> {
    let body: [u8; BODY_BYTES] = *body.first_chunk()?;
    let word = |at: usize| u32::from_be_bytes([body[at], body[at + 1], body[at + 2], body[at + 3]]);
    Some(Stamp {
        client: u16::from_be_bytes([body[0], body[1]]),
        layer: body[2] >> 4,
        temporal: body[2] >> 1 & 3,
        key: body[2] & 1 == 1,
        refers_back: body[3],
        number: word(4),
        sequence: word(8),
        part: body[12],
        parts: body[13],
        picture_id,
    })
}
