//! The workbook to fill in.

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, Format, FormatAlign, FormatBorder, Formula,
    Workbook, Worksheet, XlsxError,
};

use super::{agencies::Agencies, reading::MAX_PEOPLE, rules::Field};
use crate::kernel::text::{Language, Text, text};

/// How a field is filled in: whether it has to be, how, and an example.
fn about(field: Field) -> (Text, Text, &'static str) {
    let must = || text("必填", "Required");
    let may = || text("选填", "Optional");
    let either = || text("二者至少填一项", "One of the two");
    match field {
        Field::Name => (must(), text("1 到 60 个字。", "1 to 60 characters."), "王芳"),
        Field::Login => (
            must(),
            text(
                "2 到 40 位小写字母、数字、点、横线或下划线，以字母或数字开头；不能与已有账号重复，建立后不能更改。",
                "2 to 40 of a to z, digits, dot, dash and underscore, beginning with a letter or digit; nobody else's, and not to be changed later.",
            ),
            "wang.fang",
        ),
        Field::AgencyCode => (
            either(),
            text(
                "见“机构”表。名称有重复时请填编码。",
                "See the sheet of agencies. It tells apart agencies of one name.",
            ),
            "",
        ),
        Field::Agency => (
            either(),
            text(
                "见“机构”表；有重名时写成“上级 / 名称”。编码和名称都填时必须是同一机构。",
                "See the sheet of agencies; \"above / name\" where several have it. Where code and name are given, they are one's.",
            ),
            "",
        ),
        Field::CitizenId => (
            may(),
            text(
                "18 位，校验码正确；用于匹配证书，不再显示。单元格须为文本格式（模板已设好），否则末几位会丢失。",
                "18 characters with a right check digit; certificates are matched by it, and it is never shown again. The cell has to be text, as it is here, or the last digits are lost.",
            ),
            "11010519491231002X",
        ),
        Field::Phone => (may(), text("最多 30 个字。", "At most 30 characters."), "13800001234"),
        Field::Email => (may(), text("最多 120 个字。", "At most 120 characters."), "wang.fang@example.cn"),
        Field::CertificateOnly => (may(), text("是或否，不填为否。", "Yes or no; no when empty."), "否"),
    }
}

/// Writes the template: the list, the agencies that it may name, and how to fill it in.
pub(super) fn template(agencies: &Agencies, language: Language) -> Result<Vec<u8>, XlsxError> {
    let say = |zh: &'static str, en: &'static str| if language == Language::Chinese { zh } else { en };
    let heading = Format::new()
        .set_bold()
        .set_background_color(Color::Theme(4, 1))
        .set_border_bottom(FormatBorder::Thin)
        .set_align(FormatAlign::VerticalCenter);
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let typed = Format::new().set_num_format("@");
    let mut workbook = Workbook::new();
    let listed: Vec<(&str, String)> = agencies.listed().collect();
    let agencies_sheet = say("机构", "Agencies");

    let people = workbook.add_worksheet();
    people.set_name(say("人员", "People"))?.set_freeze_panes(1, 1)?.set_row_height(0, 24)?;
    let last = u32::try_from(MAX_PEOPLE).unwrap_or(u32::MAX);
    for (column, field) in (0..).zip(Field::ALL) {
        let (needed, how, _) = about(field);
        // As text from the first: what is typed stays as it is typed.
        people.set_column_format(column, &typed)?.set_column_width(column, width(field))?;
        people.write_string_with_format(0, column, field.heading().in_language(language), &heading)?;
        let told = format!("{}。{}", needed.in_language(language), how.in_language(language));
        let hint = DataValidation::new()
            .set_input_title(field.heading().in_language(language))?
            .set_input_message(told.chars().take(250).collect::<String>())?;
        let hint = match field {
            Field::CitizenId => hint
                .allow_text_length(DataValidationRule::EqualTo(18))
                .set_error_style(DataValidationErrorStyle::Warning)
                .set_error_message(say("身份证号码应为 18 位。", "An identity number has 18 characters."))?,
            Field::CertificateOnly => hint.allow_list_strings(&[say("是", "yes"), say("否", "no")])?,
            Field::Agency if !listed.is_empty() => hint
                .allow_list_formula(Formula::new(format!("='{agencies_sheet}'!$B$2:$B${}", listed.len() + 1)))
                .set_error_style(DataValidationErrorStyle::Information)
                .set_error_message(say(
                    "请核对：“机构”表中没有这个名称。",
                    "The sheet of agencies has no such name.",
                ))?,
            _ => hint.allow_any_value(),
        };
        people.add_data_validation(1, column, last, column, &hint)?;
    }

    let sheet = workbook.add_worksheet();
    sheet.set_name(agencies_sheet)?;
    let [code, name] = [Field::AgencyCode, Field::Agency].map(|field| field.heading().in_language(language).to_owned());
    table(sheet, &heading, &[(&code, 20.0), (&name, 60.0)])?;
    for (line, (code, name)) in (1..).zip(&listed) {
        sheet.write_string_with_format(line, 0, *code, &typed)?.write_string_with_format(line, 1, name, &typed)?;
    }

    let sheet = workbook.add_worksheet();
    sheet.set_name(say("填写说明", "How to fill it in"))?;
    let columns = [say("列", "Column"), say("是否必填", "Required"), say("怎样填写", "How"), say("示例", "Example")];
    table(sheet, &heading, &[(columns[0], 18.0), (columns[1], 18.0), (columns[2], 70.0), (columns[3], 26.0)])?;
    let mut line = 1;
    for field in Field::ALL {
        let (needed, how, example) = about(field);
        for (column, said) in (0..).zip([
            field.heading().in_language(language),
            needed.in_language(language),
            how.in_language(language),
            example,
        ]) {
            sheet.write_string_with_format(line, column, said, &wrapped)?;
        }
        line += 1;
    }
    let rules = text(
        format!(
            "请在第一个工作表中填写，每人一行，一次最多 {MAX_PEOPLE} 人。列的顺序可以调整，多余的列会被忽略，公式不会计算。任何一行有误时全部不导入；导入后每人得到一个激活链接。"
        ),
        format!(
            "Fill in the first sheet, a row for each, at most {MAX_PEOPLE} people. Columns may stand in any order, others are passed over, formulas aren't computed. One wrong row and none is taken; afterwards each gets a link by which they open their account."
        ),
    );
    sheet.merge_range(line + 1, 0, line + 1, 3, rules.in_language(language), &wrapped)?.set_row_height(line + 1, 60)?;
    workbook.save_to_buffer()
}

fn table(sheet: &mut Worksheet, heading: &Format, columns: &[(&str, f64)]) -> Result<(), XlsxError> {
    sheet.set_freeze_panes(1, 0)?.set_row_height(0, 24)?;
    for (column, (title, width)) in (0..).zip(columns) {
        sheet.write_string_with_format(0, column, *title, heading)?.set_column_width(column, *width)?;
    }
    Ok(())
}

/// How wide a column is, in characters.
fn width(field: Field) -> f64 {
    match field {
        Field::Name => 14.0,
        Field::Login | Field::AgencyCode | Field::Phone | Field::CertificateOnly => 18.0,
        Field::CitizenId => 24.0,
        Field::Agency | Field::Email => 32.0,
    }
}
