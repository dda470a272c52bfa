//! A small file in the data folder that holds what was read and isn't in the database yet: a line is on the disk before the
//! reader is answered, so neither a crash nor a database that is away loses it. At the start what is left in it is written to
//! the database; it is emptied whenever everything in it is there.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::kernel::audit_entry::AuditRecord;

/// Servers that may share a data folder: each has a file of its own.
const SERVERS: usize = 16;
/// A file that grew beyond this is written anew with only those lines that aren't in the database.
const LONG: u64 = 4 << 20;

/// A line of the journal: an entry, and when it was noted.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Line {
    pub(super) at: DateTime<Utc>,
    pub(super) actor: String,
    pub(super) actor_key: String,
    pub(super) post: String,
    pub(super) address: String,
    pub(super) request_id: String,
    pub(super) action: String,
    pub(super) object: String,
    pub(super) region: i64,
    pub(super) result: String,
    pub(super) purpose: String,
    pub(super) detail: serde_json::Value,
}

impl Line {
    fn of(note: &AuditRecord) -> Self {
        let entry = &note.entry;
        Self {
            at: Utc::now(),
            actor: note.actor.clone(),
            actor_key: note.actor_key.clone(),
            post: note.post.clone(),
            address: note.address.clone(),
            request_id: note.request_id.clone(),
            action: entry.action.to_owned(),
            object: entry.object.clone(),
            region: entry.region,
            result: note.outcome.as_str().to_owned(),
            purpose: note.purpose.clone(),
            detail: entry.detail.clone(),
        }
    }
}

/// The journal of a server.
pub(super) struct Journal {
    path: PathBuf,
    lines: Mutex<Lines>,
    /// How many lines are known to be on the disk.
    synced: Mutex<u64>,
    /// Held for as long as the server runs: the file is no other's.
    _turn: File,
}

struct Lines {
    file: File,
    bytes: u64,
    /// The number of the last line.
    last: u64,
    /// The lines that aren't in the database yet.
    waiting: BTreeMap<u64, Vec<u8>>,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Journal {
    /// Opens the first journal of a folder that no other server holds. Gives the lines that it and others whose servers have
    /// ended still hold, and what to call when they are in the database.
    ///
    /// # Errors
    /// When the folder can't be written.
    pub(super) fn open(folder: &Path) -> Result<(Self, Leftover)> {
        fs::create_dir_all(folder).with_context(|| format!("can't make the data folder {}", folder.display()))?;
        let mut ours = None;
        let mut left = Leftover { lines: Vec::new(), files: Vec::new() };
        for number in 0..SERVERS {
            let path = folder.join(format!("audit-journal-{number}.jsonl"));
            if ours.is_some() && !path.exists() {
                continue;
            }
            let turn = private().open(path.with_extension("lock")).context("the audit's journal can't be locked")?;
            match turn.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => continue,
                Err(TryLockError::Error(error)) => return Err(error).context("the audit's journal can't be locked"),
            }
            left.read(&path)?;
            if ours.is_none() {
                ours = Some((path, turn));
            } else {
                left.files.push((path, Some(turn)));
            }
        }
        let Some((path, turn)) = ours else { bail!("{SERVERS} servers share {} already", folder.display()) };
        let file = private().append(true).open(&path).with_context(|| format!("can't write {}", path.display()))?;
        sync_folder(folder)?;
        let bytes = file.metadata()?.len();
        // Ours is emptied with the lines that it will hold: a line may be added before what was left is in the database.
        let lines = Lines { file, bytes, last: 0, waiting: BTreeMap::new() };
        Ok((Self { path, lines: Mutex::new(lines), synced: Mutex::new(0), _turn: turn }, left))
    }

    /// Puts a line onto the disk, and gives its number. It waits for the disk; who waits at the same time waits once.
    ///
    /// # Errors
    /// When the disk is full or broken: then what the line tells of must not be given.
    pub(super) fn append(&self, note: &AuditRecord) -> io::Result<u64> {
        let mut line = serde_json::to_vec(&Line::of(note))?;
        line.push(b'\n');
        let (number, file) = {
            let mut lines = held(&self.lines);
            let before = lines.bytes;
            if let Err(error) = lines.file.write_all(&line) {
                // A part of a line would make the next one unreadable.
                lines.file.set_len(before).ok();
                return Err(error);
            }
            lines.bytes += line.len() as u64;
            lines.last += 1;
            let number = lines.last;
            lines.waiting.insert(number, line);
            (number, lines.file.try_clone()?)
        };
        let mut synced = held(&self.synced);
        if *synced < number {
            let last = held(&self.lines).last;
            file.sync_data().inspect_err(|_| drop(held(&self.lines).waiting.remove(&number)))?;
            *synced = last;
        }
        Ok(number)
    }

    /// The lines of these numbers are in the database.
    ///
    /// # Errors
    /// When the disk refuses; they stay, and are found to be there at the next start.
    pub(super) fn settle(&self, numbers: &[u64]) -> io::Result<()> {
        let mut lines = held(&self.lines);
        for number in numbers {
            lines.waiting.remove(number);
        }
        if lines.bytes == 0 || !lines.waiting.is_empty() && lines.bytes < LONG {
            return Ok(());
        }
        if lines.waiting.is_empty() {
            lines.file.set_len(0)?;
            lines.file.sync_data()?;
            lines.bytes = 0;
            return Ok(());
        }
        let next = self.path.with_extension("next");
        let mut file = private().write(true).truncate(true).open(&next)?;
        let rest: Vec<u8> = lines.waiting.values().flatten().copied().collect();
        file.write_all(&rest)?;
        file.sync_all()?;
        fs::rename(&next, &self.path)?;
        if let Some(folder) = self.path.parent() {
            sync_folder(folder)?;
        }
        lines.file = private().append(true).open(&self.path)?;
        lines.bytes = rest.len() as u64;
        Ok(())
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).write(true).mode(0o600);
    options
}

/// A new name in a folder is on the disk only with the folder.
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// What journals hold at the start of a server.
pub(super) struct Leftover {
    pub(super) lines: Vec<Line>,
    /// Journals of servers that have ended, with their locks.
    files: Vec<(PathBuf, Option<File>)>,
}

impl Leftover {
    fn read(&mut self, path: &Path) -> Result<()> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error).with_context(|| format!("can't read {}", path.display())),
        };
        for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            match serde_json::from_slice(line) {
                Ok(line) => self.lines.push(line),
                // What was cut off in the middle was answered to nobody.
                Err(error) => tracing::warn!(%error, "a line of {} can't be read", path.display()),
            }
        }
        Ok(())
    }

    /// Removes the journals of servers that have ended: what they held is in the database.
    pub(super) fn remove(self) {
        for (path, _turn) in self.files {
            if let Err(error) = fs::remove_file(&path) {
                tracing::warn!(%error, "{} can't be removed", path.display());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{
        actor::Actor,
        audit_entry::{AuditEntry, Outcome},
    };

    fn note(object: &str) -> AuditRecord {
        let detail = serde_json::json!({"people": 1});
        let entry = AuditEntry { action: "person.read", object: object.to_owned(), region: 7, detail };
        AuditRecord::of(&Actor::system("test"), Outcome::Done, entry)
    }

    fn objects(left: &Leftover) -> Vec<&str> {
        left.lines.iter().map(|line| line.object.as_str()).collect()
    }

    #[test]
    fn what_is_not_in_the_database_is_found_again_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let (journal, left) = Journal::open(folder.path()).unwrap();
        assert!(left.lines.is_empty());
        for object in ["a", "b", "c"] {
            journal.append(&note(object)).unwrap();
        }
        journal.settle(&[1, 2]).unwrap();
        // Another server on the same folder has a journal of its own, and takes nothing of one that runs.
        let (other, left) = Journal::open(folder.path()).unwrap();
        assert!(left.lines.is_empty());
        other.append(&note("d")).unwrap();
        drop((journal, other));
        // A line that was cut off while it was written was answered to nobody.
        let path = folder.path().join("audit-journal-0.jsonl");
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"at\":\"20").unwrap();
        let (journal, left) = Journal::open(folder.path()).unwrap();
        assert_eq!(objects(&left), ["a", "b", "c", "d"], "it is emptied only when all of it is written");
        left.remove();
        let first = journal.append(&note("e")).unwrap();
        journal.settle(&[first]).unwrap();
        drop(journal);
        assert_eq!(fs::metadata(&path).unwrap().len(), 0);
        let (_journal, left) = Journal::open(folder.path()).unwrap();
        assert!(left.lines.is_empty(), "{:?}", objects(&left));
    }

    #[test]
    fn a_long_journal_is_written_anew_without_what_is_in_the_database() {
        let folder = tempfile::tempdir().unwrap();
        let (journal, _) = Journal::open(folder.path()).unwrap();
        let long = "x".repeat(1 << 20);
        for _ in 0..5 {
            journal.append(&note(&long)).unwrap();
        }
        journal.append(&note("last")).unwrap();
        // In whatever order they came to the database.
        journal.settle(&[5, 2, 1, 4, 3]).unwrap();
        let path = folder.path().join("audit-journal-0.jsonl");
        assert!(fs::metadata(&path).unwrap().len() < 1_000);
        let after = journal.append(&note("after")).unwrap();
        drop(journal);
        let (journal, left) = Journal::open(folder.path()).unwrap();
        assert_eq!(objects(&left), ["last", "after"]);
        assert_eq!(after, 7);
        drop(journal);
    }
}
