//! Certificates of a public key infrastructure: whose they are, whether they hold, and whether a challenge was signed with
//! their key.
//!
//! Pure: no SQL, no HTTP, no clock; the moment is passed in. RSA, ECDSA on P-256, and SM2 with SM3 (GM/T 0009, GM/T 0015).
//! What a stranger sends is bounded here in size, number and depth before anything is computed with it.

mod ber;
mod certificate;
mod challenge;
mod cms;
mod crl;
mod key;
mod path;
mod refusal;

pub use certificate::Certificate;
pub use challenge::{Form, Signed, claimed, verify, verify_holder};
pub use crl::Crl;
pub use path::{Authority, Grace, Trust};
pub use refusal::Refusal;

/// Bytes of one certificate at most.
pub const MAX_CERTIFICATE: usize = 16 << 10;
/// Certificates that come with one sign-in at most.
pub const MAX_CERTIFICATES: usize = 8;
/// Bytes of a signature at most, raw or CMS with its certificates.
pub const MAX_SIGNATURE: usize = 128 << 10;
/// Bytes of a challenge at most.
pub const MAX_CHALLENGE: usize = 4 << 10;
/// Bytes of a revocation list at most.
pub const MAX_CRL: usize = 5 << 20;
/// Certificates from the user's to the authority's at most, both counted.
pub const MAX_DEPTH: usize = 6;
