//! Signing in by certificate: what is taken and what isn't, with certificates that OpenSSL made.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use gridhall::kernel::pki::{
    self, Authority, Certificate, Crl, Form, Grace, MAX_CERTIFICATE, MAX_CHALLENGE, MAX_SIGNATURE, Refusal, Signed,
    Trust,
};
use proptest::prelude::*;

pub(crate) const KINDS: [&str; 3] = ["rsa", "ec", "sm2"];
const CHALLENGE: &str = "网格登录 gridhall.test 2026-01-01T00:00:00Z 5f1d";

/// What `scripts/test-ca` makes, kept beside what cargo builds: making it takes some seconds, and each test may be a
/// process of its own. Made anew after a day, since the lists end, and when the script has changed.
pub(crate) fn made() -> &'static PathBuf {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/test-ca");
        let holder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("certificates");
        fs::create_dir_all(&holder).unwrap();
        let folder = holder.join("ca");
        let lock = fs::File::create(holder.join("lock")).unwrap();
        lock.lock().unwrap();
        let age = |path: &Path| fs::metadata(path).ok()?.modified().ok()?.elapsed().ok();
        let fresh = age(&folder.join("made")).is_some_and(|age| {
            age < Duration::from_hours(24) && fs::metadata(script).unwrap().modified().unwrap().elapsed().unwrap() > age
        });
        if !fresh {
            fs::remove_dir_all(&folder).ok();
            let challenge = holder.join("challenge");
            fs::write(&challenge, CHALLENGE).unwrap();
            let output = Command::new(script).arg(&folder).arg(&challenge).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            fs::write(folder.join("made"), "").unwrap();
        }
        folder
    })
}

pub(crate) fn file(kind: &str, name: &str) -> Vec<u8> {
    fs::read(made().join(kind).join(name)).unwrap_or_else(|error| panic!("{kind}/{name}: {error}"))
}

fn certificate(kind: &str, name: &str) -> Certificate {
    Certificate::read_all(&file(kind, &format!("{name}.pem"))).unwrap().remove(0)
}

fn crl(kind: &str, name: &str) -> Crl {
    Crl::read(&file(kind, &format!("{name}.crl"))).unwrap()
}

/// The root is trusted, and there are fresh lists of it and of the authority below it.
fn trust(kind: &str) -> Trust {
    Trust {
        authorities: vec![Authority { certificate: certificate(kind, "root"), grace: Grace::Refuse }],
        crls: vec![crl(kind, "root"), crl(kind, "between")],
    }
}

fn raw(kind: &str, user: &str, signature: &str, trust: &Trust) -> Result<Certificate, Refusal> {
    let certificates = [certificate(kind, user), certificate(kind, "between"), certificate(kind, "deep")];
    let signature = file(kind, signature);
    let signed =
        Signed { challenge: CHALLENGE.as_bytes(), form: Form::Raw, signature: &signature, certificates: &certificates };
    pki::verify(&signed, trust, Utc::now())
}

fn cms_bytes(bytes: &[u8], trust: &Trust) -> Result<Certificate, Refusal> {
    let signed = Signed { challenge: CHALLENGE.as_bytes(), form: Form::Cms, signature: bytes, certificates: &[] };
    pki::verify(&signed, trust, Utc::now())
}

fn cms(kind: &str, name: &str, trust: &Trust) -> Result<Certificate, Refusal> {
    cms_bytes(&file(kind, name), trust)
}

/// Why a user's bare signature is refused.
fn refusal(kind: &str, user: &str) -> &'static str {
    raw(kind, user, &format!("{user}.raw"), &trust(kind)).unwrap_err().name()
}

#[test]
fn a_good_certificate_signs_in_with_each_algorithm_and_in_each_form() {
    for kind in KINDS {
        let trust = trust(kind);
        let good = certificate(kind, "good").fingerprint();
        let taken = raw(kind, "good", "good.raw", &trust).unwrap();
        assert_eq!(taken.fingerprint(), good, "{kind}");
        assert_eq!(taken.citizen_id().unwrap().as_str(), "360502199003074519");
        for name in ["attached.cms", "detached.cms", "bare.cms"] {
            assert_eq!(cms(kind, name, &trust).unwrap().fingerprint(), good, "{kind} {name}");
        }
    }
    for kind in ["rsa", "ec"] {
        for name in ["indefinite.cms", "keyid.cms"] {
            cms(kind, name, &trust(kind)).unwrap_or_else(|refusal| panic!("{kind} {name}: {refusal:?}"));
        }
    }
    for size in [256, 384, 512] {
        raw("rsa", "good", &format!("pss{size}.raw"), &trust("rsa")).unwrap();
        cms("rsa", &format!("pss{size}.cms"), &trust("rsa")).unwrap();
    }
    for name in ["sha384.raw", "sha512.raw"] {
        raw("rsa", "good", name, &trust("rsa")).unwrap();
    }
}

#[test]
fn an_authority_below_the_root_may_be_trusted_by_itself() {
    for kind in KINDS {
        let mut trust = trust(kind);
        trust.authorities = vec![Authority { certificate: certificate(kind, "between"), grace: Grace::Refuse }];
        trust.crls.remove(0);
        raw(kind, "good", "good.raw", &trust).unwrap();
        // The whole chain may be sent along, with a root that isn't trusted here.
        let chain = ["good", "between", "root"].map(|name| certificate(kind, name));
        let signature = file(kind, "good.raw");
        let signed =
            Signed { challenge: CHALLENGE.as_bytes(), form: Form::Raw, signature: &signature, certificates: &chain };
        pki::verify(&signed, &trust, Utc::now()).unwrap();
        certificate(kind, "between").check_authority(Utc::now()).unwrap();
        assert_eq!(certificate(kind, "good").check_authority(Utc::now()).unwrap_err().name(), "not-authority");
    }
}

#[test]
fn bad_certificates_are_refused_and_the_reason_is_told() {
    for kind in KINDS {
        for (user, reason) in [
            ("expired", "expired"),
            ("early", "not-yet-valid"),
            ("revoked", "revoked"),
            ("usage", "key-usage"),
            ("server", "not-for-clients"),
            ("critical", "critical-extension"),
            ("below", "path-length"),
            ("foreign", "certificate-signature"),
            ("unheard", "unknown-issuer"),
            ("alone", "self-signed"),
        ] {
            assert_eq!(refusal(kind, user), reason, "{kind} {user}");
        }
        assert_eq!(cms(kind, "revoked.cms", &trust(kind)).unwrap_err().name(), "revoked", "{kind}");
        let nobody = Trust::default();
        assert_eq!(raw(kind, "good", "good.raw", &nobody).unwrap_err().name(), "unknown-issuer", "{kind}");
    }
    let refused = raw("sm2", "revoked", "revoked.raw", &trust("sm2")).unwrap_err().text();
    assert!(refused.zh.contains("CN=revoked") && refused.zh.contains("吊销"), "{}", refused.zh);
}

#[test]
fn a_stale_list_is_taken_only_as_long_as_the_administrator_said() {
    for kind in KINDS {
        let now: DateTime<Utc> = Utc::now();
        let stale = |grace| {
            let mut trust = trust(kind);
            trust.authorities[0].grace = grace;
            trust.crls[1] = crl(kind, "stale");
            trust
        };
        let due = crl(kind, "stale").next_update();
        let hours = u16::try_from((now - due).num_hours() + 2).unwrap();
        let refused = |trust: &Trust| raw(kind, "good", "good.raw", trust).unwrap_err().name();
        assert_eq!(refused(&stale(Grace::Refuse)), "stale-crl", "{kind}");
        assert_eq!(refused(&stale(Grace::Hours(24))), "stale-crl", "{kind}");
        raw(kind, "good", "good.raw", &stale(Grace::Hours(hours))).unwrap();
        // What was revoked stays so in an old list.
        let gone = raw(kind, "revoked", "revoked.raw", &stale(Grace::Hours(hours))).unwrap_err();
        assert_eq!(gone.name(), "revoked", "{kind}");
        // Without a list nobody is let in, whatever the grace.
        let mut none = stale(Grace::Hours(hours));
        none.crls.clear();
        assert_eq!(refused(&none), "no-crl", "{kind}");
        // A list by another key that bears the authority's name is no list of it.
        let foreign = certificate(kind, "stranger");
        assert_eq!(crl(kind, "between").check_issuer(&foreign).unwrap_err().name(), "crl-signature", "{kind}");
    }
}

#[test]
fn signatures_that_are_not_over_the_challenge_are_refused() {
    for kind in KINDS {
        let trust = trust(kind);
        let signature = raw(kind, "good", "expired.raw", &trust).unwrap_err();
        assert_eq!(signature.name(), "signature", "{kind}");
        let mut tampered = file(kind, "attached.cms");
        let at = tampered.windows(4).position(|four| four == &CHALLENGE.as_bytes()[..4]).unwrap();
        tampered[at] ^= 1;
        assert_eq!(cms_bytes(&tampered, &trust).unwrap_err().name(), "other-content", "{kind}");
        let mut tampered = file(kind, "detached.cms");
        *tampered.last_mut().unwrap() ^= 1;
        assert!(cms_bytes(&tampered, &trust).is_err(), "{kind}");
    }
    for kind in ["rsa", "ec"] {
        assert_eq!(cms(kind, "two.cms", &trust(kind)).unwrap_err(), Refusal::Signers(2));
        assert_eq!(cms(kind, "another.cms", &trust(kind)).unwrap_err(), Refusal::OtherContent);
    }
    assert_eq!(raw("rsa", "good", "sha1.raw", &trust("rsa")).unwrap_err(), Refusal::Signature);
    for refused in [raw("sm2", "good", "other-id.raw", &trust("sm2")), cms("sm2", "other-id.cms", &trust("sm2"))] {
        assert_eq!(refused.unwrap_err(), Refusal::SignatureSm2);
    }
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let trust = trust("ec");
    let large = vec![0x30; MAX_SIGNATURE + 1];
    assert_eq!(cms_bytes(&large, &trust).unwrap_err(), Refusal::TooLarge(MAX_SIGNATURE));
    assert_eq!(Certificate::from_der(&large).unwrap_err(), Refusal::TooLarge(MAX_CERTIFICATE));
    let challenge = vec![b'a'; MAX_CHALLENGE + 1];
    let signed = Signed { challenge: &challenge, form: Form::Raw, signature: b"", certificates: &[] };
    assert_eq!(pki::verify(&signed, &trust, Utc::now()).unwrap_err(), Refusal::TooLarge(MAX_CHALLENGE));
    let many = file("ec", "good.pem").repeat(20);
    assert_eq!(Certificate::read_all(&many).unwrap_err().name(), "too-many-certificates");
}

#[test]
fn every_cut_of_a_certificate_a_list_and_a_signature_is_refused() {
    let trust = trust("ec");
    let certificate = certificate("ec", "good");
    for end in 0..certificate.der().len() {
        assert!(Certificate::from_der(&certificate.der()[..end]).is_err(), "{end}");
    }
    let list = crl("ec", "between");
    for end in 0..list.der().len() {
        assert!(Crl::read(&list.der()[..end]).is_err(), "{end}");
    }
    let signature = file("ec", "indefinite.cms");
    for end in 0..signature.len() {
        assert!(cms_bytes(&signature[..end], &trust).is_err(), "{end}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Flipped bytes never panic, and never make another certificate or another signature good.
    #[test]
    fn flipped_bytes_open_nothing(
        kind in prop::sample::select(&KINDS[..]),
        what in 0..4_usize,
        flips in prop::collection::vec((any::<prop::sample::Index>(), 1..=255_u8), 1..6),
    ) {
        let flipped = |mut bytes: Vec<u8>| {
            for (index, mask) in &flips {
                let at = index.index(bytes.len());
                bytes[at] ^= mask;
            }
            bytes
        };
        let good = certificate(kind, "good");
        match what {
            0 => {
                let bytes = flipped(good.der().to_vec());
                prop_assume!(bytes != good.der());
                if let Ok(other) = Certificate::from_der(&bytes) {
                    let signature = file(kind, "good.raw");
                    let certificates = [other, certificate(kind, "between")];
                    let signed = Signed { challenge: CHALLENGE.as_bytes(), form: Form::Raw, signature: &signature, certificates: &certificates };
                    prop_assert!(pki::verify(&signed, &trust(kind), Utc::now()).is_err());
                }
            }
            1 => {
                let list = crl(kind, "between");
                let bytes = flipped(list.der().to_vec());
                prop_assume!(bytes != list.der());
                if let Ok(other) = Crl::read(&bytes) {
                    prop_assert!(other.check_issuer(&certificate(kind, "between")).is_err());
                }
            }
            2 => {
                // Some bytes of CMS are under no signature: it may still be the same person's.
                if let Ok(signer) = cms_bytes(&flipped(file(kind, "detached.cms")), &trust(kind)) {
                    prop_assert_eq!(signer.fingerprint(), good.fingerprint());
                }
            }
            _ => {
                let signature = file(kind, "good.raw");
                let bytes = flipped(signature.clone());
                prop_assume!(bytes != signature);
                let certificates = [good, certificate(kind, "between")];
                let signed = Signed { challenge: CHALLENGE.as_bytes(), form: Form::Raw, signature: &bytes, certificates: &certificates };
                prop_assert!(pki::verify(&signed, &trust(kind), Utc::now()).is_err());
            }
        }
    }

    /// Whatever is sent, it is answered.
    #[test]
    fn anything_is_answered(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = Certificate::read_all(&bytes);
        let _ = Crl::read(&bytes);
        let _ = cms_bytes(&bytes, &Trust::default());
    }
}

#[test]
fn time_is_passed_in() {
    let trust = trust("sm2");
    let certificates = [certificate("sm2", "expired"), certificate("sm2", "between")];
    let signature = file("sm2", "expired.raw");
    let signed =
        Signed { challenge: CHALLENGE.as_bytes(), form: Form::Raw, signature: &signature, certificates: &certificates };
    let then = certificates[0].not_after();
    assert_eq!(pki::verify(&signed, &trust, then + TimeDelta::seconds(1)).unwrap_err().name(), "expired");
    // Then the authority above wasn't there yet.
    assert_eq!(pki::verify(&signed, &trust, then).unwrap_err().name(), "not-yet-valid");
}
