//! What of an offer's text (RFC 8866) is ours to look at before the engine reads it: which m-lines there
//! are, and what to leave out because the engine would keep it for as long as the peer lives.

/// The most m-lines of one peer: every slot and track that the rules allow, and a few that a browser has
/// stopped using. M-lines are never taken away, so this bounds the peer's whole life.
const MOST_LINES: usize = 64;

/// SSRCs that an m-line may announce: one, and one for its retransmissions.
const MOST_SSRCS: usize = 4;

/// Which way media goes on an m-line, seen from the one who offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    SendOnly,
    RecvOnly,
    /// Both ways, or neither.
    Other,
}

/// One m-line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) mid: String,
    pub(crate) audio: bool,
    pub(crate) direction: Direction,
}

/// An offer that is fit for the engine.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) text: String,
    pub(crate) lines: Vec<Line>,
}

/// Reads an offer; `None` for one with more m-lines than anyone needs, with others than sound and picture,
/// or with m-lines that have no name.
pub(crate) fn read(sdp: &str) -> Option<Offer> {
    let mut sections = split(sdp);
    let session = sections.next()?;
    let mut text = String::with_capacity(sdp.len());
    // Candidates may stand in front of all m-lines too.
    for line in session.lines().filter(|line| !is_candidate(line)) {
        push(&mut text, line);
    }
    let mut lines = Vec::new();
    for section in sections {
        if lines.len() == MOST_LINES {
            return None;
        }
        lines.push(read_section(section, &mut text)?);
    }
    Some(Offer { text, lines })
}

/// Whether an offer knows AV1 on any of its m-lines.
pub(crate) fn names_av1(sdp: &str) -> bool {
    format_named(sdp, "av1/").is_some()
}

/// The number of the first format of this name, in lower case and with the stroke after it.
fn format_named<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let maps = text.lines().filter_map(|line| line.strip_prefix("a=rtpmap:"));
    maps.filter_map(|map| map.split_once(' '))
        .find(|(_, format)| format.to_ascii_lowercase().starts_with(name))
        .map(|(number, _)| number)
}

/// The session part, then each m-line with what belongs to it.
fn split(sdp: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(sdp);
    std::iter::from_fn(move || {
        let text = rest?;
        // An m-line at the very beginning is none: an offer starts with its version.
        let Some(end) = text.get(1..).and_then(|tail| tail.find("\nm=")) else {
            return rest.take();
        };
        let (section, tail) = text.split_at(end + 2);
        rest = Some(tail);
        Some(section)
    })
}

fn read_section(section: &str, text: &mut String) -> Option<Line> {
    let audio = section.starts_with("m=audio ");
    if !audio && !section.starts_with("m=video ") {
        return None;
    }
    // With rids, and for sound, the engine finds streams by header extensions; what is announced besides
    // would stay in it for ever.
    let finds_ssrcs = audio || section.contains("\na=rid:");
    let mut mid = None;
    let mut direction = Direction::Other;
    let mut ssrcs: Vec<&str> = Vec::new();
    for line in section.lines() {
        if is_candidate(line) {
            continue;
        }
        if let Some(ssrc) = ssrc_of(line) {
            let known = ssrcs.contains(&ssrc);
            if finds_ssrcs || (!known && ssrcs.len() == MOST_SSRCS) {
                continue;
            }
            if !known {
                ssrcs.push(ssrc);
            }
        }
        match line {
            "a=sendonly" => direction = Direction::SendOnly,
            "a=recvonly" => direction = Direction::RecvOnly,
            _ => {}
        }
        mid = mid.or_else(|| line.strip_prefix("a=mid:"));
        push(text, line);
    }
    Some(Line { mid: mid?.to_owned(), audio, direction })
}

/// How a voice is asked for: nothing is sent in silence, and each packet can stand in for the one before it.
const VOICE: &str = "minptime=10;useinbandfec=1;usedtx=1";

/// How music is asked for (RFC 7587 section 6.1). A browser sends stereo only if the answer says so.
const MUSIC: &str = "minptime=10;useinbandfec=1;usedtx=0;stereo=1;sprop-stereo=1;maxaveragebitrate=256000";

/// An answer with what each of its m-lines for sound is for: `music` names those that carry music. The
/// engine knows one set of parameters for all of them.
pub(crate) fn with_sound(answer: &str, music: &[&str]) -> String {
    let mut text = String::with_capacity(answer.len() + 512);
    for section in split(answer) {
        if section.starts_with("m=audio ") {
            let mid = section.lines().find_map(|line| line.strip_prefix("a=mid:"));
            sound_section(section, mid.is_some_and(|mid| music.contains(&mid)), &mut text);
        } else {
            text.push_str(section);
        }
    }
    text
}

fn sound_section(section: &str, is_music: bool, text: &mut String) {
    let opus = format_named(section, "opus/").unwrap_or_default();
    // At these rates redundancy would cost as much as the music; it is left out.
    let red = format_named(section, "red/").filter(|_| is_music);
    for line in section.lines() {
        let about = |number: &str| {
            let attribute = line.strip_prefix("a=").and_then(|line| line.split_once(':'));
            attribute.is_some_and(|(name, value)| {
                matches!(name, "rtpmap" | "fmtp" | "rtcp-fb") && value.split(' ').next() == Some(number)
            })
        };
        if red.is_some_and(about) {
            continue;
        }
        if line.starts_with("a=fmtp:") && about(opus) {
            push(text, &format!("a=fmtp:{opus} {}", if is_music { MUSIC } else { VOICE }));
        } else if line.starts_with("m=")
            && let Some(red) = red
        {
            let kept: Vec<_> =
                line.split(' ').enumerate().filter(|(n, word)| *n < 3 || *word != red).collect();
            push(text, &kept.into_iter().map(|(_, word)| word).collect::<Vec<_>>().join(" "));
        } else {
            push(text, line);
        }
    }
}

fn is_candidate(line: &str) -> bool {
    // With ICE-lite the browser's addresses are learned from its checks (RFC 8445 section 7.3.1.3).
    line.starts_with("a=candidate:") || line == "a=end-of-candidates"
}

/// The SSRC that a line of RFC 5576 is about; of a group, its first.
fn ssrc_of(line: &str) -> Option<&str> {
    let value = line.strip_prefix("a=ssrc:").or_else(|| {
        let group = line.strip_prefix("a=ssrc-group:")?;
        group.split_once(' ').map(|(_, members)| members)
    })?;
    value.split(' ').next()
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: &str = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n";

    fn line(mid: &str, audio: bool, direction: Direction) -> Line {
        Line { mid: mid.to_owned(), audio, direction }
    }

    #[test]
    fn lines_are_read_with_their_direction() {
        let offer = read(&format!(
            "{SESSION}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=sendonly\r\n\
             m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=recvonly\r\na=mid:one\r\n\
             m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:2\r\n"
        ))
        .expect("a fit offer");
        let expected = [
            line("0", true, Direction::SendOnly),
            line("one", false, Direction::RecvOnly),
            line("2", false, Direction::Other),
        ];
        assert_eq!(offer.lines, expected);
    }

    #[test]
    fn what_the_engine_would_keep_is_left_out() {
        let kept = format!("{SESSION}m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=rid:l send\r\n");
        let offered = format!(
            "{SESSION}a=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n\
             m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=candidate:2 1 udp 1 x.local 9 typ host\r\n\
             a=rid:l send\r\na=ssrc:77 cname:x\r\na=ssrc-group:FID 77 78\r\na=end-of-candidates\r\n"
        );
        assert_eq!(read(&offered).map(|offer| offer.text), Some(kept));
    }

    #[test]
    fn a_picture_without_rids_may_announce_its_two_numbers_and_not_thousands() {
        let mut offered = format!("{SESSION}m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n");
        for ssrc in 0..1_000 {
            offered.push_str(&format!("a=ssrc:{ssrc} cname:x\r\na=ssrc:{ssrc} msid:y\r\n"));
        }
        let text = read(&offered).expect("a fit offer").text;
        assert_eq!(text.matches("a=ssrc:").count(), 2 * MOST_SSRCS);
    }

    #[test]
    fn voices_are_asked_for_with_redundancy_and_music_in_stereo_without() {
        let line = |mid: &str| {
            format!(
                "m=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\na=mid:{mid}\r\na=rtpmap:63 red/48000/2\r\n\
                 a=fmtp:63 111/111\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10\r\n"
            )
        };
        let answer = with_sound(&format!("{SESSION}{}{}", line("0"), line("9")), &["9"]);
        let (voice, music) = answer.split_at(answer.rfind("m=audio").expect("two lines"));
        assert!(voice.contains("SAVPF 63 111\r\n") && voice.contains("a=fmtp:63 111/111\r\n"));
        assert!(voice.contains(&format!("a=fmtp:111 {VOICE}\r\n")), "{voice}");
        assert!(music.contains("SAVPF 111\r\n") && !music.contains(":63"), "{music}");
        assert!(music.contains(&format!("a=fmtp:111 {MUSIC}\r\n")), "{music}");
    }

    #[test]
    fn no_more_lines_than_anyone_needs_and_none_without_a_name() {
        let lines = |count: usize| {
            let line = |n| format!("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:{n}\r\n");
            format!("{SESSION}{}", (0..count).map(line).collect::<String>())
        };
        assert!(read(&lines(MOST_LINES)).is_some());
        assert_eq!(read(&lines(MOST_LINES + 1)), None);
        assert_eq!(read(&format!("{SESSION}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n")), None);
        assert_eq!(read(&format!("{SESSION}m=application 9 DTLS/SCTP 5000\r\na=mid:0\r\n")), None);
        assert_eq!(read(""), Some(Offer { text: String::new(), lines: Vec::new() }));
    }
}
