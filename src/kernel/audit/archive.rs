//! Archives: whole sealed months as files, taken out of the table without breaking the chain.
//!
//! A file is JSON lines under zstd: `{"seal": …}`, then `{"entry": …}` for each of its entries, and so on. A seal belongs
//! to the month of its newest entry, in China's time.

use std::{
    fs::{self, File, OpenOptions},
    io::{BufRead, BufReader, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};
use sqlx::{Connection, PgConnection};

use super::{
    chain::{self, Entry, Hash, Seal},
    key::SealKey,
    store::{self, Archived},
};
use crate::kernel::{audit_entry::AuditEntry, db::write_audit, time};

/// How hard months of text are compressed: they are written once.
const LEVEL: i32 = 12;
/// A line is at most so long; an entry's detail is bounded by what is written in it.
const MAX_LINE: u64 = 64 << 20;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ArchiveLine {
    Seal(Seal),
    Entry(Entry),
}

/// What a file holds.
#[derive(Debug)]
pub struct Content {
    /// SM3 of the file.
    pub digest: Hash,
    /// Its seals with their entries.
    pub batches: Vec<(Seal, Vec<Entry>)>,
}

/// A month that was archived.
#[derive(Clone, Debug)]
pub struct Month {
    /// The file.
    pub file: PathBuf,
    /// How many seals,
    pub seals: i64,
    /// and entries.
    pub entries: i64,
}

/// The first day of a month that is given as 2026-10.
///
/// # Errors
/// When it isn't one.
pub fn month(text: &str) -> Result<NaiveDate> {
    NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d")
        .with_context(|| format!("{text:?} is no month: 2026-10"))
}

/// Writes every sealed month before this one to files and takes them out of the table, as the owner.
///
/// # Errors
/// When an entry isn't as it was sealed: nothing of that month is taken out then. When a file can't be written.
pub async fn archive(conn: &mut PgConnection, key: &SealKey, before: NaiveDate, folder: &Path) -> Result<Vec<Month>> {
    fs::create_dir_all(folder).with_context(|| format!("can't make {}", folder.display()))?;
    let folder = folder.canonicalize()?;
    let done = store::archives(conn).await?;
    let (mut after_seal, mut after_id) = done.last().map_or((0, 0), |last| (last.last_seal, last.last_id));
    let mut months = Vec::new();
    while let Some((month, seals)) = next_month(conn, after_seal, after_id, before).await? {
        let Some(last) = seals.last().cloned() else { break };
        let file = folder.join(name(month, &seals));
        let entries = one(conn, key, &seals, after_id, &file).await?;
        months.push(Month { seals: last.number - after_seal, entries, file });
        (after_seal, after_id) = (last.number, last.last_id);
    }
    Ok(months)
}

fn name(month: NaiveDate, seals: &[Seal]) -> String {
    let (first, last) = (seals.first().map_or(0, |seal| seal.number), seals.last().map_or(0, |seal| seal.number));
    format!("audit-{}-{first}-{last}.jsonl.zst", month.format("%Y-%m"))
}

/// The seals of the oldest month that isn't archived, where it lies before another.
async fn next_month(
    conn: &mut PgConnection,
    after_seal: i64,
    after_id: i64,
    before: NaiveDate,
) -> Result<Option<(NaiveDate, Vec<Seal>)>> {
    let (mut month, mut seals, mut number, mut last_id) = (None, Vec::new(), after_seal, after_id);
    loop {
        let page = store::seals(conn, number, 500).await?;
        if page.is_empty() {
            return Ok(month.map(|month| (month, seals)));
        }
        for seal in page {
            let newest = store::newest(conn, last_id, seal.last_id).await?;
            let newest =
                newest.with_context(|| format!("seal {} has no entries left; run audit verify", seal.number))?;
            // Clocks step back now and then: a seal never falls into a month before that of the one before it.
            let own = time::day(newest).with_day(1).unwrap_or(before).max(month.unwrap_or(NaiveDate::MIN));
            if own >= before || month.is_some_and(|month| month != own) {
                return Ok(month.map(|month| (month, seals)));
            }
            month = Some(own);
            (number, last_id) = (seal.number, seal.last_id);
            seals.push(seal);
        }
    }
}

/// Archives one month; gives how many entries.
///
/// The file is on the disk before anything is taken out: an end in between leaves a file too many, and no entry too few.
async fn one(conn: &mut PgConnection, key: &SealKey, seals: &[Seal], after_id: i64, file: &Path) -> Result<i64> {
    let (Some(first), Some(last)) = (seals.first(), seals.last()) else { return Ok(0) };
    let mut tx = conn.begin().await?;
    let (digest, entries) = write(&mut tx, seals, after_id, file).await?;
    let signature = key.sign(&chain::archive_signed(first.number, last.number, &digest));
    let archived = Archived {
        first_seal: first.number,
        last_seal: last.number,
        first_id: first.first_id,
        last_id: last.last_id,
        count: entries,
        file: file.to_string_lossy().into_owned(),
        digest: digest.to_vec(),
        key: key.public().to_vec(),
        signature: signature.to_vec(),
    };
    store::insert_archive(&mut tx, &archived).await?;
    let deleted = store::delete(&mut tx, after_id, last.last_id).await?;
    ensure!(i64::try_from(deleted)? == entries, "{deleted} entries would go, and {entries} are in the file");
    let detail = serde_json::json!({ "seals": [first.number, last.number], "entries": entries });
    let object = archived.file.clone();
    write_audit(&mut tx, "system:console", AuditEntry { action: "audit.archive", object, region: 0, detail }).await?;
    tx.commit().await?;
    Ok(entries)
}

/// Writes seals and their entries to a file; gives its digest and how many entries.
async fn write(conn: &mut PgConnection, seals: &[Seal], after_id: i64, file: &Path) -> Result<(Hash, i64)> {
    // What an archiving that broke off left behind belongs to nothing and is written over.
    let made = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file);
    let made = made.with_context(|| format!("can't write {}", file.display()))?;
    let mut encoder = zstd::Encoder::new(Hashing { inner: made, hasher: Sm3::new() }, LEVEL)?;
    let (mut last_id, mut count) = (after_id, 0);
    for seal in seals {
        let entries = store::entries(conn, last_id, seal.last_id, i64::MAX).await?;
        let leaves = store::leaves(conn, seal.number).await?;
        if chain::leaves(&entries) != leaves {
            bail!("the entries under seal {} aren't as they were sealed; run audit verify first", seal.number);
        }
        line(&mut encoder, &ArchiveLine::Seal(seal.clone()))?;
        for entry in entries {
            line(&mut encoder, &ArchiveLine::Entry(entry))?;
            count += 1;
        }
        last_id = seal.last_id;
    }
    let done = encoder.finish()?;
    done.inner.sync_all()?;
    Ok((done.hasher.finalize().into(), count))
}

fn line(out: &mut impl Write, line: &ArchiveLine) -> Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")?;
    Ok(())
}

/// A file whose bytes are digested on their way.
struct Hashing<F> {
    inner: F,
    hasher: Sm3,
}

impl<F: Write> Write for Hashing<F> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

impl<F: Read> Read for Hashing<F> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(into)?;
        self.hasher.update(&into[..read]);
        Ok(read)
    }
}

/// Reads an archive.
///
/// # Errors
/// When it can't be read or isn't one.
pub fn read(file: &Path) -> Result<Content> {
    let mut hashing = Hashing { inner: File::open(file)?, hasher: Sm3::new() };
    let mut batches: Vec<(Seal, Vec<Entry>)> = Vec::new();
    {
        let mut lines = BufReader::new(zstd::Decoder::new(&mut hashing)?);
        let mut text = String::new();
        loop {
            text.clear();
            if lines.by_ref().take(MAX_LINE).read_line(&mut text)? == 0 {
                break;
            }
            match serde_json::from_str(&text)? {
                ArchiveLine::Seal(seal) => batches.push((seal, Vec::new())),
                ArchiveLine::Entry(entry) => {
                    batches.last_mut().context("an entry stands before any seal")?.1.push(entry);
                }
            }
        }
    }
    std::io::copy(&mut hashing, &mut std::io::sink())?;
    Ok(Content { digest: hashing.hasher.finalize().into(), batches })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_read() {
        assert_eq!(month("2026-10").unwrap(), NaiveDate::from_ymd_opt(2026, 10, 1).unwrap());
        assert!(month("2026-13").is_err() && month("2026").is_err() && month("2026-10-05").is_err());
    }
}
