//! Every route of the OpenAPI document, called as nobody, as somebody without its permission, and as a grid worker from
//! next door. A route that isn't in the table fails the suite, so that none is added without a thought of who may use it.

use std::collections::{BTreeMap, BTreeSet};

use axum::{body::Body, http::header};
use serde_json::{Value, json};

use crate::{
    common::{City, files_folder, read_bytes, request},
    identity::{let_in, sign_in},
    mvt,
};

/// What a worker from next door gets.
enum Next {
    /// The route tells of no region's data, or only of one's own; the reason is said.
    Own(#[expect(dead_code, reason = "said for who reads the table")] &'static str),
    /// 404.
    NotFound,
    /// An answer without what is written of the other grid.
    Without(&'static [&'static str]),
    /// A tile without the ids.
    Tile,
    /// What they send about the other grid is refused by its field.
    Refused,
}
use Next::{NotFound, Own, Refused, Tile, Without};

/// A route's place: the permission that it asks for (none for who is signed in at all; one of several by |), what the
/// neighbour gets, the address to call and the body to send. `{…}` stands for what is in the other grid.
pub(crate) struct Place {
    pub(crate) route: &'static str,
    permission: &'static str,
    next: Next,
    pub(crate) path: &'static str,
    pub(crate) body: &'static str,
}

const fn place(
    route: &'static str,
    permission: &'static str,
    next: Next,
    path: &'static str,
    body: &'static str,
) -> Place {
    Place { route, permission, next, path, body }
}

const ACCOUNT: Next = Own("one's own account");
const AUDIT: Next = Own("entries of one's own regions, or only for the whole city; both tried in audit.rs");
const SYNC: Next = Own("made in one's own regions; tried in scim.rs");
const SENT: Next = Own("what one sent oneself; tried in case_flow/files.rs");
const CITY: Next = Own("the same for the whole city");

#[rustfmt::skip]
pub(crate) const PLACES: &[Place] = &[
    place("GET /api/account", "", ACCOUNT, "/api/account", ""),
    place("GET /api/account/certificates", "", ACCOUNT, "/api/account/certificates", ""),
    place("POST /api/account/notices/seen", "", ACCOUNT, "/api/account/notices/seen", r#"{"up_to":1}"#),
    place("POST /api/account/password", "", ACCOUNT, "/api/account/password", r#"{"current":"a","password":"b"}"#),
    place("POST /api/account/second-factor", "", ACCOUNT, "/api/account/second-factor", r#"{"password":"a"}"#),
    place("PUT /api/account/second-factor", "", ACCOUNT, "/api/account/second-factor", r#"{"code":"1"}"#),
    place("DELETE /api/account/second-factor", "", ACCOUNT, "/api/account/second-factor", r#"{"password":"a"}"#),
    place("DELETE /api/account/sessions", "", ACCOUNT, "/api/account/sessions", ""),
    place("DELETE /api/account/sessions/{id}", "", ACCOUNT, "/api/account/sessions/1", ""),
    place("GET /api/accounts", "identity.read", Without(&["{account}"]), "/api/accounts?limit=500", ""),
    place("POST /api/accounts", "identity.manage", Refused, "/api/accounts", r#"{"agency_id":{agency},"login":"spy","name":"x"}"#),
    place("GET /api/accounts/{id}", "identity.read", NotFound, "/api/accounts/{account}", ""),
    place("PUT /api/accounts/{id}", "identity.manage", NotFound, "/api/accounts/{account}", r#"{"agency_id":{own_agency},"name":"x"}"#),
    place("POST /api/certificates/read", "identity.secure", Own("the certificate that is sent"), "/api/certificates/read", r#"{"certificate":"x"}"#),
    place("GET /api/accounts/{id}/certificates", "identity.secure", NotFound, "/api/accounts/{account}/certificates", ""),
    place("POST /api/accounts/{id}/certificates", "identity.secure", NotFound, "/api/accounts/{account}/certificates", r#"{"certificate":"x"}"#),
    place("DELETE /api/accounts/{id}/certificates/{certificate}", "identity.secure", NotFound, "/api/accounts/{account}/certificates/{certificate}", ""),
    place("POST /api/accounts/{id}/invitation", "identity.manage", NotFound, "/api/accounts/{account}/invitation", r#"{"reason":"x"}"#),
    place("POST /api/accounts/import", "identity.manage", Own("a workbook; put next door in people_import.rs"), "/api/accounts/import", "x"),
    place("GET /api/accounts/import/template", "identity.manage", Own("a workbook; read in people_import.rs"), "/api/accounts/import/template", ""),
    place("PUT /api/accounts/{id}/state", "identity.manage", NotFound, "/api/accounts/{account}/state", r#"{"state":"suspended","reason":"x"}"#),
    place("GET /api/agencies", "identity.read", Without(&["{agency}"]), "/api/agencies?limit=500", ""),
    place("POST /api/agencies", "identity.manage", Refused, "/api/agencies", r#"{"region":{grid},"name":"x","kind":"grid"}"#),
    place("PUT /api/agencies/{id}", "identity.manage", NotFound, "/api/agencies/{agency}", r#"{"region":{own_grid},"name":"x","kind":"grid"}"#),
    place("DELETE /api/agencies/{id}", "identity.manage", NotFound, "/api/agencies/{agency}", ""),
    place("POST /api/areas/report", "map.read", NotFound, "/api/areas/report", r#"{"format":"csv","areas":[{"area":{"region":"{grid}"}}]}"#),
    place("POST /api/areas/statistics", "map.read", NotFound, "/api/areas/statistics", r#"{"region":"{grid}"}"#),
    place("GET /api/authorities", "identity.secure", CITY, "/api/authorities", ""),
    place("POST /api/authorities", "identity.secure", CITY, "/api/authorities", r#"{"name":"x","certificate":"x"}"#),
    place("DELETE /api/authorities/{id}", "identity.secure", CITY, "/api/authorities/1", ""),
    place("POST /api/authorities/{id}/crl", "identity.secure", CITY, "/api/authorities/1/crl", "x"),
    place("GET /api/audit", "audit.read", AUDIT, "/api/audit", ""),
    place("GET /api/audit/alerts", "audit.read", AUDIT, "/api/audit/alerts", ""),
    place("POST /api/audit/alerts/{id}/acknowledge", "audit.read", AUDIT, "/api/audit/alerts/1/acknowledge", r#"{"note":"x"}"#),
    place("GET /api/audit/export", "audit.read", AUDIT, "/api/audit/export", ""),
    place("GET /api/audit/rules", "audit.read", AUDIT, "/api/audit/rules", ""),
    place("PUT /api/audit/rules/{kind}", "audit.read", AUDIT, "/api/audit/rules/mass_read", r#"{"enabled":true,"threshold":300,"minutes":10,"hour_from":0,"hour_to":0}"#),
    place("POST /api/audit/check", "audit.read", AUDIT, "/api/audit/check", ""),
    place("GET /api/audit/seals", "audit.read", CITY, "/api/audit/seals", ""),
    place("GET /api/audit/timeline", "audit.read", AUDIT, "/api/audit/timeline", ""),
    place("GET /api/basemaps", "", CITY, "/api/basemaps", ""),
    place("GET /api/calendar", "", CITY, "/api/calendar", ""),
    place("PUT /api/calendar/hours/{valid_from}", "calendar.manage", CITY, "/api/calendar/hours/2027-01-01", r#"{"weekdays":[1],"periods":[{"start":480,"end":720}]}"#),
    place("DELETE /api/calendar/hours/{valid_from}", "calendar.manage", CITY, "/api/calendar/hours/2000-01-01", ""),
    place("GET /api/calendar/limit", "", CITY, "/api/calendar/limit?unit=working_days&amount=5", ""),
    place("POST /api/calendar/notice", "calendar.manage", CITY, "/api/calendar/notice", r#"{"text":"x"}"#),
    place("GET /api/calendar/years/{year}", "", CITY, "/api/calendar/years/2026", ""),
    place("PUT /api/calendar/years/{year}", "calendar.manage", CITY, "/api/calendar/years/2027", r#"{"version":0,"source":"x","days":[]}"#),
    place("POST /api/cases", "case.report", Refused, "/api/cases", r#"{"category":"E0505","lon":{lon},"lat":{lat},"detail":"x"}"#),
    place("POST /api/cases/{id}/actions/{action}", "case.accept", NotFound, "/api/cases/{case}/actions/accept", r#"{"duplicates_seen":true}"#),
    place("GET /api/cases/{id}/alike", "case.read", NotFound, "/api/cases/{case}/alike", ""),
    place("GET /api/cases/{id}/files/{file}", "case.read|case.handle", NotFound, "/api/cases/{case}/files/{file}", ""),
    place("POST /api/cases/{id}/comments", "case.read|case.handle", NotFound, "/api/cases/{case}/comments", r#"{"text":"x"}"#),
    place("POST /api/files", "", SENT, "/api/files", ""),
    place("HEAD /api/files/{key}", "", SENT, "/api/files/00000000000000000000000000000000", ""),
    place("GET /api/files/{key}", "", SENT, "/api/files/00000000000000000000000000000000", ""),
    place("PATCH /api/files/{key}", "", SENT, "/api/files/00000000000000000000000000000000", "x"),
    place("DELETE /api/files/{key}", "", SENT, "/api/files/00000000000000000000000000000000", ""),
    place("GET /api/cases/{id}/candidates", "case.read|case.handle", NotFound, "/api/cases/{case}/candidates", ""),
    place("GET /api/flow/definitions/{name}", "case.read|case.accept|case.check|case.file|case.dispatch|case.handle|case.close|case.supervise", Own("counts of one's own regions; tried in case_flow.rs"), "/api/flow/definitions/case", ""),
    place("GET /api/tasks", "", Without(&["\"region\":{grid}"]), "/api/tasks?limit=200", ""),
    place("POST /api/tasks/{id}/claim", "", NotFound, "/api/tasks/{task}/claim", ""),
    place("POST /api/tasks/{id}/hand-over", "", NotFound, "/api/tasks/{task}/hand-over", r#"{"account":{account}}"#),
    place("POST /api/tasks/{id}/release", "", NotFound, "/api/tasks/{task}/release", ""),
    place("GET /api/cases", "case.read|case.handle", Without(&["\"region\":{grid}"]), "/api/cases?limit=200", ""),
    place("GET /api/cases/{id}", "case.read|case.handle", NotFound, "/api/cases/{case}", ""),
    place("GET /api/cases/by-region", "map.read", Without(&["{grid}"]), "/api/cases/by-region?level=grid", ""),
    place("GET /api/cases/figures", "map.read", NotFound, "/api/cases/figures?region={grid}", ""),
    place("GET /api/cases/statistics", "case.read", NotFound, "/api/cases/statistics?region={grid}", ""),
    place("GET /api/cases/moments", "map.read", NotFound, "/api/cases/moments?region={grid}&from={from}&to={to}", ""),
    place("GET /api/city", "map.read", Own("one's own regions, and how many there are in the city"), "/api/city", ""),
    place("GET /api/codes", "", CITY, "/api/codes", ""),
    place("GET /api/coordinates", "map.read", CITY, "/api/coordinates?lon=114.9&lat=27.8", ""),
    place("GET /api/export-requests", "export.approve|directory.export", Without(&["\"id\":{export}"]), "/api/export-requests", ""),
    place("POST /api/export-requests/{id}/decision", "export.approve", NotFound, "/api/export-requests/{export}/decision", r#"{"granted":true}"#),
    place("DELETE /api/holdings/{id}", "identity.manage", NotFound, "/api/holdings/{holding}", ""),
    place("GET /api/identity-policy", "identity.read", CITY, "/api/identity-policy", ""),
    place("PUT /api/identity-policy", "identity.secure", CITY, "/api/identity-policy", r#"{"password_length":10,"password_history":5,"password_days":90,"idle_minutes":60,"session_hours":12,"dormant_days":90,"plain_records":100,"match_citizen_id":false}"#),
    place("GET /api/layers/{layer}/export", "directory.export", Without(&["{lon_start}"]), "/api/layers/person/export?format=csv&purpose=test", ""),
    place("POST /api/layers/{layer}/export-requests", "person.clear", NotFound, "/api/layers/person/export-requests", r#"{"region":"{grid}","purpose":"test"}"#),
    place("POST /api/layers/{layer}/import", "directory.write", Without(&["\"inserted\":1"]), "/api/layers/organisation/import?name=a.csv&strict=true", "external_id,name,lon,lat\nspy-1,x,{lon},{lat}\n"),
    place("GET /api/live", "map.read", Own("a stream; followed in http.rs"), "/api/live", ""),
    place("GET /api/locate", "map.read", Without(&["{grid}", "{building}"]), "/api/locate?lon={lon}&lat={lat}", ""),
    place("GET /api/messages", "", ACCOUNT, "/api/messages", ""),
    place("POST /api/messages/read", "", ACCOUNT, "/api/messages/read", r#"{"id":1}"#),
    place("GET /api/messages/unread", "", ACCOUNT, "/api/messages/unread", ""),
    place("GET /api/forms/{name}", "", Own("a form of one's permissions; read in forms.rs"), "/api/forms/agency", ""),
    place("GET /api/modules", "", Own("what the modules declare; read in modules.rs"), "/api/modules", ""),
    place("GET /api/measures", "map.read", Without(&["{grid}"]), "/api/measures?level=grid", ""),
    place("GET /api/nearby", "map.read", Without(&["{building}"]), "/api/nearby?lon={lon}&lat={lat}&layer=building&radius_m=300&limit=100", ""),
    place("GET /api/people/{id}", "person.read", NotFound, "/api/people/{person}", ""),
    place("POST /api/people/{id}/unmask", "person.clear", NotFound, "/api/people/{person}/unmask", r#"{"fields":["phone"],"purpose":"visit"}"#),
    place("GET /api/portal", "", ACCOUNT, "/api/portal", ""),
    place("GET /api/posts", "identity.read", Without(&["{grid}"]), "/api/posts?limit=500", ""),
    place("POST /api/posts", "identity.manage", Refused, "/api/posts", r#"{"agency_id":{own_agency},"role":"grid_worker","name":"x","regions":[{grid}]}"#),
    place("DELETE /api/posts/{id}", "identity.manage", NotFound, "/api/posts/{post}", ""),
    place("GET /api/regions/labels.geojson", "map.read", Without(&["{grid}"]), "/api/regions/labels.geojson", ""),
    place("POST /api/regions/report", "map.read", Without(&["{grid_name}"]), "/api/regions/report", r#"{"format":"csv","title":"t","rows":[{"region":"{grid}","value":1}]}"#),
    place("GET /api/regions/{code}", "map.read|identity.read|audit.read", NotFound, "/api/regions/{grid}", ""),
    place("GET /api/regions/{code}/boundary", "map.read", NotFound, "/api/regions/{grid}/boundary", ""),
    place("GET /api/regions/{code}/versions", "map.read", NotFound, "/api/regions/{grid}/versions", ""),
    place("GET /api/rights-requests", "identity.read", Without(&["\"id\":{request}"]), "/api/rights-requests?limit=500", ""),
    place("POST /api/rights-requests", "identity.manage", Own("a token can't ask; tried with an account in identity.rs"), "/api/rights-requests", r#"{"account_id":{account},"post_id":{post},"reason":"x"}"#),
    place("POST /api/rights-requests/{id}/decision", "identity.secure|identity.manage", Own("a token can't decide; the request lies in its region's scope"), "/api/rights-requests/{request}/decision", r#"{"granted":true}"#),
    place("GET /api/roles", "identity.read", CITY, "/api/roles", ""),
    place("PUT /api/roles/{code}/permissions", "identity.manage", CITY, "/api/roles/citizen/permissions", r#"{"permissions":[],"reason":"x"}"#),
    place("GET /api/saved", "map.read", ACCOUNT, "/api/saved", ""),
    place("POST /api/saved", "map.read", ACCOUNT, "/api/saved", r#"{"kind":"view","name":"x","body":{}}"#),
    place("DELETE /api/saved/{id}", "map.read", NotFound, "/api/saved/{saved}", ""),
    place("GET /api/search", "map.read", Without(&["{person}"]), "/api/search?q={person_name}&limit=50", ""),
    place("GET /api/session", "", ACCOUNT, "/api/session", ""),
    place("DELETE /api/session", "", ACCOUNT, "/api/session", ""),
    place("PUT /api/session/post", "", ACCOUNT, "/api/session/post", r#"{"holding":1}"#),
    place("GET /api/sign-in-providers", "identity.read", CITY, "/api/sign-in-providers", ""),
    place("POST /api/sign-in-providers", "identity.secure", CITY, "/api/sign-in-providers", r#"{"name":"x","issuer":"https://x.test","client_id":"x","client_secret":"x","match_by":"login"}"#),
    place("POST /api/sign-in-providers/{id}/agreement", "identity.manage", CITY, "/api/sign-in-providers/1/agreement", ""),
    place("DELETE /api/sign-in-providers/{id}", "identity.secure", CITY, "/api/sign-in-providers/1", ""),
    place("GET /api/systems", "identity.read", CITY, "/api/systems", ""),
    place("POST /api/systems", "identity.secure", CITY, "/api/systems", r#"{"client_id":"spy","name":"x","redirect_uris":["https://x.test/"],"confidential":true}"#),
    place("PUT /api/systems/{id}", "identity.secure", CITY, "/api/systems/1", r#"{"client_id":"spy","name":"x","redirect_uris":["https://x.test/"],"confidential":true}"#),
    place("DELETE /api/systems/{id}", "identity.secure", CITY, "/api/systems/1", ""),
    place("POST /api/systems/{id}/secret", "identity.secure", CITY, "/api/systems/1/secret", ""),
    place("PUT /api/wall/picture", "wall.direct", NotFound, "/api/wall/picture", r#"{"screens":[{screen}],"picture":{}}"#),
    place("GET /api/wall/scenes", "map.read", Without(&["{scene}"]), "/api/wall/scenes", ""),
    place("POST /api/wall/scenes", "wall.direct", Own("made in one's own region"), "/api/wall/scenes", r#"{"name":"x","picture":{}}"#),
    place("PUT /api/wall/scenes/{id}", "wall.direct", NotFound, "/api/wall/scenes/{scene}", r#"{"name":"x","picture":{}}"#),
    place("DELETE /api/wall/scenes/{id}", "wall.direct", NotFound, "/api/wall/scenes/{scene}", ""),
    place("GET /api/wall/screens", "wall.direct", Without(&["{screen}"]), "/api/wall/screens", ""),
    place("POST /api/wall/screens", "wall.direct", Own("made in one's own region"), "/api/wall/screens", r#"{"name":"x"}"#),
    place("DELETE /api/wall/screens/{id}", "wall.direct", NotFound, "/api/wall/screens/{screen}", ""),
    place("POST /api/wall/screens/{id}/renewal", "wall.direct", NotFound, "/api/wall/screens/{screen}/renewal", ""),
    place("GET /api/wall/screens/{id}/follow", "map.read", NotFound, "/api/wall/screens/{screen}/follow", ""),
    place("GET /ogc", "", CITY, "/ogc", ""),
    place("GET /ogc/collections", "", Own("how many are in one's own scope"), "/ogc/collections", ""),
    place("GET /ogc/collections/{layer}", "map.read", Own("how many are in one's own scope"), "/ogc/collections/building", ""),
    place("GET /ogc/collections/{layer}/items", "map.read", Without(&["{building}"]), "/ogc/collections/building/items?limit=10000", ""),
    place("GET /ogc/collections/{layer}/items/{id}", "map.read", NotFound, "/ogc/collections/building/items/{building}", ""),
    place("GET /ogc/conformance", "", CITY, "/ogc/conformance", ""),
    place("POST /scim/v2/.search", "identity.sync", CITY, "/scim/v2/.search", ""),
    place("GET /scim/v2/Groups", "identity.sync", Without(&["\"id\":\"{agency}\""]), "/scim/v2/Groups?count=500", ""),
    place("POST /scim/v2/Groups", "identity.sync", SYNC, "/scim/v2/Groups", r#"{"displayName":"x"}"#),
    place("POST /scim/v2/Groups/.search", "identity.sync", Without(&["\"id\":\"{agency}\""]), "/scim/v2/Groups/.search", r#"{"filter":"id eq \"{agency}\""}"#),
    place("GET /scim/v2/Groups/{id}", "identity.sync", NotFound, "/scim/v2/Groups/{agency}", ""),
    place("PUT /scim/v2/Groups/{id}", "identity.sync", NotFound, "/scim/v2/Groups/{agency}", r#"{"displayName":"x"}"#),
    place("PATCH /scim/v2/Groups/{id}", "identity.sync", NotFound, "/scim/v2/Groups/{agency}", r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"remove","path":"members"}]}"#),
    place("DELETE /scim/v2/Groups/{id}", "identity.sync", NotFound, "/scim/v2/Groups/{agency}", ""),
    place("GET /scim/v2/ResourceTypes", "identity.sync", CITY, "/scim/v2/ResourceTypes", ""),
    place("GET /scim/v2/ResourceTypes/{name}", "identity.sync", CITY, "/scim/v2/ResourceTypes/User", ""),
    place("GET /scim/v2/Schemas", "identity.sync", CITY, "/scim/v2/Schemas", ""),
    place("GET /scim/v2/Schemas/{urn}", "identity.sync", CITY, "/scim/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:User", ""),
    place("GET /scim/v2/ServiceProviderConfig", "identity.sync", CITY, "/scim/v2/ServiceProviderConfig", ""),
    place("GET /scim/v2/Users", "identity.sync", Without(&["\"id\":\"{account}\""]), "/scim/v2/Users?count=500", ""),
    place("POST /scim/v2/Users", "identity.sync", SYNC, "/scim/v2/Users", r#"{"userName":"made.next.door"}"#),
    place("POST /scim/v2/Users/.search", "identity.sync", Without(&["\"id\":\"{account}\""]), "/scim/v2/Users/.search", r#"{"filter":"userName eq \"there\""}"#),
    place("GET /scim/v2/Users/{id}", "identity.sync", NotFound, "/scim/v2/Users/{account}", ""),
    place("PUT /scim/v2/Users/{id}", "identity.sync", NotFound, "/scim/v2/Users/{account}", r#"{"userName":"there"}"#),
    place("PATCH /scim/v2/Users/{id}", "identity.sync", NotFound, "/scim/v2/Users/{account}", r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"active","value":false}]}"#),
    place("DELETE /scim/v2/Users/{id}", "identity.sync", NotFound, "/scim/v2/Users/{account}", ""),
    place("GET /styles/{name}", "map.read", CITY, "/styles/desk-light.json", ""),
    place("GET /tiles", "map.read", Own("how many are in one's own scope"), "/tiles", ""),
    place("GET /tiles/{layer}", "map.read", CITY, "/tiles/building.json", ""),
    place("GET /tiles/{layer}/{z}/{x}/{y}", "map.read", Tile, "/tiles/building/16/{x}/{y}", ""),
];

/// Every permission that there is.
pub(crate) fn everything() -> Vec<&'static str> {
    gridhall::app::permission_names(gridhall::app::modules())
}

/// Column and row at zoom 16.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a tile's column and row")]
fn tile_at(lon: f64, lat: f64) -> (u32, u32) {
    let sides = f64::from(1 << 16);
    (
        ((lon + 180.0) / 360.0 * sides) as u32,
        ((1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * sides) as u32,
    )
}

/// Two grids beside each other, and what stands in the first by its name in the table.
#[expect(clippy::too_many_lines, reason = "one row after another")]
pub(crate) async fn other_grid(city: &City) -> (String, BTreeMap<&'static str, String>) {
    let mut conn = city.sql().await;
    let (grid, name, building, person, person_name, lon, lat): (i64, String, i64, i64, String, f64, f64) =
        sqlx::query_as(
            "select r.code, r.name, b.id, p.id, p.name, st_x(p.geom), st_y(p.geom)
         from person p join building b on b.id = p.building_id join region r on r.code = p.region and r.valid_to is null
         order by p.id limit 1",
        )
        .fetch_one(&mut conn)
        .await
        .unwrap();
    let own: i64 = sqlx::query_scalar(
        "select code from region where level = 5 and code <> $1 and valid_to is null
         order by (code / 1000 = $1 / 1000) desc, code limit 1",
    )
    .bind(grid)
    .fetch_one(&mut conn)
    .await
    .unwrap();
    let one = async |conn: &mut sqlx::PgConnection, sql: &'static str| -> i64 {
        sqlx::query_scalar(sql).bind(grid).fetch_one(conn).await.unwrap()
    };
    let agency =
        one(&mut conn, "insert into agency (region, name, kind) values ($1, '邻格', 'grid') returning id").await;
    let account = one(
        &mut conn,
        "insert into account (region, agency_id, login, name) select region, id, 'there', '那边' from agency where region = $1 and kind = 'grid' returning id",
    )
    .await;
    let post = one(&mut conn, "select id from post where region = $1 and role_code = 'grid_worker' limit 1").await;
    let holding: i64 = sqlx::query_scalar(
        "insert into holding (region, post_id, account_id, granted_by) values (0, $1, $2, 'test') returning id",
    )
    .bind(post)
    .bind(account)
    .fetch_one(&mut conn)
    .await
    .unwrap();
    let request: i64 = sqlx::query_scalar(
        "insert into rights_request (region, kind, body, reason, requested_by)
         values ($1, 'role', '{\"kind\":\"role\",\"code\":\"citizen\",\"role\":\"x\",\"added\":[]}', 'x', $2) returning id",
    )
    .bind(grid)
    .bind(account)
    .fetch_one(&mut conn)
    .await
    .unwrap();
    let certificate: i64 = sqlx::query_scalar(
        "insert into certificate (account_id, fingerprint, subject, issuer, serial, not_after, der, bound_by)
         values ($1, sha256('there'), 'CN=x', 'CN=y', '1', now() + interval '1 year', 'x', 'test') returning id",
    )
    .bind(account)
    .fetch_one(&mut conn)
    .await
    .unwrap();
    let saved = one(&mut conn, "insert into saved_view (region, owner, kind, name, body) values ($1, 'account:0', 'view', 'x', '{}') returning id").await;
    let scene = one(
        &mut conn,
        "insert into scene (region, name, picture, updated_by) values ($1, 'x', '{}', 'x') returning id",
    )
    .await;
    let screen = one(
        &mut conn,
        "with t as (insert into token (name, hash, regions, permissions) values ('x', sha256('x'), array[$1], '{}') returning id)
         insert into screen (region, name, token_id) select $1, 'x', id from t returning id",
    )
    .await;
    let own_agency: i64 =
        sqlx::query_scalar("insert into agency (region, name, kind) values ($1, '本格', 'grid') returning id")
            .bind(own)
            .fetch_one(&mut conn)
            .await
            .unwrap();
    // Its files are looked at for whose they are, not for how many: see transfer.rs.
    city.export_freely().await;
    let export = one(&mut conn, "insert into export_request (region, layer, purpose, records, requester, requested_by) values ($1, 'person', 'x', 1, 'token:0', 'x') returning id").await;
    // Reported last, so that it is on the first page for who may see it.
    let case = one(&mut conn, "insert into case_record (region, number, category, geom, reported_at) select $1, '2999-9999999', 'C0101', st_pointonsurface(geom), now() from building where region = $1 limit 1 returning id").await;
    gridhall::modules::cases::adopt_open(&city.map.app).await.unwrap();
    let task: i64 = sqlx::query_scalar("select id from flow_task where flow_id = $1")
        .bind(case)
        .fetch_one(&mut conn)
        .await
        .unwrap();
    let file: i64 = sqlx::query_scalar(
        "insert into attachment (region, object_kind, object_id, role, key, name, kind, media_type, size, sha256, added_by, added_name, added_at)
         values ($1, 'case', $2, 'other', repeat('0', 32), 'x', 'document', 'text/plain', 5, sha256('there'), 'token:0', 'x', now()) returning id",
    )
    .bind(grid)
    .bind(case)
    .fetch_one(&mut conn)
    .await
    .unwrap();
    let kept = files_folder().join("files/00");
    std::fs::create_dir_all(&kept).unwrap();
    std::fs::write(kept.join("0".repeat(32)), "there").unwrap();
    let (x, y) = tile_at(lon, lat);
    let now = chrono::Utc::now();
    let names = [
        ("grid", grid.to_string()),
        ("grid_name", name),
        ("own_grid", own.to_string()),
        ("building", building.to_string()),
        ("person", person.to_string()),
        (
            "person_name",
            percent_encoding::utf8_percent_encode(&person_name, percent_encoding::NON_ALPHANUMERIC).to_string(),
        ),
        ("lon", lon.to_string()),
        // As files write it: to seven places.
        ("lon_start", format!("{lon:.5}")[..8].to_owned()),
        ("lat", lat.to_string()),
        ("agency", agency.to_string()),
        ("own_agency", own_agency.to_string()),
        ("account", account.to_string()),
        ("certificate", certificate.to_string()),
        ("post", post.to_string()),
        ("holding", holding.to_string()),
        ("request", request.to_string()),
        ("export", export.to_string()),
        ("case", case.to_string()),
        ("task", task.to_string()),
        ("file", file.to_string()),
        ("saved", saved.to_string()),
        ("scene", scene.to_string()),
        ("screen", screen.to_string()),
        ("x", x.to_string()),
        ("y", y.to_string()),
        ("from", (now - chrono::Duration::days(400)).format("%FT%TZ").to_string()),
        ("to", now.format("%FT%TZ").to_string()),
    ];
    (own.to_string(), names.into_iter().collect())
}

pub(crate) fn filled(text: &str, names: &BTreeMap<&str, String>) -> String {
    names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// Calls a place's address; gives the status and the whole body, but for a stream's, which has no end.
pub(crate) async fn call(city: &City, place: &Place, names: &BTreeMap<&str, String>, token: &str) -> (u16, Vec<u8>) {
    let method = place.route.split(' ').next().unwrap();
    let kind = if place.body.starts_with('{') { "application/json" } else { "text/csv" };
    let mut builder = request(method, &filled(place.path, names), token);
    if !place.body.is_empty() {
        builder = builder.header(header::CONTENT_TYPE, kind);
    }
    let response = city.send(builder.body(Body::from(filled(place.body, names))).unwrap()).await;
    let status = response.status().as_u16();
    let stream = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
    (status, if stream { Vec::new() } else { read_bytes(response).await })
}

/// The routes of the document: whether everybody may call them.
fn documented(city: &City) -> BTreeMap<String, bool> {
    let document: Value =
        serde_json::from_str(&gridhall::app::router(&city.server(), gridhall::app::modules()).1.to_json().unwrap())
            .unwrap();
    let mut routes = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if ["get", "head", "options", "post", "put", "patch", "delete"].contains(&method.as_str()) {
                let open = operation["security"] == json!([{}]);
                routes.insert(format!("{} {path}", method.to_uppercase()), open);
            }
        }
    }
    routes
}

#[tokio::test]
async fn every_route_has_its_place_in_the_table() {
    let city = City::small().await;
    let placed: BTreeSet<&str> = PLACES.iter().map(|place| place.route).collect();
    let documented = documented(&city);
    let closed: BTreeSet<&str> =
        documented.iter().filter(|(_, open)| !**open).map(|(route, _)| route.as_str()).collect();
    assert_eq!(closed.difference(&placed).collect::<Vec<_>>(), Vec::<&&str>::new(), "routes without a place");
    assert_eq!(placed.difference(&closed).collect::<Vec<_>>(), Vec::<&&str>::new(), "places without a route");
    let open: Vec<&str> = documented.iter().filter(|(_, open)| **open).map(|(route, _)| route.as_str()).collect();
    assert_eq!(open, OPEN);
}

/// What everybody may call, signed in or not.
pub(crate) const OPEN: &[&str] = &[
    "GET /.well-known/openid-configuration",
    "GET /api/activation",
    "GET /api/session/providers",
    "GET /oauth/authorize",
    "GET /oauth/jwks",
    "GET /oauth/logout",
    "GET /oauth/userinfo",
    "GET /signin",
    "GET /signin/back",
    "GET /signin/with/{id}",
    "OPTIONS /api/files",
    "POST /api/activation",
    "POST /api/session",
    "POST /api/session/certificate",
    "POST /api/session/challenge",
    "POST /oauth/authorize",
    "POST /oauth/logout",
    "POST /oauth/revoke",
    "POST /oauth/token",
    "POST /oauth/userinfo",
];

#[tokio::test]
async fn nobody_gets_in_anywhere_and_nobody_without_the_permission() {
    let city = City::small().await;
    let (own, names) = other_grid(&city).await;
    let mut wrong = Vec::new();
    for place in PLACES {
        let (status, _) = call(&city, place, &names, "").await;
        if status != 401 {
            wrong.push(format!("{} as nobody: {status}", place.route));
        }
        if place.permission.is_empty() {
            continue;
        }
        let others: Vec<&str> =
            everything().into_iter().filter(|name| place.permission.split('|').all(|one| one != *name)).collect();
        let token = city.token(&["3605"], &others).await;
        let (status, body) = call(&city, place, &names, &token).await;
        if status != 403 {
            wrong.push(format!(
                "{} without {}: {status} {}",
                place.route,
                place.permission,
                String::from_utf8_lossy(&body)
            ));
        }
        // Nor does the permission for one place help at another's.
        let token = city.token(&[&own], &others).await;
        if call(&city, place, &names, &token).await.0 != 403 {
            wrong.push(format!("{} without {} next door", place.route, place.permission));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_worker_from_next_door_finds_nothing_of_the_other_grid() {
    let city = City::small().await;
    let (own, names) = other_grid(&city).await;
    let neighbour = city.token(&[&own], &everything()).await;
    let there = city.token(&[&names["grid"]], &everything()).await;
    let mut wrong = Vec::new();
    for place in PLACES {
        if matches!(place.next, Own(_)) {
            continue;
        }
        let (status, body) = call(&city, place, &names, &neighbour).await;
        let text = String::from_utf8_lossy(&body).into_owned();
        // What is to be missing there is to be found by who may see it: else the test would show nothing.
        let (seen_status, seen) = if place.route.starts_with("GET ") && !place.route.ends_with("/follow") {
            call(&city, place, &names, &there).await
        } else {
            (200, Vec::new())
        };
        let held = match &place.next {
            Own(_) => true,
            NotFound => status == 404 && (seen_status == 200 || place.route.contains("saved")),
            Refused => status == 422,
            Without(parts) => parts.iter().all(|part| {
                let part = filled(part, &names);
                let shown = !place.route.starts_with("GET ") || String::from_utf8_lossy(&seen).contains(&part);
                !text.contains(&part) && shown
            }),
            Tile => {
                let ids = |tile: &[u8]| -> BTreeSet<u64> {
                    mvt::read(tile).iter().flat_map(|layer| &layer.features).filter_map(|feature| feature.id).collect()
                };
                let building: u64 = names["building"].parse().unwrap();
                !ids(&body).contains(&building) && ids(&seen).contains(&building)
            }
        };
        if !held {
            wrong.push(format!(
                "{}: {status}, there {seen_status}: {}",
                place.route,
                text.chars().take(300).collect::<String>()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A route that says 404 to everybody would hold every neighbour off. So whose it is tries the same: what writes is there for
/// them, however it answers, and what is read holds what their neighbours don't find.
#[tokio::test]
async fn what_a_worker_from_next_door_does_not_find_is_there_for_its_owner() {
    let city = City::small().await;
    let (_, mut names) = other_grid(&city).await;
    // Here the grid is one's own.
    for (own, there) in [("own_grid", "grid"), ("own_agency", "agency")] {
        names.insert(own, names[there].clone());
    }
    let token = city.token(&[&names["grid"]], &everything()).await;
    sqlx::query("update saved_view set owner = 'token:' || (select max(id) from token where name = 'test')")
        .execute(&mut city.sql().await)
        .await
        .unwrap();
    // What needs an administrator is a person's to do.
    let mut administrators = Vec::new();
    for role in ["sysadmin", "secadmin"] {
        let_in(&city, role, role, &names["grid"]).await;
        administrators.push(sign_in(&city, role).await);
    }
    let mut places: Vec<&Place> = PLACES
        .iter()
        .filter(|place| !matches!(place.next, Own(_) | Tile) && !place.route.starts_with("GET "))
        .collect();
    // What is done away with can't be found afterwards.
    places.sort_by_key(|place| place.route.starts_with("DELETE "));
    assert!(places.len() > 30, "{}", places.len());
    let mut wrong = Vec::new();
    for place in places {
        let owner = match place.permission {
            "identity.manage" => &administrators[0],
            "identity.secure" => &administrators[1],
            _ => &token,
        };
        let (status, body) = call(&city, place, &names, owner).await;
        let text = String::from_utf8_lossy(&body);
        let held = match &place.next {
            Refused => (200..300).contains(&status),
            Without(parts) => status == 200 && parts.iter().all(|part| text.contains(&filled(part, &names))),
            // It is there, though a test's body may not be what it takes.
            _ => (200..300).contains(&status) || [400, 409, 422].contains(&status),
        };
        if !held {
            wrong.push(format!("{}: {status}: {}", place.route, text.chars().take(300).collect::<String>()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
