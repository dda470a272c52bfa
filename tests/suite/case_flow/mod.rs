//! The process of a case.

mod definition;
mod files;
mod life;
mod office;
mod statistics;
