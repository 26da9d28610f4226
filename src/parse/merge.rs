//! Finds merges that were not finished: lines that git leaves where two sides say different things
//! (<https://git-scm.com/docs/git-merge#_how_conflicts_are_presented>).
//!
//! Looked for in the text, not in what TOML makes of it: between `"""` such lines are text like any other, and what they hold
//! would be served as one value.

use std::ops::Range;

use memchr::memmem;

/// How the lines begin; what follows is the name of a side. The one in the midst stands alone.
const OPENS: &str = "<<<<<<< ";
const CLOSES: &str = ">>>>>>> ";

/// Lines of all sorts that git leaves, with the one before what both sides come from.
const MARKS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// What is wrong, what stands there, and what to do.
pub(super) const WORDS: (&str, &str, &str) = (
    "a merge was not finished here",
    "put here by git",
    "keep the lines that hold, and take away the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`",
);

/// Whether a line looks like one of those.
pub(super) fn is_mark(line: &str) -> bool {
    MARKS.iter().any(|mark| line.starts_with(mark))
}

/// Where merges were not finished, in order: from the line that opens one to the end of the line that closes it. What is not whole is
/// none.
pub(super) fn unfinished(text: &str) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut from = 0;
    for at in memmem::find_iter(text.as_bytes(), OPENS) {
        if at < from || !begins_line(text, at) {
            continue;
        }
        // The next one that opens is of another.
        let end = memmem::find_iter(&text.as_bytes()[at + 1..], OPENS)
            .map(|next| at + 1 + next)
            .find(|next| begins_line(text, *next))
            .unwrap_or(text.len());
        let lines = text[at..end].split_inclusive('\n').scan(at, |start, line| {
            let own = *start;
            *start += line.len();
            Some((own, line))
        });
        let mut parted = false;
        for (start, line) in lines {
            parted |= line.trim_end() == "=======";
            if parted && line.starts_with(CLOSES) {
                from = start + line.len();
                all.push(at..from);
                break;
            }
        }
    }
    all
}

fn begins_line(text: &str, at: usize) -> bool {
    at == 0 || text.as_bytes()[at - 1] == b'\n'
}

#[cfg(test)]
mod tests {
    fn unfinished(text: &str) -> Vec<(usize, usize)> {
        super::unfinished(text).iter().map(|merge| (merge.start, merge.end)).collect()
    }

    #[test]
    fn only_what_git_leaves_is_a_merge() {
        let whole = "<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> b\n";
        assert_eq!(unfinished(whole), [(0, whole.len())]);
        let base = "x = 1\r\n<<<<<<< HEAD\r\na = 1\r\n||||||| 1234567\r\n=======\r\na = 2\r\n>>>>>>> b";
        assert_eq!(unfinished(base), [(7, base.len())]);
        let two = format!("{whole}b = 1\n{whole}");
        assert_eq!(unfinished(&two), [(0, whole.len()), (whole.len() + 6, two.len())]);
        // Of one that has no end, and of one that follows it, only the second is whole.
        let cut = format!("<<<<<<< HEAD\n=======\n{whole}");
        assert_eq!(unfinished(&cut), [(21, cut.len())]);
        for none in [
            "",
            "a = 1\n",
            " <<<<<<< HEAD\n=======\n>>>>>>> b\n",
            "<<<<<<< HEAD\n>>>>>>> b\n",
            "<<<<<<< HEAD\n=======\n >>>>>>> b\n",
            "<<<<<<<\n=======\n>>>>>>>\n",
            "======= \n",
        ] {
            assert!(unfinished(none).is_empty(), "{none:?}");
        }
    }
}
