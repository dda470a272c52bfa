//! Who acts: what they may see and do.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};

use super::{
    error::{Error, Result},
    permission::Permission,
    text::text,
};
use crate::spatial::{region::RegionCode, scope::Scope};

/// Somebody who acts, or a job of the program itself.
///
/// As an extractor it is what lets a handler get at data: without a valid token or session the answer is 401.
#[derive(Clone, Debug)]
pub struct Actor(Arc<ActorInner>);

#[derive(Debug)]
struct ActorInner {
    name: String,
    key: String,
    regions: Vec<RegionCode>,
    scope: Scope,
    permissions: Permissions,
    rights_end: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    person: Option<Person>,
}

/// The person behind an actor who has an account: who it is, in which session, and in which post they act.
#[derive(Clone, Debug)]
pub struct Person {
    /// The account's id.
    pub account: i64,
    /// By what they sign in.
    pub login: String,
    /// The session's id.
    pub session: i64,
    /// The holding in which they act: none while they hold no post.
    pub holding: Option<i64>,
    /// The post's name; empty without one.
    pub post: String,
    /// Nothing is theirs to do until they have set a new password.
    pub must_change: bool,
    /// How many notices about the account its holder hasn't seen.
    pub notices: i64,
}

#[derive(Debug, PartialEq)]
enum Permissions {
    All,
    These(BTreeSet<String>),
}

/// What an actor is made of when a token or a session has been checked.
#[derive(Clone, Debug)]
pub struct Grant {
    /// By which the audit names them.
    pub name: String,
    /// The regions that are theirs.
    pub regions: Vec<RegionCode>,
    /// What they may do.
    pub permissions: BTreeSet<String>,
    /// When that ends.
    pub expires_at: Option<DateTime<Utc>>,
}

impl Actor {
    /// The actor of a token's grant, signed in until then; for as long as the grant holds when nothing is said.
    ///
    /// # Errors
    /// When the regions are more than a scope can hold.
    pub fn new(
        token: i64,
        grant: Grant,
        until: Option<DateTime<Utc>>,
    ) -> Result<Self, crate::spatial::scope::ScopeTooLong> {
        Ok(Self(Arc::new(ActorInner {
            scope: Scope::of(&grant.regions)?,
            name: grant.name,
            key: format!("token:{token}"),
            regions: grant.regions,
            permissions: Permissions::These(grant.permissions),
            rights_end: grant.expires_at,
            expires_at: grant.expires_at.into_iter().chain(until).min(),
            person: None,
        })))
    }

    /// The actor of an account's session, in the post of the grant, signed in until then.
    ///
    /// # Errors
    /// When the regions are more than a scope can hold.
    pub fn of_person(
        person: Person,
        grant: Grant,
        until: DateTime<Utc>,
    ) -> Result<Self, crate::spatial::scope::ScopeTooLong> {
        Ok(Self(Arc::new(ActorInner {
            scope: Scope::of(&grant.regions)?,
            name: grant.name,
            key: format!("account:{}", person.account),
            regions: grant.regions,
            permissions: Permissions::These(grant.permissions),
            rights_end: grant.expires_at,
            expires_at: Some(grant.expires_at.map_or(until, |end| end.min(until))),
            person: Some(person),
        })))
    }

    /// The program itself, at a job: sees everything, may everything, and is audited by the job's name.
    #[must_use]
    pub fn system(job: &str) -> Self {
        Self(Arc::new(ActorInner {
            name: format!("system:{job}"),
            key: format!("system:{job}"),
            regions: Vec::new(),
            scope: Scope::everything(),
            permissions: Permissions::All,
            rights_end: None,
            expires_at: None,
            person: None,
        }))
    }

    /// By which the audit names them.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// What no other actor has, and every session of theirs: two tokens may have one name.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.0.key
    }

    /// The token's id, where a token stands behind them.
    #[must_use]
    pub fn token(&self) -> Option<i64> {
        self.0.key.strip_prefix("token:")?.parse().ok()
    }

    /// Whether it is the program itself, at a job.
    #[must_use]
    pub fn is_the_program(&self) -> bool {
        self.0.permissions == Permissions::All
    }

    /// The person, where an account stands behind them and not a token or a job.
    #[must_use]
    pub fn person(&self) -> Option<&Person> {
        self.0.person.as_ref()
    }

    /// The person, for what is a person's to do: what raises rights or belongs to an account is not a token's.
    ///
    /// # Errors
    /// 409 for a token.
    pub fn require_person(&self) -> Result<&Person> {
        self.person().ok_or_else(|| {
            Error::Conflict(text(
                "此操作须由登录账号的人员进行，令牌不能代替。",
                "This is for a person who has signed in to an account; a token can't stand for one.",
            ))
        })
    }

    /// The post in which they act; empty for who acts in none.
    #[must_use]
    pub fn post(&self) -> &str {
        self.0.person.as_ref().map_or("", |person| &person.post)
    }

    /// What they may see.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.0.scope
    }

    /// The regions that are theirs.
    #[must_use]
    pub fn regions(&self) -> &[RegionCode] {
        &self.0.regions
    }

    /// The region by which their own records are scoped: their first.
    #[must_use]
    pub fn home(&self) -> i64 {
        self.0.regions.first().map_or(0, |region| region.get())
    }

    /// When their rights end, however often they sign in anew.
    #[must_use]
    pub fn rights_end(&self) -> Option<DateTime<Utc>> {
        self.0.rights_end
    }

    /// When their sign-in ends.
    #[must_use]
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.0.expires_at
    }

    /// Returns true if the actor holds the permission.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        match &self.0.permissions {
            Permissions::All => true,
            Permissions::These(permissions) => permissions.contains(permission.name),
        }
    }

    /// Returns true if the actor holds the permission of this name.
    #[must_use]
    pub fn may_named(&self, permission: &str) -> bool {
        match &self.0.permissions {
            Permissions::All => true,
            Permissions::These(permissions) => permissions.contains(permission),
        }
    }

    /// Whether they may see and do just what another may.
    #[must_use]
    pub fn has_the_rights_of(&self, other: &Self) -> bool {
        self.0.scope == other.0.scope && self.0.permissions == other.0.permissions
    }

    /// What they may do, by name; nothing for the program itself, which may everything.
    pub fn permissions(&self) -> impl Iterator<Item = &str> {
        let these = match &self.0.permissions {
            Permissions::All => None,
            Permissions::These(permissions) => Some(permissions),
        };
        these.into_iter().flatten().map(String::as_str)
    }

    /// Refuses an actor who doesn't hold the permission.
    ///
    /// # Errors
    /// 403 that names the permission.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.may(permission) { Ok(()) } else { Err(Error::Forbidden(permission.name)) }
    }
}
