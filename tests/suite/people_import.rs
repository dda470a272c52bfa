//! People by the list: workbooks as openpyxl writes them, each fault told by row and column, all accounts or none.

use std::{
    collections::BTreeSet,
    io::{Cursor, Read, Write},
    process::{Command, Stdio},
};

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use gridhall::kernel::ids::CitizenId;
use serde_json::{Value, json};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{
    common::{City, read_bytes, read_json, request},
    identity::{PASSWORD, sign_in},
};

const PATH: &str = "/api/accounts/import";

/// Runs tests/xlsx.py.
fn python(what: &str, input: &[u8]) -> Vec<u8> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut child = Command::new(root.join("target/venv/bin/python"))
        .arg(root.join("tests/xlsx.py"))
        .arg(what)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("target/venv holds Python with tests/requirements.txt; ./scripts/test makes it");
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    output.stdout
}

/// A workbook of one sheet.
fn workbook(rows: &Value) -> Vec<u8> {
    python("write", json!([rows]).to_string().as_bytes())
}

fn citizen_id(order: u16) -> String {
    let birth = chrono::NaiveDate::from_ymd_opt(1990, 1, 1).unwrap();
    CitizenId::compose(360_502, birth, order).as_str().to_owned()
}

/// A city with who may make accounts in it.
struct Stand {
    city: City,
    token: String,
}

impl Stand {
    async fn new() -> Self {
        let city = City::small().await;
        let token = city.token(&["3605"], &["identity.read", "identity.manage"]).await;
        Self { city, token }
    }

    async fn send(&self, token: &str, dry_run: bool, language: &str, file: Vec<u8>) -> (StatusCode, Value) {
        let request = request("POST", &format!("{PATH}?dry_run={dry_run}"), token)
            .header(header::ACCEPT_LANGUAGE, language)
            .header(header::HOST, "grid.example");
        read_json(self.city.send(request.body(Body::from(file)).unwrap()).await).await
    }

    /// Imports a sheet.
    async fn import(&self, rows: &Value) -> Value {
        let (status, report) = self.send(&self.token, false, "zh", workbook(rows)).await;
        assert_eq!(status, 200, "{report}");
        report
    }

    /// What the server says of a file that it doesn't take at all.
    async fn refused(&self, file: Vec<u8>) -> (u16, String) {
        let (status, said) = self.send(&self.token, false, "zh", file).await;
        (status.as_u16(), said["detail"].as_str().unwrap_or_default().to_owned())
    }

    /// How many accounts, invitations and entries of the audit there are.
    async fn counts(&self) -> (i64, i64, i64) {
        sqlx::query_as(
            "select (select count(*) from account), (select count(*) from invitation),
                    (select count(*) from audit_entry where action like 'account.%')",
        )
        .fetch_one(&mut self.city.sql().await)
        .await
        .unwrap()
    }

    /// The name of an agency that none other has, and its region.
    async fn community(&self) -> (String, i64) {
        sqlx::query_as(
            "select min(name), min(region) from agency where kind = 'community' group by name having count(*) = 1 order by 1 limit 1",
        )
        .fetch_one(&mut self.city.sql().await)
        .await
        .unwrap()
    }
}

/// Row, column and reason of each refusal.
fn refusals(report: &Value) -> Vec<(u64, &str, &str)> {
    report["refusals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["row"].as_u64().unwrap(), one["column"].as_str().unwrap(), one["reason"].as_str().unwrap()))
        .collect()
}

/// Login, name, telephone, mail, identity number, whether by certificate alone, region and state.
type Made = (String, String, Option<String>, Option<String>, Option<String>, bool, i64, String);

#[tokio::test]
async fn a_list_makes_accounts_whose_invitations_open_them() {
    let stand = Stand::new().await;
    let (agency, region) = stand.community().await;
    let mut conn = stand.city.sql().await;
    sqlx::query("update agency set code = '0007' where name = $1").bind(&agency).execute(&mut conn).await.unwrap();
    let number = citizen_id(22);
    let wide: String =
        number.chars().map(|c| char::from_u32(u32::from(c.to_ascii_lowercase()) + 0xfee0).unwrap()).collect();
    let list = json!([
        ["百花湖社区人员名单"],
        [],
        ["备注", "手机", "登录名 *", "姓名", "身份证号（18位）", "机构编码", "所属机构", "仅证书登录", "E-mail"],
        ["x", "１３８００００１２３４", " wang.fang", "王芳\u{3000}", wide, "0007", null, null, "w@x.cn"],
        [null, 13_900_001_234_i64, "li.na", "李娜", null, null, agency, "是", null],
        [],
        [null, null, "chen1", "陈明", null, "０００７", agency, false, null],
    ]);
    let report = stand.import(&list).await;
    assert_eq!(report["refusals"], json!([]), "{report}");
    assert_eq!((&report["rows"], &report["created"], &report["refused"]), (&json!(3), &json!(3), &json!(0)));
    assert_eq!(report["ignored"], json!(["备注"]));
    assert_eq!(report["columns"].as_array().unwrap().len(), 8);
    let made: Vec<Made> = sqlx::query_as(
        "select login, name, phone, email, citizen_id, certificate_only, region, state from account
         where login in ('wang.fang', 'li.na', 'chen1') order by login",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        made,
        [
            ("chen1".into(), "陈明".into(), None, None, None, false, region, "invited".into()),
            ("li.na".into(), "李娜".into(), some("13900001234"), None, None, true, region, "invited".into()),
            (
                "wang.fang".into(),
                "王芳".into(),
                some("13800001234"),
                some("w@x.cn"),
                Some(number.clone()),
                false,
                region,
                "invited".into()
            ),
        ]
    );

    // Each link opens its own account, once.
    let invited = report["invitations"].as_array().unwrap();
    assert_eq!(invited.len(), 3);
    let wang = invited.iter().find(|one| one["login"] == "wang.fang").unwrap();
    assert_eq!((&wang["row"], &wang["name"], &wang["agency"]), (&json!(4), &json!("王芳"), &json!(agency)));
    let (page, code) = wang["link"].as_str().unwrap().split_once('#').unwrap();
    assert_eq!(page, "http://grid.example/activate");
    let opened = json!({"code": code, "password": PASSWORD});
    assert_eq!(stand.city.post("", "/api/activation", opened.clone()).await.0, 204);
    assert_eq!(stand.city.post("", "/api/activation", opened).await.0, 404);
    sign_in(&stand.city, "wang.fang").await;

    // The audit tells of the list and of each account, and of no identity number.
    let entries: Vec<(String, Value)> = sqlx::query_as(
        "select action, detail from audit_entry where action like 'account.i%' order by action, detail ->> 'login'",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    let actions: Vec<&str> = entries.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(actions, ["account.import", "account.invite", "account.invite", "account.invite"]);
    assert_eq!(entries[0].1, json!({"accounts": 3}));
    assert_eq!(entries[1].1["login"], "chen1");
    let audited: i64 = sqlx::query_scalar("select count(*) from audit_entry e where e::text like '%' || $1 || '%'")
        .bind(&number[6..])
        .fetch_one(&mut conn)
        .await
        .unwrap();
    assert_eq!(audited, 0);
}

#[tokio::test]
async fn each_fault_is_told_by_row_and_column_and_one_keeps_everything_out() {
    let stand = Stand::new().await;
    let (agency, _) = stand.community().await;
    let mut conn = stand.city.sql().await;
    sqlx::query(
        "insert into account (region, agency_id, login, name, citizen_id) select region, id, 'here', '在册', $1 from agency where name = $2",
    )
    .bind(citizen_id(1))
    .bind(&agency)
    .execute(&mut conn)
    .await
    .unwrap();
    sqlx::query("update agency set code = '0007' where name = $1").bind(&agency).execute(&mut conn).await.unwrap();
    let twice: String = sqlx::query_scalar(
        "insert into agency (region, name, kind, parent_id) select region, '综治办', 'department', id from agency where kind = 'street' returning name",
    )
    .fetch_one(&mut conn)
    .await
    .unwrap();
    let before = stand.counts().await;
    let mut wrong = citizen_id(2);
    let right = wrong.pop().unwrap();
    wrong.push(if right == '0' { '1' } else { '0' });
    let list = json!([
        ["姓名", "登录名", "机构编码", "机构名称", "身份证号码", "电话", "邮箱", "只用证书登录"],
        ["好的", "good", null, agency, citizen_id(3), "1", "a@b", "否"],
        [null, null, null, null, null, "1", null, null],
        ["长".repeat(61), "Wang", null, "没有的机构", wrong, "1".repeat(31), "x".repeat(121), "也许"],
        ["在册", "here", null, agency, null, null, null, null],
        ["同号", "same", null, agency, citizen_id(1), null, null, null],
        ["重复", "good", null, agency, citizen_id(3), null, null, null],
        ["数值", "number", null, agency, 360_502_199_001_010_033_i64, null, null, null],
        ["公式", "=CONCATENATE(\"a\",\"b\")", null, agency, null, "=1+1", null, "=TRUE()"],
        ["零", "zero", 7, null, null, null, null, null],
        ["不符", "other", "0007", "综治办", null, null, null, null],
        ["重名", "twice", null, twice, null, null, null, null],
        ["短号", "short", null, agency, "360502", null, null, null],
        ["真值", true, null, agency, null, 1.5, null, 2],
    ]);
    let report = stand.import(&list).await;
    let told = refusals(&report);
    let places: Vec<(u64, &str)> = told.iter().map(|&(row, column, _)| (row, column)).collect();
    assert_eq!(
        places,
        [
            (3, "姓名"),
            (3, "登录名"),
            (3, "机构名称"),
            (4, "姓名"),
            (4, "登录名"),
            (4, "机构名称"),
            (4, "身份证号码"),
            (4, "电话"),
            (4, "邮箱"),
            (4, "只用证书登录"),
            (5, "登录名"),
            (6, "身份证号码"),
            (7, "登录名"),
            (7, "身份证号码"),
            (8, "身份证号码"),
            (9, "登录名"),
            (9, "电话"),
            (9, "只用证书登录"),
            (10, "机构编码"),
            (11, "机构名称"),
            (12, "机构名称"),
            (13, "身份证号码"),
            (14, "登录名"),
            (14, "电话"),
            (14, "只用证书登录"),
        ],
        "{told:#?}"
    );
    for (row, column, part) in [
        (4, "身份证号码", &*format!("应为 {right}")),
        (5, "登录名", "已被使用"),
        (6, "身份证号码", "已被使用"),
        (7, "登录名", "与第 2 行重复"),
        (7, "身份证号码", "与第 2 行重复"),
        (8, "身份证号码", "末几位已经丢失"),
        (9, "登录名", "是公式"),
        (10, "机构编码", "开头的 0 可能已丢失"),
        (11, "机构名称", "与机构编码不符"),
        (12, "机构名称", "个机构叫这个名称"),
        (13, "身份证号码", "应为 18 位，现为 6 位"),
    ] {
        let (.., reason) = told.iter().find(|told| (told.0, told.1) == (row, column)).unwrap();
        assert!(reason.contains(part), "{row} {column}: {reason}");
    }
    // One good row among thirteen: none is taken.
    assert_eq!(
        (&report["rows"], &report["refused"], &report["created"], &report["invitations"]),
        (&json!(13), &json!(12), &json!(0), &json!([]))
    );
    assert_eq!(stand.counts().await, before);

    // In the reader's language, under the list's own headings.
    let list = json!([["Name", "LOGIN", "Department"], ["x", "X", agency]]);
    let (_, report) = stand.send(&stand.token, true, "en", workbook(&list)).await;
    let (row, column, reason) = refusals(&report)[0];
    assert_eq!((row, column), (2, "LOGIN"));
    assert!(reason.starts_with("A login has 2 to 40"), "{reason}");
}

#[tokio::test]
async fn a_trial_finds_everything_out_and_leaves_nothing() {
    let stand = Stand::new().await;
    let (agency, _) = stand.community().await;
    let before = stand.counts().await;
    let file = workbook(&json!([["姓名", "登录名", "机构"], ["王芳", "wang.fang", agency]]));
    let (status, report) = stand.send(&stand.token, true, "zh", file.clone()).await;
    assert_eq!(status, 200, "{report}");
    assert_eq!(
        (&report["dry_run"], &report["rows"], &report["refused"], &report["created"], &report["invitations"]),
        (&json!(true), &json!(1), &json!(0), &json!(0), &json!([]))
    );
    assert_eq!(stand.counts().await, before);
    assert_eq!(stand.send(&stand.token, false, "zh", file.clone()).await.1["created"], 1);
    // The same list again: they are there by now.
    let (_, again) = stand.send(&stand.token, true, "zh", file).await;
    assert_eq!(refusals(&again), [(2, "登录名", "登录名已被使用。")]);
}

#[tokio::test]
async fn what_is_no_list_of_people_is_told_so() {
    let stand = Stand::new().await;
    let before = stand.counts().await;
    let refused = async |rows: Value| stand.refused(workbook(&rows)).await;
    for file in [b"name,login\n".to_vec(), b"PK\x03\x04".to_vec(), Vec::new()] {
        let (status, said) = stand.refused(file).await;
        assert!(status == 422 && said.contains("不是 XLSX"), "{status} {said}");
    }
    let heading = json!(["姓名", "登录名", "机构"]);
    for (rows, part) in [
        (json!([["甲", "乙"]]), "没有找到表头"),
        (json!([["姓名", "登录名"], ["x", "xx"]]), "缺少"),
        (json!([["姓名", "登录名", "账号", "机构"], ["x", "xx"]]), "是同一列"),
        (json!([heading]), "没有人员"),
    ] {
        let (status, said) = refused(rows).await;
        assert!(status == 422 && said.contains(part), "{status} {said}");
    }
    let mut wide = vec![Value::Null; 60];
    wide[59] = json!("x");
    assert!(refused(json!([heading, wide])).await.1.contains("超出了第 50 列"));
    let mut many = vec![heading];
    many.extend((0..5_001).map(|number| json!(["x", format!("p{number}"), "y"])));
    let (status, said) = refused(json!(many)).await;
    assert!(status == 422 && said.contains("最多导入 5000 人"), "{status} {said}");
    assert_eq!(stand.refused(vec![0; 6 << 20]).await.0, 413);

    // A good workbook with a sheet blown up to a gigabyte, and one that says how many strings to make room for.
    let good = workbook(&json!([["姓名", "登录名", "机构"], ["x", "xx", "y"]]));
    let again = |change: &dyn Fn(&str, Vec<u8>) -> Vec<u8>| {
        let mut archive = ZipArchive::new(Cursor::new(&good)).unwrap();
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        for index in 0..archive.len() {
            let mut part = archive.by_index(index).unwrap();
            let name = part.name().unwrap().into_owned();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).unwrap();
            out.start_file(&name, SimpleFileOptions::default()).unwrap();
            out.write_all(&change(&name, bytes)).unwrap();
        }
        out.finish().unwrap().into_inner()
    };
    let bomb = again(&|name, mut bytes| {
        if name.ends_with("sheet1.xml") {
            bytes.resize(400 << 20, b' ');
        }
        bytes
    });
    assert!(bomb.len() < 1 << 20);
    let (status, said) = stand.refused(bomb).await;
    assert!(status == 422 && said.contains("解开后超过"), "{status} {said}");
    let mut greedy = ZipWriter::new_append(Cursor::new(good.clone())).unwrap();
    greedy.start_file("xl/sharedStrings.xml", SimpleFileOptions::default()).unwrap();
    greedy.write_all(b"<sst uniqueCount=\"99999999999999\"><si><t>x</t></si></sst>").unwrap();
    let greedy = greedy.finish().unwrap().into_inner();
    let (status, said) = stand.refused(greedy).await;
    assert!(status == 422 && said.contains("已损坏"), "{status} {said}");
    // Cells far away cost nothing: the sheet is never laid out whole.
    let far = again(&|name, bytes| {
        if !name.ends_with("sheet1.xml") {
            return bytes;
        }
        let text = String::from_utf8(bytes).unwrap();
        text.replace("</sheetData>", "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>")
            .into_bytes()
    });
    assert!(stand.refused(far).await.1.contains("第 1048576 行"));
    assert_eq!(stand.counts().await, before);
}

#[tokio::test]
async fn an_identity_number_is_kept_in_one_way_by_whichever_way_it_came() {
    let stand = Stand::new().await;
    let mut conn = stand.city.sql().await;
    let agency: i64 = sqlx::query_scalar("select min(id) from agency").fetch_one(&mut conn).await.unwrap();
    let draft = |login: &str| json!({"agency_id": agency, "login": login, "name": "王芳 ", "citizen_id": " 11010519491231００２x"});
    assert_eq!(stand.city.post(&stand.token, "/api/accounts", draft("one")).await.0, 201);
    let kept: (String, String) =
        sqlx::query_as("select name, citizen_id from account where login = 'one'").fetch_one(&mut conn).await.unwrap();
    assert_eq!(kept, ("王芳".to_owned(), "11010519491231002X".to_owned()));
    assert_eq!(stand.city.post(&stand.token, "/api/accounts", draft("two")).await.0, 409);
}

#[tokio::test]
async fn people_are_put_only_where_one_may_put_them_one_by_one() {
    let stand = Stand::new().await;
    let city = &stand.city;
    let (own, next): (i64, i64) = sqlx::query_as("select min(region), max(region) from agency where kind = 'street'")
        .fetch_one(&mut city.sql().await)
        .await
        .unwrap();
    let mut conn = city.sql().await;
    for (region, name) in [(own, "甲科"), (next, "乙科")] {
        sqlx::query("insert into agency (region, name, kind, code) values ($1, $2, 'department', $2)")
            .bind(region)
            .bind(name)
            .execute(&mut conn)
            .await
            .unwrap();
    }
    sqlx::query("insert into account (region, agency_id, login, name) select region, id, 'there', '那边' from agency where name = '乙科'")
        .execute(&mut conn)
        .await
        .unwrap();
    let street = (own / 1_000_000).to_string();
    let here = city.token(&[&street], &["identity.manage"]).await;
    let list = json!([
        ["姓名", "登录名", "机构", "机构编码"],
        ["王芳", "wang", "甲科", null],
        ["李娜", "li", "乙科", null],
        ["陈明", "chen", null, "乙科"],
        // Taken, by somebody whom they can't see.
        ["那边", "there", "甲科", null],
    ]);
    let (status, report) = stand.send(&here, false, "zh", workbook(&list)).await;
    assert_eq!(status, 200, "{report}");
    assert_eq!(
        refusals(&report),
        [
            (3, "机构", "没有这个名称的机构，或不在您的管辖范围内。"),
            (4, "机构编码", "没有这个编码的机构，或不在您的管辖范围内。"),
            (5, "登录名", "登录名已被使用。"),
        ]
    );
    // Nor does the template tell them of it.
    let template = read_bytes(city.get(&here, "/api/accounts/import/template").await).await;
    let names = sheet(&template, 1);
    assert!(names.iter().any(|row| row[1] == "甲科") && !names.iter().any(|row| row[1] == "乙科"), "{names:?}");

    // Without the permission: nothing.
    let reader = city.token(&["3605"], &["identity.read"]).await;
    let (status, _) = stand.send(&reader, true, "zh", workbook(&list)).await;
    assert_eq!(status, 403);
    assert_eq!(city.get(&reader, "/api/accounts/import/template").await.status(), 403);
}

/// The rows of a sheet.
fn sheet(file: &[u8], index: usize) -> Vec<Vec<Value>> {
    let read: Value = serde_json::from_slice(&python("read", file)).unwrap();
    let rows = read["sheets"][index].as_array().unwrap();
    rows.iter().map(|row| row.as_array().unwrap().clone()).collect()
}

#[tokio::test]
async fn the_template_is_taken_as_it_is_filled_in() {
    let stand = Stand::new().await;
    for (language, title) in [("zh", "姓名"), ("en", "Name")] {
        let request =
            request("GET", "/api/accounts/import/template", &stand.token).header(header::ACCEPT_LANGUAGE, language);
        let template = read_bytes(stand.city.send(request.body(Body::empty()).unwrap()).await).await;
        let read: Value = serde_json::from_slice(&python("read", &template)).unwrap();
        assert_eq!(read["columns"], json!(vec!["@"; 8]), "every column keeps what is typed");
        let headings = sheet(&template, 0)[0].clone();
        assert_eq!((headings.len(), &headings[0]), (8, &json!(title)));
        // Every agency that it lists is found again by the name that it lists.
        let agencies: Vec<Value> = sheet(&template, 1)[1..].iter().map(|row| row[1].clone()).collect();
        let names: BTreeSet<&str> = agencies.iter().map(|name| name.as_str().unwrap()).collect();
        assert!(names.len() > 20 && names.len() == agencies.len());
        let mut rows = vec![json!(headings)];
        rows.extend(
            agencies
                .iter()
                .enumerate()
                .map(|(number, agency)| json!(["某人", format!("p.{language}.{number}"), null, agency])),
        );
        let report = stand.import(&json!(rows)).await;
        assert_eq!((&report["refused"], &report["created"]), (&json!(0), &json!(agencies.len())), "{report}");
    }
}

#[tokio::test]
async fn thousands_come_in_seconds() {
    let stand = Stand::new().await;
    let (agency, _) = stand.community().await;
    let mut rows = vec![json!(["姓名", "登录名", "机构名称", "电话", "身份证号码"])];
    rows.extend((0..5_000_u16).map(|number| {
        let birth = chrono::NaiveDate::from_ymd_opt(1980, 1, 1).unwrap() + chrono::Days::new(u64::from(number / 1_000));
        let citizen = CitizenId::compose(360_502, birth, number % 1_000);
        json!(["某人", format!("person.{number}"), agency, "13800001234", citizen.as_str()])
    }));
    let file = workbook(&json!(rows));
    let started = std::time::Instant::now();
    let (status, report) = stand.send(&stand.token, false, "zh", file).await;
    let took = started.elapsed();
    assert_eq!((status.as_u16(), &report["created"]), (200, &json!(5_000)));
    println!("5,000 people in {took:?}");
    assert!(took.as_secs() < 30, "{took:?}");
}
