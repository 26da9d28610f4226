//! A file is what was written or it is refused; and one that was forged, hash and all, can do no harm.

use proptest::prelude::*;

use super::world::{Dice, World, decisions, example};
use crate::snapshot::layout::seal;
use crate::snapshot::{At, Snapshot, SnapshotError};

#[test]
fn every_flipped_bit_is_refused() {
    let bytes = small().bytes();
    let mut flipped = bytes.clone();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            flipped[at] ^= 1 << bit;
            assert!(Snapshot::from_bytes(flipped.clone()).is_err(), "bit {bit} of byte {at}");
            flipped[at] = bytes[at];
        }
    }
}

/// A few claims only: every bit of it is tried.
fn small() -> World {
    let mut world = example();
    world.claims.truncate(3);
    world.decisions = decisions(&mut Dice(5), &world.claims);
    world
}

#[test]
fn a_cut_or_lengthened_file_is_refused_even_with_the_right_hash() {
    let bytes = example().bytes();
    for end in 0..bytes.len() {
        assert!(Snapshot::from_bytes(bytes[..end].to_vec()).is_err(), "cut at {end}");
        let mut sealed = bytes[..end].to_vec();
        seal(&mut sealed);
        assert!(Snapshot::from_bytes(sealed).is_err(), "cut at {end} and sealed");
    }
    for more in [vec![0], vec![0; 8], vec![1; 8], bytes.clone()] {
        let mut longer = [&bytes[..], &more].concat();
        assert!(Snapshot::from_bytes(longer.clone()).is_err());
        seal(&mut longer);
        assert!(Snapshot::from_bytes(longer).is_err());
    }
}

#[test]
fn every_refusal_says_what_it_is() {
    let bytes = example().bytes();
    let refusal = |change: fn(&mut Vec<u8>)| {
        let mut bytes = bytes.clone();
        change(&mut bytes);
        Snapshot::from_bytes(bytes).expect_err("changed")
    };
    assert_eq!(refusal(|bytes| bytes[0] = b'x'), SnapshotError::NotASnapshot);
    assert_eq!(refusal(Vec::clear), SnapshotError::NotASnapshot);
    assert_eq!(refusal(|bytes| bytes[8] = 1), SnapshotError::Version { found: 1 });
    assert_eq!(refusal(|bytes| bytes[700] ^= 1), SnapshotError::Damaged);
    let nonsense = refusal(|bytes| {
        bytes[162] ^= 1;
        seal(bytes);
    });
    assert!(matches!(nonsense, SnapshotError::Nonsense(_)));
    for error in
        [SnapshotError::NotASnapshot, SnapshotError::Damaged, SnapshotError::Version { found: 1 }, nonsense]
    {
        assert!(!error.to_string().ends_with('.') && !error.help().is_empty());
    }
}

#[test]
fn a_pipe_a_folder_and_nothing_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let empty = folder.path().join("empty");
    std::fs::write(&empty, b"").expect("writes");
    assert_eq!(Snapshot::open(&empty).expect_err("empty"), SnapshotError::NotASnapshot);
    let on_folder = Snapshot::open(folder.path()).expect_err("a folder");
    assert!(on_folder.to_string().ends_with("it is a folder"), "{on_folder}");
    let missing = Snapshot::open(&folder.path().join("missing")).expect_err("missing");
    assert!(missing.to_string().ends_with("there is no such file or folder"), "{missing}");
}

/// What a forger may do to bytes: each mutation is followed by the right hash.
#[derive(Clone, Debug)]
enum Forgery {
    Byte(prop::sample::Index, u8),
    Word(prop::sample::Index, u32),
    Copy(prop::sample::Index, prop::sample::Index, usize),
}

fn forgery() -> impl Strategy<Value = Forgery> {
    let extreme =
        prop_oneof![Just(0), Just(1), Just(u32::MAX), Just(0x7fff_ffff), 0..5_000_u32, any::<u32>()];
    prop_oneof![
        (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, byte)| Forgery::Byte(at, byte)),
        (any::<prop::sample::Index>(), extreme).prop_map(|(at, word)| Forgery::Word(at, word)),
        (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1..64_usize)
            .prop_map(|(from, to, count)| Forgery::Copy(from, to, count)),
    ]
}

fn forge(bytes: &mut [u8], forgery: &Forgery) {
    // The frame is checked byte by byte elsewhere; beyond it every byte is somebody's word.
    let body = &mut bytes[512..];
    let length = body.len();
    match forgery {
        Forgery::Byte(at, byte) => body[at.index(length)] = *byte,
        Forgery::Word(at, word) => {
            let at = at.index(length - 4) / 4 * 4;
            body[at..at + 4].copy_from_slice(&word.to_le_bytes());
        }
        Forgery::Copy(from, to, count) => {
            let (from, to) = (from.index(length - count), to.index(length - count));
            body.copy_within(from..from + count, to);
        }
    }
    seal(bytes);
}

/// Asks a snapshot everything. What it answers does not matter; that it comes back does.
fn ask_everything(snapshot: &Snapshot, addresses: &[String]) {
    let _ = snapshot.verify_internal();
    let _ = snapshot.files();
    let _ = snapshot.provenance().map(|view| (view.decode(), view.prove(0), view.commit(0), view.saying(1)));
    for view in snapshot.slots_with_prefix("").into_iter().flatten().flatten().take(200) {
        let _ = (view.decode(), view.law(), view.leaf(), view.outcome_at(&At::default()));
        let _ = view.slot().map(|slot| snapshot.prove(&slot));
    }
    let at = At {
        on: jiff::civil::Date::new(2021, 1, 1).ok(),
        context: &[("amount".into(), crate::claim::Point::Number(7.into()))],
    };
    if let Ok(names) = snapshot.names() {
        let mut keys = String::new();
        for name in names.iter().take(200).flatten() {
            keys.extend([name.key, " "]);
            let bearers = names.bearers(name.key).into_iter().flatten().flatten();
            for bearer in bearers.take(200) {
                let _ = (bearer.slot().and_then(|slot| slot.claims()), bearer.claim(), bearer.bears_at(&at));
            }
        }
        let _ = names.scan(&keys).take(2_000).count();
    }
    for address in addresses {
        if let Ok(Some(crate::snapshot::Lookup::Fact(fact))) = snapshot.get(address, &at) {
            let _ = (fact.value(), fact.text(), fact.hash(), fact.claims());
        }
        let _ = snapshot.slots_with_prefix(address).map(Iterator::count);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_forged_file_is_refused_or_answers_but_never_panics(forgeries in prop::collection::vec(forgery(), 1..4)) {
        thread_local!(static EXAMPLE: (Vec<u8>, Vec<String>) = {
            let world = example();
            (world.bytes(), world.addresses())
        });
        EXAMPLE.with(|(bytes, addresses)| {
            let mut bytes = bytes.clone();
            forgeries.iter().for_each(|forgery| forge(&mut bytes, forgery));
            if let Ok(snapshot) = Snapshot::from_bytes(bytes) {
                ask_everything(&snapshot, addresses);
            }
        });
    }
}
