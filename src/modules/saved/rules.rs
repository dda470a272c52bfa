//! What may be kept.

use super::model::SavedDraft;
use crate::kernel::{
    error::{Error, Result},
    text::{is_blank, text},
};

/// The kinds of what is kept.
const KINDS: [&str; 3] = ["area", "view", LIST];
/// A page's list with its filters: of no map, so that everybody who is signed in may keep it.
pub(super) const LIST: &str = "list";
/// Of each kind a reader keeps at most so many.
pub(super) const MOST: i64 = 200;
/// Bytes of a body: the page writes a vertex in eight letters or so, so that an area of 1,000 fits.
const MAX_BODY: usize = 16 << 10;
const MAX_NAME: usize = 60;

/// Checks a kind that is asked for.
///
/// # Errors
/// A kind that there is not.
pub(super) fn check_kind(kind: Option<&str>) -> Result<()> {
    match kind {
        Some(kind) if !KINDS.contains(&kind) => {
            Err(Error::bad("kind 应为 area、view 或 list。", "kind is area, view or list."))
        }
        _ => Ok(()),
    }
}

/// Checks what is to be kept.
///
/// # Errors
/// The field that is wrong.
pub(super) fn check(draft: &SavedDraft) -> Result<()> {
    let wrong = |pointer: &str, zh: &'static str, en: &'static str| Err(Error::field(pointer, zh, en));
    if !KINDS.contains(&draft.kind.as_str()) {
        return wrong("/kind", "kind 应为 area、view 或 list。", "The kind is area, view or list.");
    }
    if is_blank(&draft.name) || draft.name.trim().chars().count() > MAX_NAME {
        return wrong("/name", "名称应为 1 到 60 字。", "The name has 1 to 60 characters.");
    }
    if draft.body.to_string().len() > MAX_BODY {
        return wrong(
            "/body",
            "内容超过 16 KiB；区域请少画一些顶点。",
            "The body has more than 16 KiB; draw the area with fewer vertices.",
        );
    }
    Ok(())
}

/// Checks that one more of a kind may be kept beside so many.
///
/// # Errors
/// Where there are too many.
pub(super) fn check_room(there: i64) -> Result<()> {
    if there < MOST {
        return Ok(());
    }
    Err(Error::Conflict(text(
        format!("最多保存 {MOST} 个，请先删除不用的。"),
        format!("At most {MOST} can be kept; delete some first."),
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(kind: &str, name: &str, body: usize) -> SavedDraft {
        SavedDraft { kind: kind.to_owned(), name: name.to_owned(), body: "x".repeat(body).into() }
    }

    #[test]
    fn a_draft_has_a_kind_a_name_and_a_body_that_is_not_too_large() {
        let longest = "字".repeat(MAX_NAME);
        assert!(check(&draft("area", &longest, MAX_BODY - 2)).is_ok());
        for (wrong, pointer) in [
            (draft("area", &format!("{longest}字"), 1), "/name"),
            (draft("view", " ", 1), "/name"),
            (draft("scene", "x", 1), "/kind"),
            (draft("view", "x", MAX_BODY - 1), "/body"),
        ] {
            let Err(Error::Invalid(_, fields)) = check(&wrong) else { panic!("{wrong:?} is taken") };
            assert_eq!(fields[0].pointer, pointer);
        }
    }

    #[test]
    fn so_many_of_a_kind_and_no_more_are_kept() {
        assert!(check_room(MOST - 1).is_ok());
        assert!(check_room(MOST).is_err());
        assert!(check_kind(None).is_ok() && check_kind(Some("view")).is_ok() && check_kind(Some("views")).is_err());
    }
}
