//! A revocation list (CRL): which certificates of an authority hold no longer.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use der::{Decode, asn1::ObjectIdentifier};
use x509_cert::{crl::CertificateList, ext::Extension, name::Name, spki::AlgorithmIdentifierOwned};

use super::{
    Certificate, MAX_CRL, Refusal,
    certificate::{moment, pem_blocks, signed_part},
    key::Scheme,
};

const WHAT: &str = "revocation list";
const LABEL: &str = "X509 CRL";

/// A revocation list, read; whose it is has not been checked.
#[derive(Clone, Debug)]
pub struct Crl {
    der: Vec<u8>,
    algorithm: AlgorithmIdentifierOwned,
    signature: Vec<u8>,
    issuer: Name,
    this_update: DateTime<Utc>,
    next_update: DateTime<Utc>,
    revoked: BTreeMap<Vec<u8>, DateTime<Utc>>,
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unreadable(error: impl ToString) -> Refusal {
    Refusal::Unreadable(WHAT, error.to_string())
}

/// A critical extension says that the list isn't to be read as a plain, complete one: parts, differences, lists of others.
fn critical(extensions: Option<&Vec<Extension>>) -> Option<ObjectIdentifier> {
    extensions.into_iter().flatten().find(|extension| extension.critical).map(|extension| extension.extn_id)
}

impl Crl {
    /// Reads one, in PEM or DER.
    ///
    /// # Errors
    /// When it is too large, no list, without an end, or not a complete list of one authority.
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > MAX_CRL * 3 / 2 {
            return Err(Refusal::TooLarge(MAX_CRL));
        }
        let der = pem_blocks(bytes, LABEL, 1)?.pop().unwrap_or_else(|| bytes.to_vec());
        if der.len() > MAX_CRL {
            return Err(Refusal::TooLarge(MAX_CRL));
        }
        let list = CertificateList::<x509_cert::certificate::Rfc5280>::from_der(&der).map_err(unreadable)?;
        let inner = list.tbs_cert_list;
        if inner.signature != list.signature_algorithm {
            return Err(unreadable("it names two algorithms"));
        }
        let next_update = inner.next_update.as_ref().ok_or_else(|| unreadable("it has no nextUpdate"))?;
        let entries = inner.revoked_certificates.unwrap_or_default();
        let partial = critical(inner.crl_extensions.as_ref())
            .or_else(|| entries.iter().find_map(|entry| critical(entry.crl_entry_extensions.as_ref())));
        if let Some(extension) = partial {
            return Err(Refusal::PartialCrl(extension.to_string()));
        }
        Ok(Self {
            algorithm: list.signature_algorithm,
            signature: list.signature.as_bytes().unwrap_or_default().to_vec(),
            issuer: inner.issuer,
            this_update: moment(&inner.this_update),
            next_update: moment(next_update),
            revoked: entries
                .iter()
                .map(|entry| (entry.serial_number.as_bytes().to_vec(), moment(&entry.revocation_date)))
                .collect(),
            der,
        })
    }

    /// In DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Whose list it is.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.issuer.to_string()
    }

    /// From when it is.
    #[must_use]
    pub const fn this_update(&self) -> DateTime<Utc> {
        self.this_update
    }

    /// When the next one is due.
    #[must_use]
    pub const fn next_update(&self) -> DateTime<Utc> {
        self.next_update
    }

    /// How many certificates it names.
    #[must_use]
    pub fn len(&self) -> usize {
        self.revoked.len()
    }

    /// Whether it names none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.revoked.is_empty()
    }

    /// Whether this authority signed it, and may.
    ///
    /// # Errors
    /// Why it isn't the authority's.
    pub fn check_issuer(&self, authority: &Certificate) -> Result<(), Refusal> {
        let wrong = || Refusal::CrlSignature(authority.subject());
        if !self.names(authority) {
            return Err(wrong());
        }
        authority.check_signs_lists()?;
        let scheme = Scheme::of(&self.algorithm)?;
        let signed = signed_part(&self.der).map_err(unreadable)?;
        if authority.key.verifies(scheme, signed, &self.signature) { Ok(()) } else { Err(wrong()) }
    }

    pub(super) fn names(&self, authority: &Certificate) -> bool {
        &self.issuer == authority.subject_name()
    }

    pub(super) fn revoked_at(&self, certificate: &Certificate) -> Option<DateTime<Utc>> {
        self.revoked.get(certificate.serial_bytes()).copied()
    }
}
