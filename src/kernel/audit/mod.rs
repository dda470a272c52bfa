//! 安全审计: the chain of seals that tells whether what was written of operations was altered since.
//!
//! An entry is written with the transaction that it tells of; what has no transaction goes by the queue of `db::notes`, and what
//! was read from memory by a journal on the disk too.
//! A job seals what is finished in batches, outside the writers' transactions: a chain computed in each of them would
//! cost nine tenths of the throughput.

pub mod archive;
pub mod chain;
pub mod key;
pub mod remote;
pub mod seal;
mod store;
pub mod verify;
