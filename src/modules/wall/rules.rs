//! What a picture may hold.

use std::collections::BTreeSet;

use chrono::Datelike;

use super::model::{Direction, Picture, SceneDraft, ScreenDraft, View};
use crate::kernel::{
    error::{Error, FieldFault, Result},
    text::{is_blank, text},
    time,
};

const THEMES: &[&str] = &["overview", "population", "cases", "emergency", "night"];
const MAX_MESSAGE: usize = 200;
const MAX_LABEL: usize = 100;
const MAX_LINE: usize = 2_000;
const MAX_LIST: usize = 20;
const MAX_KEY: usize = 40;
const MAX_NAME: usize = 60;
/// Scenes and screens that a list shows; more aren't made.
const MOST: usize = 200;

fn wrong(pointer: &str, zh: &'static str, en: &'static str) -> Error {
    let field = FieldFault::new(pointer, zh, en);
    Error::Invalid(text(format!("{zh}（{pointer}）。"), format!("{en} ({pointer}).")), vec![field])
}

fn is_place(lon: f64, lat: f64) -> bool {
    (-180.0..=180.0).contains(&lon) && (-85.0..=85.0).contains(&lat)
}

fn is_view(view: &View) -> bool {
    is_place(view.lon, view.lat)
        && (0.0..=22.0).contains(&view.zoom)
        && (0.0..=80.0).contains(&view.pitch)
        && (-360.0..=360.0).contains(&view.bearing)
}

/// Checks a picture.
///
/// # Errors
/// 422 that names the field.
pub(super) fn check(picture: &Picture) -> Result<()> {
    if picture.theme.as_deref().is_some_and(|theme| !THEMES.contains(&theme)) {
        return Err(wrong("/picture/theme", "没有这个主题", "There is no such theme"));
    }
    if picture.view.as_ref().is_some_and(|view| !is_view(view)) {
        return Err(wrong("/picture/view", "视角超出范围", "The view is out of bounds"));
    }
    if picture.at.is_some_and(|at| !time::YEARS.contains(&at.year())) {
        return Err(wrong("/picture/at", "时刻应在 1970 年至 2200 年之间", "The moment lies between 1970 and 2200"));
    }
    if let Some(spot) = &picture.spotlight
        && (!is_place(spot.lon, spot.lat) || spot.label.chars().count() > MAX_LABEL)
    {
        return Err(wrong("/picture/spotlight", "聚焦位置或说明有误", "The spotlight's place or label is wrong"));
    }
    if picture.line.len() > MAX_LINE || picture.line.iter().any(|&[lon, lat]| !is_place(lon, lat)) {
        return Err(wrong("/picture/line", "标线过长或超出范围", "The line is too long or out of bounds"));
    }
    if picture.message.chars().count() > MAX_MESSAGE {
        return Err(wrong("/picture/message", "通告最多 200 字", "The message has more than 200 characters"));
    }
    for (pointer, list) in [("/picture/layers", &picture.layers), ("/picture/panels", &picture.panels)] {
        let fits = |list: &Vec<String>| list.len() <= MAX_LIST && list.iter().all(|key| key.len() <= MAX_KEY);
        if list.as_ref().is_some_and(|list| !fits(list)) {
            return Err(wrong(pointer, "列表过长", "The list is too long"));
        }
    }
    if picture.figure.as_ref().is_some_and(|figure| figure.len() > MAX_KEY) {
        return Err(wrong("/picture/figure", "指标名称过长", "The figure's key is too long"));
    }
    Ok(())
}

fn check_name(name: &str) -> Result<()> {
    if is_blank(name) || name.trim().chars().count() > MAX_NAME {
        return Err(wrong("/name", "名称应为 1 到 60 字", "The name has 1 to 60 characters"));
    }
    Ok(())
}

/// Checks a scene.
///
/// # Errors
/// 422 that names the field.
pub(super) fn check_scene(scene: &SceneDraft) -> Result<()> {
    check_name(&scene.name)?;
    check(&scene.picture)
}

/// Checks what screens are to show.
///
/// # Errors
/// 422 that names the field.
pub(super) fn check_direction(direction: &Direction) -> Result<()> {
    let distinct: BTreeSet<i64> = direction.screens.iter().copied().collect();
    if direction.screens.len() > MOST || distinct.len() < direction.screens.len() {
        return Err(wrong(
            "/screens",
            "最多指定 200 块屏，且不得重复",
            "At most 200 screens can be named, each of them once",
        ));
    }
    check(&direction.picture)
}

/// Whether there is room for one more of what a list shows.
///
/// # Errors
/// 409.
pub(super) fn check_room(there: i64) -> Result<()> {
    if usize::try_from(there).is_ok_and(|there| there < MOST) {
        return Ok(());
    }
    Err(Error::Conflict(text(
        format!("最多 {MOST} 个，请先删除不用的。"),
        format!("There are {MOST} at most; delete some first."),
    )))
}

/// Checks a screen.
///
/// # Errors
/// 422 that names the field.
pub(super) fn check_screen(screen: &ScreenDraft) -> Result<()> {
    check_name(&screen.name)?;
    if (1..=8).contains(&screen.places) && (1..=screen.places).contains(&screen.place) {
        return Ok(());
    }
    Err(wrong(
        "/place",
        "拼接位置应在 1 到总数（最多 8）之间",
        "The place lies between 1 and the number of places, at most 8",
    ))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;

    #[test]
    fn screens_are_named_once_and_there_is_room_for_200() {
        let direction = |screens: Vec<i64>| Direction { screens, picture: Picture::default() };
        assert!(check_direction(&direction((0..200).collect())).is_ok());
        assert!(check_direction(&direction((0..201).collect())).is_err());
        assert!(check_direction(&direction(vec![1, 2, 1])).is_err());
        assert!(check_room(199).is_ok() && check_room(200).is_err());
    }

    #[test]
    fn a_picture_is_bounded_and_the_field_is_named() {
        assert!(check(&Picture::default()).is_ok());
        let at = |lat: f64| View { lon: 114.9, lat, zoom: 12.0, pitch: 40.0, bearing: 0.0 };
        assert!(check(&Picture { view: Some(at(27.8)), ..Picture::default() }).is_ok());
        let bad = [
            (Picture { view: Some(at(f64::NAN)), ..Picture::default() }, "/picture/view"),
            (Picture { theme: Some("party".to_owned()), ..Picture::default() }, "/picture/theme"),
            (Picture { message: "长".repeat(201), ..Picture::default() }, "/picture/message"),
            (Picture { line: vec![[200.0, 0.0]], ..Picture::default() }, "/picture/line"),
            (Picture { at: Some(DateTime::<Utc>::MAX_UTC), ..Picture::default() }, "/picture/at"),
            (Picture { at: Some(DateTime::<Utc>::MIN_UTC), ..Picture::default() }, "/picture/at"),
        ];
        for (picture, pointer) in bad {
            match check(&picture) {
                Err(Error::Invalid(_, fields)) => assert_eq!(fields[0].pointer, pointer),
                other => panic!("{pointer}: {other:?}"),
            }
        }
    }
}
