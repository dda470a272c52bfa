//! The program itself, with its own cluster, when the database dies and when it is told to stop.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use tempfile::TempDir;

use crate::common::{City, read_bytes};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gridhall");

/// A server with a small made city, on a port of its own.
struct Server {
    child: Child,
    folder: TempDir,
    address: String,
    token: String,
}

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Server {
    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        // The cluster's account has to get through.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut child =
            gridhall(folder.path(), &["demo", "--scale", "0.005", "--pace", "0", "--listen", "127.0.0.1:0"])
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
        let address = listening(&mut child);
        let made =
            gridhall(folder.path(), &["token", "create", "--name", "t", "--region", "3605", "--permissions", "all"])
                .output()
                .unwrap();
        let token = String::from_utf8(made.stdout).unwrap().trim().to_owned();
        Self { child, folder, address, token }
    }

    fn ask(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        ask(&self.address, &self.token, method, path, body)
    }

    fn postmaster(&self) -> Option<u32> {
        let path = walk(self.folder.path(), "postmaster.pid")?;
        std::fs::read_to_string(path).ok()?.lines().next()?.trim().parse().ok()
    }

    /// How many cases memory holds.
    fn cases(&self) -> u64 {
        let answer = self.ask("GET", "/ogc/collections/case/items?limit=1", b"");
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let text = text.split("\"numberMatched\":").nth(1).unwrap_or_default();
        text.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        Command::new("kill").arg(self.child.id().to_string()).status().ok();
        self.child.wait().ok();
    }
}

/// The private cluster by itself.
struct Cluster {
    child: Child,
    url: String,
}

impl Cluster {
    fn start(folder: &Path) -> Self {
        let mut child = gridhall(folder, &["db", "run"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        thread::spawn(move || said.lines().for_each(drop));
        assert!(line.starts_with("postgres"), "{line}");
        Self { child, url: line.trim().to_owned() }
    }

    fn stop(mut self) {
        Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        Command::new("kill").arg(self.child.id().to_string()).status().ok();
        self.child.wait().ok();
    }
}

/// The address that a server says it listens on. What it says after that is read too: a pipe that nobody reads ends it.
fn listening(child: &mut Child) -> String {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.find_map(|line| line.ok().filter(|line| line.contains("http://"))).expect("it serves");
    thread::spawn(move || lines.for_each(drop));
    line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned()
}

fn gridhall(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).arg("--data").arg(folder.join("data")).env_remove("DATABASE_URL");
    command
}

fn walk(folder: &Path, name: &str) -> Option<std::path::PathBuf> {
    std::fs::read_dir(folder).ok()?.filter_map(Result::ok).find_map(|entry| {
        let path = entry.path();
        if path.is_dir() { walk(&path, name) } else { (entry.file_name() == name).then_some(path) }
    })
}

fn ask(address: &str, token: &str, method: &str, path: &str, body: &[u8]) -> Answer {
    ask_with(address, token, method, path, "", body)
}

/// The same, with more headers, each ended by a new line.
fn ask_with(address: &str, token: &str, method: &str, path: &str, headers: &str, body: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nAccept-Encoding: identity\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut all = Vec::new();
    stream.read_to_end(&mut all).unwrap();
    let end = all.windows(4).position(|four| four == b"\r\n\r\n").map_or(all.len(), |at| at + 4);
    let head = String::from_utf8_lossy(&all[..end]).to_lowercase();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    Answer { status, head, body: all[end..].to_vec() }
}

/// A case as a file of one row.
fn case(number: u32) -> Vec<u8> {
    format!("number,category,reported_at,lon,lat\nK-{number},C0101,2026-01-01 08:00,114.93,27.81\n").into_bytes()
}

#[test]
fn a_killed_database_comes_back_by_itself_and_the_map_goes_on_meanwhile() {
    let server = Server::start();
    let before = server.cases();
    assert!(before > 1000, "{before}");
    let postmaster = server.postmaster().unwrap();

    // Readers ask for tiles all the time, among them ones that nobody has asked for yet.
    let (stop, asked, failed) =
        (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let readers: Vec<_> = (0..2_u32)
        .map(|reader| {
            let (stop, asked, failed) = (stop.clone(), asked.clone(), failed.clone());
            let (address, token) = (server.address.clone(), server.token.clone());
            thread::spawn(move || {
                let mut number = reader;
                while !stop.load(Ordering::Relaxed) {
                    number += 2;
                    let (dx, dy) = (number % 40, number / 40 % 40);
                    let path = format!("/tiles/building/16/{}/{}", 53_690 + dx - 20, 27_494 + dy - 20);
                    let answer = ask(&address, &token, "GET", &path, b"");
                    asked.fetch_add(1, Ordering::Relaxed);
                    if !matches!(answer.status, 200 | 204) {
                        failed.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
        })
        .collect();

    // Writers go on too, while the database dies under them.
    let (mut stored, mut refused, mut number) = (0_u32, 0_u32, 0_u32);
    let mut write = || {
        number += 1;
        let answer = server.ask("POST", "/api/layers/case/import?name=c.csv", &case(number));
        match answer.status {
            200 => stored += 1,
            503 => {
                assert!(answer.head.contains("retry-after:"), "{}", answer.head);
                refused += 1;
            }
            other => panic!("{other}: {}", String::from_utf8_lossy(&answer.body)),
        }
        answer.status
    };
    for _ in 0..20 {
        assert_eq!(write(), 200);
    }
    assert!(Command::new("kill").args(["-9", &postmaster.to_string()]).status().unwrap().success());
    let killed = Instant::now();
    while write() != 200 || server.postmaster() == Some(postmaster) {
        assert!(killed.elapsed() < Duration::from_secs(30), "the database isn't back");
        thread::sleep(Duration::from_millis(20));
    }
    let back = Instant::now();
    for _ in 0..20 {
        write();
    }
    let expected = before + u64::from(stored);
    while server.cases() != expected {
        assert!(back.elapsed() < Duration::from_secs(10), "{} of {expected} cases", server.cases());
        thread::sleep(Duration::from_millis(50));
    }
    stop.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.join().unwrap();
    }
    // A write that comes while the database starts may wait for it: how many are put off is told, not asked for.
    assert_eq!(failed.load(Ordering::Relaxed), 0, "of {} tiles", asked.load(Ordering::Relaxed));
    println!(
        "{} tiles answered; back after {:.1} s; {refused} writes were put off, {stored} stored",
        asked.load(Ordering::Relaxed),
        (back - killed).as_secs_f64()
    );
}

#[test]
fn while_its_database_is_away_writes_are_put_off_and_the_map_is_there() {
    let mut server = Server::start();
    Command::new("kill").arg(server.child.id().to_string()).status().unwrap();
    server.child.wait().unwrap();
    // A server brings its own cluster back; one that isn't its own stays away until somebody else does.
    let cluster = Cluster::start(server.folder.path());
    let mut child = gridhall(server.folder.path(), &["serve", "--listen", "127.0.0.1:0"])
        .env("DATABASE_URL", &cluster.url)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    server.address = listening(&mut child);
    server.child = child;
    while server.ask("GET", "/readyz", b"").status != 200 {
        thread::sleep(Duration::from_millis(50));
    }
    let before = server.cases() + 1;
    assert_eq!(server.ask("POST", "/api/layers/case/import?name=c.csv", &case(1)).status, 200);
    let written = Instant::now();
    while server.cases() != before {
        assert!(written.elapsed() < Duration::from_secs(10), "{} of {before} cases", server.cases());
        thread::sleep(Duration::from_millis(20));
    }

    cluster.stop();
    let answer = server.ask("POST", "/api/layers/case/import?name=c.csv", &case(2));
    assert_eq!(answer.status, 503, "{}", String::from_utf8_lossy(&answer.body));
    assert!(answer.head.contains("retry-after:"), "{}", answer.head);
    assert!(matches!(server.ask("GET", "/tiles/building/16/53690/27494", b"").status, 200 | 204));
    assert_eq!(server.cases(), before);

    let _cluster = Cluster::start(server.folder.path());
    let back = Instant::now();
    while server.ask("POST", "/api/layers/case/import?name=c.csv", &case(3)).status != 200 {
        assert!(back.elapsed() < Duration::from_secs(20), "it doesn't find its database again");
        thread::sleep(Duration::from_millis(100));
    }
}

/// Processes that stand still until this is dropped, as those of a host that has vanished seem to.
struct Still(Vec<u32>);

impl Still {
    /// A process and its children.
    fn with_children(parent: u32) -> Self {
        let is_child = |pid: u32| {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            let after_name = stat.rsplit(") ").next().unwrap_or_default();
            after_name.split(' ').nth(1) == Some(&parent.to_string())
        };
        let all =
            std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        // The parent first: it starts no other then.
        let still = Self(std::iter::once(parent).chain(all.filter(|&pid| is_child(pid))).collect());
        still.signal("-STOP");
        still
    }

    fn signal(&self, signal: &str) {
        Command::new("kill").arg(signal).args(self.0.iter().map(u32::to_string)).status().ok();
    }
}

impl Drop for Still {
    fn drop(&mut self) {
        self.signal("-CONT");
    }
}

#[test]
fn a_database_that_says_nothing_holds_nobody_up_for_long() {
    let server = Server::start();
    let expected = server.cases() + 1;
    let still = Still::with_children(server.postmaster().unwrap());
    assert!(still.0.len() > 5, "{:?}", still.0);
    // Each answer comes within the time that a client here waits: twenty seconds, and what is silent waits for a quarter
    // of an hour.
    for y in 0..20 {
        let tile = server.ask("GET", &format!("/tiles/building/16/53690/{}", 27_480 + y), b"");
        assert!(matches!(tile.status, 200 | 204), "{} {}", tile.status, String::from_utf8_lossy(&tile.body));
        thread::sleep(Duration::from_millis(200));
    }
    let answer = server.ask("POST", "/api/layers/case/import?name=c.csv", &case(1));
    assert_eq!(answer.status, 503, "{}", String::from_utf8_lossy(&answer.body));
    assert!(answer.head.contains("retry-after:"), "{}", answer.head);
    drop(still);

    let back = Instant::now();
    while server.ask("POST", "/api/layers/case/import?name=c.csv", &case(2)).status != 200 {
        assert!(back.elapsed() < Duration::from_secs(20), "it doesn't find its database again");
        thread::sleep(Duration::from_millis(100));
    }
    while server.cases() != expected {
        assert!(back.elapsed() < Duration::from_secs(30), "{} of {expected} cases", server.cases());
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn told_to_stop_it_stops_its_cluster_and_a_killed_one_is_taken_over() {
    let mut server = Server::start();
    let postmaster = server.postmaster().unwrap();
    let alive = |pid: u32| Path::new(&format!("/proc/{pid}")).exists();
    // Killed itself, it leaves its cluster behind; the next start takes it over.
    assert!(Command::new("kill").args(["-9", &server.child.id().to_string()]).status().unwrap().success());
    server.child.wait().unwrap();
    let told = gridhall(server.folder.path(), &["doctor"]).output().unwrap();
    let told_text = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(told.status.success(), "{told_text}{}", String::from_utf8_lossy(&told.stderr));
    assert!(!told_text.contains("WRONG"), "{told_text}");
    for what in ["PostgreSQL", "migrations", "memory"] {
        assert!(told_text.to_lowercase().contains(&what.to_lowercase()), "{what}: {told_text}");
    }
    // Doctor ended, and with it the cluster.
    let ended = Instant::now();
    while alive(postmaster) {
        assert!(ended.elapsed() < Duration::from_secs(10), "the cluster that was left still runs");
        thread::sleep(Duration::from_millis(50));
    }
    assert!(server.postmaster().is_none_or(|pid| !alive(pid)));
    // SIGTERM ends both as it should.
    let cluster = Cluster::start(server.folder.path());
    let pid = server.postmaster().unwrap();
    assert!(alive(pid));
    cluster.stop();
    assert!(!alive(pid) && server.postmaster().is_none(), "it was stopped, not left");
}

/// A disk without room, as the database tells it, is named; the server is ready again when there is room.
#[tokio::test]
async fn a_full_disk_is_named_and_the_server_is_not_ready_until_there_is_room() {
    let city = City::small().await;
    let token = city.token(&["3605"], &["map.read", "server.observe"]).await;
    let mut conn = city.sql().await;
    sqlx::raw_sql(
        "create function no_room() returns trigger language plpgsql as $$ begin
             raise exception 'could not extend file: No space left on device' using errcode = 'disk_full';
         end $$;
         create trigger no_room before insert on saved_view for each row execute function no_room();
         create trigger no_room before insert on storage_probe for each row execute function no_room()",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    let keep = async || {
        let (status, said) = city.post(&token, "/api/saved", json!({"kind": "view", "name": "x", "body": {}})).await;
        (status.as_u16(), said["type"].clone())
    };
    let ready = async || city.get("", "/readyz").await.status().as_u16();
    assert_eq!(ready().await, 200);
    assert_eq!(keep().await, (507, json!("urn:gridhall:problem:storage-full")));
    assert_eq!(ready().await, 503);
    let metrics = String::from_utf8(read_bytes(city.get(&token, "/metrics").await).await).unwrap();
    let gauge = metrics.lines().find(|line| line.starts_with("gridhall_storage_full_seconds")).unwrap();
    assert!(gauge.split(' ').next_back().unwrap().parse::<f64>().unwrap() > 0.0, "{gauge}");
    city.map.app.db.look_for_room().await;
    assert_eq!(ready().await, 503, "there is no room yet");
    assert_eq!(city.get(&token, "/api/locate?lon=114.93&lat=27.81").await.status(), 200, "the map goes on");
    sqlx::raw_sql("drop trigger no_room on saved_view; drop trigger no_room on storage_probe")
        .execute(&mut conn)
        .await
        .unwrap();
    city.map.app.db.look_for_room().await;
    assert_eq!(ready().await, 200);
    assert_eq!(keep().await.0, 201);
    city.map.app.db.settle_notes().await;
    let told: Vec<(String, String)> =
        sqlx::query_as("select action, result from audit_entry where action like 'storage.%' order by id")
            .fetch_all(&mut conn)
            .await
            .unwrap();
    let told: Vec<(&str, &str)> = told.iter().map(|(action, result)| (action.as_str(), result.as_str())).collect();
    assert_eq!(told, [("storage.full", "failed"), ("storage.room", "ok")]);
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_answered_as_busy() {
    let city = City::small().await;
    let mut conn = city.sql().await;
    sqlx::query("set statement_timeout = '20ms'").execute(&mut conn).await.unwrap();
    let slow = sqlx::query("select pg_sleep(5)").execute(&mut conn).await.unwrap_err();
    let told = gridhall::kernel::error::Error::from(slow);
    assert!(matches!(told, gridhall::kernel::error::Error::Busy), "{told:?}");
}

#[test]
fn a_backup_of_a_running_server_comes_back_as_one_point() {
    let server = Server::start();
    let (address, token) = (server.address.as_str(), server.token.as_str());
    let photo =
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/files/photo-with-place.jpg")).unwrap();
    let send = |bytes: &[u8]| {
        let length = format!("Tus-Resumable: 1.0.0\r\nUpload-Length: {}\r\n", bytes.len());
        let begun = ask_with(address, token, "POST", "/api/files", &length, b"");
        let at =
            begun.head.lines().find_map(|line| line.strip_prefix("location: ")).expect("an address").trim().to_owned();
        let part = "Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\n";
        assert_eq!(ask_with(address, token, "PATCH", &at, part, bytes).status, 204);
        at.rsplit('/').next().unwrap().to_owned()
    };
    let json = "Content-Type: application/json\r\n";
    let cases = ask(address, token, "GET", "/api/cases?limit=1", b"");
    let one: serde_json::Value = serde_json::from_slice(&cases.body).unwrap();
    let case = one["items"][0]["id"].as_i64().unwrap();
    let said = json!({"text": "见照片", "files": [send(&photo), send("记录".as_bytes())]}).to_string();
    let made = ask_with(address, token, "POST", &format!("/api/cases/{case}/comments"), json, said.as_bytes());
    assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.body));
    let before = ask(address, token, "GET", &format!("/api/cases/{case}"), b"").body;

    // Its settings name the database; whoever is its owner may wait for no time at all.
    let url = String::from_utf8(gridhall(server.folder.path(), &["db", "url"]).output().unwrap().stdout).unwrap();
    let settings = server.folder.path().join("data/gridhall.toml");
    std::fs::write(&settings, format!("[database]\nurl = \"{}\"\n", url.trim())).unwrap();
    let impatient = "alter role gridhall_owner set idle_in_transaction_session_timeout = '1ms'";
    let said = Command::new("psql").args([url.trim(), "-c", impatient]).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let kept = server.folder.path().join("backup");
    let backed = gridhall(server.folder.path(), &["backup", kept.to_str().unwrap()]).output().unwrap();
    assert!(backed.status.success(), "{}", String::from_utf8_lossy(&backed.stderr));
    // What comes after it isn't in it.
    let later = json!({"text": "之后"}).to_string();
    assert_eq!(
        ask_with(address, token, "POST", &format!("/api/cases/{case}/comments"), json, later.as_bytes()).status,
        201
    );
    // Into a folder that is in use nothing is restored.
    let refused = gridhall(server.folder.path(), &["restore", kept.to_str().unwrap()]).output().unwrap();
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("isn't empty"));

    let new = TempDir::new().unwrap();
    std::fs::set_permissions(new.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let restored = gridhall(new.path(), &["restore", kept.to_str().unwrap()]).output().unwrap();
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    // A copy doesn't work on the database of the original.
    assert!(
        !new.path().join("data/gridhall.toml").exists() && new.path().join("data/gridhall.toml.of-backup").exists()
    );
    let told = gridhall(new.path(), &["doctor"]).output().unwrap();
    let told_text = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(told.status.success(), "{told_text}{}", String::from_utf8_lossy(&told.stderr));
    assert!(told_text.contains("ok     files: 2 of 0 MiB, all as they were kept"), "{told_text}");
    let key = |folder: &Path| std::fs::read(folder.join("data/audit-seal.key")).unwrap();
    assert_eq!(key(new.path()), key(server.folder.path()));
    // It serves what was there, to whoever might read it.
    let mut child = gridhall(new.path(), &["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let there = listening(&mut child);
    let after = ask(&there, token, "GET", &format!("/api/cases/{case}"), b"").body;
    let parsed = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
    let (before, after) = (parsed(&before), parsed(&after));
    assert_eq!((&before["files"], &before["comments"]), (&after["files"], &after["comments"]));
    let file = format!("/api/cases/{case}/files/{}", after["files"][0]["id"]);
    let picture = ask(&there, token, "GET", &file, b"");
    assert_eq!(picture.body, ask(address, token, "GET", &file, b"").body);
    Command::new("kill").arg(child.id().to_string()).status().unwrap();
    child.wait().unwrap();

    // One changed byte, and nothing is restored; and doctor finds a file that isn't what was kept.
    let spoilt = walk(&kept.join("files"), &walk_first(&kept.join("files"))).unwrap();
    std::fs::write(&spoilt, b"other").unwrap();
    let third = TempDir::new().unwrap();
    let refused = gridhall(third.path(), &["restore", kept.to_str().unwrap()]).output().unwrap();
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("isn't what was written"));
    assert!(!third.path().join("data/database").exists());
    let spoilt = walk(&new.path().join("data/attachments"), &walk_first(&new.path().join("data/attachments"))).unwrap();
    std::fs::write(&spoilt, b"other").unwrap();
    let told = gridhall(new.path(), &["doctor"]).output().unwrap();
    assert!(!told.status.success() && String::from_utf8_lossy(&told.stdout).contains("WRONG  files"));
}

/// The name of some whole file below a folder: small pictures are no part of what doctor compares.
fn walk_first(folder: &Path) -> String {
    fn find(folder: &Path) -> Option<String> {
        std::fs::read_dir(folder).ok()?.flatten().find_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().is_dir() { find(&entry.path()) } else { (!name.contains(".small")).then_some(name) }
        })
    }
    find(folder).expect("a file")
}
