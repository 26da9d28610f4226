//! Text that is safe to show: nothing hidden, nothing endless. What people wrote may hold anything.

use std::borrow::Cow;

use crate::source::visible;

/// Characters of a message that are shown.
pub(super) const MESSAGE: usize = 600;
/// Characters of a help that are shown.
pub(super) const HELP: usize = 2_000;
/// Characters beside a place that are shown.
pub(super) const LABEL: usize = 200;

/// At most `most` characters of `text` on one line, with `\u{…}` for what can't be seen.
pub(super) fn line(text: &str, most: usize) -> String {
    let clipped = clip(text, most);
    visible(&clipped).into_owned()
}

/// The same, but the ends of its lines stay.
pub(super) fn lines(text: &str, most: usize) -> String {
    let clipped = clip(text, most);
    clipped.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

fn clip(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// "1 error", "3 errors".
pub(super) fn counted(count: usize, word: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {word}{plural}", grouped(count))
}

/// 1234567 → "1,234,567".
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).expect("digits are ASCII"))
        .collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_short_and_visible() {
        assert_eq!(line("a\nb\u{202e}", 10), "a\\u{000A}b\\u{202E}");
        assert_eq!(lines("a\nb\u{1b}[31m", 10), "a\nb\\u{001B}[31m");
        assert_eq!(line("ééééé", 3), "ééé…");
        assert_eq!(line("ééé", 3), "ééé");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(counted(1, "error"), "1 error");
    }
}
