//! The dates of a room: which one a guest is told of, and when there is none to come any more.

use incamera_protocol::Refusal;
use incamera_protocol::http::rooms::Occurrence;

const MINUTE: i64 = 60_000;
/// For so long after the end of the last date the links of a room still lead into it: talks last longer than was planned,
/// and a link that was for one day should not lie about for years.
const AFTERWARDS: i64 = 24 * 60 * MINUTE;

/// What a guest is told.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct AtTheDoor {
    /// The begin of the date that goes on or comes next; of the last one where none does.
    pub(crate) starts_at: Option<i64>,
    /// The begin of one before it that would not be over yet, and is called off.
    pub(crate) cancelled_at: Option<i64>,
}

pub(crate) fn at_the_door(occurrences: &[Occurrence], minutes: u32, now: i64) -> AtTheDoor {
    let is_over = |one: &&Occurrence| ends(one, minutes) <= now;
    let holds = |one: &&Occurrence| !one.cancelled;
    let next = occurrences.iter().filter(holds).find(|one| !is_over(one));
    let shown = next.or_else(|| occurrences.iter().rfind(holds));
    let cancelled = occurrences
        .iter()
        .find(|one| one.cancelled && !is_over(one) && next.is_none_or(|next| one.starts_at < next.starts_at));
    AtTheDoor { starts_at: shown.map(|one| one.starts_at), cancelled_at: cancelled.map(|one| one.starts_at) }
}

/// Whether guests may still come.
pub(crate) fn still_open(occurrences: &[Occurrence], minutes: u32, now: i64) -> Result<(), Refusal> {
    if occurrences.is_empty() {
        return Ok(());
    }
    match occurrences.iter().rfind(|one| !one.cancelled) {
        Some(last) if ends(last, minutes) + AFTERWARDS > now => Ok(()),
        Some(_) => Err(Refusal::MeetingOver),
        None => Err(Refusal::MeetingCancelled),
    }
}

fn ends(one: &Occurrence, minutes: u32) -> i64 {
    one.starts_at + i64::from(minutes) * MINUTE
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 60 * MINUTE;
    const WEEK: i64 = 7 * 24 * HOUR;

    /// Three weeks, of which these are called off.
    fn series(cancelled: [bool; 3]) -> Vec<Occurrence> {
        (0..)
            .zip(cancelled)
            .map(|(week, cancelled)| Occurrence { starts_at: week * WEEK, cancelled })
            .collect()
    }

    fn told(cancelled: [bool; 3], now: i64) -> (Option<i64>, Option<i64>) {
        let AtTheDoor { starts_at, cancelled_at } = at_the_door(&series(cancelled), 60, now);
        (starts_at.map(|at| at / WEEK), cancelled_at.map(|at| at / WEEK))
    }

    #[test]
    fn the_next_date_is_told_and_what_is_called_off_before_it() {
        assert_eq!(told([false; 3], -HOUR), (Some(0), None));
        assert_eq!(told([false; 3], HOUR / 2), (Some(0), None), "it goes on");
        assert_eq!(told([false; 3], HOUR), (Some(1), None));
        assert_eq!(told([false, true, false], HOUR), (Some(2), Some(1)));
        assert_eq!(told([false, true, false], WEEK + HOUR / 2), (Some(2), Some(1)));
        assert_eq!(told([false, true, false], WEEK + HOUR), (Some(2), None), "its hour has passed");
        assert_eq!(
            told([false, false, true], WEEK + 2 * HOUR),
            (Some(1), Some(2)),
            "the last one is called off"
        );
        assert_eq!(told([false; 3], 9 * WEEK), (Some(2), None));
        assert_eq!(at_the_door(&[], 60, 0), AtTheDoor::default());
    }

    #[test]
    fn links_end_a_day_after_the_last_date() {
        let end = 2 * WEEK + HOUR;
        for (cancelled, now, expected) in [
            ([false; 3], end, Ok(())),
            ([false; 3], end + 24 * HOUR - 1, Ok(())),
            ([false; 3], end + 24 * HOUR, Err(Refusal::MeetingOver)),
            ([false, false, true], end, Err(Refusal::MeetingOver)),
            ([true; 3], 0, Err(Refusal::MeetingCancelled)),
        ] {
            assert_eq!(still_open(&series(cancelled), 60, now), expected, "{cancelled:?} at {now}");
        }
        assert_eq!(still_open(&[], 60, i64::MAX), Ok(()), "a room for good");
    }
}
