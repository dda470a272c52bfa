//! The answer to a request for a list: a page, or a file.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use chrono::DateTime;
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::{FromRow, postgres::PgRow};

use super::{
    definition::{ListColumn, ListDef, ListType},
    query::{ListForm, ListQuery},
    rows::{ListPage, page, rows},
};
use crate::kernel::{
    actor::Actor,
    db::{AuditEntry, Tx},
    error::{Error, Result},
    sheet::{self, Cell, Sheet, words},
    text::{Language, text},
    time::CHINA,
};

/// The page or the file that is asked for. What is taken along as a file is audited.
///
/// # Errors
/// 422 for a cursor that was never given out, 413 for a file of too many rows; when the database refuses.
pub async fn answer<L: ListType, T>(
    tx: Tx,
    actor: &Actor,
    query: &ListQuery<L>,
    headers: &HeaderMap,
) -> Result<Response>
where
    T: for<'r> FromRow<'r, PgRow> + Serialize + Send + Unpin + 'static,
{
    answer_as::<L, T, T>(tx, actor, query, Language::of(headers), |row| row).await
}

/// The same for rows that are told otherwise than the database has them: in the reader's language, with names for their codes.
///
/// # Errors
/// The same.
pub async fn answer_as<L: ListType, R, T>(
    mut tx: Tx,
    actor: &Actor,
    query: &ListQuery<L>,
    language: Language,
    told: impl Fn(R) -> T + Send,
) -> Result<Response>
where
    R: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    T: Serialize + Send + 'static,
{
    let list = L::LIST;
    if query.form == ListForm::Json {
        let ListPage { items, next, total } = page::<L, R>(&mut tx, query).await?;
        tx.commit().await?;
        let items = items.into_iter().map(told).collect();
        return Ok(axum::Json(ListPage::<T> { items, next, total }).into_response());
    }
    let items: Vec<T> = rows::<L, R>(&mut tx, query, list.most + 1).await?.into_iter().map(told).collect();
    if i64::try_from(items.len()).is_ok_and(|count| count > list.most) {
        let most = list.most;
        return Err(Error::TooLarge(text(
            format!("超过 {most} 行，请先缩小查询范围。"),
            format!("There are more than {most} rows: narrow the list first."),
        )));
    }
    let filters: Vec<&str> = query.filters.iter().map(|(filter, _)| filter.name).collect();
    let detail = json!({"list": list.name, "rows": items.len(), "filters": filters});
    tx.audit(AuditEntry { action: "list.export", object: String::new(), region: actor.home(), detail });
    tx.commit().await?;
    let form = query.form;
    let bytes = tokio::task::spawn_blocking(move || file(list, &items, form, language))
        .await
        .map_err(|error| Error::Internal(error.into()))??;
    let (media, ending) = match form {
        ListForm::Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        ListForm::Csv | ListForm::Json => ("text/csv; charset=utf-8", "csv"),
    };
    let named = format!("attachment; filename=\"gridhall-{}.{ending}\"", list.name);
    let mut response = bytes.into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    out.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_str(&named).map_err(|error| Error::Internal(error.into()))?,
    );
    Ok(response)
}

/// The rows as a file, in the columns of the list and the language of the reader.
fn file<T: Serialize>(list: &ListDef, items: &[T], form: ListForm, language: Language) -> Result<Vec<u8>> {
    let called = |(zh, en): (&str, &str)| words(language, zh, en);
    let mut lines = Vec::with_capacity(items.len());
    for item in items {
        let item = serde_json::to_value(item).map_err(|error| Error::Internal(error.into()))?;
        lines.push(list.columns.iter().map(|column| cell(column, &item[column.name], language)).collect());
    }
    let sheet = Sheet {
        name: called(list.title),
        headings: list.columns.iter().map(|column| called(column.title)).collect(),
        rows: lines,
    };
    match form {
        ListForm::Xlsx => sheet::workbook(&[sheet]).map_err(|error| Error::Internal(error.into())),
        ListForm::Csv | ListForm::Json => Ok(sheet::csv(&sheet)?),
    }
}

/// A value as people read it: codes by their names, moments in China's time.
fn cell(column: &ListColumn, value: &Value, language: Language) -> Cell {
    match value {
        Value::Null => Cell::Nothing,
        Value::Bool(true) => words(language, "是", "yes").into(),
        Value::Bool(false) => words(language, "否", "no").into(),
        // A code that is a number stays a text, so that no spreadsheet puts separators into it.
        Value::Number(number) => match number.as_u64().filter(|count| *count < 1_000_000_000_000) {
            Some(count) if column.codes.is_none() => Cell::Count(count),
            _ => number.to_string().into(),
        },
        Value::String(said) => match column.codes {
            Some(codes) => codes.name_of(said, language).into(),
            None if column.sorts == Some("timestamptz") => match DateTime::parse_from_rfc3339(said) {
                Ok(at) => at.with_timezone(&CHINA).format("%Y-%m-%d %H:%M:%S").to_string().into(),
                Err(_) => said.as_str().into(),
            },
            None => said.as_str().into(),
        },
        Value::Array(several) => {
            let said: Vec<String> =
                several.iter().map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned)).collect();
            said.join(words(language, "；", "; ").as_str()).into()
        }
        Value::Object(_) => value.to_string().into(),
    }
}
