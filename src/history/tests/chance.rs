//! Random histories: files that come, go, break, move and are reverted, on lines that part and meet.

use std::collections::BTreeMap;

use crate::history::oracle::Made;

/// A small deterministic source of chance (SplitMix64, <https://prng.di.unimi.it/splitmix64.c>).
pub(super) struct Chance(pub u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

const PATHS: [&str; 5] = ["k/a.toml", "k/b.toml", "k/sub/c.toml", "k/sub/deep/d.toml", "k/z.toml"];

/// A history of up to `most` commits, the last of which is its head.
pub(super) fn history(chance: &mut Chance, most: usize) -> Vec<Made> {
    let mut made: Vec<Made> = Vec::new();
    let count = 2 + chance.below(most - 1);
    for place in 0..count {
        let parents = parents(chance, place);
        let mut files = match parents.first() {
            None => BTreeMap::new(),
            Some(first) => made[*first].files.clone(),
        };
        for other in parents.iter().skip(1) {
            merge(chance, &made[*other].files, &mut files);
        }
        let edits = if parents.len() > 1 { chance.below(2) } else { 1 + chance.below(3) };
        for _ in 0..edits {
            edit(chance, &made, &mut files);
        }
        made.push(Made { parents, files });
    }
    made
}

fn parents(chance: &mut Chance, place: usize) -> Vec<usize> {
    let count = match chance.below(20) {
        0 => 0,
        1..=12 => 1,
        13..=18 => 2,
        _ => 3 + chance.below(2),
    };
    let mut parents = Vec::new();
    for _ in 0..count.min(place) {
        let near = place.min(4);
        let parent = if chance.one_in(4) { chance.below(place) } else { place - 1 - chance.below(near) };
        if !parents.contains(&parent) {
            parents.push(parent);
        }
    }
    parents
}

/// Takes some files of another line, and joins others line by line.
fn merge(chance: &mut Chance, other: &BTreeMap<String, String>, files: &mut BTreeMap<String, String>) {
    for (path, text) in other {
        match chance.below(4) {
            0 => {
                files.insert(path.clone(), text.clone());
            }
            1 => {
                let ours = files.entry(path.clone()).or_default();
                let theirs =
                    text.split_inclusive('\n').filter(|line| !ours.contains(line)).collect::<String>();
                ours.push_str(&theirs);
            }
            _ => {}
        }
    }
}

fn edit(chance: &mut Chance, made: &[Made], files: &mut BTreeMap<String, String>) {
    let path = PATHS[chance.below(PATHS.len())].to_owned();
    let line = match chance.below(12) {
        0..=3 => format!("[key {}]\n", chance.below(4)),
        4 => "\"\"\"\n".to_owned(),
        _ => format!("atom {}\n", chance.below(3)),
    };
    let text = files.get(&path).cloned().unwrap_or_else(|| "[key 0]\n".to_owned());
    match chance.below(12) {
        0..=2 => {
            let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
            lines.insert(chance.below(lines.len() + 1), &line);
            files.insert(path, lines.concat());
        }
        3 | 4 => {
            let kept = text.split_inclusive('\n').filter(|_| !chance.one_in(3)).collect();
            files.insert(path, kept);
        }
        5 => {
            files.insert(path, text + "broken !\n");
        }
        6 => {
            let mended = text.split_inclusive('\n').filter(|line| !line.contains(['!', '"'])).collect();
            files.insert(path, mended);
        }
        // A rename, perhaps over another file.
        7 => {
            if let Some(text) = files.remove(&path) {
                files.insert(PATHS[chance.below(PATHS.len())].to_owned(), text);
            }
        }
        // A revert to, or a file picked from, any earlier commit.
        8 if !made.is_empty() => {
            let from = &made[chance.below(made.len())].files;
            if chance.one_in(2) {
                *files = from.clone();
            } else if let Some(text) = from.get(&path) {
                files.insert(path, text.clone());
            }
        }
        9 => {
            let mut lines: Vec<&str> = text.lines().collect();
            lines.sort_unstable();
            // Keys first or last.
            if chance.one_in(2) {
                lines.reverse();
            }
            files.insert(path, lines.into_iter().fold(String::new(), |text, line| text + line + "\n"));
        }
        10 => {
            files.remove(&path);
        }
        _ => {
            files.insert(path, text + "[key 1]\n" + &line + "[key 2]\natom 1\natom 2\n");
        }
    }
}
