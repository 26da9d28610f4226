//! The slow reading of `3-provenance`: whole sets at every commit, each definition as it stands, nothing shared with
//! the walk. Tests hold the walk against it.

use std::collections::{BTreeMap, BTreeSet};

/// What a file says, or `None` where it doesn't parse.
pub type Says = Option<BTreeSet<String>>;

/// One commit of a small history. Parents come earlier in the list.
#[derive(Clone, Debug, Default)]
pub struct Made {
    pub parents: Vec<usize>,
    /// Text by path, of every file that counts.
    pub files: BTreeMap<String, String>,
}

/// Who said one atom, by place in the list of commits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    pub said_by: usize,
    pub also_said_by: BTreeSet<usize>,
    pub landed_by: usize,
    pub first_said_by: usize,
    pub carried: bool,
}

/// A history of which all is known.
pub struct Oracle<'a> {
    made: &'a [Made],
    /// The commits behind the head, parents first, as `git rev-list --topo-order --reverse` lists them.
    order: &'a [usize],
    /// By commit and path: what the file says there, and whether it is carried.
    spoken: Vec<BTreeMap<String, (BTreeSet<String>, bool)>>,
}

impl<'a> Oracle<'a> {
    /// Reads every file of every commit with `read`, by its path and its text.
    pub fn of(made: &'a [Made], order: &'a [usize], read: impl Fn(&str, &str) -> Says) -> Oracle<'a> {
        let mut spoken: Vec<BTreeMap<String, (BTreeSet<String>, bool)>> = Vec::new();
        for commit in made {
            let mut here = BTreeMap::new();
            for (path, text) in &commit.files {
                let said = match read(path, text) {
                    Some(said) => (said, false),
                    None => {
                        let having = || commit.parents.iter().filter(|p| made[**p].files.contains_key(path));
                        let same = having().find(|p| made[**p].files[path] == *text);
                        match same.or_else(|| having().next()) {
                            Some(parent) => (spoken[*parent][path].0.clone(), true),
                            None => (BTreeSet::new(), true),
                        }
                    }
                };
                here.insert(path.clone(), said);
            }
            spoken.push(here);
        }
        Oracle { made, order, spoken }
    }

    fn has(&self, commit: usize, atom: &str) -> bool {
        self.spoken[commit].values().any(|(said, _)| said.contains(atom))
    }

    fn only_carried(&self, commit: usize, atom: &str) -> bool {
        self.spoken[commit].values().all(|(said, carried)| *carried || !said.contains(atom))
    }

    /// All atoms of a commit.
    pub fn atoms(&self, commit: usize) -> BTreeSet<String> {
        self.spoken[commit].values().flat_map(|(said, _)| said.iter().cloned()).collect()
    }

    fn having<'s>(&'s self, commit: usize, atom: &'s str) -> impl Iterator<Item = usize> + 's {
        self.made[commit].parents.iter().copied().filter(move |parent| self.has(*parent, atom))
    }

    fn sayers(&self, commit: usize, atom: &str, into: &mut BTreeSet<usize>, seen: &mut BTreeSet<usize>) {
        if !seen.insert(commit) {
            return;
        }
        if self.having(commit, atom).next().is_none() {
            into.insert(commit);
        }
        self.having(commit, atom).for_each(|parent| self.sayers(parent, atom, into, seen));
    }

    /// Who said `atom`, which `head` has.
    pub fn answer(&self, head: usize, atom: &str) -> Answer {
        let mut at = head;
        let mut carried = self.only_carried(at, atom);
        while let Some(parent) = self.having(at, atom).next() {
            at = parent;
            carried |= self.only_carried(at, atom);
        }
        let mut also = BTreeSet::new();
        self.sayers(head, atom, &mut also, &mut BTreeSet::new());
        also.remove(&at);
        let mut landed = head;
        while let Some(parent) = self.made[landed].parents.first().filter(|parent| self.has(**parent, atom)) {
            landed = *parent;
        }
        let first = self.events().into_iter().find(|(_, other, said)| *said && other == atom);
        let first_said_by = first.map_or(head, |(commit, ..)| commit);
        Answer { said_by: at, also_said_by: also, landed_by: landed, first_said_by, carried }
    }

    /// Every appearance and disappearance behind the head, in the order of the graph.
    pub fn events(&self) -> Vec<(usize, String, bool)> {
        let mut events = Vec::new();
        for &commit in self.order {
            let parents = &self.made[commit].parents;
            let said = self.atoms(commit);
            let new = said.iter().filter(|atom| parents.iter().all(|parent| !self.has(*parent, atom)));
            events.extend(new.map(|atom| (commit, atom.clone(), true)));
            let before = parents.first().map(|first| self.atoms(*first)).unwrap_or_default();
            events.extend(before.difference(&said).map(|atom| (commit, atom.clone(), false)));
        }
        events
    }
}
