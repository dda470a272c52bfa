//! Signed data of CMS (RFC 5652), PKCS#7 and GM/T 0010: one signer over one challenge.

use der::{Decode, Tag, asn1::ObjectIdentifier};
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::{
    Certificate, MAX_CERTIFICATES, Refusal,
    ber::{Part, parts, to_der},
    certificate::unreadable as unreadable_certificate,
    key::{Hash, Scheme},
};

const WHAT: &str = "signature";

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

/// The kinds of signed data, and of plain data in them: PKCS#7's and GM/T 0010's.
const SIGNED_DATA: &[ObjectIdentifier] = &[oid("1.2.840.113549.1.7.2"), oid("1.2.156.10197.6.1.4.2.2")];
const DATA: &[ObjectIdentifier] = &[oid("1.2.840.113549.1.7.1"), oid("1.2.156.10197.6.1.4.2.1")];
const CONTENT_TYPE: ObjectIdentifier = oid("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = oid("1.2.840.113549.1.9.4");
/// Parts of a value that CMS has at most, and attributes of a signer.
const MOST: usize = 32;

/// What CMS says, before anything of it is believed.
#[derive(Debug)]
pub(super) struct SignedData {
    pub(super) certificates: Vec<Certificate>,
    /// What was signed, where it is inside.
    content: Option<Vec<u8>>,
    content_type: ObjectIdentifier,
    signer: Signer,
}

#[derive(Debug)]
struct Signer {
    identifier: Identifier,
    hash: Hash,
    scheme: Scheme,
    /// The attributes as a set in DER: what the signature is over, where there are any.
    attributes: Option<Vec<u8>>,
    signature: Vec<u8>,
}

#[derive(Debug)]
enum Identifier {
    /// The issuer's name in DER, and the serial number.
    Issued(Vec<u8>, Vec<u8>),
    Key(Vec<u8>),
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unreadable(error: impl ToString) -> Refusal {
    Refusal::Unreadable(WHAT, error.to_string())
}

fn split(bytes: &[u8]) -> Result<Vec<Part<'_>>, Refusal> {
    parts(bytes, MOST).map_err(unreadable)
}

/// The values in order, asked for by tag.
struct Fields<'a>(std::iter::Peekable<std::vec::IntoIter<Part<'a>>>);

impl<'a> Fields<'a> {
    fn of(part: Part<'a>) -> Result<Self, Refusal> {
        Ok(Self(split(part.value)?.into_iter().peekable()))
    }

    fn maybe(&mut self, fits: impl Fn(Tag) -> bool) -> Option<Part<'a>> {
        self.0.next_if(|part| fits(part.tag))
    }

    fn need(&mut self, tag: Tag) -> Result<Part<'a>, Refusal> {
        self.maybe(|found| found == tag).ok_or_else(|| unreadable(format!("a {tag} is missing")))
    }

    fn end(mut self) -> Result<(), Refusal> {
        if self.0.next().is_some() { Err(unreadable("it has more parts than it may")) } else { Ok(()) }
    }
}

fn context(number: u32) -> impl Fn(Tag) -> bool {
    move |tag| matches!(tag, Tag::ContextSpecific { number: found, .. } if found.value() == number)
}

fn decode<'a, T: Decode<'a>>(part: Part<'a>) -> Result<T, Refusal> {
    T::from_der(part.whole).map_err(unreadable)
}

impl SignedData {
    /// Reads signed data of one signer, in DER or BER.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let der = to_der(WHAT, bytes)?;
        let outer = split(&der)?;
        let mut info = Fields::of(*outer.first().ok_or(Refusal::NotSignedData)?)?;
        let kind: ObjectIdentifier =
            info.maybe(|tag| tag == Tag::ObjectIdentifier).map(decode).transpose()?.ok_or(Refusal::NotSignedData)?;
        if !SIGNED_DATA.contains(&kind) {
            return Err(Refusal::NotSignedData);
        }
        let wrapped = info.maybe(context(0)).ok_or(Refusal::NotSignedData)?;
        info.end()?;
        let mut fields = Fields::of(*split(wrapped.value)?.first().ok_or(Refusal::NotSignedData)?)?;
        fields.need(Tag::Integer)?;
        fields.need(Tag::Set)?;
        let (content_type, content) = encapsulated(fields.need(Tag::Sequence)?)?;
        let certificates = fields.maybe(context(0)).map(certificates).transpose()?.unwrap_or_default();
        // Lists that come along aren't asked: the server has its own.
        fields.maybe(context(1));
        let signers = split(fields.need(Tag::Set)?.value)?;
        fields.end()?;
        let [signer] = signers.as_slice() else { return Err(Refusal::Signers(signers.len())) };
        Ok(Self { certificates, content, content_type, signer: signer_of(*signer)? })
    }

    /// The signer's certificate, among those inside and those beside it.
    pub(super) fn signer<'a>(&'a self, beside: &'a [Certificate]) -> Result<&'a Certificate, Refusal> {
        let fits = |certificate: &&Certificate| match &self.signer.identifier {
            Identifier::Issued(issuer, serial) => {
                certificate.serial_bytes() == serial
                    && der::Encode::to_der(certificate.issuer_name()).is_ok_and(|name| &name == issuer)
            }
            Identifier::Key(id) => certificate.key_id().is_some_and(|own| &own == id),
        };
        self.certificates.iter().chain(beside).find(fits).ok_or(Refusal::NoCertificate)
    }

    /// Whether the certificate's key signed this challenge.
    pub(super) fn check(&self, challenge: &[u8], signer: &Certificate) -> Result<(), Refusal> {
        if self.content.as_ref().is_some_and(|content| content != challenge) {
            return Err(Refusal::OtherContent);
        }
        let message = match &self.signer.attributes {
            None => challenge,
            Some(attributes) => {
                let kind: ObjectIdentifier = attribute(attributes, CONTENT_TYPE, "contentType")?;
                if kind != self.content_type {
                    return Err(Refusal::Attribute("contentType"));
                }
                let digest: der::asn1::OctetString = attribute(attributes, MESSAGE_DIGEST, "messageDigest")?;
                if digest.as_bytes() != self.signer.hash.digest(challenge) {
                    return Err(Refusal::OtherContent);
                }
                attributes
            }
        };
        if signer.key.verifies(self.signer.scheme, message, &self.signer.signature) {
            Ok(())
        } else {
            Err(signer.key.refusal())
        }
    }
}

fn encapsulated(part: Part<'_>) -> Result<(ObjectIdentifier, Option<Vec<u8>>), Refusal> {
    let mut fields = Fields::of(part)?;
    let kind: ObjectIdentifier = decode(fields.need(Tag::ObjectIdentifier)?)?;
    if !DATA.contains(&kind) {
        return Err(Refusal::OtherContent);
    }
    let content = fields.maybe(context(0));
    fields.end()?;
    let content = content.map(|wrapped| Fields::of(wrapped)?.need(Tag::OctetString)).transpose()?;
    Ok((kind, content.map(|octets| octets.value.to_vec())))
}

fn certificates(set: Part<'_>) -> Result<Vec<Certificate>, Refusal> {
    let found = parts(set.value, MAX_CERTIFICATES + 1).map_err(unreadable_certificate)?;
    if found.len() > MAX_CERTIFICATES {
        return Err(Refusal::TooMany(MAX_CERTIFICATES));
    }
    found.into_iter().map(|part| Certificate::from_der(part.whole)).collect()
}

fn signer_of(part: Part<'_>) -> Result<Signer, Refusal> {
    let mut fields = Fields::of(part)?;
    fields.need(Tag::Integer)?;
    let identifier = if let Some(key) = fields.maybe(context(0)) {
        Identifier::Key(key.value.to_vec())
    } else {
        let mut pair = Fields::of(fields.need(Tag::Sequence)?)?;
        let issuer = pair.need(Tag::Sequence)?.whole.to_vec();
        let serial: x509_cert::serial_number::SerialNumber = decode(pair.need(Tag::Integer)?)?;
        pair.end()?;
        Identifier::Issued(issuer, serial.as_bytes().to_vec())
    };
    let digest: AlgorithmIdentifierOwned = decode(fields.need(Tag::Sequence)?)?;
    let attributes = fields.maybe(context(0)).map(set_of).transpose()?;
    let algorithm: AlgorithmIdentifierOwned = decode(fields.need(Tag::Sequence)?)?;
    let signature = fields.need(Tag::OctetString)?.value.to_vec();
    fields.maybe(context(1));
    fields.end()?;
    let hash = Hash::of(digest.oid)?;
    let scheme = Scheme::of_signer(&algorithm, hash)?;
    Ok(Signer { identifier, hash, scheme, attributes, signature })
}

/// The attributes as the set that was signed: in DER it stands under its own tag, and in order (RFC 5652, 5.4).
fn set_of(part: Part<'_>) -> Result<Vec<u8>, Refusal> {
    let mut attributes: Vec<&[u8]> = split(part.value)?.iter().map(|attribute| attribute.whole).collect();
    attributes.sort_unstable();
    let any = der::Any::new(Tag::Set, attributes.concat()).map_err(unreadable)?;
    der::Encode::to_der(&any).map_err(unreadable)
}

/// The one value of the one attribute of a kind.
fn attribute<T: for<'a> Decode<'a>>(set: &[u8], kind: ObjectIdentifier, name: &'static str) -> Result<T, Refusal> {
    let wrong = || Refusal::Attribute(name);
    let outer = split(set)?;
    let mut found = None;
    for part in outer.first().map(|set| split(set.value)).transpose()?.unwrap_or_default() {
        let mut fields = Fields::of(part)?;
        let own: ObjectIdentifier = decode(fields.need(Tag::ObjectIdentifier)?)?;
        let values = fields.need(Tag::Set)?;
        fields.end()?;
        if own == kind && found.replace(values).is_some() {
            return Err(wrong());
        }
    }
    let values = split(found.ok_or_else(wrong)?.value)?;
    let [value] = values.as_slice() else { return Err(wrong()) };
    T::from_der(value.whole).map_err(|_| wrong())
}
