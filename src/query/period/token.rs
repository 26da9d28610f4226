//! Words, numbers and signs of a sentence, one at a time: nothing is kept, so that a sentence may be of any length.

/// What stands in a sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Letters.
    Word,
    /// ASCII digits.
    Number,
    /// Anything else, one character.
    Sign(char),
}

/// A word, number or sign.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Token<'t> {
    pub kind: Kind,
    pub text: &'t str,
    /// Byte where it starts.
    pub start: usize,
    /// Byte behind it.
    pub end: usize,
    /// Whether there is a space before it.
    pub spaced: bool,
}

impl<'t> Token<'t> {
    /// The first behind byte `at` of `text`. An empty line is a sign of its own, for nothing goes on behind it.
    pub fn next(text: &'t str, at: usize) -> Option<Token<'t>> {
        let rest = text.get(at..)?;
        let space = rest.len() - rest.trim_start().len();
        let start = at + space;
        let spaced = space > 0;
        if rest.as_bytes()[..space].iter().filter(|byte| **byte == b'\n').count() > 1 {
            return Some(Token { kind: Kind::Sign('\n'), text: "", start, end: start, spaced });
        }
        let rest = &text[start..];
        let first = rest.chars().next()?;
        let (kind, length) = match first {
            '0'..='9' => (Kind::Number, run(rest, |c| c.is_ascii_digit())),
            c if c.is_alphabetic() => (Kind::Word, run(rest, char::is_alphabetic)),
            c => (Kind::Sign(c), c.len_utf8()),
        };
        Some(Token { kind, text: &rest[..length], start, end: start + length, spaced })
    }

    /// Whether it is that word, in capital letters or not.
    pub fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is one of these words.
    pub fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// The number of one or two digits.
    pub fn short_number(&self) -> Option<u8> {
        (self.kind == Kind::Number && self.text.len() <= 2).then(|| self.text.parse().ok()).flatten()
    }

    /// The number of four digits.
    pub fn year(&self) -> Option<i16> {
        (self.kind == Kind::Number && self.text.len() == 4).then(|| self.text.parse().ok()).flatten()
    }
}

fn run(text: &str, is: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is(c)).unwrap_or(text.len())
}
