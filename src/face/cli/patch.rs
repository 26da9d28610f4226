//! An edit of one file as a patch that `git apply` reads: one hunk, from the first changed line to the last.

/// Lines of the file that are shown around what changes.
const AROUND: usize = 3;

/// `old` is `None` for a new file.
pub(super) fn one_hunk(path: &str, old: Option<&str>, new: &str) -> String {
    let lines = |text: &str| -> Vec<String> { text.split_inclusive('\n').map(ToOwned::to_owned).collect() };
    let (before, after) = (lines(old.unwrap_or_default()), lines(new));
    let same = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    let most = before.len().min(after.len()) - same;
    let tail = before.iter().rev().zip(after.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    let start = same.saturating_sub(AROUND);
    let below = tail.min(AROUND);
    let (old_end, new_end) = (before.len() - tail, after.len() - tail);
    let mut patch = match old {
        Some(_) => format!("diff --git a/{path} b/{path}\n--- a/{path}\n"),
        None => format!("diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n"),
    };
    patch.push_str(&format!("+++ b/{path}\n"));
    let range = |end: usize| {
        let count = end + below - start;
        let first = if count == 0 { start } else { start + 1 };
        format!("{first},{count}")
    };
    patch.push_str(&format!("@@ -{} +{} @@\n", range(old_end), range(new_end)));
    let mut push = |mark: char, line: &String| {
        patch.push(mark);
        patch.push_str(line);
        if !line.ends_with('\n') {
            patch.push_str("\n\\ No newline at end of file\n");
        }
    };
    before[start..same].iter().for_each(|line| push(' ', line));
    before[same..old_end].iter().for_each(|line| push('-', line));
    after[same..new_end].iter().for_each(|line| push('+', line));
    before[old_end..old_end + below].iter().for_each(|line| push(' ', line));
    patch
}

#[cfg(test)]
mod tests {
    use super::one_hunk;

    #[test]
    fn a_patch_is_read_by_git() {
        let patch = one_hunk("a.toml", Some("1\n2\n3\n4\n5\n6\n7\n8\n"), "1\n2\n3\n4\nfive\n6\n7\n8\n");
        assert_eq!(
            patch,
            "diff --git a/a.toml b/a.toml\n--- a/a.toml\n+++ b/a.toml\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
        );
        let new = one_hunk("a.toml", None, "x");
        assert!(new.ends_with("@@ -0,0 +1,1 @@\n+x\n\\ No newline at end of file\n"), "{new}");
    }
}
