//! Text from a repository on its way to a person: nothing in it may move the cursor, hide or be mistaken.

use unicode_width::UnicodeWidthChar;

/// `text` with every character that can't be seen or that steers a terminal shown as `\u{…}`; line ends as
/// spaces.
pub fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(' '),
            '\r' => {}
            c if is_hidden(c) => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// Whether a reader can't see `c`, or a terminal would act on it: controls, directional marks and isolates,
/// zero-width and tag characters, variation selectors beyond the emoji ones, separators, private use, non-characters
/// (after Unicode Technical Standard 39, §3, and Technical Report 36, §3).
fn is_hidden(c: char) -> bool {
    matches!(u32::from(c),
        0x0000..=0x001f | 0x007f..=0x009f | 0x00ad | 0x034f | 0x061c | 0x115f..=0x1160 | 0x17b4..=0x17b5
        | 0x180b..=0x180f | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x2800 | 0x3164
        | 0xe000..=0xf8ff | 0xfdd0..=0xfdef | 0xfeff | 0xffa0 | 0xfff0..=0xfffb | 0xfffe..=0xffff
        | 0x1_d173..=0x1_d17a | 0xe_0000..=0x10_ffff)
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
        assert_eq!(shown("a\u{1b}[31mb\u{202e}c\u{200b}d\u{e0041}"), "a\\u{1b}[31mb\\u{202e}c\\u{200b}d\\u{e0041}");
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
