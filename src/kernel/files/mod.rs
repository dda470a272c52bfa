//! Files: photos, recordings and documents that people send. They arrive in parts that go on after a cut, are looked at by
//! their content, and hang on a record from then on; whoever may read the record may read them.
//!
//! Content is kept under a key that nobody can guess, never under a name that somebody gave it; rows say what is known of it.

mod arrival;
mod content;
mod picture;
mod room;
mod serve;
mod store;

pub use self::{
    arrival::{Arrival, MOST_BYTES, OPEN_UPLOADS},
    content::FileKind,
    room::{BACKUP_LOCK, Files, SMALL},
    serve::{FilePart, answer},
    store::{
        AttachedFile, FileRole, KeptFile, MOST_ATTACHED, SentFile, attach, attached, attachment, end_uploads, gone,
        kept, sent, taken_away,
    },
};
