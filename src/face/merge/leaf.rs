//! The smallest part of a file: a key or a header with the comments above it and behind it, or comments alone.

use std::ops::Range;

use crate::face::layout::{laid_out_value, plain_items, tight};
use crate::parse::{Piece, What};

/// A key, a header or comments.
pub(super) struct Leaf<'t> {
    /// The lines, with those above; the last may lack its line break.
    text: &'t str,
    /// Where in them the comments above end.
    above: usize,
    /// What stands up to the value, from there.
    key: Range<usize>,
    /// The value.
    value: Range<usize>,
    /// The comment behind.
    comment: Range<usize>,
    /// How it reads: layout aside.
    norm: [String; 3],
}

impl<'t> Leaf<'t> {
    /// The piece of `text` whose lines are `own`.
    pub fn new(text: &'t str, own: Range<usize>, piece: &Piece<'_>) -> Leaf<'t> {
        let at = |range: &Range<usize>| range.start - own.start..range.end - own.start;
        let lines = &text[own.clone()];
        let start = piece.range.start - own.start;
        let above = lines[..start].rfind('\n').map_or(0, |at| at + 1);
        let (key, value, said) = match &piece.what {
            What::Key { key, value, .. } => {
                let said =
                    format!("{} = {}", tight(&text[key.clone()]), laid_out_value(&text[value.clone()], "\n"));
                (above..value.start - own.start, at(value), said)
            }
            What::Header { .. } => (above..start, at(&piece.range), tight(&text[piece.range.clone()])),
        };
        let comment = at(&piece.comment);
        let norm = [comments(&lines[..above]), said, lines[comment.clone()].to_owned()];
        Leaf { text: lines, above, key, value, comment, norm }
    }

    /// Lines of comments.
    pub fn comments(lines: &'t str) -> Leaf<'t> {
        let end = lines.len();
        let norm = [comments(lines), String::new(), String::new()];
        Leaf { text: lines, above: end, key: end..end, value: end..end, comment: end..end, norm }
    }

    /// Whether it says nothing at all.
    pub fn is_blank(&self) -> bool {
        self.norm.iter().all(String::is_empty)
    }

    /// What two leaves share that read alike.
    pub fn norm(&self) -> &[String; 3] {
        &self.norm
    }

    /// The lines, each with its end.
    pub fn lines(&self) -> String {
        let end = if self.text.ends_with('\n') || self.text.is_empty() { "" } else { "\n" };
        format!("{}{end}", self.text)
    }

    /// The value as it stands.
    pub fn value(&self) -> &'t str {
        &self.text[self.value.clone()]
    }

    /// The value as it reads.
    pub fn said(&self) -> &str {
        &self.norm[1]
    }

    /// A text in quotation marks, without them.
    pub fn word(&self) -> Option<String> {
        let value = self.value();
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let inner = value.strip_prefix(quote)?.strip_suffix(quote)?;
        (!inner.contains(['\\', '"', '\'', '\n'])).then(|| inner.to_owned())
    }

    /// Both changed it, and not in one way: what both mean, where comment, value and comments above were each changed by
    /// one alone, or `is_set` and both added to a list or took away from it.
    pub fn merged(
        base: Option<&Leaf<'_>>,
        ours: &Leaf<'_>,
        theirs: &Leaf<'_>,
        is_set: bool,
    ) -> Option<String> {
        let pick = |at: usize| {
            let (base, ours, theirs) = (base.map(|base| &base.norm[at]), &ours.norm[at], &theirs.norm[at]);
            match () {
                () if ours == theirs || Some(theirs) == base => Some(false),
                () if Some(ours) == base => Some(true),
                () => None,
            }
        };
        let side = |is_theirs: bool| if is_theirs { theirs } else { ours };
        let (above, comment) = (side(pick(0)?), side(pick(2)?));
        let value = match pick(1) {
            Some(is_theirs) => side(is_theirs).value().to_owned(),
            None if is_set => list(base.map(Leaf::value), ours.value(), theirs.value())?,
            None => return None,
        };
        let mut text = format!("{}{}{value}", &above.text[..above.above], &ours.text[ours.key.clone()]);
        if !comment.comment.is_empty() {
            text.push(' ');
            text.push_str(&comment.text[comment.comment.clone()]);
        }
        text.push_str(if ours.text.ends_with("\r\n") { "\r\n" } else { "\n" });
        Some(text)
    }
}

fn comments(lines: &str) -> String {
    lines.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The list with what both sides added, and without what either took away; laid out as ours.
fn list(base: Option<&str>, ours: &str, theirs: &str) -> Option<String> {
    let (ours, broken) = plain_items(ours)?;
    let (theirs, _) = plain_items(theirs)?;
    let (base, _) = base.map_or(Some((Vec::new(), false)), plain_items)?;
    let once = |items: &[String]| items.iter().enumerate().all(|(at, item)| !items[..at].contains(item));
    // Whoever says something twice means something that is not known here; and nobody reads a list of a thousand for this.
    if [&base, &ours, &theirs].iter().any(|items| items.len() > 1_000 || !once(items)) {
        return None;
    }
    let mut merged: Vec<String> =
        ours.iter().filter(|item| !base.contains(item) || theirs.contains(item)).cloned().collect();
    let mut at = merged.len();
    for item in &theirs {
        match merged.iter().position(|known| known == item) {
            Some(known) => at = known + 1,
            None if base.contains(item) => {}
            None => {
                // Behind what stands before it there, and behind what ours added in the same place.
                while merged.get(at).is_some_and(|next| !base.contains(next) && !theirs.contains(next)) {
                    at += 1;
                }
                merged.insert(at, item.clone());
                at += 1;
            }
        }
    }
    let text =
        if broken { format!("[\n{}\n]", merged.join(",\n")) } else { format!("[{}]", merged.join(", ")) };
    Some(laid_out_value(&text, "\n"))
}

#[cfg(test)]
mod tests {
    use super::list;

    #[test]
    fn both_sides_add_and_take_away() {
        let merged = |base, ours, theirs| list(Some(base), ours, theirs);
        assert_eq!(merged("['a', 'b']", "['a', 'b', 'o']", "['a', 't']").as_deref(), Some("['a', 'o', 't']"));
        assert_eq!(
            merged("['a']", "[\n'o',\n'a']", "['t', 'a']").as_deref(),
            Some("[\n    'o',\n    'a',\n    't',\n]")
        );
        assert_eq!(merged("['a']", "['a', 'a']", "['t', 'a']"), None);
        assert_eq!(merged("['a']", "['a', # c\n'o']", "['t', 'a']"), None);
        assert_eq!(list(None, "['a']", "['b']").as_deref(), Some("['a', 'b']"));
    }
}
