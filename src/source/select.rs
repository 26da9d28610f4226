//! Which files belong to the knowledge.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::CONFIG;

/// Which files below the knowledge root are read: `*.toml`, in hidden folders too, narrowed by globs.
/// `dictum.toml` at the root is always read.
#[derive(Clone, Debug)]
pub struct Selection {
    include: Option<GlobSet>,
    exclude: GlobSet,
}

/// A glob that can't be understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadGlob {
    /// As written.
    pub glob: String,
    /// What is wrong with it, in words.
    pub why: &'static str,
}

impl Selection {
    /// All of it.
    pub fn all() -> Selection {
        Selection { include: None, exclude: GlobSet::empty() }
    }

    /// `include` and `exclude` are globs of paths from the knowledge root; `*` and `?` stay within a folder, `**`
    /// crosses folders. An empty `include` takes all. A file that both match is left out; a folder that `exclude`
    /// matches is left out with all it holds.
    ///
    /// # Errors
    /// The first glob that can't be understood.
    pub fn new(include: &[String], exclude: &[String]) -> Result<Selection, BadGlob> {
        let include = if include.is_empty() { None } else { Some(set(include)?) };
        Ok(Selection { include, exclude: set(exclude)? })
    }

    /// Whether the file at `path` (from the knowledge root) is read.
    pub fn takes(&self, path: &str) -> bool {
        path == CONFIG
            || path.ends_with(".toml")
                && !path.split('/').any(passed_over)
                && !self.leaves_out(path)
                && !path.match_indices('/').any(|(end, _)| self.leaves_out(&path[..end]))
                && self.include.as_ref().is_none_or(|include| include.is_match(path))
    }

    /// Whether `path` (a file or folder, from the knowledge root) is excluded by a glob.
    pub fn leaves_out(&self, path: &str) -> bool {
        !self.exclude.is_empty() && self.exclude.is_match(path)
    }
}

/// Names that no knowledge has: git's own folder, and the lock files of an editor (`.#acv.toml`). Other names with a
/// dot before them are names like any: a repository may be called `.github`.
pub(super) fn passed_over(name: &str) -> bool {
    name.eq_ignore_ascii_case(".git") || name.starts_with(".#")
}

fn set(globs: &[String]) -> Result<GlobSet, BadGlob> {
    let bad = |glob: &str, why| BadGlob { glob: glob.to_owned(), why };
    let mut builder = GlobSetBuilder::new();
    for glob in globs {
        let built = GlobBuilder::new(glob).literal_separator(true).backslash_escape(true).build();
        builder.add(built.map_err(|error| bad(glob, why(error.kind())))?);
    }
    let last = globs.last().map_or("", String::as_str);
    builder.build().map_err(|_| bad(last, "together with the others it is too large"))
}

fn why(kind: &globset::ErrorKind) -> &'static str {
    match kind {
        globset::ErrorKind::InvalidRecursive => "`**` must be a whole part of the path",
        globset::ErrorKind::UnclosedClass => "a `[` is never closed",
        globset::ErrorKind::InvalidRange(..) => "a range in `[…]` runs backwards",
        globset::ErrorKind::UnopenedAlternates => "a `}` has no `{`",
        globset::ErrorKind::UnclosedAlternates => "a `{` is never closed",
        globset::ErrorKind::DanglingEscape => "a `\\` stands at its end",
        _ => "it is not a glob",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_are_told_from_the_knowledge_root() {
        let globs = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect::<Vec<_>>();
        let selection = Selection::new(&globs(&["terms/**"]), &globs(&["terms/drafts", "**/*.old.toml"]))
            .expect("good globs");
        assert!(
            selection.takes("terms/a.toml")
                && selection.takes("terms/b/c.toml")
                && selection.takes("dictum.toml")
        );
        assert!(
            !selection.takes("a.toml")
                && !selection.takes("terms/a.old.toml")
                && !selection.takes("terms/a.md")
        );
        assert!(selection.leaves_out("terms/drafts"));
        assert_eq!(Selection::new(&[], &globs(&["["])).expect_err("bad").why, "a `[` is never closed");
    }
}
