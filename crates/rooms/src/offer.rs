//! What an offer may contain.

use std::collections::HashSet;

use incamera_media::{Kind, SendLine, most_slots};
use incamera_protocol::signal::{Receive, Send, SlotKind, Source};
use incamera_protocol::{Mid, Refusal};

/// The m-lines of an offer that is fit to be answered, in the words of `media`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lines {
    pub(crate) sends: Vec<SendLine>,
    pub(crate) receives: Vec<(String, Kind)>,
}

pub(crate) fn check(sends: &[Send], receives: &[Receive]) -> Result<Lines, Refusal> {
    let mut mids: HashSet<&Mid> = HashSet::new();
    let every_mid = sends.iter().map(|line| &line.mid).chain(receives.iter().map(|line| &line.mid));
    if !every_mid.into_iter().all(|mid| mids.insert(mid)) {
        return Err(Refusal::OfferInvalid);
    }
    let sources: HashSet<_> = sends.iter().map(|line| (line.source, line.av1)).collect();
    let other_av1 = sends.iter().any(|line| line.av1 && line.source != Source::Screen);
    let too_many = |kind| receives.iter().filter(|line| line.kind == kind).count() > most_slots(slot(kind));
    let kinds = [SlotKind::Voice, SlotKind::Music, SlotKind::Video, SlotKind::Screen];
    if sources.len() != sends.len() || other_av1 || kinds.into_iter().any(too_many) {
        return Err(Refusal::OfferInvalid);
    }
    Ok(Lines {
        sends: sends
            .iter()
            .map(|line| SendLine {
                mid: line.mid.as_str().to_owned(),
                kind: kind_of(line.source),
                red: line.red,
                av1: line.av1,
            })
            .collect(),
        receives: receives.iter().map(|line| (line.mid.as_str().to_owned(), slot(line.kind))).collect(),
    })
}

/// The kind of track that a source makes.
pub(crate) fn kind_of(source: Source) -> Kind {
    match source {
        Source::Microphone => Kind::Voice,
        Source::Camera => Kind::Video,
        Source::Music => Kind::Music,
        Source::Screen => Kind::Screen,
    }
}

/// The source that a track is of; the other way round.
pub(crate) fn source_of(kind: Kind) -> Source {
    match kind {
        Kind::Voice => Source::Microphone,
        Kind::Video => Source::Camera,
        Kind::Music => Source::Music,
        Kind::Screen => Source::Screen,
    }
}

fn slot(kind: SlotKind) -> Kind {
    match kind {
        SlotKind::Voice => Kind::Voice,
        SlotKind::Music => Kind::Music,
        SlotKind::Video => Kind::Video,
        SlotKind::Screen => Kind::Screen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mid(number: usize) -> Mid {
        Mid::new(&number.to_string()).expect("digits")
    }

    #[test]
    fn an_offer_has_bounds() {
        let video =
            |count| (0..count).map(|n| Receive { mid: mid(n), kind: SlotKind::Video }).collect::<Vec<_>>();
        assert!(check(&[], &video(25)).is_ok());
        assert_eq!(check(&[], &video(26)), Err(Refusal::OfferInvalid));
        let send = |n, source| Send { mid: mid(n), source, red: false, av1: false };
        let av1 = |n, source| Send { av1: true, ..send(n, source) };
        assert!(check(&[send(0, Source::Microphone), send(1, Source::Camera)], &[]).is_ok());
        assert_eq!(
            check(&[send(0, Source::Camera), send(1, Source::Camera)], &[]),
            Err(Refusal::OfferInvalid),
            "one camera each"
        );
        assert!(check(&[av1(0, Source::Screen), send(1, Source::Screen)], &[]).is_ok());
        for two in [
            [av1(0, Source::Screen), av1(1, Source::Screen)],
            [av1(0, Source::Camera), send(1, Source::Camera)],
        ] {
            assert_eq!(check(&two, &[]), Err(Refusal::OfferInvalid));
        }
        assert_eq!(
            check(&[send(0, Source::Camera)], &video(1)),
            Err(Refusal::OfferInvalid),
            "one mid, one line"
        );
    }
}
