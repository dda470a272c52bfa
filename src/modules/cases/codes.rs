//! The code tables of cases.

use std::collections::BTreeMap;

use crate::kernel::codes::{Code, CodeTable, english_of, named, rows};

const CATEGORIES: &str = include_str!("../../../geodata/codes/case_categories.csv");

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
        ["accepted", "已受理", "Accepted"],
        ["filed", "已立案", "Filed"],
        ["dispatched", "已派遣", "Dispatched"],
        ["handling", "处置中", "Handling"],
        ["handled", "待核查", "Handled"],
        ["closed", "已结案", "Closed"],
        ["rejected", "不予立案", "Rejected"],
        ["suspended", "已挂账", "Suspended"],
    ])
});

/// How urgent a case is.
pub(super) static URGENCIES: CodeTable = CodeTable::new("case_urgency", || {
    named(&[["1", "一般", "Ordinary"], ["2", "较急", "Raised"], ["3", "紧急", "Urgent"], ["4", "特急", "Gravest"]])
});

/// How a case was told of.
pub(super) static CHANNELS: CodeTable = CodeTable::new("case_channel", || {
    named(&[
        ["grid_worker", "网格员上报", "Grid worker"],
        ["resident", "居民上报", "Resident"],
        ["hotline", "12345 热线", "Hotline 12345"],
        ["sensor", "感知设备", "Sensor"],
        ["system", "系统推送", "Another system"],
        ["leader", "领导交办", "Leadership"],
    ])
});
