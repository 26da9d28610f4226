//! What is wrong with files as such, in words. These findings have no place in a text: their message names the path.

use super::limit::{nonetheless, nonetheless_bytes};
use super::{Finding, Findings, codes};
use crate::source::{CONFIG, Fault, Limits, Odd, invisible, visible};

/// A finding for each fault, in their order.
pub fn of_files(faults: &[Fault]) -> Findings {
    let mut findings = Findings::new();
    for fault in faults {
        findings.push(finding(fault));
    }
    findings
}

fn finding(fault: &Fault) -> Finding {
    match fault {
        Fault::Symlink { path } => {
            Finding::placeless(&codes::SYMLINK, format!("`{}` is a symbolic link", visible(path)))
                .help("put the file itself there: what a link leads to is not what was reviewed")
        }
        Fault::Submodule { path } => {
            let message = format!("`{}` is a git repository of its own (a submodule)", visible(path));
            Finding::placeless(&codes::UNREADABLE_FILE, message).help(
                "keep its knowledge here as files, or leave the folder out with `exclude` in `dictum.toml`",
            )
        }
        Fault::OddPath { path, why } => odd_path(path, *why),
        Fault::Twins { first, second } => {
            let message = format!("`{}` and `{}` differ by case only", visible(first), visible(second));
            let help = format!("give one of them another name: `git mv '{}' NEW-NAME`", visible(second));
            Finding::placeless(&codes::PATH_CASE, message).help(help)
        }
        Fault::Unreadable { path, why } => {
            Finding::placeless(&codes::UNREADABLE_FILE, format!("`{}` can't be read: {why}", visible(path)))
                .help("make it a file that everyone may read, or take it away")
        }
        Fault::TooLarge { path, bytes, most } => {
            let message = format!(
                "`{}` has {}, more than the {} that are read",
                visible(path),
                size(*bytes),
                size(*most)
            );
            // What no flag lets pass is not offered.
            let nonetheless = match *bytes <= Limits::MOST_FILE_BYTES {
                true => nonetheless_bytes("file-bytes", *bytes),
                false => String::new(),
            };
            Finding::placeless(&codes::FILE_TOO_LARGE, message)
                .help(format!("split it into several files{nonetheless}"))
        }
        Fault::TooMany { folder, most } => {
            let message = format!("more than {most} files below {}; none is read", named(folder));
            Finding::placeless(&codes::TOO_MANY_FILES, message).help(format!(
                "leave out folders that are no knowledge with `exclude` in `{CONFIG}`{}",
                nonetheless("files", (*most as u64).saturating_mul(2))
            ))
        }
        Fault::Nothing { folder } => {
            let example =
                if folder.is_empty() { "terms.toml".to_owned() } else { format!("{folder}/terms.toml") };
            Finding::placeless(&codes::NO_KNOWLEDGE, format!("no knowledge below {} yet", named(folder)))
                .help(format!(
                    "write a file such as `{}` that begins with `[term.my-first-term]`",
                    visible(&example)
                ))
        }
    }
}

fn odd_path(path: &str, odd: Odd) -> Finding {
    let why = match odd {
        Odd::Hidden(character) => {
            let name = invisible(character).unwrap_or("control character");
            format!("holds a character that can't be seen, `\\u{{{:04X}}}` ({name})", u32::from(character))
        }
        Odd::Backslash => "holds a `\\`, which parts folders on Windows".to_owned(),
        Odd::NotUtf8 => "is not UTF-8".to_owned(),
        Odd::Forbidden => "has a part that no checkout would make".to_owned(),
        Odd::Twice => "stands twice in the commit".to_owned(),
        Odd::TooLong => "has too many folders within each other".to_owned(),
    };
    // A path of thousands of folders says nothing more than its end does.
    let shown: String = match path.char_indices().rev().nth(200) {
        Some((start, _)) => format!("…{}", &path[start..]),
        None => path.to_owned(),
    };
    Finding::placeless(&codes::ODD_PATH, format!("the path `{}` {why}", visible(&shown)))
        .help("rename it with letters, digits, `-`, `_` and `.`")
}

fn named(folder: &str) -> String {
    if folder.is_empty() { "this folder".to_owned() } else { format!("`{}`", visible(folder)) }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KiB", bytes.div_ceil(1 << 10)),
        _ => format!("{} MiB", bytes.div_ceil(1 << 20)),
    }
}
