//! What an address has to be to be registered, and what a proof has to be to be taken. Pure.

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

use super::model::{ProviderDraft, SystemDraft};
use crate::kernel::error::{Error, Result};

/// The longest address.
const LONGEST: usize = 500;

/// An absolute address without a fragment, user or password; plain http only where nothing leaves the machine or the
/// city's own net is served without TLS as well.
fn check_address(pointer: &str, address: &str, with_tls: bool) -> Result<()> {
    let wrong = |zh: &'static str, en: &'static str| Err(Error::field(pointer, zh, en));
    if address.len() > LONGEST {
        return wrong("网址最多 500 个字符。", "An address has at most 500 characters.");
    }
    // The parser drops line breaks and tabs, trims blanks and takes a backslash for a slash; what is kept and later written
    // into a header is the text as it stands here.
    if !address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
        return wrong(
            "网址只能由可见的 ASCII 字符组成，不能含空格、换行和反斜线；其他字符请用百分号编码。",
            "An address is made of visible ASCII characters, without blanks, line breaks and backslashes; encode others with a percent sign.",
        );
    }
    let Ok(url) = reqwest::Url::parse(address) else {
        return wrong("应为完整网址（https://…）。", "It has to be a whole address (https://…).");
    };
    let Some(host) = url.host_str() else { return wrong("网址缺少主机名。", "The address has no host.") };
    let host = host.trim_matches(['[', ']']);
    let local = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|host| host.is_loopback());
    match url.scheme() {
        "https" => {}
        "http" if local || !with_tls => {}
        _ => return wrong("网址应使用 https。", "The address has to begin with https."),
    }
    if url.fragment().is_some() || address.contains('*') {
        return wrong("网址不能含 # 或 *。", "The address holds no # and no *.");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("网址不能含用户名或密码。", "The address holds no user and no password.");
    }
    Ok(())
}

fn check_text(pointer: &str, text: &str, least: usize, most: usize) -> Result<()> {
    if (least..=most).contains(&text.trim().chars().count()) {
        return Ok(());
    }
    Err(Error::field(
        pointer,
        format!("应为 {least} 至 {most} 个字符。"),
        format!("It has {least} to {most} characters."),
    ))
}

/// Whether a system can be registered so; `with_tls` where Gridhall itself is reached by https.
pub(super) fn system(draft: &SystemDraft, with_tls: bool) -> Result<()> {
    let id = draft.client_id.as_bytes();
    let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if !(2..=40).contains(&id.len())
        || !id.first().is_some_and(plain)
        || !id.iter().all(|byte| plain(byte) || b"._-".contains(byte))
    {
        return Err(Error::field(
            "/client_id",
            "客户端标识由 2 至 40 个小写字母、数字、点、下划线或连字符组成，以字母或数字开头。",
            "A client id has 2 to 40 small letters, digits, dots, underscores or hyphens, a letter or digit first.",
        ));
    }
    check_text("/name", &draft.name, 1, 60)?;
    check_text("/about", &draft.about, 0, 200)?;
    if !(1..=10).contains(&draft.redirect_uris.len()) {
        return Err(Error::field("/redirect_uris", "应有 1 至 10 个回调网址。", "There are one to ten of them."));
    }
    if draft.signed_out_uris.len() > 10 {
        return Err(Error::field("/signed_out_uris", "最多 10 个网址。", "There are ten at most."));
    }
    for (index, address) in draft.redirect_uris.iter().enumerate() {
        check_address(&format!("/redirect_uris/{index}"), address, with_tls)?;
    }
    for (index, address) in draft.signed_out_uris.iter().enumerate() {
        check_address(&format!("/signed_out_uris/{index}"), address, with_tls)?;
    }
    for (pointer, address) in [("/home_url", &draft.home_url), ("/sign_out_uri", &draft.sign_out_uri)] {
        if let Some(address) = address {
            check_address(pointer, address, with_tls)?;
        }
    }
    Ok(())
}

/// Whether a platform can be trusted so.
pub(super) fn provider(draft: &ProviderDraft, with_tls: bool) -> Result<()> {
    check_text("/name", &draft.name, 1, 60)?;
    check_address("/issuer", &draft.issuer, with_tls)?;
    check_text("/client_id", &draft.client_id, 1, 200)?;
    check_text("/client_secret", &draft.client_secret, 1, 500)?;
    if !["external_id", "login"].contains(&draft.match_by.as_str()) {
        return Err(Error::field("/match_by", "应为 external_id 或 login。", "It is external_id or login."));
    }
    Ok(())
}

/// A challenge of RFC 7636: what SHA-256 gives, 43 characters.
pub(super) fn is_challenge(text: &str) -> bool {
    Base64UrlUnpadded::decode_vec(text).is_ok_and(|bytes| bytes.len() == 32)
}

/// The challenge of a verifier.
pub(super) fn challenge_of(verifier: &str) -> String {
    Base64UrlUnpadded::encode_string(&Sha256::digest(verifier.as_bytes()))
}

/// Whether a verifier is one (43 to 128 unreserved characters) and belongs to the challenge.
pub(super) fn verifies(verifier: &str, challenge: &str) -> bool {
    (43..=128).contains(&verifier.len())
        && verifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
        && challenge_of(verifier) == challenge
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_addresses_are_registered() {
        for good in ["https://oa.test/cb", "http://127.0.0.1:8080/cb", "http://localhost/cb?x=1", "http://[::1]/cb"] {
            assert!(check_address("", good, true).is_ok(), "{good}");
        }
        for wrong in [
            "http://oa.test/cb",
            "https://oa.test/cb#x",
            "https://*.test/cb",
            "https://user@oa.test/cb",
            "javascript:alert(1)",
            "//oa.test/cb",
            "/cb",
            "oa",
            "",
            "https://oa.test/cb\r\nSet-Cookie: x=1",
            "https://oa.test/\tcb",
            " https://oa.test/cb",
            "https://oa.test/cb\u{0}",
            "https://oa.test/a b",
            "https://oa.test\\@elsewhere.test/",
            "https://oa.test/回调",
            "https://协同.test/cb",
        ] {
            assert!(check_address("", wrong, true).is_err(), "{wrong}");
        }
        assert!(check_address("", "http://oa.test/cb", false).is_ok());
    }

    #[test]
    fn the_example_of_rfc_7636_verifies() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(is_challenge(challenge) && verifies(verifier, challenge));
        assert!(!verifies(&verifier[1..], challenge) && !verifies("short", challenge) && !is_challenge("plain"));
    }
}
