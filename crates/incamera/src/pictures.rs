//! Logos and signs that hosts bring along. Only PNG is taken, and what is kept is a PNG that this server wrote itself, of the
//! pixels alone: nothing that a file can carry besides reaches anybody's browser (ATK-30).

use std::io::Cursor;

use incamera_protocol::Refusal;
use png::{BitDepth, ColorType, Decoder, Encoder, Limits, Transformations};

/// The largest file.
pub(crate) const MOST_BYTES: usize = 256 * 1024;
/// The longest side.
const MOST_PIXELS: u32 = 1_024;
/// What decoding may take: the pixels themselves and a little besides.
const MOST_MEMORY: usize = 6 * 1024 * 1024;

/// The pixels of a file, written anew.
pub(crate) fn written_anew(file: &[u8]) -> Result<Vec<u8>, Refusal> {
    if file.len() > MOST_BYTES {
        return Err(Refusal::TooLarge);
    }
    let mut decoder = Decoder::new_with_limits(Cursor::new(file), Limits { bytes: MOST_MEMORY });
    decoder.set_transformations(Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let header = decoder.read_header_info().map_err(unfit)?;
    // Before anything is unpacked: a small file can say that it is very large.
    if header.width > MOST_PIXELS || header.height > MOST_PIXELS {
        return Err(Refusal::TooLarge);
    }
    let mut reader = decoder.read_info().map_err(unfit)?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or(Refusal::TooLarge)?];
    let frame = reader.next_frame(&mut pixels).map_err(unfit)?;
    let pixels = pixels.get(..frame.buffer_size()).ok_or(Refusal::Malformed)?;
    write(pixels, frame.width, frame.height, frame.color_type)
}

fn unfit(_: png::DecodingError) -> Refusal {
    Refusal::Malformed
}

fn write(pixels: &[u8], width: u32, height: u32, color: ColorType) -> Result<Vec<u8>, Refusal> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(color);
    encoder.set_depth(BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(|_| Refusal::Malformed)?;
    writer.write_image_data(pixels).map_err(|_| Refusal::Malformed)?;
    writer.finish().map_err(|_| Refusal::Malformed)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture with something that is not pixels: a comment.
    fn picture(width: u32, height: u32) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, width, height);
        encoder.set_color(ColorType::Rgba);
        encoder.set_depth(BitDepth::Eight);
        encoder.add_text_chunk("Comment".to_owned(), "<script>alert(1)</script>".to_owned()).expect("added");
        let mut writer = encoder.write_header().expect("written");
        let pixels = (0..width * height * 4).map(|at| (at % 251) as u8).collect::<Vec<_>>();
        writer.write_image_data(&pixels).expect("written");
        writer.finish().expect("written");
        file
    }

    fn pixels(file: &[u8]) -> Vec<u8> {
        let mut reader = Decoder::new(Cursor::new(file)).read_info().expect("a picture");
        let mut pixels = vec![0; reader.output_buffer_size().expect("small")];
        reader.next_frame(&mut pixels).expect("a frame");
        pixels
    }

    fn carries(file: &[u8], words: &[u8]) -> bool {
        file.windows(words.len()).any(|part| part == words)
    }

    /// ATK-30: the pixels stay, and nothing else does.
    #[test]
    fn what_is_not_a_pixel_is_left_out() {
        let mut file = picture(40, 30);
        assert!(carries(&file, b"<script>"));
        file.extend_from_slice(b"<html><script>alert(2)</script>");
        let anew = written_anew(&file).expect("a picture");
        assert!(!carries(&anew, b"script"));
        assert_eq!(pixels(&anew), pixels(&file));
    }

    /// ATK-30: other kinds of files, whatever they are called.
    #[test]
    fn what_is_no_png_is_refused() {
        let whole = picture(40, 30);
        for file in [
            &b""[..],
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
            b"<!doctype html><script>alert(1)</script>",
            b"GIF89a\x01\x00\x01\x00",
            b"\xff\xd8\xff\xe0\x00\x10JFIF",
            b"%PDF-1.7",
            b"\x89PNG\r\n\x1a\n",
            &[&b"GIF89a"[..], &whole].concat(),
        ] {
            assert_eq!(written_anew(file), Err(Refusal::Malformed), "{:?}", &file[..file.len().min(9)]);
        }
        for cut in 0..whole.len() - 12 {
            let _ = written_anew(&whole[..cut]).map(|anew| pixels(&anew));
        }
    }

    /// ATK-30: a small file that becomes a large picture.
    #[test]
    fn a_bomb_does_not_go_off() {
        assert!(written_anew(&picture(1_024, 64)).is_ok());
        let wide = picture(1_025, 1);
        assert_eq!(written_anew(&wide), Err(Refusal::TooLarge));
        assert_eq!(written_anew(&vec![0; MOST_BYTES + 1]), Err(Refusal::TooLarge));
        // One that lies about its size: the head says 60,000 pixels a side.
        let mut liar = picture(8, 8);
        liar[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        assert!(written_anew(&liar).is_err());
    }
}
