//! What a list of people says, row by row, and what is wrong with it.

use std::collections::HashMap;

use super::{
    agencies::{Agencies, AgencyRow},
    reading::{self, Cell, HEADING_ROWS, MAX_PEOPLE, Row, Rows},
};
use crate::{
    kernel::{
        error::Error,
        text::{Text, narrow, text},
    },
    map::transfer::{MappedColumn, Refusal},
    modules::identity::{model::AccountDraft, rules},
};

/// A column of a list, as `AccountDraft` takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Field {
    Name,
    Login,
    AgencyCode,
    Agency,
    CitizenId,
    Phone,
    Email,
    CertificateOnly,
}

impl Field {
    /// In the template's order.
    pub(super) const ALL: [Self; 8] = [
        Self::Name,
        Self::Login,
        Self::AgencyCode,
        Self::Agency,
        Self::CitizenId,
        Self::Phone,
        Self::Email,
        Self::CertificateOnly,
    ];

    /// Its heading.
    pub(super) fn heading(self) -> Text {
        let (zh, en) = match self {
            Self::Name => ("姓名", "Name"),
            Self::Login => ("登录名", "Login"),
            Self::AgencyCode => ("机构编码", "Agency code"),
            Self::Agency => ("机构名称", "Agency"),
            Self::CitizenId => ("身份证号码", "Identity number"),
            Self::Phone => ("电话", "Telephone"),
            Self::Email => ("邮箱", "Mail"),
            Self::CertificateOnly => ("只用证书登录", "Certificate only"),
        };
        text(zh, en)
    }

    /// What else it is called, as [`bare`] leaves it.
    fn others(self) -> &'static [&'static str] {
        match self {
            Self::Name => &["人员姓名", "fullname"],
            Self::Login => &["登录账号", "账号", "用户名", "username", "account"],
            Self::AgencyCode => &["部门编码", "单位编码", "机构代码"],
            Self::Agency => {
                &["机构", "部门", "单位", "所属机构", "所属部门", "部门名称", "单位名称", "agencyname", "department"]
            }
            Self::CitizenId => &["身份证号", "身份证", "公民身份号码", "证件号码", "citizenid", "idnumber"],
            Self::Phone => &["手机", "手机号", "手机号码", "联系电话", "电话号码", "phone", "mobile"],
            Self::Email => &["电子邮箱", "邮件", "电子邮件", "email"],
            Self::CertificateOnly => &["仅证书登录", "仅用证书登录"],
        }
    }

    /// The field of a heading.
    fn of(heading: &str) -> Option<Self> {
        let name = bare(heading);
        Self::ALL.into_iter().find(|field| {
            let own = field.heading();
            name == bare(&own.zh) || name == bare(&own.en) || field.others().contains(&name.as_str())
        })
    }

    /// The field of an account's draft that a JSON pointer names.
    fn pointed(pointer: &str) -> Option<Self> {
        Some(match pointer {
            "/name" => Self::Name,
            "/login" => Self::Login,
            "/citizen_id" => Self::CitizenId,
            "/phone" => Self::Phone,
            "/email" => Self::Email,
            _ => return None,
        })
    }

    /// As the answer names it.
    fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Login => "login",
            Self::AgencyCode => "agency_code",
            Self::Agency => "agency",
            Self::CitizenId => "citizen_id",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::CertificateOnly => "certificate_only",
        }
    }
}

/// A heading without case, blanks, marks, and what stands in brackets.
fn bare(heading: &str) -> String {
    let mut depth = 0_u32;
    narrow(heading)
        .to_lowercase()
        .chars()
        .filter(|c| {
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                _ => return depth == 0 && c.is_alphanumeric(),
            }
            false
        })
        .collect()
}

/// Somebody who can be made.
#[derive(Clone, Debug)]
pub(super) struct Person {
    /// The row in which they stand.
    pub(super) row: u32,
    /// Their account, as `POST /api/accounts` takes it.
    pub(super) draft: AccountDraft,
    /// The agency's region,
    pub(super) region: i64,
    /// and its name.
    pub(super) agency: String,
}

/// A list, checked as far as it can be without looking at the accounts that there are.
#[derive(Debug)]
pub(super) struct Checked {
    /// The headings that were understood,
    pub(super) columns: Vec<MappedColumn>,
    /// and those that were passed over.
    pub(super) ignored: Vec<String>,
    /// How many people it holds.
    pub(super) rows: usize,
    /// Those in whom nothing is wrong.
    pub(super) people: Vec<Person>,
    /// What is wrong with the others.
    pub(super) refusals: Vec<Refusal>,
    headings: Headings,
}

impl Checked {
    /// Refuses a row for a field.
    pub(super) fn refuse(&mut self, row: u32, field: Field, reason: Text) {
        let column = self.headings.of(field).to_owned();
        self.refusals.push(Refusal { row: row.into(), column, reason });
    }
}

/// The columns of a list.
#[derive(Debug)]
struct Headings(Vec<(Field, u32, String)>);

impl Headings {
    fn column(&self, field: Field) -> Option<u32> {
        self.0.iter().find(|(known, ..)| *known == field).map(|&(_, column, _)| column)
    }

    fn of(&self, field: Field) -> &str {
        self.0.iter().find(|(known, ..)| *known == field).map_or("", |(.., heading)| heading)
    }
}

/// Reads the rows of a list.
///
/// # Errors
/// What is wrong with the list as a whole.
pub(super) fn check(mut rows: Rows, agencies: &Agencies) -> Result<Checked, Text> {
    let (first, headings, ignored) = headings(&rows)?;
    let people = rows.split_off(&(first + 1));
    if people.is_empty() {
        return Err(text("表头下面没有人员。", "There is nobody below the headings."));
    }
    if people.len() > MAX_PEOPLE {
        return Err(reading::too_many());
    }
    let columns = headings
        .0
        .iter()
        .map(|(field, _, heading)| MappedColumn { heading: heading.clone(), field: field.name().to_owned() })
        .collect();
    let mut checked =
        Checked { columns, ignored, rows: people.len(), people: Vec::new(), refusals: Vec::new(), headings };
    let mut seen = HashMap::new();
    for (number, cells) in people {
        let mut reader = RowReader { headings: &checked.headings, cells, row: number, refusals: Vec::new() };
        let person = reader.person(agencies, &mut seen);
        checked.refusals.append(&mut reader.refusals);
        checked.people.extend(person);
    }
    Ok(checked)
}

/// The row of the headings, what they mean, and those that mean nothing here.
fn headings(rows: &Rows) -> Result<(u32, Headings, Vec<String>), Text> {
    let known = |cell: &Cell| if let Cell::Text(heading) = cell { Field::of(heading) } else { None };
    let found = rows.iter().take(HEADING_ROWS).find(|(_, cells)| {
        let has = |field| cells.values().any(|cell| known(cell) == Some(field));
        has(Field::Name) && has(Field::Login)
    });
    let Some((&first, cells)) = found else {
        return Err(text(
            "没有找到表头：第一个工作表前 10 行中应有一行包含“姓名”和“登录名”。",
            "There are no headings: one of the first 10 rows of the first sheet has to hold \"Name\" and \"Login\".",
        ));
    };
    let mut headings: Vec<(Field, u32, String)> = Vec::new();
    let mut ignored = Vec::new();
    for (&column, cell) in cells {
        let Cell::Text(heading) = cell else { continue };
        match Field::of(heading) {
            None => ignored.push(heading.clone()),
            Some(field) => {
                if let Some((.., other)) = headings.iter().find(|(known, ..)| *known == field) {
                    return Err(text(
                        format!("“{other}”与“{heading}”是同一列，请只保留一个。"),
                        format!("{other:?} and {heading:?} are the same column; keep one of them."),
                    ));
                }
                headings.push((field, column, heading.clone()));
            }
        }
    }
    let headings = Headings(headings);
    if headings.column(Field::AgencyCode).is_none() && headings.column(Field::Agency).is_none() {
        return Err(text("缺少“机构编码”或“机构名称”列。", "The column \"Agency code\" or \"Agency\" is missing."));
    }
    Ok((first, headings, ignored))
}

/// A field's value, and the rows in which it stood first.
type SeenFirst = HashMap<(Field, String), u32>;

/// Reads one row.
struct RowReader<'a> {
    headings: &'a Headings,
    cells: Row,
    row: u32,
    refusals: Vec<Refusal>,
}

impl RowReader<'_> {
    fn refuse(&mut self, field: Field, reason: Text) {
        let column = self.headings.of(field).to_owned();
        // One cell is told one thing: what else is wrong with it may come of the same.
        if !self.refusals.iter().any(|refusal| refusal.column == column) {
            self.refusals.push(Refusal { row: self.row.into(), column, reason });
        }
    }

    fn cell(&self, field: Field) -> Option<&Cell> {
        self.cells.get(&self.headings.column(field)?)
    }

    fn person(&mut self, agencies: &Agencies, seen: &mut SeenFirst) -> Option<Person> {
        let name = self.needed(Field::Name);
        let login = self.needed(Field::Login);
        let agency = self.agency(agencies);
        let draft = rules::tidy(AccountDraft {
            agency_id: agency.map_or(0, |agency| agency.id),
            login,
            name,
            phone: self.text(Field::Phone),
            email: self.text(Field::Email),
            citizen_id: self.citizen_id(),
            certificate_only: self.certificate_only(),
        });
        for fault in rules::each_of_account(&draft) {
            let Err(Error::Invalid(reason, fields)) = fault else { continue };
            let Some(field) = fields.first().and_then(|field| Field::pointed(&field.pointer)) else { continue };
            self.refuse(field, reason);
        }
        for (field, value) in [(Field::Login, Some(&draft.login)), (Field::CitizenId, draft.citizen_id.as_ref())] {
            let Some(value) = value.filter(|value| !value.is_empty()) else { continue };
            let first = *seen.entry((field, value.clone())).or_insert(self.row);
            if first != self.row {
                self.refuse(field, text(format!("与第 {first} 行重复。"), format!("The same as in row {first}.")));
            }
        }
        let agency = agency.filter(|_| self.refusals.is_empty())?;
        Some(Person { row: self.row, draft, region: agency.region, agency: agency.name.clone() })
    }

    fn needed(&mut self, field: Field) -> String {
        let text = self.text(field);
        if text.is_none() {
            self.refuse(field, crate::kernel::text::text("不能为空。", "It can't be empty."));
        }
        text.unwrap_or_default()
    }

    /// What a cell holds as text. A number that stands for one is written without a fraction.
    fn text(&mut self, field: Field) -> Option<String> {
        let wrong = match self.cell(field)? {
            Cell::Text(text) => return Some(text.clone()),
            Cell::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
                return Some(format!("{number:.0}"));
            }
            Cell::Number(_) | Cell::Truth(_) => text(
                "应为文本。请把单元格格式设为“文本”后重新填写。",
                "It has to be a text: set the cell's format to text and enter it again.",
            ),
            Cell::Date => text(
                "被识别成了日期。请把单元格格式设为“文本”后重新填写。",
                "It was taken for a date: set the cell's format to text and enter it again.",
            ),
            other => not_a_value(other),
        };
        self.refuse(field, wrong);
        None
    }

    /// A spreadsheet keeps 15 digits of a number: what it shows of a longer one isn't what was typed.
    fn citizen_id(&mut self) -> Option<String> {
        if !matches!(self.cell(Field::CitizenId)?, Cell::Number(_)) {
            return self.text(Field::CitizenId);
        }
        self.refuse(
            Field::CitizenId,
            text(
                "身份证号码存成了数值，末几位已经丢失。请把该列格式设为“文本”后重新填写号码。",
                "The identity number was kept as a number and has lost its last digits: set the column's format to text and enter it again.",
            ),
        );
        None
    }

    fn certificate_only(&mut self) -> bool {
        let said = match self.cell(Field::CertificateOnly) {
            None => return false,
            Some(Cell::Truth(truth)) => return *truth,
            Some(Cell::Text(said)) => narrow(said).trim().to_lowercase(),
            Some(Cell::Number(number)) => number.to_string(),
            Some(other) => {
                let wrong = not_a_value(other);
                self.refuse(Field::CertificateOnly, wrong);
                return false;
            }
        };
        match said.as_str() {
            "是" | "yes" | "y" | "true" | "1" | "√" | "✓" => true,
            "否" | "no" | "n" | "false" | "0" | "×" => false,
            _ => {
                self.refuse(
                    Field::CertificateOnly,
                    text("应为“是”或“否”，不填为“否”。", "It is yes or no; no when it is empty."),
                );
                false
            }
        }
    }

    /// The agency by its code, by its name, or by both, which then have to be one's.
    fn agency<'a>(&mut self, agencies: &'a Agencies) -> Option<&'a AgencyRow> {
        let before = self.refusals.len();
        let numeric = matches!(self.cell(Field::AgencyCode), Some(Cell::Number(_)));
        let code = self.text(Field::AgencyCode);
        let name = self.text(Field::Agency);
        if self.refusals.len() > before {
            return None;
        }
        let by_code = code.as_deref().map(|code| agencies.coded(code));
        let by_name = name.as_deref().map(|name| agencies.named(name));
        match (by_code, by_name) {
            (None, None) => {
                let there =
                    if self.headings.column(Field::Agency).is_some() { Field::Agency } else { Field::AgencyCode };
                self.refuse(there, text("请填写机构编码或机构名称。", "Give the agency's code or its name."));
                None
            }
            (Some(Err(reason)), _) => {
                let reason = if numeric {
                    text(
                        format!("{}单元格是数值，开头的 0 可能已丢失；请设为“文本”格式。", reason.zh),
                        format!(
                            "{} The cell is a number, which loses leading zeros; set its format to text.",
                            reason.en
                        ),
                    )
                } else {
                    reason
                };
                self.refuse(Field::AgencyCode, reason);
                None
            }
            // A code tells apart what a name doesn't.
            (Some(Ok(agency)), Some(_)) if agencies.is_called(agency, name.as_deref().unwrap_or_default()) => {
                Some(agency)
            }
            (Some(Ok(agency)), None) | (None, Some(Ok(agency))) => Some(agency),
            (Some(Ok(agency)), Some(_)) => {
                let called = &agency.name;
                self.refuse(
                    Field::Agency,
                    text(
                        format!("与机构编码不符：该编码是“{called}”。"),
                        format!("It doesn't go with the code, which is {called:?}'s."),
                    ),
                );
                None
            }
            (None, Some(Err(reason))) => {
                self.refuse(Field::Agency, reason);
                None
            }
        }
    }
}

fn not_a_value(cell: &Cell) -> Text {
    if *cell == Cell::Formula {
        text(
            "是公式。请改为直接填写内容（可用“选择性粘贴 → 数值”）。",
            "It is a formula: put the value in its place (paste special, values).",
        )
    } else {
        text("是错误值。请重新填写。", "It is an error value: enter it again.")
    }
}
