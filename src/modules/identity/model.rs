//! Agencies, posts, accounts and what raises their rights.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use utoipa::ToSchema;

use crate::{
    kernel::{
        codes::{CodeTable, named},
        permission::Permission,
    },
    records::form::{FormDef, FormType},
};

/// Manages agencies and people.
pub(crate) const MANAGE_IDENTITY: Permission =
    Permission::new("identity.manage", "管理机构与人员", "Manage agencies and people");
/// Decides on rights and security.
pub(crate) const SECURE_IDENTITY: Permission =
    Permission::new("identity.secure", "审批权限与安全设置", "Decide on rights and security");

/// An office of the city's administration, in its tree.
#[derive(Clone, Debug, Serialize, ToSchema, FromRow)]
pub(super) struct Agency {
    /// Its id.
    pub(super) id: i64,
    /// The agency that it belongs to; none at the top.
    pub(super) parent_id: Option<i64>,
    /// The region that it is tied to, 15 digits.
    pub(super) region: i64,
    /// 部门编码, the office platform's own.
    pub(super) code: Option<String>,
    /// What people call it.
    pub(super) name: String,
    /// party, government, department, street, community, grid or provider.
    pub(super) kind: String,
    /// Its place among its siblings.
    pub(super) position: i32,
    /// How many people who haven't left belong to it.
    pub(super) people: i64,
}

/// An agency as it is to be.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgencyDraft {
    /// The agency that it belongs to; none at the top.
    pub(crate) parent_id: Option<i64>,
    /// The region that it is tied to, 15 digits.
    pub(crate) region: i64,
    /// 部门编码, at most 40 characters; no two agencies have one.
    #[schema(max_length = 40)]
    pub(crate) code: Option<String>,
    /// 1 to 80 characters.
    pub(crate) name: String,
    /// party, government, department, street, community, grid or provider.
    pub(crate) kind: String,
    /// Its place among its siblings.
    #[serde(default)]
    pub(crate) position: i32,
}

/// How an agency is asked for.
pub(super) static AGENCY_FORM: FormDef =
    FormDef::new("agency", include_str!("forms/agency.json")).needs(&[MANAGE_IDENTITY]);

impl FormType for AgencyDraft {
    fn form() -> &'static FormDef {
        &AGENCY_FORM
    }
}

/// What the states of accounts are called.
pub(super) static ACCOUNT_STATES: CodeTable = CodeTable::new("account_state", || {
    named(&[
        ["invited", "待启用", "Invited"],
        ["active", "正常", "Active"],
        ["suspended", "停用", "Suspended"],
        ["dormant", "长期未登录锁定", "Locked, long unused"],
        ["left", "已离职", "Left"],
    ])
});

/// What the kinds of agencies are called.
pub(super) static AGENCY_KIND_NAMES: CodeTable = CodeTable::new("agency_kind", || {
    named(&[
        ["party", "党委", "Party committee"],
        ["government", "政府", "Government"],
        ["department", "部门", "Department"],
        ["street", "街道（乡镇）", "Street or town"],
        ["community", "社区（村）", "Community or village"],
        ["grid", "网格", "Grid"],
        ["provider", "服务单位", "Provider"],
    ])
});

/// The kinds of agencies.
pub(super) const AGENCY_KINDS: &[&str] =
    &["party", "government", "department", "street", "community", "grid", "provider"];

/// A role and what it may do.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Role {
    /// Its code.
    pub(super) code: String,
    /// 简体中文.
    pub(super) name: String,
    /// English.
    pub(super) name_en: String,
    /// At which level its posts stand: self, grid, community, street, county or city.
    pub(super) level: String,
    /// system, security or audit for the three administrators.
    pub(super) administrator: Option<String>,
    /// What it may do.
    pub(super) permissions: Vec<String>,
    /// Who said so last.
    pub(super) updated_by: String,
    /// And when.
    pub(super) updated_at: DateTime<Utc>,
}

/// A seat in an agency.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Post {
    /// Its id.
    pub(super) id: i64,
    /// The agency's id.
    pub(super) agency_id: i64,
    /// The agency's name.
    pub(super) agency: String,
    /// The role's code.
    pub(super) role: String,
    /// What people call it.
    pub(super) name: String,
    /// The regions that it looks after: the scope of who acts in it.
    pub(super) regions: Vec<i64>,
    /// The names of those who hold it now.
    pub(super) held_by: Vec<String>,
}

/// A seat as it is to be.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PostDraft {
    /// The agency's id.
    pub(super) agency_id: i64,
    /// The role's code.
    pub(super) role: String,
    /// 1 to 80 characters.
    #[schema(min_length = 1, max_length = 80)]
    pub(super) name: String,
    /// One to four regions, 15 digits each.
    pub(super) regions: Vec<i64>,
}

/// A post that somebody holds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Holding {
    /// The holding's id.
    pub(crate) id: i64,
    /// The post's id.
    pub(crate) post_id: i64,
    /// The post's name.
    pub(crate) post: String,
    /// The agency's name.
    pub(crate) agency: String,
    /// The role's code.
    pub(crate) role: String,
    /// The role's name.
    pub(crate) role_name: String,
    /// The regions that the post looks after.
    pub(crate) regions: Vec<i64>,
    /// Whether they hold it for somebody who is away.
    pub(crate) stand_in: bool,
    /// From when.
    pub(crate) from_at: DateTime<Utc>,
    /// Until when; open without.
    pub(crate) until_at: Option<DateTime<Utc>>,
}

/// Somebody who may sign in.
#[derive(Clone, Debug, Serialize, ToSchema, FromRow)]
pub(super) struct Account {
    /// Its id.
    pub(super) id: i64,
    /// By what they sign in.
    pub(super) login: String,
    /// Their name.
    pub(super) name: String,
    /// The agency's id.
    pub(super) agency_id: i64,
    /// The agency's name.
    pub(super) agency: String,
    /// Their telephone.
    pub(super) phone: Option<String>,
    /// Their mail.
    pub(super) email: Option<String>,
    /// invited, active, suspended, dormant or left.
    pub(super) state: String,
    /// system, security or audit for the three administrators.
    pub(super) administrator: Option<String>,
    /// Whether they sign in by certificate alone.
    pub(super) certificate_only: bool,
    /// Whether a second factor is asked of them.
    pub(super) second_factor: bool,
    /// When they signed in last.
    pub(super) signed_in_at: Option<DateTime<Utc>>,
    /// The names of the posts that they hold now.
    pub(super) posts: Vec<String>,
}

/// The state of an account.
pub(super) const STATES: &[&str] = &["invited", "active", "suspended", "dormant", "left"];

/// An account as it is to be.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountDraft {
    /// The agency's id.
    pub(super) agency_id: i64,
    /// 2 to 40 of a to z, digits, dot, dash and underscore. Not to be changed later.
    pub(super) login: String,
    /// 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    pub(super) name: String,
    /// Their telephone.
    pub(super) phone: Option<String>,
    /// Their mail.
    pub(super) email: Option<String>,
    /// Their identity number, GB 11643; by it a certificate may be matched. Never given out again.
    pub(super) citizen_id: Option<String>,
    /// Whether they sign in by certificate alone.
    #[serde(default)]
    pub(super) certificate_only: bool,
}

/// The kinds of requests, and what they are called.
const NAMED_KINDS: [[&str; 3]; 10] = [
    ["holding", "任职", "Post held"],
    ["role", "角色权限", "Role"],
    ["reset", "重置密码", "New password"],
    ["certificate", "绑定证书", "Certificate bound"],
    ["unbind", "解绑证书", "Certificate unbound"],
    ["authority", "信任证书颁发机构", "Authority trusted"],
    ["state", "账号状态", "State of an account"],
    ["contact", "账号资料", "Details of an account"],
    ["end_holding", "终止任职", "Post given up"],
    ["close_post", "撤销岗位", "Post closed"],
];

/// What the kinds of requests are called.
pub(super) static REQUEST_KIND_NAMES: CodeTable = CodeTable::new("request_kind", || named(&NAMED_KINDS));

/// The kinds of requests.
pub(super) const REQUEST_KINDS: &[&str] = &{
    let mut kinds = [""; NAMED_KINDS.len()];
    let mut at = 0;
    while at < kinds.len() {
        kinds[at] = NAMED_KINDS[at][0];
        at += 1;
    }
    kinds
};

/// A request that raises rights.
#[derive(Clone, Debug, FromRow, Serialize, ToSchema)]
pub(super) struct RightsRequest {
    /// Its id.
    pub(super) id: i64,
    /// holding, role, reset, certificate, unbind, authority, state, contact, `end_holding` or `close_post`.
    pub(super) kind: String,
    /// What is asked for, as a sentence's parts: who, which post or role, until when, which permissions.
    pub(super) body: serde_json::Value,
    /// Why.
    pub(super) reason: String,
    /// Who asked.
    pub(super) requested_by: String,
    /// The account that asked.
    pub(super) requested_by_id: i64,
    /// When.
    pub(super) requested_at: DateTime<Utc>,
    /// Who decided.
    pub(super) decided_by: Option<String>,
    /// When.
    pub(super) decided_at: Option<DateTime<Utc>>,
    /// How.
    pub(super) granted: Option<bool>,
    /// What was said to it.
    pub(super) note: String,
}

/// What is asked for, as it is kept.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Wish {
    /// That an account holds a post.
    Holding {
        /// The account.
        account_id: i64,
        /// Their name, as it was.
        account: String,
        /// The post.
        post_id: i64,
        /// Its name, as it was.
        post: String,
        /// The name of its role: a post may be called anything, so who decides is shown what it may do,
        #[serde(default)]
        role: String,
        /// and where.
        #[serde(default)]
        regions: Vec<i64>,
        /// For somebody who is away.
        stand_in: bool,
        /// From when; at once without.
        from_at: Option<DateTime<Utc>>,
        /// Until when.
        until_at: Option<DateTime<Utc>>,
    },
    /// That a role carries these permissions.
    Role {
        /// The role.
        code: String,
        /// Its name.
        role: String,
        /// What it is to carry more.
        added: Vec<String>,
        /// What it is to carry no more: only of an administrator's role, since any other loses it at once.
        #[serde(default)]
        removed: Vec<String>,
    },
    /// That the holder of an account sets a new password: who asked is given the link for them once this is granted.
    Reset {
        /// The account.
        account_id: i64,
        /// Their name, as it was.
        account: String,
        /// By what they sign in.
        login: String,
    },
    /// That a certificate opens an account.
    Certificate {
        /// The account.
        account_id: i64,
        /// Their name, as it was.
        account: String,
        /// The certificate, which is kept and opens nothing yet.
        certificate_id: i64,
        /// Who issued it.
        issuer: String,
        /// Its serial number.
        serial: String,
        /// SHA-256, in hexadecimal digits.
        fingerprint: String,
    },
    /// That a certificate opens an administrator's account no more.
    Unbind {
        /// The account.
        account_id: i64,
        /// Their name, as it was.
        account: String,
        /// The certificate.
        certificate_id: i64,
    },
    /// That the certificates of an authority sign people in.
    Authority {
        /// The authority, which is kept and trusted by nobody yet.
        authority_id: i64,
        /// What people call it.
        name: String,
        /// Its name in certificates.
        subject: String,
        /// SHA-256, in hexadecimal digits.
        fingerprint: String,
    },
    /// That an administrator's account is in another state.
    State {
        /// The account.
        account_id: i64,
        /// Their name, as it was.
        account: String,
        /// active, suspended or left.
        state: String,
    },
    /// That an administrator's account says something else of its holder.
    Contact {
        /// The account.
        account_id: i64,
        /// Their name, as it was.
        account: String,
        /// What it is to say.
        after: Contact,
    },
    /// That an administrator holds a post no more.
    EndHolding {
        /// The account.
        account_id: i64,
        /// Their name, as it was.
        account: String,
        /// The holding.
        holding_id: i64,
        /// The post's name, as it was.
        post: String,
    },
    /// That a post which administrators hold is closed.
    ClosePost {
        /// The post.
        post_id: i64,
        /// Its name, as it was.
        post: String,
        /// The names of those who held it.
        held_by: Vec<String>,
    },
}

impl Wish {
    /// By what the database tells its kind.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Holding { .. } => "holding",
            Self::Role { .. } => "role",
            Self::Reset { .. } => "reset",
            Self::Certificate { .. } => "certificate",
            Self::Unbind { .. } => "unbind",
            Self::Authority { .. } => "authority",
            Self::State { .. } => "state",
            Self::Contact { .. } => "contact",
            Self::EndHolding { .. } => "end_holding",
            Self::ClosePost { .. } => "close_post",
        }
    }

    /// The permission that deciding it needs: never the one that asking for it needs.
    pub(super) const fn decided_with(&self) -> Permission {
        match self {
            Self::Certificate { .. } | Self::Unbind { .. } | Self::Authority { .. } => MANAGE_IDENTITY,
            _ => SECURE_IDENTITY,
        }
    }

    /// The account that gains something by it.
    pub(super) const fn gains(&self) -> Option<i64> {
        match self {
            Self::Holding { account_id, .. }
            | Self::Reset { account_id, .. }
            | Self::Certificate { account_id, .. } => Some(*account_id),
            _ => None,
        }
    }
}

/// What an account says of its holder, without raising rights.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub struct Contact {
    /// The agency's id.
    pub agency_id: i64,
    /// Their name.
    pub name: String,
    /// Their telephone.
    pub phone: Option<String>,
    /// Their mail.
    pub email: Option<String>,
}

/// What the holder of an account is told of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AccountNotice {
    /// Its id.
    pub(super) id: i64,
    /// When.
    pub(super) at: DateTime<Utc>,
    /// `reset_asked`, `reset_refused`, `reset_link`, `reset_used`, `certificate_asked`, `certificate_refused`,
    /// `certificate_bound` or `certificate_unbound`.
    pub(super) kind: String,
    /// Who did it.
    pub(super) by_name: String,
    /// What else is known: the certificate's serial number, the address.
    pub(super) detail: serde_json::Value,
    /// When its holder has seen it.
    pub(super) seen_at: Option<DateTime<Utc>>,
}

/// What the security administrator has set.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policy {
    /// Least length of a password, 8 to 64.
    #[schema(minimum = 8, maximum = 64)]
    pub(crate) password_length: i16,
    /// So many of the last passwords may not be used again, 0 to 24.
    #[schema(minimum = 0, maximum = 24)]
    pub(crate) password_history: i16,
    /// Days that a password holds, 0 for ever.
    #[schema(minimum = 0, maximum = 3650)]
    pub(crate) password_days: i16,
    /// Minutes without a request after which a session ends, 5 to 720.
    #[schema(minimum = 5, maximum = 720)]
    pub(crate) idle_minutes: i16,
    /// Hours after which a session ends in any case, 1 to 24.
    #[schema(minimum = 1, maximum = 24)]
    pub(crate) session_hours: i16,
    /// Days without a sign-in after which an account is locked, 7 to 3650.
    #[schema(minimum = 7, maximum = 3650)]
    pub(crate) dormant_days: i16,
    /// Records with plain identity numbers and the like that each may export in a day without another who agrees, 0 to
    /// 1,000,000.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub(crate) plain_records: i32,
    /// Whether a certificate that names an account's identity number opens it without being bound.
    pub(crate) match_citizen_id: bool,
}

/// A session as its holder sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SessionInfo {
    /// Its id.
    pub(super) id: i64,
    /// password, certificate or oidc.
    pub(super) method: String,
    /// From where it was opened.
    pub(super) address: String,
    /// In which browser.
    pub(super) agent: String,
    /// When.
    pub(super) created_at: DateTime<Utc>,
    /// When it was used last.
    pub(super) last_seen_at: DateTime<Utc>,
    /// Whether it is this one.
    pub(super) current: bool,
}
