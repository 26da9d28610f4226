//! `dictum init --ci FORGE`: files that make a forge check the knowledge, and whom it asks for reviews. Writes nothing over
//! anything.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::claim::{GOVERNING, Governance, Value};
use crate::compile::Compiled;
use crate::face::cli::knowledge::{Place, compile_files};
use crate::face::cli::output::{Failure, Output};
use crate::source::Root;

/// A forge.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Forge {
    /// Workflows that check and comment, the action they use, and CODEOWNERS
    Github,
    /// A job to include, and CODEOWNERS
    Gitlab,
}

/// The action, as this repository has it.
const ACTION: [(&str, &str); 4] = [
    (".github/actions/dictum/action.yml", include_str!("../../../../.github/actions/dictum/action.yml")),
    (".github/actions/dictum/get.sh", include_str!("../../../../.github/actions/dictum/get.sh")),
    (".github/actions/dictum/report.sh", include_str!("../../../../.github/actions/dictum/report.sh")),
    (".github/actions/dictum/comment.sh", include_str!("../../../../.github/actions/dictum/comment.sh")),
];

/// The files for `forge`, from the top of the repository, with their texts.
///
/// # Errors
/// Where the knowledge can't be read.
pub(super) fn files(
    forge: Forge,
    folder: &Path,
    out: &Output<'_>,
) -> Result<Vec<(PathBuf, String)>, Failure> {
    let root = Root::at(folder)?;
    let base = root.base.clone();
    let below = if root.knowledge.is_empty() { String::new() } else { format!("{}/", root.knowledge) };
    let place = Place { root, repository: Err(String::new()), limits: out.global.limits() };
    let owners = owners(&compile_files(&place)?);
    let attributes = include_str!("gitattributes").replace("FOLDER", &spelled(&below));
    let mut files = vec![(".gitattributes", attributes)];
    match forge {
        Forge::Github => {
            files.extend([
                (".github/workflows/knowledge.yml", include_str!("github.yml").to_owned()),
                (".github/workflows/knowledge-comment.yml", include_str!("github-comment.yml").to_owned()),
                (".github/CODEOWNERS", owners),
            ]);
            files.extend(ACTION.map(|(path, text)| (path, text.to_owned())));
        }
        Forge::Gitlab => files.extend([
            (".gitlab/dictum.yml", include_str!("gitlab.yml").to_owned()),
            (".gitlab/CODEOWNERS", owners),
        ]),
    }
    Ok(files.into_iter().map(|(path, text)| (base.join(path), text)).collect())
}

/// A line for each file: the members of the teams that own what it speaks of.
fn owners(compiled: &Compiled) -> String {
    let teams = Governance::of(&compiled.claims).teams;
    let mut owner_of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for claim in compiled.claims.iter().filter(|claim| claim.slot.attribute == "owner") {
        if let Value::Ref(team) = &claim.value {
            owner_of.entry(claim.slot.subject.as_str()).or_default().insert(team.id());
        }
    }
    let mut files: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for claim in &compiled.claims {
        let subject = &claim.slot.subject;
        let asked = files.entry(&compiled.texts.get(claim.origin.file).path).or_default();
        let owners = owner_of.get(subject.as_str()).into_iter().flatten().copied();
        // Of a team itself its own members are asked.
        let own = (subject.kind() == GOVERNING[1]).then(|| subject.id());
        let members = owners.chain(own).filter_map(|team| teams.get(team)).flatten();
        asked.extend(members.map(|member| member.as_str()).filter(|member| is_mail(member)));
    }
    let mut out = String::from(
        "# Whom a change to knowledge is shown to: the members of the teams that own what a file speaks of, as the knowledge\n\
         # said when this was written. What a change needs is said by its policies (`dictum explain policy`).\n",
    );
    for (path, members) in files.iter().filter(|(_, members)| !members.is_empty()) {
        let members: Vec<&str> = members.iter().copied().collect();
        out.push_str(&format!("/{} {}\n", spelled(path), members.join(" ")));
    }
    out
}

/// A forge knows people by their addresses of mail; what has any other sign in it could be read as another owner.
fn is_mail(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@.+-_".contains(c);
    text.split('@').filter(|part| !part.is_empty()).count() == 2 && text.chars().all(plain)
}

/// A path as such a file has it, where a space ends it and some signs are patterns.
fn spelled(path: &str) -> String {
    let odd = |c: char| c.is_whitespace() || c.is_control() || "#!*?[]\\\"".contains(c);
    path.chars().map(|c| if odd(c) { '?' } else { c }).collect()
}
