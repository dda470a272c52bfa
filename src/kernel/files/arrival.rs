//! How a file arrives: in as many parts as the line allows (tus 1.0), each durable before it is acknowledged, and looked at
//! when the last is there.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, SeekFrom, Write},
};

use axum::body::BodyDataStream;
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use super::{
    content::{self, FileKind},
    picture,
    room::{Files, SMALL},
    store::{self, SentFile},
};
use crate::kernel::{
    actor::Actor,
    db::Db,
    error::{Error, Result},
    http::piece,
    text::text,
};

/// The longest file that is taken, in bytes.
pub const MOST_BYTES: u64 = FileKind::Video.most();
/// What somebody may have under way, or sent and hung on nothing yet: so many files, and bytes together.
pub const OPEN_UPLOADS: i64 = 200;
const OPEN_BYTES: i64 = 2 << 30;

/// A file that arrives.
pub struct Arrival<'a> {
    db: &'a Db,
    files: &'a Files,
    actor: &'a Actor,
}

/// How far one has come.
#[derive(Clone, Debug)]
pub struct Reached {
    /// What is known of it.
    pub upload: SentFile,
    /// How many bytes are there.
    pub offset: u64,
}

fn unknown() -> Error {
    Error::not_found("没有此上传，或已过期。", "There is no such upload, or it has expired.")
}

impl<'a> Arrival<'a> {
    /// What an actor sends to a server.
    #[must_use]
    pub fn new(db: &'a Db, files: &'a Files, actor: &'a Actor) -> Self {
        Self { db, files, actor }
    }

    /// Begins an upload of so many bytes; gives its key.
    ///
    /// # Errors
    /// 413 for too long a file, 409 for too many under way, 507 when no disk has room.
    pub async fn begin(&self, name: &str, length: u64) -> Result<SentFile> {
        if length == 0 {
            return Err(Error::bad("文件为空。", "The file is empty."));
        }
        if length > MOST_BYTES {
            let most = MOST_BYTES >> 20;
            return Err(Error::TooLarge(text(
                format!("文件最大 {most} MiB。"),
                format!("A file has at most {most} MiB."),
            )));
        }
        if !self.files.has_room_for(length)? {
            return Err(Error::NoRoom(text(
                "服务器存储空间不足以接收此文件，请联系系统管理员。",
                "The server has no room for so long a file; tell its administrator.",
            )));
        }
        let mut tx = self.db.begin(self.actor).await?;
        let (count, bytes) = store::under_way(&mut tx).await?;
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        if count >= OPEN_UPLOADS || bytes.saturating_add(length) > OPEN_BYTES {
            return Err(Error::Conflict(text(
                "您有过多未使用的上传，请先使用或删除，或明日再试。",
                "You have too many uploads that nothing uses; use or delete them, or try again tomorrow.",
            )));
        }
        let key = format!("{:032x}", rand::random::<u128>());
        let name: String = clean_name(name);
        let upload = store::begin(&mut tx, &key, &name, length).await?;
        tx.commit().await?;
        Ok(upload)
    }

    /// Takes in a file that is here already, as if it had been sent; gives its key.
    ///
    /// # Errors
    /// As `begin`, and as `append` for its last part.
    pub async fn take(&self, name: &str, bytes: &[u8]) -> Result<String> {
        let upload = self.begin(name, bytes.len() as u64).await?;
        let mut file = self.open(&upload.key)?;
        file.write_all(bytes)?;
        Ok(self.finish(&upload, &mut file).await?.key)
    }

    /// How far an upload has come. One whose last part was acknowledged by nobody is looked at now.
    ///
    /// # Errors
    /// 404 for what isn't the actor's, or isn't there any more, 423 while it is being looked at; as `append` when it is.
    pub async fn reached(&self, key: &str) -> Result<Reached> {
        let upload = self.known(key).await?;
        if upload.kind.is_some() {
            return Ok(Reached { offset: upload.length(), upload });
        }
        let there = std::fs::metadata(self.files.coming(key)?).map_or(0, |file| file.len());
        if there < upload.length() {
            return Ok(Reached { upload, offset: there });
        }
        match self.hold(key).await? {
            (upload, None) => Ok(Reached { offset: upload.length(), upload }),
            (upload, Some(mut file)) => {
                let upload = self.finish(&upload, &mut file).await?;
                Ok(Reached { offset: upload.length(), upload })
            }
        }
    }

    async fn known(&self, key: &str) -> Result<SentFile> {
        let mut tx = self.db.begin(self.actor).await?;
        let upload = store::sent(&mut tx, key).await?.ok_or_else(unknown)?;
        tx.commit().await?;
        Ok(upload)
    }

    /// The file in which an upload is put together, locked, on whichever server that shares the folder.
    fn open(&self, key: &str) -> Result<File> {
        let mut options = OpenOptions::new();
        let path = self.files.coming(key)?;
        let file = options.read(true).write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(Error::Locked(text(
                "此文件的上一部分仍在接收，请稍候。",
                "The part before is still being taken in; wait a moment.",
            ))),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// An upload, with its file where it isn't whole yet. What is known of it is read once its file is locked: until then
    /// another may have made it whole, or given it up, and the file that was opened is a new and empty one.
    async fn hold(&self, key: &str) -> Result<(SentFile, Option<File>)> {
        let file = self.open(key)?;
        let known = self.known(key).await;
        let is_coming = known.as_ref().is_ok_and(|upload| upload.kind.is_none());
        // What can't be looked up now may still be coming: it stays.
        if !is_coming && matches!(known, Ok(_) | Err(Error::NotFound(_))) {
            std::fs::remove_file(self.files.coming(key)?).ok();
        }
        Ok((known?, is_coming.then_some(file)))
    }

    /// Takes in what follows an offset, as far as it comes. What has come stays when the line breaks.
    ///
    /// # Errors
    /// 404 for what isn't the actor's, 409 for another offset than has been reached, 423 while a part is being taken in, 413
    /// for more than was said, 400 when it breaks off; 415 and 413 for what isn't taken, once it is whole.
    pub async fn append(&self, key: &str, offset: u64, mut body: BodyDataStream) -> Result<Reached> {
        // Whoever may not go on with it makes no file.
        self.known(key).await?;
        let (upload, held) = self.hold(key).await?;
        let Some(mut file) = held else { return Err(other_offset(upload.length())) };
        let there = file.seek(SeekFrom::End(0))?;
        if there != offset {
            return Err(other_offset(there));
        }
        let mut to = tokio::fs::File::from_std(file);
        let mut reached = there;
        let broke = loop {
            match piece(&mut body).await {
                Ok(Some(bytes)) => {
                    let more = bytes.len() as u64;
                    if reached.saturating_add(more) > upload.length() {
                        break Some(Error::TooLarge(text(
                            "内容超过所声明的长度。",
                            "There is more than was said there would be.",
                        )));
                    }
                    to.write_all(&bytes).await?;
                    reached += more;
                }
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        to.flush().await?;
        // Acknowledged is what a crash doesn't take back.
        to.sync_data().await?;
        if let Some(error) = broke {
            return Err(error);
        }
        let mut file = to.into_std().await;
        if reached < upload.length() {
            return Ok(Reached { upload, offset: reached });
        }
        let upload = self.finish(&upload, &mut file).await?;
        Ok(Reached { offset: upload.length(), upload })
    }

    /// Looks at what is whole, and keeps it; what isn't taken is gone with its row.
    async fn finish(&self, upload: &SentFile, file: &mut File) -> Result<SentFile> {
        match self.take_in(upload, file).await {
            Err(error @ (Error::UnsupportedMedia(_) | Error::TooLarge(_))) => {
                self.end(&upload.key).await?;
                Err(error)
            }
            other => other,
        }
    }

    async fn take_in(&self, upload: &SentFile, file: &mut File) -> Result<SentFile> {
        file.seek(SeekFrom::Start(0))?;
        let mut reading = file.try_clone()?;
        let length = upload.length();
        let found = tokio::task::spawn_blocking(move || content::find(&mut reading, length))
            .await
            .map_err(|error| Error::Internal(error.into()))??;
        let mut kept =
            SentFile { kind: Some(found.kind), media_type: Some(found.media_type.to_owned()), ..upload.clone() };
        let mut reading = file.try_clone()?;
        if found.kind == FileKind::Picture {
            let work = move || {
                let mut bytes = Vec::new();
                reading.seek(SeekFrom::Start(0))?;
                reading.read_to_end(&mut bytes)?;
                let clean = picture::clean(&bytes)?;
                let digest = Sha256::digest(&clean.bytes).to_vec();
                Ok((clean, digest))
            };
            let (clean, digest) = self.files.with_picture(work).await?;
            kept.media_type = Some(clean.media_type.to_owned());
            kept.size = i64::try_from(clean.bytes.len()).ok();
            (kept.width, kept.height) = (i32::try_from(clean.width).ok(), i32::try_from(clean.height).ok());
            kept.taken_at = clean.taken.at;
            (kept.lon, kept.lat) = clean.taken.place.unzip();
            kept.sha256 = Some(digest);
            self.files.keep(&upload.key, "", clean.bytes).await?;
            self.files.keep(&upload.key, SMALL, clean.small).await?;
        } else {
            let digest = tokio::task::spawn_blocking(move || {
                reading.seek(SeekFrom::Start(0))?;
                let mut hash = Sha256::new();
                let mut part = vec![0; 1 << 20];
                loop {
                    match reading.read(&mut part)? {
                        0 => return std::io::Result::Ok(hash.finalize().to_vec()),
                        read => hash.update(&part[..read]),
                    }
                }
            });
            kept.sha256 = Some(digest.await.map_err(|error| Error::Internal(error.into()))??);
            kept.size = Some(upload.length);
            file.seek(SeekFrom::Start(0))?;
            self.files.keep_file(&upload.key, file.try_clone()?).await?;
        }
        let mut tx = self.db.begin(self.actor).await?;
        let is_there = store::finish(&mut tx, &kept).await?;
        if !is_there {
            // It was given up meanwhile.
            store::give_up_content(&mut tx, &upload.key).await?;
        }
        tx.commit().await?;
        if !is_there {
            return Err(unknown());
        }
        std::fs::remove_file(self.files.coming(&upload.key)?).ok();
        Ok(kept)
    }

    /// Gives an upload up.
    ///
    /// # Errors
    /// 404 for what isn't the actor's, or isn't there any more.
    pub async fn end(&self, key: &str) -> Result<()> {
        let mut tx = self.db.begin(self.actor).await?;
        if !store::end(&mut tx, key).await? {
            return Err(unknown());
        }
        // Its content goes with the next sweep, which a crash doesn't make forget it and which waits for a backup.
        store::give_up_content(&mut tx, key).await?;
        tx.commit().await?;
        std::fs::remove_file(self.files.coming(key)?).ok();
        Ok(())
    }
}

fn other_offset(there: u64) -> Error {
    Error::Conflict(text(
        format!("已收到 {there} 字节，请从该处继续。"),
        format!("{there} bytes are there; go on from that offset."),
    ))
}

/// A file's name without folders and control characters, of at most 120 characters.
fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.chars().filter(|c| !c.is_control() && !is_turning(*c)).collect();
    let shown = shown.trim();
    let skipped = shown.chars().count().saturating_sub(120);
    let kept: String = shown.chars().skip(skipped).collect();
    if kept.is_empty() { "file".to_owned() } else { kept }
}

/// Characters that turn the direction of writing: `exe.gpj` could stand as `jpg.exe`.
const fn is_turning(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_only_a_name() {
        assert_eq!(clean_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_name("C:\\照片\\井盖.jpg"), "井盖.jpg");
        assert_eq!(clean_name("a\u{202e}gpj.exe\n"), "agpj.exe");
        assert_eq!(clean_name(" / "), "file");
        let long = format!("{}.jpg", "长".repeat(300));
        let kept = clean_name(&long);
        assert_eq!((kept.chars().count(), &kept[kept.len() - 4..]), (120, ".jpg"));
    }
}
