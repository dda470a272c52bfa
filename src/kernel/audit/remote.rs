//! The anchor at another server: what is appended to the anchor file is posted there too, in its order and until it is
//! taken. Whoever holds the database and this machine can't take it back there.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::key::Anchor;

/// The pause between two looks, and after an error.
const PAUSE: Duration = Duration::from_secs(5);
/// Bytes of one post at most.
const MOST: u64 = 256 * 1024;

/// Sends an anchor's lines to an address.
pub struct Remote {
    anchor: Anchor,
    sent: PathBuf,
    address: reqwest::Url,
    client: reqwest::Client,
}

impl Remote {
    /// To this address, `http` or `https`.
    ///
    /// # Errors
    /// When it is none.
    pub fn new(anchor: Anchor, address: &str) -> Result<Self> {
        let address = reqwest::Url::parse(address).with_context(|| format!("{address:?} is no address"))?;
        ensure!(["http", "https"].contains(&address.scheme()), "{address} is neither http nor https");
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(10))
            .build()?;
        let sent = anchor.path().with_extension("sent");
        Ok(Self { anchor, sent, address, client })
    }

    /// Sends for as long as the program runs.
    pub async fn run(self) {
        loop {
            match self.send().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::warn!("the audit's anchor can't be sent on now, it goes on later: {error:#}"),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Sends the next lines; gives whether there were any.
    ///
    /// # Errors
    /// When the file can't be read or the server doesn't take them.
    pub async fn send(&self) -> Result<bool> {
        let from: u64 = match tokio::fs::read_to_string(&self.sent).await {
            Ok(text) => text.trim().parse().with_context(|| format!("{} is damaged", self.sent.display()))?,
            Err(_) => 0,
        };
        let mut file = tokio::fs::File::open(self.anchor.path()).await?;
        file.seek(std::io::SeekFrom::Start(from)).await?;
        let mut lines = Vec::new();
        file.take(MOST).read_to_end(&mut lines).await?;
        let Some(end) = lines.iter().rposition(|&byte| byte == b'\n') else { return Ok(false) };
        lines.truncate(end + 1);
        let next = from + u64::try_from(lines.len())?;
        let post = self.client.post(self.address.clone()).header("content-type", "application/x-ndjson").body(lines);
        let answer = post.send().await?;
        ensure!(answer.status().is_success(), "{} answers {}", self.address, answer.status());
        tokio::fs::write(&self.sent, next.to_string()).await?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    };

    use axum::{Router, http::StatusCode, routing::post};

    use super::*;

    #[tokio::test]
    async fn every_line_arrives_once_and_in_order_and_waits_for_a_server_that_is_away() {
        let (lines, away) = (Arc::new(Mutex::new(String::new())), Arc::new(AtomicBool::new(true)));
        let (hears, is_away) = (lines.clone(), away.clone());
        let app = Router::new().route(
            "/anchor",
            post(async move |body: String| {
                if is_away.load(Ordering::Relaxed) {
                    return StatusCode::SERVICE_UNAVAILABLE;
                }
                hears.lock().unwrap().push_str(&body);
                StatusCode::NO_CONTENT
            }),
        );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/anchor", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("anchor.log");
        let remote = Remote::new(Anchor::of(folder.path(), Some(&file)), &address).unwrap();
        std::fs::write(&file, "one\ntwo\nhal").unwrap();
        assert!(remote.send().await.is_err());
        away.store(false, Ordering::Relaxed);
        assert!(remote.send().await.unwrap());
        assert!(!remote.send().await.unwrap());
        std::fs::write(&file, "one\ntwo\nhalf\n").unwrap();
        assert!(remote.send().await.unwrap());
        assert_eq!(*lines.lock().unwrap(), "one\ntwo\nhalf\n");
        assert!(Remote::new(Anchor::of(folder.path(), None), "ftp://x").is_err());
    }
}
