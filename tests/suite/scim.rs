//! SCIM.
use std::{path::Path, process::Command};

use crate::common::City;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_checks_providers_finds_the_server_to_be_one() {
    let city = City::small().await;
    let token = city.token(&["3605"], &["identity.sync"]).await;
    let mut conn = city.sql().await;
    sqlx::query("insert into agency (region, name, kind, code) values (360502000000000, '住建局', 'department', 'D-01')").execute(&mut conn).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/scim/v2", listener.local_addr().unwrap());
    let server = tokio::spawn(gridhall::app::serve(city.router.clone(), listener, std::future::pending()));
    let output = tokio::task::spawn_blocking(move || {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        Command::new(root.join("target/venv/bin/python")).arg(root.join("tests/scim_check.py")).args([&url, &token]).output()
            .expect("target/venv holds Python and tests/requirements.txt; ./scripts/test makes it")
    })
    .await
    .unwrap();
    server.abort();
    println!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
}
