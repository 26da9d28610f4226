//! Pins in any text: `term/acv#definition~3fa9c1`, bare or in brackets, wherever it stands.
//!
//! Bytes are read, not characters: what surrounds a pin may be in any encoding that keeps ASCII. Linear in the size of the
//! text: from each `#` it is read backwards to what can't be of a subject, and forwards to what can't be of a pin.

use std::ops::Range;

use smol_str::SmolStr;

use super::Address;
use crate::claim::{Slot, Subject};

/// An address that stands in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// Where: the address alone, without brackets.
    pub bytes: Range<usize>,
    /// Of which slot.
    pub slot: Slot,
    /// What stands behind its `~`.
    pub digits: Digits,
}

/// What stands behind the `~` of an address.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Digits {
    /// The hex digits of a claim.
    Of(SmolStr),
    /// Nothing: an address in brackets that names no claim.
    None,
    /// Something that no pin has: too few digits, or others than hex. In brackets alone it is taken for a pin.
    Odd(SmolStr),
}

/// Longest id or attribute that is read; what is longer is no address.
const LONGEST: usize = 512;

/// Every pin in `text`, and every address in brackets, in their order.
pub fn found(text: &[u8]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut past = 0;
    for hash in text.iter().enumerate().filter(|(_, byte)| **byte == b'#').map(|(at, _)| at) {
        if hash < past {
            continue;
        }
        if let Some(one) = at(text, past, hash) {
            past = one.bytes.end;
            found.push(one);
        }
    }
    found
}

fn of_id(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
}

/// The address whose `#` is at `hash`; nothing before `past` belongs to it.
fn at(text: &[u8], past: usize, hash: usize) -> Option<Found> {
    let back = |from: usize| {
        let least = past.max(from.saturating_sub(LONGEST));
        (least..from).rev().take_while(|at| of_id(text[*at])).last()
    };
    let id = back(hash)?;
    let slash = id.checked_sub(1).filter(|at| *at >= past && text[*at] == b'/')?;
    let start = back(slash)?;
    // `Xterm/acv` is no kind with an odd letter before it, and `~/term` is none either.
    let before = start.checked_sub(1).map(|at| text[at]);
    if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return None;
    }
    let run = |from: usize, takes: fn(u8) -> bool| {
        let most = text.len().min(from.saturating_add(LONGEST));
        (from..most).take_while(|at| takes(text[*at])).last().map_or(from, |last| last + 1)
    };
    let mut end = run(hash + 1, |byte| of_id(byte) || byte == b'.');
    // A full stop behind an address ends the sentence.
    while end > hash + 1 && text[end - 1] == b'.' {
        end -= 1;
    }
    let read = |range: Range<usize>| std::str::from_utf8(&text[range]).ok();
    let (kind, id, attribute) = (read(start..slash)?, read(id..hash)?, read(hash + 1..end)?);
    if attribute.is_empty() {
        return None;
    }
    let slot = Slot { subject: Subject::new(kind, id), attribute: SmolStr::new(attribute) };
    let bracket = before == Some(b'[');
    if text.get(end) != Some(&b'~') {
        let closed = bracket && text.get(end) == Some(&b']');
        return closed.then_some(Found { bytes: start..end, slot, digits: Digits::None });
    }
    let close = run(end + 1, |byte| byte.is_ascii_alphanumeric());
    let digits = read(end + 1..close)?;
    let hex = digits.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let whole = hex && (Address::PIN_DIGITS..=64).contains(&digits.len());
    let digits = match whole {
        true => Digits::Of(SmolStr::new(digits)),
        false if bracket => Digits::Odd(SmolStr::new(digits)),
        false => return None,
    };
    Some(Found { bytes: start..close, slot, digits })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Digits, found};

    fn told(text: &str) -> Vec<String> {
        let word = |one: super::Found| match one.digits {
            Digits::Of(_) => text[one.bytes].to_owned(),
            Digits::None => format!("no digits: {}", &text[one.bytes]),
            Digits::Odd(odd) => format!("odd digits: {odd}"),
        };
        found(text.as_bytes()).into_iter().map(word).collect()
    }

    #[test]
    fn pins_are_found_wherever_they_stand() {
        assert_eq!(told("ACV is x [term/acv#definition~3fa9c1]."), ["term/acv#definition~3fa9c1"]);
        assert_eq!(told("-- dictum: entity/a-1#ids.sap~81bb0d\nselect"), ["entity/a-1#ids.sap~81bb0d"]);
        assert_eq!(told("https://x.example/term/acv#sql~3fa9c1?"), ["term/acv#sql~3fa9c1"]);
        assert_eq!(told("term/a#b~000000,term/c#d~111111"), ["term/a#b~000000", "term/c#d~111111"]);
        assert_eq!(
            told("[term/acv#definition] and [term/acv#definition~3f]"),
            ["no digits: term/acv#definition", "odd digits: 3f"]
        );
    }

    #[test]
    fn what_is_no_pin_is_none() {
        for text in [
            "term/acv#definition",
            "term/acv#definition~3fa9c",
            "term/acv#definition~3fa9cg",
            "Term/acv#definition~3fa9c1x",
            "#a~3fa9c1",
            "a#b~3fa9c1",
            "/a#b~3fa9c1",
            "term/acv#~3fa9c1",
            "xTerm/acv#a~3fa9c1",
        ] {
            assert!(told(text).is_empty(), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(prop::sample::select(b"a/#~1.[]-X\xff".to_vec()), 0..60)) {
            let found = found(&bytes);
            prop_assert!(found.windows(2).all(|pair| pair[0].bytes.end <= pair[1].bytes.start));
        }
    }
}
