//! Region codes: the one number that carries scope, security, tiles, statistics and live events.

use std::{fmt, ops::RangeInclusive, str::FromStr};

use serde::{Deserialize, Serialize};

/// How far down the hierarchy a region stands, city to service grid (GB/T 2260, GB/T 10114, GB/T 30428.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 市, 4 digits.
    City = 1,
    /// 县区, 6 digits.
    County = 2,
    /// 街道（乡镇）, 9 digits.
    Street = 3,
    /// 社区（村）, 12 digits.
    Community = 4,
    /// 网格, 15 digits.
    Grid = 5,
}

impl Level {
    /// All levels, from the city down.
    pub const ALL: [Self; 5] = [Self::City, Self::County, Self::Street, Self::Community, Self::Grid];

    /// Significant digits of a code at this level.
    #[must_use]
    pub const fn digits(self) -> usize {
        match self {
            Self::City => 4,
            Self::County => 6,
            Self::Street => 9,
            Self::Community => 12,
            Self::Grid => 15,
        }
    }

    /// How many grid codes one region of this level spans (a power of ten).
    #[must_use]
    pub const fn span(self) -> i64 {
        match self {
            Self::City => 100_000_000_000,
            Self::County => 1_000_000_000,
            Self::Street => 1_000_000,
            Self::Community => 1_000,
            Self::Grid => 1,
        }
    }

    /// The level one step up; the city has none.
    #[must_use]
    pub const fn parent(self) -> Option<Self> {
        match self {
            Self::City => None,
            Self::County => Some(Self::City),
            Self::Street => Some(Self::County),
            Self::Community => Some(Self::Street),
            Self::Grid => Some(Self::Community),
        }
    }

    /// The level for a number as stored in the database (1 city to 5 grid).
    #[must_use]
    pub const fn from_number(number: i16) -> Option<Self> {
        match number {
            1 => Some(Self::City),
            2 => Some(Self::County),
            3 => Some(Self::Street),
            4 => Some(Self::Community),
            5 => Some(Self::Grid),
            _ => None,
        }
    }
}

/// A region's full 15-digit code. Higher levels have zeros behind their digits.
///
/// Zero is "not placed yet" and is not a `RegionCode`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RegionCode(i64);

/// Why a text or number is not a region code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegionCodeError {
    /// Another number of digits than a level has.
    #[error("a region code has 4, 6, 9, 12 or 15 digits, this has {0}")]
    Length(usize),
    /// Not a digit, or a leading zero.
    #[error("a region code is made of digits and starts with 1 to 9: {0:?}")]
    Digits(String),
    /// The full number is not 15 digits.
    #[error("{0} is not a 15-digit region code")]
    Range(i64),
}

impl RegionCode {
    /// A full 15-digit code.
    ///
    /// # Errors
    /// When the number hasn't 15 digits.
    pub const fn new(code: i64) -> Result<Self, RegionCodeError> {
        if code < 100_000_000_000_000 || code > 999_999_999_999_999 {
            return Err(RegionCodeError::Range(code));
        }
        Ok(Self(code))
    }

    /// The 15-digit number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The level that the trailing zeros tell.
    #[must_use]
    pub const fn level(self) -> Level {
        if self.0 % 1_000 != 0 {
            Level::Grid
        } else if self.0 % 1_000_000 != 0 {
            Level::Community
        } else if self.0 % 1_000_000_000 != 0 {
            Level::Street
        } else if self.0 % 100_000_000_000 != 0 {
            Level::County
        } else {
            Level::City
        }
    }

    /// The region of the given level that holds this one (itself when it stands at or above that level).
    #[must_use]
    pub const fn at(self, level: Level) -> Self {
        let span = level.span();
        Self(self.0 - self.0 % span)
    }

    /// The region one level up; the city has none.
    #[must_use]
    pub const fn parent(self) -> Option<Self> {
        match self.level().parent() {
            Some(level) => Some(self.at(level)),
            None => None,
        }
    }

    /// All grid codes within this region.
    #[must_use]
    pub const fn range(self) -> RangeInclusive<i64> {
        self.0..=self.0 + self.level().span() - 1
    }

    /// Whether `region` (a record's grid code) lies in this region.
    #[must_use]
    pub const fn contains(self, region: i64) -> bool {
        region >= self.0 && region < self.0 + self.level().span()
    }

    /// The code without the zeros of the levels below: `3605`, `360502`, ...
    #[must_use]
    pub fn short(self) -> String {
        self.to_string()[..self.level().digits()].to_owned()
    }
}

impl FromStr for RegionCode {
    type Err = RegionCodeError;

    /// Reads a short (`360502001`) or full (`360502001000000`) code.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if !matches!(text.len(), 4 | 6 | 9 | 12 | 15) {
            return Err(RegionCodeError::Length(text.len()));
        }
        if text.starts_with('0') || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(RegionCodeError::Digits(text.to_owned()));
        }
        let digits: i64 = text.parse().map_err(|_| RegionCodeError::Digits(text.to_owned()))?;
        Self::new(digits * 10_i64.pow(15 - u32::try_from(text.len()).unwrap_or(15)))
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegionCode({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_full_codes_are_the_same_region() {
        for (short, full, level) in [
            ("3605", 360_500_000_000_000, Level::City),
            ("360502", 360_502_000_000_000, Level::County),
            ("360502001", 360_502_001_000_000, Level::Street),
            ("360502001001", 360_502_001_001_000, Level::Community),
            ("360502001001007", 360_502_001_001_007, Level::Grid),
        ] {
            let code: RegionCode = short.parse().unwrap();
            assert_eq!(code, full.to_string().parse().unwrap());
            assert_eq!((code.get(), code.level(), code.short().as_str()), (full, level, short));
        }
    }

    #[test]
    fn a_region_holds_its_grids_and_no_others() {
        let street: RegionCode = "360502001".parse().unwrap();
        assert_eq!(street.range(), 360_502_001_000_000..=360_502_001_999_999);
        assert!(street.contains(360_502_001_001_007));
        assert!(!street.contains(360_502_002_000_000));
        assert!(!street.contains(0));
        assert_eq!(street.parent().unwrap().short(), "360502");
    }

    #[test]
    fn bad_codes_say_what_is_wrong() {
        assert_eq!("36050".parse::<RegionCode>(), Err(RegionCodeError::Length(5)));
        assert!(matches!("3605x2".parse::<RegionCode>(), Err(RegionCodeError::Digits(_))));
        assert!(matches!("0605".parse::<RegionCode>(), Err(RegionCodeError::Digits(_))));
    }
}
