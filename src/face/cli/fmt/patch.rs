//! What would change in a file as a patch that `git apply` reads
//! (<https://git-scm.com/docs/diff-format#_generating_patch_text_with_p>).

use similar::TextDiff;

use crate::face::cli::patch::one_hunk;

/// Lines of both sides up to which the least difference is looked for: that takes time with the square of what differs.
const MOST_LINES: usize = 20_000;

/// `old` → `new`, with three lines around each change; of large files from the first change to the last.
pub(super) fn unified(path: &str, old: &str, new: &str) -> String {
    if old.lines().count() + new.lines().count() > MOST_LINES {
        return one_hunk(path, Some(old), new);
    }
    let diff = TextDiff::from_lines(old, new);
    let (from, to) = (quoted("a/", path), quoted("b/", path));
    diff.unified_diff().context_radius(3).header(&from, &to).to_string()
}

/// A path as git writes it in a patch: in quotation marks where it holds what would end or forge a line.
fn quoted(side: &str, path: &str) -> String {
    let odd = |c: char| c.is_control() || matches!(c, '"' | '\\');
    if !path.contains(odd) {
        return format!("{side}{path}");
    }
    let mut text = format!("\"{side}");
    for c in path.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            c if odd(c) => {
                let mut room = [0; 4];
                c.encode_utf8(&mut room).bytes().for_each(|byte| text.push_str(&format!("\\{byte:03o}")));
            }
            c => text.push(c),
        }
    }
    text + "\""
}
