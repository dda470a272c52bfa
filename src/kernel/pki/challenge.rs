//! A signed challenge: who signed it.

use chrono::{DateTime, Utc};

use super::{Certificate, MAX_CERTIFICATES, MAX_CHALLENGE, MAX_SIGNATURE, Refusal, Trust, cms::SignedData, path};

/// How a challenge was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The bare signature, by the first of the certificates.
    Raw,
    /// CMS or PKCS#7 signed data, with the challenge inside or not.
    Cms,
}

/// What was sent for a challenge.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// What was to be signed.
    pub challenge: &'a [u8],
    /// How it was.
    pub form: Form,
    /// The signature.
    pub signature: &'a [u8],
    /// The signer's certificate first, where it isn't inside the CMS; then those between them and an authority.
    pub certificates: &'a [Certificate],
}

/// Verifies that a challenge was signed by somebody whose certificate holds at this moment; gives the certificate.
///
/// The signature is looked at first: paths are built and lists searched only for who has the key.
///
/// # Errors
/// Why it isn't taken.
pub fn verify(signed: &Signed<'_>, trust: &Trust, now: DateTime<Utc>) -> Result<Certificate, Refusal> {
    if signed.challenge.len() > MAX_CHALLENGE {
        return Err(Refusal::TooLarge(MAX_CHALLENGE));
    }
    if signed.signature.len() > MAX_SIGNATURE {
        return Err(Refusal::TooLarge(MAX_SIGNATURE));
    }
    if signed.certificates.len() > MAX_CERTIFICATES {
        return Err(Refusal::TooMany(MAX_CERTIFICATES));
    }
    match signed.form {
        Form::Raw => {
            let user = signed.certificates.first().ok_or(Refusal::NoCertificate)?;
            if !user.key.verifies_bare(signed.challenge, signed.signature) {
                return Err(user.key.refusal());
            }
            path::check(user, signed.certificates, trust, now)?;
            Ok(user.clone())
        }
        Form::Cms => {
            let data = SignedData::read(signed.signature)?;
            let user = data.signer(signed.certificates)?;
            data.check(signed.challenge, user)?;
            let given: Vec<Certificate> =
                data.certificates.iter().chain(signed.certificates).take(MAX_CERTIFICATES).cloned().collect();
            path::check(user, &given, trust, now)?;
            Ok(user.clone())
        }
    }
}

/// The certificate of who says that they signed, unverified.
///
/// # Errors
/// Why none can be read.
pub fn claimed(signed: &Signed<'_>) -> Result<Certificate, Refusal> {
    match signed.form {
        Form::Raw => signed.certificates.first().ok_or(Refusal::NoCertificate).cloned(),
        Form::Cms => SignedData::read(signed.signature)?.signer(signed.certificates).cloned(),
    }
}

/// Verifies the certificate of somebody who has shown otherwise that they have its key, in a handshake of TLS: their own first,
/// then those between it and an authority. Gives theirs.
///
/// # Errors
/// Why it isn't taken.
pub fn verify_holder(certificates: &[Certificate], trust: &Trust, now: DateTime<Utc>) -> Result<Certificate, Refusal> {
    let user = certificates.first().ok_or(Refusal::NoCertificate)?;
    path::check(user, certificates, trust, now)?;
    Ok(user.clone())
}
