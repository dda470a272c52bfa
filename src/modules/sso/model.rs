//! Systems that people reach with one sign-in, and platforms that vouch for people.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Days for which a signing key signs.
pub(super) const SIGNS_DAYS: i32 = 90;
/// Hours for which it is published before.
pub(super) const AHEAD_HOURS: i32 = 24;

/// A system that is registered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClientSystem {
    /// Its id.
    pub(super) id: i64,
    /// By which it names itself in the protocol.
    pub(super) client_id: String,
    /// What people call it.
    pub(super) name: String,
    /// What it is for.
    pub(super) about: String,
    /// Where people open it.
    pub(super) home_url: Option<String>,
    /// Where a sign-in may go back to.
    pub(super) redirect_uris: Vec<String>,
    /// Where a sign-out may go on to.
    pub(super) signed_out_uris: Vec<String>,
    /// What is told when a session ends.
    pub(super) sign_out_uri: Option<String>,
    /// Whether it keeps a secret.
    pub(super) confidential: bool,
    /// The roles whose holders may open it; everyone when there is none.
    pub(super) roles: Vec<String>,
    /// Its place among the others.
    pub(super) position: i32,
    /// Who said so last.
    pub(super) updated_by: String,
    /// And when.
    pub(super) updated_at: DateTime<Utc>,
    /// Sessions that use it now.
    pub(super) sessions: i64,
}

/// A system as it is to be.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SystemDraft {
    /// Small letters, digits, `.`, `_` and `-`, 2 to 40; stays as it is once registered.
    pub(super) client_id: String,
    /// 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    pub(super) name: String,
    /// At most 200 characters.
    #[serde(default)]
    pub(super) about: String,
    /// Where people open it.
    pub(super) home_url: Option<String>,
    /// One to ten, each matched whole.
    pub(super) redirect_uris: Vec<String>,
    /// At most ten.
    #[serde(default)]
    pub(super) signed_out_uris: Vec<String>,
    /// Told by POST when a session ends.
    pub(super) sign_out_uri: Option<String>,
    /// Whether it keeps a secret; a program on a telephone or in a browser can't.
    pub(super) confidential: bool,
    /// Codes of roles; everyone when empty.
    #[serde(default)]
    pub(super) roles: Vec<String>,
    /// Its place among the others.
    #[serde(default)]
    pub(super) position: i32,
}

/// A system that the reader may open.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PortalSystem {
    /// Its id.
    pub(super) id: i64,
    /// What people call it.
    pub(super) name: String,
    /// What it is for.
    pub(super) about: String,
    /// Where it opens.
    pub(super) home_url: String,
    /// Whether this session is signed in there already.
    pub(super) signed_in: bool,
}

/// A platform that vouches for people.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SignInProvider {
    /// Its id.
    pub(super) id: i64,
    /// What people call it.
    pub(super) name: String,
    /// Its address as it names itself.
    pub(super) issuer: String,
    /// As what Gridhall is registered there.
    pub(super) client_id: String,
    /// By what its people are found here: `external_id` (its subject) or `login` (its user name).
    pub(super) match_by: String,
    /// Who registered it.
    pub(super) updated_by: String,
    /// And when.
    pub(super) updated_at: DateTime<Utc>,
    /// Who agreed; until then nobody signs in by it.
    pub(super) agreed_by: Option<String>,
    /// And when.
    pub(super) agreed_at: Option<DateTime<Utc>>,
}

/// Such a platform as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProviderDraft {
    /// 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    pub(super) name: String,
    /// Its address as it names itself; `/.well-known/openid-configuration` lies below it.
    pub(super) issuer: String,
    /// As what Gridhall is registered there.
    pub(super) client_id: String,
    /// The secret that goes with it; never shown again.
    pub(super) client_secret: String,
    /// `external_id` or `login`.
    pub(super) match_by: String,
}

/// A platform as the sign-in page shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SignInChoice {
    /// Its id.
    pub(super) id: i64,
    /// What people call it.
    pub(super) name: String,
}
