//! What is asked in one line of text: an address, a name, or a sentence. The one place where that is told apart.
//!
//! # Which is which
//! The first that is so:
//! 1. What looks like the address of a slot, a claim or a pin is one, and [`get`] answers it.
//! 2. What has spaces and ends with a question mark is a sentence.
//! 3. What somebody is called here, or is an id as `SYSTEM:ID`, is a name.
//! 4. What has spaces or ends with a question mark (not all scripts put spaces between words), and mentions something, is a
//!    sentence.
//! 5. All else is a name; nobody may bear it.

use jiff::civil::Date;

use super::referent::keys_of;
use super::{
    Address, Answer, Context, Grounding, NameQuestion, QueryError, Question, Referral, Sentence, get, ground,
    refer,
};
use crate::snapshot::Snapshot;

/// What asking gave.
#[derive(Clone, PartialEq, Debug)]
pub enum Reply {
    /// The answer about one slot.
    Answer(Box<Answer>),
    /// What a name refers to.
    Name(Box<Referral>),
    /// What a sentence stands on.
    Sentence(Box<Grounding>),
}

/// One line of text, and what is known beside it.
#[derive(Clone, PartialEq, Debug)]
pub struct Asked<'t> {
    /// What was asked.
    pub text: &'t str,
    /// What is known of the case.
    pub context: Context,
    /// The day on which it is to hold.
    pub on: Date,
    /// The day that relative periods of a sentence ("last quarter") are relative to, where one was named.
    pub relative_to: Option<Date>,
}

/// The one slot that `text` is about where it is the address of one; `None` for a name and a sentence.
pub fn about(text: &str) -> Option<Address> {
    let spaced = text.trim().contains(char::is_whitespace);
    Address::parse(text.trim()).ok().filter(|address| !spaced && address.slot().is_some())
}

/// Asks.
///
/// # Errors
/// [`QueryError::Bad`] for an address that can't be asked so, [`QueryError::Snapshot`] where the snapshot is damaged, or its
/// names were normalised otherwise than this program does.
pub fn ask(snapshot: &Snapshot, asked: &Asked<'_>) -> Result<Reply, QueryError> {
    let text = asked.text.trim();
    let Asked { context, on, relative_to, .. } = asked;
    if let Some(address) = about(text) {
        let question = Question { address, context: context.clone(), on: *on };
        let answer = get(snapshot, &question)?.into_iter().next();
        let none = super::BadQuestion::new(format!("`{text}` has no single answer"));
        return Ok(Reply::Answer(Box::new(answer.ok_or(none)?)));
    }
    let spaced = text.contains(char::is_whitespace);
    let questioning = text.ends_with(MARKS);
    let is_asked = spaced && questioning;
    if is_asked || (spaced || questioning) && !is_name(snapshot, text)? {
        let sentence =
            Sentence { text, context: context.clone(), on: *on, relative_to: *relative_to, budget: None };
        let grounding = ground(snapshot, &sentence)?;
        if is_asked || !grounding.mentions.is_empty() {
            return Ok(Reply::Sentence(Box::new(grounding)));
        }
    }
    let question =
        NameQuestion { name: text.into(), context: context.clone(), on: *on, kind: None, of_type: None };
    Ok(Reply::Name(Box::new(refer(snapshot, &question)?)))
}

/// Question marks, as sentences end with: `?`, full-width, Arabic (Unicode 16.0: U+003F, U+FF1F, U+061F).
const MARKS: [char; 3] = ['?', '\u{ff1f}', '\u{61f}'];

/// Whether somebody is called so here, or some system gave it as an id.
fn is_name(snapshot: &Snapshot, text: &str) -> Result<bool, QueryError> {
    let names = snapshot.names()?;
    for key in keys_of(text) {
        if names.get(&key)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{Asked, Reply, ask};
    use crate::query::Context;
    use crate::query::tests::snapshot;

    #[test]
    fn one_line_is_an_address_a_name_or_a_sentence() {
        let snapshot = snapshot(
            "[entity.acme]\nlabel = \"Acme Robotics\"\naliases = [\"東京支社\", \"Who Cares?\"]\n\
             ids = { crm = \"K-1\" }\n[term.acv]\nlabel = \"ACV\"\ndefinition = \"Value.\"\n",
        );
        let told = |text: &str| {
            let on = date(2026, 6, 30);
            let asked = Asked { text, context: Context::unknown(), on, relative_to: None };
            match ask(&snapshot, &asked).expect("it can be asked") {
                Reply::Answer(_) => "address",
                Reply::Name(_) => "name",
                Reply::Sentence(_) => "sentence",
            }
        };
        for (text, kind) in [
            (" term/acv#definition ", "address"),
            ("term/acv#formula", "address"),
            ("ACV", "name"),
            ("acv?", "name"),
            ("acme robotics", "name"),
            ("crm:K-1", "name"),
            ("crm:K-2", "name"),
            ("東京支社", "name"),
            ("Apex Robotics", "name"),
            ("Apex?", "name"),
            ("term/acv", "name"),
            ("What is Apex?", "sentence"),
            ("Acme Robotics?", "sentence"),
            ("the ACV of Acme Robotics", "sentence"),
            ("東京支社は？", "sentence"),
        ] {
            assert_eq!(told(text), kind, "{text}");
        }
    }
}
