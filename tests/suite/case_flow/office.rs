//! A city with somebody in every role that works on cases.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use gridhall::modules::identity::console::{self, Newcomer};
use serde_json::{Value, json};

use crate::{
    common::{City, read_json, request},
    identity::{PASSWORD, sign_in},
};

/// A city with somebody in every role.
pub(super) struct Office {
    pub(super) city: City,
    pub(super) sessions: BTreeMap<&'static str, String>,
    pub(super) accounts: BTreeMap<&'static str, i64>,
    pub(super) units: BTreeMap<&'static str, i64>,
    pub(super) place: (f64, f64),
    pub(super) grid: i64,
}

impl Office {
    pub(super) async fn open() -> Self {
        let city = City::small().await;
        let mut sql = city.sql().await;
        // A grid of a county, and a place in it.
        let (grid, lon, lat): (i64, f64, f64) = sqlx::query_as(
            "select code, st_x(p), st_y(p) from (select code, st_pointonsurface(geom) p from region
             where level = 5 and valid_to is null and code / 1000000000 = 360502 order by code limit 1) g",
        )
        .fetch_one(&mut sql)
        .await
        .unwrap();
        let at = |digits: u32| (grid / 10_i64.pow(15 - digits)).to_string();
        let (own, community, street, county) = (grid.to_string(), at(12), at(9), at(6));
        let people: [(&'static str, &str, &str, &str); 10] = [
            ("worker", "grid_worker", "网格", &own),
            ("other_worker", "grid_worker", "网格", &own),
            ("community", "community_lead", "测试社区居委会", &community),
            ("street", "street_dispatcher", "测试街道综治中心", &street),
            ("street_lead", "street_lead", "测试街道综治中心", &street),
            ("supervisor", "district_supervisor", "测试监督中心", &county),
            ("chief", "district_duty_chief", "测试监督中心", &county),
            ("dispatcher", "district_dispatcher", "测试指挥中心", &county),
            ("handler", "dept_handler", "测试城管局", &county),
            ("helper", "dept_handler", "测试环卫所", &county),
        ];
        let (mut sessions, mut accounts) = (BTreeMap::new(), BTreeMap::new());
        for (login, role, agency, region) in people {
            let who = Newcomer { login, name: login, role, agency, region: region.parse().unwrap() };
            let id = console::let_in(&mut sql, &who).await.unwrap();
            console::set_password(&mut sql, id, PASSWORD).await.unwrap();
            sqlx::query("update account set must_change = false where id = $1").bind(id).execute(&mut sql).await.ok();
            accounts.insert(login, id);
            sessions.insert(login, sign_in(&city, login).await);
        }
        let mut units = BTreeMap::new();
        for (key, name) in [("handler", "测试城管局"), ("helper", "测试环卫所"), ("community", "测试社区居委会")]
        {
            let id: i64 = sqlx::query_scalar("select id from agency where name = $1")
                .bind(name)
                .fetch_one(&mut sql)
                .await
                .unwrap();
            units.insert(key, id);
        }
        Self { city, sessions, accounts, units, place: (lon, lat), grid }
    }

    pub(super) async fn send(
        &self,
        who: &str,
        method: &str,
        path: &str,
        body: Value,
        key: &str,
    ) -> (StatusCode, Value) {
        let mut request = request(method, path, &self.sessions[who]).header(header::CONTENT_TYPE, "application/json");
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        read_json(self.city.send(request.body(Body::from(body.to_string())).unwrap()).await).await
    }

    pub(super) async fn report(&self, who: &str, more: Value) -> i64 {
        let mut report = json!({"category": "E0505", "lon": self.place.0, "lat": self.place.1, "detail": "乱堆杂物", "address": "仙来大道"});
        report.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (status, said) = self.send(who, "POST", "/api/cases", report, "").await;
        assert_eq!(status, StatusCode::CREATED, "{said}");
        said["id"].as_i64().unwrap()
    }

    pub(super) async fn act(&self, who: &str, case: i64, action: &str, draft: Value) -> (StatusCode, Value) {
        self.send(who, "POST", &format!("/api/cases/{case}/actions/{action}"), draft, "").await
    }

    pub(super) async fn does(&self, who: &str, case: i64, action: &str, draft: Value) -> Value {
        let (status, said) = self.act(who, case, action, draft).await;
        assert_eq!(status, StatusCode::OK, "{who} {action}: {said}");
        said
    }

    pub(super) async fn refused(&self, who: &str, case: i64, action: &str, draft: Value) -> (StatusCode, String) {
        let (status, said) = self.act(who, case, action, draft).await;
        (status, said["rule"].as_str().unwrap_or_default().to_owned())
    }

    pub(super) async fn case(&self, who: &str, id: i64) -> Value {
        let (status, said) = self.send(who, "GET", &format!("/api/cases/{id}"), json!({}), "").await;
        assert_eq!(status, StatusCode::OK, "{said}");
        said
    }

    pub(super) async fn tasks(&self, who: &str, query: &str) -> Vec<Value> {
        let (status, said) = self.send(who, "GET", &format!("/api/tasks?limit=200{query}"), json!({}), "").await;
        assert_eq!(status, StatusCode::OK, "{said}");
        said["items"].as_array().unwrap().clone()
    }

    /// A case that was accepted, filed and dispatched to a unit with a helper.
    pub(super) async fn dispatched(&self, more: Value) -> i64 {
        let case = self.report("worker", more).await;
        self.does("supervisor", case, "accept", json!({"duplicates_seen": true})).await;
        self.does("chief", case, "file", json!({"level": 1})).await;
        let draft = json!({"unit": self.units["handler"], "helpers": [self.units["helper"]]});
        self.does("dispatcher", case, "dispatch", draft).await;
        case
    }
}
