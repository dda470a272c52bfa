//! The process of a case.

mod definition;
mod life;
mod office;
