//! Numbers of other programs as the digits that they wrote: a code kept as a number stays that code.

/// From here on a binary floating-point number may stand for another whole number.
const EXACT: f64 = 9_007_199_254_740_992.0;
/// As many digits a decimal number keeps on its way through a binary one.
const DIGITS: i64 = 15;

/// A decimal number's text as plain digits: without exponent, needless zeros and plus. A text that is no such number
/// stays as it is, as does one whose exponent hides digits that nobody knows any more: `3.60502E+17`.
///
/// `printed` says that the exponent comes from a fixed number of digits, as C prints; else from the shortest text that
/// means the same binary number, as JSON is written.
pub(super) fn plain(text: &str, printed: bool) -> String {
    match Decimal::parse(text) {
        Some(number) if number.is_known(printed) => number.to_plain(),
        Some(_) => signed(text),
        None => text.to_owned(),
    }
}

/// The same with a sign before the exponent, so that nobody takes it for a name.
fn signed(text: &str) -> String {
    match text.find(['e', 'E']) {
        Some(at) if text.as_bytes().get(at + 1).is_some_and(u8::is_ascii_digit) => {
            format!("{}+{}", &text[..=at], &text[at + 1..])
        }
        _ => text.to_owned(),
    }
}

/// A binary number of 32 bits; see [`plain_binary`].
pub(super) fn plain_single(value: f32) -> String {
    // Beyond that not every whole number is one of 32 bits.
    if value.abs() < 16_777_216.0 { plain(&value.to_string(), false) } else { signed(&format!("{value:e}")) }
}

/// A binary number as plain digits, or with an exponent where it is too large to be sure of them.
pub(super) fn plain_binary(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    if value.abs() >= EXACT { signed(&format!("{value:e}")) } else { plain(&value.to_string(), false) }
}

struct Decimal<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    exponent: Option<i64>,
}

impl<'a> Decimal<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (digits, exponent) = match rest.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, Some(exponent.parse().ok()?)),
            None => (rest, None),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_number = !(whole.is_empty() && fraction.is_empty()) && are_digits(whole) && are_digits(fraction);
        is_number.then_some(Self { negative, whole, fraction, exponent })
    }

    /// Whether all digits before the point are known.
    fn is_known(&self, printed: bool) -> bool {
        let Some(exponent) = self.exponent else { return true };
        let whole = i64::try_from(self.whole.trim_start_matches('0').len()).unwrap_or(i64::MAX);
        let fraction = i64::try_from(self.fraction.len()).unwrap_or(i64::MAX);
        let written = if printed { exponent <= fraction || exponent < 6 } else { exponent <= DIGITS - whole };
        written && (-40..=40).contains(&exponent)
    }

    fn to_plain(&self) -> String {
        let mut digits = format!("{}{}", self.whole, self.fraction);
        let mut point = i64::try_from(self.whole.len()).unwrap_or(0) + self.exponent.unwrap_or(0);
        if point < 0 {
            digits.insert_str(0, &"0".repeat(usize::try_from(-point).unwrap_or(0)));
            point = 0;
        }
        let point = usize::try_from(point).unwrap_or(0);
        if point > digits.len() {
            digits.push_str(&"0".repeat(point - digits.len()));
        }
        let (whole, fraction) = digits.split_at(point);
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let sign = if self.negative && !(whole.is_empty() && fraction.is_empty()) { "-" } else { "" };
        let whole = if whole.is_empty() { "0" } else { whole };
        if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stay_and_needless_signs_go() {
        for (text, expected) in [
            ("360502001001000121", "360502001001000121"),
            ("36050200100100012345678", "36050200100100012345678"),
            ("007.50", "7.5"),
            ("+12.000", "12"),
            ("-0.0", "0"),
            (".5", "0.5"),
            ("unknown", "unknown"),
            ("NaN", "NaN"),
            ("1.2.3", "1.2.3"),
        ] {
            assert_eq!(plain(text, true), expected);
            assert_eq!(plain(text, false), expected);
        }
    }

    #[test]
    fn an_exponent_is_written_out_where_no_digit_is_lost() {
        for (text, printed, expected) in [
            ("1.2e+01", true, "12"),
            ("1.200000e+01", true, "12"),
            ("1.38000000000e+010", true, "13800000000"),
            ("1.38E+10", true, "1.38E+10"),
            ("1.5e-03", true, "0.0015"),
            ("1.38E10", false, "13800000000"),
            ("3.60502001001E17", false, "3.60502001001E+17"),
            ("1e400", false, "1e+400"),
        ] {
            assert_eq!(plain(text, printed), expected, "{text}");
        }
        assert_eq!(plain_binary(360_502_001_001_000_121.0), "3.605020010010001e+17");
        assert_eq!(plain_binary(13_800_000_000.0), "13800000000");
        assert_eq!(plain_binary(0.1), "0.1");
        assert_eq!(plain_single(12.5), "12.5");
        assert_eq!(plain_single(16_777_216.0), "1.6777216e+7");
    }
}
