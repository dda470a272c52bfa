//! Photos and documents of cases: how they arrive, what is kept of them, and who reads them.

use std::path::PathBuf;

use axum::{
    body::Body,
    http::{HeaderMap, StatusCode},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::office::Office;
use crate::common::{files_folder, read_bytes, read_json, request};

fn data(name: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/files").join(name)).unwrap()
}

/// Every file below a folder.
fn files_below(folder: &std::path::Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries
        .flatten()
        .flat_map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { vec![entry.path()] })
        .collect()
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

impl Office {
    async fn ask(&self, who: &str, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut asked = request(method, path, &self.sessions[who]);
        for (name, value) in headers {
            asked = asked.header(*name, *value);
        }
        let response = self.city.send(asked.body(Body::from(body)).unwrap()).await;
        Answer { status: response.status(), headers: response.headers().clone(), body: read_bytes(response).await }
    }

    async fn begin(&self, who: &str, length: usize, name: &str) -> Answer {
        use base64ct::{Base64, Encoding};
        let metadata = format!("filename {},filetype aW1hZ2UvanBlZw==", Base64::encode_string(name.as_bytes()));
        let length = length.to_string();
        let headers =
            [("tus-resumable", "1.0.0"), ("upload-length", length.as_str()), ("upload-metadata", metadata.as_str())];
        self.ask(who, "POST", "/api/files", &headers, Vec::new()).await
    }

    async fn part(&self, who: &str, at: &str, offset: usize, bytes: &[u8]) -> Answer {
        let offset = offset.to_string();
        let headers = [
            ("tus-resumable", "1.0.0"),
            ("upload-offset", offset.as_str()),
            ("content-type", "application/offset+octet-stream"),
        ];
        self.ask(who, "PATCH", at, &headers, bytes.to_vec()).await
    }

    /// Sends a file whole; the key, or what was said against it.
    async fn try_file(&self, who: &str, name: &str, bytes: &[u8]) -> Result<String, StatusCode> {
        let begun = self.begin(who, bytes.len(), name).await;
        if begun.status != StatusCode::CREATED {
            return Err(begun.status);
        }
        let at = begun.header("location").to_owned();
        let sent = self.part(who, &at, 0, bytes).await;
        if sent.status == StatusCode::NO_CONTENT {
            Ok(at.rsplit('/').next().unwrap().to_owned())
        } else {
            Err(sent.status)
        }
    }

    async fn file(&self, who: &str, name: &str, bytes: &[u8]) -> String {
        self.try_file(who, name, bytes).await.unwrap()
    }
}

#[tokio::test]
async fn a_photo_arrives_in_parts_hangs_on_its_case_and_gives_up_where_it_was_taken() {
    let office = Office::open().await;
    let photo = data("photo-with-place.jpg");
    let begun = office.begin("worker", photo.len(), "井盖.jpg").await;
    assert_eq!((begun.status, begun.header("tus-resumable")), (StatusCode::CREATED, "1.0.0"));
    let at = begun.header("location").to_owned();
    assert_eq!(office.part("worker", &at, 0, &photo[..1000]).await.header("upload-offset"), "1000");
    // Who goes on from elsewhere is told where to go on.
    assert_eq!(office.part("worker", &at, 500, &photo[500..900]).await.status, StatusCode::CONFLICT);
    let head = office.ask("worker", "HEAD", &at, &[("tus-resumable", "1.0.0")], Vec::new()).await;
    assert_eq!(
        (head.header("upload-offset"), head.header("upload-length")),
        ("1000", photo.len().to_string().as_str())
    );
    // It is its sender's alone.
    for method in ["HEAD", "GET", "DELETE"] {
        let asked = office.ask("supervisor", method, &at, &[("tus-resumable", "1.0.0")], Vec::new()).await;
        assert_eq!(asked.status, StatusCode::NOT_FOUND, "{method}");
    }
    assert_eq!(office.part("supervisor", &at, 1000, &photo[1000..]).await.status, StatusCode::NOT_FOUND);
    let key = at.rsplit('/').next().unwrap().to_owned();
    // What isn't whole hangs nowhere.
    let early = office.send("worker", "POST", "/api/cases", report_with(&office, &[&key]), "").await;
    assert_eq!(
        (early.0, &early.1["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/files/0")),
        "{}",
        early.1
    );
    assert_eq!(office.part("worker", &at, 1000, &photo[1000..]).await.status, StatusCode::NO_CONTENT);
    let told = office.ask("worker", "GET", &at, &[], Vec::new()).await.json();
    assert_eq!((&told["kind"], &told["taken_at"]), (&json!("picture"), &json!("2026-06-01T01:30:00Z")), "{told}");
    assert!((told["lon"].as_f64().unwrap() - 114.921_666).abs() < 1e-4, "{told}");

    let (status, made) = office.send("worker", "POST", "/api/cases", report_with(&office, &[&key]), "").await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let case = made["id"].as_i64().unwrap();
    let (again, _) = office.send("worker", "POST", "/api/cases", report_with(&office, &[&key]), "").await;
    assert_eq!(again, StatusCode::UNPROCESSABLE_ENTITY, "one photo hangs on one case");
    let record = office.case("supervisor", case).await;
    let file = &record["files"][0];
    assert_eq!((&file["role"], &file["name"], &file["by"]), (&json!("before"), &json!("井盖.jpg"), &json!("worker")));
    assert_eq!((&file["width"], &file["height"]), (&json!(240), &json!(320)), "the camera was held upright");
    assert!(file["metres"].as_f64().unwrap() > 0.0);
    assert_eq!(record["flow"]["history"][0]["detail"]["files"], json!([file["id"]]));

    let address = format!("/api/cases/{case}/files/{}", file["id"]);
    let whole = office.ask("supervisor", "GET", &address, &[], Vec::new()).await;
    assert_eq!((whole.status, whole.header("content-type")), (StatusCode::OK, "image/jpeg"));
    assert!(whole.header("content-security-policy").contains("sandbox"), "{:?}", whole.headers);
    assert_eq!(whole.header("content-disposition"), "inline; filename*=UTF-8''%E4%BA%95%E7%9B%96%2Ejpg");
    for secret in [&b"Exif"[..], b"PhoneMaker", b"secret comment"] {
        assert!(photo.windows(secret.len()).any(|part| part == secret));
        assert!(!whole.body.windows(secret.len()).any(|part| part == secret), "{}", String::from_utf8_lossy(secret));
    }
    let part = office.ask("supervisor", "GET", &address, &[("range", "bytes=10-19")], Vec::new()).await;
    assert_eq!((part.status, part.body.as_slice()), (StatusCode::PARTIAL_CONTENT, &whole.body[10..20]));
    assert_eq!(part.header("content-range"), format!("bytes 10-19/{}", whole.body.len()));
    let beyond = office.ask("supervisor", "GET", &address, &[("range", "bytes=9999999-")], Vec::new()).await;
    assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE);
    let known = office.ask("supervisor", "GET", &address, &[("if-none-match", whole.header("etag"))], Vec::new()).await;
    assert_eq!((known.status, known.body.len()), (StatusCode::NOT_MODIFIED, 0));
    let small = office.ask("supervisor", "GET", &format!("{address}?small=true"), &[], Vec::new()).await;
    assert_eq!((small.status, small.header("content-type")), (StatusCode::OK, "image/jpeg"));

    // Whoever can't read the case reads no file of it.
    assert_eq!(office.ask("handler", "GET", &address, &[], Vec::new()).await.status, StatusCode::NOT_FOUND);
    let other = office.report("worker", json!({})).await;
    let wrong = format!("/api/cases/{other}/files/{}", file["id"]);
    assert_eq!(office.ask("supervisor", "GET", &wrong, &[], Vec::new()).await.status, StatusCode::NOT_FOUND);
    // What the database says of it is what is kept.
    let sum: Vec<u8> =
        sqlx::query_scalar("select sha256 from attachment").fetch_one(&mut office.city.sql().await).await.unwrap();
    assert_eq!(sum, Sha256::digest(&whole.body).to_vec());
}

fn report_with(office: &Office, keys: &[&str]) -> Value {
    json!({"category": "E0505", "lon": office.place.0, "lat": office.place.1, "detail": "乱堆杂物", "files": keys})
}

#[tokio::test]
async fn what_other_programs_wrote_is_taken_and_what_harms_is_not() {
    let office = Office::open().await;
    let office_file = "application/vnd.openxmlformats-officedocument";
    for (name, kind, media_type) in [
        ("drawing.png", "picture", "image/png"),
        ("photo.webp", "picture", "image/jpeg"),
        ("openpyxl.xlsx", "document", &format!("{office_file}.spreadsheetml.sheet")),
        ("python-docx.docx", "document", &format!("{office_file}.wordprocessingml.document")),
        ("xlwt.xls", "document", "application/vnd.ms-excel"),
    ] {
        let key = office.file("worker", name, &data(name)).await;
        let told = office.ask("worker", "GET", &format!("/api/files/{key}"), &[], Vec::new()).await.json();
        assert_eq!((&told["kind"], &told["media_type"]), (&json!(kind), &json!(media_type)), "{name}");
    }
    let before = files_below(&files_folder()).len();
    let photo = data("photo-with-place.jpg");
    let mut bomb = data("drawing.png");
    bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    let hostile: [(&str, Vec<u8>); 7] = [
        ("cut.jpg", photo[..photo.len() / 2].to_vec()),
        ("page.jpg", b"<!doctype html><script>alert(1)</script>".to_vec()),
        ("program.jpg", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0".to_vec()),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec()),
        ("archive.zip", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec()),
        ("pixels.png", bomb),
        ("damaged.docx", data("python-docx.docx")[..9000].to_vec()),
    ];
    for (name, bytes) in hostile {
        let refused = office.try_file("worker", name, &bytes).await.unwrap_err();
        assert!(
            [StatusCode::UNSUPPORTED_MEDIA_TYPE, StatusCode::PAYLOAD_TOO_LARGE].contains(&refused),
            "{name}: {refused}"
        );
    }
    assert_eq!(office.begin("worker", 1 << 40, "film.mp4").await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(office.begin("worker", 0, "nothing").await.status, StatusCode::BAD_REQUEST);
    // More than was said would come.
    let begun = office.begin("worker", 10, "a.txt").await;
    let at = begun.header("location").to_owned();
    assert_eq!(office.part("worker", &at, 0, &[b'a'; 11]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(
        office.ask("worker", "DELETE", &at, &[("tus-resumable", "1.0.0")], Vec::new()).await.status,
        StatusCode::NO_CONTENT
    );
    // Nothing of them is left.
    assert_eq!(files_below(&files_folder()).len(), before);
    let mut sql = office.city.sql().await;
    let open: i64 =
        sqlx::query_scalar("select count(*) from upload where finished_at is null").fetch_one(&mut sql).await.unwrap();
    assert_eq!(open, 0);
    // Nor are more taken than somebody can use.
    sqlx::query("insert into upload (key, owner, name, length) select lpad(to_hex(n), 32, '0'), $1, 'x', 1 from generate_series(1, 200) n")
        .bind(format!("account:{}", office.accounts["worker"]))
        .execute(&mut sql)
        .await
        .unwrap();
    assert_eq!(office.begin("worker", 10, "a.txt").await.status, StatusCode::CONFLICT);
    assert_eq!(office.begin("other_worker", 10, "a.txt").await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_polyglot_photo_keeps_only_what_it_shows() {
    let office = Office::open().await;
    let bytes = [data("photo-with-place.jpg").as_slice(), b"<script>alert(1)</script>PK\x03\x04"].concat();
    let key = office.file("worker", "x.jpg", &bytes).await;
    let case = office.report("worker", json!({"files": [key]})).await;
    let file = office.case("worker", case).await["files"][0]["id"].clone();
    let kept = office.ask("worker", "GET", &format!("/api/cases/{case}/files/{file}"), &[], Vec::new()).await.body;
    assert!(!kept.windows(8).any(|part| part == b"<script>"));
}

#[tokio::test]
async fn each_step_may_bring_files_and_what_moves_takes_them_along() {
    let office = Office::open().await;
    let photo = data("photo-with-place.jpg");
    let case = office.dispatched(json!({})).await;
    let key = office.file("helper", "after.jpg", &photo).await;
    office.does("helper", case, "finish_help", json!({"note": "已转运", "files": [key]})).await;
    let key = office.file("handler", "after.jpg", &photo).await;
    // Another's file isn't one's own to hang.
    let others = office.act("helper", case, "urge", json!({"note": "x", "files": [&key]})).await;
    assert_ne!(others.0, StatusCode::OK);
    office.does("handler", case, "finish", json!({"note": "已清理", "files": [key]})).await;
    let key = office.file("worker", "check.jpg", &photo).await;
    office.does("worker", case, "pass_check", json!({"files": [key]})).await;
    let roles: Vec<String> = office.case("chief", case).await["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["role"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(roles, ["other", "after", "check"]);
    let mut sql = office.city.sql().await;
    let other: i64 =
        sqlx::query_scalar("select code from region where level = 5 and valid_to is null and code <> $1 limit 1")
            .bind(office.grid)
            .fetch_one(&mut sql)
            .await
            .unwrap();
    sqlx::query("update case_record set region = $2 where id = $1")
        .bind(case)
        .bind(other)
        .execute(&mut sql)
        .await
        .unwrap();
    let moved: i64 = sqlx::query_scalar("select count(*) from attachment where region = $1")
        .bind(other)
        .fetch_one(&mut sql)
        .await
        .unwrap();
    assert_eq!(moved, 3);
    // With the case its files go, from the disk too.
    let before = files_below(&files_folder()).len();
    sqlx::query("delete from case_record where id = $1").bind(case).execute(&mut sql).await.unwrap();
    gridhall::modules::files::sweep(&office.city.map.app).await.unwrap();
    assert_eq!(files_below(&files_folder()).len(), before - 6);
}

#[tokio::test]
async fn what_nothing_uses_is_taken_away_after_a_day() {
    let office = Office::open().await;
    let old = office.file("worker", "old.jpg", &data("photo-with-place.jpg")).await;
    let begun = office.begin("worker", 100, "half.txt").await.header("location").to_owned();
    office.part("worker", &begun, 0, b"half").await;
    let new = office.file("other_worker", "new.jpg", &data("photo-with-place.jpg")).await;
    let mut sql = office.city.sql().await;
    sqlx::query("update upload set expires_at = now() - interval '11 minutes' where key <> $1")
        .bind(&new)
        .execute(&mut sql)
        .await
        .unwrap();
    gridhall::modules::files::sweep(&office.city.map.app).await.unwrap();
    let left: Vec<String> = sqlx::query_scalar("select key from upload").fetch_all(&mut sql).await.unwrap();
    assert_eq!(left, std::slice::from_ref(&new));
    let kept: Vec<String> = files_below(&files_folder())
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert!(kept.iter().all(|name| name.starts_with(&new)), "{kept:?}");
    let (status, _) = office.send("worker", "POST", "/api/cases", report_with(&office, &[&old]), "").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn who_only_reported_a_case_reads_nothing_that_is_said_among_those_who_work_on_it() {
    let office = Office::open().await;
    let case = office.dispatched(json!({})).await;
    let address = format!("/api/cases/{case}/comments");
    let key = office.file("handler", "plan.docx", &data("python-docx.docx")).await;
    let said = json!({"text": "上报人多次反映不实", "files": [key]});
    // What is sent again under one key is said once, and something else under it isn't.
    let (status, made) = office.send("handler", "POST", &address, said.clone(), "comment-0001").await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!(office.send("handler", "POST", &address, said, "comment-0001").await, (StatusCode::CREATED, made));
    let (status, _) = office.send("handler", "POST", &address, json!({"text": "别的"}), "comment-0001").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let seen = office.case("handler", case).await;
    assert_eq!((seen["comments"].as_array().unwrap().len(), &seen["may_comment"]), (1, &json!(true)));
    let file = format!("/api/cases/{case}/files/{}", seen["files"][0]["id"]);
    assert_eq!(office.ask("handler", "GET", &file, &[], Vec::new()).await.status, StatusCode::OK);

    // The worker of the grid reported it, and may read cases there.
    let seen = office.case("worker", case).await;
    assert_eq!(
        (&seen["comments"], &seen["files"], &seen["may_comment"]),
        (&json!([]), &json!([]), &json!(false)),
        "{seen}"
    );
    assert_eq!(office.ask("worker", "GET", &file, &[], Vec::new()).await.status, StatusCode::NOT_FOUND);
    assert_eq!(office.send("worker", "POST", &address, json!({"text": "x"}), "").await.0, StatusCode::CONFLICT);
    let call = json!({"text": "x", "mentions": [office.accounts["worker"]]});
    assert_eq!(office.send("handler", "POST", &address, call.clone(), "").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let offered = office.send("handler", "GET", &format!("/api/cases/{case}/candidates"), json!({}), "").await.1;
    let accounts: Vec<i64> =
        offered["readers"].as_array().unwrap().iter().map(|one| one["account"].as_i64().unwrap()).collect();
    assert!(!accounts.contains(&office.accounts["worker"]), "{accounts:?}");
    // Once they have a part in it, they read it.
    office.does("helper", case, "finish_help", json!({"note": "已转运"})).await;
    office.does("handler", case, "finish", json!({"note": "已清理"})).await;
    office.does("worker", case, "pass_check", json!({})).await;
    assert_eq!(office.case("worker", case).await["comments"].as_array().unwrap().len(), 1);
    assert_eq!(office.send("handler", "POST", &address, call, "").await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn what_is_whole_is_written_over_by_nobody_and_goes_with_the_next_sweep() {
    let office = Office::open().await;
    let photo = data("photo-with-place.jpg");
    let key = office.file("worker", "井盖.jpg", &photo).await;
    let at = format!("/api/files/{key}");
    let version: &[(&str, &str)] = &[("tus-resumable", "1.0.0")];
    assert_eq!(office.part("worker", &at, 0, &photo).await.status, StatusCode::CONFLICT);
    let case = office.report("worker", json!({"files": [&key]})).await;
    // It hangs on a case now: nothing is sent to it, nothing takes it away.
    assert_eq!(office.part("worker", &at, 0, &photo).await.status, StatusCode::NOT_FOUND);
    assert_eq!(office.ask("worker", "DELETE", &at, version, Vec::new()).await.status, StatusCode::NOT_FOUND);
    let mut sql = office.city.sql().await;
    sqlx::query("insert into file_gone (key) values ($1)").bind(&key).execute(&mut sql).await.unwrap();
    gridhall::modules::files::sweep(&office.city.map.app).await.unwrap();
    let id = office.case("supervisor", case).await["files"][0]["id"].clone();
    let read = office.ask("supervisor", "GET", &format!("/api/cases/{case}/files/{id}"), &[], Vec::new()).await;
    assert_eq!(read.status, StatusCode::OK);

    // While somebody is at it, others wait; they don't begin anew.
    let begun = office.begin("worker", photo.len(), "b.jpg").await.header("location").to_owned();
    assert_eq!(office.part("worker", &begun, 0, &photo[..1000]).await.status, StatusCode::NO_CONTENT);
    let coming = files_folder().join("uploads").join(begun.rsplit('/').next().unwrap());
    let held = std::fs::OpenOptions::new().append(true).open(&coming).unwrap();
    held.lock().unwrap();
    assert_eq!(office.part("worker", &begun, 1000, &photo[1000..]).await.status, StatusCode::LOCKED);
    assert_eq!(office.ask("worker", "HEAD", &begun, version, Vec::new()).await.header("upload-offset"), "1000");
    std::io::Write::write_all(&mut &held, &photo[1000..]).unwrap();
    assert_eq!(office.ask("worker", "HEAD", &begun, version, Vec::new()).await.status, StatusCode::LOCKED);
    drop(held);
    // Whole, and acknowledged by nobody: it is looked at when somebody asks.
    let whole = office.ask("worker", "HEAD", &begun, version, Vec::new()).await;
    assert_eq!(whole.header("upload-offset"), photo.len().to_string());

    // What is given up goes with the next sweep.
    let given_up = files_below(&files_folder()).len();
    assert_eq!(office.ask("worker", "DELETE", &begun, version, Vec::new()).await.status, StatusCode::NO_CONTENT);
    gridhall::modules::files::sweep(&office.city.map.app).await.unwrap();
    assert_eq!(files_below(&files_folder()).len(), given_up - 2, "the picture and its small one");
    // So does what a server that was killed left on its way.
    std::fs::write(&coming, b"half").unwrap();
    let file = std::fs::File::options().write(true).open(&coming).unwrap();
    file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_hours(27)).unwrap();
    gridhall::modules::files::sweep(&office.city.map.app).await.unwrap();
    assert!(!coming.exists());
}

#[tokio::test]
async fn comments_reach_those_who_are_called_and_nobody_who_may_not_read_the_case() {
    let office = Office::open().await;
    let case = office.dispatched(json!({"reporter_name": "王女士", "is_protected": true})).await;
    let key = office.file("handler", "plan.docx", &data("python-docx.docx")).await;
    let said = json!({"text": "请市政配合围挡", "mentions": [office.accounts["dispatcher"]], "files": [key]});
    let (status, made) = office.send("handler", "POST", &format!("/api/cases/{case}/comments"), said, "").await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let comment = office.case("dispatcher", case).await["comments"][0].clone();
    assert_eq!((&comment["by"], &comment["text"]), (&json!("handler"), &json!("请市政配合围挡")));
    assert_eq!(comment["mentions"], json!(["dispatcher"]));
    assert_eq!(comment["files"].as_array().unwrap().len(), 1);
    let (_, told) = office.send("dispatcher", "GET", "/api/messages?limit=50", json!({}), "").await;
    let called = told["items"].as_array().unwrap().iter().filter(|one| one["kind"] == "case.mentioned").count();
    assert_eq!(called, 1, "{told}");
    // Who may not read it is called by nobody, and says nothing.
    let foreign = json!({"text": "x", "mentions": [office.accounts["other_worker"], 1]});
    let (status, why) = office.send("handler", "POST", &format!("/api/cases/{case}/comments"), foreign, "").await;
    assert_eq!(
        (status, &why["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/mentions/1")),
        "{why}"
    );
    let alone = office.report("worker", json!({})).await;
    let (status, _) =
        office.send("handler", "POST", &format!("/api/cases/{alone}/comments"), json!({"text": "x"}), "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) =
        office.send("handler", "POST", &format!("/api/cases/{case}/comments"), json!({"text": "  "}), "").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    // A protected reporter is told by no file and no comment: neither by name nor by what they call it.
    let secret = office.report("supervisor", json!({"is_protected": true, "files": [office.file("supervisor", "supervisor-home.jpg", &data("photo-with-place.jpg")).await]})).await;
    office.does("supervisor", secret, "accept", json!({"duplicates_seen": true})).await;
    office.does("chief", secret, "file", json!({"level": 1})).await;
    office.does("dispatcher", secret, "dispatch", json!({"unit": office.units["handler"]})).await;
    let (status, _) = office
        .send(
            "supervisor",
            "POST",
            &format!("/api/cases/{secret}/comments"),
            json!({"text": "在门口", "mentions": [office.accounts["dispatcher"]]}),
            "",
        )
        .await;
    assert_eq!(status, StatusCode::CREATED);
    let (_, told) = office.send("dispatcher", "GET", "/api/messages?limit=50", json!({}), "").await;
    let call =
        told["items"].as_array().unwrap().iter().find(|one| one["object"] == json!(format!("case {secret}"))).unwrap();
    assert_eq!(call["by"], "", "{call}");
    let seen = office.case("handler", secret).await;
    assert_eq!(
        (&seen["files"][0]["by"], &seen["files"][0]["name"], &seen["comments"][0]["by"]),
        (&json!(""), &json!(""), &json!(""))
    );
    let file = format!("/api/cases/{secret}/files/{}", seen["files"][0]["id"]);
    let given = office.ask("handler", "GET", &file, &[], Vec::new()).await;
    assert!(!given.header("content-disposition").contains("supervisor"), "{:?}", given.headers);
    let (status, _) = read_json(
        office
            .city
            .send(request("GET", "/api/files/nothing", &office.sessions["worker"]).body(Body::empty()).unwrap())
            .await,
    )
    .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
