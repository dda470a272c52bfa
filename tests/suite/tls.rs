//! How the server is reached: TLS and certificates of browsers, proxies, how often and how slowly one may ask.

use std::{
    fs,
    net::{IpAddr, SocketAddr},
    path::Path,
    process::{Command, Output},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{StatusCode, header},
};
use gridhall::kernel::edge::{
    Edge,
    proxies::Proxies,
    serve::{Connections, Routes, Serving, serve},
    tls::ServerCertificate,
};
use gridhall::kernel::limits::{Limits, Rate};
use http_body_util::BodyExt;
use reqwest::{Certificate, Client, Identity, Response};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    certificate_sign_in::{PASSWORD, bind, let_in, open, pem, trust},
    certificates::file,
    common::{City, read_json, request},
};

/// A certificate for `localhost` and its key, in `NAME.pem` and `NAME.key`.
fn made(folder: &Path, name: &str) {
    let output = Command::new("openssl")
        .current_dir(folder)
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"])
        .args(["-keyout", &format!("{name}.key"), "-out", &format!("{name}.pem"), "-subj", "/CN=localhost"])
        .args(["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

async fn bound() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

fn begin(routes: impl Routes, listener: TcpListener, serving: Serving) -> tokio::task::JoinHandle<std::io::Result<()>> {
    tokio::spawn(serve(routes, listener, serving, std::future::pending()))
}

/// A browser that trusts one certificate alone, and has one of its own or none.
fn browser(trusted: &Path, own: Option<(&str, &str)>) -> Client {
    let root = Certificate::from_pem(&fs::read(trusted).unwrap()).unwrap();
    let mut builder = Client::builder().tls_certs_only([root]).no_proxy().redirect(reqwest::redirect::Policy::none());
    if let Some((kind, user)) = own {
        let all = [format!("{user}.key"), format!("{user}.pem"), "between.pem".to_owned()];
        let all: Vec<u8> = all.iter().flat_map(|name| file(kind, name)).collect();
        builder = builder.identity(Identity::from_pem(&all).unwrap());
    }
    builder.build().unwrap()
}

fn said(response: &Response, name: header::HeaderName) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn by_https_cookies_are_secure_and_browsers_stay_with_it() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path(), "server");
    let (listener, port) = bound().await;
    let city = City::reached(Edge { with_tls: true, port, ..Edge::default() }).await;
    let certificate = folder.path().join("server.pem");
    let tls = ServerCertificate::open(&certificate, &folder.path().join("server.key")).unwrap();
    let serving = Serving { tls: Some(tls.config().unwrap()), edge: city.map.app.edge.clone(), ..Serving::default() };
    begin(city.front.clone(), listener, serving);
    let_in(&city, "worker", "grid_worker", "360502001009002").await;

    let origin = format!("https://localhost:{port}");
    let browser = browser(&certificate, None);
    // Who doesn't shake hands holds nobody up.
    let _silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let body = json!({"login": "worker", "password": PASSWORD}).to_string();
    let signed_in = browser
        .post(format!("{origin}/api/session"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(body.clone())
        .send()
        .await
        .unwrap();
    assert_eq!(signed_in.status(), 200);
    assert!(said(&signed_in, header::SET_COOKIE).ends_with("; Secure"));
    assert!(said(&signed_in, header::STRICT_TRANSPORT_SECURITY).starts_with("max-age="));
    let found = browser.get(format!("{origin}/.well-known/openid-configuration")).send().await.unwrap();
    let found: Value = serde_json::from_slice(&found.bytes().await.unwrap()).unwrap();
    assert_eq!(found["issuer"], origin);

    // By HTTP/2 too, which has no Host.
    let (status, found) = by_http2(&certificate, port, "/.well-known/openid-configuration").await;
    assert_eq!((status.as_u16(), &found["issuer"]), (200, &json!(origin)));

    // In plain text nobody is answered there; and a city without TLS promises nothing.
    assert!(Client::new().get(format!("http://localhost:{port}/healthz")).send().await.is_err());
    let plain = City::small().await;
    let request = request("POST", "/api/session", "").header(header::CONTENT_TYPE, "application/json");
    let_in(&plain, "worker", "grid_worker", "360502001009002").await;
    let response = plain.send(request.body(Body::from(body)).unwrap()).await;
    assert!(!response.headers()[header::SET_COOKIE].to_str().unwrap().contains("Secure"));
    assert!(!response.headers().contains_key(header::STRICT_TRANSPORT_SECURITY));
}

/// A connection that speaks HTTP/2, and what drives it.
async fn http2(
    trusted: &Path,
    port: u16,
) -> (hyper::client::conn::http2::SendRequest<Body>, tokio::task::JoinHandle<hyper::Result<()>>) {
    use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(trusted).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let stream = connector.connect(ServerName::try_from("localhost").unwrap(), stream).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let executor = hyper_util::rt::TokioExecutor::new();
    let stream = hyper_util::rt::TokioIo::new(stream);
    let (sender, conn) = hyper::client::conn::http2::handshake(executor, stream).await.unwrap();
    (sender, tokio::spawn(conn))
}

async fn by_http2(trusted: &Path, port: u16, path: &str) -> (StatusCode, Value) {
    let (mut sender, _conn) = http2(trusted, port).await;
    let request = axum::http::Request::get(format!("https://localhost:{port}{path}")).body(Body::empty()).unwrap();
    let response = sender.send_request(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn an_http2_connection_that_is_only_pinged_ends() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path(), "server");
    let at = |name: &str| folder.path().join(name);
    let tls = ServerCertificate::open(&at("server.pem"), &at("server.key")).unwrap();
    let (listener, port) = bound().await;
    let serving = Serving { tls: Some(tls.config().unwrap()), patience: Duration::from_secs(1), ..Serving::default() };
    let slowly = async || {
        tokio::time::sleep(Duration::from_secs(3)).await;
        "done"
    };
    begin(Router::new().route("/", axum::routing::get(slowly)), listener, serving);
    // The server's pings are answered all the while; a request that is open keeps the connection.
    let (mut sender, conn) = http2(&at("server.pem"), port).await;
    let request = axum::http::Request::get(format!("https://localhost:{port}/")).body(Body::empty()).unwrap();
    assert_eq!(sender.send_request(request).await.unwrap().status(), 200);
    tokio::time::timeout(Duration::from_secs(5), conn).await.unwrap().unwrap().ok();
}

#[tokio::test]
async fn a_certificate_that_is_replaced_is_shown_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["old", "new"] {
        made(folder.path(), name);
    }
    let put = |from: &str, to: &str| fs::copy(at(from), at(to)).map(drop).unwrap();
    put("old.pem", "shown.pem");
    put("old.key", "shown.key");
    let certificate = ServerCertificate::open(&at("shown.pem"), &at("shown.key")).unwrap();
    let (listener, port) = bound().await;
    let serving = Serving { tls: Some(certificate.config().unwrap()), ..Serving::default() };
    begin(Router::new().route("/", axum::routing::get(async || "here")), listener, serving);
    let shows =
        async |name: &str| browser(&at(name), None).get(format!("https://localhost:{port}/")).send().await.is_ok();
    assert!(shows("old.pem").await && !shows("new.pem").await);
    assert!(!certificate.look(), "nothing has changed");
    // Half of it replaced, rubbish, and gone: each time the old one stays.
    put("new.pem", "shown.pem");
    assert!(!certificate.look() && shows("old.pem").await);
    fs::write(at("shown.key"), "rubbish").unwrap();
    assert!(!certificate.look() && shows("old.pem").await);
    fs::remove_file(at("shown.key")).unwrap();
    assert!(!certificate.look() && shows("old.pem").await);
    put("new.key", "shown.key");
    assert!(certificate.look());
    assert!(shows("new.pem").await && !shows("old.pem").await);
}

fn started(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gridhall"));
    command.arg("serve").arg("--data").arg(folder.join("data")).args(["--listen", "127.0.0.1:0"]).args(args);
    command.current_dir(folder).env_remove("DATABASE_URL").output().unwrap()
}

#[test]
fn what_can_not_be_served_is_said_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["one", "other"] {
        made(folder.path(), name);
    }
    fs::write(folder.path().join("empty.pem"), "nothing").unwrap();
    for (args, why) in [
        (&["--tls-cert", "one.pem", "--tls-key", "other.key"][..], "isn't that of the certificate"),
        (&["--tls-cert", "missing.pem", "--tls-key", "one.key"], "missing.pem can't be read"),
        (&["--tls-cert", "one.pem", "--tls-key", "missing.key"], "missing.key can't be read"),
        (&["--tls-cert", "empty.pem", "--tls-key", "one.key"], "no certificate in empty.pem"),
        (&["--tls-cert", "one.pem", "--tls-key", "one.pem"], "key one.pem can't be read"),
        (&["--tls-cert", "one.pem"], "--tls-key"),
        (&["--tls-key", "one.key"], "--tls-cert"),
        (&["--certificate-listen", "127.0.0.1:0"], "--tls-cert"),
        (&["--trust-proxy", "127.0.0.1,proxy.test"], "proxy.test"),
        (&["--public-url", "grid.test"], "https://"),
    ] {
        let output = started(folder.path(), args);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(why), "{args:?}: {told}");
    }
    assert!(!folder.path().join("data").exists(), "nothing was begun");
}

/// From which address a sign-in came, as the audit has it.
async fn audited_address(edge: Edge, forwarded: &str) -> (String, String) {
    let city = City::reached(edge).await;
    let (listener, port) = bound().await;
    begin(city.front.clone(), listener, Serving { edge: city.map.app.edge.clone(), ..Serving::default() });
    let_in(&city, "worker", "grid_worker", "360502001009002").await;
    let response = Client::new()
        .post(format!("http://127.0.0.1:{port}/api/session"))
        .header(header::CONTENT_TYPE, "application/json")
        .header("x-forwarded-for", forwarded)
        .header("x-forwarded-proto", "https")
        .body(json!({"login": "worker", "password": PASSWORD}).to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let address = sqlx::query_scalar("select host(address::inet) from audit_entry where action = 'session.open'");
    let address: String = address.fetch_one(&mut city.sql().await).await.unwrap();
    (address, said(&response, header::SET_COOKIE))
}

#[tokio::test]
async fn only_a_named_proxy_says_from_where_and_how_a_reader_comes() {
    let (address, cookie) = audited_address(Edge::default(), "10.6.6.6").await;
    assert_eq!((address.as_str(), cookie.contains("Secure")), ("127.0.0.1", false));
    let proxies = Proxies::new(vec!["127.0.0.0/8".parse().unwrap(), "10.1.0.0/16".parse().unwrap()]);
    let (address, cookie) = audited_address(Edge { proxies, ..Edge::default() }, "6.6.6.6, 10.7.7.7, 10.1.2.3").await;
    assert_eq!((address.as_str(), cookie.contains("Secure")), ("10.7.7.7", true));
}

/// A city with a port that asks for certificates.
struct Asking {
    city: City,
    folder: tempfile::TempDir,
    main: u16,
    port: u16,
    security: String,
    worker: i64,
}

impl Asking {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        made(folder.path(), "server");
        let ((listener, main), (asking, port)) = (bound().await, bound().await);
        let edge = Edge { with_tls: true, port: main, certificate_port: Some(port), ..Edge::default() };
        let city = City::reached(edge).await;
        let at = |name: &str| folder.path().join(name);
        let tls = ServerCertificate::open(&at("server.pem"), &at("server.key")).unwrap();
        let serving = |tls| Serving { tls: Some(tls), edge: city.map.app.edge.clone(), ..Serving::default() };
        begin(city.front.clone(), listener, serving(tls.config().unwrap()));
        begin(
            gridhall::app::certificate_port(&city.server(), gridhall::app::modules()).unwrap(),
            asking,
            serving(tls.asking_config().unwrap()),
        );
        let_in(&city, "secadmin", "secadmin", "3605").await;
        let worker = let_in(&city, "worker", "grid_worker", "360502001009002").await;
        let password = json!({"login": "secadmin", "password": PASSWORD});
        let security = open(&city, "/api/session", password).await.2.unwrap();
        Self { city, folder, main, port, security, worker }
    }

    fn browser(&self, own: Option<(&str, &str)>) -> Client {
        browser(&self.folder.path().join("server.pem"), own)
    }

    async fn go(&self, own: Option<(&str, &str)>, path: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = self.browser(own).get(format!("https://localhost:{}{path}", self.port));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    /// Signs in from the sign-in page.
    async fn sign_in(&self, own: Option<(&str, &str)>) -> (u16, String, String) {
        let response = self.go(own, "/signin/certificate?to=%2Fportal", &[("sec-fetch-site", "same-site")]).await;
        let (status, cookie, to) =
            (response.status().as_u16(), said(&response, header::SET_COOKIE), said(&response, header::LOCATION));
        let body = response.text().await.unwrap();
        if status == 303 { (status, to, cookie) } else { (status, body, cookie) }
    }

    async fn bind(&self, kind: &str, user: &str) {
        bind(&self.city, &self.security, self.worker, pem(kind, user)).await;
    }
}

#[tokio::test]
async fn a_browsers_certificate_opens_the_account_that_it_is_bound_to() {
    let asking = Asking::new().await;
    let origin = format!("https://localhost:{}", asking.main);
    let offered = asking.browser(None).get(format!("{origin}/api/session/providers")).send().await.unwrap();
    let offered: Value = serde_json::from_slice(&offered.bytes().await.unwrap()).unwrap();
    assert_eq!(offered["certificate"], format!("https://localhost:{}/signin/certificate", asking.port));
    for kind in ["rsa", "ec"] {
        trust(&asking.city, &asking.security, kind).await;
        let (status, why, cookie) = asking.sign_in(Some((kind, "good"))).await;
        assert_eq!((status, cookie.as_str()), (401, ""), "{why}");
        assert!(why.contains("未绑定") && why.contains("/signin?by=certificate"), "{why}");
        asking.bind(kind, "good").await;
        let (status, to, cookie) = asking.sign_in(Some((kind, "good"))).await;
        assert_eq!((status, to), (303, format!("{origin}/portal")));
        assert!(cookie.contains("; Secure") && cookie.contains("HttpOnly"), "{cookie}");
        let pair = cookie.split(';').next().unwrap().to_owned();
        let session = asking.browser(None).get(format!("{origin}/api/session")).header(header::COOKIE, pair);
        let session: Value = serde_json::from_slice(&session.send().await.unwrap().bytes().await.unwrap()).unwrap();
        assert_eq!(session["account"]["login"], "worker", "{session}");
    }
    let mut conn = asking.city.sql().await;
    let methods: Vec<String> = sqlx::query_scalar("select method from session where account_id = $1 order by id")
        .bind(asking.worker)
        .fetch_all(&mut conn)
        .await
        .unwrap();
    assert_eq!(methods, ["certificate", "certificate"]);
    // Suspended, it stays shut.
    sqlx::query("update account set state = 'suspended' where id = $1")
        .bind(asking.worker)
        .execute(&mut conn)
        .await
        .unwrap();
    assert_eq!(asking.sign_in(Some(("ec", "good"))).await.0, 401);
}

#[tokio::test]
async fn a_browsers_certificate_is_refused_by_the_rules_of_the_signed_challenge() {
    let asking = Asking::new().await;
    trust(&asking.city, &asking.security, "ec").await;
    for user in ["good", "expired", "revoked", "alone", "foreign"] {
        asking.bind("ec", user).await;
    }
    for (own, why) in [
        (Some(("ec", "expired")), "过期"),
        (Some(("ec", "revoked")), "吊销"),
        (Some(("ec", "alone")), "自签名"),
        (Some(("ec", "foreign")), "签名有误"),
        (Some(("rsa", "good")), "不在受信任之列"),
        (None, "没有出示证书"),
    ] {
        let (status, told, cookie) = asking.sign_in(own).await;
        assert_eq!((status, cookie.as_str()), (401, ""), "{own:?}");
        assert!(told.contains(why), "{own:?}: {told}");
        assert!(!told.contains("360502199003074519"), "{told}");
    }
    let mut conn = asking.city.sql().await;
    let kept: Vec<(String, String)> =
        sqlx::query_as("select detail ->> 'why', result from audit_entry where action = 'session.refused' order by id")
            .fetch_all(&mut conn)
            .await
            .unwrap();
    let why: Vec<&str> = kept.iter().map(|(why, _)| why.as_str()).collect();
    assert_eq!(why, ["expired", "revoked", "self-signed", "certificate-signature", "unknown-issuer"]);
    assert!(kept.iter().all(|(_, result)| result == "denied"), "{kept:?}");
    // The failures are counted with those of the other ways; a locked address opens nothing with the best certificate.
    sqlx::query("update sign_in_failure set locked_until = now() + interval '5 minutes' where key = 'address 127.0.0.1' and failures = 5")
        .execute(&mut conn)
        .await
        .unwrap();
    let response = asking.go(Some(("ec", "good")), "/signin/certificate", &[("sec-fetch-site", "none")]).await;
    assert_eq!(response.status(), 429);
    assert!(said(&response, header::RETRY_AFTER).parse::<u64>().unwrap() > 250);
}

#[tokio::test]
async fn the_asking_port_serves_nothing_else_and_leads_nowhere_else() {
    let asking = Asking::new().await;
    trust(&asking.city, &asking.security, "ec").await;
    asking.bind("ec", "good").await;
    let (own, origin) = (Some(("ec", "good")), format!("https://localhost:{}", asking.main));
    for path in ["/map?x=1", "/api/session", "/signin", "/healthz", "//elsewhere.test/", "/signin/certificates"] {
        let response = asking.go(own, path, &[]).await;
        assert_eq!((response.status().as_u16(), said(&response, header::LOCATION)), (303, format!("{origin}{path}")));
    }
    let ours = [("sec-fetch-site", "same-site")];
    for (to, goes) in [
        ("", "/"),
        ("?to=/people", "/people"),
        ("?to=https://elsewhere.test/", "/"),
        ("?to=//elsewhere.test/map", "/"),
        ("?to=/%5Celsewhere.test", "/"),
        ("?to=/api/session", "/"),
        ("?to=/oauth/authorize%3Fclient_id%3Da", "/oauth/authorize?client_id=a"),
    ] {
        let response = asking.go(own, &format!("/signin/certificate{to}"), &ours).await;
        assert_eq!((response.status().as_u16(), said(&response, header::LOCATION)), (303, format!("{origin}{goes}")));
    }
    // Nobody is signed in by a page elsewhere, nor by one that doesn't say where it is.
    let here = format!("https://localhost:{}/", asking.main);
    for (headers, status) in [
        (&[("sec-fetch-site", "cross-site")][..], 400),
        (&[("sec-fetch-site", "cross-site"), ("referer", &here)], 400),
        (&[("referer", "https://elsewhere.test/")], 400),
        (&[("referer", "https://localhost.elsewhere.test/")], 400),
        (&[], 400),
        (&[("referer", &here)], 303),
        (&[("sec-fetch-site", "none")], 303),
    ] {
        let response = asking.go(own, "/signin/certificate", headers).await;
        assert_eq!(response.status(), status, "{headers:?}");
    }
}

/// A request from an address.
async fn from(city: &City, address: &str, builder: axum::http::request::Builder, body: &str) -> (u16, Option<u64>) {
    let mut request =
        builder.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_owned())).unwrap();
    let peer = SocketAddr::new(address.parse::<IpAddr>().unwrap(), 1);
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = city.send(request).await;
    let after = response.headers().get(header::RETRY_AFTER).map(|after| after.to_str().unwrap().parse().unwrap());
    (response.status().as_u16(), after)
}

fn slow() -> Limits {
    Limits::new(Rate::new(1, Duration::from_mins(1), 4), Rate::new(1, Duration::from_mins(1), 2))
}

#[tokio::test]
async fn who_asks_too_often_waits_and_nobody_else_does() {
    let city = City::reached(Edge { limits: Some(Arc::new(slow())), ..Edge::default() }).await;
    let (one, other) = (city.reader().await, city.reader().await);
    let ask =
        async |address: &str, token: &str, path: &str| from(&city, address, request("GET", path, token), "").await;
    // Until it is known a token is a stranger's.
    for token in [&one, &other] {
        assert_eq!(ask("10.0.0.1", token, "/api/city").await.0, 200);
    }
    for _ in 0..3 {
        assert_eq!(ask("10.0.0.1", &one, "/api/city").await.0, 200);
    }
    let (status, after) = ask("10.0.0.2", &one, "/api/city").await;
    assert_eq!(status, 429);
    assert!((1..=60).contains(&after.unwrap()), "{after:?}");
    let response = city.get(&one, "/api/city").await;
    let (_, problem) = read_json(response).await;
    assert_eq!(problem["type"], "urn:gridhall:problem:too-many");
    assert_eq!(ask("10.0.0.1", &other, "/api/city").await.0, 200);
    // Tiles and the web's own files aren't counted.
    for _ in 0..20 {
        assert_eq!(ask("10.0.0.1", &one, "/tiles/building/15/26845/13751").await.0, 200);
        assert_ne!(ask("10.0.0.1", "", "/favicon.svg").await.0, 429);
    }
    // An IPv6 client is one with all of its 64 bits.
    let mut seen = Vec::new();
    for n in 0..6 {
        seen.push(ask(&format!("2001:db8:1:2::{n}"), "", "/api/session/providers").await.0);
    }
    assert_eq!(seen, [200, 200, 200, 200, 429, 429]);
    assert_eq!(ask("2001:db8:1:3::1", "", "/api/session/providers").await.0, 200);
}

#[tokio::test]
async fn strangers_try_a_few_times_and_whoever_proves_himself_is_not_counted() {
    let limits = Limits::new(Rate::new(1_000, Duration::from_secs(1), 1_000), Rate::new(1, Duration::from_mins(1), 2));
    let city = City::reached(Edge { limits: Some(Arc::new(limits)), ..Edge::default() }).await;
    let_in(&city, "worker", "grid_worker", "360502001009002").await;
    let post =
        async |address: &str, path: &str, body: &str| from(&city, address, request("POST", path, ""), body).await;
    let right = json!({"login": "worker", "password": PASSWORD}).to_string();
    for _ in 0..5 {
        assert_eq!(post("10.0.0.1", "/api/session", &right).await.0, 200);
    }
    let mut number = 10;
    for (method, path, body, status) in [
        ("POST", "/api/session", r#"{"code":"x"}"#, 401),
        ("POST", "/api/session", r#"{"login":"nobody","password":"x"}"#, 401),
        ("POST", "/api/session/challenge", "", 200),
        ("POST", "/api/session/certificate", r#"{"challenge":"x","signature":"x","form":"raw"}"#, 401),
        ("POST", "/api/activation", r#"{"code":"x","password":"x"}"#, 404),
        ("GET", "/signin?code=x", "", 303),
        ("GET", "/signin/with/1", "", 303),
        ("GET", "/signin/back?state=x&code=x", "", 303),
        ("POST", "/oauth/token", "client_id=x", 400),
        ("POST", "/oauth/revoke", "client_id=x", 400),
    ] {
        number += 1;
        let address = format!("10.0.1.{number}");
        let ask = async || from(&city, &address, request(method, path, ""), body).await;
        assert_eq!((ask().await.0, ask().await.0), (status, status), "{method} {path}");
        let (refused, after) = ask().await;
        assert_eq!(refused, 429, "{method} {path}");
        assert!((1..=60).contains(&after.unwrap()));
        // The page, and whoever is known, go on.
        assert_eq!(from(&city, &address, request("GET", "/api/session/providers", ""), "").await.0, 200);
    }
    // So do tokens that are none, whatever they are for.
    let known = city.token(&["3605"], &["identity.sync"]).await;
    let ask = async |token: &str| from(&city, "10.0.2.1", request("GET", "/scim/v2/Users", token), "").await.0;
    assert_eq!((ask(&known).await, ask("ght_a").await, ask("ght_b").await, ask("ght_c").await), (200, 401, 401, 429));
    assert_eq!(ask(&known).await, 200);
}

#[tokio::test]
async fn who_is_known_at_an_address_signs_in_there_while_strangers_try_without_end() {
    let limits = Limits::new(Rate::new(1_000, Duration::from_secs(1), 1_000), Rate::new(1, Duration::from_mins(1), 4));
    let city = City::reached(Edge { limits: Some(Arc::new(limits)), ..Edge::default() }).await;
    for login in ["known", "newcomer"] {
        let_in(&city, login, "grid_worker", "360502001009002").await;
    }
    let post =
        async |address: &str, path: &str, body: &str| from(&city, address, request("POST", path, ""), body).await.0;
    let proof = |login: &str, password: &str| json!({"login": login, "password": password}).to_string();
    let path = "/api/session";
    assert_eq!(post("10.0.0.1", path, &proof("known", PASSWORD)).await, 200);
    for address in ["10.0.0.1", "10.0.0.2"] {
        while post(address, path, r#"{"code":"x"}"#).await == 401 {}
    }
    assert_eq!(post("10.0.0.1", path, &proof("newcomer", PASSWORD)).await, 429);
    assert_eq!(post("10.0.0.1", path, &proof("known", PASSWORD)).await, 200);
    assert_eq!(post("10.0.0.2", path, &proof("known", PASSWORD)).await, 429, "known elsewhere");
    // Whose certificate will answer isn't known yet.
    let challenge = "/api/session/challenge";
    assert_eq!((post("10.0.0.1", challenge, "").await, post("10.0.0.2", challenge, "").await), (200, 429));
    let forged = r#"{"challenge":"x","signature":"x","form":"raw"}"#;
    assert_eq!(post("10.0.0.1", "/api/session/certificate", forged).await, 429);
    // Guesses at the known account from there are counted as its own.
    let mut tries = 0;
    while post("10.0.0.1", path, &proof("known", "Wrong-2031 xx")).await == 401 {
        tries += 1;
    }
    assert!((1..=4).contains(&tries), "{tries}");
}

#[tokio::test]
async fn strangers_refusals_are_kept_without_holding_anything_up() {
    let city = City::small().await;
    for _ in 0..30 {
        let form =
            request("POST", "/oauth/token", "").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        assert_eq!(city.send(form.body(Body::from("client_id=nobody&client_secret=x")).unwrap()).await.status(), 401);
        assert_eq!(city.get("", "/signin?code=nobody").await.status(), 303);
        assert_eq!(city.get("", "/oauth/authorize?client_id=nobody").await.status(), 303);
    }
    city.map.app.db.settle_notes().await;
    let kept: Vec<(String, i64)> =
        sqlx::query_as("select action, count(*) from audit_entry where result = 'denied' group by 1 order by 1")
            .fetch_all(&mut city.sql().await)
            .await
            .unwrap();
    assert_eq!(kept, [("session.refused".to_owned(), 30), ("sso.client".to_owned(), 30)]);
}

/// How long until the server ends a connection; none when it goes on for longer than a while.
async fn ended(stream: &mut TcpStream, atmost: Duration) -> Option<Duration> {
    let started = Instant::now();
    let mut rest = Vec::new();
    // Cut off is ended too.
    tokio::time::timeout(atmost, stream.read_to_end(&mut rest)).await.ok().map(|_| started.elapsed())
}

#[tokio::test]
async fn connections_on_which_nothing_happens_end_and_streams_go_on() {
    let city = City::small().await;
    let token = city.reader().await;
    let (listener, port) = bound().await;
    let serving = Serving { patience: Duration::from_secs(1), connections: Connections::new(14), ..Serving::default() };
    begin(city.front.clone(), listener, serving);
    let connect = async |said: String| {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.write_all(said.as_bytes()).await.unwrap();
        stream
    };
    let head =
        |method: &str, path: &str| format!("{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n");
    let (mut silent, mut half, mut idle, mut body, mut live) = (
        connect(String::new()).await,
        connect("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow:".to_owned()).await,
        connect("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".to_owned()).await,
        connect(head("POST", "/api/saved") + "Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{").await,
        connect(head("GET", "/api/live") + "\r\n").await,
    );
    // A long body over a slow line is taken whole,
    let mut long_body =
        connect(head("POST", "/api/saved") + "Content-Type: application/json\r\nContent-Length: 8192\r\n\r\n").await;
    let answered = async {
        for _ in 0..16 {
            long_body.write_all(&[b'x'; 512]).await.unwrap();
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let mut answer = [0; 12];
        long_body.read_exact(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    };
    // but a byte of a head now and then keeps nothing open.
    let (mut reads, mut drips) = half.split();
    let drip = async {
        while drips.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let mut rest = Vec::new();
    let dripped = async {
        tokio::select! { () = drip => {}, _ = reads.read_to_end(&mut rest) => {} }
    };
    let long = Duration::from_secs(6);
    let started = Instant::now();
    let (silent, idle, body, live, half, answer) = tokio::join!(
        ended(&mut silent, long),
        ended(&mut idle, long),
        ended(&mut body, long),
        ended(&mut live, Duration::from_secs(4)),
        tokio::time::timeout(long, dripped),
        answered,
    );
    assert_eq!(answer, "HTTP/1.1 400");
    assert!(half.is_ok(), "the slow head");
    assert!(silent.is_some() && idle.is_some() && body.is_some(), "{silent:?} {idle:?} {body:?}");
    assert_eq!(live, None, "a stream goes on");
    assert!(started.elapsed() < long);
    // One address has half of the connections.
    let mut places = Vec::new();
    for _ in 0..7 {
        places.push(connect(String::new()).await);
    }
    let mut over = connect(String::new()).await;
    assert!(ended(&mut over, Duration::from_millis(400)).await.is_some());
}

#[tokio::test]
async fn a_server_that_stops_answers_what_it_was_asked() {
    let (listener, port) = bound().await;
    let router = Router::new().route(
        "/",
        axum::routing::get(async || {
            tokio::time::sleep(Duration::from_millis(500)).await;
            "done"
        }),
    );
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(serve(router, listener, Serving::default(), async {
        stopped.await.ok();
    }));
    let answer = tokio::spawn(Client::new().get(format!("http://127.0.0.1:{port}/")).send());
    let mut idle = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    stop.send(()).unwrap();
    assert_eq!(answer.await.unwrap().unwrap().text().await.unwrap(), "done");
    tokio::time::timeout(Duration::from_secs(50), server).await.unwrap().unwrap().unwrap();
    assert!(ended(&mut idle, Duration::from_secs(1)).await.is_some());
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_who_asks_for_page_after_page_reaches_the_end() {
    // GDAL of Debian 12 reads ten features a page, and gives up at the first refusal.
    let city = City::reached(Edge { limits: Some(Arc::new(Limits::of_requests(60))), ..Edge::default() }).await;
    let (listener, port) = bound().await;
    begin(city.front.clone(), listener, Serving { edge: city.map.app.edge.clone(), ..Serving::default() });
    let token = city.reader().await;
    let source = format!("OAPIF:http://127.0.0.1:{port}/ogc");
    let authorisation = format!("Authorization: Bearer {token}");
    let told = tokio::task::spawn_blocking(move || {
        let output = Command::new("ogrinfo")
            .args(["-ro", "-al", "-geom=NO", "-fields=NO", &source, "building"])
            .env("GDAL_HTTP_HEADERS", authorisation)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    })
    .await
    .unwrap();
    let read = told.lines().filter(|line| line.starts_with("OGRFeature(")).count();
    let there: i64 =
        sqlx::query_scalar("select count(*) from layer.building").fetch_one(&mut city.sql().await).await.unwrap();
    assert!(there > 1_500, "{there} are too few to empty a bucket of 120 by tens");
    assert_eq!(i64::try_from(read).unwrap(), there);

    // Whoever asks for much at once is refused as ever, and told when to come again.
    let path = "/ogc/collections/building/items?limit=1";
    let asked = futures::future::join_all((0..200).map(|_| city.get(&token, path))).await;
    let refused: Vec<_> = asked.iter().filter(|answer| answer.status() == 429).collect();
    assert!(refused.len() >= 50, "{}", refused.len());
    assert!(refused.iter().all(|answer| answer.headers().contains_key(header::RETRY_AFTER)));
}

#[tokio::test]
async fn a_request_says_once_whom_it_asks() {
    let (listener, port) = bound().await;
    let echo = async |headers: axum::http::HeaderMap| headers[header::HOST].to_str().unwrap_or_default().to_owned();
    let none = async || "none";
    let router = Router::new().route("/", axum::routing::get(echo)).route("/old", axum::routing::get(none));
    begin(router, listener, Serving::default());
    let ask = async |head: &str| {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.write_all(format!("{head}\r\nConnection: close\r\n\r\n").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().to_owned(), head.to_lowercase(), body.to_owned())
    };
    for wrong in [
        "GET / HTTP/1.1",
        "GET / HTTP/1.1\r\nHost: a.test\r\nHost: a.test",
        "GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test",
        "GET / HTTP/1.0\r\nHost: a.test\r\nHost: b.test",
        "GET / HTTP/1.1\r\nHost:",
        "GET / HTTP/1.1\r\nHost: a.test/x",
        "GET / HTTP/1.1\r\nHost: a.test, b.test",
        "GET / HTTP/1.1\r\nHost: user@a.test",
        "GET http://user@a.test/ HTTP/1.1\r\nHost: a.test",
        "GET http://a.test/ HTTP/1.1",
    ] {
        let (status, head, body) = ask(wrong).await;
        assert_eq!(status, "400", "{wrong}");
        assert!(head.contains("application/problem+json") && head.contains("connection: close"), "{head}");
        assert!(body.contains("urn:gridhall:problem:bad-request"), "{body}");
    }
    for (right, host) in [
        ("GET / HTTP/1.1\r\nHost: a.test", "a.test"),
        ("GET / HTTP/1.1\r\nHost: my_host:8080", "my_host:8080"),
        ("GET / HTTP/1.1\r\nhOST: [::1]:8080", "[::1]:8080"),
        // The address goes before the header.
        ("GET http://a.test:81/ HTTP/1.1\r\nHost: b.test", "a.test:81"),
        ("GET / HTTP/1.0\r\nHost: a.test", "a.test"),
        ("GET /old HTTP/1.0", "none"),
    ] {
        let (status, _, body) = ask(right).await;
        assert_eq!((status.as_str(), body.as_str()), ("200", host), "{right}");
    }
}
