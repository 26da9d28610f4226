//! Texts with names: where the words come from. Knows paths and bytes, nothing of TOML or meaning.
//!
//! Texts come from a work tree, from a commit's tree without checkout, or from memory, always in the order of
//! their paths: the rest of the program sees no difference.
//!
//! ```text
//! discover   a folder            → Root: where the knowledge is
//! read_one   Root, path          → the text of dictum.toml, which says what belongs to the knowledge
//! load       Root, Selection     → Loaded: texts of the work tree, and what is wrong with files
//! commit     repository, commit  → the same, of a commit
//! store      a repository        → objects by their names, by libgit2 or by git's own program
//! ```

mod invisible;
mod limits;
mod lines;
mod object;
mod object_id;
mod text;

mod error;
mod fault;
mod select;
mod since;
mod tree;

mod store;

mod commit;
mod discover;
mod main_line;
mod merge_base;
mod plain;
mod publish;
mod repository;
mod worktree;

pub use commit::{Former, file_of_commit, load_commit, load_commit_after, read_one_of_commit};
pub use discover::{CONFIG, Root, discover, is_config};
pub use error::SourceError;
pub use fault::{Fault, Odd};
pub use invisible::{invisible, visible};
pub use limits::Limits;
pub use lines::{Lines, Place, Places};
pub use main_line::{Refusal, on_day};
pub(crate) use object::{Entry, Header, Kind, committer_time, header, parts, time, tree_entries};
pub use object_id::{Algorithm, ObjectId, ObjectKind};
pub use plain::{Below, Plain, files_below, read_plain};
pub use publish::{Branch, Signer, Signers, commit_files, commit_on_branch, identity_mail, is_changed};
pub use repository::{open, resolve};
pub use select::{BadGlob, Selection};
pub(crate) use store::trust_packs;
pub use store::{ObjectStore, Repository, Stored, Unread};
pub use text::{FileId, Origin, Span, Text, Texts};
pub use tree::Loaded;
pub use worktree::{load, read_one};

#[cfg(test)]
mod tests;
