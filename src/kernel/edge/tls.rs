//! TLS by certificate files, and what a client's certificate shows in its handshake.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result, bail};
use arc_swap::ArcSwap;
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, ServerConfig, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, PrivateKeyDer, UnixTime, pem::PemObject},
    server::{
        ClientHello, NoServerSessionStorage, ResolvesServerCert,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
    sign::CertifiedKey,
};

use crate::kernel::pki::{MAX_CERTIFICATE, MAX_CERTIFICATES};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(30);

/// The certificate that the server shows, from files that may be replaced while it runs.
#[derive(Debug)]
pub struct ServerCertificate {
    certificate: PathBuf,
    key: PathBuf,
    provider: Arc<CryptoProvider>,
    shown: ArcSwap<CertifiedKey>,
    /// How the files were when they were last read, whether that went well or not.
    read: Mutex<Stamp>,
}

/// By which it is seen that files were replaced.
type Stamp = [Option<(SystemTime, u64, u64)>; 2];

impl ServerCertificate {
    /// Reads the certificate, with those between it and its authority behind it, and its key, both in PEM.
    ///
    /// # Errors
    /// What is wrong with which of the files.
    pub fn open(certificate: &Path, key: &Path) -> Result<Arc<Self>> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let read = stamp(certificate, key);
        let shown = ArcSwap::from_pointee(pair(certificate, key, &provider)?);
        let (certificate, key) = (certificate.to_owned(), key.to_owned());
        Ok(Arc::new(Self { certificate, key, provider, shown, read: Mutex::new(read) }))
    }

    /// Takes the files anew when they were replaced; gives whether they were and could be. What can't be read, or doesn't
    /// fit together, changes nothing.
    pub fn look(&self) -> bool {
        let now = stamp(&self.certificate, &self.key);
        {
            let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
            if *read == now {
                return false;
            }
            *read = now;
        }
        match pair(&self.certificate, &self.key, &self.provider) {
            Ok(pair) => {
                self.shown.store(Arc::new(pair));
                tracing::info!("the new TLS certificate is shown from now on");
                true
            }
            Err(error) => {
                tracing::warn!(
                    "the TLS certificate was replaced by what can't be used, and stays as it was: {error:#}"
                );
                false
            }
        }
    }

    /// Looks at the files again and again.
    pub async fn keep_fresh(self: Arc<Self>) {
        loop {
            tokio::time::sleep(LOOK).await;
            let it = self.clone();
            tokio::task::spawn_blocking(move || it.look()).await.ok();
        }
    }

    /// How the main port speaks TLS: 1.2 and 1.3, HTTP/2 and HTTP/1.1.
    ///
    /// # Errors
    /// When the provider of ciphers can't.
    pub fn config(self: &Arc<Self>) -> Result<Arc<ServerConfig>> {
        let builder =
            ServerConfig::builder_with_provider(self.provider.clone()).with_safe_default_protocol_versions()?;
        let mut config = builder.with_no_client_auth().with_cert_resolver(self.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        config.ticketer = aws_lc_rs::Ticketer::new()?;
        Ok(Arc::new(config))
    }

    /// The same where a client's certificate is asked for. No handshake is shortened there: each shows the key anew.
    ///
    /// # Errors
    /// When the provider of ciphers can't.
    pub fn asking_config(self: &Arc<Self>) -> Result<Arc<ServerConfig>> {
        let builder =
            ServerConfig::builder_with_provider(self.provider.clone()).with_safe_default_protocol_versions()?;
        let verifier = Arc::new(AnyHolder(self.provider.clone()));
        let mut config = builder.with_client_cert_verifier(verifier).with_cert_resolver(self.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Arc::new(config))
    }
}

impl ResolvesServerCert for ServerCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.shown.load_full())
    }
}

fn stamp(certificate: &Path, key: &Path) -> Stamp {
    use std::os::unix::fs::MetadataExt;
    [certificate, key].map(|path| {
        let about = std::fs::metadata(path).ok()?;
        Some((about.modified().ok()?, about.len(), about.ino()))
    })
}

fn pair(certificate: &Path, key: &Path, provider: &CryptoProvider) -> Result<CertifiedKey> {
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("the TLS certificate {} can't be read", certificate.display()))?;
    if chain.is_empty() {
        bail!("there is no certificate in {}; it has to be in PEM", certificate.display());
    }
    let secret = PrivateKeyDer::from_pem_file(key).with_context(|| {
        format!("the TLS key {} can't be read; it has to be in PEM, without a password", key.display())
    })?;
    CertifiedKey::from_der(chain, secret, provider).map_err(|error| match error {
        Error::InconsistentKeys(_) => {
            anyhow::anyhow!("the key in {} isn't that of the certificate in {}", key.display(), certificate.display())
        }
        other => anyhow::Error::new(other).context(format!(
            "{} and {} can't be used for TLS",
            certificate.display(),
            key.display()
        )),
    })
}

/// Lets in whoever shows that they have their certificate's key; whether the certificate is good for anything is decided where
/// a refusal can be explained. Who has none is let in too, and told there.
#[derive(Debug)]
struct AnyHolder(Arc<CryptoProvider>);

impl ClientCertVerifier for AnyHolder {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let small = std::iter::once(end_entity).chain(intermediates).all(|one| one.len() <= MAX_CERTIFICATE);
        if small && intermediates.len() < MAX_CERTIFICATES {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(Error::InvalidCertificate(CertificateError::BadEncoding))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
