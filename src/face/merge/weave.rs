//! In which order things stand that two sides put in order: as the side says that changed it, with what the other added behind
//! what stands before it there.

use rustc_hash::{FxHashMap, FxHashSet};

/// The keys of `ours` and `theirs`, each once. Each list holds no key twice. Linear.
pub(super) fn weave<'k>(base: &[&'k str], ours: &[&'k str], theirs: &[&'k str]) -> Vec<&'k str> {
    let all: FxHashSet<&str> = base.iter().copied().collect();
    let [in_ours, in_theirs] = [ours, theirs].map(|side| side.iter().copied().collect::<FxHashSet<&str>>());
    let moved = |side: &[&str], has: &FxHashSet<&str>| {
        let before = base.iter().filter(|key| has.contains(**key));
        !side.iter().filter(|key| all.contains(**key)).eq(before)
    };
    let by_theirs = moved(theirs, &in_theirs) && !moved(ours, &in_ours);
    let (first, second) = if by_theirs { (theirs, ours) } else { (ours, theirs) };
    let known = if by_theirs { &in_theirs } else { &in_ours };
    let other = if by_theirs { &in_ours } else { &in_theirs };
    let mut behind: FxHashMap<Option<&str>, Vec<&'k str>> = FxHashMap::default();
    let mut last = None;
    for key in second {
        match known.contains(key) {
            true => last = Some(*key),
            false => behind.entry(last).or_default().push(key),
        }
    }
    let mut woven = Vec::with_capacity(first.len() + second.len());
    let mut waiting = behind.remove(&None).unwrap_or_default();
    for key in first {
        // What both put in one place: ours first.
        let is_new = !all.contains(key) && !other.contains(key);
        if by_theirs || !is_new {
            woven.append(&mut waiting);
        }
        woven.push(*key);
        waiting.extend(behind.remove(&Some(*key)).unwrap_or_default());
    }
    woven.append(&mut waiting);
    woven
}

#[cfg(test)]
mod tests {
    use super::weave;

    #[test]
    fn what_one_side_moved_stays_moved_and_what_both_added_stands_behind_the_same() {
        let base = ["a", "b", "c"];
        assert_eq!(weave(&base, &["a", "o", "b", "c"], &["a", "t", "b", "c"]), ["a", "o", "t", "b", "c"]);
        assert_eq!(weave(&base, &["a", "o", "b", "c"], &["c", "t", "b", "a"]), ["c", "t", "b", "a", "o"]);
        assert_eq!(weave(&base, &["c", "o", "b", "a"], &["a", "t", "b", "c"]), ["c", "o", "b", "a", "t"]);
        assert_eq!(weave(&base, &["b"], &["t", "a", "b", "c", "u"]), ["t", "a", "b", "c", "u"]);
        assert_eq!(weave(&[], &["o"], &["t"]), ["o", "t"]);
    }
}
