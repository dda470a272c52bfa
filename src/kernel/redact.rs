//! Identity numbers and telephones that come into the audit with what people type are kept only in part.
//!
//! An entry can't be changed later, and who reads the audit isn't cleared for personal data.

use serde_json::Value;

/// Masks every identity number and mobile number in a text.
pub(crate) fn text(text: &mut String) {
    // Most texts hold no eleven digits at all.
    if text.bytes().filter(u8::is_ascii_digit).count() < 11 {
        return;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        out += &rest[..start];
        let run = &rest[start..];
        let digits = run.bytes().take_while(u8::is_ascii_digit).count();
        let ends_with_x = digits == 17 && matches!(run.as_bytes().get(17), Some(b'x' | b'X'));
        let length = digits + usize::from(ends_with_x);
        out += &masked(&run[..length]);
        rest = &run[length..];
    }
    out += rest;
    *text = out;
}

fn masked(run: &str) -> String {
    let (head, tail) = match run.len() {
        18 => (6, 2),
        11 if run.starts_with('1') && !matches!(run.as_bytes()[1], b'0'..=b'2') => (3, 4),
        _ => return run.to_owned(),
    };
    format!("{}{}{}", &run[..head], "*".repeat(run.len() - head - tail), &run[run.len() - tail..])
}

/// Masks them in every text of a value, its fields' names included.
pub(super) fn json(value: &mut Value) {
    match value {
        Value::String(inner) => text(inner),
        Value::Array(items) => items.iter_mut().for_each(json),
        Value::Object(fields) => {
            for (mut name, mut field) in std::mem::take(fields) {
                text(&mut name);
                json(&mut field);
                fields.insert(name, field);
            }
        }
        // An identity number without its letter reads as a number; no id of ours is as long.
        Value::Number(number) if number.to_string().len() == 18 => {
            *value = Value::String(masked(&number.to_string()));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn identity_numbers_and_telephones_are_kept_in_part() {
        let mut detail = json!({
            "q": "张三 36050219900101123X，13800001234",
            "list": [360_502_199_001_011_234_u64, 360_502_001_009_002_u64],
            "11010519491231002X": true,
            "request": "2026-11-24 360502001009002",
        });
        super::json(&mut detail);
        assert_eq!(
            detail,
            json!({
                "q": "张三 360502**********3X，138****1234",
                "list": ["360502**********34", 360_502_001_009_002_u64],
                "110105**********2X": true,
                "request": "2026-11-24 360502001009002",
            })
        );
    }
}
