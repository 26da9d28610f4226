//! Real folders and repositories, good and bad.

use std::fs;
use std::path::Path;

use git2::{Oid, Repository as Git, Signature};

use super::*;

struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    /// A git repository with these files in its work tree, not yet committed.
    fn new(files: &[(&str, &[u8])]) -> Place {
        let place = Place { dir: tempfile::tempdir().expect("a temporary folder") };
        Git::init(place.path()).expect("a repository");
        for (path, content) in files {
            place.write(path, content);
        }
        place
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn write(&self, path: &str, content: &[u8]) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("has a parent")).expect("folder is made");
        fs::write(path, content).expect("file is written");
    }

    fn root(&self) -> Root {
        discover(self.path()).expect("has knowledge")
    }

    fn load(&self) -> Loaded {
        load(&self.root(), &Selection::all(), &Limits::default()).expect("can be read")
    }

    /// To write with; what is written is read by what is tested.
    fn git(&self) -> Git {
        Git::open(self.path()).expect("a repository")
    }

    fn commit_all(&self) -> (Repository, ObjectId) {
        let repository = self.git();
        let mut index = repository.index().expect("an index");
        index.add_all(["*"], git2::IndexAddOption::FORCE, None).expect("added");
        let tree = index.write_tree().expect("a tree");
        let commit = self.commit(&repository, tree);
        (open(self.path()).expect("a repository"), commit.into())
    }

    fn commit(&self, repository: &Git, tree: Oid) -> Oid {
        let tree = repository.find_tree(tree).expect("is there");
        let parent = repository.head().ok().map(|head| head.peel_to_commit().expect("a commit"));
        let parents: Vec<_> = parent.iter().collect();
        let who = Signature::new("A", "a@example.com", &git2::Time::new(0, 0)).expect("a name");
        repository.commit(Some("HEAD"), &who, &who, "message", &tree, &parents).expect("a commit")
    }
}

fn load_at(repository: &Repository, commit: ObjectId) -> Loaded {
    load_commit(repository, commit, "knowledge", &Selection::all(), &Limits::default()).expect("can be read")
}

fn paths(loaded: &Loaded) -> Vec<&str> {
    loaded.texts.iter().map(|(_, text)| &*text.path).collect()
}

#[test]
fn a_commit_and_its_work_tree_are_the_same_texts() {
    let place = Place::new(&[
        ("knowledge/dictum.toml", b""),
        ("knowledge/b.toml", b"\xEF\xBB\xBFx = 1\r\n"),
        ("knowledge/a/z.toml", b"\xFF\x00"),
        ("knowledge/a.toml", b""),
        ("knowledge/.hidden/c.toml", b"x"),
        ("knowledge/.github.toml", b"x"),
        ("knowledge/.#a.toml", b"x"),
        ("knowledge/notes.md", b"x"),
        ("other.toml", b"x"),
    ]);
    let (repository, commit) = place.commit_all();
    let loaded = place.load();
    assert_eq!(
        paths(&loaded),
        [
            "knowledge/.github.toml",
            "knowledge/.hidden/c.toml",
            "knowledge/a.toml",
            "knowledge/a/z.toml",
            "knowledge/b.toml",
            "knowledge/dictum.toml"
        ]
    );
    assert_eq!(loaded.faults, []);
    assert_eq!(loaded, load_at(&repository, commit));
    let config = read_one_of_commit(&repository, commit, "knowledge/dictum.toml", &Limits::default());
    assert_eq!(config, read_one(&place.root(), "knowledge/dictum.toml", &Limits::default()));
}

#[test]
fn of_another_commit_only_what_differs_is_read() {
    let place = Place::new(&[
        ("knowledge/dictum.toml", b""),
        ("knowledge/a/x.toml", b"x"),
        ("knowledge/b/y.toml", b"y"),
        ("knowledge/b/z.toml", b"z"),
        ("knowledge/c.toml", b"c"),
    ]);
    let (repository, one) = place.commit_all();
    let former = load_at(&repository, one);
    place.write("knowledge/b/z.toml", b"other");
    place.write("knowledge/b/new.toml", b"new");
    fs::remove_file(place.path().join("knowledge/c.toml")).expect("removed");
    let mut index = place.git().index().expect("an index");
    index.remove_path(Path::new("knowledge/c.toml")).expect("removed");
    index.write().expect("written");
    let (repository, two) = place.commit_all();
    let former = Former { commit: one, texts: &former.texts };
    let next =
        load_commit_after(&repository, two, "knowledge", &Selection::all(), &Limits::default(), former);
    let next = next.expect("can be read");
    assert_eq!(next, load_at(&repository, two));
    let shared = |path: &str| {
        let bytes = |texts: &Texts| texts.find(path).map(|file| texts.get(file).bytes.clone());
        let (new, old) = (bytes(&next.texts), bytes(former.texts));
        new.zip(old).is_some_and(|(new, old)| std::sync::Arc::ptr_eq(&new, &old))
    };
    assert!(shared("knowledge/a/x.toml") && shared("knowledge/b/y.toml") && shared("knowledge/dictum.toml"));
    assert!(!shared("knowledge/b/z.toml"));
}

#[test]
fn excluded_folders_are_not_looked_into() {
    let place = Place::new(&[
        ("knowledge/dictum.toml", b""),
        ("knowledge/old/a.toml", b""),
        ("knowledge/b.toml", b""),
    ]);
    let (repository, commit) = place.commit_all();
    let selection = Selection::new(&[], &["old".to_owned()]).expect("a good glob");
    let from_files = load(&place.root(), &selection, &Limits::default()).expect("can be read");
    let from_commit = load_commit(&repository, commit, "knowledge", &selection, &Limits::default());
    assert_eq!(paths(&from_files), ["knowledge/b.toml", "knowledge/dictum.toml"]);
    assert_eq!(Ok(from_files), from_commit);
}

#[cfg(unix)]
#[test]
fn links_and_loops_are_refused_and_not_followed() {
    let place =
        Place::new(&[("knowledge/dictum.toml", b""), ("knowledge/a.toml", b""), ("secret.toml", b"secret")]);
    let link = |to: &str, at: &str| std::os::unix::fs::symlink(to, place.path().join(at)).expect("a link");
    link("../secret.toml", "knowledge/link.toml");
    link(".", "knowledge/loop");
    link("nowhere", "knowledge/broken.toml");
    let (repository, commit) = place.commit_all();
    let symlink = |path: &str| Fault::Symlink { path: format!("knowledge/{path}") };
    let loaded = place.load();
    assert_eq!(loaded.faults, [symlink("broken.toml"), symlink("link.toml"), symlink("loop")]);
    assert_eq!(paths(&loaded), ["knowledge/a.toml", "knowledge/dictum.toml"]);
    assert_eq!(loaded, load_at(&repository, commit));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let place = Place::new(&[("knowledge/dictum.toml", b""), ("knowledge/a.toml", b"")]);
    let made = std::process::Command::new("mkfifo").arg(place.path().join("knowledge/pipe.toml")).status();
    if made.is_ok_and(|status| status.success()) {
        let fault = Fault::Unreadable { path: "knowledge/pipe.toml".to_owned(), why: "it is not a file" };
        assert_eq!(place.load().faults, [fault]);
    }
}

#[test]
fn a_file_over_the_limit_is_not_read() {
    let place = Place::new(&[("knowledge/dictum.toml", b"")]);
    // Sparse: a gigabyte that takes no room.
    let file = fs::File::create(place.path().join("knowledge/big.toml")).expect("a file");
    file.set_len(1 << 30).expect("grows");
    let loaded = place.load();
    let fault = Fault::TooLarge { path: "knowledge/big.toml".to_owned(), bytes: 1 << 30, most: 16 << 20 };
    assert_eq!(loaded.faults, [fault]);
    assert_eq!(paths(&loaded), ["knowledge/dictum.toml"]);
}

#[test]
fn a_blob_over_the_limit_is_not_read() {
    let place = Place::new(&[("knowledge/dictum.toml", b""), ("knowledge/big.toml", &[b'#'; 2000])]);
    let (repository, commit) = place.commit_all();
    let limits = Limits { file_bytes: 1999, ..Limits::default() };
    let from_commit = load_commit(&repository, commit, "knowledge", &Selection::all(), &limits);
    assert_eq!(from_commit, load(&place.root(), &Selection::all(), &limits));
    let fault = Fault::TooLarge { path: "knowledge/big.toml".to_owned(), bytes: 2000, most: 1999 };
    assert_eq!(from_commit.expect("can be read").faults, [fault]);
}

#[test]
fn of_too_many_files_none_is_read() {
    let place =
        Place::new(&[("knowledge/dictum.toml", b""), ("knowledge/a.toml", b""), ("knowledge/b.toml", b"")]);
    let (repository, commit) = place.commit_all();
    let limits = Limits { files: 2, ..Limits::default() };
    let loaded = load(&place.root(), &Selection::all(), &limits).expect("can be read");
    assert_eq!(loaded.faults, [Fault::TooMany { folder: "knowledge".to_owned(), most: 2 }]);
    assert!(loaded.texts.is_empty());
    assert_eq!(load_commit(&repository, commit, "knowledge", &Selection::all(), &limits), Ok(loaded));
}

#[test]
fn nothing_but_the_configuration_is_said() {
    let place = Place::new(&[("knowledge/dictum.toml", b"")]);
    assert_eq!(place.load().faults, [Fault::Nothing { folder: "knowledge".to_owned() }]);
}

#[cfg(target_os = "linux")]
#[test]
fn odd_names_are_refused() {
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new(&[
        ("knowledge/dictum.toml", b""),
        ("knowledge/a\u{202e}b.toml", b""),
        ("knowledge/back\\slash.toml", b""),
        ("knowledge/Twin.toml", b""),
        ("knowledge/twin.toml", b""),
    ]);
    let name = std::ffi::OsStr::from_bytes(b"knowledge/\xFF.toml");
    fs::write(place.path().join(name), "").expect("file is written");
    let odd = |path: &str, why| Fault::OddPath { path: format!("knowledge/{path}"), why };
    let twins =
        Fault::Twins { first: "knowledge/Twin.toml".to_owned(), second: "knowledge/twin.toml".to_owned() };
    let expected = [
        odd("a\u{202e}b.toml", Odd::Hidden('\u{202e}')),
        odd("back\\slash.toml", Odd::Backslash),
        odd("\u{fffd}.toml", Odd::NotUtf8),
        twins,
    ];
    assert_eq!(place.load().faults, expected);
}

/// A tree as no checkout would make it: written by hand, since libgit2's own builder refuses such names.
fn raw_tree(repository: &Git, entries: &[(&str, &[u8], Oid)]) -> Oid {
    let mut data = Vec::new();
    for (mode, name, id) in entries {
        data.extend_from_slice(mode.as_bytes());
        data.push(b' ');
        data.extend_from_slice(name);
        data.push(0);
        data.extend_from_slice(id.as_bytes());
    }
    let odb = repository.odb().expect("a database");
    odb.write(git2::ObjectType::Tree, &data).expect("written")
}

/// A commit whose folder `knowledge` is a raw tree.
fn raw_commit(place: &Place, repository: &Git, entries: &[(&str, &[u8], Oid)]) -> Oid {
    git2::opts::strict_object_creation(false);
    let knowledge = raw_tree(repository, entries);
    let top = raw_tree(repository, &[("40000", b"knowledge", knowledge)]);
    place.commit(repository, top)
}

#[test]
fn a_commit_that_no_checkout_would_make_is_refused() {
    let place = Place::new(&[]);
    let repository = place.git();
    let blob = repository.blob(b"x = 1\n").expect("written");
    let inner = raw_tree(&repository, &[("100644", b"evil.toml", blob)]);
    let entries: &[(&str, &[u8], Oid)] = &[
        ("40000", b"..", inner),
        ("40000", b".GIT", inner),
        ("160000", b"module", blob),
        ("100644", b"TWIN.toml", blob),
        ("100644", b"\xFF.toml", blob),
        ("100644", b"same.toml", blob),
        ("100644", b"same.toml", blob),
        ("100644", b"twin.toml", blob),
        (
            "100644",
            b"missing.toml",
            Oid::from_str("1234567890123456789012345678901234567890").expect("an id"),
        ),
    ];
    let commit = raw_commit(&place, &repository, entries);
    let odd = |path: &str, why| Fault::OddPath { path: format!("knowledge/{path}"), why };
    let expected = [
        Fault::Submodule { path: "knowledge/module".to_owned() },
        odd("..", Odd::Forbidden),
        odd(".GIT", Odd::Forbidden),
        odd("same.toml", Odd::Twice),
        odd("\u{fffd}.toml", Odd::NotUtf8),
        Fault::Twins { first: "knowledge/TWIN.toml".to_owned(), second: "knowledge/twin.toml".to_owned() },
        Fault::Unreadable {
            path: "knowledge/missing.toml".to_owned(),
            why: "this clone does not have it (`git fetch --refetch --no-filter` brings it)",
        },
    ];
    let loaded = load_at(&open(place.path()).expect("a repository"), commit.into());
    assert_eq!(loaded.faults, expected);
    assert_eq!(paths(&loaded), ["knowledge/TWIN.toml", "knowledge/same.toml", "knowledge/twin.toml"]);
}

#[test]
fn folders_nested_without_end_are_refused() {
    let place = Place::new(&[]);
    let repository = place.git();
    let mut tree = raw_tree(&repository, &[("100644", b"a.toml", repository.blob(b"").expect("written"))]);
    for _ in 0..2000 {
        tree = raw_tree(&repository, &[("40000", b"d", tree)]);
    }
    let commit = raw_commit(&place, &repository, &[("40000", b"d", tree)]);
    let loaded = load_at(&open(place.path()).expect("a repository"), commit.into());
    assert!(matches!(loaded.faults.as_slice(), [Fault::OddPath { why: Odd::TooLong, .. }]));
}

#[test]
fn revisions_are_read_as_git_reads_them() {
    let place = Place::new(&[("knowledge/dictum.toml", b"")]);
    let (repository, first) = place.commit_all();
    let (_, second) = place.commit_all();
    let git = place.git();
    let commit = git.find_commit(first.git().expect("SHA-1")).expect("is there");
    git.branch("old", &commit, false).expect("a branch");
    let who = Signature::new("A", "a@example.com", &git2::Time::new(0, 0)).expect("a name");
    git.tag("v1", commit.as_object(), &who, "tagged", false).expect("a tag");
    let id = first.to_string();
    for names_first in
        ["old", "v1", "refs/tags/v1", "HEAD~", "HEAD^", "HEAD~1", "HEAD^1", "v1~0", &id, &id[..10]]
    {
        assert_eq!(resolve(&repository, names_first), Ok(first), "{names_first}");
    }
    assert_eq!(resolve(&repository, "HEAD"), Ok(second));
    for unknown in ["new", "HEAD~2", "HEAD^2", "0000000", "refs/heads/new"] {
        let expected = SourceError::UnknownRevision { revision: unknown.to_owned() };
        assert_eq!(resolve(&repository, unknown), Err(expected), "{unknown}");
    }
    let odd = [
        "",
        "HEAD@{0}",
        ":/tagged",
        "HEAD:knowledge",
        "a..b",
        "HEAD^{tree}",
        "--all",
        "HEAD~9999999999999",
        "a b",
        "v1^\u{301}",
    ];
    for odd in odd {
        assert_eq!(
            resolve(&repository, odd),
            Err(SourceError::OddRevision { revision: odd.to_owned() }),
            "{odd}"
        );
    }
}

#[test]
fn a_tag_and_a_branch_of_one_name_are_not_guessed_between() {
    let place = Place::new(&[("knowledge/dictum.toml", b"")]);
    let (repository, first) = place.commit_all();
    let (_, second) = place.commit_all();
    let git = place.git();
    git.reference("refs/heads/x", first.git().expect("SHA-1"), false, "").expect("a branch");
    git.reference("refs/tags/x", second.git().expect("SHA-1"), false, "").expect("a tag");
    let readings = vec!["refs/tags/x".to_owned(), "refs/heads/x".to_owned()];
    let expected = SourceError::AmbiguousRevision { revision: "x".to_owned(), readings };
    assert_eq!(expected.help().as_deref(), Some("write `refs/tags/x` or `refs/heads/x`"));
    assert_eq!(resolve(&repository, "x"), Err(expected));
}

#[test]
fn repositories_that_cannot_be_read_are_told_apart() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    assert!(matches!(open(dir.path()), Err(SourceError::NotARepository { .. })));
    Git::init(dir.path()).expect("made");
    assert_eq!(resolve(&open(dir.path()).expect("made"), "HEAD"), Err(SourceError::NoCommits));
    let with = |setting: &str| {
        let dir = tempfile::tempdir().expect("a temporary folder");
        Git::init(dir.path()).expect("made");
        let config = format!("[core]\n\trepositoryformatversion = 1\n[extensions]\n\t{setting}\n");
        fs::write(dir.path().join(".git/config"), config).expect("written");
        match open(dir.path()) {
            Err(SourceError::Unsupported { what, .. }) => what,
            Err(other) => panic!("{other:?}"),
            Ok(_) => "can be read",
        }
    };
    assert_eq!(with("future = yes"), "uses an extension of git");
}
