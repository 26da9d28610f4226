//! `question`: a test of the knowledge. What is asked, where, on which day, and what is expected of the answer.
//!
//! It becomes claims about itself, as policies and teams do: so it travels with the knowledge, has its own leaves and the
//! commit that said it, and changes no other fact.

use std::sync::Arc;

use smol_str::{SmolStr, format_smolstr};

use super::catalog::not_among;
use super::lower::SubjectTable;
use super::reader::{Reader, clip, describe};
use super::{Attribute, Builtin, Catalog, Is, KINDS, Kind, Layout, Lowers, condition, is_kebab, value};
use crate::claim::{Claim, ClaimHash, Slot, Statement, Subject, Value as Said, claim_hash};
use crate::diagnostic::codes;
use crate::parse::{Spanned, Table, Value};

pub(super) static KIND: Kind = Kind {
    name: "question",
    summary: "a test of the knowledge",
    attributes: &[
        Builtin {
            name: "ask",
            is: "text",
            cardinality: "one",
            summary: "an address, a name or a sentence, as `get`, `resolve` and `ground` take it",
        },
        Builtin {
            name: "where.*",
            is: "inline",
            cardinality: "one",
            summary: "what is known of the case: a dimension and its value",
        },
        Builtin {
            name: "on",
            is: "date",
            cardinality: "one",
            summary: "the day on which it is to hold; else the day of the test",
        },
        Builtin {
            name: "expect.value",
            is: "inline",
            cardinality: "one",
            summary: "what the answer says; of a sentence what the fact at `address` says, else some fact",
        },
        Builtin {
            name: "expect.address",
            is: "text",
            cardinality: "one",
            summary: "what answers: a claim or a pin; of a name whom it means that day; of a sentence whom it means, or a fact",
        },
        Builtin {
            name: "expect.status",
            is: "text",
            cardinality: "one",
            summary: "`fact`, `none`, `depends`, `ambiguous`, `deprecated`, `unknown`, `too-generic` or `contested`",
        },
        Builtin {
            name: "expect.cites",
            is: "text",
            cardinality: "set",
            summary: "what the answer leans on: pins, claims, or sources as `source/ID`",
        },
        Builtin {
            name: "expect.ready",
            is: "bool",
            cardinality: "one",
            summary: "of a sentence: whether nothing is left open",
        },
    ],
    statements: false,
    typed: false,
    declares: None,
    lowers: Some(Lowers::Themselves(lowers)),
};

const KEYS: [&str; 6] = ["ask", "where", "on", "expect", "label", "note"];
const EXPECTATIONS: [&str; 5] = ["value", "address", "status", "cites", "ready"];
const STATUSES: [&str; 8] =
    ["fact", "none", "depends", "ambiguous", "deprecated", "unknown", "too-generic", "contested"];

/// What to type where nothing is expected yet.
const EXPECT: &str =
    "add `expect = { value = \"…\" }`, or `{ status = \"unknown\" }`: what the answer has to be";

/// Reading one question.
struct Question<'a, 'r, 'f> {
    subject: Subject,
    ordinal: u32,
    catalog: &'a Catalog,
    reader: &'r mut Reader<'f>,
    claims: &'r mut Vec<Claim>,
    stated: Arc<Statement>,
}

fn lowers(
    subject: &SubjectTable<'_, '_>,
    catalog: &Catalog,
    reader: &mut Reader<'_>,
    claims: &mut Vec<Claim>,
) {
    let mut question = Question {
        subject: Subject::new(subject.kind.name, subject.id),
        ordinal: subject.ordinal,
        catalog,
        reader,
        claims,
        stated: Arc::default(),
    };
    question.check_keys(subject.table, "an attribute of a question", &KEYS);
    question.labels(subject.table);
    let slot = question.ask(subject);
    question.context(subject.table);
    if let Some(at) = subject.table.get("on")
        && let Some(day) = value::value(&Is::Date, at, question.reader)
    {
        question.say("on", day, at);
    }
    question.expect(subject, slot.as_ref());
}

impl<'a> Question<'a, '_, '_> {
    /// One claim of the question about itself.
    fn say(&mut self, attribute: &str, value: Said, at: &Spanned<Value<'_>>) {
        let Some(declared) = self.catalog.attribute(KIND.name, None, attribute) else { return };
        let slot = Slot { subject: self.subject.clone(), attribute: SmolStr::new(attribute) };
        let (statement, law, table) = (Arc::clone(&self.stated), declared.law, self.ordinal);
        let origin = self.reader.origin(at);
        let mut claim = Claim { slot, value, statement, law, hash: ClaimHash::ZERO, origin, table };
        claim.hash = claim_hash(&claim);
        self.claims.push(claim);
    }

    fn check_keys(&mut self, table: &Table<'_>, what: &str, known: &[&str]) {
        for key in table.keys().filter(|key| !known.contains(&&**key.get_ref())) {
            let (message, help) = not_among(key.get_ref(), what, known);
            let finding =
                self.reader.finding(&codes::UNKNOWN_ATTRIBUTE, key, message, "not declared").help(help);
            self.reader.report(finding);
        }
    }

    /// What people call it, and what else they note.
    fn labels(&mut self, table: &Table<'_>) {
        for word in ["label", "note"] {
            if let Some(at) = table.get(word)
                && let Some(said) = value::value(&Is::Text, at, self.reader)
            {
                self.say(word, said, at);
            }
        }
    }

    /// What is asked; the slot, where it is the address of one.
    fn ask(&mut self, subject: &SubjectTable<'_, '_>) -> Option<Slot> {
        let Some(at) = subject.table.get("ask") else {
            let message = format!("question `{}` asks nothing", subject.id);
            let finding = self
                .reader
                .finding(&codes::MISSING_KEY, subject.key, message, "no `ask` here")
                .help("add `ask = \"term/acv#definition\"`: an address as `dictum get` takes it, a name, or a sentence");
            self.reader.report(finding);
            return None;
        };
        let said = value::value(&Is::Text, at, self.reader)?;
        let Said::Text(words) = &said else { return None };
        let slot = self.address(words, at, false);
        self.say("ask", said.clone(), at);
        slot
    }

    /// The slot of `words` where they are an address. What is an address by its looks and leads nowhere is a finding.
    fn address(&mut self, words: &str, at: &Spanned<Value<'_>>, whole: bool) -> Option<Slot> {
        let (kind, rest) = words.split_once('/').filter(|_| !words.contains(char::is_whitespace))?;
        if super::kind(kind).is_none() && !rest.contains('#') {
            return None; // A name with a slash in it.
        }
        if super::kind(kind).is_none() {
            let kinds: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
            self.unknown(kind, "a kind of subject", &kinds, at);
            return None;
        }
        let cut = rest.find('#').map(|hash| {
            rest[hash..].find(['@', '~']).map_or(words.len(), |end| words.len() - rest.len() + hash + end)
        });
        let Some(slot) = cut.and_then(|end| Slot::parse(&words[..end])) else {
            if !(whole && is_kebab(rest)) {
                let message = format!("`{}` does not say which attribute", clip(words));
                let finding = self
                    .reader
                    .finding(&codes::WRONG_TYPE, at, message, "of a whole subject")
                    .help(format!("write the attribute behind it, such as `{}#definition`", clip(words)));
                self.reader.report(finding);
            }
            return None;
        };
        let first = slot.attribute.split('.').next().unwrap_or_default().to_owned();
        let known = self.catalog.attribute_names(kind, None);
        if !known.contains(&&*first) {
            self.unknown(&first, &format!("an attribute of a {kind}"), &known, at);
            return None;
        }
        Some(slot)
    }

    fn unknown(&mut self, word: &str, what: &str, known: &[&str], at: &Spanned<Value<'_>>) {
        let (message, help) = not_among(word, what, known);
        let finding = self.reader.finding(&codes::UNKNOWN_ATTRIBUTE, at, message, "not declared").help(help);
        self.reader.report(finding);
    }

    /// What is known of the case, each dimension as it is typed behind `--where`.
    fn context(&mut self, table: &Table<'_>) {
        let Some(at) = table.get("where") else { return };
        let Value::Table(dimensions) = at.get_ref() else {
            return self.wrong(at, "`where` names dimensions", "write `where = { region = \"uk\" }`");
        };
        // Unknown dimensions and values are told of as in every condition.
        condition::when(at, self.catalog, self.reader);
        for (key, at) in dimensions {
            let name = &**key.get_ref();
            if !self.catalog.declarations.dimensions.contains_key(name) {
                continue;
            }
            match typed(at.get_ref()) {
                Some(word) => self.say(&format!("where.{name}"), Said::Text(word), at),
                None => {
                    let message = format!("a question is about one `{}`", clip(name));
                    let help =
                        format!("write one value: `{name} = \"…\"`; ask of each in a question of its own");
                    self.wrong(at, &message, &help);
                }
            }
        }
    }

    fn wrong(&mut self, at: &Spanned<Value<'_>>, message: &str, help: &str) {
        let found = describe(at.get_ref());
        let finding =
            self.reader.finding(&codes::WRONG_TYPE, at, format!("{message}, and here is {found}"), found);
        self.reader.report(finding.help(help));
    }

    fn expect(&mut self, subject: &SubjectTable<'_, '_>, slot: Option<&Slot>) {
        let Some(at) = subject.table.get("expect") else {
            let message = format!("question `{}` expects nothing", subject.id);
            let finding = self
                .reader
                .finding(&codes::MISSING_KEY, subject.key, message, "no `expect` here")
                .help(EXPECT);
            return self.reader.report(finding);
        };
        let Value::Table(table) = at.get_ref() else {
            return self.wrong(
                at,
                "`expect` says in a table what the answer has to be",
                "write `expect = { value = … }`",
            );
        };
        if table.is_empty() {
            let finding = self
                .reader
                .finding(&codes::EMPTY_VALUE, at, "nothing is expected", "an empty table")
                .help(EXPECT);
            return self.reader.report(finding);
        }
        self.check_keys(table, "something that can be expected of an answer", &EXPECTATIONS);
        for (key, at) in table {
            match &**key.get_ref() {
                "value" => self.expect_value(at, slot),
                "address" => self.expect_address(at),
                "status" => {
                    let statuses = Is::Enum(STATUSES.map(SmolStr::new_static).into());
                    if let Some(status) = value::value(&statuses, at, self.reader) {
                        self.say("expect.status", status, at);
                    }
                }
                "cites" => self.expect_cites(at),
                "ready" => {
                    if let Some(ready) = value::value(&Is::Bool, at, self.reader) {
                        self.say("expect.ready", ready, at);
                    }
                }
                _ => {}
            }
        }
    }

    /// The value, read as the attribute that is asked for, so that two spellings of one value are equal.
    fn expect_value(&mut self, at: &Spanned<Value<'_>>, slot: Option<&Slot>) {
        let attribute = slot
            .and_then(|slot| self.catalog.attribute(slot.subject.kind(), None, &slot.attribute))
            .filter(|attribute| attribute.is != Is::Inline);
        let said = match attribute {
            Some(attribute) => self.of_attribute(attribute, at),
            None => {
                let said = as_it_looks(at.get_ref());
                if said.is_none() {
                    self.wrong(at, "the value of an answer is expected here", "write it as `value = \"…\"`");
                }
                said
            }
        };
        if let Some(said) = said {
            self.say("expect.value", said, at);
        }
    }

    fn of_attribute(&mut self, attribute: &'a Attribute, at: &Spanned<Value<'_>>) -> Option<Said> {
        if attribute.layout == Layout::One {
            return value::value(&attribute.is, at, self.reader);
        }
        let one = std::slice::from_ref(at);
        let items = match at.get_ref() {
            Value::Array(items) => items.iter(),
            _ => one.iter(),
        };
        let mut said: Vec<Said> =
            items.map(|item| value::value(&attribute.is, item, self.reader)).collect::<Option<_>>()?;
        said.sort();
        said.dedup();
        Some(Said::List(said))
    }

    fn expect_address(&mut self, at: &Spanned<Value<'_>>) {
        let Some(said) = value::value(&Is::Text, at, self.reader) else { return };
        let Said::Text(words) = &said else { return };
        if !words.contains('/') {
            let message = format!("`{}` is not an address", clip(words));
            let finding = self.reader.finding(&codes::WRONG_TYPE, at, message, "not an address").help(
                "write what answers: `entity/acme-robotics`, or a claim or pin as `dictum get` prints it",
            );
            return self.reader.report(finding);
        }
        self.address(words, at, true);
        self.say("expect.address", said.clone(), at);
    }

    fn expect_cites(&mut self, at: &Spanned<Value<'_>>) {
        let one = std::slice::from_ref(at);
        let items = match at.get_ref() {
            Value::Array(items) => items.iter(),
            _ => one.iter(),
        };
        for item in items {
            let Some(said) = value::value(&Is::Text, item, self.reader) else { continue };
            let Said::Text(words) = &said else { continue };
            match words.strip_prefix("source/") {
                Some(source) if !words.contains('#') => {
                    let sources = &self.catalog.declarations.sources;
                    if !sources.contains_key(source) {
                        let known: Vec<&str> = sources.keys().map(SmolStr::as_str).collect();
                        let (message, help) = not_among(source, "a source", &known);
                        let finding = self
                            .reader
                            .finding(&codes::UNKNOWN_REFERENCE, item, message, "not declared")
                            .help(help);
                        self.reader.report(finding);
                    }
                }
                _ if words.contains('#') => drop(self.address(words, item, false)),
                _ => {
                    let message = format!("`{}` is nothing that an answer cites", clip(words));
                    let finding =
                        self.reader.finding(&codes::WRONG_TYPE, item, message, "not a citation").help(
                            "write a pin as `dictum get` prints it, a claim `…#ATTRIBUTE@ID`, or `source/ID`",
                        );
                    self.reader.report(finding);
                    continue;
                }
            }
            self.say("expect.cites", said.clone(), item);
        }
    }
}

/// A value of a dimension as it is typed behind `--where`; `None` for what is not one value.
fn typed(value: &Value<'_>) -> Option<SmolStr> {
    Some(match value {
        Value::String(text) => SmolStr::new(&**text),
        Value::Boolean(yes) => format_smolstr!("{yes}"),
        Value::Datetime(_) => format_smolstr!("{}", value::date(value)?),
        Value::Integer(_) | Value::Float(_) => format_smolstr!("{}", value::number(value)?),
        Value::Array(_) | Value::Table(_) => return None,
    })
}

/// A value whose type nothing says, by its looks; `None` for a table.
fn as_it_looks(value: &Value<'_>) -> Option<Said> {
    Some(match value {
        Value::String(text) => Said::Text(SmolStr::new(&**text)),
        Value::Boolean(yes) => Said::Bool(*yes),
        Value::Datetime(_) => Said::Date(value::date(value)?),
        Value::Integer(_) | Value::Float(_) => Said::Decimal(value::number(value)?),
        Value::Array(items) => {
            Said::List(items.iter().map(|item| as_it_looks(item.get_ref())).collect::<Option<_>>()?)
        }
        Value::Table(_) => return None,
    })
}
