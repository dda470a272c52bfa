//! Public keys and the signatures that they verify.

use der::{Decode, Encode, asn1::ObjectIdentifier};
use p256::ecdsa::signature::Verifier;
use rsa::{Pkcs1v15Sign, Pss, pkcs1::RsaPssParams, pkcs8::SubjectPublicKeyInfoRef, traits::PublicKeyParts};
use sha2::{Digest, Sha256, Sha384, Sha512};
use sm3::Sm3;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use super::Refusal;

/// The identity of SM2 signatures when none is agreed on (GM/T 0009, clause 10).
const SM2_ID: &str = "1234567812345678";
/// Shorter RSA keys can be broken.
const RSA_BITS: usize = 2048;

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");
const RSA_SHA256: ObjectIdentifier = oid("1.2.840.113549.1.1.11");
const RSA_SHA384: ObjectIdentifier = oid("1.2.840.113549.1.1.12");
const RSA_SHA512: ObjectIdentifier = oid("1.2.840.113549.1.1.13");
const RSA_PSS: ObjectIdentifier = oid("1.2.840.113549.1.1.10");
const MGF1: ObjectIdentifier = oid("1.2.840.113549.1.1.8");
const EC: ObjectIdentifier = oid("1.2.840.10045.2.1");
const P256: ObjectIdentifier = oid("1.2.840.10045.3.1.7");
const ECDSA_SHA256: ObjectIdentifier = oid("1.2.840.10045.4.3.2");
/// The curve, and in CMS of GM/T 0010 the algorithm too.
const SM2: ObjectIdentifier = oid("1.2.156.10197.1.301");
const SM2_SIGN: ObjectIdentifier = oid("1.2.156.10197.1.301.1");
const SM2_SM3: ObjectIdentifier = oid("1.2.156.10197.1.501");
const SHA256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");
const SM3: ObjectIdentifier = oid("1.2.156.10197.1.401");

/// A hash that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
    Sm3,
}

impl Hash {
    pub(super) fn of(oid: ObjectIdentifier) -> Result<Self, Refusal> {
        match oid {
            SHA256 => Ok(Self::Sha256),
            SHA384 => Ok(Self::Sha384),
            SHA512 => Ok(Self::Sha512),
            SM3 => Ok(Self::Sm3),
            other => Err(Refusal::Algorithm(other.to_string())),
        }
    }

    pub(super) fn digest(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha384 => Sha384::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
            Self::Sm3 => Sm3::digest(message).to_vec(),
        }
    }
}

/// How a signature was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Pkcs1(Hash),
    /// With a salt of so many bytes.
    Pss(Hash, usize),
    Ecdsa,
    Sm2,
}

impl Scheme {
    /// By the algorithm that a certificate or a revocation list names.
    pub(super) fn of(algorithm: &AlgorithmIdentifierOwned) -> Result<Self, Refusal> {
        Ok(match algorithm.oid {
            RSA_SHA256 => Self::Pkcs1(Hash::Sha256),
            RSA_SHA384 => Self::Pkcs1(Hash::Sha384),
            RSA_SHA512 => Self::Pkcs1(Hash::Sha512),
            RSA_PSS => Self::pss(algorithm)?,
            ECDSA_SHA256 => Self::Ecdsa,
            SM2_SM3 => Self::Sm2,
            other => return Err(Refusal::Algorithm(other.to_string())),
        })
    }

    /// By the algorithm of a signer in CMS, which may name the key alone and the hash beside it.
    pub(super) fn of_signer(algorithm: &AlgorithmIdentifierOwned, hash: Hash) -> Result<Self, Refusal> {
        let scheme = match algorithm.oid {
            RSA => Self::Pkcs1(hash),
            SM2 | SM2_SIGN => Self::Sm2,
            _ => Self::of(algorithm)?,
        };
        // One hash for the content and the signature; a mixture is no maker's.
        let own = match scheme {
            Self::Pkcs1(own) | Self::Pss(own, _) => own,
            Self::Ecdsa => Hash::Sha256,
            Self::Sm2 => Hash::Sm3,
        };
        if own != hash || (hash == Hash::Sm3 && scheme != Self::Sm2) {
            return Err(Refusal::Algorithm(algorithm.oid.to_string()));
        }
        Ok(scheme)
    }

    fn pss(algorithm: &AlgorithmIdentifierOwned) -> Result<Self, Refusal> {
        let wrong = || Refusal::Algorithm(algorithm.oid.to_string());
        let parameters = algorithm.parameters.as_ref().and_then(|any| any.to_der().ok()).ok_or_else(wrong)?;
        let parameters = RsaPssParams::<der::Any>::from_der(&parameters).map_err(|_| wrong())?;
        let hash = Hash::of(parameters.hash.oid)?;
        let mask = parameters.mask_gen.parameters.as_ref().map(|inner| inner.oid);
        if parameters.mask_gen.oid != MGF1 || mask != Some(parameters.hash.oid) || hash == Hash::Sm3 {
            return Err(wrong());
        }
        Ok(Self::Pss(hash, parameters.salt_len.into()))
    }
}

/// A public key of a kind that is taken.
#[derive(Clone, Debug)]
pub(super) enum Key {
    Rsa(Box<rsa::PublicKey>),
    P256(Box<p256::ecdsa::VerifyingKey>),
    Sm2(Box<sm2::dsa::VerifyingKey>),
}

impl Key {
    pub(super) fn of(info: &SubjectPublicKeyInfoOwned) -> Result<Self, Refusal> {
        let unreadable = |why: String| Refusal::Unreadable("certificate", why);
        let algorithm = &info.algorithm;
        match algorithm.oid {
            RSA => {
                let der = info.to_der().map_err(|error| unreadable(error.to_string()))?;
                let key = SubjectPublicKeyInfoRef::try_from(der.as_slice())
                    .ok()
                    .and_then(|info| rsa::PublicKey::try_from(info).ok())
                    .ok_or_else(|| unreadable("its RSA key".to_owned()))?;
                let bits = usize::try_from(key.n().bit_width()).unwrap_or(0);
                if bits < RSA_BITS { Err(Refusal::WeakKey(bits)) } else { Ok(Self::Rsa(Box::new(key))) }
            }
            EC => {
                let curve = algorithm.parameters.as_ref().and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
                let point = info.subject_public_key.raw_bytes();
                match curve {
                    Some(P256) => p256::ecdsa::VerifyingKey::from_sec1_bytes(point)
                        .map(|key| Self::P256(Box::new(key)))
                        .map_err(|_| unreadable("its point isn't on P-256".to_owned())),
                    Some(SM2) => sm2::dsa::VerifyingKey::from_sec1_bytes(SM2_ID, point)
                        .map(|key| Self::Sm2(Box::new(key)))
                        .map_err(|_| unreadable("its point isn't on the SM2 curve".to_owned())),
                    other => Err(Refusal::Algorithm(other.map_or_else(|| EC.to_string(), |oid| oid.to_string()))),
                }
            }
            other => Err(Refusal::Algorithm(other.to_string())),
        }
    }

    /// Whether the signature over a message is by this key.
    pub(super) fn verifies(&self, scheme: Scheme, message: &[u8], signature: &[u8]) -> bool {
        match (self, scheme) {
            (Self::Rsa(key), Scheme::Pkcs1(hash)) => {
                let digest = hash.digest(message);
                let scheme = match hash {
                    Hash::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
                    Hash::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
                    Hash::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
                    Hash::Sm3 => return false,
                };
                key.verify(scheme, &digest, signature).is_ok()
            }
            (Self::Rsa(key), Scheme::Pss(hash, salt)) => {
                let digest = hash.digest(message);
                match hash {
                    Hash::Sha256 => key.verify(Pss::<Sha256>::new_with_salt(salt), &digest, signature),
                    Hash::Sha384 => key.verify(Pss::<Sha384>::new_with_salt(salt), &digest, signature),
                    Hash::Sha512 => key.verify(Pss::<Sha512>::new_with_salt(salt), &digest, signature),
                    Hash::Sm3 => return false,
                }
                .is_ok()
            }
            (Self::P256(key), Scheme::Ecdsa) => p256::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            (Self::Sm2(key), Scheme::Sm2) => {
                sm2::dsa::Signature::from_der(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok())
            }
            _ => false,
        }
    }

    /// Whether a bare signature over a message is by this key. It doesn't say how it was made, so every way that is taken
    /// for this kind of key is tried; for PSS the salt is as long as the hash.
    pub(super) fn verifies_bare(&self, message: &[u8], signature: &[u8]) -> bool {
        let schemes: &[Scheme] = match self {
            Self::Rsa(_) => &[
                Scheme::Pkcs1(Hash::Sha256),
                Scheme::Pss(Hash::Sha256, 32),
                Scheme::Pkcs1(Hash::Sha384),
                Scheme::Pss(Hash::Sha384, 48),
                Scheme::Pkcs1(Hash::Sha512),
                Scheme::Pss(Hash::Sha512, 64),
            ],
            Self::P256(_) => &[Scheme::Ecdsa],
            Self::Sm2(_) => &[Scheme::Sm2],
        };
        schemes.iter().any(|&scheme| self.verifies(scheme, message, signature))
    }

    /// Why a signature by this key is refused.
    pub(super) const fn refusal(&self) -> Refusal {
        match self {
            Self::Sm2(_) => Refusal::SignatureSm2,
            _ => Refusal::Signature,
        }
    }
}
