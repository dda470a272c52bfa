//! The code tables of cases.

use std::collections::BTreeMap;

use crate::kernel::codes::{Code, CodeTable, english_of, named, rows};

pub(super) const CATEGORIES: &str = include_str!("../../../geodata/codes/case_categories.csv");

/// Major categories (GB/T 30428.2): C01.
pub(super) static MAJOR_CATEGORIES: CodeTable = CodeTable::new("case_major", || {
    let mut majors = BTreeMap::new();
    for row in rows(CATEGORIES) {
        let of = |column: &str| row.get(column).cloned().unwrap_or_default();
        majors.entry(of("code").chars().take(3).collect()).or_insert_with(|| (of("major_name"), of("kind")));
    }
    let majors = majors.into_iter();
    majors.map(|(code, (name, group))| Code { code, name, name_en: String::new(), group }).collect()
});

/// Who is to settle a case, by its minor category.
pub(super) static DEPARTMENTS: CodeTable = CodeTable::new("case_department", || {
    let departments = rows(CATEGORIES).into_iter().map(|row| {
        let of = |column: &str| row.get(column).cloned().unwrap_or_default();
        let name = of("default_department");
        Code { code: of("code"), name_en: english_of("department", &name), name, group: String::new() }
    });
    departments.collect()
});

/// The states in which a case can stand.
pub(super) static STATUSES: CodeTable = CodeTable::new("case_status", || {
    named(&[
        ["reported", "已上报", "Reported"],
        ["verifying", "待核实", "To verify"],
        ["to_file", "待立案", "To file"],
        ["to_dispatch", "待派遣", "To dispatch"],
        ["disposing", "处置中", "Being handled"],
        ["to_check", "待核查", "To check"],
        ["to_close", "待结案", "To close"],
        ["closed", "结案", "Closed"],
        ["voided", "作废", "Voided"],
        ["refused", "不予受理", "Refused"],
        ["hung", "挂账", "Hung"],
        ["merged", "并案", "Merged"],
    ])
});

/// How urgent a case is.
pub(super) static URGENCIES: CodeTable = CodeTable::new("case_urgency", || {
    named(&[["1", "一般", "Ordinary"], ["2", "较急", "Raised"], ["3", "紧急", "Urgent"], ["4", "特急", "Gravest"]])
});

/// How grave a case is, said as it is filed.
pub(super) static LEVELS: CodeTable = CodeTable::new("case_level", || {
    named(&[["1", "一般", "Ordinary"], ["2", "较大", "Serious"], ["3", "重大", "Major"]])
});

/// What somebody wants who reports a case.
pub(super) static DEMANDS: CodeTable = CodeTable::new("case_demand", || {
    named(&[
        ["consult", "咨询", "Question"],
        ["help", "求助", "Request for help"],
        ["complaint", "投诉", "Complaint"],
        ["report", "举报", "Report of wrongdoing"],
        ["suggestion", "建议", "Suggestion"],
        ["praise", "表扬", "Praise"],
    ])
});

/// Why a case is refused, returned, hung or voided.
pub(super) static REASONS: CodeTable = CodeTable::new("case_reason", || {
    let of = |group: &str, codes: &[[&str; 3]]| {
        let codes = named(codes).into_iter();
        codes.map(|code| Code { group: group.to_owned(), ..code }).collect::<Vec<_>>()
    };
    [
        of(
            "refuse",
            &[
                ["not_ours", "不属于受理范围", "Not within what is handled here"],
                ["untrue", "情况不属实", "Not true"],
                ["settled", "现场已处理", "Settled already"],
                ["unclear", "信息不全，无法核实", "Too little is known of it"],
            ],
        ),
        of(
            "return",
            &[
                ["other_unit", "非本单位职责", "Another unit's duty"],
                ["wrong_place", "地址有误", "The place is wrong"],
                ["too_little", "信息不全", "Too little is known of it"],
            ],
        ),
        of(
            "hang",
            &[
                ["plan", "待规划或列入计划", "Waits for a plan"],
                ["money", "待落实资金", "Waits for money"],
                ["season", "受季节或天气限制", "Waits for the season"],
            ],
        ),
    ]
    .concat()
});

/// How a case was told of.
pub(super) static CHANNELS: CodeTable = CodeTable::new("case_channel", || {
    named(&[
        ["grid_worker", "网格员上报", "Grid worker"],
        ["resident", "居民上报", "Resident"],
        ["telephone", "电话受理", "Telephone"],
        ["hotline", "12345 热线", "Hotline 12345"],
        ["sensor", "感知设备", "Sensor"],
        ["system", "系统推送", "Another system"],
        ["leader", "领导交办", "Leadership"],
    ])
});
