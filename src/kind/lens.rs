//! `lens`: reads TOML that was not written for us where it stands, as if it said what the lens makes of it.
//!
//! A file that a lens is for becomes a document of subjects and attributes ([`Lenses::view`]) whose keys and values keep the
//! places where its owners wrote them. From there on nothing knows of lenses: what is said is checked, decided, traced and
//! cited as in any other file.

mod path;
mod pick;
mod view;

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use smol_str::{SmolStr, format_smolstr};

use super::catalog::{not_among, texts, word};
use super::reader::{clip, describe};
use super::{Builder, Builtin, Catalog, Kind, Reader, STATEMENT_KEYS, SubjectTable, kind};
use crate::diagnostic::{Finding, Findings, codes};
use crate::parse::{Key, Spanned, Table, Value};
use crate::source::{Origin, Selection};
use path::{Path, Template};

pub(super) static KIND: Kind = Kind {
    name: "lens",
    summary: "how TOML that was not written for dictum is read",
    attributes: &[
        Builtin {
            name: "files",
            is: "text",
            cardinality: "set",
            summary: "globs of the files it is for, from the folder of `dictum.toml`",
        },
        Builtin {
            name: "subject",
            is: "text",
            cardinality: "one",
            summary: "the subject that a file, or a table of it, speaks of: `entity/person-{file}`",
        },
        Builtin {
            name: "each",
            is: "text",
            cardinality: "one",
            summary: "where the tables stand that are a subject each; without it the file is one",
        },
        Builtin {
            name: "reads",
            is: "inline",
            cardinality: "one",
            summary: "attributes, and the paths at which their values stand: `aliases = \"website.name\"`",
        },
        Builtin {
            name: "says",
            is: "inline",
            cardinality: "one",
            summary: "what every subject says beside: `type = \"person\"`, `when = { platform = \"{file}\" }`",
        },
    ],
    statements: false,
    typed: false,
    declares: Some(declares),
    lowers: None,
};

/// All lenses, in the order of their ids.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lenses {
    /// The folder of `dictum.toml`, `/` behind it unless it is the top.
    pub(super) root: SmolStr,
    all: Vec<Lens>,
    /// Where each stands.
    places: Vec<Origin>,
}

/// By what they show, wherever they stand.
impl Hash for Lenses {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.root, &self.all).hash(state);
    }
}

/// One lens.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Lens {
    id: SmolStr,
    files: Files,
    subject: Template,
    each: Option<Path>,
    /// Attributes, and where they are read.
    reads: Vec<(Template, Vec<Path>)>,
    says: Vec<(SmolStr, Constant)>,
}

/// What every subject of a lens says.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Constant {
    Text(Template),
    Table(Vec<(SmolStr, Constant)>),
    List(Vec<Constant>),
    /// A number, a day, true or false: TOML as it is written again.
    Plain(Plain),
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Plain {
    Integer(SmolStr, u32),
    Float(SmolStr),
    Boolean(bool),
    Datetime(SmolStr),
}

/// The files that a lens is for.
#[derive(Clone, Debug)]
struct Files {
    globs: Vec<SmolStr>,
    selection: Arc<Selection>,
}

impl PartialEq for Files {
    fn eq(&self, other: &Files) -> bool {
        self.globs == other.globs
    }
}

impl Eq for Files {}

impl Hash for Files {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.globs.hash(state);
    }
}

impl Lenses {
    /// Whether any is for the file at `path`, from the top of the repository.
    pub fn takes(&self, path: &str) -> bool {
        self.of(path).next().is_some()
    }

    /// A finding for each lens that is for none of the files at `paths`.
    pub fn report_idle<'p>(&self, paths: impl Iterator<Item = &'p str> + Clone, findings: &mut Findings) {
        for (lens, place) in self.all.iter().zip(&self.places) {
            let below = |path: &'p str| path.strip_prefix(&*self.root);
            if !paths.clone().filter_map(below).any(|path| lens.files.selection.takes(path)) {
                let message = format!("the lens `{}` is for no file", lens.id);
                let finding = Finding::new(&codes::LENS_WITHOUT_FILES, message, *place, "reads nothing");
                let help =
                    "look at `files`: patterns from the folder of `dictum.toml`, such as `people/*.toml`";
                findings.push(finding.help(help));
            }
        }
    }

    /// The same where places are called otherwise.
    pub(super) fn move_to(&mut self, moved: &dyn Fn(Origin) -> Origin) {
        self.places.iter_mut().for_each(|place| *place = moved(*place));
    }

    fn of(&self, path: &str) -> impl Iterator<Item = &Lens> {
        let below = path.strip_prefix(&*self.root);
        self.all.iter().filter(move |lens| below.is_some_and(|below| lens.files.selection.takes(below)))
    }
}

pub(super) fn declares(builder: &mut Builder, subject: &SubjectTable<'_, '_>, reader: &mut Reader<'_>) {
    if !builder.first_time(subject, reader) {
        return;
    }
    let files = files(subject, reader);
    let named = template(subject, "subject", "subject = \"entity/customer-{file}\"", reader);
    let each = match word(subject.table, "each") {
        Some((at, path)) => match Path::read(path) {
            Ok(path) => Some(Some(path)),
            Err(why) => {
                bad(at, why, "each = \"customers\"", reader);
                None
            }
        },
        None => Some(None),
    };
    let of = kind_of(subject.table).map(|kind| Family { kind, of_type: type_of(subject.table) });
    let reads = reads(subject.table, &builder.catalog, of.as_ref(), reader);
    let says = says(subject.table, reader);
    if let (Some(files), Some(subject_is), Some(each)) = (files, named, each) {
        let lens = Lens { id: SmolStr::new(subject.id), files, subject: subject_is, each, reads, says };
        let Lenses { all, places, .. } = &mut builder.catalog.lenses;
        let at = all.partition_point(|known| known.id < lens.id);
        all.insert(at, lens);
        places.insert(at, reader.origin(subject.key));
    }
}

/// What the subjects of a lens are, as far as it says so itself.
struct Family<'d> {
    kind: &'static Kind,
    /// `None` where it is said by no text, or by one with holes.
    of_type: Option<&'d str>,
}

fn kind_of(table: &Table<'_>) -> Option<&'static Kind> {
    word(table, "subject").and_then(|(_, written)| written.split_once('/')).and_then(|(word, _)| kind(word))
}

fn type_of<'d>(table: &'d Table<'_>) -> Option<&'d str> {
    match table.get("says")?.get_ref() {
        Value::Table(says) => word(says, "type").map(|(_, id)| id).filter(|id| !id.contains('{')),
        _ => None,
    }
}

fn bad(at: &Spanned<Value<'_>>, why: String, example: &str, reader: &mut Reader<'_>) {
    let finding = reader.finding(&codes::BAD_LENS, at, why, "not understood");
    reader.report(finding.help(format!("write it as `{example}`")));
}

fn missing(subject: &SubjectTable<'_, '_>, key: &str, example: &str, reader: &mut Reader<'_>) {
    let message = format!("lens `{}` does not say `{key}`", subject.id);
    let finding = reader.finding(&codes::MISSING_KEY, subject.key, message, "incomplete");
    reader.report(finding.help(format!("add `{example}`")));
}

fn files(subject: &SubjectTable<'_, '_>, reader: &mut Reader<'_>) -> Option<Files> {
    let globs = texts(subject.table, "files");
    if globs.is_empty() {
        missing(subject, "files", "files = \"customers/*.toml\"", reader);
        return None;
    }
    let owned: Vec<String> = globs.iter().map(|(_, glob)| (*glob).to_owned()).collect();
    match Selection::new(&owned, &[]) {
        Ok(selection) => {
            Some(Files { globs: owned.iter().map(SmolStr::new).collect(), selection: Arc::new(selection) })
        }
        Err(found) => {
            let at = globs.iter().find(|(_, glob)| *glob == found.glob).map_or(globs[0].0, |(at, _)| *at);
            let why = format!("`{}` is not a pattern for paths: {}", clip(&found.glob), found.why);
            bad(at, why, "files = [\"people/*.toml\", \"teams/**/*.toml\"]", reader);
            None
        }
    }
}

fn template(
    subject: &SubjectTable<'_, '_>,
    key: &str,
    example: &str,
    reader: &mut Reader<'_>,
) -> Option<Template> {
    let Some((at, written)) = word(subject.table, key) else {
        missing(subject, key, example, reader);
        return None;
    };
    let read = Template::read(written).and_then(|template| match kind_of(subject.table) {
        Some(kind) if kind.statements => Ok(template),
        _ => Err(format!("`{}` is not `KIND/ID` with a kind that carries claims", clip(written))),
    });
    read.map_err(|why| bad(at, why, example, reader)).ok()
}

/// The paths of `[lens.ID.reads]`, by the attribute as a template: `ids.github`, `access-{key}`.
fn reads(
    table: &Table<'_>,
    catalog: &Catalog,
    of: Option<&Family<'_>>,
    reader: &mut Reader<'_>,
) -> Vec<(Template, Vec<Path>)> {
    const EXAMPLE: &str = "reads = { name = \"title\", aliases = \"names.*\" }";
    let mut all = Vec::new();
    let Some(at) = table.get("reads") else { return all };
    let Value::Table(below) = at.get_ref() else {
        bad(at, format!("`reads` is a table, not {}", describe(at.get_ref())), EXAMPLE, reader);
        return all;
    };
    let mut waiting = vec![(SmolStr::default(), below)];
    while let Some((prefix, table)) = waiting.pop() {
        for (key, value) in table {
            let name = super::catalog::join(&prefix, key.get_ref());
            if let Value::Table(below) = value.get_ref() {
                waiting.push((name, below));
                continue;
            }
            if of.is_some_and(|of| !is_declared(&name, key, catalog, of, reader)) {
                continue;
            }
            let items = match value.get_ref() {
                Value::Array(items) => items.iter().collect(),
                _ => vec![value],
            };
            let paths = items.into_iter().map(|item| match item.get_ref() {
                Value::String(path) => Path::read(path).map_err(|why| (item, why)),
                other => Err((item, format!("here a path is wanted, not {}", describe(other)))),
            });
            let read = paths.collect::<Result<Vec<Path>, _>>();
            match (read, Template::read(&name)) {
                (Ok(paths), Ok(name)) if !paths.is_empty() => all.push((name, paths)),
                (Ok(_), Ok(_)) => {
                    bad(value, format!("no path is given for `{}`", clip(&name)), EXAMPLE, reader)
                }
                (Err((item, why)), _) => bad(item, why, EXAMPLE, reader),
                (_, Err(why)) => bad(value, why, EXAMPLE, reader),
            }
        }
    }
    // Whichever way the tables are nested.
    all.sort();
    all
}

/// Whether subjects of that family have an attribute of that name; a finding where not. Of what is not yet known, which names have
/// holes and which subjects no type, it is told in the files.
fn is_declared(
    name: &str,
    key: &Key<'_>,
    catalog: &Catalog,
    of: &Family<'_>,
    reader: &mut Reader<'_>,
) -> bool {
    let Some(of_type) = of.of_type.filter(|id| !name.contains('{') && catalog.types.contains_key(*id)) else {
        return true;
    };
    let kind = of.kind.name;
    if STATEMENT_KEYS.contains(&name) || catalog.attribute(kind, Some(of_type), name).is_some() {
        return true;
    }
    let words = catalog.attribute_names(kind, Some(of_type));
    let (message, help) = not_among(name, &format!("an attribute of {kind} of type `{of_type}`"), &words);
    let finding = reader.finding(&codes::UNKNOWN_ATTRIBUTE, key, message, "not declared").help(match help {
        help if help.starts_with("did") => help,
        _ => format!("declare it: `[type.{of_type}.attribute.{}]` with `is = \"text\"`", clip(name)),
    });
    reader.report(finding);
    false
}

fn says(table: &Table<'_>, reader: &mut Reader<'_>) -> Vec<(SmolStr, Constant)> {
    let Some(at) = table.get("says") else { return Vec::new() };
    match constant(at, reader) {
        Some(Constant::Table(says)) => says,
        Some(_) => {
            let why = format!("`says` is a table, not {}", describe(at.get_ref()));
            bad(at, why, "says = { type = \"customer\" }", reader);
            Vec::new()
        }
        None => Vec::new(),
    }
}

fn constant(at: &Spanned<Value<'_>>, reader: &mut Reader<'_>) -> Option<Constant> {
    let plain = match at.get_ref() {
        Value::String(text) => match Template::read(text) {
            Ok(template) => return Some(Constant::Text(template)),
            Err(why) => {
                bad(at, why, "says = { platform = \"{file}\" }", reader);
                return None;
            }
        },
        Value::Table(table) => {
            let each = table.iter().filter_map(|(key, value)| {
                constant(value, reader).map(|constant| (SmolStr::new(&**key.get_ref()), constant))
            });
            return Some(Constant::Table(each.collect()));
        }
        Value::Array(items) => {
            return Some(Constant::List(items.iter().filter_map(|item| constant(item, reader)).collect()));
        }
        Value::Integer(number) => Plain::Integer(number.as_str().into(), number.radix()),
        Value::Float(number) => Plain::Float(number.as_str().into()),
        Value::Boolean(is) => Plain::Boolean(*is),
        Value::Datetime(day) => Plain::Datetime(format_smolstr!("{day}")),
    };
    Some(Constant::Plain(plain))
}
