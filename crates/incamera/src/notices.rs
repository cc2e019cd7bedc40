//! What people are shown before they agree: the texts of this version, kept under their hashes when the server starts.

use incamera_protocol::http::consents::{Ask, Notice, Purpose};
use incamera_store::{Error, SecretHash, Store};

use crate::clock;

/// Each language, and its text: what is kept, and below a line what is asked for.
const TEXTS: [(&str, &str); 3] = [
    ("de", include_str!("../texts/consent.de.md")),
    ("de-x-leicht", include_str!("../texts/consent.de-x-leicht.md")),
    ("en", include_str!("../texts/consent.en.md")),
];

/// The texts that are shown now.
pub(crate) struct Notices(Vec<(SecretHash, Notice)>);

impl Notices {
    pub(crate) async fn keep(store: &Store) -> Result<Self, Error> {
        let mut kept = Vec::new();
        for notice in TEXTS.map(|(language, text)| read(language, text)) {
            let body = serde_json::to_string(&notice).expect("a notice is plain data");
            kept.push((store.keep_notice(&body, clock::now()).await?, notice));
        }
        Ok(Self(kept))
    }

    pub(crate) fn in_language(&self, language: &str) -> Option<&(SecretHash, Notice)> {
        self.0.iter().find(|(_, notice)| notice.language == language)
    }

    pub(crate) fn of_hash(&self, hash: &SecretHash) -> Option<&Notice> {
        self.0.iter().find(|(own, _)| own == hash).map(|(_, notice)| notice)
    }
}

fn read(language: &str, text: &str) -> Notice {
    let (text, asks) = text.split_once("\n---\n").expect("a text, a line, and what is asked for");
    let ask = |line: &str| {
        let words = line.strip_prefix("meeting: ").expect("what is asked for, and its words");
        Ask { purpose: Purpose::Meeting, words: words.to_owned(), needed: true }
    };
    Notice { language: language.to_owned(), text: text.to_owned(), asks: asks.lines().map(ask).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// DP-03, DP-10: in every language the same is asked for, and the five things that are kept are named.
    #[test]
    fn every_text_says_what_is_kept_and_asks_for_the_same() {
        let read: Vec<Notice> = TEXTS.map(|(language, text)| read(language, text)).into();
        for Notice { language, text, asks } in &read {
            assert_eq!(text.matches("\n- ").count(), 4, "{language}");
            let asked: Vec<_> = asks.iter().map(|ask| (ask.purpose, ask.needed)).collect();
            assert_eq!(asked, [(Purpose::Meeting, true)], "{language}");
            assert!(text.chars().count() < 1_100, "{language}: it fits a screen");
        }
    }
}
