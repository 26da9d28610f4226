//! The part of a text that matched, with the words that did.

use std::ops::Range;

use super::matching::Matcher;
use super::score::Collection;
use crate::query::mention::words;

/// Characters of an excerpt.
const WIDE: usize = 160;

/// The part of `text` around its first match, and the words in it that matched, as bytes of it. Where it was cut stands `…`.
pub(super) fn excerpt(
    text: &str,
    matcher: &Matcher,
    collection: &Collection,
    key: fn(&str) -> String,
) -> (String, Vec<Range<usize>>) {
    let is_match = |range: &Range<usize>| {
        let key = key(&text[range.clone()]);
        let mut ways = key.split(' ').flat_map(|word| matcher.ways(word));
        ways.any(|(word, how)| collection.counts(word, how))
    };
    let marks: Vec<Range<usize>> = words(text).filter(is_match).collect();
    let first = marks.first().map_or(0, |first| first.start);
    let (start, end) = window(text, first);
    let before = if start > 0 { "…" } else { "" };
    let after = if end < text.len() { "…" } else { "" };
    let inside = marks.iter().filter(|mark| mark.start >= start && mark.end <= end);
    let moved = |at: usize| at - start + before.len();
    let marks = inside.map(|mark| moved(mark.start)..moved(mark.end)).collect();
    (format!("{before}{}{after}", &text[start..end]), marks)
}

/// A stretch of `text` of at most [`WIDE`] characters with the byte `at` in it, a third of it before.
fn window(text: &str, at: usize) -> (usize, usize) {
    let mut back = text[..at].char_indices().rev().take(WIDE / 3);
    let mut start = back.by_ref().last().map_or(at, |(start, _)| start);
    let end =
        |start: usize| text[start..].char_indices().nth(WIDE).map_or(text.len(), |(end, _)| start + end);
    // Not in the middle of a word, where one ends near.
    if start > 0
        && let Some(space) = text[start..at].find(' ')
    {
        start += space + 1;
    }
    let last = end(start);
    let whole = text[start..last].rfind(' ').map(|space| start + space);
    match whole.filter(|space| last < text.len() && *space > at) {
        Some(space) => (start, space),
        None => (start, last),
    }
}

#[cfg(test)]
mod tests {
    use super::window;

    #[test]
    fn a_window_is_around_the_match_and_cuts_no_character() {
        let text = "é".repeat(500);
        let (start, end) = window(&text, 400);
        assert!(start <= 400 && 400 < end && text[start..end].chars().count() <= 160);
        assert_eq!(window("short text", 6), (0, 10));
    }
}
