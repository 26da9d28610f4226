//! Paths into a TOML document, and texts with holes that are filled from one.

use std::fmt;

use smol_str::{SmolStr, ToSmolStr};

use super::super::reader::clip;

/// Where something stands: keys from a table down (`website.name`), `*` for every key of a table. Lists on the way are gone
/// through, one item after the other.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Path {
    /// Whether it leads from the top of the file (`/name`), and not from the table that is the subject.
    pub from_top: bool,
    pub steps: Vec<Step>,
}

/// One step of a path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Step {
    Key(SmolStr),
    Any,
}

/// Parts of a path. Nobody's file is nested deeper, and what is found is held on the stack.
const MOST_STEPS: usize = 32;

impl Path {
    /// Reads one; why not, in words, where it is none.
    pub fn read(written: &str) -> Result<Path, String> {
        let trimmed = written.trim();
        let from_top = trimmed.starts_with('/');
        let mut steps = Vec::new();
        let mut rest = trimmed.strip_prefix('/').unwrap_or(trimmed);
        loop {
            let (key, after) = match rest.strip_prefix('"') {
                Some(quoted) => {
                    let (key, after) = quoted
                        .split_once('"')
                        .ok_or_else(|| format!("a quotation mark in `{}` is never closed", clip(written)))?;
                    (Step::Key(key.into()), after)
                }
                None => {
                    let end = rest.find('.').unwrap_or(rest.len());
                    let key = match rest[..end].trim() {
                        "" => {
                            return Err(format!("`{}` is not a path: a key is missing in it", clip(written)));
                        }
                        "*" => Step::Any,
                        key => Step::Key(key.into()),
                    };
                    (key, &rest[end..])
                }
            };
            steps.push(key);
            if steps.len() > MOST_STEPS {
                return Err(format!("`{}` has more than {MOST_STEPS} parts", clip(written)));
            }
            match after.strip_prefix('.') {
                Some(more) => rest = more,
                None if after.is_empty() => return Ok(Path { from_top, steps }),
                None => return Err(format!("`{}` is not a path: a dot is missing in it", clip(written))),
            }
        }
    }

    /// Whether `other` leads on from where this one ends.
    pub fn leads_to(&self, other: &Path) -> bool {
        self.from_top == other.from_top
            && self.steps.len() < other.steps.len()
            && other.steps.starts_with(&self.steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from_top {
            f.write_str("/")?;
        }
        for (at, step) in self.steps.iter().enumerate() {
            let dot = if at > 0 { "." } else { "" };
            match step {
                Step::Any => write!(f, "{dot}*")?,
                Step::Key(key) if key.contains('.') => write!(f, "{dot}\"{key}\"")?,
                Step::Key(key) => write!(f, "{dot}{key}")?,
            }
        }
        Ok(())
    }
}

/// A text with holes: `entity/person-{file}`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Template(Vec<Piece>);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Piece {
    Text(SmolStr),
    Hole(Hole),
}

/// What a hole is filled with.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Hole {
    /// The name of the file, without `.toml`.
    File,
    /// The name of the folder that it lies in.
    Folder,
    /// The key of the table that is the subject; of an attribute, the key that `*` stood for.
    Key,
    /// What stands at a path.
    At(Path),
}

impl Template {
    /// Reads one; why not, in words, where it is none.
    pub fn read(written: &str) -> Result<Template, String> {
        let mut pieces = Vec::new();
        let mut rest = written;
        while let Some((before, behind)) = rest.split_once('{') {
            if !before.is_empty() {
                pieces.push(Piece::Text(before.into()));
            }
            let (hole, after) = behind
                .split_once('}')
                .ok_or_else(|| format!("a `{{` in `{}` is never closed", clip(written)))?;
            pieces.push(Piece::Hole(match hole.trim() {
                "file" => Hole::File,
                "folder" => Hole::Folder,
                "key" => Hole::Key,
                path => Hole::At(Path::read(path)?),
            }));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.into()));
        }
        Ok(Template(pieces))
    }

    /// The text, with `fill` for its holes; the first hole that nothing fills, where there is one.
    pub fn filled(&self, fill: impl Fn(&Hole) -> Option<SmolStr>) -> Result<SmolStr, &Hole> {
        if let [Piece::Text(text)] = &self.0[..] {
            return Ok(text.clone());
        }
        let mut filled = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Hole(hole) => filled.push_str(&fill(hole).ok_or(hole)?),
            }
        }
        Ok(filled.to_smolstr())
    }
}

impl fmt::Display for Hole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Hole::File => f.write_str("file"),
            Hole::Folder => f.write_str("folder"),
            Hole::Key => f.write_str("key"),
            Hole::At(path) => write!(f, "{path}"),
        }
    }
}

/// A name as an id: in lower case, with a hyphen for what separates words. `None` where it has anything else: to leave that out
/// would make one id of two names (`C++`, `C#`).
pub(super) fn kebab(name: &str) -> Option<SmolStr> {
    let mut kebab = String::with_capacity(name.len());
    for c in name.chars() {
        match c.to_ascii_lowercase() {
            c @ ('a'..='z' | '0'..='9') => kebab.push(c),
            '-' | '_' | '.' | ' ' | '/' | ':' if kebab.is_empty() || kebab.ends_with('-') => {}
            '-' | '_' | '.' | ' ' | '/' | ':' => kebab.push('-'),
            _ => return None,
        }
    }
    let kebab = kebab.trim_end_matches('-');
    (!kebab.is_empty()).then(|| SmolStr::new(kebab))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_they_are_written() {
        for written in ["name", "/name", "website.name", "access.teams.*", "/a.\"b.c\".d"] {
            assert_eq!(Path::read(written).expect("a path").to_string(), written);
        }
        for wrong in ["", ".", "a..b", "a.", "\"a", "\"a\"b"] {
            assert!(Path::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn holes_are_filled_or_named() {
        let template = Template::read("entity/{folder}-{file}-{ids.x}").expect("a template");
        let fill = |hole: &Hole| match hole {
            Hole::File => Some("f".into()),
            Hole::Folder => Some("d".into()),
            Hole::Key => None,
            Hole::At(path) => Some(path.to_smolstr()),
        };
        assert_eq!(template.filled(fill).expect("filled"), "entity/d-f-ids.x");
        let template = Template::read("{key}").expect("a template");
        assert_eq!(template.filled(fill), Err(&Hole::Key));
        assert!(Template::read("a{b").is_err());
    }

    #[test]
    fn ids_are_kebab() {
        for (name, id) in
            [("0xPoe", "0xpoe"), ("rust-analyzer.github.io", "rust-analyzer-github-io"), ("_a_", "a")]
        {
            assert_eq!(kebab(name).as_deref(), Some(id));
        }
        for name in ["", "_", "C++", "C#", "Zo\u{eb}"] {
            assert_eq!(kebab(name), None, "{name}");
        }
    }
}
