//! What is on a disk after a cut: what was synced, and as much of the rest as luck decides.
//!
//! The model is stricter than any real file system: a name is durable only once its folder was synced, bytes only once their
//! file was. What was not synced may be lost, kept, or kept in part, each write on its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path};

use anyhow::{Context, Result, bail};

use super::super::seeded::Seeded;
use super::trace::Act;

/// Files and folders below one that was there before.
pub(super) struct Disk {
    nodes: Vec<Node>,
    /// Where the next write without a place goes, by file.
    cursors: BTreeMap<usize, u64>,
    acts: usize,
}

/// What becomes of what was not synced.
pub(super) enum Loss {
    /// All of it is lost.
    All,
    /// Each change is lost, kept, or kept in part, as the numbers say.
    Some(Seeded),
    /// Nothing: as after `kill -9`.
    None,
}

enum Node {
    File(Kept<Vec<u8>, Change>),
    Folder(Kept<Names, Entry>),
}

type Names = BTreeMap<String, usize>;

/// Something as it is now, as it is for certain after a cut, and the changes in between with their numbers.
struct Kept<T, C> {
    now: T,
    synced: T,
    pending: Vec<(usize, C)>,
}

#[derive(Clone)]
enum Change {
    Write(u64, Vec<u8>),
    Length(u64),
}

#[derive(Clone)]
enum Entry {
    Add(String, usize),
    Remove(String),
    /// Within one folder, at once.
    Move(String, String, usize),
}

impl Disk {
    /// Empty.
    pub(super) fn new() -> Self {
        Self {
            nodes: vec![Node::Folder(Kept::empty())],
            cursors: BTreeMap::new(),
            acts: 0,
        }
    }

    /// Does what was done below `root`.
    pub(super) fn apply(&mut self, act: &Act, root: &Path) -> Result<()> {
        let number = self.acts;
        self.acts += 1;
        let below = |path: &Path| -> Result<Vec<String>> {
            let path = path.strip_prefix(root)?;
            let names = path.components().map(|name| match name {
                Component::Normal(name) => Ok(name.to_string_lossy().into_owned()),
                _ => bail!("not a plain path: {}", path.display()),
            });
            names.collect()
        };
        match act {
            Act::Open { path, make, empty } => {
                let path = below(path)?;
                let file = match self.find(&path) {
                    Some(found) => found,
                    None if *make => self.add(&path, Node::File(Kept::empty()), number)?,
                    None => bail!("opened, but never made"),
                };
                self.cursors.insert(file, 0);
                if *empty {
                    self.change(file, Change::Length(0), number)?;
                }
            }
            Act::Folder(path) => {
                self.add(&below(path)?, Node::Folder(Kept::empty()), number)?;
            }
            Act::Write { path, at, bytes } => {
                let file = self.known(&below(path)?)?;
                let cursor = self.cursors.entry(file).or_default();
                let start = at.unwrap_or(*cursor);
                if at.is_none() {
                    *cursor += bytes.len() as u64;
                }
                self.change(file, Change::Write(start, bytes.clone()), number)?;
            }
            Act::Length { path, bytes } => {
                let file = self.known(&below(path)?)?;
                self.change(file, Change::Length(*bytes), number)?;
            }
            Act::Rename { from, to } => self.rename(&below(from)?, &below(to)?, number)?,
            Act::Link { from, to } => {
                let node = self.known(&below(from)?)?;
                let (folder, name) = self.place(&below(to)?)?;
                self.enter(folder, Entry::Add(name, node), number)?;
            }
            Act::Remove(path) => {
                let (folder, name) = self.place(&below(path)?)?;
                self.enter(folder, Entry::Remove(name), number)?;
            }
            Act::Sync { path, begun } => {
                let node = self.known(&below(path)?)?;
                match &mut self.nodes[node] {
                    Node::File(file) => file.sync(*begun, apply_change),
                    Node::Folder(folder) => folder.sync(*begun, apply_entry),
                }
            }
            Act::Said => {}
        }
        Ok(())
    }

    /// Writes what is left after a cut now into a folder, which is made.
    pub(super) fn write(&self, loss: &mut Loss, to: &Path) -> Result<()> {
        self.write_node(0, loss, to)
    }

    fn write_node(&self, node: usize, loss: &mut Loss, to: &Path) -> Result<()> {
        match &self.nodes[node] {
            Node::File(file) => fs::write(to, file.after(loss, apply_change, Order::Any(torn)))?,
            Node::Folder(folder) => {
                fs::create_dir(to).with_context(|| to.display().to_string())?;
                let names = folder.after(loss, apply_entry, Order::Kept);
                for (name, node) in names {
                    // Shared memory of the processes that had the database open: gone with them.
                    if !name.ends_with("-shm") {
                        self.write_node(node, loss, &to.join(name))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn rename(&mut self, from: &[String], to: &[String], number: usize) -> Result<()> {
        let node = self.known(from)?;
        let (old, old_name) = self.place(from)?;
        let (new, new_name) = self.place(to)?;
        if old == new {
            return self.enter(old, Entry::Move(old_name, new_name, node), number);
        }
        self.enter(new, Entry::Add(new_name, node), number)?;
        self.enter(old, Entry::Remove(old_name), number)
    }

    fn add(&mut self, path: &[String], node: Node, number: usize) -> Result<usize> {
        let (folder, name) = self.place(path)?;
        self.nodes.push(node);
        let node = self.nodes.len() - 1;
        self.enter(folder, Entry::Add(name, node), number)?;
        Ok(node)
    }

    fn enter(&mut self, folder: usize, entry: Entry, number: usize) -> Result<()> {
        match &mut self.nodes[folder] {
            Node::Folder(folder) => folder.change(entry, number, apply_entry),
            Node::File(_) => bail!("a file in the place of a folder"),
        }
        Ok(())
    }

    fn change(&mut self, file: usize, change: Change, number: usize) -> Result<()> {
        match &mut self.nodes[file] {
            Node::File(file) => file.change(change, number, apply_change),
            Node::Folder(_) => bail!("a folder in the place of a file"),
        }
        Ok(())
    }

    /// The folder of a path, and the name in it.
    fn place(&self, path: &[String]) -> Result<(usize, String)> {
        let (name, folder) = path.split_last().context("the root itself")?;
        Ok((self.known(folder)?, name.clone()))
    }

    fn known(&self, path: &[String]) -> Result<usize> {
        self.find(path)
            .with_context(|| format!("nothing is known of {}", path.join("/")))
    }

    fn find(&self, path: &[String]) -> Option<usize> {
        path.iter()
            .try_fold(0, |node, name| match &self.nodes[node] {
                Node::Folder(folder) => folder.now.get(name).copied(),
                Node::File(_) => None,
            })
    }
}

impl<T: Clone + Default, C: Clone> Kept<T, C> {
    fn empty() -> Self {
        Self {
            now: T::default(),
            synced: T::default(),
            pending: Vec::new(),
        }
    }

    fn change(&mut self, change: C, number: usize, apply: fn(&mut T, &C)) {
        apply(&mut self.now, &change);
        self.pending.push((number, change));
    }

    /// What was done before act `begun` is durable.
    fn sync(&mut self, begun: usize, apply: fn(&mut T, &C)) {
        let later = self.pending.partition_point(|(number, _)| *number < begun);
        for (_, change) in self.pending.drain(..later) {
            apply(&mut self.synced, &change);
        }
    }

    fn after(&self, loss: &mut Loss, apply: fn(&mut T, &C), order: Order<C>) -> T {
        let numbers = match loss {
            Loss::All => return self.synced.clone(),
            Loss::None => return self.now.clone(),
            Loss::Some(numbers) => numbers,
        };
        let mut left = self.synced.clone();
        for (_, change) in &self.pending {
            let kept = match (numbers.below(4), &order) {
                (0, Order::Kept) => return left,
                (0, Order::Any(_)) => None,
                (1, Order::Any(part)) => part(change, numbers),
                _ => Some(change.clone()),
            };
            if let Some(change) = kept {
                apply(&mut left, &change);
            }
        }
        left
    }
}

/// In which order changes reach the disk.
enum Order<C> {
    /// In that in which they were made: names, of which file systems keep a journal. What is kept of them is a beginning.
    Kept,
    /// In any, and each may be kept in part.
    Any(fn(&C, &mut Seeded) -> Option<C>),
}

/// The beginning of a write, in whole sectors.
fn torn(change: &Change, numbers: &mut Seeded) -> Option<Change> {
    match change {
        Change::Write(at, bytes) => {
            let sectors = numbers.below(bytes.len() as u64 / SECTOR + 1) * SECTOR;
            let bytes = bytes[..usize::try_from(sectors).unwrap_or(0)].to_vec();
            Some(Change::Write(*at, bytes))
        }
        Change::Length(_) => None,
    }
}

fn apply_change(file: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Length(length) => file.resize(usize::try_from(*length).unwrap_or(usize::MAX), 0),
        Change::Write(at, bytes) => {
            let at = usize::try_from(*at).unwrap_or(usize::MAX);
            let end = at + bytes.len();
            if file.len() < end {
                file.resize(end, 0);
            }
            file[at..end].copy_from_slice(bytes);
        }
    }
}

fn apply_entry(names: &mut Names, entry: &Entry) {
    match entry {
        Entry::Add(name, node) => drop(names.insert(name.clone(), *node)),
        Entry::Remove(name) => drop(names.remove(name)),
        Entry::Move(from, to, node) => {
            names.remove(from);
            names.insert(to.clone(), *node);
        }
    }
}

const SECTOR: u64 = 512;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Scratch;

    const ROOT: &str = "/d";

    fn open(path: &str) -> Act {
        Act::Open {
            path: path.into(),
            make: true,
            empty: false,
        }
    }

    fn write(path: &str, text: &str) -> Act {
        Act::Write {
            path: path.into(),
            at: None,
            bytes: text.into(),
        }
    }

    fn sync(path: &str, begun: usize) -> Act {
        Act::Sync {
            path: path.into(),
            begun,
        }
    }

    /// What can be read under `name` after all of that and a cut.
    fn left(purpose: &str, acts: &[Act], mut loss: Loss, name: &str) -> Option<String> {
        let scratch = Scratch::new(purpose).unwrap();
        let mut disk = Disk::new();
        for act in acts {
            disk.apply(act, Path::new(ROOT)).unwrap();
        }
        let to = scratch.path().join("left");
        disk.write(&mut loss, &to).unwrap();
        fs::read_to_string(to.join(name)).ok()
    }

    #[test]
    fn what_was_not_synced_is_lost_and_a_name_needs_its_folder() {
        let check = |acts: &[Act], expect: Option<&str>| {
            assert_eq!(left("disk-lost", acts, Loss::All, "a").as_deref(), expect);
        };
        check(&[open("/d/a"), write("/d/a", "x"), sync("/d/a", 2)], None);
        check(&[open("/d/a"), write("/d/a", "x"), sync("/d", 2)], Some(""));
        check(
            &[
                open("/d/a"),
                write("/d/a", "x"),
                sync("/d/a", 2),
                sync("/d", 3),
                write("/d/a", "y"),
            ],
            Some("x"),
        );
    }

    #[test]
    fn a_sync_covers_what_was_done_before_it_began() {
        let acts = [
            open("/d/a"),
            sync("/d", 1),
            write("/d/a", "x"),
            write("/d/a", "y"),
            sync("/d/a", 3),
        ];
        assert_eq!(
            left("disk-begun", &acts, Loss::All, "a").as_deref(),
            Some("x")
        );
        assert_eq!(
            left("disk-begun", &acts, Loss::None, "a").as_deref(),
            Some("xy")
        );
    }

    #[test]
    fn a_file_moved_into_place_before_it_was_synced_may_be_empty() {
        let moved = Act::Rename {
            from: "/d/new".into(),
            to: "/d/a".into(),
        };
        let acts = [open("/d/new"), write("/d/new", "x"), moved, sync("/d", 3)];
        assert_eq!(
            left("disk-moved", &acts, Loss::All, "a").as_deref(),
            Some("")
        );
    }
}
