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
