//! The atoms met so far. Each has a number, and is found by what it is.
//!
//! An index brings some ten thousand times as many atoms as a commit changes. To find them it would be slow to put all
//! into a map, and slow to look for them where they are sorted: each look is at another place of memory. The numbers
//! alone, at places that the atoms' hashes tell (open addressing, with the next free place behind), are put down fast.

use super::extract::{Atom, Met, Placed};
use crate::claim::ClaimHash;

/// The atoms met so far.
#[derive(Default)]
pub(super) struct Numbers {
    atoms: Vec<Met>,
    /// As many places as a power of two, at least half of them free; or none.
    places: Vec<Atom>,
}

/// At a place where there is none.
const FREE: Atom = Atom::MAX;

impl Numbers {
    /// Of atoms that are known in the beginning.
    pub fn known(atoms: Vec<Met>) -> Numbers {
        let mut numbers = Numbers { atoms, places: Vec::new() };
        numbers.put_down();
        numbers
    }

    /// All atoms, by number.
    pub fn met(&self) -> &[Met] {
        &self.atoms
    }

    /// The same.
    pub fn into_met(self) -> Vec<Met> {
        self.atoms
    }

    /// The number of an atom, its own from now on.
    pub fn of(&mut self, placed: &Placed) -> Atom {
        if (self.atoms.len() + 1) * 2 > self.places.len() {
            self.put_down();
        }
        let place = self.place(&placed.atom);
        if self.places[place] == FREE {
            self.places[place] = number(self.atoms.len());
            self.atoms.push(Met { facets: placed.facets, atom: placed.atom });
        }
        self.places[place]
    }

    /// Where the number of an atom is, or is to be.
    fn place(&self, atom: &ClaimHash) -> usize {
        let last = self.places.len() - 1;
        let begin = atom.0.first_chunk().map_or(0, |begin| u64::from_le_bytes(*begin));
        let mut place = begin as usize & last;
        while self.places[place] != FREE && self.atoms[self.places[place] as usize].atom != *atom {
            place = (place + 1) & last;
        }
        place
    }

    /// Puts all down anew, with room for as many again.
    fn put_down(&mut self) {
        let room = (self.atoms.len() + self.atoms.len() / 8 + 8) * 2;
        self.places = vec![FREE; room.next_power_of_two()];
        for at in 0..self.atoms.len() {
            let place = self.place(&self.atoms[at].atom);
            self.places[place] = number(at);
        }
    }
}

fn number(place: usize) -> Atom {
    u32::try_from(place)
        .ok()
        .filter(|number| *number != FREE)
        .expect("fewer than 2³² atoms: each takes memory")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::Facets;

    #[test]
    fn each_atom_has_its_number_however_many_there_are() {
        // Many of them begin alike.
        let atom = |n: usize| {
            ClaimHash(std::array::from_fn(|at| if at == 9 { (n / 7) as u8 } else { (n % 7) as u8 }))
        };
        let placed = |n| Placed { atom: atom(n), facets: Facets { slot: [0; 16], word: [0; 16] }, at: n };
        let mut numbers = Numbers::default();
        let told: Vec<Atom> = (0..1000).map(|n| numbers.of(&placed(n))).collect();
        assert_eq!(told, (0..1000).collect::<Vec<_>>());
        let mut again = Numbers::known(numbers.into_met());
        assert!((0..1000).all(|n| again.of(&placed(n)) == told[n]));
        assert_eq!(again.of(&placed(1000)), 1000);
        assert_eq!(again.met().len(), 1001);
    }
}
