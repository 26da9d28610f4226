//! Did you mean: the declared word nearest to a written one.

/// The candidate nearest to `word` by optimal string alignment distance (Damerau 1964, restricted), if it is
/// near enough to be what was meant: at most a third of the letters differ. Ties go to the first in order of text,
/// so the order of `candidates` does not matter.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let limit = (word.chars().count() / 3).max(1);
    let near = candidates.into_iter().filter_map(|candidate| {
        let longer = candidate.len().abs_diff(word.len());
        if longer > limit * 4 {
            return None;
        }
        let distance = strsim::osa_distance(word, candidate);
        (distance <= limit).then_some((distance, candidate))
    });
    near.min().map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_a_slip_and_nothing_far() {
        let words = ["definition", "synonyms", "unit"];
        assert_eq!(nearest("definitoin", words), Some("definition"));
        assert_eq!(nearest("price", words), None);
    }

    #[test]
    fn order_of_candidates_does_not_matter() {
        assert_eq!(nearest("bat", ["cat", "bar"]), nearest("bat", ["bar", "cat"]));
    }
}
