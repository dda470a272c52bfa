//! The database: the owner's side (cluster, roles, migrations) and the application's (scoped, audited transactions).

mod application;
mod cluster;
mod connections;
pub mod copy;
mod journal;
mod lease;
mod notes;
mod owner;
mod scope;
mod storage;
mod store;
mod tx;

pub use application::Db;
pub use cluster::{Cluster, INSTALL};
pub use owner::{Database, LEAKPROOF, MIGRATIONS, make_database};
pub use storage::Storage;
pub use store::write_audit;
pub use tx::Tx;

pub use super::audit_entry::AuditEntry;
