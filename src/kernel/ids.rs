//! Numbers that carry their own check: the citizen number (GB 11643) and the unified social credit code (GB 32100).

use std::fmt;

use chrono::NaiveDate;

use super::text::{Text, text};

/// A citizen number (公民身份号码, GB 11643): six digits of division, birth date, order, check digit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CitizenId(String);

/// Why a text is not a citizen number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CitizenIdError {
    /// Not 18 characters.
    #[error("a citizen number has 18 characters, this has {0}")]
    Length(usize),
    /// Something else than digits before the check digit.
    #[error("character {place} is {found:?}, expected a digit")]
    Digit {
        /// Counted from one.
        place: usize,
        /// What stands there.
        found: char,
    },
    /// Digits 7 to 14 are no day since 1800.
    #[error("digits 7 to 14 are {0}, expected a date of birth as year, month, day")]
    Date(String),
    /// The last character doesn't fit the others.
    #[error("check digit is {found}, expected {expected}")]
    Check {
        /// What stands there.
        found: char,
        /// What the standard computes.
        expected: char,
    },
}

impl CitizenIdError {
    /// The error in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Length(length) => format!("公民身份号码应为 18 位，现为 {length} 位"),
            Self::Digit { place, found } => format!("第 {place} 位是“{found}”，应为数字"),
            Self::Date(digits) => format!("第 7 至 14 位是 {digits}，应为出生年月日"),
            Self::Check { found, expected } => format!("校验码是 {found}，应为 {expected}"),
        };
        text(zh, self.to_string())
    }
}

impl CitizenId {
    /// Checks length, digits, date of birth and check digit. A small `x` is taken for `X`.
    ///
    /// # Errors
    /// What is wrong first, from the left.
    pub fn parse(text: &str) -> Result<Self, CitizenIdError> {
        let text = text.trim().to_ascii_uppercase();
        let length = text.chars().count();
        if length != 18 {
            return Err(CitizenIdError::Length(length));
        }
        let body: String = text.chars().take(17).collect();
        if let Some((index, found)) = body.chars().enumerate().find(|(_, c)| !c.is_ascii_digit()) {
            return Err(CitizenIdError::Digit { place: index + 1, found });
        }
        if birth_of(&body).is_none() {
            return Err(CitizenIdError::Date(body[6..14].to_owned()));
        }
        let found = text.chars().last().unwrap_or_default();
        let expected = Self::check_digit(&body);
        if found != expected {
            return Err(CitizenIdError::Check { found, expected });
        }
        Ok(Self(text))
    }

    /// The number of the person with this order (odd for men) born that day in a division of six digits.
    #[must_use]
    pub fn compose(division: u32, birth: NaiveDate, order: u16) -> Self {
        let mut text = format!("{division:06}{}{:03}", birth.format("%Y%m%d"), order % 1000);
        text.push(Self::check_digit(&text));
        Self(text)
    }

    /// The check digit behind 17 digits: 0 to 9 or X.
    #[must_use]
    pub fn check_digit(digits: &str) -> char {
        const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        let sum: u32 =
            digits.bytes().zip(WEIGHTS).map(|(byte, weight)| u32::from(byte.wrapping_sub(b'0')) * weight).sum();
        char::from(b"10X98765432"[sum as usize % 11])
    }

    /// The 18 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day of birth that it tells.
    #[must_use]
    pub fn birth(&self) -> NaiveDate {
        birth_of(&self.0).unwrap_or_default()
    }

    /// Whether the order number is a man's.
    #[must_use]
    pub fn is_male(&self) -> bool {
        self.0.as_bytes()[16] % 2 == 1
    }
}

fn birth_of(text: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(text.get(6..14)?, "%Y%m%d").ok()?;
    (day >= NaiveDate::from_ymd_opt(1800, 1, 1)?).then_some(day)
}

impl fmt::Display for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A unified social credit code (统一社会信用代码, GB 32100): registering body, kind, division, subject's code, check.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditCode(String);

/// Why a text is not a credit code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreditCodeError {
    /// Not 18 characters.
    #[error("a credit code has 18 characters, this has {0}")]
    Length(usize),
    /// A character that the standard doesn't use (I, O, S, V and Z are left out), or a letter in the division.
    #[error("character {place} is {found:?}, expected {expected}")]
    Character {
        /// Counted from one.
        place: usize,
        /// What stands there.
        found: char,
        /// What may stand there.
        expected: &'static str,
    },
    /// Character 17 doesn't fit characters 9 to 16 (GB 11714).
    #[error("the subject code's check digit (character 17) is {found}, expected {expected}")]
    OrganisationCheck {
        /// What stands there.
        found: char,
        /// What the standard computes.
        expected: char,
    },
    /// The last character doesn't fit the others.
    #[error("check digit is {found}, expected {expected}")]
    Check {
        /// What stands there.
        found: char,
        /// What the standard computes.
        expected: char,
    },
}

impl CreditCodeError {
    /// The error in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Length(length) => format!("统一社会信用代码应为 18 位，现为 {length} 位"),
            Self::Character { place, found, .. } => {
                format!(
                    "第 {place} 位是“{found}”，应为数字，或除 I、O、S、V、Z 以外的大写字母（第 3 至 8 位只能是数字）"
                )
            }
            Self::OrganisationCheck { found, expected } => {
                format!("主体标识码的校验位（第 17 位）是 {found}，应为 {expected}")
            }
            Self::Check { found, expected } => format!("校验码是 {found}，应为 {expected}"),
        };
        text(zh, self.to_string())
    }
}

impl CreditCode {
    const ALPHABET: &'static [u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

    /// Checks length, characters and both check digits. Small letters are taken for capitals.
    ///
    /// # Errors
    /// What is wrong first, from the left.
    pub fn parse(text: &str) -> Result<Self, CreditCodeError> {
        let text = text.trim().to_ascii_uppercase();
        let length = text.chars().count();
        if length != 18 {
            return Err(CreditCodeError::Length(length));
        }
        for (index, found) in text.chars().enumerate() {
            let place = index + 1;
            if (3..=8).contains(&place) && !found.is_ascii_digit() {
                return Err(CreditCodeError::Character { place, found, expected: "a digit of the division code" });
            }
            let known = u8::try_from(found).is_ok_and(|byte| Self::ALPHABET.contains(&byte));
            if !known {
                return Err(CreditCodeError::Character {
                    place,
                    found,
                    expected: "a digit or a letter but I, O, S, V, Z",
                });
            }
        }
        let at = |index: usize| char::from(text.as_bytes()[index]);
        let expected = Self::subject_check(&text[8..16]);
        if at(16) != expected {
            return Err(CreditCodeError::OrganisationCheck { found: at(16), expected });
        }
        let expected = Self::check_digit(&text[..17]);
        if at(17) != expected {
            return Err(CreditCodeError::Check { found: at(17), expected });
        }
        Ok(Self(text))
    }

    /// The code of a subject: registering body and kind (two characters), division, order of up to 8 digits.
    #[must_use]
    pub fn compose(kind: &str, division: u32, order: u32) -> Self {
        let mut text = format!("{kind}{division:06}{order:08}");
        text.push(Self::subject_check(&text[8..16]));
        text.push(Self::check_digit(&text));
        Self(text)
    }

    /// The check digit of a subject's code (主体标识码) behind its 8 characters (GB 11714).
    #[must_use]
    pub fn subject_check(body: &str) -> char {
        const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
        // GB 11714 numbers all 26 letters, unlike GB 32100.
        let value = |byte: u8| {
            if byte.is_ascii_digit() { u32::from(byte - b'0') } else { u32::from(byte.wrapping_sub(b'A')) + 10 }
        };
        let sum: u32 = body.bytes().zip(WEIGHTS).map(|(byte, weight)| value(byte) * weight).sum();
        match 11 - sum % 11 {
            10 => 'X',
            11 => '0',
            digit => char::from_digit(digit, 10).unwrap_or('0'),
        }
    }

    /// The check digit behind 17 characters (GB 32100).
    #[must_use]
    pub fn check_digit(body: &str) -> char {
        let mut weight = 1;
        let mut sum = 0;
        for byte in body.bytes() {
            sum += Self::ALPHABET.iter().position(|c| *c == byte).unwrap_or_default() * weight;
            weight = weight * 3 % 31;
        }
        char::from(Self::ALPHABET[(31 - sum % 31) % 31])
    }

    /// The 18 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_the_right_check_digit_are_citizen_numbers() {
        for text in ["11010519491231002X", "360502188501010012", "360502189003150025", "360521188812120031"] {
            assert_eq!(CitizenId::parse(text).unwrap().as_str(), text);
        }
        let id = CitizenId::parse(" 11010519491231002x ").unwrap();
        assert_eq!(
            (id.as_str(), id.birth().to_string().as_str(), id.is_male()),
            ("11010519491231002X", "1949-12-31", false)
        );
    }

    #[test]
    fn a_bad_citizen_number_tells_cause_and_way_out() {
        for (text, error) in [
            ("36050218850101001", "a citizen number has 18 characters, this has 17"),
            ("36050218850101001三", "check digit is 三, expected 2"),
            ("3605O2188501010012", "character 5 is 'O', expected a digit"),
            ("360502188502300012", "digits 7 to 14 are 18850230, expected a date of birth as year, month, day"),
            ("360502188501010013", "check digit is 3, expected 2"),
        ] {
            assert_eq!(CitizenId::parse(text).unwrap_err().to_string(), error);
        }
    }

    #[test]
    fn a_composed_citizen_number_parses() {
        let birth = NaiveDate::from_ymd_opt(2001, 2, 3).unwrap();
        let id = CitizenId::compose(369_901, birth, 17);
        assert_eq!(CitizenId::parse(id.as_str()).unwrap(), id);
        assert!(id.is_male());
        assert_eq!(id.birth(), birth);
    }

    #[test]
    fn credit_codes_carry_two_checks() {
        for text in ["91350100M000100Y43", "91360502MA00000070"] {
            assert_eq!(CreditCode::parse(text).unwrap().as_str(), text);
        }
        assert_eq!(CreditCode::subject_check("D2143569"), 'X');
        for (text, error) in [
            ("91350100M000100Y4", "a credit code has 18 characters, this has 17"),
            ("91350100M000100Y44", "check digit is 4, expected 3"),
            ("91350100M000100Z43", "character 16 is 'Z', expected a digit or a letter but I, O, S, V, Z"),
            ("9135O100M000100Y43", "character 5 is 'O', expected a digit of the division code"),
            ("91350100M000101Y43", "the subject code's check digit (character 17) is 4, expected 0"),
        ] {
            assert_eq!(CreditCode::parse(text).unwrap_err().to_string(), error);
        }
    }

    #[test]
    fn a_composed_credit_code_parses() {
        for order in [1, 20_000, 99_999_999] {
            let code = CreditCode::compose("91", 369_901, order);
            assert_eq!(CreditCode::parse(code.as_str()).unwrap(), code);
        }
    }
}
