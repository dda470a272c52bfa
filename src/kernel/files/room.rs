//! Where the content of files lies: what is still being sent in a folder of this machine, what is whole in the store.

use std::{
    io::Write,
    path::PathBuf,
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::Bytes;
use futures::StreamExt;
use object_store::{
    GetOptions, GetRange, GetResult, ObjectStore, ObjectStoreExt, buffered::BufWriter, local::LocalFileSystem,
    path::Path as StorePath,
};
use sha2::{Digest, Sha256};
use tokio::{io::AsyncWriteExt, sync::Semaphore};

use crate::kernel::error::{Error, Result};

/// Held in the database while a backup is made: no content is taken away meanwhile.
pub const BACKUP_LOCK: i64 = 0x6772_6964_6861_6c6c;
/// Pictures that are worked on at once: each takes up to 512 MiB.
const AT_ONCE: usize = 2;
/// An upload lives for a day; some time is added for what is still being looked at then.
const LONGEST_ON_ITS_WAY: Duration = Duration::from_hours(26);
/// Their folder in the data folder.
const ATTACHMENTS: &str = "attachments";
const WHOLE: &str = "files";
const COMING: &str = "uploads";

/// The files of a server. Cloning it copies references only.
#[derive(Clone, Default)]
pub struct Files {
    folder: Option<Arc<PathBuf>>,
    room: Arc<OnceLock<FileRoom>>,
}

struct FileRoom {
    coming: PathBuf,
    store: Arc<dyn ObjectStore>,
    pictures: Semaphore,
}

impl Files {
    /// Files in a folder; it is made with the first of them.
    #[must_use]
    pub fn in_folder(folder: PathBuf) -> Self {
        Self { folder: Some(Arc::new(folder)), room: Arc::default() }
    }

    /// The files of a data folder.
    #[must_use]
    pub fn of_data(data: &std::path::Path) -> Self {
        Self::in_folder(data.join(ATTACHMENTS))
    }

    /// The folder in which the content of files lies.
    #[must_use]
    pub fn whole(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(WHOLE))
    }

    /// Writes what is kept under a key into a file, piece by piece; gives its SHA-256, nothing where nothing is kept.
    ///
    /// # Errors
    /// When it can't be read or written.
    pub async fn copy(&self, key: &str, part: &str, to: &mut impl Write) -> Result<Option<Vec<u8>>> {
        let read = match self.room()?.store.get(&place(key, part)?).await {
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            other => other.map_err(broken)?,
        };
        let mut parts = read.into_stream();
        let mut hash = Sha256::new();
        while let Some(part) = parts.next().await {
            let part = part.map_err(broken)?;
            hash.update(&part);
            to.write_all(&part)?;
        }
        Ok(Some(hash.finalize().to_vec()))
    }

    /// Takes away what was begun so long ago that no upload of it lives: left by a server that was killed.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub fn remove_stale(&self) -> Result<()> {
        for entry in std::fs::read_dir(&self.room()?.coming)? {
            let entry = entry?;
            let age = entry.metadata().and_then(|file| file.modified()).map(|at| at.elapsed().unwrap_or_default());
            if age.is_ok_and(|age| age > LONGEST_ON_ITS_WAY) {
                std::fs::remove_file(entry.path()).ok();
            }
        }
        Ok(())
    }

    fn room(&self) -> Result<&FileRoom> {
        if let Some(room) = self.room.get() {
            return Ok(room);
        }
        let folder = self.folder.as_ref().ok_or_else(|| internal("this server keeps no files"))?;
        let (coming, whole) = (folder.join(COMING), folder.join(WHOLE));
        for folder in [&coming, &whole] {
            std::fs::create_dir_all(folder)?;
        }
        let store = LocalFileSystem::new_with_prefix(whole).map_err(broken)?.with_fsync(true);
        Ok(self.room.get_or_init(|| FileRoom { coming, store: Arc::new(store), pictures: Semaphore::new(AT_ONCE) }))
    }

    /// Where what arrives under a key is put together.
    pub(super) fn coming(&self, key: &str) -> Result<PathBuf> {
        Ok(self.room()?.coming.join(checked(key)?))
    }

    /// Runs work on a picture, when it is its turn.
    pub(super) async fn with_picture<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _turn = self.room()?.pictures.acquire().await.map_err(internal)?;
        tokio::task::spawn_blocking(work).await.map_err(internal)?
    }

    /// Keeps bytes under a key.
    pub(super) async fn keep(&self, key: &str, part: &str, bytes: Vec<u8>) -> Result<()> {
        self.room()?.store.put(&place(key, part)?, Bytes::from(bytes).into()).await.map_err(broken)?;
        Ok(())
    }

    /// Keeps what lies in a file under a key, piece by piece.
    pub(super) async fn keep_file(&self, key: &str, file: std::fs::File) -> Result<()> {
        let mut to = BufWriter::new(self.room()?.store.clone(), place(key, "")?);
        let mut from = tokio::fs::File::from_std(file);
        tokio::io::copy(&mut from, &mut to).await?;
        Ok(to.shutdown().await?)
    }

    /// What is kept under a key, whole or a part of it.
    ///
    /// # Errors
    /// When it isn't there, or can't be read.
    pub async fn read(&self, key: &str, part: &str, range: Option<GetRange>) -> Result<GetResult> {
        let options = GetOptions { range, ..GetOptions::default() };
        self.room()?.store.get_opts(&place(key, part)?, options).await.map_err(broken)
    }

    /// Takes away whatever is kept under a key.
    ///
    /// # Errors
    /// When the store can't be reached.
    pub async fn remove(&self, key: &str) -> Result<()> {
        let room = self.room()?;
        for part in ["", SMALL] {
            match room.store.delete(&place(key, part)?).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(broken(error)),
            }
        }
        match std::fs::remove_file(room.coming.join(key)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::Internal(error.into())),
            _ => Ok(()),
        }
    }

    /// Whether the disk has room for so many bytes more, with some to spare.
    pub(super) fn has_room_for(&self, bytes: u64) -> Result<bool> {
        const SPARE: u64 = 1 << 30;
        let stat = nix::sys::statvfs::statvfs(&self.room()?.coming).map_err(internal)?;
        Ok(stat.blocks_available() * stat.fragment_size() >= bytes.saturating_add(SPARE))
    }
}

/// The part of a picture that lists show.
pub const SMALL: &str = ".small";

/// Keys come from the database or from an address: nothing else names a place.
fn checked(key: &str) -> Result<&str> {
    let is_key = key.len() == 32 && key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_key.then_some(key).ok_or_else(|| Error::not_found("没有此文件。", "There is no such file."))
}

fn place(key: &str, part: &str) -> Result<StorePath> {
    let key = checked(key)?;
    StorePath::parse(format!("{}/{key}{part}", &key[..2])).map_err(internal)
}

/// The store's errors name its own paths: they are for the log.
fn broken(error: object_store::Error) -> Error {
    anyhow::Error::new(error).context("the store of files").into()
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::Internal(anyhow::anyhow!("{error}"))
}
