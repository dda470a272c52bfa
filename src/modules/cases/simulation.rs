//! A made city's people: what they do with cases goes through the same functions as everybody's.

use chrono::Days;
use rand::RngExt;

use super::{
    model::{ActionDraft, CaseReport},
    store,
    work::{self, Hand},
};
use crate::{
    kernel::{
        actor::Actor,
        error::{Error, Result},
        files::{self, Arrival, FileRole},
        time::day,
    },
    map::{Map, places::grid_at},
    spatial::region::RegionCode,
};

/// Draws a photo of a made case: its category, a number of its own, and whether it is settled by then.
pub type Painter = fn(category: &str, number: u64, is_settled: bool) -> Vec<u8>;

/// What a made photo is called, so that nobody takes it for another.
const MADE_PHOTO: &str = "演示照片（程序生成）.jpg";

/// A made photo, sent by an actor; its key.
async fn photo(
    map: &Map,
    actor: &Actor,
    paint: Painter,
    category: &str,
    number: u64,
    is_settled: bool,
) -> Result<String> {
    let owned = category.to_owned();
    let drawn = tokio::task::spawn_blocking(move || paint(&owned, number, is_settled)).await;
    let bytes = drawn.map_err(|error| Error::Internal(error.into()))?;
    Arrival::new(&map.app.db, &map.app.files, actor).take(MADE_PHOTO, &bytes).await
}

/// Gives the newest open cases of a made city a photo each, where none of them has one.
///
/// # Errors
/// When the database or the store of files is away.
pub async fn illustrate(map: &Map, most: i64, paint: Painter) -> Result<()> {
    let actor = Actor::system("demo-reporter");
    let mut tx = map.app.db.begin(&actor).await?;
    let cases = store::cases_without_photos(&mut tx, most).await?;
    tx.commit().await?;
    for case in cases {
        let key = photo(map, &actor, paint, &case.category, number_of(case.id), false).await?;
        let mut tx = map.app.db.begin(&actor).await?;
        let place = (work::OBJECT, case.id, case.region);
        files::attach(&mut tx, "files", &[key], FileRole::Before, place, map.app.clock.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}

fn number_of(id: i64) -> u64 {
    u64::try_from(id).unwrap_or_default()
}

/// Reports a case like one of the past: its place, category and urgency are that one's. It says that it is made. Gives its id.
///
/// # Errors
/// When the database is away.
pub async fn report_like_one(map: &Map, paint: Option<Painter>) -> Result<Option<i64>> {
    let actor = Actor::system("demo-reporter");
    let mut tx = map.app.db.begin(&actor).await?;
    let past = store::case_of_the_past(&mut tx).await?;
    tx.commit().await?;
    let Some(past) = past else { return Ok(None) };
    let report = CaseReport {
        category: past.category,
        lon: past.lon,
        lat: past.lat,
        detail: past.title,
        address: past.address,
        channel: Some(past.channel),
        severity: Some(if rand::random_bool(0.04) { 3 } else { past.severity }),
        demand: None,
        reporter_name: None,
        reporter_phone: None,
        is_protected: false,
        is_done: false,
        files: Vec::new(),
        files_after: Vec::new(),
    };
    let made = match work::report(map, &actor, &report, None).await {
        Ok(made) => made,
        // The past of another city's borders: it lies in no grid any more.
        Err(Error::Invalid(..)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut photos = Vec::new();
    if let Some(paint) = paint {
        photos.push(photo(map, &actor, paint, &report.category, number_of(made.id), false).await?);
    }
    let mut tx = map.app.db.begin(&actor).await?;
    let grid = grid_at(map, report.lon, report.lat).map_or(0, RegionCode::get);
    let place = (work::OBJECT, made.id, grid);
    files::attach(&mut tx, "files", &photos, FileRole::Before, place, map.app.clock.now()).await?;
    store::mark_made(&mut tx, made.id).await?;
    tx.commit().await?;
    Ok(Some(made.id))
}

/// Lets one open case go a step further, as somebody of the made city would.
///
/// # Errors
/// When the database is away.
pub async fn go_on_with_one(map: &Map, paint: Painter) -> Result<()> {
    let mut tx = map.app.db.begin(&Actor::system("demo-centre")).await?;
    let id = store::some_open_case(&mut tx).await?;
    tx.commit().await?;
    match id {
        Some(id) => go_on_with(map, id, Some(paint)).await.map(drop),
        None => Ok(()),
    }
}

/// Lets a case go a step further, as somebody of the made city would; gives where it stands then, and nothing where nothing is
/// to be done.
///
/// # Errors
/// When the database is away.
pub async fn go_on_with(map: &Map, id: i64, paint: Option<Painter>) -> Result<Option<String>> {
    let centre = Actor::system("demo-centre");
    let mut tx = map.app.db.begin(&centre).await?;
    let Some(case) = store::working_case(&mut tx, id).await? else { return Ok(None) };
    let process = work::process_of(&mut tx, &case, false).await?;
    let today = day(map.app.clock.now());
    let unit = match store::suggested_unit(&mut tx, &case, work::department_of(&case.category)).await? {
        Some(unit) => Some(unit.id),
        None => store::candidate_units(&mut tx, case.region).await?.first().map(|unit| unit.id),
    };
    tx.commit().await?;
    let state = &process.state;
    let asked = state.asks.keys().next().map(String::as_str);
    let is_signed = state.lead().is_some_and(|task| task.holder.is_some());
    let is_ours = state.tasks.iter().all(|task| task.holder.as_ref().is_none_or(|key| key.starts_with("system:")));
    // What somebody has in hand who has signed in is theirs.
    if !is_ours {
        return Ok(None);
    }
    let note = |text: &str| ActionDraft { note: text.to_owned(), ..ActionDraft::default() };
    let chance = rand::rng().random_range(0..100);
    let (actor, action, mut draft) = match (state.step.as_str(), asked) {
        (_, Some("extension")) => ("demo-centre", "grant_extension", note("同意延期。")),
        (_, Some("return")) => ("demo-centre", "grant_return", note("同意回退，重新派遣。")),
        (_, Some("hang")) => ("demo-centre", "grant_hang", note("同意挂账。")),
        (_, Some("order")) => ("demo-centre", "reply_order", note("已督促承办单位加快办理。")),
        ("reported", _) if chance < 3 => {
            let reason = Some("not_ours".to_owned());
            ("demo-centre", "refuse", ActionDraft { reason, ..note("不属于受理范围，已告知反映人其他途径。") })
        }
        ("reported", _) if chance < 20 && case.verified.is_none() => {
            ("demo-centre", "ask_verify", note("请到现场核实。"))
        }
        ("reported", _) => ("demo-centre", "accept", ActionDraft { duplicates_seen: true, ..note("") }),
        ("verifying", _) => ("demo-worker", "verify_true", note("现场核实，情况属实。")),
        ("to_file", _) => {
            let level = Some(if case.severity >= 3 { 3 } else { 1 + i16::from(chance < 12) });
            ("demo-centre", "file", ActionDraft { level, ..note("") })
        }
        ("to_dispatch", _) if unit.is_some() => ("demo-centre", "dispatch", ActionDraft { unit, ..note("") }),
        ("disposing", _) if !is_signed => ("demo-department", "sign", note("")),
        ("disposing", None) if chance < 6 && state.count("ask_extension") == 0 && state.clock.is_some() => {
            ("demo-department", "ask_extension", ActionDraft { hours: Some(2), ..note("需等待材料到场。") })
        }
        ("disposing", None) if chance < 8 => {
            let reason = Some("money".to_owned());
            let review_on = today.checked_add_days(Days::new(30));
            ("demo-department", "ask_hang", ActionDraft { reason, review_on, ..note("维修资金待落实。") })
        }
        ("disposing", _) => ("demo-department", "finish", note("已处理完毕，现场恢复正常。")),
        ("to_check", _) if chance < 7 => ("demo-worker", "fail_check", note("现场仍有遗留问题。")),
        ("to_check", _) => ("demo-worker", "pass_check", note("现场核查，已处理到位。")),
        ("to_close", _) => ("demo-centre", "close", note("处置规范，同意结案。")),
        ("closed", _) if state.count("call_back") == 0 => {
            let rating = Some(if chance < 8 { 2 } else { 3 + chance % 3 });
            ("demo-centre", "call_back", ActionDraft { rating, ..note("电话回访，已告知处置结果。") })
        }
        _ => return Ok(None),
    };
    let actor = Actor::system(actor);
    if let Some(paint) = paint.filter(|_| action == "finish" || action == "pass_check") {
        draft.files.push(photo(map, &actor, paint, &case.category, number_of(case.id), true).await?);
    }
    let mut tx = map.app.db.begin(&actor).await?;
    match work::take(&map.app, Some(map), &mut tx, &case, action, &draft, Hand::Made).await {
        Ok(next) => {
            tx.commit().await?;
            Ok(Some(next.state.step))
        }
        // Somebody who has signed in was faster, or the time for it is past.
        Err(Error::Conflict(_) | Error::Refused(..)) => Ok(None),
        Err(error) => Err(error),
    }
}
