//! Signing in by certificate at the server: authorities, bindings, challenges that are used once.

use std::process::Command;

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use base64ct::{Base64, Encoding};
use gridhall::modules::{
    certificates,
    identity::console::{self, Newcomer},
};
use serde_json::{Value, json};

use crate::{
    certificates::{KINDS, file, made},
    common::{City, read_json, request},
};

pub(crate) const PASSWORD: &str = "Renmin-2031 lu";

pub(crate) async fn let_in(city: &City, login: &str, role: &str, region: &str) -> i64 {
    let mut conn = city.sql().await;
    let who = Newcomer { login, name: login, role, agency: "中心", region: region.parse().unwrap() };
    let id = console::let_in(&mut conn, &who).await.unwrap();
    console::set_password(&mut conn, id, PASSWORD).await.unwrap();
    id
}

/// Sends a sign-in; gives the status, the body and the session's secret.
pub(crate) async fn open(city: &City, path: &str, body: Value) -> (StatusCode, Value, Option<String>) {
    let request = request("POST", path, "").header(header::CONTENT_TYPE, "application/json");
    let response = city.send(request.body(Body::from(body.to_string())).unwrap()).await;
    let cookie = response.headers().get(header::SET_COOKIE).map(|value| value.to_str().unwrap().to_owned());
    let secret = cookie.as_deref().and_then(|cookie| Some(cookie.split_once('=')?.1.split(';').next()?.to_owned()));
    let (status, body) = read_json(response).await;
    (status, body, secret)
}

/// A user's bare signature over a challenge, by OpenSSL.
fn sign(kind: &str, user: &str, challenge: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("challenge");
    std::fs::write(&text, challenge).unwrap();
    let mut command = Command::new("openssl");
    command.arg("dgst").arg(if kind == "sm2" { "-sm3" } else { "-sha256" });
    if kind == "sm2" {
        command.args(["-sigopt", "distid:1234567812345678"]);
    }
    command.arg("-sign").arg(made().join(kind).join(format!("{user}.key"))).arg(&text);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Base64::encode_string(&output.stdout)
}

pub(crate) fn pem(kind: &str, name: &str) -> String {
    String::from_utf8(file(kind, &format!("{name}.pem"))).unwrap()
}

async fn challenge(city: &City) -> String {
    let (status, given) = city.post("", "/api/session/challenge", json!({})).await;
    assert_eq!(status, 200, "{given}");
    given["challenge"].as_str().unwrap().to_owned()
}

async fn signed(city: &City, kind: &str, user: &str) -> Value {
    let challenge = challenge(city).await;
    let signature = sign(kind, user, &challenge);
    json!({"challenge": challenge, "certificates": [pem(kind, user), pem(kind, "between")], "signature": signature, "form": "raw"})
}

async fn put_crl(city: &City, secret: &str, id: &Value, list: Vec<u8>) -> (StatusCode, Value) {
    let request = request("POST", &format!("/api/authorities/{id}/crl"), secret);
    read_json(city.send(request.body(Body::from(list)).unwrap()).await).await
}

/// A system administrator who decides what the security administrator asks for; made with the first decision.
const AGREEING: &str = "agreeing";

/// Decides what the security administrator asked for.
async fn decide(city: &City, asked: &Value, granted: bool) -> StatusCode {
    if !console::is_taken(&mut city.sql().await, AGREEING).await.unwrap() {
        let_in(city, AGREEING, "sysadmin", "3605").await;
    }
    let system = open(city, "/api/session", json!({"login": AGREEING, "password": PASSWORD})).await.2.unwrap();
    let path = format!("/api/rights-requests/{}/decision", asked["request"]);
    city.post(&system, &path, json!({"granted": granted})).await.0
}

/// Asks that a certificate opens an account, and has a system administrator agree; gives the certificate.
pub(crate) async fn bind(city: &City, secret: &str, account: i64, certificate: String) -> Value {
    let (status, asked) =
        city.post(secret, &format!("/api/accounts/{account}/certificates"), json!({"certificate": certificate})).await;
    assert_eq!(status, 202, "{asked}");
    assert_eq!(decide(city, &asked, true).await, 204);
    asked
}

/// Trusts the authorities of a kind, to which a system administrator agrees, and takes their lists in.
pub(crate) async fn trust(city: &City, secret: &str, kind: &str) {
    for name in ["root", "between"] {
        let draft = json!({"name": format!("{kind} {name}"), "certificate": pem(kind, name)});
        let (status, made) = city.post(secret, "/api/authorities", draft).await;
        assert_eq!(status, 202, "{made}");
        assert_eq!(decide(city, &made, true).await, 204);
        let (status, taken) = put_crl(city, secret, &made["id"], file(kind, &format!("{name}.crl"))).await;
        assert_eq!(status, 200, "{taken}");
    }
}

#[tokio::test]
async fn a_bound_certificate_opens_its_account_once_for_each_challenge() {
    let city = City::small().await;
    let_in(&city, "secadmin", "secadmin", "3605").await;
    let worker = let_in(&city, "worker", "grid_worker", "360502001009002").await;
    let password = json!({"login": "secadmin", "password": PASSWORD});
    let security = open(&city, "/api/session", password).await.2.unwrap();
    let path = "/api/session/certificate";
    let bound = format!("/api/accounts/{worker}/certificates");
    for kind in KINDS {
        trust(&city, &security, kind).await;
        // Good, and nobody's.
        let (status, why, _) = open(&city, path, signed(&city, kind, "good").await).await;
        assert_eq!(status, 401, "{why}");
        assert!(why["detail"].as_str().unwrap().contains("未绑定"), "{why}");
        // Looked at before it is bound.
        let (status, read) =
            city.post(&security, "/api/certificates/read", json!({"certificate": pem(kind, "good")})).await;
        assert_eq!(status, 200, "{read}");
        let made = bind(&city, &security, worker, pem(kind, "good")).await;
        assert_eq!(city.post(&security, &bound, json!({"certificate": pem(kind, "good")})).await.0, 409);

        let proof = signed(&city, kind, "good").await;
        let (status, session, secret) = open(&city, path, proof.clone()).await;
        assert_eq!((status.as_u16(), &session["account"]["login"]), (200, &json!("worker")), "{kind} {session}");
        let secret = secret.unwrap();
        assert_eq!(city.json(&secret, "/api/session").await.0, 200);
        let (_, own) = city.json(&secret, "/api/account/certificates").await;
        let one = own["items"].as_array().unwrap().iter().find(|one| one["id"] == made["id"]).unwrap();
        assert_eq!((&one["subject"], &one["fingerprint"]), (&read["subject"], &read["fingerprint"]), "{own}");
        // The audit says which certificate it was, by what names nobody.
        let entry = "select detail from audit_entry where action = 'session.open' order by id desc limit 1";
        let detail: Value = sqlx::query_scalar(entry).fetch_one(&mut city.sql().await).await.unwrap();
        assert_eq!(
            (&detail["certificate"]["issuer"], &detail["certificate"]["subject"]),
            (&read["issuer"], &Value::Null)
        );
        // The same once more.
        let (status, why, _) = open(&city, path, proof).await;
        assert_eq!(status, 401);
        assert!(why["detail"].as_str().unwrap().contains("已使用"), "{why}");

        // Unbound, it opens nothing, and what it opened is over.
        let one = format!("{bound}/{}", made["id"]);
        let gone = city.send(request("DELETE", &one, &security).body(Body::empty()).unwrap()).await;
        assert_eq!(gone.status(), 204);
        assert_eq!(city.json(&secret, "/api/session").await.0, 401);
        assert_eq!(open(&city, path, signed(&city, kind, "good").await).await.0, 401);
    }
    // A challenge that this server never gave, and one that is too old.
    let mut proof = signed(&city, "ec", "good").await;
    proof["challenge"] = json!("Gridhall sign-in to gridhall at 2026-01-01T00:00:00Z: 00");
    assert_eq!(open(&city, path, proof).await.0, 401);
    let proof = signed(&city, "ec", "good").await;
    let mut conn = city.sql().await;
    sqlx::query("update sign_in_challenge set expires_at = now() - interval '1 second'")
        .execute(&mut conn)
        .await
        .unwrap();
    let (status, why, _) = open(&city, path, proof).await;
    assert_eq!(status, 401);
    assert!(why["detail"].as_str().unwrap().contains("已过期"), "{why}");
    // Every refusal is on record, and no identity number with it.
    let kept: Vec<Value> = sqlx::query_scalar(
        "select jsonb_build_object('object', object, 'detail', detail) from audit_entry
         where action = 'session.refused' and detail ->> 'method' = 'certificate' order by id",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    assert_eq!(kept.len(), 11, "{kept:?}");
    assert!(!format!("{kept:?}").contains("360502199003074519"));
}

#[tokio::test]
async fn an_identity_number_opens_an_account_only_where_the_administrator_lets_it() {
    let city = City::small().await;
    let_in(&city, "secadmin", "secadmin", "3605").await;
    let worker = let_in(&city, "worker", "grid_worker", "360502001009002").await;
    let password = json!({"login": "secadmin", "password": PASSWORD});
    let security = open(&city, "/api/session", password).await.2.unwrap();
    trust(&city, &security, "sm2").await;
    let mut conn = city.sql().await;
    sqlx::query("update account set citizen_id = '360502199003074519' where id = $1")
        .bind(worker)
        .execute(&mut conn)
        .await
        .unwrap();
    let path = "/api/session/certificate";
    assert_eq!(open(&city, path, signed(&city, "sm2", "good").await).await.0, 401);
    sqlx::query("update identity_policy set match_citizen_id = true").execute(&mut conn).await.unwrap();
    let (status, session, _) = open(&city, path, signed(&city, "sm2", "good").await).await;
    assert_eq!((status.as_u16(), &session["account"]["id"]), (200, &json!(worker)), "{session}");
    let (status, why, _) = open(&city, path, signed(&city, "sm2", "revoked").await).await;
    assert_eq!(status, 401);
    assert!(why["detail"].as_str().unwrap().contains("吊销"), "{why}");
    // No administrator's account is opened by a number: whoever trusts an authority would be every other of them.
    // (An administrator holds no post of the business, so that ends first.)
    sqlx::query("update holding set ended_at = now() where account_id = $1")
        .bind(worker)
        .execute(&mut conn)
        .await
        .unwrap();
    for (administrator, status) in [(Some("system"), 401), (None, 200)] {
        let be = "update account set administrator = $1 where id = $2";
        sqlx::query(be).bind(administrator).bind(worker).execute(&mut conn).await.unwrap();
        assert_eq!(open(&city, path, signed(&city, "sm2", "good").await).await.0, status);
    }
    // An account that is suspended stays shut.
    sqlx::query("update account set state = 'suspended' where id = $1").bind(worker).execute(&mut conn).await.unwrap();
    assert_eq!(open(&city, path, signed(&city, "sm2", "good").await).await.0, 401);
}

#[tokio::test]
async fn authorities_are_the_security_administrators() {
    let city = City::small().await;
    let_in(&city, "secadmin", "secadmin", "3605").await;
    let worker = let_in(&city, "worker", "grid_worker", "360502001009002").await;
    let secret =
        async |login: &str| open(&city, "/api/session", json!({"login": login, "password": PASSWORD})).await.2.unwrap();
    let (security, neighbour) = (secret("secadmin").await, secret("worker").await);
    let draft = json!({"name": "根", "certificate": pem("ec", "root")});
    let bound = format!("/api/accounts/{worker}/certificates");
    for (path, body) in [("/api/authorities", &draft), (bound.as_str(), &json!({"certificate": pem("ec", "good")}))] {
        assert_eq!(city.json(&neighbour, path).await.0, 403, "{path}");
        assert_eq!(city.post(&neighbour, path, body.clone()).await.0, 403, "{path}");
    }
    let (status, made) = city.post(&security, "/api/authorities", draft.clone()).await;
    assert_eq!(status, 202, "{made}");
    assert_eq!(city.post(&security, "/api/authorities", draft).await.0, 409);
    assert_eq!(put_crl(&city, &neighbour, &made["id"], file("ec", "root.crl")).await.0, 403);
    // Nobody becomes another administrator by binding their own certificate to that account; the console may.
    let system = let_in(&city, "sysadmin", "sysadmin", "3605").await;
    let bind = json!({"certificate": pem("ec", "good")});
    assert_eq!(city.post(&security, &format!("/api/accounts/{system}/certificates"), bind).await.0, 409);
    let mut owner = city.sql().await;
    certificates::bind(&mut owner, "sysadmin", &file("ec", "good.pem")).await.unwrap();
    let again = certificates::bind(&mut owner, "sysadmin", &file("ec", "good.pem")).await;
    assert!(again.unwrap_err().to_string().contains("already"));
    // Another authority's list, no list at all, and one that is too long.
    assert_eq!(put_crl(&city, &security, &made["id"], file("ec", "between.crl")).await.0, 422);
    assert_eq!(put_crl(&city, &security, &made["id"], b"nothing".to_vec()).await.0, 422);
    assert_eq!(put_crl(&city, &security, &made["id"], vec![0x30; 8 << 20]).await.0, 413);
    assert_eq!(put_crl(&city, &security, &json!(1), file("ec", "root.crl")).await.0, 404);
    for (field, wrong) in [
        ("/certificate", json!({"name": "人", "certificate": pem("ec", "good")})),
        ("/certificate", json!({"name": "无", "certificate": "nothing"})),
        ("/name", json!({"name": "", "certificate": pem("rsa", "root")})),
        ("/grace_hours", json!({"name": "根", "certificate": pem("rsa", "root"), "grace_hours": 721})),
        ("/crl_source", json!({"name": "根", "certificate": pem("rsa", "root"), "crl_source": "http://127.0.0.1/x"})),
        ("/crl_source", json!({"name": "根", "certificate": pem("rsa", "root"), "crl_source": "/etc/passwd"})),
    ] {
        let (status, why) = city.post(&security, "/api/authorities", wrong).await;
        assert_eq!((status.as_u16(), &why["errors"][0]["pointer"]), (422, &json!(field)), "{why}");
    }
    let (_, list) = city.json(&security, "/api/authorities?limit=1").await;
    assert_eq!((list["items"][0]["id"].clone(), &list["next"]), (made["id"].clone(), &Value::Null));
    let one = format!("/api/authorities/{}", made["id"]);
    let delete =
        async |token: &str| city.send(request("DELETE", &one, token).body(Body::empty()).unwrap()).await.status();
    assert_eq!(delete(&neighbour).await, 403);
    assert_eq!(delete(&security).await, 204);
    assert_eq!(delete(&security).await, 404);
}

/// Who has an authority or a certificate of their own could be anybody: two administrators agree to either.
#[tokio::test]
async fn an_authority_and_a_certificate_open_nothing_until_the_second_administrator_agrees() {
    let city = City::small().await;
    let security_account = let_in(&city, "secadmin", "secadmin", "3605").await;
    let worker = let_in(&city, "worker", "grid_worker", "360502001009002").await;
    let secret =
        async |login: &str| open(&city, "/api/session", json!({"login": login, "password": PASSWORD})).await.2.unwrap();
    let (security, holder) = (secret("secadmin").await, secret("worker").await);
    let path = "/api/session/certificate";
    // One authority is trusted by two; the other waits.
    let mut authorities = Vec::new();
    for name in ["root", "between"] {
        let draft = json!({"name": name, "certificate": pem("ec", name), "reason": "市政务 CA"});
        let (status, asked) = city.post(&security, "/api/authorities", draft).await;
        assert_eq!(status, 202, "{asked}");
        assert_eq!(put_crl(&city, &security, &asked["id"], file("ec", &format!("{name}.crl"))).await.0, 200);
        authorities.push(asked);
    }
    let (_, list) = city.json(&security, "/api/authorities").await;
    assert!(list["items"].as_array().unwrap().iter().all(|one| one["waits"] == true), "{list}");
    let bound = format!("/api/accounts/{worker}/certificates");
    let (status, asked) =
        city.post(&security, &bound, json!({"certificate": pem("ec", "good"), "reason": "发证"})).await;
    assert_eq!(status, 202, "{asked}");
    let refusal = async || open(&city, path, signed(&city, "ec", "good").await).await.1["detail"].to_string();
    assert!(refusal().await.contains("不在受信任之列"), "{}", refusal().await);
    // Who asked doesn't decide, though nothing else were in the way: neither for want of the permission nor with it.
    let decision = |asked: &Value| format!("/api/rights-requests/{}/decision", asked["request"]);
    assert_eq!(city.post(&security, &decision(&asked), json!({"granted": true})).await.0, 403);
    for authority in &authorities {
        assert_eq!(city.post(&security, &decision(authority), json!({"granted": true})).await.0, 403);
        assert_eq!(decide(&city, authority, true).await, 204);
    }
    assert!(refusal().await.contains("未绑定"), "{}", refusal().await);
    // The holder is told before it opens anything.
    let (_, session) = city.json(&holder, "/api/session").await;
    assert_eq!(session["account"]["notices"], 1, "{session}");
    assert_eq!(decide(&city, &asked, true).await, 204);
    assert_eq!(open(&city, path, signed(&city, "ec", "good").await).await.0, 200);
    city.map.app.auth.forget();
    let (_, own) = city.json(&holder, "/api/account").await;
    let told: Vec<&str> = own["notices"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(told, ["certificate_bound", "certificate_asked"], "{own}");
    assert_eq!(own["notices"][0]["by_name"], AGREEING);
    // Seen, they don't come up at the next sign-in, and stay on the page.
    let seen = json!({"up_to": own["notices"][0]["id"]});
    assert_eq!(city.post(&holder, "/api/account/notices/seen", seen).await.0, 204);
    assert_eq!(city.json(&holder, "/api/session").await.1["account"]["notices"], 0);
    assert_eq!(city.json(&holder, "/api/account").await.1["notices"].as_array().unwrap().len(), 2);

    // One that is refused opens nothing, and may be asked for again.
    let (_, asked) = city.post(&security, &bound, json!({"certificate": pem("ec", "other")})).await;
    assert_eq!(decide(&city, &asked, false).await, 204);
    let (_, list) = city.json(&security, &bound).await;
    let one = list["items"].as_array().unwrap().iter().find(|one| one["id"] == asked["id"]).unwrap();
    assert!(one["unbound_at"].is_string() && one["waits"] == false, "{one}");
    assert_eq!(city.post(&security, &bound, json!({"certificate": pem("ec", "other")})).await.0, 202);
    // To one's own account one binds alone.
    let own = format!("/api/accounts/{security_account}/certificates");
    let (status, made) = city.post(&security, &own, json!({"certificate": pem("rsa", "good")})).await;
    assert_eq!(status, 201, "{made}");
}

/// What others fail at from an address holds up strangers there, and nobody who is known there.
#[tokio::test]
async fn a_certificate_opens_its_account_where_its_holder_is_known_whatever_others_fail_at() {
    let city = City::small().await;
    let_in(&city, "secadmin", "secadmin", "3605").await;
    let worker = let_in(&city, "worker", "grid_worker", "360502001009002").await;
    let security = open(&city, "/api/session", json!({"login": "secadmin", "password": PASSWORD})).await.2.unwrap();
    trust(&city, &security, "ec").await;
    bind(&city, &security, worker, pem("ec", "good")).await;
    sqlx::query("insert into sign_in_failure (key, failures, locked_until) values ('address ', 1000, now() + interval '15 min')")
        .execute(&mut city.sql().await)
        .await
        .unwrap();
    let path = "/api/session/certificate";
    assert_eq!(open(&city, path, signed(&city, "ec", "other").await).await.0, 429);
    assert_eq!(open(&city, path, signed(&city, "ec", "good").await).await.0, 429, "never seen here before");
    let known = json!({"login": "worker", "password": PASSWORD});
    sqlx::query("update sign_in_failure set locked_until = now()").execute(&mut city.sql().await).await.unwrap();
    assert_eq!(open(&city, "/api/session", known).await.0, 200);
    sqlx::query("update sign_in_failure set locked_until = now() + interval '15 min'")
        .execute(&mut city.sql().await)
        .await
        .unwrap();
    assert_eq!(open(&city, path, signed(&city, "ec", "good").await).await.0, 200);
    assert_eq!(open(&city, path, signed(&city, "ec", "other").await).await.0, 429);
}
