//! JSON Lines: one object a line. Names and context are texts, whole numbers, `true` or `false`; null and a key that is
//! not there are nothing. Numbers with a fraction are not taken, for engines write them differently.

use std::collections::BTreeSet;
use std::io::Read;

use serde::de::{DeserializeSeed, Deserializer as _, Error as _, IgnoredAny, MapAccess, Visitor};

use super::feed::Feed;
use super::rows::{Each, Field, MOST_COLUMNS, Spot, Table, missing_column};
use crate::face::cli::output::Failure;

/// Keys that are remembered for a mistake in a column's name.
const MOST_KEYS: usize = 64;

/// A JSON Lines file being read.
pub(super) struct Jsonl<R> {
    feed: Feed<R>,
    table: Table,
}

impl<R: Read> Jsonl<R> {
    /// Nothing is read yet.
    pub fn new(input: R, table: Table) -> Jsonl<R> {
        Jsonl { feed: Feed::new(input), table }
    }

    /// Gives the columns `wanted` of each row.
    pub fn read(&mut self, wanted: &[String], each: &mut Each<'_>) -> Result<(), Failure> {
        let (mut line, mut row) = (0, 0);
        let mut keys = Keys { wanted, seen: vec![false; wanted.len()], others: BTreeSet::new() };
        let mut texts: Vec<Text> = vec![Text::default(); wanted.len()];
        loop {
            line += 1;
            let spot = Spot { row: row + 1, line: Some(line) };
            let (bytes, taken) = match self.feed.line() {
                Ok(Some(line)) => line,
                Ok(None) => break,
                Err(stop) => return Err(self.table.stopped(stop, &spot)),
            };
            let bytes = if line == 1 { bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes) } else { bytes };
            if !bytes.iter().all(u8::is_ascii_whitespace) {
                row += 1;
                object(bytes, &mut keys, &mut texts).map_err(|wrong| wrong.told(&self.table, &spot))?;
                let mut fields = [Field::NULL; MOST_COLUMNS];
                for (text, field) in texts.iter().zip(&mut fields) {
                    *field = Field { text: text.is_there.then_some(&text.text), bare: text.bare };
                }
                each(&spot, &fields[..wanted.len()])?;
            }
            self.feed.take(taken);
        }
        // What no object has may be a mistake in its name.
        let missing = wanted.iter().zip(&keys.seen).find(|(_, seen)| row > 0 && !**seen);
        let others: Vec<String> = keys.others.into_iter().collect();
        missing.map_or(Ok(()), |(column, _)| Err(missing_column(&self.table, column, &others)))
    }
}

/// A field of the row.
#[derive(Clone, Default)]
struct Text {
    text: String,
    is_there: bool,
    bare: bool,
}

/// The columns, and what keys the objects have.
struct Keys<'w> {
    wanted: &'w [String],
    seen: Vec<bool>,
    others: BTreeSet<String>,
}

/// What is wrong with a line.
enum Wrong {
    NotUtf8,
    NotObject(String),
    Value(String),
}

impl Wrong {
    fn told(self, table: &Table, spot: &Spot) -> Failure {
        match self {
            Wrong::NotUtf8 => table.at(spot, "is not UTF-8").help("save the table in UTF-8"),
            Wrong::NotObject(what) => table
                .at(spot, &format!("is not a JSON object{what}"))
                .help("write one object a line: `{\"name\": \"Acme\", \"region\": \"uk\"}`"),
            Wrong::Value(what) => table.at(spot, &what),
        }
    }
}

fn object(line: &[u8], keys: &mut Keys<'_>, texts: &mut [Text]) -> Result<(), Wrong> {
    let line = std::str::from_utf8(line).map_err(|_| Wrong::NotUtf8)?;
    texts.iter_mut().for_each(|text| text.is_there = false);
    let mut wrong = None;
    let mut reader = serde_json::Deserializer::from_str(line);
    let row = Object { keys, texts, wrong: &mut wrong };
    let read = reader.deserialize_map(row).and_then(|()| reader.end());
    match (wrong, read) {
        (Some(what), _) => Err(Wrong::Value(what)),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) => {
            let at = if error.is_syntax() || error.is_eof() {
                format!(", from column {} on", error.column())
            } else {
                String::new()
            };
            Err(Wrong::NotObject(at))
        }
    }
}

/// Reads an object into the wanted columns.
struct Object<'o, 'w> {
    keys: &'o mut Keys<'w>,
    texts: &'o mut [Text],
    wrong: &'o mut Option<String>,
}

impl<'de> Visitor<'de> for Object<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Object { keys, texts, wrong } = self;
        let mut had = [false; MOST_COLUMNS];
        while let Some(at) = map.next_key_seed(Key(keys))? {
            let Some(at) = at else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if std::mem::replace(&mut had[at], true) {
                *wrong = Some(format!("has the key `{}` twice", keys.wanted[at]));
                return Err(A::Error::custom("twice"));
            }
            if !map.next_value_seed(Scalar(&mut texts[at]))? {
                let column = &keys.wanted[at];
                *wrong = Some(format!("has a `{column}` that is neither a text nor a whole number"));
                return Err(A::Error::custom("no text"));
            }
        }
        Ok(())
    }
}

/// Reads a key: which column it is.
struct Key<'k, 'w>(&'k mut Keys<'w>);

impl<'de> DeserializeSeed<'de> for Key<'_, '_> {
    type Value = Option<usize>;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Option<usize>, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_, '_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Option<usize>, E> {
        let at = self.0.wanted.iter().position(|wanted| wanted == key);
        match at {
            Some(at) => self.0.seen[at] = true,
            None if self.0.others.len() < MOST_KEYS && !self.0.others.contains(key) => {
                self.0.others.insert(key.chars().take(80).collect());
            }
            None => {}
        }
        Ok(at)
    }
}

/// Reads a value; whether it is one that can be taken.
struct Scalar<'t>(&'t mut Text);

impl Scalar<'_> {
    fn put(self, text: &str, bare: bool) -> bool {
        self.0.text.clear();
        self.0.text.push_str(text);
        (self.0.is_there, self.0.bare) = (true, bare);
        true
    }
}

impl<'de> DeserializeSeed<'de> for Scalar<'_> {
    type Value = bool;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<bool, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Scalar<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<bool, E> {
        Ok(self.put(text, false))
    }

    fn visit_i64<E>(self, number: i64) -> Result<bool, E> {
        Ok(self.put(&number.to_string(), true))
    }

    fn visit_u64<E>(self, number: u64) -> Result<bool, E> {
        Ok(self.put(&number.to_string(), true))
    }

    fn visit_bool<E>(self, yes: bool) -> Result<bool, E> {
        Ok(self.put(if yes { "true" } else { "false" }, true))
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(true)
    }

    fn visit_f64<E>(self, _: f64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<bool, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(false)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(false)
    }
}
