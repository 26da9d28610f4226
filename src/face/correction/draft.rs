//! The file of a correction: its values in TOML.

use jiff::civil::Date;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value};

use crate::claim::{Point, Product, Test, When};
use crate::face::failure::Failure;
use crate::kind::Is;

/// A correction about to be written.
pub(in crate::face) struct Draft {
    /// Its id, and the name of its file.
    pub id: String,
    /// The knowledge folder from the top of the repository.
    pub root: String,
    /// The slot.
    pub of: String,
    /// What is right; `None` for "known not to exist".
    pub value: Option<Value>,
    /// Why.
    pub reason: String,
    /// Who says so: a mail address.
    pub by: Option<String>,
    /// The hash of the claim that it corrects.
    pub pin: String,
    /// In which cases, where that is narrower than where the claim speaks.
    pub when: Option<When>,
    /// The first day, where that is not the claim's.
    pub from: Option<Date>,
    /// The first day no more, where that is not the claim's.
    pub until: Option<Date>,
    /// What it leans on, where that is not what the claim leans on.
    pub source: Option<String>,
    /// Where the attribute is clear only by the subject's type.
    pub type_id: Option<String>,
}

/// A correction in words.
pub(in crate::face) struct Written {
    /// From the top of the repository.
    pub path: String,
    /// The file.
    pub text: String,
    /// For the commit.
    pub message: String,
}

/// The file of a correction, from the knowledge folder.
pub(in crate::face) fn file(id: &str) -> String {
    format!("corrections/{id}.toml")
}

impl Draft {
    /// The file, its text, and the message of its commit.
    pub fn written(&self) -> Written {
        let mut table = Table::new();
        table.insert("of", text(&self.of));
        match &self.value {
            Some(value) => table.insert("value", Item::Value(value.clone())),
            None => table.insert("none", Item::Value(true.into())),
        };
        if let Some(when) = &self.when {
            table.insert("when", Item::Value(condition(when)));
        }
        for (key, day) in [("from", self.from), ("until", self.until)] {
            if let Some(day) = day {
                table.insert(key, Item::Value(date(day)));
            }
        }
        table.insert("reason", text(&self.reason));
        let others = [("by", &self.by), ("source", &self.source), ("type", &self.type_id)];
        for (key, value) in others {
            if let Some(value) = value {
                table.insert(key, text(value));
            }
        }
        table.insert("pin", text(&self.pin));
        align(&mut table);
        let mut corrections = Table::new();
        corrections.set_implicit(true);
        corrections.insert(&self.id, Item::Table(table));
        let mut document = DocumentMut::new();
        document.insert("correction", Item::Table(corrections));
        let folder = if self.root.is_empty() { String::new() } else { format!("{}/", self.root) };
        Written {
            path: format!("{folder}{}", file(&self.id)),
            text: document.to_string(),
            message: format!("Correct {}\n\n{}\n", self.of, self.reason.trim()),
        }
    }
}

fn date(day: Date) -> Value {
    parsed(&day.to_string()).unwrap_or_else(|| Value::from(day.to_string()))
}

fn text(text: &str) -> Item {
    Item::Value(Value::from(text))
}

/// Equal signs below each other, as people write them.
fn align(table: &mut Table) {
    let longest = table.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
    for (mut key, _) in table.iter_mut() {
        let pad = " ".repeat(longest - key.get().len() + 1);
        key.leaf_decor_mut().set_suffix(pad);
    }
}

/// A condition as the language writes it.
fn condition(when: &When) -> Value {
    let product = |product: &Product| {
        let mut table = InlineTable::new();
        for (id, tests) in product {
            for test in tests {
                if let Test::In(points) = test {
                    table.insert(id.as_str(), any_of(points));
                }
            }
        }
        Value::InlineTable(table)
    };
    match when.products() {
        [one] => product(one),
        several => Value::Array(several.iter().map(product).collect()),
    }
}

fn any_of(points: &[Point]) -> Value {
    let value = |point: &Point| match point {
        Point::Word(word) => Value::from(word.as_str()),
        Point::Bool(yes) => Value::from(*yes),
        Point::Date(day) => date(*day),
        Point::Number(number) => {
            parsed(&number.to_string()).unwrap_or_else(|| Value::from(number.to_string()))
        }
    };
    match points {
        [one] => value(one),
        several => Value::Array(several.iter().map(value).collect::<Array>()),
    }
}

/// What was typed, as a value of the attribute's type: text as it is, all else as TOML. Whether it is a good value is
/// for the compiler to say.
pub(in crate::face) fn typed(typed: &str, is: &Is) -> Result<Value, Failure> {
    match is {
        Is::Text | Is::Markdown | Is::Url | Is::Email | Is::Enum(_) => Ok(Value::from(typed)),
        Is::Ref { kind, .. } => Ok(Value::from(typed.strip_prefix(&format!("{kind}/")).unwrap_or(typed))),
        // These are written as text, where they are not in TOML already.
        Is::Duration | Is::Percent => Ok(parsed(typed).unwrap_or_else(|| Value::from(typed))),
        Is::Money => Ok(parsed(typed).or_else(|| money(typed)).ok_or_else(|| wrong(typed, is))?),
        _ => parsed(typed).ok_or_else(|| wrong(typed, is)),
    }
}

/// `10000 EUR`, as answers print money.
fn money(typed: &str) -> Option<Value> {
    let (amount, currency) = typed.trim().split_once(' ')?;
    let amount = parsed(amount)?;
    let mut table = InlineTable::new();
    table.insert("amount", amount);
    table.insert("currency", Value::from(currency));
    Some(Value::InlineTable(table))
}

fn parsed(typed: &str) -> Option<Value> {
    typed.trim().parse().ok()
}

fn wrong(typed: &str, is: &Is) -> Failure {
    Failure::new(format!("`{typed}` is not {is}")).help(format!("write it as in a file: `{}`", is.example()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_reads_like_one_written_by_hand() {
        let draft = Draft {
            id: "acv-definition".into(),
            root: "knowledge".into(),
            of: "term/acv#definition".into(),
            value: Some(Value::from("Fees \"of use\" excluded.")),
            reason: "never part of it".into(),
            by: Some("lead@example.com".into()),
            pin: "7be4f1".into(),
            when: Some(When::any_of(vec![vec![(
                "region".into(),
                vec![Test::In(vec![Point::Word("uk".into())])],
            )]])),
            from: Some(jiff::civil::date(2026, 5, 1)),
            until: None,
            source: None,
            type_id: None,
        };
        let written = draft.written();
        assert_eq!(written.path, "knowledge/corrections/acv-definition.toml");
        let expected = "[correction.acv-definition]\n\
                        of     = \"term/acv#definition\"\n\
                        value  = 'Fees \"of use\" excluded.'\n\
                        when   = { region = \"uk\" }\n\
                        from   = 2026-05-01\n\
                        reason = \"never part of it\"\n\
                        by     = \"lead@example.com\"\n\
                        pin    = \"7be4f1\"\n";
        assert_eq!(written.text, expected);
    }

    #[test]
    fn what_is_typed_becomes_the_type() {
        let toml = |text: &str, is: &Is| typed(text, is).map(|value| value.to_string());
        assert_eq!(toml("12", &Is::Text), Ok("\"12\"".to_owned()));
        assert_eq!(toml("12", &Is::Integer), Ok("12".to_owned()));
        assert_eq!(toml("2026-03-31", &Is::Date), Ok("2026-03-31".to_owned()));
        assert_eq!(toml("10000 EUR", &Is::Money), Ok("{ amount = 10000, currency = \"EUR\" }".to_owned()));
        assert_eq!(toml("30 days", &Is::Duration), Ok("\"30 days\"".to_owned()));
        assert!(toml("many", &Is::Integer).is_err());
    }
}
