//! Decisions: which passwords are taken, how long a failed sign-in waits, what raises rights.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};

use super::model::{AccountDraft, Policy};
use crate::kernel::{
    error::{Error, Result},
    ids::CitizenId,
    text::{Text, is_blank, narrow, text},
};

/// Passwords beyond this length only cost time.
const LONGEST_PASSWORD: usize = 128;
/// A sentence needs no digits and signs.
const LONG: usize = 20;
/// What people choose when they have to choose something.
const COMMON: &[&str] = &[
    "password",
    "passw0rd",
    "qwerty",
    "qwertyuiop",
    "123456",
    "1234567890",
    "abc123",
    "admin",
    "welcome",
    "letmein",
    "iloveyou",
    "woaini",
    "5201314",
    "1qaz2wsx",
    "q1w2e3r4",
    "zaq12wsx",
    "asdfghjkl",
    "gridhall",
];

/// Whether a password is taken for this account.
///
/// # Errors
/// 422 that says what it lacks.
pub(super) fn password(policy: &Policy, login: &str, name: &str, password: &str) -> Result<()> {
    let refuse = |zh: String, en: String| Err(Error::field("/password", zh, en));
    let length = password.chars().count();
    let least = usize::try_from(policy.password_length).unwrap_or(8);
    if length < least {
        return refuse(format!("密码至少 {least} 位。"), format!("The password has at least {least} characters."));
    }
    if length > LONGEST_PASSWORD {
        return refuse(
            format!("密码最多 {LONGEST_PASSWORD} 位。"),
            format!("The password has at most {LONGEST_PASSWORD} characters."),
        );
    }
    let kinds = [
        password.chars().any(|c| c.is_ascii_lowercase()),
        password.chars().any(|c| c.is_ascii_uppercase()),
        password.chars().any(|c| c.is_ascii_digit()),
        password.chars().any(|c| !c.is_ascii_alphanumeric()),
    ];
    if length < LONG && kinds.into_iter().filter(|there| *there).count() < 3 {
        return refuse(
            format!("密码应含大写字母、小写字母、数字、符号中的三种，或不少于 {LONG} 位。"),
            format!(
                "The password has three of: capitals, small letters, digits, signs; or at least {LONG} characters."
            ),
        );
    }
    let lower = password.to_lowercase();
    if lower.contains(login) || lower.contains(&name.to_lowercase()) {
        return refuse(
            "密码不能包含登录名或姓名。".to_owned(),
            "The password doesn't hold the login or the name.".to_owned(),
        );
    }
    let letters: String = lower.chars().filter(char::is_ascii_alphanumeric).collect();
    let bare = letters.trim_end_matches(|c: char| c.is_ascii_digit());
    let different: BTreeSet<char> = lower.chars().collect();
    if COMMON.contains(&letters.as_str()) || COMMON.contains(&bare) || different.len() < 5 {
        return refuse("密码过于常见，请换一个。".to_owned(), "The password is too common; choose another.".to_owned());
    }
    Ok(())
}

/// The permissions by which no personal data is read. Any other counts as one that reads it, those of modules to come too,
/// until it is named here.
const READS_NO_PERSONAL_DATA: &[&str] = &[
    "map.read",
    "case.write",
    "calendar.manage",
    "region.write",
    "wall.direct",
    "server.observe",
    "identity.read",
    "identity.manage",
    "identity.secure",
    "audit.read",
];

/// Whether one of these permissions reads personal data.
pub(super) fn reads_personal_data(permissions: &[String]) -> bool {
    permissions.iter().any(|name| !READS_NO_PERSONAL_DATA.contains(&name.as_str()))
}

/// What failed sign-ins are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// One account from one address: somebody who mistypes, or one who guesses.
    Pair,
    /// One address, whatever it tries.
    Address,
    /// One account from addresses from which it never signed in: many who guess together. Its holder's own addresses are
    /// not in it; nor do the failures of an address hold up who is known there: so no stranger locks them out.
    Strangers,
}

/// Failures are forgotten after so long without another.
pub(crate) const FORGOTTEN: Duration = Duration::hours(24);

/// How long to wait after so many failures: longer each time, and never for ever.
pub(crate) fn wait(counted: Counted, failures: i32) -> Option<Duration> {
    let (from, first, most) = match counted {
        Counted::Pair => (5, Duration::seconds(30), Duration::minutes(30)),
        Counted::Address => (30, Duration::minutes(1), Duration::minutes(30)),
        Counted::Strangers => (20, Duration::minutes(1), Duration::minutes(15)),
    };
    let over = u32::try_from(failures - from).ok()?;
    Some((first * (1_i32 << over.min(10))).min(most))
}

/// Whether an account that signed in then has slept too long.
pub(crate) fn is_dormant(policy: &Policy, last: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - last > Duration::days(policy.dormant_days.into())
}

/// What the holder of an account is told that can't be used now.
pub(crate) fn locked(state: &str) -> Text {
    if state == "dormant" {
        text(
            "该账号长期未登录，已锁定；请联系管理员启用。",
            "This account wasn't used for long and is locked; ask the administrator to open it.",
        )
    } else {
        text("该账号已停用，请联系管理员。", "This account is suspended; ask the administrator.")
    }
}

/// What a role carries more than it does, and whether every permission is one that a module declares.
///
/// # Errors
/// 422 for a permission that nobody declares.
pub(super) fn added(before: &[String], after: &[String], declared: &[&str]) -> Result<Vec<String>> {
    if let Some(unknown) = after.iter().find(|name| !declared.contains(&name.as_str())) {
        return Err(Error::field(
            "/permissions",
            format!("没有权限 {unknown}。"),
            format!("There is no permission {unknown}."),
        ));
    }
    Ok(after.iter().filter(|name| !before.contains(name)).cloned().collect())
}

/// An account's fields as they are kept: without blanks around them, full-width letters and digits narrow, a small `x` of
/// an identity number as `X`; what is empty isn't there.
pub(super) fn tidy(draft: AccountDraft) -> AccountDraft {
    let tidied = |text: &str| narrow(text).trim().to_owned();
    let given = |text: Option<String>| text.map(|text| tidied(&text)).filter(|text| !text.is_empty());
    AccountDraft {
        login: tidied(&draft.login),
        name: draft.name.trim().to_owned(),
        phone: given(draft.phone),
        email: given(draft.email),
        citizen_id: given(draft.citizen_id).map(|id| id.to_ascii_uppercase()),
        ..draft
    }
}

/// Whether an account's fields can be kept as they are.
///
/// # Errors
/// 422 at the first that can't.
pub(super) fn account(draft: &AccountDraft) -> Result<()> {
    each_of_account(draft).into_iter().collect()
}

/// The same of each field.
pub(super) fn each_of_account(draft: &AccountDraft) -> [Result<()>; 5] {
    [
        login(&draft.login),
        name("/name", &draft.name, 60),
        at_most("/phone", draft.phone.as_deref(), 30),
        at_most("/email", draft.email.as_deref(), 120),
        citizen_id(draft.citizen_id.as_deref()),
    ]
}

fn login(login: &str) -> Result<()> {
    let bytes = login.as_bytes();
    let fits = (2..=40).contains(&bytes.len())
        && bytes.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(byte))
        && bytes[0].is_ascii_alphanumeric();
    if fits {
        return Ok(());
    }
    Err(Error::field(
        "/login",
        "登录名为 2 到 40 位小写字母、数字、点、横线或下划线，以字母或数字开头。",
        "A login has 2 to 40 of a to z, digits, dot, dash and underscore, and begins with a letter or digit.",
    ))
}

fn citizen_id(number: Option<&str>) -> Result<()> {
    let Some(Err(error)) = number.map(CitizenId::parse) else { return Ok(()) };
    let why = error.text();
    Err(Error::field(
        "/citizen_id",
        format!("身份证号码有误：{}。", why.zh),
        format!("The identity number is wrong: {}.", why.en),
    ))
}

/// Whether a name, telephone and mail can be kept as they are.
///
/// # Errors
/// 422 at the first that can't.
pub(super) fn contact(called: &str, phone: Option<&str>, email: Option<&str>) -> Result<()> {
    name("/name", called, 60)?;
    at_most("/phone", phone, 30)?;
    at_most("/email", email, 120)
}

/// Whether a name or a reason has 1 to so many characters, and some that can be seen.
///
/// # Errors
/// 422 when it hasn't.
pub(super) fn name(pointer: &str, name: &str, most: usize) -> Result<()> {
    if !is_blank(name) && name.trim().chars().count() <= most {
        return Ok(());
    }
    Err(Error::field(pointer, format!("应为 1 到 {most} 个字。"), format!("It has 1 to {most} characters.")))
}

fn at_most(pointer: &str, value: Option<&str>, most: usize) -> Result<()> {
    if value.is_none_or(|value| value.chars().count() <= most) {
        return Ok(());
    }
    Err(Error::field(pointer, format!("最多 {most} 个字。"), format!("It has at most {most} characters.")))
}

/// Whether what the security administrator sets is within bounds.
///
/// # Errors
/// 422 at the first that isn't.
pub(super) fn policy(policy: &Policy) -> Result<()> {
    for (pointer, value, least, most) in [
        ("/password_length", policy.password_length.into(), 8, 64),
        ("/password_history", policy.password_history.into(), 0, 24),
        ("/password_days", policy.password_days.into(), 0, 3650),
        ("/idle_minutes", policy.idle_minutes.into(), 5, 720),
        ("/session_hours", policy.session_hours.into(), 1, 24),
        ("/dormant_days", policy.dormant_days.into(), 7, 3650),
        ("/plain_records", policy.plain_records, 0, 1_000_000),
    ] {
        if !(least..=most).contains(&value) {
            return Err(Error::field(
                pointer,
                format!("应为 {least} 到 {most}。"),
                format!("It lies between {least} and {most}."),
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual() -> Policy {
        Policy {
            password_length: 10,
            password_history: 5,
            password_days: 90,
            idle_minutes: 60,
            session_hours: 12,
            dormant_days: 90,
            plain_records: 100,
            match_citizen_id: false,
        }
    }

    #[test]
    fn a_password_is_long_mixed_and_not_everybodys() {
        for taken in ["Renmin-2031 lu", "correct horse battery", "仰天大笑出门去Aa1我辈岂是蓬蒿人"] {
            assert!(password(&usual(), "wang", "王芳", taken).is_ok(), "{taken}");
        }
        for refused in [
            "Short-1",
            "alllowercase",
            "Password-123",
            "Wang-20310101",
            "王芳-20310101a",
            "Aa1-Aa1-Aa1-",
            "Qwerty-123456",
        ] {
            assert!(password(&usual(), "wang", "王芳", refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn an_identity_number_is_kept_in_one_way_however_it_was_typed() {
        let draft = |citizen_id: &str| {
            tidy(AccountDraft {
                agency_id: 1,
                login: " ｗａｎｇ".to_owned(),
                name: "\u{3000}王芳 ".to_owned(),
                phone: Some(" ".to_owned()),
                email: None,
                citizen_id: Some(citizen_id.to_owned()),
                certificate_only: false,
            })
        };
        for typed in ["11010519491231002X", " 11010519491231002x", "１１０１０５１９４９１２３１００２ｘ\u{3000}"]
        {
            let draft = draft(typed);
            assert!(account(&draft).is_ok(), "{typed}");
            assert_eq!(draft.citizen_id.as_deref(), Some("11010519491231002X"));
            assert_eq!((draft.login.as_str(), draft.name.as_str(), draft.phone), ("wang", "王芳", None));
        }
        assert!(account(&draft("110105194912310021")).is_err());
        assert_eq!(draft(" ").citizen_id, None);
    }

    #[test]
    fn waiting_grows_and_ends() {
        assert_eq!(wait(Counted::Pair, 4), None);
        assert_eq!(wait(Counted::Pair, 5), Some(Duration::seconds(30)));
        assert_eq!(wait(Counted::Pair, 7), Some(Duration::minutes(2)));
        for counted in [Counted::Pair, Counted::Address, Counted::Strangers] {
            assert!(wait(counted, i32::MAX).unwrap() <= Duration::minutes(30));
        }
    }

    #[test]
    fn what_a_role_carries_more_is_what_it_did_not_carry() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let declared = ["map.read", "case.write"];
        assert_eq!(
            added(&names(&["map.read"]), &names(&["map.read", "case.write"]), &declared).unwrap(),
            ["case.write"]
        );
        assert!(added(&names(&["map.read"]), &names(&[]), &declared).unwrap().is_empty());
        assert!(added(&[], &names(&["everything"]), &declared).is_err());
    }

    #[test]
    fn who_has_not_signed_in_for_long_is_locked() {
        let now = Utc::now();
        assert!(!is_dormant(&usual(), now - Duration::days(90), now));
        assert!(is_dormant(&usual(), now - Duration::days(91), now));
    }
}
