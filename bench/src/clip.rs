//! Real pictures and sound from files, so that browsers in the same room can decode people made of code: VP8 in
//! IVF, Opus in Ogg (RFC 7845).

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

/// Room for the descriptor, the header and the tag below what every network carries.
const PACKET_BYTES: usize = 1100;

/// A recording without end: what comes after the last picture is the first.
#[derive(Debug, Default)]
pub struct Clip {
    pictures: Vec<Vec<u8>>,
    picture_every: Duration,
    sounds: Vec<Vec<u8>>,
}

impl Clip {
    /// Reads `clip.ivf` and, if there is one, `clip.ogg` beside it.
    pub fn open(ivf: &Path) -> Result<Self> {
        let read = |path: &Path| std::fs::read(path).with_context(|| path.display().to_string());
        let (pictures, picture_every) = read_ivf(&read(ivf)?).context("pictures in IVF")?;
        let ogg = ivf.with_extension("ogg");
        let sounds = if ogg.exists() { read_ogg(&read(&ogg)?).context("sound in Ogg")? } else { Vec::new() };
        Ok(Self { pictures, picture_every, sounds })
    }

    /// How far apart its pictures are.
    pub fn picture_every(&self) -> Duration {
        self.picture_every
    }

    /// A picture, from 0; whoever needs a key frame begins at 0 again.
    pub fn picture(&self, number: usize) -> &[u8] {
        &self.pictures[number % self.pictures.len()]
    }

    /// 20 ms of sound, where there is any.
    pub fn sound(&self, number: usize) -> Option<&[u8]> {
        (!self.sounds.is_empty()).then(|| self.sounds[number % self.sounds.len()].as_slice())
    }

    /// A picture in payloads, behind a descriptor (RFC 7741) with this picture id.
    pub fn payloads(picture: &[u8], id: u32) -> impl Iterator<Item = Vec<u8>> {
        let [_, _, high, low] = id.to_be_bytes();
        picture.chunks(PACKET_BYTES).enumerate().map(move |(part, chunk)| {
            let start = if part == 0 { 0x10 } else { 0 };
            let mut payload = vec![0x80 | start, 0xe0, 0x80 | (high & 0x7f), low, low, 0];
            payload.extend_from_slice(chunk);
            payload
        })
    }
}

fn read_ivf(bytes: &[u8]) -> Result<(Vec<Vec<u8>>, Duration)> {
    let head = bytes.get(..32).context("too short")?;
    ensure!(head.starts_with(b"DKIF") && &head[8..12] == b"VP80", "not VP8 in IVF");
    let (rate, scale) = (u32_at(head, 16), u32_at(head, 20));
    ensure!(rate > 0 && scale > 0, "no frame rate");
    let every = Duration::from_secs_f64(f64::from(scale) / f64::from(rate));
    ensure!(every > Duration::from_millis(5) && every < Duration::from_secs(1), "1 to 200 pictures a second");
    let mut pictures = Vec::new();
    let mut rest = &bytes[32..];
    while let Some((head, after)) = rest.split_first_chunk::<12>() {
        let length = u32_at(head, 0) as usize;
        let picture = after.get(..length).context("a picture is cut off")?;
        pictures.push(picture.to_vec());
        rest = &after[length..];
    }
    let first = pictures.first().and_then(|picture| picture.first()).context("no pictures")?;
    ensure!(first & 1 == 0, "the first picture is not a key frame");
    Ok((pictures, every))
}

fn read_ogg(bytes: &[u8]) -> Result<Vec<Vec<u8>>> {
    let mut packets = vec![Vec::new()];
    let mut rest = bytes;
    while !rest.is_empty() {
        let head = rest.get(..27).context("a page is cut off")?;
        ensure!(head.starts_with(b"OggS"), "not Ogg");
        let segments = usize::from(head[26]);
        let lacing = rest.get(27..27 + segments).context("a page is cut off")?;
        let mut body = &rest[27 + segments..];
        for &length in lacing {
            let segment = body.get(..usize::from(length)).context("a page is cut off")?;
            packets.last_mut().context("a packet is open")?.extend_from_slice(segment);
            body = &body[segment.len()..];
            if length < 255 {
                packets.push(Vec::new());
            }
        }
        rest = body;
    }
    // The head, the tags, and what is left open at the end are not sound.
    ensure!(packets[0].starts_with(b"OpusHead"), "not Opus");
    let sounds: Vec<_> = packets.into_iter().skip(2).filter(|packet| !packet.is_empty()).collect();
    if sounds.is_empty() || !sounds.iter().all(|sound| is_20_ms(sound)) {
        bail!("packets of 20 ms are wanted");
    }
    Ok(sounds)
}

/// Reads the first byte of an Opus packet (RFC 6716 section 3.1): one frame of 20 ms, or two of 10 ms.
fn is_20_ms(packet: &[u8]) -> bool {
    let (configuration, code) = (packet[0] >> 3, packet[0] & 3);
    let frame_ms = match configuration {
        0..=11 => [10, 20, 40, 60][usize::from(configuration % 4)],
        12..=15 => [10, 20][usize::from(configuration % 2)],
        // 2.5 ms does not come to 20 in the packets that matter here.
        _ => [0, 5, 10, 20][usize::from(configuration % 4)],
    };
    matches!((frame_ms, code), (20, 0) | (10, 1 | 2))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes[at..].first_chunk().map_or(0, |four| u32::from_le_bytes(*four))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ivf(pictures: &[&[u8]]) -> Vec<u8> {
        let mut file = b"DKIF\0\0\x20\0VP80\x40\x01\xb4\0".to_vec();
        file.extend(30_u32.to_le_bytes());
        file.extend(1_u32.to_le_bytes());
        file.resize(32, 0);
        for picture in pictures {
            file.extend((picture.len() as u32).to_le_bytes());
            file.extend([0; 8]);
            file.extend_from_slice(picture);
        }
        file
    }

    fn page(packets: &[&[u8]]) -> Vec<u8> {
        let mut page = b"OggS".to_vec();
        page.resize(26, 0);
        let lacing: Vec<u8> = packets
            .iter()
            .flat_map(|packet| {
                let mut lacing = vec![255; packet.len() / 255];
                lacing.push((packet.len() % 255) as u8);
                lacing
            })
            .collect();
        page.push(lacing.len() as u8);
        page.extend(lacing);
        packets.iter().for_each(|packet| page.extend_from_slice(packet));
        page
    }

    #[test]
    fn pictures_come_in_order_and_begin_anew() {
        let large = [0x10_u8; 2500];
        let (pictures, picture_every) = read_ivf(&ivf(&[&large, &[0x11, 2]])).expect("a file");
        assert_eq!(picture_every.as_millis(), 33);
        let clip = Clip { pictures, picture_every, sounds: Vec::new() };
        assert_eq!(clip.picture(3), [0x11, 2]);
        let payloads: Vec<_> = Clip::payloads(clip.picture(2), 0x1234).collect();
        assert_eq!(payloads.len(), 3);
        assert_eq!(payloads[0][..7], [0x90, 0xe0, 0x92, 0x34, 0x34, 0, 0x10]);
        assert_eq!(payloads[2].len(), 6 + 300);
        assert!(read_ivf(&ivf(&[&[0x11]])).is_err(), "begins without a key frame");
    }

    #[test]
    fn sound_comes_packet_by_packet() {
        let head = page(&[b"OpusHead........"]);
        let tags = page(&[b"OpusTags"]);
        let long = [0x78_u8; 300];
        let file = [head, tags, page(&[&[0x78, 1, 2], &long])].concat();
        assert_eq!(read_ogg(&file).expect("a file"), [vec![0x78, 1, 2], long.to_vec()]);
        let wrong = [page(&[b"OpusHead"]), page(&[b"OpusTags"]), page(&[&[0x70, 1]])].concat();
        assert!(read_ogg(&wrong).is_err(), "10 ms");
    }
}
