//! Answers that were given, to be given again: each follows from the snapshot, the question as it was put and the day, and
//! agents and pages put the same ones over and over.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::civil::Date;
use rustc_hash::FxHashMap;

/// Bytes of questions and answers that are held of one snapshot.
const MOST: usize = 8 << 20;

/// The longest question, and the longest answer, that is held.
const LONGEST: usize = 64 << 10;

/// A question as it was put: its name, what was sent, and the day.
type Put = (&'static str, Box<str>, Date);

/// What was given from one snapshot. Of more than there is room for, what was asked last stays.
#[derive(Debug, Default)]
pub(in crate::face) struct Given(RwLock<Held>);

#[derive(Debug, Default)]
struct Held {
    /// The younger half.
    new: Half,
    /// The older one, which is let go once the younger is full.
    old: Half,
}

#[derive(Debug, Default)]
struct Half {
    answers: FxHashMap<Put, Arc<[u8]>>,
    bytes: usize,
}

impl Given {
    /// What was answered to that, where it is still held.
    pub fn get(&self, name: &'static str, sent: &str, day: Date) -> Option<Arc<[u8]>> {
        if sent.len() > LONGEST {
            return None;
        }
        let put = (name, sent.into(), day);
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = held.new.answers.get(&put) {
            return Some(Arc::clone(answer));
        }
        let answer = Arc::clone(held.old.answers.get(&put)?);
        drop(held);
        // It is asked for still.
        self.keep(put, Arc::clone(&answer));
        Some(answer)
    }

    /// Holds an answer.
    pub fn put(&self, name: &'static str, sent: &str, day: Date, answer: Vec<u8>) -> Arc<[u8]> {
        let answer: Arc<[u8]> = answer.into();
        if sent.len() <= LONGEST && answer.len() <= LONGEST {
            self.keep((name, sent.into(), day), Arc::clone(&answer));
        }
        answer
    }

    fn keep(&self, put: Put, answer: Arc<[u8]>) {
        let bytes = put.1.len() + answer.len() + size_of::<(Put, Arc<[u8]>)>();
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if held.new.bytes + bytes > MOST / 2 {
            held.old = std::mem::take(&mut held.new);
        }
        if held.new.answers.insert(put, answer).is_none() {
            held.new.bytes += bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Date = Date::constant(2026, 6, 30);

    #[test]
    fn what_was_given_is_given_again_to_the_very_same() {
        let given = Given::default();
        given.put("get", "address=term/acv", DAY, b"acv".to_vec());
        assert_eq!(given.get("get", "address=term/acv", DAY).as_deref(), Some(&b"acv"[..]));
        assert_eq!(given.get("why", "address=term/acv", DAY), None);
        assert_eq!(given.get("get", "address=term/acv ", DAY), None);
        assert_eq!(given.get("get", "address=term/acv", Date::constant(2026, 7, 1)), None);
    }

    #[test]
    fn there_is_an_end_to_what_is_held_and_what_is_asked_for_stays() {
        let given = Given::default();
        given.put("get", "often", DAY, vec![1]);
        for at in 0..2_000 {
            given.put("get", &at.to_string(), DAY, vec![0; 10_000]);
            assert!(given.get("get", "often", DAY).is_some());
        }
        let held = given.0.read().expect("whole");
        assert!(held.new.bytes + held.old.bytes <= MOST);
        let all: usize = [&held.new, &held.old]
            .iter()
            .flat_map(|half| half.answers.values())
            .map(|answer| answer.len())
            .sum();
        assert!(all > MOST / 4 && all <= MOST, "{all}");
        drop(held);
        given.put("get", "long", DAY, vec![0; LONGEST + 1]);
        assert!(given.get("get", "long", DAY).is_none());
        assert!(given.get("get", "0", DAY).is_none());
    }
}
