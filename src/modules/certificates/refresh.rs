//! Revocation lists: read off the tasks that answer, and fetched every hour from where the administrator said.

use std::time::Duration;

use anyhow::{Context, Result as Anyhow, bail, ensure};
use serde_json::json;
use tokio::io::AsyncReadExt;

use super::{
    model::AuthorityDraft,
    store::{self, Kept},
};
use crate::kernel::{
    actor::Actor,
    app::App,
    db::AuditEntry,
    error::{Error, Result},
    jobs::JobKind,
    pki::{Certificate, Crl, MAX_CRL, Refusal},
};

/// Between two looks.
const PERIOD: Duration = Duration::from_hours(1);
/// For a whole list, from the first byte asked to the last read.
const PATIENCE: Duration = Duration::from_secs(30);
/// PEM takes a third more than DER, and its lines some.
const MOST: usize = MAX_CRL * 3 / 2;
const GRACE_HOURS: std::ops::RangeInclusive<i16> = 0..=720;

/// Reads a list that should be of this authority.
pub(super) async fn read(authority: &[u8], list: Vec<u8>) -> Result<Result<Crl, Refusal>> {
    let authority = authority.to_vec();
    tokio::task::spawn_blocking(move || {
        let authority = Certificate::from_der(&authority)?;
        let crl = Crl::read(&list)?;
        crl.check_issuer(&authority)?;
        Ok(crl)
    })
    .await
    .map_err(|error| Error::Internal(error.into()))
}

/// Whether an authority may be as it is drafted.
///
/// # Errors
/// 422 that names the field.
pub(super) fn check_draft(draft: &AuthorityDraft) -> Result<()> {
    if !(1..=80).contains(&draft.name.trim().chars().count()) {
        return Err(Error::field("/name", "名称应为 1 至 80 个字。", "The name has 1 to 80 characters."));
    }
    if !GRACE_HOURS.contains(&draft.grace_hours) {
        return Err(Error::field("/grace_hours", "宽限应为 0 至 720 小时。", "The grace is 0 to 720 hours."));
    }
    let is_host = |host: &String| {
        (1..=253).contains(&host.len())
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
    };
    if draft.crl_hosts.len() > 8 || !draft.crl_hosts.iter().all(is_host) {
        return Err(Error::field("/crl_hosts", "最多 8 个主机名或地址。", "At most 8 names or addresses of hosts."));
    }
    let Some(source) = &draft.crl_source else { return Ok(()) };
    check_source(source, &draft.crl_hosts).map(drop).map_err(|why| {
        Error::field(
            "/crl_source",
            format!("吊销列表来源有误：{why}"),
            format!("The source of the list is wrong: {why}"),
        )
    })
}

/// Where a list comes from.
enum ListSource<'a> {
    File(&'a std::path::Path),
    Http(reqwest::Url),
}

fn check_source<'a>(source: &'a str, hosts: &[String]) -> Anyhow<ListSource<'a>> {
    ensure!(source.len() <= 500, "at most 500 bytes");
    if source.starts_with('/') {
        let path = std::path::Path::new(source);
        ensure!(
            path.extension().is_some_and(|ending| ["crl", "pem", "der"].iter().any(|known| ending == *known)),
            "a file's name ends in .crl, .pem or .der"
        );
        return Ok(ListSource::File(path));
    }
    let url = reqwest::Url::parse(source).ok().filter(|url| url.scheme() == "http");
    let url = url.context("an absolute path, or an address that begins with http://")?;
    ensure!(url.username().is_empty() && url.password().is_none(), "no user and password in the address");
    let host = url.host_str().unwrap_or_default();
    ensure!(hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(host)), "the host {host:?} isn't among crl_hosts");
    Ok(ListSource::Http(url))
}

/// Fetches the lists every hour.
pub(super) const REFRESH: JobKind = JobKind {
    // Of sixteen authorities none answers, and each is waited for.
    patience: Duration::from_mins(10),
    ..JobKind::new("certificates.refresh", ("更新证书吊销列表", "Fetch revocation lists"), |app, _| {
        Box::pin(async move {
            refresh(&app).await?;
            Ok(())
        })
    })
    .every(PERIOD)
};

/// Fetches every list that has a source, once.
async fn refresh(app: &App) -> Result<()> {
    let job = Actor::system("revocation lists");
    let mut tx = app.db.begin(&job).await?;
    let kept = store::kept(&mut tx).await?;
    tx.commit().await?;
    for authority in kept {
        let Some(source) = authority.crl_source.clone() else { continue };
        let fetched = fetch_and_read(&authority, &source).await;
        let mut tx = app.db.begin(&job).await?;
        match fetched {
            Ok(crl) => {
                let newer = authority.crl.as_deref() != Some(crl.der());
                if newer && store::set_crl(&mut tx, authority.id, &crl).await? {
                    tx.audit(AuditEntry {
                        action: "authority.crl",
                        object: format!("authority {}", authority.id),
                        region: 0,
                        detail: json!({"next_update": crl.next_update(), "revoked": crl.len()}),
                    });
                } else {
                    store::tried_crl(&mut tx, authority.id, None).await?;
                }
            }
            Err(error) => {
                tracing::warn!(authority = authority.id, "its revocation list can't be fetched: {error:#}");
                let problem: String = format!("{error:#}").chars().take(400).collect();
                store::tried_crl(&mut tx, authority.id, Some(&problem)).await?;
            }
        }
        tx.commit().await?;
    }
    Ok(())
}

async fn fetch_and_read(authority: &Kept, source: &str) -> Anyhow<Crl> {
    let list = tokio::time::timeout(PATIENCE, fetch(check_source(source, &authority.crl_hosts)?))
        .await
        .context("no answer in time")??;
    match read(&authority.der, list).await {
        Ok(Ok(crl)) => Ok(crl),
        Ok(Err(refusal)) => bail!("{}", refusal.text().zh),
        Err(error) => bail!("{error:?}"),
    }
}

async fn fetch(source: ListSource<'_>) -> Anyhow<Vec<u8>> {
    let mut list = Vec::new();
    match source {
        ListSource::File(path) => {
            // A pipe or a device would never end.
            ensure!(tokio::fs::metadata(path).await?.is_file(), "no plain file");
            let limit = u64::try_from(MOST)? + 1;
            tokio::fs::File::open(path).await?.take(limit).read_to_end(&mut list).await?;
        }
        ListSource::Http(url) => {
            // No redirects and no proxy: only the host that was named is asked.
            let client = reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .connect_timeout(Duration::from_secs(5))
                .build()?;
            let mut answer = client.get(url).send().await?;
            ensure!(answer.status() == 200, "the host answers {}", answer.status());
            while let Some(chunk) = answer.chunk().await? {
                list.extend_from_slice(&chunk);
                ensure!(list.len() <= MOST, "more than {MOST} bytes");
            }
        }
    }
    ensure!(list.len() <= MOST, "more than {MOST} bytes");
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_comes_from_a_named_host_or_a_plain_file_and_nowhere_else() {
        let hosts = ["ca.test".to_owned()];
        for good in ["http://ca.test/root.crl", "http://CA.test:8080/x?y", "/var/lib/ca/root.crl"] {
            assert!(check_source(good, &hosts).is_ok(), "{good}");
        }
        for wrong in [
            "http://other.test/root.crl",
            "https://ca.test/root.crl",
            "http://ca.test@other.test/",
            "http://user:word@ca.test/",
            "file:///etc/passwd",
            "/etc/passwd",
            "root.crl",
            "http://127.0.0.1/",
        ] {
            assert!(check_source(wrong, &hosts).is_err(), "{wrong}");
        }
    }
}
