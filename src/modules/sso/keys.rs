//! The keys that sign tokens. A new one is made every quarter, published a day before it signs, and the old one stays
//! published until what it signed has run out.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, jwk::Jwk};
use rand::RngExt;
use rsa::{PrivateKey, pkcs1::EncodeRsaPrivateKey};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::Mutex;

use super::store;
use crate::kernel::{
    actor::Actor,
    app::App,
    db::{AuditEntry, Db},
    error::{Error, Result},
};

/// How long what was read is believed.
const FRESH: Duration = Duration::from_mins(1);
const BITS: usize = 2048;

/// The keys as they were read last.
#[derive(Default)]
pub(super) struct Keys(Mutex<Option<(Instant, Arc<Vec<Key>>)>>);

/// A pair of keys.
pub(super) struct Key {
    kid: String,
    signs_from: DateTime<Utc>,
    private: EncodingKey,
    public: Jwk,
}

fn broken(error: impl Into<anyhow::Error>) -> Error {
    Error::Internal(error.into())
}

impl Key {
    fn read(kid: String, signs_from: DateTime<Utc>, der: &[u8]) -> Result<Self> {
        let private = EncodingKey::from_rsa_der(der);
        let mut public = Jwk::from_encoding_key(&private, Algorithm::RS256).map_err(broken)?;
        public.common.key_id = Some(kid.clone());
        public.common.public_key_use = Some(jsonwebtoken::jwk::PublicKeyUse::Signature);
        Ok(Self { kid, signs_from, private, public })
    }
}

impl Keys {
    async fn all(&self, db: &Db) -> Result<Arc<Vec<Key>>> {
        let mut kept = self.0.lock().await;
        if let Some((_, keys)) = kept.as_ref().filter(|(at, _)| at.elapsed() < FRESH) {
            return Ok(keys.clone());
        }
        let mut tx = db.begin(&Actor::system("signing keys")).await?;
        if store::key_is_due(&mut tx).await? {
            let der = tokio::task::spawn_blocking(make).await.map_err(broken)??;
            let kid: [u8; 8] = rand::rng().random();
            let kid: String = kid.iter().map(|byte| format!("{byte:02x}")).collect();
            store::insert_key(&mut tx, &kid, &der).await?;
            let object = format!("key {kid}");
            tx.audit(AuditEntry::new("sso.key", object, serde_json::json!({})));
        }
        let rows = store::keys(&mut tx).await?;
        tx.commit().await?;
        let keys =
            rows.into_iter().map(|row| Key::read(row.kid, row.signs_from, &row.private)).collect::<Result<_>>()?;
        let keys = Arc::new(keys);
        *kept = Some((Instant::now(), Arc::clone(&keys)));
        Ok(keys)
    }

    /// What is published (RFC 7517).
    pub(super) async fn published(&self, db: &Db) -> Result<Value> {
        let keys = self.all(db).await?;
        Ok(serde_json::json!({"keys": keys.iter().map(|key| &key.public).collect::<Vec<_>>()}))
    }

    /// Signs claims with the newest key that signs now; `kind` is the token's type in its header.
    pub(super) async fn sign(&self, app: &App, kind: &str, claims: &impl Serialize) -> Result<String> {
        let keys = self.all(&app.db).await?;
        // Taken after the keys are read: reading may create the first key, which signs from that moment.
        let now = app.clock.now();
        let key = keys.iter().filter(|key| key.signs_from <= now).max_by_key(|key| key.signs_from);
        let key = key.ok_or_else(|| broken(anyhow::anyhow!("no key signs")))?;
        let header = Header { typ: Some(kind.to_owned()), kid: Some(key.kid.clone()), ..Header::new(Algorithm::RS256) };
        jsonwebtoken::encode(&header, claims, &key.private).map_err(broken)
    }

    /// The claims of an identity token of ours, run out or not; nothing when it isn't one.
    pub(super) async fn hinted(&self, db: &Db, token: &str) -> Result<Option<Value>> {
        let Ok(header) = jsonwebtoken::decode_header(token) else { return Ok(None) };
        let keys = self.all(db).await?;
        let Some(key) = keys.iter().find(|key| Some(&key.kid) == header.kid.as_ref()) else { return Ok(None) };
        let mut validation = Validation::new(Algorithm::RS256);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_required_spec_claims(&["iss", "sub", "aud"]);
        let public = DecodingKey::from_jwk(&key.public).map_err(broken)?;
        let read = jsonwebtoken::decode::<Value>(token, &public, &validation);
        Ok(read.ok().filter(|read| read.header.typ.as_deref() == Some("JWT")).map(|read| read.claims))
    }
}

fn make() -> Result<Vec<u8>> {
    let key = PrivateKey::new(&mut rand::rng(), BITS).map_err(broken)?;
    Ok(key.to_pkcs1_der().map_err(broken)?.as_bytes().to_vec())
}
