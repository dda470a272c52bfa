//! Checks the chain: computes everything anew and compares it with seals, signatures, anchor and archives.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use anyhow::Result;
use sqlx::PgConnection;

use super::{
    archive,
    chain::{self, Difference, START, Seal},
    key::{Anchor, Trusted},
    store::{self, Archived},
};

/// So many faults are named; all are counted.
const NAMED: usize = 1_000;
/// A batch holds at most 4,000 entries; what was put in among them shows within this.
const READ: i64 = 100_000;

/// Something that isn't as it was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The seal's number.
    pub seal: i64,
    /// What is wrong.
    pub what: What,
}

/// What is wrong with a seal or with an entry under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// An entry was altered, deleted or inserted.
    Entry(Difference),
    /// The seal isn't there.
    Missing,
    /// Its list of digests isn't the one that was sealed.
    Leaves,
    /// It doesn't follow from the one before.
    Head,
    /// No trusted key signed it.
    Signature,
    /// The anchor has another head, or hasn't it.
    Anchor,
    /// The archive's record or its file isn't what was signed.
    Archive(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "seal {}: ", self.seal)?;
        match &self.what {
            What::Entry(Difference::Altered(id)) => write!(out, "entry {id} was altered"),
            What::Entry(Difference::Deleted(id)) => write!(out, "entry {id} was deleted"),
            What::Entry(Difference::Inserted(id)) => write!(out, "entry {id} was inserted"),
            What::Missing => out.write_str("the seal is missing"),
            What::Leaves => out.write_str("its list of digests was altered"),
            What::Head => out.write_str("it doesn't follow from the seal before it"),
            What::Signature => out.write_str("no trusted key signed it"),
            What::Anchor => out.write_str("the anchor file says otherwise"),
            What::Archive(what) => write!(out, "archive: {what}"),
        }
    }
}

/// What a check found.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Seals that were checked.
    pub seals: i64,
    /// The last seal's number.
    pub last_seal: i64,
    /// Entries under them.
    pub entries: i64,
    /// Entries in archives whose files weren't at hand.
    pub out_of_reach: i64,
    /// How many faults.
    pub faults: i64,
    /// The first of them.
    pub named: Vec<Fault>,
}

impl Findings {
    fn fault(&mut self, seal: i64, what: What) {
        self.faults += 1;
        if self.named.len() < NAMED {
            self.named.push(Fault { seal, what });
        }
    }
}

/// What the chain is held against.
pub struct Against<'a> {
    /// Keys that are believed.
    pub trusted: &'a Trusted,
    /// Heads that were anchored.
    pub anchor: &'a Anchor,
    /// The folder of archives, where they aren't at the place to which they were written.
    pub archives: Option<&'a Path>,
}

/// Checks the whole chain, as the owner or as a server's auditor, and keeps what it found.
///
/// # Errors
/// When the database or a file can't be read.
pub async fn verify(conn: &mut PgConnection, against: &Against<'_>) -> Result<Findings> {
    let anchored = AnchoredSeals::read(conn, against.anchor).await?;
    verify_anchored(conn, against, anchored).await
}

/// What the anchor file held at a moment.
pub struct AnchoredSeals {
    /// Its lines, by number.
    lines: BTreeMap<i64, Seal>,
    /// The newest seal before the file was read: the line of each one before it was written by then.
    newest: i64,
}

impl AnchoredSeals {
    /// Reads the file. Sealing may go on meanwhile.
    ///
    /// # Errors
    /// When the database or the file can't be read.
    pub async fn read(conn: &mut PgConnection, anchor: &Anchor) -> Result<Self> {
        let newest = store::last_seal(conn).await?.map_or(0, |seal| seal.number);
        let anchor = anchor.clone();
        let lines = tokio::task::spawn_blocking(move || anchor.read()).await??;
        Ok(Self { lines: lines.into_iter().map(|seal| (seal.number, seal)).collect(), newest })
    }
}

/// Checks the whole chain against what the anchor file held a moment ago.
///
/// # Errors
/// When the database or a file can't be read.
pub async fn verify_anchored(
    conn: &mut PgConnection,
    against: &Against<'_>,
    AnchoredSeals { lines: mut anchored, newest }: AnchoredSeals,
) -> Result<Findings> {
    let mut found = Findings::default();
    let archives = store::archives(conn).await?;
    let (mut number, mut head, mut last_id) = (0, START.to_vec(), 0);
    loop {
        let seals = store::seals(conn, number, 500).await?;
        if seals.is_empty() {
            break;
        }
        for seal in seals {
            for missing in number + 1..seal.number {
                anchored.remove(&missing);
                found.fault(missing, What::Missing);
            }
            check_seal(&seal, &head, against.trusted, &mut found);
            match anchored.remove(&seal.number) {
                Some(line) if line == seal => {}
                // The newest may have been written before its line, and later ones after the file was read; another server's
                // lines lie in its own anchor.
                None if seal.number >= newest || !against.trusted.is_own(&seal.key) => {}
                _ => found.fault(seal.number, What::Anchor),
            }
            let leaves = store::leaves(conn, seal.number).await?;
            if chain::digest(&leaves).as_slice() != seal.digest {
                found.fault(seal.number, What::Leaves);
            }
            let in_file = archives.iter().any(|a| (a.first_seal..=a.last_seal).contains(&seal.number));
            let entries = store::entries(conn, last_id, seal.last_id, READ).await?;
            let differences = if in_file { chain::compare(&[], &entries) } else { chain::compare(&leaves, &entries) };
            for difference in differences {
                found.fault(seal.number, What::Entry(difference));
            }
            found.seals += 1;
            found.entries += seal.count;
            (number, head, last_id) = (seal.number, seal.head, seal.last_id);
        }
    }
    for gone in anchored.into_keys() {
        found.fault(gone, What::Missing);
    }
    for archived in &archives {
        check_archive(conn, archived, against, &mut found).await?;
    }
    found.last_seal = number;
    store::insert_check(conn, found.last_seal, found.entries, found.faults).await?;
    Ok(found)
}

fn check_seal(seal: &Seal, before: &[u8], trusted: &Trusted, found: &mut Findings) {
    if seal.head_after(before).as_slice() != seal.head {
        found.fault(seal.number, What::Head);
    }
    if !trusted.signed(&seal.key, &seal.signed(), &seal.signature) {
        found.fault(seal.number, What::Signature);
    }
}

async fn check_archive(
    conn: &mut PgConnection,
    archived: &Archived,
    against: &Against<'_>,
    found: &mut Findings,
) -> Result<()> {
    let signed = chain::archive_signed(archived.first_seal, archived.last_seal, &archived.digest);
    if !against.trusted.signed(&archived.key, &signed, &archived.signature) {
        found.fault(archived.first_seal, What::Archive("no trusted key signed its record".to_owned()));
    }
    let file = PathBuf::from(&archived.file);
    let file = match (against.archives, file.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => file,
    };
    if !file.is_file() {
        found.out_of_reach += archived.count;
        return Ok(());
    }
    let read = tokio::task::spawn_blocking(move || archive::read(&file)).await?;
    let content = match read {
        Ok(content) if content.digest.as_slice() == archived.digest => content,
        Ok(_) => {
            found.fault(archived.first_seal, What::Archive(format!("{} was altered", archived.file)));
            return Ok(());
        }
        Err(error) => {
            found.fault(archived.first_seal, What::Archive(format!("{} can't be read: {error:#}", archived.file)));
            return Ok(());
        }
    };
    for (seal, entries) in content.batches {
        let leaves = store::leaves(conn, seal.number).await?;
        for difference in chain::compare(&leaves, &entries) {
            found.fault(seal.number, What::Entry(difference));
        }
    }
    Ok(())
}
