//! The same knowledge gives the same bytes: from the work tree and from the commit, whatever the machine says.

use std::fs;

use crate::scratch::{DICTUM, Scratch};

/// The worked example as one commit, its files written in the order of `shuffle`.
fn example(shuffle: impl Fn(&mut Vec<std::path::PathBuf>)) -> Scratch {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = walkdir::WalkDir::new(root.join("knowledge"))
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect();
    files.sort();
    shuffle(&mut files);
    let scratch = Scratch::repository();
    for file in files {
        let path = file.strip_prefix(root).expect("below the root").to_str().expect("a plain name");
        scratch.write(path, fs::read(&file).expect("a file of the worked example"));
    }
    scratch.shell("git add --all && git commit --quiet --message 'Say it all'");
    scratch
}

/// What `dictum build` writes, under `environment`.
fn built(scratch: &Scratch, arguments: &[&str], environment: &[(&str, &str)]) -> Vec<u8> {
    let file = scratch.beside("out.dictum");
    let _none_yet = fs::remove_file(&file);
    let mut command = scratch.command(DICTUM);
    command.args(["build", "-o"]).arg(&file).args(arguments).envs(environment.iter().copied());
    let output = command.output().expect("dictum runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::read(file).expect("a snapshot")
}

#[test]
fn the_same_bytes_from_work_tree_and_commit() {
    let scratch = example(|_| {});
    assert!(built(&scratch, &[], &[]) == built(&scratch, &["--rev", "HEAD"], &[]));
}

#[test]
fn the_same_bytes_whatever_the_order_of_files() {
    let one = example(|_| {});
    let two = example(|files| files.reverse());
    assert!(built(&one, &[], &[]) == built(&two, &[], &[]));
}

#[test]
fn the_same_bytes_in_every_environment() {
    let scratch = example(|_| {});
    let first = built(&scratch, &[], &[]);
    let environments: &[&[(&str, &str)]] = &[
        &[("TZ", "Pacific/Kiritimati")],
        &[("TZ", "America/Anchorage"), ("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8")],
        &[("RAYON_NUM_THREADS", "1")],
        &[("RAYON_NUM_THREADS", "7"), ("COLUMNS", "20"), ("NO_COLOR", "1")],
        &[("HOME", "/nonexistent"), ("USER", "somebody")],
    ];
    for environment in environments {
        assert!(built(&scratch, &[], environment) == first, "differs under {environment:?}");
    }
    for _ in 0..5 {
        assert!(built(&scratch, &[], &[]) == first, "differs from run to run");
    }
}

#[test]
fn the_same_bytes_under_every_umask() {
    let scratch = example(|_| {});
    let first = built(&scratch, &[], &[]);
    for umask in ["000", "077"] {
        let ran = scratch
            .shell(&format!("umask {umask} && rm -f ../masked.dictum && dictum build -o ../masked.dictum"));
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(
            fs::read(scratch.beside("masked.dictum")).expect("a snapshot") == first,
            "differs under {umask}"
        );
    }
}

#[test]
fn the_same_answers_from_a_folder_below_and_from_elsewhere() {
    let scratch = example(|_| {});
    let first = built(&scratch, &[], &[]);
    let below = scratch.shell("cd knowledge/terms && dictum build -o ../../../below.dictum");
    assert_eq!(below.code, 0, "{}", below.stderr);
    assert!(fs::read(scratch.beside("below.dictum")).expect("a snapshot") == first);
    let top = scratch.top().display().to_string();
    let elsewhere = scratch.shell(&format!("cd / && dictum -C '{top}' build -o '{top}/../elsewhere.dictum'"));
    assert_eq!(elsewhere.code, 0, "{}", elsewhere.stderr);
    assert!(fs::read(scratch.beside("elsewhere.dictum")).expect("a snapshot") == first);
}
