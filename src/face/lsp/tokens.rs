//! What each word is, for editors that colour by meaning.

use gen_lsp_types::{SemanticToken, SemanticTokens, SemanticTokensLegend};

use super::mention::{mentions, subject_of};
use super::position::Lined;
use super::position::Units;
use super::syntax::entries;
use super::world::World;
use crate::kind::STATEMENT_KEYS;

/// Kinds of words, by their positions in [`legend`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Word {
    Kind,
    Subject,
    Attribute,
    Statement,
    Reference,
}

/// The names of the kinds, and what may be said of them beside.
pub(super) fn legend() -> SemanticTokensLegend {
    let types = ["namespace", "class", "property", "keyword", "variable"];
    SemanticTokensLegend {
        token_types: types.map(str::to_owned).into(),
        token_modifiers: vec!["declaration".to_owned()],
    }
}

/// The words of a text.
pub(super) fn tokens(world: &World, text: &str, units: Units) -> SemanticTokens {
    let mut words = Vec::new();
    for entry in entries(text) {
        if subject_of(&entry).is_none() {
            continue;
        }
        let header = entry.value.is_none();
        // What stands in a header was told with it.
        let own = if header { 0 } else { entry.above };
        for (at, part) in entry.path.iter().enumerate().skip(own) {
            let word = match at {
                0 => Word::Kind,
                // Told with what else names it.
                1 => continue,
                _ if STATEMENT_KEYS.contains(&part.name.as_str()) => Word::Statement,
                _ if matches!(part.name.as_str(), "also" | "exception" | "value") => Word::Statement,
                _ => Word::Attribute,
            };
            words.push((part.range.start, part.range.end, word, false));
        }
    }
    for mention in mentions(text, world) {
        let word = if mention.declares { Word::Subject } else { Word::Reference };
        words.push((mention.range.start, mention.range.end, word, mention.declares));
    }
    words.sort();
    words.dedup_by_key(|(start, ..)| *start);
    SemanticTokens { result_id: None, data: encoded(text, &words, units) }
}

/// Each relative to the one before, as the protocol has it.
fn encoded(text: &str, words: &[(usize, usize, Word, bool)], units: Units) -> Vec<SemanticToken> {
    let lined = Lined::new(text.as_bytes(), units);
    let (mut line, mut start) = (0, 0);
    let mut data = Vec::with_capacity(words.len());
    for (from, to, word, declares) in words {
        let (begins, ends) = (lined.position(*from), lined.position(*to));
        if begins.line != ends.line || begins == ends {
            continue;
        }
        let delta_line = begins.line - line;
        let delta_start = if delta_line == 0 { begins.character - start } else { begins.character };
        (line, start) = (begins.line, begins.character);
        data.push(SemanticToken {
            delta_line,
            delta_start,
            length: ends.character - begins.character,
            token_type: *word as u32,
            token_modifiers_bitset: u32::from(*declares),
        });
    }
    data
}
