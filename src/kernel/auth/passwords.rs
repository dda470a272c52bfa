//! Passwords: stretched by argon2id, off the tasks and only so many at a time.

use argon2::{
    Argon2, Params,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

use super::Auth;
use crate::kernel::error::{Error, Result};

/// OWASP's least for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// How many sign-ins may wait for a core: each takes about 30 ms of one.
pub(super) const QUEUE: usize = 256;

fn argon2() -> Result<Argon2<'static>> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| Error::Internal(anyhow::anyhow!("{error}")))?;
    Ok(Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params))
}

fn stretch(password: &str) -> Result<String> {
    let hash =
        argon2()?.hash_password(password.as_bytes()).map_err(|error| Error::Internal(anyhow::anyhow!("{error}")))?;
    Ok(hash.to_string())
}

/// Stretches a password on this thread: for the console.
///
/// # Errors
/// When there is no memory or no randomness for it.
pub fn hash_password_here(password: &str) -> Result<String> {
    stretch(password)
}

impl Auth {
    /// Stretches a password, to be kept.
    ///
    /// # Errors
    /// 503 when too many wait.
    pub async fn hash_password(&self, password: String) -> Result<String> {
        self.0.hashing.run(move || stretch(&password)).await
    }

    /// Whether this is the password that was kept. Without one it takes as long and says no, so that the time doesn't
    /// tell whether there is such an account.
    ///
    /// # Errors
    /// 503 when too many wait.
    pub async fn verify_password(&self, kept: Option<String>, password: String) -> Result<bool> {
        self.0
            .hashing
            .run(move || {
                let Some(kept) = kept else {
                    stretch(&password)?;
                    return Ok(false);
                };
                let kept = PasswordHash::new(&kept).map_err(|error| Error::Internal(anyhow::anyhow!("{error}")))?;
                Ok(argon2()?.verify_password(password.as_bytes(), &kept).is_ok())
            })
            .await
    }

    /// Whether it is one of those that were kept.
    ///
    /// # Errors
    /// 503 when too many wait.
    pub async fn is_one_of(&self, kept: Vec<String>, password: String) -> Result<bool> {
        for kept in kept {
            if self.verify_password(Some(kept), password.clone()).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
