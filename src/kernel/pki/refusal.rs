//! Why a certificate or a signature isn't taken.

use chrono::{DateTime, FixedOffset, Utc};

use crate::kernel::text::{Text, text};

/// Why a certificate or a signature isn't taken; each with what its holder needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// So many bytes at most.
    TooLarge(usize),
    /// More certificates than are looked at.
    TooMany(usize),
    /// It can't be read as what it should be; why, in the decoder's words.
    Unreadable(&'static str, String),
    /// The algorithm, by its object identifier, isn't one that is taken here.
    Algorithm(String),
    /// An RSA key of so many bits.
    WeakKey(usize),
    /// The signature over the challenge isn't by the certificate's key.
    Signature,
    /// The signature over the challenge isn't by the certificate's key, which is an SM2 key.
    SignatureSm2,
    /// The certificate of this subject wasn't signed by the authority that it names.
    CertificateSignature(String),
    /// No authority of this name is trusted.
    UnknownIssuer(String),
    /// The certificate was signed by its own key.
    SelfSigned,
    /// The path to a trusted authority has too many steps.
    TooDeep,
    /// An authority allows fewer authorities below it.
    PathLength(String),
    /// The certificate of this subject isn't an authority's.
    NotAuthority(String),
    /// The certificate is an authority's, not a person's.
    IsAuthority,
    /// The certificate of this subject has ended.
    Expired(String, DateTime<Utc>),
    /// The certificate of this subject begins later.
    NotYetValid(String, DateTime<Utc>),
    /// The key of this subject isn't for this use.
    KeyUsage(String, &'static str),
    /// The certificate isn't for signing in.
    NotForClients,
    /// The certificate of this subject has an extension that must be understood and isn't.
    Critical(String, String),
    /// The certificate of this subject was revoked then.
    Revoked(String, DateTime<Utc>),
    /// There is no revocation list of this authority.
    NoCrl(String),
    /// The revocation list of this authority has ended then.
    StaleCrl(String, DateTime<Utc>),
    /// The revocation list of this authority begins later.
    EarlyCrl(String),
    /// The revocation list wasn't signed by the authority that it names.
    CrlSignature(String),
    /// A revocation list that tells of a part only.
    PartialCrl(String),
    /// CMS of another kind than signed data.
    NotSignedData,
    /// CMS with another number of signers than one.
    Signers(usize),
    /// CMS that signs something else than the challenge.
    OtherContent,
    /// CMS whose signed attributes lack one, have it twice or name something else.
    Attribute(&'static str),
    /// CMS without the signer's certificate, and none beside it.
    NoCertificate,
}

fn local(moment: DateTime<Utc>) -> String {
    // China's one time zone; a clerk doesn't count hours from Greenwich.
    FixedOffset::east_opt(8 * 3600).map_or_else(
        || moment.format("%F %R").to_string(),
        |zone| moment.with_timezone(&zone).format("%F %R").to_string(),
    )
}

impl Refusal {
    /// A short name that doesn't change, for the audit.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "too-large",
            Self::TooMany(_) => "too-many-certificates",
            Self::Unreadable(..) => "unreadable",
            Self::Algorithm(_) => "algorithm",
            Self::WeakKey(_) => "weak-key",
            Self::Signature | Self::SignatureSm2 => "signature",
            Self::CertificateSignature(_) => "certificate-signature",
            Self::UnknownIssuer(_) => "unknown-issuer",
            Self::SelfSigned => "self-signed",
            Self::TooDeep => "too-deep",
            Self::PathLength(_) => "path-length",
            Self::NotAuthority(_) => "not-authority",
            Self::IsAuthority => "is-authority",
            Self::Expired(..) => "expired",
            Self::NotYetValid(..) => "not-yet-valid",
            Self::KeyUsage(..) => "key-usage",
            Self::NotForClients => "not-for-clients",
            Self::Critical(..) => "critical-extension",
            Self::Revoked(..) => "revoked",
            Self::NoCrl(_) => "no-crl",
            Self::StaleCrl(..) => "stale-crl",
            Self::EarlyCrl(_) => "early-crl",
            Self::CrlSignature(_) => "crl-signature",
            Self::PartialCrl(_) => "partial-crl",
            Self::NotSignedData => "not-signed-data",
            Self::Signers(_) => "signers",
            Self::OtherContent => "other-content",
            Self::Attribute(_) => "signed-attribute",
            Self::NoCertificate => "no-certificate",
        }
    }

    /// What to tell the holder.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "one sentence for each reason")]
    pub fn text(&self) -> Text {
        match self {
            Self::TooLarge(most) => {
                text(format!("内容过大，最多 {most} 字节。"), format!("Too large; at most {most} bytes."))
            }
            Self::TooMany(most) => {
                text(format!("证书过多，最多 {most} 张。"), format!("Too many certificates; at most {most}."))
            }
            Self::Unreadable(what, why) => {
                text(format!("无法识别{}（{why}）。", chinese(what)), format!("The {what} can't be read: {why}."))
            }
            Self::Algorithm(oid) => text(
                format!("不支持的算法 {oid}；可用 RSA（SHA-256 及以上）、ECDSA P-256、SM2/SM3。"),
                format!(
                    "The algorithm {oid} isn't taken; use RSA with SHA-256 or more, ECDSA on P-256, or SM2 with SM3."
                ),
            ),
            Self::WeakKey(bits) => text(
                format!("RSA 密钥为 {bits} 位，至少需要 2048 位。"),
                format!("The RSA key has {bits} bits; at least 2048 are needed."),
            ),
            Self::Signature => text(
                "签名与证书不符：签名有误，或不是用该证书的私钥对此原文签名。",
                "The signature isn't right: it wasn't made over this challenge with the key of this certificate.",
            ),
            Self::SignatureSm2 => text(
                "签名与证书不符：SM2 签名须含用户标识杂凑值（默认标识 1234567812345678），编码为 DER。",
                "The signature isn't right: an SM2 signature includes the identity hash (with the default id 1234567812345678) and is in DER.",
            ),
            Self::CertificateSignature(subject) => text(
                format!("证书“{subject}”的签名有误，不是其颁发机构签发的。"),
                format!("The certificate of {subject} wasn't signed by the authority that it names."),
            ),
            Self::UnknownIssuer(issuer) => text(
                format!("颁发机构“{issuer}”不在受信任之列。"),
                format!("The authority {issuer} isn't trusted here."),
            ),
            Self::SelfSigned => {
                text("自签名的证书不能用于登录。", "A self-signed certificate doesn't sign anybody in.")
            }
            Self::TooDeep => text("证书链过长。", "The path to a trusted authority is too long."),
            Self::PathLength(subject) => text(
                format!("“{subject}”不允许其下有这么多级机构。"),
                format!("{subject} doesn't allow so many authorities below it."),
            ),
            Self::NotAuthority(subject) => text(
                format!("“{subject}”不是证书颁发机构。"),
                format!("The certificate of {subject} isn't an authority's."),
            ),
            Self::IsAuthority => {
                text("这是颁发机构的证书，不是个人证书。", "This is an authority's certificate, not a person's.")
            }
            Self::Expired(subject, end) => text(
                format!("证书“{subject}”已于 {} 过期。", local(*end)),
                format!("The certificate of {subject} has ended on {} (UTC+8).", local(*end)),
            ),
            Self::NotYetValid(subject, start) => text(
                format!("证书“{subject}”自 {} 起才有效。", local(*start)),
                format!("The certificate of {subject} begins on {} (UTC+8).", local(*start)),
            ),
            Self::KeyUsage(subject, usage) => text(
                format!("证书“{subject}”的密钥用途不含 {usage}。"),
                format!("The key usage of {subject} doesn't include {usage}."),
            ),
            Self::NotForClients => text(
                "证书的扩展密钥用途不含客户端身份验证。",
                "The extended key usage of the certificate doesn't include client authentication.",
            ),
            Self::Critical(subject, oid) => text(
                format!("证书“{subject}”含有无法处理的关键扩展 {oid}。"),
                format!("The certificate of {subject} has a critical extension that isn't known here: {oid}."),
            ),
            Self::Revoked(subject, at) => text(
                format!("证书“{subject}”已于 {} 吊销。", local(*at)),
                format!("The certificate of {subject} was revoked on {} (UTC+8).", local(*at)),
            ),
            Self::NoCrl(issuer) => text(
                format!("没有“{issuer}”的吊销列表，请联系管理员导入。"),
                format!("There is no revocation list of {issuer}; ask the administrator to add it."),
            ),
            Self::StaleCrl(issuer, end) => text(
                format!("“{issuer}”的吊销列表已于 {} 过期，请联系管理员更新。", local(*end)),
                format!("The revocation list of {issuer} has ended on {} (UTC+8); ask the administrator.", local(*end)),
            ),
            Self::EarlyCrl(issuer) => text(
                format!("“{issuer}”的吊销列表尚未生效。"),
                format!("The revocation list of {issuer} begins later than now."),
            ),
            Self::CrlSignature(issuer) => text(
                format!("吊销列表不是“{issuer}”签发的。"),
                format!("The revocation list wasn't signed by {issuer}."),
            ),
            Self::PartialCrl(oid) => text(
                format!("吊销列表只含一部分证书（扩展 {oid}），须用完整的列表。"),
                format!("The revocation list tells of a part only (extension {oid}); a complete one is needed."),
            ),
            Self::NotSignedData => {
                text("签名不是 CMS/PKCS#7 的 SignedData。", "The signature isn't CMS or PKCS#7 of the kind SignedData.")
            }
            Self::Signers(count) => text(
                format!("CMS 须恰有一个签名者，此处有 {count} 个。"),
                format!("CMS has exactly one signer; this one has {count}."),
            ),
            Self::OtherContent => text("签名的内容不是本次的待签名原文。", "What was signed isn't this challenge."),
            Self::Attribute(name) => text(
                format!("CMS 的签名属性 {name} 缺失、重复或不符。"),
                format!("The signed attribute {name} is missing, there twice, or wrong."),
            ),
            Self::NoCertificate => text(
                "CMS 中没有签名者的证书，请另外提供。",
                "The signer's certificate isn't in the CMS; send it beside it.",
            ),
        }
    }
}

fn chinese(what: &'static str) -> &'static str {
    match what {
        "certificate" => "证书",
        "revocation list" => "吊销列表",
        "challenge" => "待签名原文",
        _ => "签名",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_chinas_time() {
        let end = "2026-01-31T16:30:00Z".parse().unwrap();
        let said = Refusal::Expired("CN=张三".to_owned(), end).text();
        assert_eq!(said.zh, "证书“CN=张三”已于 2026-02-01 00:30 过期。");
    }
}
