//! "Did you mean": the known words nearest to one that is not known.

/// Up to `most` of `known` that are near `word`, nearest first, ties in the order of the text.
///
/// Near: Damerau–Levenshtein distance of at most a third of the longer word, or one begins with the other.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>, most: usize) -> Vec<&'k str> {
    let mut near: Vec<(usize, &str)> =
        known.into_iter().filter_map(|known| Some((distance(word, known)?, known))).collect();
    near.sort();
    near.dedup();
    near.into_iter().take(most).map(|(_, known)| known).collect()
}

/// How far, or `None` where it is too far to be a slip of the hand.
fn distance(word: &str, known: &str) -> Option<usize> {
    let longer = word.chars().count().max(known.chars().count());
    let begins = word.len() >= 3 && known.starts_with(word) || known.len() >= 3 && word.starts_with(known);
    // A long text is never a slip of a short word, and comparing it would cost their product.
    if longer > 200 {
        return None;
    }
    let distance = strsim::osa_distance(word, known);
    (distance <= longer / 3 || begins).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_near_and_strangers_are_not() {
        let known = ["definition", "synonyms", "unit", "grain"];
        assert_eq!(nearest("definitoin", known, 3), ["definition"]);
        assert_eq!(nearest("syn", known, 3), ["synonyms"]);
        assert!(nearest("colour", known, 3).is_empty());
    }
}
