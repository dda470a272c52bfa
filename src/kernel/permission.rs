//! What a permission is, and those of the kernel's own mechanisms.

/// A permission, as the part of the product that checks it declares it. It is held by a role or a token under its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Its name in roles, tokens and refusals: `audit.read`. Once landed it doesn't change.
    pub name: &'static str,
    /// What people call it: Chinese, English.
    pub title: (&'static str, &'static str),
}

impl Permission {
    /// A permission of this name, called so in Chinese and in English.
    #[must_use]
    pub const fn new(name: &'static str, zh: &'static str, en: &'static str) -> Self {
        Self { name, title: (zh, en) }
    }
}

/// Reads the audit.
pub const READ_AUDIT: Permission = Permission::new("audit.read", "查看安全审计", "Read the audit");
/// Reads plain values of masked columns, up to sensitivity level 3.
pub const SEE_SENSITIVE: Permission = Permission::new("person.clear", "查看敏感信息", "See sensitive fields");
/// Reads categories of sensitivity level 4 as well.
pub const SEE_SPECIAL: Permission =
    Permission::new("person.special", "查看最高敏感级人员类别", "See categories of the highest sensitivity");
/// Reads the server's own figures.
pub const OBSERVE_SERVER: Permission = Permission::new("server.observe", "查看运行指标", "Read the server's figures");
/// Sees agencies, people and the regions that they are tied to.
pub const READ_IDENTITY: Permission = Permission::new("identity.read", "查看机构与人员", "See agencies and people");
