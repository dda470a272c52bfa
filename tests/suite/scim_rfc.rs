//! The examples of RFC 7643 and RFC 7644, as they stand there but for ids.

use axum::http::header;
use serde_json::{Value, json};

use crate::scim::{ENTERPRISE, Stand, refusal};

fn values(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().map(|item| item["value"].as_str().unwrap()).collect()
}

/// RFC 7643, 8.3: the full user of 8.2 with the enterprise extension.
const ENTERPRISE_USER: &str = include_str!("scim_user.json");

/// RFC 7643, 8.2.
fn full_user() -> Value {
    let mut user: Value = serde_json::from_str(ENTERPRISE_USER).unwrap();
    user["schemas"] = json!(["urn:ietf:params:scim:schemas:core:2.0:User"]);
    user.as_object_mut().unwrap().remove(ENTERPRISE);
    user
}

#[tokio::test]
async fn the_users_of_the_rfc_are_taken_whole() {
    let stand = Stand::new().await;
    // 8.1
    let minimal = r#"{
     "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
     "id": "2819c223-7f76-453a-919d-413861904646",
     "userName": "bjensen@example.com",
     "meta": {
       "resourceType": "User",
       "created": "2010-01-23T04:56:22Z",
       "lastModified": "2011-05-13T04:42:34Z",
       "version": "W\/\"3694e05e9dff590\"",
       "location": "https://example.com/v2/Users/2819c223-7f76-453a-919d-413861904646"
     }
   }"#;
    let (status, headers, made) = stand.send("POST", "/Users", minimal, &[]).await;
    assert_eq!(status, 201, "{made}");
    let id = made["id"].as_str().unwrap();
    assert_eq!(headers[header::LOCATION].to_str().unwrap(), made["meta"]["location"].as_str().unwrap());
    assert_eq!(headers[header::ETAG].to_str().unwrap(), made["meta"]["version"].as_str().unwrap());
    assert_eq!(made["meta"]["location"], format!("http://localhost/scim/v2/Users/{id}"));
    assert_eq!((&made["userName"], &made["active"]), (&json!("bjensen@example.com"), &json!(true)));
    // Who is of no agency yet is of the topmost; they hold nothing and have no password.
    assert_eq!(made["groups"][0]["display"], "新余市网格化服务管理中心");
    assert_eq!(stand.state(id).await, "invited");
    assert_eq!(stand.get(&format!("/Users/{id}")).await, (200, made.clone()));

    // 8.2, in place of it.
    let (status, full) = stand.call("PUT", &format!("/Users/{id}"), full_user()).await;
    assert_eq!(status, 200, "{full}");
    assert_eq!(
        full["name"],
        json!({"formatted": "Ms. Barbara J Jensen, III", "familyName": "Jensen", "givenName": "Barbara"})
    );
    for name in
        ["userName", "externalId", "displayName", "nickName", "title", "userType", "active", "emails", "phoneNumbers"]
    {
        assert_eq!(full[name], full_user()[name], "{name}");
    }
    // What isn't kept isn't shown, and a password is never taken.
    for name in ["password", "x509Certificates", "addresses", "ims", "photos", "locale"] {
        assert!(full.get(name).is_none(), "{name}");
    }
    let row: (String, String, String, Option<String>, String) =
        sqlx::query_as("select name, email, phone, password, external_id from account where id = $1")
            .bind(id.parse::<i64>().unwrap())
            .fetch_one(&mut stand.city.sql().await)
            .await
            .unwrap();
    assert_eq!(row, ("Babs Jensen".into(), "bjensen@example.com".into(), "555-555-5555".into(), None, "701984".into()));

    // 8.3: the department is the code of an agency, which has to be there.
    let enterprise: Value = serde_json::from_str(ENTERPRISE_USER).unwrap();
    let unknown = refusal(stand.call("PUT", &format!("/Users/{id}"), enterprise.clone()).await);
    assert_eq!((unknown.0, unknown.1.as_str()), (400, "invalidValue"));
    assert_eq!(unknown.2, "No agency has the code Tour Operations (department).");
    let agency = stand.make("/Groups", json!({"displayName": "导游科", "externalId": "Tour Operations"})).await;
    let (status, whole) = stand.call("PUT", &format!("/Users/{id}"), enterprise).await;
    assert_eq!(status, 200, "{whole}");
    assert_eq!(
        whole[ENTERPRISE],
        json!({"employeeNumber": "701984", "costCenter": "4130", "organization": "Universal Studios", "division": "Theme Park", "department": "Tour Operations"})
    );
    assert_eq!(whole["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE]));
    assert_eq!((&whole["groups"][0]["value"], &whole["groups"][0]["type"]), (&json!(agency), &json!("direct")));
    // A whole resource that doesn't speak of the department leaves it.
    let (_, again) = stand.call("PUT", &format!("/Users/{id}"), full_user()).await;
    assert_eq!(again["groups"][0]["value"], agency);
}

/// Babs, Mandy and James, and the group of RFC 7643, 8.4, with the first two.
async fn tour_guides(stand: &Stand) -> (String, [String; 3]) {
    let babs = stand.make("/Users", full_user()).await;
    let mandy = stand.make("/Users", json!({"userName": "mpepperidge", "displayName": "Mandy Pepperidge"})).await;
    let james = stand.make("/Users", json!({"userName": "jsmith", "displayName": "James Smith"})).await;
    let group = r#"{
     "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
     "id": "e9e30dba-f08f-4109-8486-d5c6a331660a",
     "displayName": "Tour Guides",
     "members": [
       {
         "value": "{babs}",
         "$ref": "https://example.com/v2/Users/{babs}",
         "display": "Babs Jensen"
       },
       {
         "value": "{mandy}",
         "$ref": "https://example.com/v2/Users/{mandy}",
         "display": "Mandy Pepperidge"
       }
     ],
     "meta": {
       "resourceType": "Group",
       "created": "2010-01-23T04:56:22Z",
       "lastModified": "2011-05-13T04:42:34Z",
       "version": "W\/\"3694e05e9dff592\"",
       "location": "https://example.com/v2/Groups/e9e30dba-f08f-4109-8486-d5c6a331660a"
     }
   }"#;
    let group = group.replace("{babs}", &babs).replace("{mandy}", &mandy);
    let (status, _, made) = stand.send("POST", "/Groups", &group, &[]).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(values(&made["members"]), [babs.as_str(), mandy.as_str()]);
    assert_eq!(made["members"][0]["display"], "Babs Jensen");
    assert_eq!(made["members"][0]["$ref"], format!("http://localhost/scim/v2/Users/{babs}"));
    (made["id"].as_str().unwrap().to_owned(), [babs, mandy, james])
}

#[tokio::test]
async fn the_group_of_the_rfc_is_changed_as_the_rfc_does() {
    let stand = Stand::new().await;
    let (group, [babs, mandy, james]) = tour_guides(&stand).await;
    let path = format!("/Groups/{group}");
    let (_, user) = stand.get(&format!("/Users/{babs}")).await;
    assert_eq!((&user["groups"][0]["value"], &user["groups"][0]["display"]), (&json!(group), &json!("Tour Guides")));

    // RFC 7644, 3.5.2.1 to 3.5.2.3; after each, who belongs to the group.
    let steps: [(&str, &[&str]); 6] = [
        (
            r#"[{"op":"add","path":"members","value":[{"display":"James Smith","$ref":"https://example.com/v2/Users/{james}","value":"{james}"}]}]"#,
            &[&babs, &mandy, &james],
        ),
        (r#"[{"op":"remove","path":"members[value eq \"{babs}\"]"}]"#, &[&mandy, &james]),
        (r#"[{"op":"remove","path":"members"}]"#, &[]),
        (r#"[{"op":"add","path":"members","value":[{"value":"{babs}"}]}]"#, &[&babs]),
        (
            r#"[{"op":"remove","path":"members[value eq\"{babs}\"]"},{"op":"add","path":"members","value":[{"display":"James Smith","$ref":"https://example.com/v2/Users/{james}","value":"{james}"}]}]"#,
            &[&james],
        ),
        (
            r#"[{"op":"replace","path":"members","value":[{"display":"Babs Jensen","$ref":"https://example.com/v2/Users/{babs}","value":"{babs}"},{"display":"James Smith","$ref":"https://example.com/v2/Users/{james}","value":"{james}"}]}]"#,
            &[&babs, &james],
        ),
    ];
    for (operations, members) in steps {
        let operations = operations.replace("{babs}", &babs).replace("{james}", &james);
        let (status, group) = stand.patch(&path, serde_json::from_str(&operations).unwrap()).await;
        assert_eq!((status, values(&group["members"])), (200, members.to_vec()), "{operations}");
    }
    // As some platforms write it: capitals, and the members to remove as a value.
    let (_, left) = stand.patch(&path, json!([{"op": "Remove", "path": "Members", "value": [{"value": babs}]}])).await;
    assert_eq!(values(&left["members"]), [james.as_str()]);
    // Who left is of the topmost agency again, and a replacement without members leaves them.
    let (_, user) = stand.get(&format!("/Users/{babs}")).await;
    let top = user["groups"][0]["value"].as_str().unwrap().to_owned();
    assert_eq!(user["groups"][0]["display"], "新余市网格化服务管理中心");
    let (_, renamed) = stand.call("PUT", &path, json!({"displayName": "导游科", "externalId": "TG-1"})).await;
    assert_eq!((&renamed["displayName"], &renamed["externalId"]), (&json!("导游科"), &json!("TG-1")));
    assert_eq!(values(&renamed["members"]), [james.as_str()]);
    let out = refusal(stand.patch(&format!("/Groups/{top}"), json!([{"op": "remove", "path": "members"}])).await);
    assert_eq!((out.0, out.1.as_str()), (400, "mutability"));

    // An agency in which somebody is stays; an empty one is closed.
    assert_eq!(refusal(stand.call("DELETE", &path, json!({})).await).0, 409);
    stand.call("PUT", &path, json!({"displayName": "导游科", "members": []})).await;
    assert_eq!(stand.send("DELETE", &path, "", &[]).await.0, 204);
    assert_eq!(refusal(stand.get(&path).await).0, 404);
}

#[tokio::test]
async fn the_user_of_the_rfc_is_changed_as_the_rfc_does() {
    let stand = Stand::new().await;
    let id = stand.make("/Users", json!({"userName": "bjensen", "emails": [{"value": "bjensen@example.com", "type": "work", "primary": true}]})).await;
    let path = format!("/Users/{id}");
    // 3.5.2.1
    let (status, user) = stand.patch(&path, json!([{"op": "add", "value": {"emails": [{"value": "babs@jensen.org", "type": "home"}], "nickname": "Babs"}}])).await;
    assert_eq!((status, values(&user["emails"])), (200, vec!["bjensen@example.com", "babs@jensen.org"]));
    assert_eq!(user["nickName"], "Babs");
    // 3.5.2.2
    let (_, user) = stand
        .patch(&path, json!([{"op": "remove", "path": "emails[type eq \"work\" and value ew \"example.com\"]"}]))
        .await;
    assert_eq!(values(&user["emails"]), ["babs@jensen.org"]);
    // 3.5.2.3: addresses aren't kept, and are passed over.
    for operations in [
        json!([{"op": "replace", "path": "addresses[type eq \"work\"]", "value": {"type": "work", "streetAddress": "911 Universal City Plaza", "locality": "Hollywood", "region": "CA", "postalCode": "91608", "country": "US", "formatted": "911 Universal City Plaza\nHollywood, CA 91608 US", "primary": true}}]),
        json!([{"op": "replace", "path": "addresses[type eq \"work\"].streetAddress", "value": "1010 Broadway Ave"}]),
    ] {
        let (status, same) = stand.patch(&path, operations).await;
        assert_eq!((status, &same), (200, &user));
    }
    let (_, user) = stand.patch(&path, json!([{"op": "replace", "value": {"emails": [{"value": "bjensen@example.com", "type": "work", "primary": true}, {"value": "babs@jensen.org", "type": "home"}], "nickname": "Babs"}}])).await;
    assert_eq!(user["emails"], full_user()["emails"]);

    // Paths with filters, dotted names without a path, the extension's names, and what platforms make of booleans.
    let (_, user) = stand
        .patch(&path, json!([
            {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "babs@example.com"},
            {"op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "13800138000"},
            {"op": "add", "value": {"name.familyName": "王", "NAME.givenname": "芳", format!("{ENTERPRISE}:employeeNumber"): 7}},
            {"op": "replace", "path": "ACTIVE", "value": "False"},
        ]))
        .await;
    assert_eq!(values(&user["emails"]), ["babs@example.com", "babs@jensen.org"]);
    assert_eq!(user["phoneNumbers"], json!([{"value": "13800138000", "type": "mobile"}]));
    assert_eq!((&user["name"], &user["active"]), (&json!({"familyName": "王", "givenName": "芳"}), &json!(false)));
    assert_eq!(user[ENTERPRISE], json!({"employeeNumber": "7"}));
    // One is primary at most: the last that was made so.
    let (_, user) =
        stand.patch(&path, json!([{"op": "replace", "path": "emails[type eq \"home\"].primary", "value": true}])).await;
    assert_eq!((user["emails"][0].get("primary"), &user["emails"][1]["primary"]), (None, &json!(true)));
    let account: (String, String) = sqlx::query_as("select name, email from account where login = 'bjensen'")
        .fetch_one(&mut stand.city.sql().await)
        .await
        .unwrap();
    assert_eq!(account, ("王芳".to_owned(), "babs@jensen.org".to_owned()));
    // Of several operations all are done, or none.
    let half = json!([{"op": "add", "path": "title", "value": "x"}, {"op": "replace", "path": "emails[type eq \"other\"].value", "value": "x"}]);
    assert_eq!(refusal(stand.patch(&path, half).await).1, "noTarget");
    assert_eq!(stand.get(&path).await.1, user);
}

#[tokio::test]
async fn the_filters_of_the_rfc_are_understood() {
    let stand = Stand::new().await;
    stand.make("/Groups", json!({"displayName": "导游科", "externalId": "Tour Operations"})).await;
    let id = stand.make("/Users", serde_json::from_str(ENTERPRISE_USER).unwrap()).await;
    stand
        .make(
            "/Users",
            json!({"userName": "jo", "name": {"familyName": "O'Malley"}, "title": "Intern", "userType": "Intern"}),
        )
        .await;
    // RFC 7644, 3.4.2.2, figure 2, and how many of the two each finds.
    for (filter, count) in [
        (r#"userName eq "bjensen""#, 0),
        (r#"name.familyName co "O'Malley""#, 1),
        (r#"userName sw "J""#, 1),
        (r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J""#, 1),
        (r"title pr", 2),
        (r#"meta.lastModified gt "2011-05-13T04:42:34Z""#, 2),
        (r#"meta.lastModified ge "2011-05-13T04:42:34Z""#, 2),
        (r#"meta.lastModified lt "2011-05-13T04:42:34Z""#, 0),
        (r#"meta.lastModified le "2011-05-13T04:42:34Z""#, 0),
        (r#"title pr and userType eq "Employee""#, 1),
        (r#"title pr or userType eq "Intern""#, 2),
        (r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#, 1),
        (r#"userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")"#, 1),
        (r#"userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")"#, 1),
        (r#"userType eq "Employee" and (emails.type eq "work")"#, 1),
        (r#"userType eq "Employee" and emails[type eq "work" and value co "@example.com"]"#, 1),
        (r#"emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]"#, 1),
        // By what a platform finds somebody again.
        (r#"userName eq "BJensen@example.com""#, 1),
        (r#"externalId eq "701984""#, 1),
        (r#"externalId eq "701985""#, 0),
        ("active eq false", 0),
        (r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "Tour Operations""#, 1),
        (r#"groups.display eq "导游科""#, 1),
    ] {
        let (status, found) = stand.found("/Users", filter).await;
        assert_eq!((status, &found["totalResults"]), (200, &json!(count)), "{filter}: {found}");
        assert_eq!(found["Resources"].as_array().unwrap().len(), count, "{filter}");
    }
    assert_eq!(stand.found("/Users", &format!("id eq \"{id}\"")).await.1["Resources"][0]["id"], id);
    for (filter, count) in [
        ("displayName eq \"导游科\"", 1),
        ("externalId eq \"Tour Operations\"", 1),
        (&*format!("members.value eq \"{id}\""), 1),
        ("members[value eq \"0\"]", 0),
    ] {
        assert_eq!(stand.found("/Groups", filter).await.1["totalResults"], count, "{filter}");
    }
    for filter in [
        "",
        "userName",
        "userName eq",
        "colour eq \"red\"",
        "emails[colour pr]",
        "userName xx \"a\"",
        "(((",
        "active gt true",
    ] {
        assert_eq!(refusal(stand.found("/Users", filter).await).1, "invalidFilter", "{filter}");
    }
}
