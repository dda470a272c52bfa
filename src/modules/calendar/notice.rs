//! Reads the State Council's notice of a year's holidays, or rows of a table, into days.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};

use super::model::CalendarDay;
use crate::kernel::{
    text::{Text, narrow, text},
    time::DayKind,
};

/// What a text says of days.
#[derive(Debug, Default)]
pub(super) struct HolidayNotice {
    /// The year that it arranges.
    pub(super) year: Option<i16>,
    /// Its number: 国办发明电〔2025〕7号.
    pub(super) source: String,
    /// The days, the earliest first.
    pub(super) days: Vec<CalendarDay>,
    /// What doesn't agree with itself or couldn't be read.
    pub(super) problems: Vec<Text>,
}

/// A date within a sentence.
struct FoundDate {
    date: NaiveDate,
    /// The weekday that is written behind it.
    weekday: Option<Weekday>,
    /// Whether it is the end of a span that the date before it begins.
    ends_span: bool,
}

/// Reads a text.
pub(super) fn read(whole: &str) -> HolidayNotice {
    let mut notice = HolidayNotice { source: number_of(whole), ..HolidayNotice::default() };
    let mut year = year_of(whole);
    let mut days = BTreeMap::new();
    for line in whole.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(day) = row(line) {
            year = year.or(Some(day.day.year()));
            days.insert(day.day, day);
        } else if let (Some((name, arrangement)), Some(year)) = (item(line), year) {
            let before = days.len();
            arrange(&name, arrangement, year, &mut days, &mut notice.problems);
            if days.len() == before {
                notice.problems.push(text(format!("没有读出日期：{line}"), format!("No date was found in: {line}")));
            }
        }
    }
    if year.is_none() {
        notice.problems.push(text("没有找到年份，请粘贴通知全文。", "No year was found; paste the whole notice."));
    }
    notice.year = year.and_then(|year| i16::try_from(year).ok());
    notice.days = days.into_values().collect();
    notice
}

/// The year that a notice arranges: 关于2026年部分节假日安排.
fn year_of(whole: &str) -> Option<i32> {
    let whole = narrow(whole);
    whole.match_indices("年部分节假日").find_map(|(at, _)| whole.get(at.checked_sub(4)?..at)?.parse().ok())
}

/// The number of a notice, from 国办 to 号.
fn number_of(whole: &str) -> String {
    whole
        .match_indices("国办")
        .filter_map(|(at, _)| whole[at..].find('号').map(|end| &whole[at..at + end + '号'.len_utf8()]))
        .find(|number| number.chars().count() <= 24 && number.contains(|c: char| c.is_ascii_digit()))
        .unwrap_or_default()
        .to_owned()
}

/// A numbered item of a notice: its holiday, and what is said of it. 二、春节：2月15日…
fn item(line: &str) -> Option<(String, &str)> {
    let (head, arrangement) = line.split_once(['：', ':'])?;
    let (number, name) = head.split_once('、')?;
    let is_number = !number.is_empty() && number.chars().all(|c| "一二三四五六七八九十".contains(c));
    let is_item = is_number && arrangement.contains("放假") && name.chars().count() <= 40;
    is_item.then(|| (name.trim().to_owned(), arrangement))
}

/// Takes what a notice says of one holiday.
fn arrange(
    name: &str,
    arrangement: &str,
    year: i32,
    days: &mut BTreeMap<NaiveDate, CalendarDay>,
    problems: &mut Vec<Text>,
) {
    let mut off = 0;
    for sentence in arrangement.split(['。', '；', ';']) {
        for clause in clauses(sentence) {
            let kind = if clause.contains("上班") {
                DayKind::Workday
            } else if clause.contains("放假") || clause.contains("休息") && off == 0 {
                DayKind::Holiday
            } else {
                continue;
            };
            for found in spans(dates(clause, year, problems)) {
                for day in found {
                    off += i64::from(kind == DayKind::Holiday);
                    days.insert(day, CalendarDay { day, kind, name: name.to_owned() });
                }
            }
        }
        if let Some(said) = total(sentence).filter(|said| *said != off) {
            problems.push(text(
                format!("{name}：通知写明共 {said} 天，读出 {off} 天。"),
                format!("{name}: the notice says {said} days, {off} were read."),
            ));
        }
    }
}

/// The clauses of a sentence; what stands in brackets doesn't end one.
fn clauses(sentence: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_u32);
    for (at, c) in sentence.char_indices() {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => depth = depth.saturating_sub(1),
            '，' | ',' if depth == 0 => {
                parts.push(&sentence[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&sentence[start..]);
    parts
}

/// The total that a sentence names: 共8天.
fn total(sentence: &str) -> Option<i64> {
    let after = sentence.split_once('共')?.1;
    let (number, _) = after.split_once('天')?;
    narrow(number).trim().parse().ok()
}

/// The dates of a clause. What stands in brackets behind a date is its weekday.
fn dates(clause: &str, year: i32, problems: &mut Vec<Text>) -> Vec<FoundDate> {
    let clause: Vec<char> = narrow(clause).chars().collect();
    let (mut year, mut month, mut number) = (year, 0, String::new());
    let mut found: Vec<FoundDate> = Vec::new();
    let mut joins = false;
    let mut at = 0;
    while let Some(&c) = clause.get(at) {
        match c {
            '0'..='9' => number.push(c),
            '年' => year = number.parse().unwrap_or(year),
            '月' => month = number.parse().unwrap_or(0),
            '日' | '号' => {
                let date = number.parse().ok().and_then(|day| NaiveDate::from_ymd_opt(year, month, day));
                if let Some(date) = date {
                    found.push(FoundDate { date, weekday: None, ends_span: joins && !found.is_empty() });
                } else {
                    problems.push(text(
                        format!("没有这一天：{month}月{number}日。"),
                        format!("There is no such day: {number} of month {month}."),
                    ));
                }
                joins = false;
            }
            '至' | '到' | '-' | '—' | '~' => joins = true,
            '(' => {
                let end = clause[at..].iter().position(|c| *c == ')').map_or(clause.len(), |length| at + length);
                let within: String = clause[at..end].iter().collect();
                if let (Some(last), Some(weekday)) = (found.last_mut(), weekday(&within)) {
                    last.weekday = Some(weekday);
                }
                at = end;
            }
            _ => {}
        }
        if !c.is_ascii_digit() {
            number.clear();
        }
        at += 1;
    }
    for one in &found {
        if one.weekday.is_some_and(|weekday| weekday != one.date.weekday()) {
            problems.push(text(
                format!("{} 的星期与通知所写不符，请核对年份。", one.date),
                format!("{} isn't the weekday that the notice says; check the year.", one.date),
            ));
        }
    }
    found
}

/// The weekday that a text names: 周六, 星期六.
fn weekday(within: &str) -> Option<Weekday> {
    let name = within.rsplit_once("星期").or_else(|| within.rsplit_once('周'))?.1.chars().next()?;
    Some(match name {
        '一' => Weekday::Mon,
        '二' => Weekday::Tue,
        '三' => Weekday::Wed,
        '四' => Weekday::Thu,
        '五' => Weekday::Fri,
        '六' => Weekday::Sat,
        '日' | '天' => Weekday::Sun,
        _ => return None,
    })
}

/// The longest span that is taken from one notice.
const LONGEST_DAYS: usize = 31;

/// The days of each span, and of each date that stands alone.
fn spans(found: Vec<FoundDate>) -> Vec<Vec<NaiveDate>> {
    let mut spans: Vec<Vec<NaiveDate>> = Vec::new();
    for one in found {
        match spans.last_mut() {
            Some(span) if one.ends_span => {
                let after = span.last().copied().unwrap_or(one.date).iter_days().skip(1);
                span.extend(after.take_while(|day| *day <= one.date).take(LONGEST_DAYS));
            }
            _ => spans.push(vec![one.date]),
        }
    }
    spans
}

/// A row of a table: the date, the name, and 休 or 班, in any order.
fn row(line: &str) -> Option<CalendarDay> {
    let line = narrow(line);
    let cells: Vec<&str> = line.split(['\t', ',', '，', ' ']).map(str::trim).filter(|cell| !cell.is_empty()).collect();
    let (mut day, mut kind, mut name) = (None, None, None);
    for cell in cells.iter().take(6) {
        if let (None, Some(date)) = (day, date_of(cell)) {
            day = Some(date);
        } else if let (None, Some(found)) = (kind, kind_of(cell)) {
            kind = Some(found);
        } else {
            name = name.or(Some(*cell));
        }
    }
    Some(CalendarDay { day: day?, kind: kind?, name: name.unwrap_or("节假日").chars().take(40).collect() })
}

fn date_of(cell: &str) -> Option<NaiveDate> {
    ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日"]
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(cell, format).ok())
}

fn kind_of(cell: &str) -> Option<DayKind> {
    match cell {
        "休" | "休息" | "放假" | "假" | "节假日" | "holiday" => Some(DayKind::Holiday),
        "班" | "上班" | "补班" | "调休上班" | "workday" => Some(DayKind::Workday),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::text::Language;

    const OF_2026: &str = "国务院办公厅关于2026年部分节假日安排的通知\n国办发明电〔2025〕7号\n\
        各省、自治区、直辖市人民政府，国务院各部委、各直属机构：\n\
        经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。\n\
        一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。\n\
        二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。\n\
        三、清明节：4月4日（周六）至6日（周一）放假，共3天。\n\
        四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。\n\
        五、端午节：6月19日（周五）至21日（周日）放假，共3天。\n\
        六、中秋节：9月25日（周五）至27日（周日）放假，共3天。\n\
        七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。\n\
        鼓励单位和个人结合落实带薪年休假等制度，实际形成较长假期，推动错峰出行。\n国务院办公厅\n2025年11月4日";

    fn days(notice: &HolidayNotice, kind: DayKind, name: &str) -> Vec<String> {
        let days = notice.days.iter().filter(|day| day.kind == kind && day.name == name);
        days.map(|day| day.day.format("%m%d").to_string()).collect()
    }

    #[test]
    fn the_notice_of_a_year_is_read_as_it_is_published() {
        let notice = read(OF_2026);
        assert!(notice.problems.is_empty(), "{:?}", notice.problems);
        assert_eq!((notice.year, notice.source.as_str()), (Some(2026), "国办发明电〔2025〕7号"));
        let count = |kind| notice.days.iter().filter(|day| day.kind == kind).count();
        assert_eq!((count(DayKind::Holiday), count(DayKind::Workday)), (33, 6));
        assert_eq!(days(&notice, DayKind::Workday, "春节"), ["0214", "0228"]);
        assert_eq!(days(&notice, DayKind::Holiday, "元旦"), ["0101", "0102", "0103"]);
        assert_eq!(days(&notice, DayKind::Workday, "国庆节"), ["0920", "1010"]);
    }

    #[test]
    fn older_wordings_are_read_too() {
        let notice = read(
            "国务院办公厅关于2024年部分节假日安排的通知\n一、元旦：1月1日放假，与周末连休。\n\
             二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。\n\
             五、端午节：6月10日放假，与周末连休。",
        );
        assert!(notice.problems.is_empty(), "{:?}", notice.problems);
        assert_eq!(days(&notice, DayKind::Holiday, "元旦"), ["0101"]);
        assert_eq!(days(&notice, DayKind::Holiday, "春节").len(), 8);
        assert_eq!(days(&notice, DayKind::Workday, "春节"), ["0204", "0218"]);
        // A holiday that begins in the year before, and a span over the end of a month.
        let notice = read(
            "关于2023年部分节假日安排的通知\n一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。\n五、端午节：5月31日至6月2日放假，共3天。",
        );
        assert!(notice.problems.is_empty(), "{:?}", notice.problems);
        assert_eq!(days(&notice, DayKind::Holiday, "元旦"), ["1231", "0101", "0102"]);
        assert_eq!(days(&notice, DayKind::Holiday, "端午节"), ["0531", "0601", "0602"]);
    }

    #[test]
    fn what_does_not_agree_with_itself_is_said() {
        let said = |text: &str| -> Vec<String> {
            read(text).problems.iter().map(|one| one.in_language(Language::Chinese).to_owned()).collect()
        };
        let head = "关于2026年部分节假日安排的通知\n";
        assert_eq!(
            said(&format!("{head}一、元旦：1月1日（周五）放假1天。")),
            ["2026-01-01 的星期与通知所写不符，请核对年份。"]
        );
        assert_eq!(
            said(&format!("{head}三、清明节：4月4日至6日放假，共5天。")),
            ["清明节：通知写明共 5 天，读出 3 天。"]
        );
        assert_eq!(said(&format!("{head}三、清明节：4月31日放假。"))[0], "没有这一天：4月31日。");
        assert_eq!(said("今天天气很好"), ["没有找到年份，请粘贴通知全文。"]);
        assert_eq!(said(&format!("{head}三、清明节：放假三天。")), ["没有读出日期：三、清明节：放假三天。"]);
    }

    #[test]
    fn rows_of_a_table_are_read() {
        let notice = read("日期\t节日\t安排\n2027-01-01\t元旦\t休\n2027/1/3,元旦,班\n20270206 春节 放假");
        assert_eq!(notice.year, Some(2027));
        let said: Vec<(String, DayKind, &str)> =
            notice.days.iter().map(|day| (day.day.to_string(), day.kind, day.name.as_str())).collect();
        assert_eq!(
            said,
            [
                ("2027-01-01".to_owned(), DayKind::Holiday, "元旦"),
                ("2027-01-03".to_owned(), DayKind::Workday, "元旦"),
                ("2027-02-06".to_owned(), DayKind::Holiday, "春节"),
            ]
        );
    }

    #[test]
    fn nothing_that_is_pasted_breaks_the_reading() {
        for text in [
            "",
            "一、：",
            "一、元旦：放假（",
            "年部分节假日",
            "9年部分节假日",
            "国办",
            "，，，\t\t",
            "一、元旦：99999999999999月1日放假至至",
        ] {
            let _ = read(text);
            let _ = read(&format!("关于2026年部分节假日安排\n{text}"));
        }
        // A span that would never end is cut.
        assert!(read("关于2026年部分节假日安排\n一、元旦：1月1日至12月31日放假。").days.len() <= LONGEST_DAYS + 1);
    }
}
