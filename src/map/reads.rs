//! What the audit keeps of reads from memory.

use crate::{
    kernel::{actor::Actor, audit_entry::AuditEntry, db::Db, error::Result},
    layers::LayerStore,
};

/// Has the audit keep that records of people are read from memory, before they are given. Reading goes on while the database
/// is away, so it doesn't wait for the database, only for the journal.
///
/// # Errors
/// Where that can't be kept: then nothing may be given.
pub(super) async fn note_people(db: &Db, actor: &Actor, held: &LayerStore, object: String, read: usize) -> Result<()> {
    match read_of_people(actor, object, read) {
        Some(entry) if held.def.residents => db.note_read(actor, entry).await,
        _ => Ok(()),
    }
}

/// The audit keeps that an actor is given so many people's records, or what amounts to them: on a thread that may wait for the
/// disk.
///
/// # Errors
/// Where that can't be kept: then nothing may be given.
pub(super) fn note_read(db: &Db, actor: &Actor, object: String, read: usize) -> Result<()> {
    read_of_people(actor, object, read).map_or(Ok(()), |entry| db.note_read_and_wait(actor, entry))
}

fn read_of_people(actor: &Actor, object: String, read: usize) -> Option<AuditEntry> {
    let detail = serde_json::json!({ "people": read });
    (read > 0).then(|| AuditEntry { action: "person.read", object, region: actor.home(), detail })
}
