//! Text from a repository on its way to a person: nothing in it may move the cursor, hide or be mistaken.

use unicode_width::UnicodeWidthChar;

use crate::source::invisible;

/// `text` with every character that can't be seen or that steers a terminal shown as `\u{…}`; line ends as
/// spaces.
pub fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(' '),
            '\r' => {}
            c if invisible(c).is_some() => out.push_str(&format!("\\u{{{:X}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// How many columns of a terminal `text` takes: wide East Asian characters take two, combining marks none.
pub fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

fn width(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// `text` in lines of at most `width` columns, broken at spaces; a longer word has a line of its own.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let takes = columns(word);
        if used > 0 && used + 1 + takes > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += takes;
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// `text` cut to `width` columns, with `…` where it was cut.
pub fn clipped(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let takes = self::width(c);
        if used + takes + 1 > width {
            break;
        }
        out.push(c);
        used += takes;
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_shown() {
        assert_eq!(
            shown("a\u{1b}[31mb\u{202e}c\u{200b}d\u{e0041}"),
            "a\\u{1B}[31mb\\u{202E}c\\u{200B}d\\u{E0041}"
        );
        assert_eq!(shown("one\r\ntwo\tthree"), "one two three");
        assert_eq!(shown("Zürich 東京 ✓"), "Zürich 東京 ✓");
    }

    #[test]
    fn lines_break_at_spaces_and_no_word_is_lost() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("unbreakable", 4), ["unbreakable"]);
        assert_eq!(wrapped("", 4), [""]);
        assert_eq!(wrapped("東京 東京", 5), ["東京", "東京"]);
    }

    #[test]
    fn a_cut_is_marked() {
        assert_eq!(clipped("abcdef", 4), "abc…");
        assert_eq!(clipped("abcd", 4), "abcd");
    }
}
