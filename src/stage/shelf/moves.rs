//! Where takes lie that were renamed while somebody still knew them by their old folder.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::fault::Fault;

/// Old folders of takes, and where each take lies now. Shared by the threads of the shelf; never asked by the stage.
#[derive(Clone, Default)]
pub(super) struct Moves(Arc<Mutex<HashMap<PathBuf, PathBuf>>>);

impl Moves {
    /// Where something lies now that may have been moved with its take. Waits while a take is being moved.
    pub(super) fn now(&self, path: &Path) -> PathBuf {
        now(&self.0.lock().unwrap_or_else(PoisonError::into_inner), path)
    }

    /// Moves a take, wherever it lies now; nobody else asks for it meanwhile.
    ///
    /// # Errors
    /// Those of `moves`: then it lies where it was.
    pub(super) fn take(
        &self,
        folder: &Path,
        moves: impl FnOnce(&Path) -> Result<PathBuf, Fault>,
    ) -> Result<PathBuf, Fault> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let from = now(&known, folder);
        let to = moves(&from)?;
        known.values_mut().filter(|there| **there == from).for_each(|there| there.clone_from(&to));
        known.insert(from, to.clone());
        // What lies there now is the take itself.
        known.remove(&to);
        Ok(to)
    }
}

fn now(known: &HashMap<PathBuf, PathBuf>, path: &Path) -> PathBuf {
    let moved = path.ancestors().find_map(|above| Some((above, known.get(above)?)));
    let there = moved.and_then(|(above, there)| Some(there.join(path.strip_prefix(above).ok()?)));
    there.map_or_else(|| path.to_owned(), |there| there.components().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_take_is_found_by_each_name_that_it_had_and_a_new_take_of_an_old_name_is_itself() {
        let moves = Moves::default();
        let go = |from: &str, to: &str| moves.take(Path::new(from), |_| Ok(to.into())).unwrap();
        let now = |path: &str| moves.now(Path::new(path)).to_str().unwrap().to_owned();
        go("x/a", "x/b");
        go("x/a", "x/c");
        assert_eq!([now("x/a"), now("x/b"), now("x/c"), now("x")], ["x/c", "x/c", "x/c", "x"]);
        assert_eq!(now("x/a/Songs/01.wav"), "x/c/Songs/01.wav");
        go("x/c", "x/a");
        assert_eq!([now("x/a"), now("x/b"), now("x/c")], ["x/a", "x/a", "x/a"]);
        go("x/d", "x/b");
        assert_eq!([now("x/b"), now("x/d")], ["x/b", "x/b"], "another take is called so now");
        let stays = moves.take(Path::new("x/b"), |_| Err(Fault::new(korero_sentences::key::FAULT_TAKES_HELD)));
        assert!(stays.is_err() && now("x/b") == "x/b");
    }
}
