//! How the server is reached: the options of `gridhall serve`.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use anyhow::{Context, Result, bail};
use clap::Args;
use tokio::net::TcpListener;

use crate::kernel::edge::{
    Edge,
    proxies::{Network, Proxies},
    scheme,
    serve::{Connections, Serving},
    tls::ServerCertificate,
};
use crate::kernel::limits::Limits;

#[derive(Args, Clone)]
pub(super) struct Reach {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080", env = "GRIDHALL_LISTEN")]
    listen: SocketAddr,
    /// The address under which browsers reach the server, where it isn't the host that they ask.
    #[arg(long, env = "GRIDHALL_PUBLIC_URL")]
    public_url: Option<String>,
    /// The certificate of the server in PEM, those between it and its authority behind it; with it the server speaks TLS.
    /// Read anew when it is replaced.
    #[arg(long, env = "GRIDHALL_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Its key in PEM.
    #[arg(long, env = "GRIDHALL_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// A second address, at which browsers are asked for a certificate of their own to sign in by.
    #[arg(long, env = "GRIDHALL_CERTIFICATE_LISTEN", value_name = "ADDR", requires = "tls_cert")]
    certificate_listen: Option<SocketAddr>,
    /// Addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.
    #[arg(long, env = "GRIDHALL_TRUST_PROXY", value_name = "CIDR", value_delimiter = ',')]
    trust_proxy: Vec<Network>,
    /// Requests a second that one person, token or stranger's address may make, twice as many at once; 0 limits nothing,
    /// tries to sign in neither.
    #[arg(long, default_value_t = 200, env = "GRIDHALL_REQUESTS_PER_SECOND", value_name = "N")]
    requests_per_second: u32,
    /// Connections at once; one address has at most half of them.
    #[arg(long, default_value_t = 10_000, env = "GRIDHALL_CONNECTIONS", value_name = "N")]
    connections: usize,
}

/// A port that is bound.
pub(super) struct Port {
    pub(super) listener: TcpListener,
    pub(super) serving: Serving,
}

/// The server's ports, bound and not served yet.
pub(super) struct Ports {
    pub(super) edge: Arc<Edge>,
    /// Where a browser finds the server.
    pub(super) origin: String,
    pub(super) main: Port,
    /// The one that asks for certificates.
    pub(super) asking: Option<Port>,
    pub(super) certificate: Option<Arc<ServerCertificate>>,
}

impl Reach {
    /// Binds the ports and reads the certificate.
    pub(super) async fn open(&self) -> Result<Ports> {
        let certificate = match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => Some(ServerCertificate::open(certificate, key)?),
            (None, None) => None,
            // The command line sees to that for itself; these came from the settings.
            _ => bail!("a certificate and its key come together: tls_cert and tls_key"),
        };
        if self.certificate_listen.is_some() && certificate.is_none() {
            bail!("certificate_listen takes tls_cert and tls_key");
        }
        if let Some(url) = &self.public_url
            && !["http://", "https://"].iter().any(|scheme| url.starts_with(scheme))
        {
            bail!("the public address {url:?} begins with http:// or https://");
        }
        make_room(self.connections);
        let (listener, address) = bind(self.listen).await?;
        let asking = match self.certificate_listen {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        let edge = Arc::new(Edge {
            public_url: self.public_url.clone(),
            proxies: Proxies::new(self.trust_proxy.clone()),
            with_tls: certificate.is_some(),
            port: address.port(),
            certificate_port: asking.as_ref().map(|(_, address)| address.port()),
            limits: (self.requests_per_second > 0).then(|| Arc::new(Limits::of_requests(self.requests_per_second))),
        });
        let origin = match &edge.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("{}://{address}", scheme(edge.with_tls)),
        };
        let connections = Connections::new(self.connections);
        let serving = |tls| Serving { tls, edge: edge.clone(), connections: connections.clone(), ..Serving::default() };
        let main =
            Port { listener, serving: serving(certificate.as_ref().map(ServerCertificate::config).transpose()?) };
        let asking = match (asking, &certificate) {
            (Some((listener, _)), Some(certificate)) => {
                Some(Port { listener, serving: serving(Some(certificate.asking_config()?)) })
            }
            _ => None,
        };
        Ok(Ports { edge, origin, main, asking, certificate })
    }
}

/// Each connection is an open file, and systems let a program begin with few.
fn make_room(connections: usize) {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let wanted = connections as u64 + 1_024;
    let Ok((now, most)) = getrlimit(Resource::RLIMIT_NOFILE) else { return };
    if now < wanted {
        setrlimit(Resource::RLIMIT_NOFILE, wanted.min(most), most).ok();
    }
    if most < wanted {
        tracing::warn!("the system lets {most} files be open: too few for {connections} connections");
    }
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address).await.with_context(|| format!("can't listen on {address}"))?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}
