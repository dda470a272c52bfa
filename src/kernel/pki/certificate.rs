//! One certificate, as it was sent.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use der::{Decode, asn1::ObjectIdentifier, pem};
use sha2::{Digest, Sha256};
use x509_cert::{
    Certificate as X509,
    ext::{
        Extension,
        pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages},
    },
    name::Name,
    time::Time,
};

use super::{
    MAX_CERTIFICATE, MAX_CERTIFICATES, Refusal,
    ber::parts,
    key::{Key, Scheme},
};
use crate::kernel::ids::CitizenId;

const WHAT: &str = "certificate";
const LABEL: &str = "CERTIFICATE";

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const KEY_USAGE: ObjectIdentifier = oid("2.5.29.15");
const SUBJECT_NAMES: ObjectIdentifier = oid("2.5.29.17");
const BASIC_CONSTRAINTS: ObjectIdentifier = oid("2.5.29.19");
const POLICIES: ObjectIdentifier = oid("2.5.29.32");
const EXTENDED_KEY_USAGE: ObjectIdentifier = oid("2.5.29.37");
const ANY_USAGE: ObjectIdentifier = oid("2.5.29.37.0");
const CLIENTS: ObjectIdentifier = oid("1.3.6.1.5.5.7.3.2");
const COMMON_NAME: ObjectIdentifier = oid("2.5.4.3");
const SERIAL_NUMBER: ObjectIdentifier = oid("2.5.4.5");
/// What may be critical. Names of the subject restrict nothing; policies restrict only paths that ask for one.
const KNOWN: &[ObjectIdentifier] = &[KEY_USAGE, SUBJECT_NAMES, BASIC_CONSTRAINTS, POLICIES, EXTENDED_KEY_USAGE];

/// One certificate, read and with a key of a kind that is taken; nothing else about it has been checked.
#[derive(Clone, Debug)]
pub struct Certificate {
    der: Vec<u8>,
    inner: X509,
    pub(super) key: Key,
    constraints: Option<BasicConstraints>,
    usage: Option<KeyUsage>,
    extended: Option<ExtendedKeyUsage>,
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(super) fn unreadable(error: impl ToString) -> Refusal {
    Refusal::Unreadable(WHAT, error.to_string())
}

/// The moment of a certificate's or a list's time.
pub(super) fn moment(time: &Time) -> DateTime<Utc> {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The first part of what was signed: the bytes over which the signature was made.
pub(super) fn signed_part(der: &[u8]) -> der::Result<&[u8]> {
    let whole = parts(der, 1)?;
    let inner = whole.first().map(|part| parts(part.value, 3)).transpose()?;
    inner.and_then(|parts| parts.first().map(|part| part.whole)).ok_or_else(|| der::ErrorKind::Failed.into())
}

impl Certificate {
    /// Reads one in DER.
    ///
    /// # Errors
    /// When it is too large, is no certificate, or its key is of a kind that isn't taken.
    pub fn from_der(der: &[u8]) -> Result<Self, Refusal> {
        if der.len() > MAX_CERTIFICATE {
            return Err(Refusal::TooLarge(MAX_CERTIFICATE));
        }
        let inner = X509::from_der(der).map_err(unreadable)?;
        let tbs = inner.tbs_certificate();
        if tbs.signature() != inner.signature_algorithm() {
            return Err(unreadable("it names two algorithms"));
        }
        let mut seen = BTreeSet::new();
        if !tbs.extensions().into_iter().flatten().all(|extension| seen.insert(extension.extn_id)) {
            return Err(unreadable("an extension is there twice"));
        }
        let key = Key::of(tbs.subject_public_key_info())?;
        let constraints = extension(&inner, BASIC_CONSTRAINTS)?;
        let usage = extension(&inner, KEY_USAGE)?;
        let extended = extension(&inner, EXTENDED_KEY_USAGE)?;
        Ok(Self { der: der.to_vec(), inner, key, constraints, usage, extended })
    }

    /// Reads one or several, in PEM or DER.
    ///
    /// # Errors
    /// When there are none or too many, or one can't be read.
    pub fn read_all(bytes: &[u8]) -> Result<Vec<Self>, Refusal> {
        if bytes.len() > MAX_CERTIFICATE * MAX_CERTIFICATES * 2 {
            return Err(Refusal::TooLarge(MAX_CERTIFICATE * MAX_CERTIFICATES * 2));
        }
        let blocks = pem_blocks(bytes, LABEL, MAX_CERTIFICATES)?;
        if blocks.is_empty() {
            return Ok(vec![Self::from_der(bytes)?]);
        }
        blocks.iter().map(|block| Self::from_der(block)).collect()
    }

    /// As it was sent.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of the whole, by which it is known.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        Sha256::digest(&self.der).into()
    }

    /// Whose it is, as RFC 4514 writes it.
    #[must_use]
    pub fn subject(&self) -> String {
        self.subject_name().to_string()
    }

    /// Who issued it.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.issuer_name().to_string()
    }

    /// Its serial number, in hexadecimal digits.
    #[must_use]
    pub fn serial(&self) -> String {
        self.serial_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// From when it is valid.
    #[must_use]
    pub fn not_before(&self) -> DateTime<Utc> {
        moment(&self.inner.tbs_certificate().validity().not_before)
    }

    /// Until when it is valid.
    #[must_use]
    pub fn not_after(&self) -> DateTime<Utc> {
        moment(&self.inner.tbs_certificate().validity().not_after)
    }

    /// The identity number (GB 11643) that its subject names, in `serialNumber` or within `CN`. None when it names several.
    #[must_use]
    pub fn citizen_id(&self) -> Option<CitizenId> {
        let mut found = BTreeSet::new();
        for attribute in self.subject_name().iter() {
            if [COMMON_NAME, SERIAL_NUMBER].contains(&attribute.oid)
                && let Ok(value) = std::str::from_utf8(attribute.value.value())
            {
                // Authorities write them beside the name or behind letters of their own: 张三 360502…, SF360502….
                for run in value.split(|c: char| !c.is_ascii_alphanumeric()) {
                    let digits = run.trim_start_matches(|c: char| c.is_ascii_alphabetic());
                    found.extend(CitizenId::parse(digits).ok().map(|id| id.to_string()));
                }
            }
        }
        let mut found = found.into_iter();
        match (found.next(), found.next()) {
            (Some(id), None) => CitizenId::parse(&id).ok(),
            _ => None,
        }
    }

    /// Whether it may become a trusted authority: an authority's certificate that holds now, and when it is signed by its
    /// own key, rightly so.
    ///
    /// # Errors
    /// Why it may not.
    pub fn check_authority(&self, now: DateTime<Utc>) -> Result<(), Refusal> {
        self.check_time(now)?;
        self.check_issues()?;
        self.check_extensions()?;
        if self.is_self_issued() {
            self.check_signed_by(self)?;
        }
        Ok(())
    }

    pub(super) fn subject_name(&self) -> &Name {
        self.inner.tbs_certificate().subject()
    }

    pub(super) fn issuer_name(&self) -> &Name {
        self.inner.tbs_certificate().issuer()
    }

    pub(super) fn serial_bytes(&self) -> &[u8] {
        self.inner.tbs_certificate().serial_number().as_bytes()
    }

    /// The identifier of its key, as its issuer wrote it.
    pub(super) fn key_id(&self) -> Option<Vec<u8>> {
        let id: Option<der::asn1::OctetString> = extension(&self.inner, oid("2.5.29.14")).ok().flatten();
        id.map(|id| id.as_bytes().to_vec())
    }

    pub(super) fn is_self_issued(&self) -> bool {
        self.subject_name() == self.issuer_name()
    }

    pub(super) fn path_length(&self) -> Option<usize> {
        self.constraints.as_ref().and_then(|constraints| constraints.path_len_constraint).map(usize::from)
    }

    pub(super) fn check_signed_by(&self, issuer: &Self) -> Result<(), Refusal> {
        let scheme = Scheme::of(self.inner.signature_algorithm())?;
        let signed = signed_part(&self.der).map_err(unreadable)?;
        let signature = self.inner.signature().as_bytes().unwrap_or_default();
        if issuer.key.verifies(scheme, signed, signature) {
            Ok(())
        } else {
            Err(Refusal::CertificateSignature(self.subject()))
        }
    }

    pub(super) fn check_time(&self, now: DateTime<Utc>) -> Result<(), Refusal> {
        if now < self.not_before() {
            return Err(Refusal::NotYetValid(self.subject(), self.not_before()));
        }
        if now > self.not_after() {
            return Err(Refusal::Expired(self.subject(), self.not_after()));
        }
        Ok(())
    }

    pub(super) fn check_extensions(&self) -> Result<(), Refusal> {
        let extensions = self.inner.tbs_certificate().extensions();
        match extensions.into_iter().flatten().find(|one| one.critical && !KNOWN.contains(&one.extn_id)) {
            Some(unknown) => Err(Refusal::Critical(self.subject(), unknown.extn_id.to_string())),
            None => Ok(()),
        }
    }

    /// Whether it is an authority's that issues certificates.
    pub(super) fn check_issues(&self) -> Result<(), Refusal> {
        if !self.constraints.as_ref().is_some_and(|constraints| constraints.ca) {
            return Err(Refusal::NotAuthority(self.subject()));
        }
        self.check_usage(KeyUsages::KeyCertSign, "keyCertSign")
    }

    pub(super) fn check_signs_lists(&self) -> Result<(), Refusal> {
        self.check_usage(KeyUsages::CRLSign, "cRLSign")
    }

    /// Whether it is a person's that signs and signs in.
    pub(super) fn check_user(&self) -> Result<(), Refusal> {
        if self.constraints.as_ref().is_some_and(|constraints| constraints.ca) {
            return Err(Refusal::IsAuthority);
        }
        self.check_usage(KeyUsages::DigitalSignature, "digitalSignature")?;
        match &self.extended {
            Some(extended) if !extended.0.iter().any(|usage| [CLIENTS, ANY_USAGE].contains(usage)) => {
                Err(Refusal::NotForClients)
            }
            _ => Ok(()),
        }
    }

    /// Without the extension a key is for everything (RFC 5280, 4.2.1.3).
    fn check_usage(&self, usage: KeyUsages, name: &'static str) -> Result<(), Refusal> {
        match &self.usage {
            Some(usages) if !usages.0.contains(usage) => Err(Refusal::KeyUsage(self.subject(), name)),
            _ => Ok(()),
        }
    }
}

fn extension<T: for<'a> Decode<'a>>(certificate: &X509, id: ObjectIdentifier) -> Result<Option<T>, Refusal> {
    let extensions = certificate.tbs_certificate().extensions();
    let Some(found) = extensions.into_iter().flatten().find(|extension: &&Extension| extension.extn_id == id) else {
        return Ok(None);
    };
    T::from_der(found.extn_value.as_bytes()).map(Some).map_err(|_| unreadable(format!("its extension {id}")))
}

/// The contents of the PEM blocks of a label, so many at most; none when it isn't PEM.
pub(super) fn pem_blocks(bytes: &[u8], label: &str, most: usize) -> Result<Vec<Vec<u8>>, Refusal> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Ok(Vec::new()) };
    let end = format!("-----END {label}-----");
    let begin = format!("-----BEGIN {label}-----");
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(&begin) {
        if found.len() == most {
            return Err(Refusal::TooMany(most));
        }
        let Some(length) = rest[start..].find(&end) else { return Err(unreadable("its PEM has no end")) };
        let block = &rest[start..start + length + end.len()];
        let (_, content) = pem::decode_vec(block.as_bytes()).map_err(unreadable)?;
        found.push(content);
        rest = &rest[start + length + end.len()..];
    }
    Ok(found)
}
