//! What features are counted by, and what a count holds.

use std::collections::BTreeMap;

use super::feature::ValueRef;

/// What the features of a layer are counted by.
#[derive(Clone, Debug, Default)]
pub struct Spec {
    /// The dimensions; each feature falls into one bin of each.
    pub dimensions: Vec<Dimension>,
    /// The real column that is summed for each bin of the first dimension.
    pub measure: Option<usize>,
}

/// One thing that features are counted by.
#[derive(Clone, Copy, Debug)]
pub enum Dimension {
    /// The value of a column of texts or flags.
    Value(usize),
    /// Five-year age band and sex: the key is `band * 10 + sex`, bands 0 (0 to 4 years) to 17 (85 and over).
    AgeSex {
        /// The column of birth days.
        birth: usize,
        /// The column of sex, GB/T 2261.1.
        sex: usize,
    },
    /// The month of a moment in China's time: the key is `year * 100 + month`.
    Month(usize),
}

/// What a bin stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// Not known.
    Null,
    /// A number: see [`Dimension`].
    Int(i64),
    /// A text.
    Text(Box<str>),
}

/// How many, and the sum of the measure.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Count {
    /// Features.
    pub count: u64,
    /// Their measure, summed (first dimension only).
    pub measure: f64,
}

/// The answer: bins by key for each dimension of the [`Spec`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tallies {
    /// All features counted.
    pub total: u64,
    /// Bins by dimension. Bins without features are left out.
    pub dimensions: Vec<BTreeMap<Key, Count>>,
}

impl Tallies {
    /// An answer of zeros for so many dimensions.
    #[must_use]
    pub fn empty(spec: &Spec) -> Self {
        Self { total: 0, dimensions: vec![BTreeMap::new(); spec.dimensions.len()] }
    }

    /// Counts one feature more.
    pub(super) fn add<'a>(&mut self, spec: &Spec, today: i64, value: impl Fn(usize) -> ValueRef<'a>) {
        self.total += 1;
        for (index, dimension) in spec.dimensions.iter().enumerate() {
            let bin = self.dimensions[index].entry(dimension.key(&value, today)).or_default();
            bin.count += 1;
            if index == 0
                && let Some(ValueRef::Real(measure)) = spec.measure.map(&value)
            {
                bin.measure += f64::from(measure);
            }
        }
    }
}

/// Whole years between two days (days since 1970-01-01), as a birthday counts: a person born on 29 February turns
/// older on 1 March.
#[must_use]
pub fn age_on(birth: i64, today: i64) -> i64 {
    let ((y1, m1, d1), (y2, m2, d2)) = (civil(birth), civil(today));
    y2 - y1 - i64::from((m2, d2) < (m1, d1))
}

/// Year, month and day of a count of days since 1970-01-01 in the Gregorian calendar (Hinnant's algorithm).
#[must_use]
pub fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// China has kept one time since 1949, without summer time since 1992.
pub const CHINA_OFFSET_S: i32 = 8 * 3600;

impl Dimension {
    pub(super) fn key<'a>(self, value: &impl Fn(usize) -> ValueRef<'a>, today: i64) -> Key {
        match self {
            Self::Value(column) => match value(column) {
                ValueRef::Text(text) => Key::Text(text.into()),
                ValueRef::Int(number) => Key::Int(number),
                ValueRef::Bool(flag) => Key::Int(i64::from(flag)),
                ValueRef::Real(_) | ValueRef::Null => Key::Null,
            },
            Self::AgeSex { birth, sex } => match (value(birth), value(sex)) {
                (ValueRef::Int(birth), ValueRef::Int(sex)) => {
                    Key::Int((age_on(birth, today) / 5).clamp(0, 17) * 10 + sex.clamp(0, 9))
                }
                _ => Key::Null,
            },
            Self::Month(column) => match value(column) {
                ValueRef::Int(moment) => {
                    let (year, month, _) = civil((moment + i64::from(CHINA_OFFSET_S)).div_euclid(86_400));
                    Key::Int(year * 100 + month)
                }
                _ => Key::Null,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(19_782), (2024, 2, 29));
        assert_eq!(civil(-1), (1969, 12, 31));
    }

    #[test]
    fn a_birthday_counts_on_its_day() {
        let born = 11_016; // 2000-02-29
        assert_eq!(civil(born), (2000, 2, 29));
        assert_eq!(age_on(born, 11_016 + 365), 0); // 2001-02-28
        assert_eq!(age_on(born, 11_016 + 366), 1); // 2001-03-01
    }
}
