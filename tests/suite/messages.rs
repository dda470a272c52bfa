//! Messages: whom they are for reads them, once, in their own language.

use axum::http::{StatusCode, header};
use chrono::{TimeDelta, Utc};
use gridhall::modules::audit::look;
use serde_json::{Value, json};

use crate::{
    common::{City, read_json, request},
    identity::{let_in, sign_in},
};

async fn told(city: &City, secret: &str) -> Vec<(String, String, bool)> {
    let (status, page) = city.json(secret, "/api/messages").await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let said = page["items"].as_array().unwrap().iter().map(|one| {
        let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
        (text("kind"), text("text"), one["read_at"].is_null())
    });
    said.collect()
}

async fn unread(city: &City, secret: &str) -> i64 {
    city.json(secret, "/api/messages/unread").await.1["unread"].as_i64().unwrap()
}

#[tokio::test]
async fn who_may_decide_a_request_is_told_and_who_asked_hears_what_became_of_it() {
    let city = City::small().await;
    for (login, role, region) in [
        ("sysadmin", "sysadmin", "3605"),
        ("secadmin", "secadmin", "3605"),
        ("zhang", "grid_worker", "360502001009002"),
    ] {
        let_in(&city, login, role, region).await;
    }
    let (system, security) = (sign_in(&city, "sysadmin").await, sign_in(&city, "secadmin").await);
    let worker = sign_in(&city, "zhang").await;
    let (_, accounts) = city.json(&system, "/api/accounts?q=zhang").await;
    let (_, posts) = city.json(&system, "/api/posts?limit=500").await;
    let post = posts["items"].as_array().unwrap().iter().find(|post| post["role"] == "community_lead").unwrap();
    let wish = json!({"account_id": accounts["items"][0]["id"], "post_id": post["id"], "reason": "调岗"});
    let (status, asked) = city.post(&system, "/api/rights-requests", wish).await;
    assert_eq!(status, 201, "{asked}");
    assert_eq!(
        told(&city, &security).await,
        [("identity.request_waits".to_owned(), "sysadmin 提出的申请待您审批。".to_owned(), true)]
    );
    assert_eq!((unread(&city, &system).await, unread(&city, &worker).await), (0, 0), "nobody else is told");
    let decision = json!({"granted": false, "note": "材料不全"});
    let path = format!("/api/rights-requests/{}/decision", asked["id"]);
    assert_eq!(city.post(&security, &path, decision).await.0, 204);
    assert_eq!(
        told(&city, &system).await,
        [("identity.request_refused".to_owned(), "secadmin 驳回了您的申请：材料不全".to_owned(), true)]
    );
    // In English for who reads English.
    let asked = request("GET", "/api/messages?unread=true", &system).header(header::ACCEPT_LANGUAGE, "en");
    let (_, page) = read_json(city.send(asked.body(axum::body::Body::empty()).unwrap()).await).await;
    assert_eq!(page["items"][0]["text"], "secadmin has refused your request: 材料不全");
    // What another account was told can't be marked as read, nor is it seen.
    let (_, own) = city.json(&security, "/api/messages").await;
    let seen = json!({"id": own["items"][0]["id"], "all_before": true});
    assert_eq!(city.post(&worker, "/api/messages/read", seen.clone()).await.0, 204);
    assert_eq!(unread(&city, &security).await, 1);
    assert_eq!(city.post(&security, "/api/messages/read", seen).await.0, 204);
    assert_eq!(unread(&city, &security).await, 0);
    assert!(!told(&city, &security).await[0].2, "read, it stays");
    // A token has none.
    let token = city.token(&["3605"], &["map.read"]).await;
    assert_eq!((city.json(&token, "/api/messages").await.0.as_u16(), unread(&city, &token).await), (409, 0));
}

#[tokio::test]
async fn the_auditor_of_the_whole_city_is_told_of_an_alert_once() {
    let city = City::small().await;
    let_in(&city, "auditor", "auditor", "3605").await;
    let_in(&city, "auditor2", "auditor", "360502").await;
    let poor = city.token(&["3605"], &["map.read"]).await;
    let (whole, county) = (sign_in(&city, "auditor").await, sign_in(&city, "auditor2").await);
    let mut sql = city.sql().await;
    for round in 1..=2 {
        for _ in 0..12 {
            assert_eq!(city.json(&poor, "/api/nearby?lon=114.93&lat=27.81&layer=person").await.0, 403);
        }
        city.map.app.db.settle_notes().await;
        look(&city.map.app.db, Utc::now() + TimeDelta::seconds(round)).await.unwrap();
        let alerts: i64 = sqlx::query_scalar("select count(*) from audit_alert").fetch_one(&mut sql).await.unwrap();
        let said = told(&city, &whole).await;
        assert!(alerts >= 1 && said.iter().any(|(_, text, _)| text.contains("test（12 次）")), "{said:?}");
        // Each once, though it grows.
        assert_eq!(said.iter().filter(|(kind, ..)| kind == "audit.alert").count(), usize::try_from(alerts).unwrap());
        assert_eq!(told(&city, &county).await, [], "who audits a county is told of none");
    }
}

#[tokio::test]
async fn the_database_keeps_messages_to_their_reader() {
    let city = City::small().await;
    let (first, second) = (
        let_in(&city, "zhang", "grid_worker", "360502001009002").await,
        let_in(&city, "li", "grid_worker", "360502001009002").await,
    );
    let mut sql = city.sql().await;
    for key in [Some("a"), Some("a"), None, None] {
        sqlx::query("select tell($1, 'test.told', $2, '', '', '{}')")
            .bind(vec![first, second])
            .bind(key)
            .execute(&mut sql)
            .await
            .unwrap();
    }
    for (login, account) in [("zhang", first), ("li", second)] {
        let secret = sign_in(&city, login).await;
        assert_eq!(unread(&city, &secret).await, 3, "one of a key, and two of none");
        let (_, page) = city.json(&secret, "/api/messages").await;
        let ids: Vec<i64> = page["items"].as_array().unwrap().iter().filter_map(|one| one["id"].as_i64()).collect();
        let own: Vec<i64> = sqlx::query_scalar("select id from message where account_id = $1 order by id desc")
            .bind(account)
            .fetch_all(&mut sql)
            .await
            .unwrap();
        assert_eq!(ids, own);
        // A kind that nobody declares any more.
        assert_eq!((&page["items"][0]["title"], &page["items"][0]["page"]), (&json!("test.told"), &Value::Null));
    }
}
