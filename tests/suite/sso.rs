//! 单点登录: what a system is given, what it isn't, and how all of it ends.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{RawForm, State},
    http::{Response, StatusCode, header},
    routing::post,
};
use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use gridhall::{
    kernel::edge::serve::{Serving, serve},
    map::TileFastPath,
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, jwk::JwkSet};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::{
    common::{City, read_json, request},
    identity::{call, let_in, sign_in},
};

const BACK: &str = "https://oa.test/back?x=1";
const OUT: &str = "https://oa.test/out";
/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const ISSUER: &str = "http://city.test";

/// A city with a registered system, and a worker who is signed in.
struct Signed {
    city: City,
    secret: String,
    session: String,
    account: i64,
}

fn draft() -> Value {
    json!({"client_id": "oa", "name": "协同办公", "redirect_uris": [BACK], "signed_out_uris": [OUT], "confidential": true})
}

async fn register(city: &City, draft: Value) -> String {
    let_in(city, "secadmin", "secadmin", "3605").await;
    let security = sign_in(city, "secadmin").await;
    let (status, made) = city.post(&security, "/api/systems", draft).await;
    assert_eq!(status, 201, "{made}");
    made["secret"].as_str().unwrap_or_default().to_owned()
}

impl Signed {
    async fn new() -> Self {
        let city = City::small().await;
        let secret = register(&city, draft()).await;
        let account = let_in(&city, "worker", "grid_worker", "360502001001001").await;
        let session = sign_in(&city, "worker").await;
        Self { city, secret, session, account }
    }

    async fn code(&self) -> String {
        let answer = authorize(&self.city, &self.session, &[]).await;
        answer["code"].clone()
    }

    async fn tokens(&self) -> Value {
        let (status, tokens) = self.token(&code_form(&self.code().await)).await;
        assert_eq!(status, 200, "{tokens}");
        tokens
    }

    async fn token(&self, form: &[(&str, &str)]) -> (StatusCode, Value) {
        send_form(&self.city, "/oauth/token", Some(("oa", &self.secret)), form).await
    }

    async fn userinfo(&self, tokens: &Value) -> (StatusCode, Value) {
        self.city.json(tokens["access_token"].as_str().unwrap(), "/oauth/userinfo").await
    }
}

fn code_form(code: &str) -> [(&str, &str); 4] {
    [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", BACK), ("code_verifier", VERIFIER)]
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    pairs.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
}

async fn send_form(
    city: &City,
    path: &str,
    client: Option<(&str, &str)>,
    form: &[(&str, &str)],
) -> (StatusCode, Value) {
    let mut request = request("POST", path, "").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some((id, secret)) = client {
        let basic = Base64::encode_string(format!("{id}:{secret}").as_bytes());
        request = request.header(header::AUTHORIZATION, format!("Basic {basic}"));
    }
    read_json(city.send(request.body(Body::from(encoded(form))).unwrap()).await).await
}

fn location<T>(response: &Response<T>) -> String {
    assert_eq!(response.status(), 303);
    response.headers()[header::LOCATION].to_str().unwrap().to_owned()
}

/// Gets an address as the browser of a session.
async fn browse(city: &City, session: &str, path: &str) -> Response<Body> {
    let mut request = request("GET", path, "").header(header::HOST, "city.test");
    if !session.is_empty() {
        request = request.header(header::COOKIE, format!("gridhall_session={session}"));
    }
    city.send(request.body(Body::empty()).unwrap()).await
}

fn question(changes: &[(&str, &str)]) -> String {
    let mut asked = BTreeMap::from([
        ("response_type", "code"),
        ("client_id", "oa"),
        ("redirect_uri", BACK),
        ("scope", "openid profile email phone"),
        ("state", "s 1"),
        ("nonce", "n-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    asked.extend(changes.iter().copied());
    format!("/oauth/authorize?{}", encoded(&asked.into_iter().collect::<Vec<_>>()))
}

/// What the system gets on its way back.
async fn authorize(city: &City, session: &str, changes: &[(&str, &str)]) -> BTreeMap<String, String> {
    let back = location(&browse(city, session, &question(changes)).await);
    let (address, answer) = back.split_once('&').unwrap_or((&back, ""));
    assert_eq!(address, BACK, "{back}");
    reqwest::Url::parse(&format!("http://x/?{answer}")).unwrap().query_pairs().into_owned().collect()
}

async fn published(city: &City) -> JwkSet {
    serde_json::from_value(city.json("", "/oauth/jwks").await.1).unwrap()
}

/// The claims of a token of ours, by a check that isn't ours.
async fn checked(city: &City, token: &str, audience: &str) -> Value {
    let keys = published(city).await;
    let kid = jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[audience]);
    validation.set_issuer(&[ISSUER]);
    let key = DecodingKey::from_jwk(keys.find(&kid).unwrap()).unwrap();
    jsonwebtoken::decode::<Value>(token, &key, &validation).unwrap().claims
}

#[tokio::test]
async fn a_system_learns_who_it_is_and_where_and_in_which_posts() {
    let signed = Signed::new().await;
    let (_, described) = signed.city.json("", "/.well-known/openid-configuration").await;
    assert_eq!(described["code_challenge_methods_supported"], json!(["S256"]));

    let answer = authorize(&signed.city, &signed.session, &[]).await;
    assert_eq!((answer["state"].as_str(), answer["iss"].as_str()), ("s 1", ISSUER));
    let (status, tokens) = signed.token(&code_form(&answer["code"])).await;
    assert_eq!(status, 200, "{tokens}");
    let claims = checked(&signed.city, tokens["id_token"].as_str().unwrap(), "oa").await;
    assert_eq!((&claims["nonce"], &claims["sub"]), (&json!("n-1"), &json!(signed.account.to_string())));
    assert_eq!(claims["amr"], json!(["pwd"]));

    let (status, person) = signed.userinfo(&tokens).await;
    assert_eq!(status, 200);
    assert_eq!((&person["preferred_username"], &person["region"]), (&json!("worker"), &json!("360502001001001")));
    assert_eq!(person["posts"][0]["role"], "grid_worker");
    assert_eq!(person["posts"][0]["regions"], json!(["360502001001001"]));
    // An access token opens nothing of Gridhall itself.
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(signed.city.json(access, "/api/session").await.0, 401);
    assert_eq!(signed.city.json("ght_nonsense", "/oauth/userinfo").await.0, 401);
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_registered() {
    let signed = Signed::new().await;
    for (changes, why) in [
        (&[("client_id", "another")], "client"),
        (&[("redirect_uri", "https://elsewhere.test/")], "redirect"),
        (&[("redirect_uri", "https://oa.test/back")], "redirect"),
        (&[("redirect_uri", "https://oa.test/back?x=1&y=2")], "redirect"),
        (&[("redirect_uri", "https://oa.test.elsewhere.test/back?x=1")], "redirect"),
    ] {
        let to = location(&browse(&signed.city, &signed.session, &question(changes)).await);
        assert_eq!(to, format!("/signin/refused?why={why}"), "{changes:?}");
    }
    let twice = format!("{}&redirect_uri=https%3A%2F%2Felsewhere.test", question(&[]));
    assert_eq!(location(&browse(&signed.city, &signed.session, &twice).await), "/signin/refused?why=request");
    // Nor after a sign-out.
    for to in ["https://elsewhere.test/", "//elsewhere.test", "https://oa.test/out/more"] {
        let path = format!("/oauth/logout?{}", encoded(&[("client_id", "oa"), ("post_logout_redirect_uri", to)]));
        let to = location(&browse(&signed.city, "", &path).await);
        assert_eq!(to, "/signin/refused?why=redirect");
    }
}

#[tokio::test]
async fn what_is_asked_wrongly_goes_back_as_an_error() {
    let signed = Signed::new().await;
    for (changes, error) in [
        (&[("code_challenge", "")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("response_type", "token")], "unsupported_response_type"),
        (&[("scope", "profile")], "invalid_scope"),
        (&[("request", "eyJhbGciOiJub25lIn0.e30.")], "request_not_supported"),
    ] {
        let answer = authorize(&signed.city, &signed.session, changes).await;
        assert_eq!((answer["error"].as_str(), answer["state"].as_str()), (error, "s 1"), "{changes:?}");
        assert!(!answer.contains_key("code"));
    }
    assert_eq!(authorize(&signed.city, "", &[("prompt", "none")]).await["error"], "login_required");
    // Who isn't signed in signs in first, and who is to prove themselves anew does.
    for (session, changes) in [("", &[] as &[_]), (&signed.session, &[("max_age", "0")])] {
        tokio::time::sleep(Duration::from_millis(1100)).await;
        let to = location(&browse(&signed.city, session, &question(changes)).await);
        assert!(to.starts_with("/signin?to=%2Foauth%2Fauthorize%3F"), "{to}");
    }
}

#[tokio::test]
async fn a_code_is_used_once_and_one_that_comes_twice_takes_everything_back() {
    let signed = Signed::new().await;
    let code = signed.code().await;
    let (status, tokens) = signed.token(&code_form(&code)).await;
    assert_eq!((status, signed.userinfo(&tokens).await.0), (StatusCode::OK, StatusCode::OK));
    let (status, again) = signed.token(&code_form(&code)).await;
    assert_eq!((status.as_u16(), &again["error"]), (400, &json!("invalid_grant")));
    assert_eq!(signed.userinfo(&tokens).await.0, 401);
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    assert_eq!(signed.token(&refresh).await.0, 400);
}

#[tokio::test]
async fn a_code_belongs_to_its_system_its_address_and_its_verifier() {
    let signed = Signed::new().await;
    let invalid = |answer: (StatusCode, Value)| {
        assert_eq!((answer.0.as_u16(), answer.1["error"].as_str()), (400, Some("invalid_grant")));
    };
    for (place, value) in [(3, ""), (3, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"), (2, "https://oa.test/other")] {
        let code = signed.code().await;
        let right = code_form(&code);
        let mut form = right;
        form[place].1 = value;
        invalid(signed.token(&form).await);
        // And it is used up: there is no second guess.
        invalid(signed.token(&right).await);
    }
    // Another system gets nothing for it, and nobody anything without the secret.
    let security = sign_in(&signed.city, "secadmin").await;
    let other = json!({"client_id": "other", "name": "x", "redirect_uris": [BACK], "confidential": true});
    let (_, other) = signed.city.post(&security, "/api/systems", other).await;
    let code = signed.code().await;
    invalid(
        send_form(&signed.city, "/oauth/token", Some(("other", other["secret"].as_str().unwrap())), &code_form(&code))
            .await,
    );
    for client in [None, Some(("oa", "gcs_wrong")), Some(("nobody", "x"))] {
        let mut form = code_form(&code).to_vec();
        form.push(("client_id", "oa"));
        let form = if client.is_some() { &form[..4] } else { &form[..] };
        let (status, answer) = send_form(&signed.city, "/oauth/token", client, form).await;
        assert_eq!((status.as_u16(), answer["error"].as_str()), (401, Some("invalid_client")), "{client:?}");
    }
    assert_eq!(signed.token(&code_form(&code)).await.0, 200);
    assert_eq!(signed.token(&code_form("gac_nonsense")).await.0, 400);
}

#[tokio::test]
async fn refresh_tokens_turn_and_a_stolen_one_ends_them_all() {
    let signed = Signed::new().await;
    let first = signed.tokens().await;
    let form = |tokens: &Value| {
        [
            ("grant_type", "refresh_token".to_owned()),
            ("refresh_token", tokens["refresh_token"].as_str().unwrap().to_owned()),
        ]
    };
    let turn = async |tokens: &Value| {
        let form = form(tokens);
        signed.token(&form.each_ref().map(|(name, value)| (*name, value.as_str()))).await
    };
    let (status, second) = turn(&first).await;
    assert_eq!(status, 200);
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    assert_eq!(signed.userinfo(&second).await.0, 200);
    assert_eq!(turn(&first).await.0, 400);
    assert_eq!((turn(&second).await.0.as_u16(), signed.userinfo(&second).await.0.as_u16()), (400, 401));
    // Taken back by its own system, it ends quietly.
    let tokens = signed.tokens().await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(
        send_form(&signed.city, "/oauth/revoke", Some(("oa", &signed.secret)), &[("token", refresh)]).await.0,
        200
    );
    assert_eq!(signed.userinfo(&tokens).await.0, 401);
}

#[tokio::test]
async fn a_system_opens_for_the_roles_that_it_is_for() {
    let city = City::small().await;
    let mut draft = draft();
    draft["roles"] = json!(["street_lead"]);
    draft["home_url"] = json!("https://oa.test/");
    let secret = register(&city, draft).await;
    let_in(&city, "worker", "grid_worker", "360502001001001").await;
    let_in(&city, "lead", "street_lead", "360502001").await;
    let (worker, lead) = (sign_in(&city, "worker").await, sign_in(&city, "lead").await);
    assert_eq!(authorize(&city, &worker, &[]).await["error"], "access_denied");
    assert!(authorize(&city, &lead, &[]).await.contains_key("code"));
    assert_eq!(city.json(&worker, "/api/portal").await.1, json!({"systems": []}));
    let (_, portal) = city.json(&lead, "/api/portal").await;
    assert_eq!((&portal["systems"][0]["name"], &portal["systems"][0]["signed_in"]), (&json!("协同办公"), &json!(true)));
    // What was given before the system was closed to somebody is worth nothing more.
    let signed = Signed { city, secret, session: lead.clone(), account: 0 };
    let tokens = signed.tokens().await;
    assert_eq!(signed.userinfo(&tokens).await.0, 200);
    sqlx::query("update client_system set roles = '{secadmin}'").execute(&mut signed.city.sql().await).await.unwrap();
    assert_eq!(signed.userinfo(&tokens).await.0, 401);
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    assert_eq!(signed.token(&refresh).await.0, 400);
    let city = signed.city;
    // A token stands for no person.
    let token = city.token(&["3605"], &["map.read"]).await;
    assert_eq!(city.json(&token, "/api/portal").await.1, json!({"systems": []}));
}

/// A system that listens for sign-outs.
async fn listener() -> (String, Arc<Mutex<Vec<String>>>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let app = Router::new()
        .route(
            "/signed-out",
            post(async |State(heard): State<Arc<Mutex<Vec<String>>>>, RawForm(body): RawForm| {
                heard.lock().await.push(String::from_utf8_lossy(&body).into_owned());
            }),
        )
        .with_state(heard.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/signed-out", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (address, heard)
}

#[tokio::test]
async fn however_a_session_ends_its_systems_are_told_and_have_nothing_more() {
    let (address, heard) = listener().await;
    let mut city = City::small().await;
    let mut draft = draft();
    draft["sign_out_uri"] = json!(address);
    let secret = register(&city, draft).await;
    let_in(&city, "sysadmin", "sysadmin", "3605").await;
    let account = let_in(&city, "worker", "grid_worker", "360502001001001").await;
    let worker = gridhall::app::worker(&city.map.app, gridhall::app::modules());
    let working = tokio::spawn(async move { worker.run().await });
    for way in ["cookie", "suspended"] {
        let session = sign_in(&city, "worker").await;
        let signed = Signed { session, account, secret: secret.clone(), city };
        let tokens = signed.tokens().await;
        let identity = checked(&signed.city, tokens["id_token"].as_str().unwrap(), "oa").await;
        if way == "cookie" {
            let out = request("DELETE", "/api/session", &signed.session).body(Body::empty()).unwrap();
            assert_eq!(signed.city.send(out).await.status(), 204);
        } else {
            let system = sign_in(&signed.city, "sysadmin").await;
            let path = format!("/api/accounts/{account}/state");
            let state = json!({"state": "suspended", "reason": "x"});
            assert_eq!(call(&signed.city, "PUT", &system, &path, state).await.0, 200);
        }
        assert_eq!(signed.userinfo(&tokens).await.0, 401, "{way}");
        let told = tokio::time::timeout(Duration::from_secs(20), async {
            loop {
                if let Some(body) = heard.lock().await.pop() {
                    return body;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        let told = told.await.unwrap();
        let claims = checked(&signed.city, told.strip_prefix("logout_token=").unwrap(), "oa").await;
        assert_eq!((&claims["sid"], &claims["sub"]), (&identity["sid"], &json!(account.to_string())));
        assert!(claims["events"]["http://schemas.openid.net/event/backchannel-logout"].is_object());
        assert!(claims.get("nonce").is_none());
        city = signed.city;
    }
    working.abort();
}

#[tokio::test]
async fn a_system_signs_out_with_its_identity_token_and_with_no_other() {
    let signed = Signed::new().await;
    let tokens = signed.tokens().await;
    let token = tokens["id_token"].as_str().unwrap();
    let out = |hint: &str| {
        format!(
            "/oauth/logout?{}",
            encoded(&[("id_token_hint", hint), ("post_logout_redirect_uri", OUT), ("state", "z"), ("client_id", "oa")])
        )
    };
    let is_in = async || signed.city.json(&signed.session, "/api/session").await.0 == StatusCode::OK;
    let claims = token.split('.').nth(1).unwrap();
    // alg: none, and the published key as if it were a shared secret.
    let none = format!("{}.{claims}.", Base64UrlUnpadded::encode_string(br#"{"alg":"none","typ":"JWT"}"#));
    let keys = serde_json::to_vec(&published(&signed.city).await.keys[0]).unwrap();
    let kid = jsonwebtoken::decode_header(token).unwrap().kid;
    let confused = Header { kid, typ: Some("JWT".to_owned()), ..Header::new(Algorithm::HS256) };
    let read: Value = serde_json::from_slice(&Base64UrlUnpadded::decode_vec(claims).unwrap()).unwrap();
    let confused = jsonwebtoken::encode(&confused, &read, &EncodingKey::from_secret(&keys)).unwrap();
    let tampered =
        token.replacen(claims, &Base64UrlUnpadded::encode_string(read.to_string().replace("oa", "ob").as_bytes()), 1);
    for hint in ["", "nonsense", &none, &confused, &tampered] {
        let to = location(&browse(&signed.city, &signed.session, &out(hint)).await);
        assert!(to.starts_with("/signin/out?ask="), "{hint}: {to}");
        assert!(is_in().await, "{hint}");
    }
    // Another's token doesn't end this session.
    let_in(&signed.city, "other", "grid_worker", "360502001001002").await;
    let session = sign_in(&signed.city, "other").await;
    let other = Signed { session, secret: signed.secret.clone(), account: 0, city: signed.city };
    let others = other.tokens().await;
    let to = location(&browse(&other.city, &signed.session, &out(others["id_token"].as_str().unwrap())).await);
    assert!(to.starts_with("/signin/out?ask="), "{to}");
    // The right one does.
    let response = browse(&other.city, &signed.session, &out(token)).await;
    assert!(response.headers()[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(location(&response), format!("{OUT}?state=z"));
    assert_eq!(other.city.json(&signed.session, "/api/session").await.0, 401);
}

#[tokio::test]
async fn keys_turn_and_those_that_signed_stay_published() {
    let mut signed = Signed::new().await;
    let tokens = signed.tokens().await;
    let mut conn = signed.city.sql().await;
    sqlx::query("update signing_key set signs_from = signs_from - interval '90 days'")
        .execute(&mut conn)
        .await
        .unwrap();
    // As another server, or this one a minute later, sees it.
    signed.city.front = TileFastPath::new(
        signed.city.map.clone(),
        gridhall::app::router(&signed.city.server(), gridhall::app::modules()).0,
    );
    assert_eq!(published(&signed.city).await.keys.len(), 2);
    let again = signed.tokens().await;
    let kid = |tokens: &Value| jsonwebtoken::decode_header(tokens["id_token"].as_str().unwrap()).unwrap().kid;
    assert_eq!(kid(&tokens), kid(&again), "the new key is published a day before it signs");
    sqlx::query("update signing_key set signs_from = signs_from - interval '1 day'").execute(&mut conn).await.unwrap();
    signed.city.front = TileFastPath::new(
        signed.city.map.clone(),
        gridhall::app::router(&signed.city.server(), gridhall::app::modules()).0,
    );
    assert_ne!(kid(&tokens), kid(&signed.tokens().await));
    checked(&signed.city, tokens["id_token"].as_str().unwrap(), "oa").await;
}

/// Serves a city at an address of its own, which it then knows.
async fn served(city: &City) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve(city.front.clone(), listener, Serving::default(), std::future::pending()));
    address
}

#[tokio::test]
async fn a_platform_vouches_for_its_people_and_for_nobody_else() {
    // The platform is another Gridhall.
    let office = City::small().await;
    let issuer = served(&office).await;
    let city = City::small().await;
    let here = "http://city.test/signin/back";
    let mut platform = draft();
    platform["redirect_uris"] = json!([here]);
    let secret = register(&office, platform).await;
    let there = let_in(&office, "zhang", "street_lead", "360502001").await;
    let_in(&office, "li", "street_lead", "360502001").await;

    let_in(&city, "secadmin", "secadmin", "3605").await;
    let ours = let_in(&city, "zhang.wei", "grid_worker", "360502001001001").await;
    sqlx::query("update account set external_id = $1 where id = $2")
        .bind(there.to_string())
        .bind(ours)
        .execute(&mut city.sql().await)
        .await
        .unwrap();
    let security = sign_in(&city, "secadmin").await;
    let mut draft = json!({"name": "市办公平台", "issuer": format!("{issuer}/x"), "client_id": "oa", "client_secret": secret, "match_by": "external_id"});
    let (status, refused) = city.post(&security, "/api/sign-in-providers", draft.clone()).await;
    assert_eq!((status.as_u16(), &refused["errors"][0]["pointer"]), (422, &json!("/issuer")));
    draft["issuer"] = json!(issuer);
    let (status, made) = city.post(&security, "/api/sign-in-providers", draft.clone()).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(city.post(&security, "/api/sign-in-providers", draft).await.0, 409);
    assert!(!city.json(&security, "/api/sign-in-providers").await.1.to_string().contains(&secret));
    let id = &made["id"];
    // Until a system administrator has agreed, nobody is vouched for.
    let agreement = format!("/api/sign-in-providers/{id}/agreement");
    assert_eq!(city.json("", "/api/session/providers").await.1["items"], json!([]));
    assert_eq!(location(&browse(&city, "", &format!("/signin/with/{id}")).await), "/signin/refused?why=provider");
    assert_eq!(city.post(&security, &agreement, json!({})).await.0, 403);
    let_in(&city, "sysadmin", "sysadmin", "3605").await;
    let system = sign_in(&city, "sysadmin").await;
    assert_eq!(city.post(&system, &agreement, json!({})).await.0, 204);
    assert_eq!(city.post(&system, &agreement, json!({})).await.0, 404);
    assert_eq!(city.json("", "/api/session/providers").await.1["items"][0]["name"], "市办公平台");

    // By way of the platform; gives where it ends and with which cookie.
    let journey = async |login: &str, keep_cookie: bool| {
        let leave = browse(&city, "", &format!("/signin/with/{id}?to=/portal")).await;
        let cookie = leave.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        let to = location(&leave);
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let session = sign_in(&office, login).await;
        let answer = client.get(&to).header("cookie", format!("gridhall_session={session}")).send().await.unwrap();
        let back = answer.headers()["location"].to_str().unwrap().to_owned();
        let path = back.strip_prefix("http://city.test").unwrap().to_owned();
        let mut request = request("GET", &path, "").header(header::HOST, "city.test");
        if keep_cookie {
            request = request.header(header::COOKIE, cookie);
        }
        (city.send(request.body(Body::empty()).unwrap()).await, path)
    };
    let (back, path) = journey("zhang", true).await;
    assert_eq!(location(&back), "/portal");
    let cookie = back.headers()[header::SET_COOKIE].to_str().unwrap();
    let secret = cookie.split_once('=').unwrap().1.split(';').next().unwrap().to_owned();
    let (_, session) = city.json(&secret, "/api/session").await;
    assert_eq!(session["account"]["login"], "zhang.wei");
    // The same answer opens nothing again, and none in a browser that didn't ask.
    assert_eq!(location(&browse(&city, "", &path).await), "/signin/refused?why=journey");
    assert_eq!(location(&journey("zhang", false).await.0), "/signin/refused?why=journey");
    // Whom nobody knows here stays out, and so does who was suspended.
    assert_eq!(location(&journey("li", true).await.0), "/signin/refused?why=unknown");
    // Nobody is an administrator by it, whoever registered the platform, and none goes round their second factor.
    let mut conn = city.sql().await;
    for sql in [
        "update account set totp_confirmed = true where external_id is not null",
        "update account set totp_confirmed = false, external_id = null where external_id is not null",
    ] {
        sqlx::query(sql).execute(&mut conn).await.unwrap();
        if sql.contains("external_id = null") {
            let admin = "update account set external_id = $1 where login = 'secadmin'";
            sqlx::query(admin).bind(there.to_string()).execute(&mut conn).await.unwrap();
        }
        assert_eq!(location(&journey("zhang", true).await.0), "/signin/refused?why=closed", "{sql}");
    }
    sqlx::query("update account set external_id = null").execute(&mut conn).await.unwrap();
    let back = "update account set external_id = $1 where login = 'zhang.wei'";
    sqlx::query(back).bind(there.to_string()).execute(&mut conn).await.unwrap();
    sqlx::query("update account set state = 'suspended' where id = $1")
        .bind(ours)
        .execute(&mut city.sql().await)
        .await
        .unwrap();
    assert_eq!(location(&journey("zhang", true).await.0), "/signin/refused?why=closed");
}

/// Sends a request as a browser does for a page at an origin.
async fn from_site(
    city: &City,
    origin: &str,
    method: &str,
    path: &str,
    more: &[(&str, &str)],
    body: &str,
) -> Response<Body> {
    let mut request = request(method, path, "").header(header::HOST, "city.test").header(header::ORIGIN, origin);
    request = request.header("sec-fetch-site", "cross-site");
    if method == "POST" {
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    city.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

fn may_read<T>(response: &Response<T>) -> Option<&str> {
    response.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN).map(|origin| origin.to_str().unwrap())
}

#[tokio::test]
async fn a_program_in_a_browser_gets_its_tokens_at_a_registered_site_and_at_no_other() {
    const SITE: &str = "https://spa.test";
    let city = City::small().await;
    let back = format!("{SITE}/back");
    let public = json!({"client_id": "spa", "name": "移动办公", "redirect_uris": [back], "confidential": false});
    register(&city, public).await;
    let_in(&city, "worker", "grid_worker", "360502001001001").await;
    let session = sign_in(&city, "worker").await;
    let code = async || {
        let asked = question(&[("client_id", "spa"), ("redirect_uri", &back)]);
        let to = reqwest::Url::parse(&location(&browse(&city, &session, &asked).await)).unwrap();
        to.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned()
    };
    let form = |code: &str| {
        encoded(&[
            ("grant_type", "authorization_code"),
            ("client_id", "spa"),
            ("code", code),
            ("redirect_uri", &back),
            ("code_verifier", VERIFIER),
        ])
    };
    // Its description and its keys everybody reads.
    for path in ["/.well-known/openid-configuration", "/oauth/jwks"] {
        for site in [SITE, "https://elsewhere.test"] {
            let told = from_site(&city, site, "GET", path, &[], "").await;
            assert_eq!((told.status().as_u16(), may_read(&told)), (200, Some("*")), "{path}");
        }
    }
    for (site, may) in [(SITE, true), ("https://elsewhere.test", false), ("http://spa.test", false), ("null", false)] {
        let read = may.then_some(site);
        // Before it sends, a browser asks.
        for (path, method, sent) in [
            ("/oauth/token", "POST", "content-type"),
            ("/oauth/userinfo", "GET", "authorization"),
            ("/oauth/revoke", "POST", "content-type"),
        ] {
            let ask = [("access-control-request-method", method), ("access-control-request-headers", sent)];
            let told = from_site(&city, site, "OPTIONS", path, &ask, "").await;
            assert_eq!((told.status().as_u16(), may_read(&told)), (204, read), "{path} from {site}");
            let says = |name: header::HeaderName| told.headers()[name].to_str().unwrap();
            assert!(says(header::ACCESS_CONTROL_ALLOW_METHODS).contains(method));
            assert!(says(header::ACCESS_CONTROL_ALLOW_HEADERS).contains(sent));
            assert!(says(header::VARY).contains("origin"));
            assert!(!told.headers().contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS));
        }
        let told = from_site(&city, site, "POST", "/oauth/token", &[], &form(&code().await)).await;
        assert_eq!((told.status().as_u16(), may_read(&told)), (200, read), "{site}");
        let tokens = read_json(told).await.1;
        let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
        let bearer = [("authorization", bearer.as_str())];
        for method in ["GET", "POST"] {
            let told = from_site(&city, site, method, "/oauth/userinfo", &bearer, "").await;
            assert_eq!((told.status().as_u16(), may_read(&told)), (200, read), "{method} {site}");
        }
        // A refusal is read as well.
        let told = from_site(&city, site, "POST", "/oauth/token", &[], &form("gac_nonsense")).await;
        assert_eq!((told.status().as_u16(), may_read(&told)), (400, read), "{site}");
        let told = from_site(&city, site, "GET", "/oauth/userinfo", &[("authorization", "Bearer x")], "").await;
        assert_eq!((told.status().as_u16(), may_read(&told)), (401, read), "{site}");
        let revoke = encoded(&[("client_id", "spa"), ("token", tokens["refresh_token"].as_str().unwrap())]);
        let told = from_site(&city, site, "POST", "/oauth/revoke", &[], &revoke).await;
        assert_eq!((told.status().as_u16(), may_read(&told)), (200, read), "{site}");
    }
    // Nothing else is open to other sites.
    let told = from_site(&city, SITE, "POST", "/api/session", &[], "").await;
    assert_eq!((told.status().as_u16(), may_read(&told)), (400, None));
    // Nor is a system that has been taken off the register.
    sqlx::query("update client_system set removed_at = now()").execute(&mut city.sql().await).await.unwrap();
    let told = from_site(&city, SITE, "POST", "/oauth/token", &[], &form("gac_nonsense")).await;
    assert_eq!((told.status().as_u16(), may_read(&told)), (401, None));
}

#[tokio::test]
async fn a_system_signs_out_by_a_form_of_its_own_site_with_its_identity_token_alone() {
    let signed = Signed::new().await;
    let tokens = signed.tokens().await;
    let token = tokens["id_token"].as_str().unwrap();
    let form = |hint: &str| {
        let mut said = vec![("post_logout_redirect_uri", OUT), ("state", "z"), ("client_id", "oa")];
        said.extend((!hint.is_empty()).then_some(("id_token_hint", hint)));
        encoded(&said)
    };
    let cookie = format!("gridhall_session={}", signed.session);
    let with_cookie: &[(&str, &str)] = &[("cookie", &cookie)];
    let is_in = async || signed.city.json(&signed.session, "/api/session").await.0 == StatusCode::OK;
    let send = async |cookie: &[(&str, &str)], hint: &str| {
        from_site(&signed.city, "https://oa.test", "POST", "/oauth/logout", cookie, &form(hint)).await
    };
    // Without the token of this session the person is asked, whether the browser sent the cookie or, as it should, didn't;
    // and the cookie stays where it is.
    for hint in ["", "nonsense"] {
        for cookie in [&[], with_cookie] {
            let told = send(cookie, hint).await;
            assert!(!told.headers().contains_key(header::SET_COOKIE), "{hint}");
            assert!(location(&told).starts_with("/signin/out?ask="), "{hint}");
            assert!(is_in().await);
        }
    }
    let told = send(&[], token).await;
    assert!(!told.headers().contains_key(header::SET_COOKIE));
    assert_eq!(location(&told), format!("{OUT}?state=z"));
    assert!(!is_in().await);
    assert_eq!(signed.userinfo(&tokens).await.0, 401);
    // Another's session that the browser has by now isn't touched.
    let other = sign_in(&signed.city, "worker").await;
    let cookie = format!("gridhall_session={other}");
    let told = send(&[("cookie", &cookie)], token).await;
    assert!(location(&told).starts_with("/signin/out?ask="));
    assert_eq!(signed.city.json(&other, "/api/session").await.0, 200);
    // A page of ours sends what the person has agreed to.
    let agreed = request("POST", "/oauth/logout", "")
        .header(header::HOST, "city.test")
        .header(header::COOKIE, &cookie)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let told = signed.city.send(agreed.body(Body::from(form(""))).unwrap()).await;
    assert!(told.headers()[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(location(&told), format!("{OUT}?state=z"));
    assert_eq!(signed.city.json(&other, "/api/session").await.0, 401);
}

#[tokio::test]
async fn a_question_by_a_form_is_answered_as_by_its_address() {
    let signed = Signed::new().await;
    let asked = question(&[]);
    let form = asked.split_once('?').unwrap().1;
    let cookie = format!("gridhall_session={}", signed.session);
    for site in ["same-origin", "cross-site"] {
        let ask = request("POST", "/oauth/authorize", "")
            .header(header::HOST, "city.test")
            .header(header::COOKIE, &cookie)
            .header("sec-fetch-site", site)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded; charset=UTF-8");
        let to = location(&signed.city.send(ask.body(Body::from(form.to_owned())).unwrap()).await);
        assert!(to.starts_with(&format!("{BACK}&code=gac%5F")), "{to}");
    }
    // Of a form from another site the browser keeps the cookie back: the question comes again with it.
    let to = location(&from_site(&signed.city, "https://oa.test", "POST", "/oauth/authorize", &[], form).await);
    assert!(to.starts_with("/oauth/authorize?"), "{to}");
    assert!(location(&browse(&signed.city, &signed.session, &to).await).starts_with(&format!("{BACK}&code=gac%5F")));
    assert!(location(&browse(&signed.city, "", &to).await).starts_with("/signin?to="));
    let twice = format!("{form}&state=again");
    let to = location(&from_site(&signed.city, "https://oa.test", "POST", "/oauth/authorize", &[], &twice).await);
    assert_eq!(to, "/signin/refused?why=request");
    // What is no form is refused.
    let json = request("POST", "/oauth/authorize", "").header(header::CONTENT_TYPE, "application/json");
    let (status, told) = read_json(signed.city.send(json.body(Body::from("{}")).unwrap()).await).await;
    assert_eq!((status.as_u16(), &told["error"]), (400, &json!("invalid_request")));
}

#[tokio::test]
async fn names_of_schemes_and_media_types_are_read_in_any_case() {
    let signed = Signed::new().await;
    let tokens = signed.tokens().await;
    let access = tokens["access_token"].as_str().unwrap();
    for (scheme, path, secret) in ["Bearer", "bearer", "BEARER"]
        .into_iter()
        .flat_map(|scheme| [(scheme, "/oauth/userinfo", access), (scheme, "/api/session", signed.session.as_str())])
    {
        let ask = request("GET", path, "").header(header::AUTHORIZATION, format!("{scheme} {secret}"));
        assert_eq!(signed.city.send(ask.body(Body::empty()).unwrap()).await.status(), 200, "{scheme} {path}");
    }
    for wrong in ["Basic", "Bearer2", "Bear"] {
        let ask =
            request("GET", "/api/session", "").header(header::AUTHORIZATION, format!("{wrong} {}", signed.session));
        assert_eq!(signed.city.send(ask.body(Body::empty()).unwrap()).await.status(), 401, "{wrong}");
    }
    let basic = Base64::encode_string(format!("oa:{}", signed.secret).as_bytes());
    let code = signed.code().await;
    let ask = request("POST", "/oauth/token", "")
        .header(header::AUTHORIZATION, format!("basic {basic}"))
        .header(header::CONTENT_TYPE, "Application/X-WWW-Form-Urlencoded");
    let ask = ask.body(Body::from(encoded(&code_form(&code)))).unwrap();
    assert_eq!(signed.city.send(ask).await.status(), 200);
}

#[tokio::test]
async fn an_address_that_can_not_stand_in_a_header_is_not_registered() {
    let signed = Signed::new().await;
    let security = sign_in(&signed.city, "secadmin").await;
    for wrong in ["https://oa.test/back\r\nSet-Cookie: x=1", "https://oa.test/\tback", "https://oa.test/回调"] {
        for field in ["redirect_uris", "signed_out_uris", "home_url", "sign_out_uri"] {
            let mut draft = draft();
            draft["client_id"] = json!("broken");
            draft[field] = if field.ends_with("uris") { json!([wrong]) } else { json!(wrong) };
            let (status, problem) = signed.city.post(&security, "/api/systems", draft).await;
            assert_eq!(status, 422, "{field}: {problem}");
            assert!(problem["errors"][0]["pointer"].as_str().unwrap().starts_with(&format!("/{field}")), "{problem}");
        }
        // One that was registered before leads nowhere, and is nobody's fault.
        sqlx::query("update client_system set redirect_uris = array[$1] where client_id = 'oa'")
            .bind(wrong)
            .execute(&mut signed.city.sql().await)
            .await
            .unwrap();
        let to = location(&browse(&signed.city, &signed.session, &question(&[("redirect_uri", wrong)])).await);
        assert_eq!(to, "/signin/refused?why=redirect");
    }
}
