//! What may stand in a name or pseudonym.

use incamera_protocol::MAX_NAME_CHARS;

/// Makes a name that someone typed fit to be shown to others. `None` where nothing is left.
pub(crate) fn normalise(typed: &str) -> Option<String> {
    one_line(typed, MAX_NAME_CHARS)
}

/// Makes what someone typed fit to be shown to others: one line, no invisible characters that could turn
/// or hide text, not too long. `None` where nothing is left.
pub fn one_line(typed: &str, most_chars: usize) -> Option<String> {
    let mut name = String::new();
    for word in typed.split_whitespace() {
        if !name.is_empty() {
            name.push(' ');
        }
        name.extend(word.chars().filter(|character| !is_hidden(*character)));
    }
    let name: String = name.chars().take(most_chars).collect();
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// Makes a text of several lines fit to be shown to others: no invisible characters but the ends of lines, not too long.
/// `None` where nothing is left.
pub fn lines(typed: &str, most_chars: usize) -> Option<String> {
    let typed = typed.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    let visible = typed.chars().filter(|character| *character == '\n' || !is_hidden(*character));
    let text: String = visible.take(most_chars).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Control characters, and those that change the direction of the text around them or show nothing. The
/// zero-width joiner stays: names in several scripts need it.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_visible_line() {
        assert_eq!(normalise("  Frau \t Möwe\n"), Some("Frau Möwe".to_owned()));
        assert_eq!(normalise("a\u{202e}b\u{200b}c\u{7}"), Some("abc".to_owned()));
        assert_eq!(normalise(" \u{200b} \u{0}"), None);
        assert_eq!(normalise(""), None);
        assert_eq!(lines("  # A\r\n\r\nb\u{202e}\tc\rd \n", 100), Some("# A\n\nb c\nd".to_owned()));
        assert_eq!(lines(" \n\u{200b}\n", 100), None);
        assert_eq!(normalise(&"ä".repeat(100)).map(|name| name.chars().count()), Some(MAX_NAME_CHARS));
    }
}
