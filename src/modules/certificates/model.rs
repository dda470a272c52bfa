//! Authorities, certificates that are bound, and what is sent to sign in.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::pki::Form;

/// An authority whose certificates sign people in.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TrustedAuthority)]
pub(crate) struct AuthorityInfo {
    /// Its id.
    pub(crate) id: i64,
    /// What people call it.
    pub(crate) name: String,
    /// Its name in certificates.
    pub(crate) subject: String,
    /// SHA-256 of its certificate, in hexadecimal digits.
    pub(crate) fingerprint: String,
    /// Until when its certificate holds.
    pub(crate) not_after: DateTime<Utc>,
    /// Hours for which a revocation list holds beyond its end; 0 refuses it at once.
    pub(crate) grace_hours: i16,
    /// From when its revocation list is; without one nobody signs in by it.
    pub(crate) crl_this_update: Option<DateTime<Utc>>,
    /// When the next list is due.
    pub(crate) crl_next_update: Option<DateTime<Utc>>,
    /// From where the list is fetched every hour: a file's path or an http address.
    pub(crate) crl_source: Option<String>,
    /// The hosts that may be asked for it.
    pub(crate) crl_hosts: Vec<String>,
    /// When it was last fetched, or tried to.
    pub(crate) crl_tried_at: Option<DateTime<Utc>>,
    /// Why the last try brought nothing.
    pub(crate) crl_problem: Option<String>,
    /// Who added it.
    pub(crate) added_by: String,
    /// When.
    pub(crate) added_at: DateTime<Utc>,
    /// Whether it waits until the system administrator agrees: nobody signs in by it before.
    pub(crate) waits: bool,
}

/// An authority as it is to be.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthorityDraft {
    /// 1 to 80 characters.
    #[schema(min_length = 1, max_length = 80)]
    pub(crate) name: String,
    /// Its certificate, in PEM, or DER in base 64.
    pub(crate) certificate: String,
    /// Hours for which a revocation list holds beyond its end, 0 to 720.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 720)]
    pub(crate) grace_hours: i16,
    /// From where its revocation list is fetched every hour: a file's absolute path on the server, or an http address.
    pub(crate) crl_source: Option<String>,
    /// The hosts that may be asked for it, at most 8.
    #[serde(default)]
    pub(crate) crl_hosts: Vec<String>,
    /// Why it is to be trusted, at most 400 characters: for who has to agree.
    #[serde(default)]
    pub(crate) reason: Option<String>,
}

/// A certificate that opens an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct BoundCertificate {
    /// Its id.
    pub(crate) id: i64,
    /// Whose it is.
    pub(crate) subject: String,
    /// Who issued it.
    pub(crate) issuer: String,
    /// Its serial number, in hexadecimal digits.
    pub(crate) serial: String,
    /// SHA-256, in hexadecimal digits.
    pub(crate) fingerprint: String,
    /// Until when it holds.
    pub(crate) not_after: DateTime<Utc>,
    /// Who bound it.
    pub(crate) bound_by: String,
    /// When.
    pub(crate) bound_at: DateTime<Utc>,
    /// Whether it waits until the system administrator agrees: it opens nothing before.
    pub(crate) waits: bool,
    /// When it was unbound; it opens nothing since.
    pub(crate) unbound_at: Option<DateTime<Utc>>,
}

/// How a challenge is signed.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SignedForm {
    /// The bare signature.
    Raw,
    /// CMS or PKCS#7 signed data.
    Cms,
}

impl From<SignedForm> for Form {
    fn from(form: SignedForm) -> Self {
        match form {
            SignedForm::Raw => Self::Raw,
            SignedForm::Cms => Self::Cms,
        }
    }
}

/// A challenge that was signed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignedChallenge {
    /// The text that was given out, to the letter: what was signed is its UTF-8.
    pub(crate) challenge: String,
    /// The signer's certificate first, then those between it and an authority: PEM, or DER in base 64. May stay empty
    /// where CMS holds them.
    #[serde(default)]
    pub(crate) certificates: Vec<String>,
    /// The signature in base 64: ECDSA and SM2 in DER; RSA by PKCS#1 v1.5 or PSS with SHA-256, SHA-384 or SHA-512.
    pub(crate) signature: String,
    /// What the signature is.
    pub(crate) form: SignedForm,
}
