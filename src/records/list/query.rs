//! What is asked of a list.

use std::marker::PhantomData;

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use chrono::{DateTime, Utc};

use super::{
    cursor::ListCursor,
    definition::{FilterKind, ListColumn, ListDef, ListFilter, ListType},
};
use crate::{
    kernel::{
        error::{Error, Result},
        time,
    },
    spatial::region::RegionCode,
};

/// Columns by which a list is sorted at most.
const MOST_SORTS: usize = 3;

/// The value of a filter.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum FilterValue {
    Text(String),
    Texts(Vec<String>),
    Integer(i64),
    Boolean(bool),
    Time(DateTime<Utc>),
    Region([i64; 2]),
    Box([f64; 4]),
}

/// A column by which is sorted, and whether backwards.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sort {
    pub(super) column: &'static ListColumn,
    pub(super) descending: bool,
}

/// As what a list is taken along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListForm {
    Json,
    Csv,
    Xlsx,
}

/// What is asked of a list, read and checked.
pub struct ListQuery<L> {
    pub(super) filters: Vec<(&'static ListFilter, FilterValue)>,
    pub(super) sorts: Vec<Sort>,
    /// The order as it was asked for, which a cursor keeps.
    pub(super) order: String,
    pub(super) after: Option<ListCursor>,
    pub(super) limit: i64,
    pub(super) counts: bool,
    pub(super) form: ListForm,
    list: PhantomData<L>,
}

impl<L: ListType> ListQuery<L> {
    /// Reads the pairs of an address.
    ///
    /// # Errors
    /// 400 that says which of them is wrong.
    pub fn read(pairs: &[(String, String)]) -> Result<Self> {
        let list = L::LIST;
        let mut query = Self {
            filters: Vec::new(),
            sorts: Vec::new(),
            order: list.sort.to_owned(),
            after: None,
            limit: list.page.0,
            counts: false,
            form: ListForm::Json,
            list: PhantomData,
        };
        let mut seen: Vec<&str> = Vec::new();
        for (name, value) in pairs {
            if seen.contains(&name.as_str()) {
                return Err(wrong(name, "只能出现一次", "is given once"));
            }
            seen.push(name);
            if value.contains('\0') {
                return Err(wrong(name, "不得含有空字符", "has no NUL in it"));
            }
            match name.as_str() {
                // An empty field of a form asks for nothing.
                "sort" | "after" if value.is_empty() => {}
                "sort" => value.clone_into(&mut query.order),
                "after" => query.after = Some(ListCursor::read(value)?),
                "limit" => query.limit = limit(list, value)?,
                "count" => query.counts = boolean(name, value)?,
                "format" => query.form = form(value)?,
                _ => {
                    let filter = list.filters.iter().find(|filter| filter.name == name);
                    let filter = filter.ok_or_else(|| unknown(list, name))?;
                    if !(value.trim().is_empty() && may_be_empty(filter.kind)) {
                        query.filters.push((filter, read_value(filter, value)?));
                    }
                }
            }
        }
        query.sorts = sorts(list, &query.order)?;
        if query.after.as_ref().is_some_and(|after| !after.fits(&query.order, query.sorts.len())) {
            return Err(Error::field(
                "/after",
                "翻页位置不属于这个排序，请从第一页重新开始。",
                "It is of another order; begin with the first page.",
            ));
        }
        Ok(query)
    }

    /// The moment that a filter is given.
    #[must_use]
    pub fn time(&self, name: &str) -> Option<DateTime<Utc>> {
        self.filters.iter().find_map(|(filter, value)| match value {
            FilterValue::Time(at) if filter.name == name => Some(*at),
            _ => None,
        })
    }

    /// The word that a filter is given.
    #[must_use]
    pub fn word(&self, name: &str) -> Option<&str> {
        self.filters.iter().find_map(|(filter, value)| match value {
            FilterValue::Text(word) if filter.name == name => Some(word.as_str()),
            _ => None,
        })
    }

    /// Sets the moment of a filter, in place of what was given.
    pub fn set_time(&mut self, name: &str, at: DateTime<Utc>) {
        self.filters.retain(|(filter, _)| filter.name != name);
        if let Some(filter) =
            L::LIST.filters.iter().find(|filter| filter.name == name && filter.kind == FilterKind::Time)
        {
            self.filters.push((filter, FilterValue::Time(at)));
        }
    }
}

fn wrong(name: &str, zh: &str, en: &str) -> Error {
    Error::bad(format!("{name} {zh}。"), format!("{name} {en}."))
}

fn unknown(list: &ListDef, name: &str) -> Error {
    let known: Vec<&str> = list.filters.iter().map(|filter| filter.name).collect();
    let (zh, en) = (known.join("、"), known.join(", "));
    let name: String = name.chars().take(40).collect();
    Error::bad(
        format!("没有查询条件 {name}；可用：{zh}、sort、after、limit、count、format。"),
        format!("There is no filter {name:?}; there are {en}, sort, after, limit, count and format."),
    )
}

fn limit(list: &ListDef, text: &str) -> Result<i64> {
    let most = list.page.1;
    text.parse()
        .ok()
        .filter(|limit| (1..=most).contains(limit))
        .ok_or_else(|| Error::bad(format!("limit 应为 1 到 {most}。"), format!("limit lies between 1 and {most}.")))
}

fn form(text: &str) -> Result<ListForm> {
    match text {
        "json" => Ok(ListForm::Json),
        "csv" => Ok(ListForm::Csv),
        "xlsx" => Ok(ListForm::Xlsx),
        _ => Err(wrong("format", "应为 json、csv 或 xlsx", "is json, csv or xlsx")),
    }
}

fn boolean(name: &str, text: &str) -> Result<bool> {
    text.parse().map_err(|_| wrong(name, "应为 true 或 false", "is true or false"))
}

/// Whether a field of a form that is left empty asks for nothing: of numbers and moments an empty one is none.
const fn may_be_empty(kind: FilterKind) -> bool {
    !matches!(kind, FilterKind::Integer | FilterKind::Boolean | FilterKind::Time)
}

fn read_value(filter: &ListFilter, text: &str) -> Result<FilterValue> {
    let name = filter.name;
    Ok(match filter.kind {
        FilterKind::Text(most) | FilterKind::Formed(most, _) => {
            if text.chars().count() > most {
                return Err(wrong(name, &format!("最多 {most} 个字符"), &format!("has {most} characters at most")));
            }
            FilterValue::Text(text.trim().to_owned())
        }
        FilterKind::OneOf(words) => {
            if !words.contains(&text) {
                let (zh, en) = (words.join("、"), words.join(", "));
                return Err(wrong(name, &format!("应为 {zh} 之一"), &format!("is one of {en}")));
            }
            FilterValue::Text(text.to_owned())
        }
        FilterKind::Texts(most) => {
            let parts: Vec<String> =
                text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect();
            if parts.len() > most || parts.iter().any(|part| part.chars().count() > 100) {
                return Err(wrong(
                    name,
                    &format!("最多 {most} 项，每项最多 100 个字符"),
                    &format!("has {most} parts at most, each of 100 characters at most"),
                ));
            }
            FilterValue::Texts(parts)
        }
        FilterKind::Integer => {
            FilterValue::Integer(text.parse().map_err(|_| wrong(name, "应为整数", "is a whole number"))?)
        }
        FilterKind::Boolean => FilterValue::Boolean(boolean(name, text)?),
        FilterKind::Time => {
            // A plus that wasn't encoded has come as a blank.
            let at = DateTime::parse_from_rfc3339(&text.replace(' ', "+"));
            let at = at.map_err(|_| wrong(name, "应为 RFC 3339 时间", "is a moment by RFC 3339"))?;
            FilterValue::Time(time::checked(name, at.with_timezone(&Utc))?)
        }
        FilterKind::Region => {
            let code: RegionCode = text.parse().map_err(|_| {
                wrong(name, "应为 4、6、9、12 或 15 位区划代码", "is a region's code of 4, 6, 9, 12 or 15 digits")
            })?;
            let (low, high) = code.range().into_inner();
            FilterValue::Region([low, high])
        }
        FilterKind::Box => {
            let parts: Vec<f64> = text.split(',').filter_map(|part| part.trim().parse().ok()).collect();
            let sides = <[f64; 4]>::try_from(parts).ok().filter(|[west, south, east, north]| {
                west <= east
                    && south <= north
                    && west.abs().max(east.abs()) <= 180.0
                    && south.abs().max(north.abs()) <= 90.0
            });
            FilterValue::Box(
                sides
                    .ok_or_else(|| wrong(name, "应为“西,南,东,北”四个经纬度", "is west,south,east,north in degrees"))?,
            )
        }
    })
}

fn sorts(list: &ListDef, order: &str) -> Result<Vec<Sort>> {
    let mut sorts: Vec<Sort> = Vec::new();
    for part in order.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (descending, name) = part.strip_prefix('-').map_or((false, part), |name| (true, name));
        let column = list.column(name).filter(|column| column.sorts.is_some()).ok_or_else(|| {
            let known = list.columns.iter().filter(|column| column.sorts.is_some());
            let known: Vec<&str> = known.map(|column| column.name).collect();
            let (zh, en) = (known.join("、"), known.join(", "));
            let name: String = name.chars().take(40).collect();
            Error::field(
                "/sort",
                format!("不能按 {name} 排序；可用：{zh}。"),
                format!("The list isn't sorted by {name:?}; it is by {en}."),
            )
        })?;
        if sorts.len() == MOST_SORTS || sorts.iter().any(|sort| sort.column.name == name) {
            return Err(Error::field(
                "/sort",
                "最多按三列排序，且不得重复。",
                "There are three columns at most, each once.",
            ));
        }
        sorts.push(Sort { column, descending });
    }
    Ok(sorts)
}

impl<S: Send + Sync, L: ListType> FromRequestParts<S> for ListQuery<L> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_err(|error| {
            Error::bad(format!("查询参数无法读取：{error}"), format!("The query can't be read: {error}."))
        })?;
        Self::read(&pairs.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::text::Language;

    static LIST: ListDef = ListDef {
        filters: &[
            ListFilter::new("q", FilterKind::Text(3), "name = {}", ""),
            ListFilter::new("state", FilterKind::OneOf(&["open", "closed"]), "state = {}", ""),
            ListFilter::new("at", FilterKind::Time, "at >= {}", ""),
            ListFilter::new("region", FilterKind::Region, "region between ({})[1] and ({})[2]", ""),
        ],
        sort: "-at",
        ..ListDef::new(
            "things",
            ("物", "Things"),
            "select 1",
            &[
                ListColumn::new("name", ("名称", "Name")).sorted_by_name(),
                ListColumn::new("at", ("时间", "Time")).sorted("timestamptz"),
                ListColumn::new("note", ("备注", "Note")),
            ],
        )
    };
    struct Things;
    impl ListType for Things {
        const LIST: &'static ListDef = &LIST;
    }

    fn read(pairs: &[(&str, &str)]) -> Result<ListQuery<Things>> {
        ListQuery::read(
            &pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>(),
        )
    }

    #[test]
    fn what_is_asked_is_read() {
        let plain = read(&[]).unwrap();
        assert_eq!((plain.limit, plain.counts, plain.sorts.len(), plain.sorts[0].descending), (100, false, 1, true));
        let asked =
            read(&[("q", " 张三"), ("state", ""), ("region", "3605"), ("sort", "name,-at"), ("limit", "7")]).unwrap();
        let values: Vec<_> = asked.filters.iter().map(|(filter, value)| (filter.name, value.clone())).collect();
        let region = FilterValue::Region([360_500_000_000_000, 360_599_999_999_999]);
        assert_eq!(values, [("q", FilterValue::Text("张三".to_owned())), ("region", region)]);
        assert_eq!((asked.sorts.len(), asked.sorts[1].descending, asked.limit), (2, true, 7));
    }

    #[test]
    fn what_is_wrong_is_said_by_its_name() {
        for (pairs, said) in [
            (
                &[("nobody", "1")][..],
                "There is no filter \"nobody\"; there are q, state, at, region, sort, after, limit, count and format.",
            ),
            (&[("q", "四个字啊")], "q has 3 characters at most."),
            (&[("q", "a\0")], "q has no NUL in it."),
            (&[("q", "a"), ("q", "b")], "q is given once."),
            (&[("state", "lost")], "state is one of open, closed."),
            (&[("at", "yesterday")], "at is a moment by RFC 3339."),
            (&[("region", "36")], "region is a region's code of 4, 6, 9, 12 or 15 digits."),
            (&[("limit", "501")], "limit lies between 1 and 500."),
            (&[("count", "yes")], "count is true or false."),
            (&[("format", "pdf")], "format is json, csv or xlsx."),
            (&[("at", "")], "at is a moment by RFC 3339."),
        ] {
            let problem = read(pairs).err().expect(said).problem(Language::English, None);
            assert_eq!((problem.status, problem.detail.as_deref()), (400, Some(said)));
        }
        for (name, value, said) in [
            ("sort", "note", "The list isn't sorted by \"note\"; it is by name, at."),
            ("sort", "name,-name", "There are three columns at most, each once."),
            ("after", "x", "It isn't where a page ended; begin with the first page."),
        ] {
            let problem = read(&[(name, value)]).err().expect(said).problem(Language::English, None);
            assert_eq!((problem.status, problem.errors[0].detail.as_str()), (422, said));
            assert_eq!(problem.errors[0].pointer, format!("/{name}"));
        }
        assert!(read(&[("after", ""), ("sort", ""), ("q", " "), ("state", "")]).unwrap().filters.is_empty());
    }
}
