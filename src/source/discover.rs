//! Where the knowledge is.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::{SourceError, why};

/// The file that makes a folder the knowledge root.
pub const CONFIG: &str = "dictum.toml";

/// Whether the file at `path` is one that makes a folder the knowledge root.
pub fn is_config(path: &str) -> bool {
    path.rsplit('/').next() == Some(CONFIG)
}

/// Where the knowledge stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Root {
    /// The folder that paths are told from: the top of the git repository; without one, the parent of a folder
    /// called `knowledge`; else the knowledge root itself. Absolute.
    pub base: PathBuf,
    /// The knowledge root from `base`, `/` between parts: `knowledge`. Empty where it is `base` itself.
    pub knowledge: String,
    /// Whether `base` is the top of a git work tree.
    pub in_git: bool,
}

impl Root {
    /// The knowledge root at `folder`, which holds a `dictum.toml` or will.
    ///
    /// # Errors
    /// Where the folder can't be read or its path below the base is not UTF-8.
    pub fn at(folder: &Path) -> Result<Root, SourceError> {
        let folder = canonical(folder)?;
        let git = folder.ancestors().find(|above| is_git_top(above));
        let base = match git {
            Some(top) => top,
            None if folder.ends_with("knowledge") => folder.parent().unwrap_or(&folder),
            None => &folder,
        };
        let below = folder.strip_prefix(base).expect("the base is an ancestor of the folder");
        let parts = below.components().map(|part| part.as_os_str().to_str());
        let Some(parts) = parts.collect::<Option<Vec<&str>>>() else {
            return Err(SourceError::OddFolder { path: folder });
        };
        let knowledge = parts.join("/");
        Ok(Root { base: base.to_path_buf(), knowledge, in_git: git.is_some() })
    }

    /// The folder of the knowledge.
    pub fn folder(&self) -> PathBuf {
        if self.knowledge.is_empty() { self.base.clone() } else { self.base.join(&self.knowledge) }
    }

    /// The path of `dictum.toml` from the base.
    pub fn config_path(&self) -> String {
        below(&self.knowledge, CONFIG)
    }
}

/// `name` below the folder `folder`, which is empty for the base itself.
pub(super) fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Looks in `from` and the folders above it for `dictum.toml` or `knowledge/dictum.toml`, the nearest first and
/// never above the top of a git repository: what lies beyond was not reviewed in it.
///
/// # Errors
/// [`SourceError::NoKnowledge`] where there is none; others where `from` can't be read.
pub fn discover(from: &Path) -> Result<Root, SourceError> {
    let from = canonical(from)?;
    for folder in from.ancestors() {
        for candidate in [folder.to_path_buf(), folder.join("knowledge")] {
            if is_file(&candidate.join(CONFIG)) {
                return Root::at(&candidate);
            }
        }
        if is_git_top(folder) {
            break;
        }
    }
    Err(SourceError::NoKnowledge { from })
}

fn canonical(path: &Path) -> Result<PathBuf, SourceError> {
    fs::canonicalize(path)
        .map_err(|error| SourceError::Unreadable { path: path.to_path_buf(), why: why(&error) })
}

/// A regular file and not a link to one: a link could lead out of the repository.
fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file())
}

/// `.git` is a folder, or in linked work trees and submodules a file.
fn is_git_top(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join(".git")).is_ok_and(|meta| meta.is_dir() || meta.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a temporary folder");
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().expect("has a parent")).expect("folder is made");
            fs::write(path, "").expect("file is written");
        }
        dir
    }

    fn found(dir: &tempfile::TempDir, from: &str) -> Result<(String, String, bool), SourceError> {
        let root = discover(&dir.path().join(from))?;
        let top = fs::canonicalize(dir.path()).expect("exists");
        let base = root.base.strip_prefix(&top).map(|path| path.to_string_lossy().into_owned());
        Ok((base.unwrap_or_else(|_| "beyond".to_owned()), root.knowledge, root.in_git))
    }

    #[test]
    fn paths_are_told_from_the_top_of_the_repository() {
        let dir =
            tree(&["repo/.git/HEAD", "repo/docs/knowledge/dictum.toml", "repo/docs/knowledge/terms/a.toml"]);
        let expected = Ok(("repo".to_owned(), "docs/knowledge".to_owned(), true));
        assert_eq!(found(&dir, "repo/docs/knowledge/terms"), expected);
        assert_eq!(found(&dir, "repo/docs"), expected);
    }

    #[test]
    fn without_git_the_base_is_above_a_folder_called_knowledge() {
        let dir = tree(&["a/knowledge/dictum.toml", "b/words/dictum.toml"]);
        assert_eq!(found(&dir, "a"), Ok(("a".to_owned(), "knowledge".to_owned(), false)));
        assert_eq!(found(&dir, "b/words"), Ok(("b/words".to_owned(), String::new(), false)));
    }

    #[test]
    fn the_search_ends_at_the_top_of_the_repository() {
        let dir = tree(&["dictum.toml", "repo/.git/HEAD", "repo/sub/x"]);
        assert!(matches!(found(&dir, "repo/sub"), Err(SourceError::NoKnowledge { .. })));
    }

    #[test]
    fn a_folder_that_is_not_there_is_said_so() {
        let error = discover(Path::new("/no/such\u{202e}folder")).expect_err("is not there");
        assert_eq!(error.to_string(), "`/no/such\\u{202E}folder` can't be read: it does not exist");
    }
}
