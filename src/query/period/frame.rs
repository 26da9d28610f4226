//! The calendars in scope, and the names that single them out.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::token::{Kind, Token};
use crate::claim::{Calendar, Declarations};

/// The calendars in scope of a question.
pub struct Calendars<'d> {
    all: &'d BTreeMap<SmolStr, Calendar>,
    default: Option<&'d SmolStr>,
    asked: Option<SmolStr>,
    /// By the first word of a name, in lower case: the words of the name, and whose it is.
    names: BTreeMap<String, Vec<(Vec<String>, SmolStr)>>,
}

/// Words of a name that are looked at.
const MOST_WORDS: usize = 8;

/// Bytes of a word that is looked up.
const MOST_BYTES: usize = 64;

/// Words that say only that something is a calendar: a name made of them singles none out.
const GENERIC: [&str; 10] =
    ["fiscal", "financial", "calendar", "year", "years", "quarter", "period", "fy", "cy", "the"];

impl<'d> Calendars<'d> {
    /// Those that `declarations` declare.
    pub fn of(declarations: &'d Declarations) -> Calendars<'d> {
        let all = &declarations.calendars;
        let default = declarations.default_calendar.as_ref().filter(|id| all.contains_key(*id));
        let mut names: BTreeMap<String, Vec<(Vec<String>, SmolStr)>> = BTreeMap::new();
        for (id, calendar) in all {
            let own = [id.as_str()].into_iter().chain(calendar.label.as_deref());
            for name in own.chain(calendar.aliases.iter().map(SmolStr::as_str)) {
                let words = words(name);
                if let Some(first) = words.first().filter(|_| words.len() <= MOST_WORDS) {
                    let known = names.entry(first.clone()).or_default();
                    if !known.iter().any(|(other, whose)| *other == words && whose == id) {
                        known.push((words, id.clone()));
                    }
                }
            }
        }
        Calendars { all, default, asked: None, names }
    }

    /// The same where one was asked for by its id; `None` where there is none of that id.
    #[must_use]
    pub fn asking_for(self, id: &str) -> Option<Calendars<'d>> {
        self.all.contains_key(id).then(|| Calendars { asked: Some(SmolStr::new(id)), ..self })
    }

    /// The one of that id.
    pub fn get(&self, id: &str) -> Option<(&'d SmolStr, &'d Calendar)> {
        self.all.get_key_value(id)
    }

    /// Every one, by id.
    pub fn all(&self) -> impl Iterator<Item = (&'d SmolStr, &'d Calendar)> {
        self.all.iter()
    }

    /// The one that was asked for.
    pub(super) fn asked(&self) -> Option<&SmolStr> {
        self.asked.as_ref()
    }

    /// The one that is meant where none is named.
    pub(super) fn default(&self) -> Option<&'d SmolStr> {
        self.default
    }

    /// The calendars that the words from `first` on name, the longest name first, and the token behind it.
    pub(super) fn named<'t>(&self, text: &'t str, first: Token<'t>) -> Option<(Vec<SmolStr>, Token<'t>)> {
        let (ids, end) = self.name_at(text, first, false)?;
        let mut next = Token::next(text, end)?;
        if matches!(next.kind, Kind::Sign('\'' | '’')) && !next.spaced {
            let s = Token::next(text, next.end).filter(|s| s.is("s") && !s.spaced)?;
            next = Token::next(text, s.end)?;
        }
        if next.is("calendar") && !Token::next(text, next.end).is_some_and(|year| year.is("year")) {
            next = Token::next(text, next.end)?;
        }
        next.spaced.then_some((ids, next))
    }

    /// The calendars named in brackets behind byte `at`, and the byte behind the brackets.
    pub(super) fn in_brackets(&self, text: &str, at: usize) -> Option<(Vec<SmolStr>, usize)> {
        let open = Token::next(text, at).filter(|sign| sign.kind == Kind::Sign('('))?;
        let (ids, end) = self.name_at(text, Token::next(text, open.end)?, true)?;
        let close = Token::next(text, end).filter(|sign| sign.kind == Kind::Sign(')'))?;
        Some((ids, close.end))
    }

    /// The calendars of the longest name that begins with `first`, and the byte behind it. What is `generic` counts in
    /// brackets only: "fiscal 2026" names no calendar, though one may be called so.
    fn name_at(&self, text: &str, first: Token<'_>, generic: bool) -> Option<(Vec<SmolStr>, usize)> {
        if matches!(first.kind, Kind::Sign(_)) || first.text.len() > MOST_BYTES || self.names.is_empty() {
            return None;
        }
        let mut longest: Option<(usize, Vec<SmolStr>, usize)> = None;
        for (words, id) in self.names.get(&first.text.to_ascii_lowercase())? {
            if !generic && words.iter().all(|word| GENERIC.contains(&&**word)) {
                continue;
            }
            let Some(end) = follow(text, first, &words[1..]) else { continue };
            match &mut longest {
                Some((most, ids, _)) if *most == words.len() => ids.push(id.clone()),
                Some((most, ..)) if *most > words.len() => {}
                _ => longest = Some((words.len(), vec![id.clone()], end)),
            }
        }
        longest.map(|(_, ids, end)| (ids, end))
    }
}

/// The byte behind `words`, where they follow `first`.
fn follow(text: &str, first: Token<'_>, words: &[String]) -> Option<usize> {
    let mut end = first.end;
    for word in words {
        let mut token = Token::next(text, end)?;
        if matches!(token.kind, Kind::Sign('-' | '.')) {
            token = Token::next(text, token.end)?;
        }
        if token.text.len() > MOST_BYTES || token.text.to_ascii_lowercase() != **word {
            return None;
        }
        end = token.end;
    }
    Some(end)
}

/// The words and numbers of a name, ASCII letters in lower case: other letters are as they are written.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(token) = Token::next(name, at).filter(|_| words.len() <= MOST_WORDS) {
        at = token.end;
        if !matches!(token.kind, Kind::Sign(_)) {
            words.push(token.text.to_ascii_lowercase());
        }
    }
    words
}
