//! TEMPORARY: texts of a work tree or commit.

use std::path::Path;

use git2::{ObjectType, Oid, Repository, TreeWalkMode, TreeWalkResult};

use crate::diagnostic::Findings;
use crate::source::{Text, Texts};

pub(super) fn folder(top: &Path, root: &str) -> (Texts, Findings) {
    let mut texts = Vec::new();
    let start = top.join(root);
    let mut stack = vec![start];
    while let Some(dir) = stack.pop() {
        for entry in std::fs::read_dir(&dir).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                if !path.ends_with(".git") { stack.push(path); }
            } else if path.extension().is_some_and(|ext| ext == "toml") {
                let name = path.strip_prefix(top).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                texts.push(Text { path: name.into(), bytes: std::fs::read(&path).unwrap_or_default().into() });
            }
        }
    }
    (Texts::new(texts), Findings::new())
}

pub(super) fn commit(repository: &Repository, commit: Oid, root: &str) -> (Texts, Findings) {
    let mut texts = Vec::new();
    let tree = repository.find_commit(commit).and_then(|commit| commit.tree());
    if let Ok(tree) = tree {
        let _ = tree.walk(TreeWalkMode::PreOrder, |folder, entry| {
            if entry.kind() == Some(ObjectType::Blob) {
                let path = format!("{folder}{}", entry.name().unwrap_or_default());
                let inside = root.is_empty() || path.starts_with(&format!("{root}/"));
                if inside && path.ends_with(".toml") && let Ok(blob) = repository.find_blob(entry.id()) {
                    texts.push(Text { path: path.into(), bytes: blob.content().into() });
                }
            }
            TreeWalkResult::Ok
        });
    }
    (Texts::new(texts), Findings::new())
}
