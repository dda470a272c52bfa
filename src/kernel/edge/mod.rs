//! The server's edge: what a request's connection says of it. From where it comes, whether by https, under which address
//! the reader reaches the server, and how much they may ask of it.

pub mod proxies;
mod reach;
pub mod serve;
pub mod tls;
mod wire;

pub use reach::{Edge, peer_of, scheme, without_port};
