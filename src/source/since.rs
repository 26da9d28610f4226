//! The commits that one line has and another lacks, with their messages.

use std::collections::BTreeSet;

use super::ObjectId;
use super::object::parts;
use super::store::{ObjectStore, Repository, Unread};

impl Repository {
    /// The messages of the commits that lead to `ours` and not to `theirs`, in the order of their names; lossily decoded.
    ///
    /// # Errors
    /// Where one of the commits isn't here or is damaged.
    pub fn messages_since(
        &self,
        ours: ObjectId,
        theirs: ObjectId,
    ) -> Result<Vec<(ObjectId, String)>, Unread> {
        let objects = self.objects().ok_or(Unread::Broken)?;
        let old = self.behind(&objects, theirs, &BTreeSet::new())?;
        let new = self.behind(&objects, ours, &old)?;
        let message = |id: ObjectId| {
            let bytes = objects.commit(id)?;
            Ok((id, String::from_utf8_lossy(parts(&bytes).1).into_owned()))
        };
        new.into_iter().map(message).collect()
    }

    /// `start` and all that is behind it, but for `without` and what is behind that.
    fn behind(
        &self,
        objects: &ObjectStore<'_>,
        start: ObjectId,
        without: &BTreeSet<ObjectId>,
    ) -> Result<BTreeSet<ObjectId>, Unread> {
        let (mut met, mut left) = (BTreeSet::new(), vec![start]);
        while let Some(id) = left.pop() {
            if without.contains(&id) || !met.insert(id) {
                continue;
            }
            let bytes = objects.commit(id)?;
            left.extend(self.parents(&bytes, id).ok_or(Unread::Broken)?);
        }
        Ok(met)
    }
}
