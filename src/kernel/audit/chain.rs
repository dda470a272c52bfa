//! The chain: which bytes of an entry are sealed, and how seals follow one another. Pure, so that anyone can write a
//! second program that checks it.
//!
//! All integers are 64 bits, big-endian, signed; times are microseconds since 1970 UTC.
//!
//! - The bytes of an **entry**: the text `gridhall-audit-entry-1`, id, at, region, then actor, actor key, post, address,
//!   request id, action, object, result, purpose and detail, each as its length in bytes followed by its UTF-8. Detail is
//!   the text of the database's `jsonb`.
//! - A **leaf**: the entry's id, SM3 of its bytes (40 bytes in all).
//! - The **digest** of a seal: SM3 of its leaves in the order of their ids.
//! - Its **head**: SM3 of the head before (32 zeros for the first), first id, last id, count, digest.
//! - Its **signature**: Ed25519 over the text `gridhall-audit-seal-1`, number, time of sealing, head.
//! - The signature of an **archive**: Ed25519 over the text `gridhall-audit-archive-1`, first seal, last seal, digest of
//!   the file.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sm3::{Digest, Sm3};

/// A digest by SM3 (GB/T 32905).
pub type Hash = [u8; 32];

/// The head before the first seal.
pub const START: Hash = [0; 32];
/// A leaf's length.
pub const LEAF: usize = 40;

/// An entry as it is sealed, and as a line of an archive has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each field is named as its column")]
pub struct Entry {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub actor_key: String,
    pub post: String,
    pub address: String,
    pub request_id: String,
    pub action: String,
    pub object: String,
    pub region: i64,
    pub result: String,
    pub purpose: String,
    /// The text that the database gives; another writing of the same JSON has another digest.
    pub detail: Box<RawValue>,
}

impl Entry {
    /// Its digest.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let mut hasher = Sm3::new();
        hasher.update(b"gridhall-audit-entry-1");
        for number in [self.id, self.at.timestamp_micros(), self.region] {
            hasher.update(number.to_be_bytes());
        }
        let texts = [
            &self.actor,
            &self.actor_key,
            &self.post,
            &self.address,
            &self.request_id,
            &self.action,
            &self.object,
            &self.result,
            &self.purpose,
            self.detail.get(),
        ];
        for text in texts {
            hasher.update((text.len() as u64).to_be_bytes());
            hasher.update(text.as_bytes());
        }
        hasher.finalize().into()
    }

    fn leaf(&self) -> [u8; LEAF] {
        let mut leaf = [0; LEAF];
        leaf[..8].copy_from_slice(&self.id.to_be_bytes());
        leaf[8..].copy_from_slice(&self.hash());
        leaf
    }
}

/// The leaves of entries, in their order.
#[must_use]
pub fn leaves(entries: &[Entry]) -> Vec<u8> {
    entries.iter().flat_map(Entry::leaf).collect()
}

/// The leaves one by one: id and digest.
pub fn each_leaf(leaves: &[u8]) -> impl Iterator<Item = (i64, Hash)> {
    leaves.as_chunks::<LEAF>().0.iter().map(|leaf| {
        let (mut id, mut hash) = ([0; 8], START);
        id.copy_from_slice(&leaf[..8]);
        hash.copy_from_slice(&leaf[8..]);
        (i64::from_be_bytes(id), hash)
    })
}

/// SM3 of bytes.
#[must_use]
pub fn digest(bytes: &[u8]) -> Hash {
    Sm3::digest(bytes).into()
}

/// A seal over a batch of entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Which from the first, without a gap.
    pub number: i64,
    /// The lowest id of the batch.
    pub first_id: i64,
    /// The highest; every entry above the last id of the seal before and up to this one belongs to this seal.
    pub last_id: i64,
    /// How many entries.
    pub count: i64,
    /// Of the leaves.
    #[serde(with = "hex")]
    pub digest: Vec<u8>,
    /// Of this seal and, by the one before, of all earlier ones.
    #[serde(with = "hex")]
    pub head: Vec<u8>,
    /// The public key that signed it.
    #[serde(with = "hex")]
    pub key: Vec<u8>,
    /// Over number, time and head.
    #[serde(with = "hex")]
    pub signature: Vec<u8>,
    /// When it was sealed.
    pub sealed_at: DateTime<Utc>,
}

impl Seal {
    /// The head that follows from the one before.
    #[must_use]
    pub fn head_after(&self, before: &[u8]) -> Hash {
        let mut hasher = Sm3::new();
        hasher.update(before);
        for number in [self.first_id, self.last_id, self.count] {
            hasher.update(number.to_be_bytes());
        }
        hasher.update(&self.digest);
        hasher.finalize().into()
    }

    /// What is signed.
    #[must_use]
    pub fn signed(&self) -> Vec<u8> {
        let mut bytes = b"gridhall-audit-seal-1".to_vec();
        bytes.extend(self.number.to_be_bytes());
        bytes.extend(self.sealed_at.timestamp_micros().to_be_bytes());
        bytes.extend(&self.head);
        bytes
    }
}

/// What is signed of an archive.
#[must_use]
pub fn archive_signed(first_seal: i64, last_seal: i64, digest: &[u8]) -> Vec<u8> {
    let mut bytes = b"gridhall-audit-archive-1".to_vec();
    bytes.extend(first_seal.to_be_bytes());
    bytes.extend(last_seal.to_be_bytes());
    bytes.extend(digest);
    bytes
}

/// What is wrong with one entry of a sealed batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Another content than was sealed.
    Altered(i64),
    /// Sealed, and not there any more.
    Deleted(i64),
    /// There, and never sealed.
    Inserted(i64),
}

/// How entries differ from the leaves under which they were sealed; both in the order of their ids.
#[must_use]
pub fn compare(leaves: &[u8], entries: &[Entry]) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut entries = entries.iter().peekable();
    for (id, hash) in each_leaf(leaves) {
        while let Some(foreign) = entries.next_if(|entry| entry.id < id) {
            differences.push(Difference::Inserted(foreign.id));
        }
        match entries.next_if(|entry| entry.id == id) {
            None => differences.push(Difference::Deleted(id)),
            Some(entry) if entry.hash() != hash => differences.push(Difference::Altered(id)),
            Some(_) => {}
        }
    }
    differences.extend(entries.map(|foreign| Difference::Inserted(foreign.id)));
    differences
}

/// Bytes as hexadecimal digits.
pub mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    /// As digits.
    #[must_use]
    pub fn encode(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// From digits; none where they aren't.
    #[must_use]
    pub fn decode(text: &str) -> Option<Vec<u8>> {
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        rest.is_empty()
            .then(|| pairs.iter().map(|&[high, low]| Some(digit(high)? << 4 | digit(low)?)).collect())
            .flatten()
    }

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        decode(&text).ok_or_else(|| D::Error::custom("not hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: i64) -> Entry {
        Entry {
            id,
            at: DateTime::UNIX_EPOCH,
            actor: "张三".to_owned(),
            actor_key: "account:7".to_owned(),
            post: String::new(),
            address: "10.0.0.1".to_owned(),
            request_id: String::new(),
            action: "search".to_owned(),
            object: "person".to_owned(),
            region: 0,
            result: "ok".to_owned(),
            purpose: String::new(),
            detail: RawValue::from_string(r#"{"q": "w"}"#.to_owned()).unwrap(),
        }
    }

    #[test]
    fn sm3_is_the_standards() {
        // GB/T 32905, appendix A.1.
        assert_eq!(hex::encode(&digest(b"abc")), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    }

    #[test]
    fn every_field_counts_and_none_runs_into_the_next() {
        let one = entry(1);
        let mut shifted = entry(1);
        shifted.actor = "张三a".to_owned();
        shifted.actor_key = "ccount:7".to_owned();
        assert_ne!(one.hash(), shifted.hash());
        let mut spaced = entry(1);
        spaced.detail = RawValue::from_string(r#"{"q":"w"}"#.to_owned()).unwrap();
        assert_ne!(one.hash(), spaced.hash());
        let line = serde_json::to_string(&one).unwrap();
        assert_eq!(serde_json::from_str::<Entry>(&line).unwrap().hash(), one.hash());
    }

    #[test]
    fn differences_are_named() {
        let sealed: Vec<Entry> = [2, 3, 5, 8].map(entry).into();
        let leaves = leaves(&sealed);
        assert_eq!(compare(&leaves, &sealed), []);
        let mut now: Vec<Entry> = [1, 2, 4, 5, 8, 9].map(entry).into();
        now[3].actor = "李四".to_owned();
        assert_eq!(
            compare(&leaves, &now),
            [
                Difference::Inserted(1),
                Difference::Deleted(3),
                Difference::Inserted(4),
                Difference::Altered(5),
                Difference::Inserted(9)
            ]
        );
    }

    #[test]
    fn hexadecimal_goes_there_and_back() {
        assert_eq!(hex::decode("00ff1a").unwrap(), [0, 255, 26]);
        assert!(hex::decode("0").is_none() && hex::decode("zz").is_none() && hex::decode("é").is_none());
    }
}
