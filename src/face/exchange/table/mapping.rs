//! Which column is what: a small TOML file, in the words of a lens.
//!
//! ```toml
//! subject   = "entity/{customer no}"                   # the columns that an id is made of
//! reads     = { name = "title", aliases = ["short", "others"], "ids.crm" = "customer no" }
//! says      = { type = "customer" }                    # of all of them
//! separator = ";"                                      # between the values of a set
//! delimiter = ","                                      # between cells
//! ```

use std::collections::BTreeSet;

use toml_edit::{DocumentMut, Item, TableLike, Value};

use super::{Row, Rows, SEPARATOR};
use crate::face::failure::Failure;
use crate::query::nearest;

/// Which column is what.
pub(super) struct Mapping {
    /// What an id is made of, with columns in braces.
    subject: String,
    /// Attributes, each with a column that says it.
    pub reads: Vec<(String, String)>,
    /// Attributes, each with what all rows say.
    pub says: Vec<(String, String)>,
    /// Between the values of a set.
    pub separator: String,
    /// Between cells.
    pub delimiter: u8,
}

const KEYS: &[&str] = &["subject", "reads", "says", "separator", "delimiter"];

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// Where it is none.
    pub fn read(text: &str) -> Result<Mapping, Failure> {
        let document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
            let at = error.span().map_or(0, |span| span.start);
            let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
            Failure::new(format!("line {line} of the mapping is not TOML"))
                .help("write keys and values: `subject = \"entity/{id}\"`")
        })?;
        if let Some((odd, _)) = document.iter().find(|(key, _)| !KEYS.contains(key)) {
            let near =
                nearest(odd, KEYS.iter().copied(), 1).first().map(|near| format!("did you mean `{near}`? "));
            return Err(Failure::new(format!("`{odd}` means nothing in a mapping")).help(format!(
                "{}write {}",
                near.unwrap_or_default(),
                KEYS.join(", ")
            )));
        }
        let text_of = |key: &str| document.get(key).and_then(Item::as_str).map(str::to_owned);
        let subject = text_of("subject").filter(|subject| subject.contains('{')).ok_or_else(|| {
            Failure::new("the mapping does not say what ids are made of")
                .help("write `subject = \"entity/{COLUMN}\"`, with the name of a column in the braces")
        })?;
        let delimiter = match text_of("delimiter").as_deref() {
            None => b',',
            Some(one) if one.len() == 1 && one.is_ascii() => one.as_bytes()[0],
            Some(_) => return Err(Failure::new("`delimiter` is one character, such as `;`")),
        };
        let separator = text_of("separator").filter(|text| !text.is_empty());
        Ok(Mapping {
            subject,
            reads: pairs(&document, "reads")?,
            says: pairs(&document, "says")?,
            separator: separator.unwrap_or_else(|| SEPARATOR.to_owned()),
            delimiter,
        })
    }

    /// That of a table that was exported: its columns are attributes.
    pub fn exported(header: &[String]) -> Mapping {
        let attributes = header.iter().filter(|name| *name != "subject" && !name.is_empty());
        Mapping {
            subject: "{subject}".to_owned(),
            reads: attributes.map(|name| (name.clone(), name.clone())).collect(),
            says: Vec::new(),
            separator: SEPARATOR.to_owned(),
            delimiter: b',',
        }
    }

    /// The columns that are read.
    pub fn taken(&self) -> BTreeSet<&str> {
        let read = self.reads.iter().map(|(_, column)| column.as_str());
        read.chain(self.columns()).collect()
    }

    /// The columns that ids are made of.
    fn columns(&self) -> BTreeSet<&str> {
        self.subject.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0)).collect()
    }

    /// Refuses columns that the table does not have.
    ///
    /// # Errors
    /// Where there is such a column.
    pub fn check(&self, header: &[String]) -> Result<(), Failure> {
        let there: BTreeSet<&str> = header.iter().map(String::as_str).collect();
        match self.taken().into_iter().find(|column| !there.contains(column)) {
            None => Ok(()),
            Some(odd) => {
                let near = nearest(odd, header.iter().map(String::as_str), 1)
                    .first()
                    .map(|near| format!("did you mean `{near}`?"));
                let all = || format!("its columns are {}", header.join(", "));
                Err(Failure::new(format!("the table has no column `{odd}`")).help(near.unwrap_or_else(all)))
            }
        }
    }

    /// What the id of a row is made of.
    pub fn subject_of(&self, rows: &Rows, row: &Row) -> String {
        let mut made = String::new();
        let mut rest = self.subject.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (column, behind) = after.split_once('}').unwrap_or((after, ""));
            made.push_str(before);
            made.push_str(rows.cell(row, column).unwrap_or_default().trim());
            rest = behind;
        }
        made.push_str(rest);
        made
    }
}

/// The pairs of a table of texts, lists of texts, numbers and dates; in tables below it, with a dot between the keys.
fn pairs(document: &DocumentMut, key: &str) -> Result<Vec<(String, String)>, Failure> {
    let Some(item) = document.get(key) else { return Ok(Vec::new()) };
    let mut pairs = Vec::new();
    match item.as_table_like() {
        Some(table) => add(table, "", &mut pairs),
        None => {
            return Err(Failure::new(format!("`{key}` in the mapping is no table"))
                .help(format!("write `{key} = {{ name = \"COLUMN\" }}`")));
        }
    }
    Ok(pairs)
}

fn add(table: &dyn TableLike, before: &str, pairs: &mut Vec<(String, String)>) {
    for (key, item) in table.iter() {
        let name = format!("{before}{key}");
        match item {
            Item::Value(Value::Array(several)) => {
                pairs.extend(several.iter().map(|one| (name.clone(), text(one))));
            }
            // An amount of money is a value, and all other tables are maps.
            Item::Value(Value::InlineTable(money)) if money.contains_key("amount") => {
                pairs.push((name, money.to_string().trim().to_owned()));
            }
            Item::Value(value) if value.is_inline_table() => {
                if let Some(below) = value.as_inline_table() {
                    add(below, &format!("{name}."), pairs);
                }
            }
            Item::Value(value) => pairs.push((name, text(value))),
            item => {
                if let Some(below) = item.as_table_like() {
                    add(below, &format!("{name}."), pairs);
                }
            }
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string().trim().to_owned(), str::to_owned)
}
