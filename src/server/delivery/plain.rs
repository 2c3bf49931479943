//! Plain text that is safe to put into a message: other people's words on one line, and lines that are not too wide.

/// The longest name or similar that a message repeats, in code points; the rest is cut off.
const LONGEST: usize = 120;

/// The widest line of a text part, in code points: RFC 5322 §2.1.1 asks for at most 78 characters, and a reply adds a quote mark and a space.
pub(super) const WIDTH: usize = 76;

/// Makes a value from a directory or a browser fit to stand in a message: [`one_line`], and what is longer than 120 code points is cut off.
pub(super) fn flat(value: &str) -> String {
    let line: String = one_line(value).chars().take(LONGEST).collect();
    line.trim_end().to_owned()
}

/// Puts a value on one line: control characters and all white space become single spaces, and characters that turn the writing direction are
/// dropped, for they could make a line read as something else (STANDARDS L08, ATTACKS A04).
pub(super) fn one_line(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for character in value.chars().filter(|c| !turns_direction(*c)) {
        let blank = character.is_control() || character.is_whitespace();
        if !blank {
            out.push(character);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The explicit directional formatting characters of UAX #9.
const fn turns_direction(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Breaks lines between words so that each has at most [`WIDTH`] code points; a longer word, such as an address, keeps a line of its own and
/// stays whole. Several empty lines in a row become one; the text ends with exactly one line break.
pub(super) fn wrap(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.lines() {
        let mut width = 0;
        for word in line.split(' ').filter(|word| !word.is_empty()) {
            let length = word.chars().count();
            if width > 0 && width + 1 + length > WIDTH {
                out.push('\n');
                width = 0;
            }
            if width > 0 {
                out.push(' ');
                width += 1;
            }
            out.push_str(word);
            width += length;
        }
        if width > 0 || !out.ends_with("\n\n") {
            out.push('\n');
        }
    }
    let mut text = out.trim().to_owned();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_on_one_line() {
        assert_eq!(flat("A\r\nBcc: x@y <b>"), "A Bcc: x@y <b>");
        assert_eq!(flat("\n Anna\u{0}\u{85}\u{2028}Berg\u{7f}\t"), "Anna Berg");
        assert_eq!(flat("a\u{202e}bc\u{2066}d"), "abcd");
        assert_eq!(flat(&"å".repeat(500)).chars().count(), 120);
        assert_eq!(flat(" \r\n "), "");
    }

    #[test]
    fn lines_are_broken_between_words_only() {
        let url = format!("https://rekey.example/{}", "a".repeat(80));
        let wrapped = wrap(&format!(
            "{} {url} end\n\n\n\nnext",
            "några ord ".repeat(20)
        ));
        assert!(
            wrapped
                .lines()
                .all(|line| line == url || line.chars().count() <= WIDTH)
        );
        assert!(wrapped.lines().any(|line| line == url));
        assert!(wrapped.ends_with("end\n\nnext\n"));
    }
}
