//! Counting: what is known beforehand of each part of the tree, so that an area's statistics need only look closely
//! along its border.

use std::collections::BTreeMap;

use super::{
    area::Area,
    feature::ValueRef,
    packed::{Column, FANOUT, Packed, Step},
    scope::{Held, Scope},
};

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

/// The bins of a packed layer: each slot's bin by dimension, and the counts of all nodes that cover 256 slots or more.
#[derive(Debug, Default)]
pub(super) struct Summary {
    /// By dimension: what each bin stands for.
    keys: Vec<Vec<Key>>,
    /// By dimension: the bin of each slot, counted from the dimension's own start.
    bins: Vec<Vec<u16>>,
    /// Bins of all dimensions together.
    width: usize,
    /// By level from 1 up: counts of each node, `width` each.
    counts: Vec<Vec<u32>>,
    /// By level from 1 up: the measure of each node's bins of the first dimension.
    measures: Vec<Vec<f64>>,
    measure: Option<usize>,
}

impl Summary {
    pub(super) fn new(packed: &Packed, spec: &Spec, today: i64) -> Self {
        let mut keys = Vec::new();
        let mut bins = Vec::new();
        for dimension in &spec.dimensions {
            let (dimension_keys, dimension_bins) = bin(packed, *dimension, today);
            keys.push(dimension_keys);
            bins.push(dimension_bins);
        }
        let width = keys.iter().map(Vec::len).sum();
        let mut summary = Self { keys, bins, width, counts: Vec::new(), measures: Vec::new(), measure: spec.measure };
        let first_width = summary.keys.first().map_or(0, Vec::len);
        for level in 1..packed.levels.len() {
            let nodes = packed.levels[level].len();
            let mut counts = vec![0_u32; nodes * width];
            let mut measures = vec![0_f64; nodes * first_width];
            for node in 0..nodes {
                let (count, measure) = (
                    &mut counts[node * width..(node + 1) * width],
                    &mut measures[node * first_width..(node + 1) * first_width],
                );
                if level == 1 {
                    for slot in packed.slots_below(1, node) {
                        summary.add_slot(packed, slot, count, measure);
                    }
                } else {
                    let below = level - 2;
                    for child in node * FANOUT..((node + 1) * FANOUT).min(packed.levels[level - 1].len()) {
                        add(count, &summary.counts[below][child * width..(child + 1) * width]);
                        for (sum, part) in measure
                            .iter_mut()
                            .zip(&summary.measures[below][child * first_width..(child + 1) * first_width])
                        {
                            *sum += part;
                        }
                    }
                }
            }
            summary.counts.push(counts);
            summary.measures.push(measures);
        }
        summary
    }

    fn add_slot<N: std::ops::AddAssign + From<bool>>(
        &self,
        packed: &Packed,
        slot: usize,
        counts: &mut [N],
        measures: &mut [f64],
    ) {
        let mut start = 0;
        for (dimension, bins) in self.bins.iter().enumerate() {
            let bin = usize::from(bins[slot]);
            counts[start + bin] += N::from(true);
            if dimension == 0
                && let Some(Column::Real(values)) = self.measure.map(|column| &packed.columns[column])
                && !values[slot].is_nan()
            {
                measures[bin] += f64::from(values[slot]);
            }
            start += self.keys[dimension].len();
        }
    }

    /// Counts the slots whose anchor lies in the area and whose region is in scope, but for the dead ones.
    pub(super) fn tally(&self, packed: &Packed, area: &Area, scope: &Scope, dead: &[u32]) -> Tallies {
        let first_width = self.keys.first().map_or(0, Vec::len);
        let mut counts = vec![0_u64; self.width];
        let mut measures = vec![0_f64; first_width];
        packed.walk(&mut |level, index, node| {
            let held = match (area.relate(&node.bounds, node.regions), scope.holds(node.regions.0, node.regions.1)) {
                (Held::None, _) | (_, Held::None) => return Step::Skip,
                (Held::All, Held::All) => Held::All,
                _ => Held::Some,
            };
            if held == Held::All {
                if level == 0 {
                    for slot in packed.slots_below(0, index) {
                        self.add_slot(packed, slot, &mut counts, &mut measures);
                    }
                } else {
                    add(&mut counts, &self.counts[level - 1][index * self.width..(index + 1) * self.width]);
                    let parts = &self.measures[level - 1][index * first_width..(index + 1) * first_width];
                    for (sum, part) in measures.iter_mut().zip(parts) {
                        *sum += part;
                    }
                }
                return Step::Skip;
            }
            if level == 0 {
                for slot in packed.slots_below(0, index) {
                    let region = packed.regions[slot];
                    if scope.contains(region) && area.contains(packed.anchors[slot], region) {
                        self.add_slot(packed, slot, &mut counts, &mut measures);
                    }
                }
            }
            Step::Into
        });
        // The tree counts the dead too; they are few, so they are taken off at the end.
        let (mut dead_counts, mut dead_measures) = (vec![0_u64; self.width], vec![0_f64; first_width]);
        for &slot in dead {
            let region = packed.regions[slot as usize];
            if scope.contains(region) && area.contains(packed.anchors[slot as usize], region) {
                self.add_slot(packed, slot as usize, &mut dead_counts, &mut dead_measures);
            }
        }
        for (count, less) in counts.iter_mut().zip(dead_counts) {
            *count -= less;
        }
        for (measure, less) in measures.iter_mut().zip(dead_measures) {
            *measure -= less;
        }
        self.answer(&counts, &measures)
    }

    fn answer(&self, counts: &[u64], measures: &[f64]) -> Tallies {
        let mut start = 0;
        let mut tallies = Tallies::default();
        for (dimension, keys) in self.keys.iter().enumerate() {
            let mut bins = BTreeMap::new();
            for (bin, key) in keys.iter().enumerate() {
                let count = counts[start + bin];
                if count > 0 {
                    let measure = if dimension == 0 { measures[bin] } else { 0.0 };
                    bins.insert(key.clone(), Count { count, measure });
                }
            }
            if dimension == 0 {
                tallies.total = bins.values().map(|bin| bin.count).sum();
            }
            tallies.dimensions.push(bins);
            start += keys.len();
        }
        tallies
    }
}

fn add<N>(sums: &mut [N], parts: &[u32])
where
    N: std::ops::AddAssign + From<u32>,
{
    for (sum, &part) in sums.iter_mut().zip(parts) {
        *sum += N::from(part);
    }
}

/// The bins of one dimension. Texts are binned by their dictionary code, without looking at the text.
fn bin(packed: &Packed, dimension: Dimension, today: i64) -> (Vec<Key>, Vec<u16>) {
    // More than 65,000 different values can't be a dimension of statistics; what comes later shares the last bin.
    let narrow = |bin: usize| u16::try_from(bin).unwrap_or(u16::MAX);
    if let Dimension::Value(column) = dimension
        && let Column::Text { codes, dictionary } = &packed.columns[column]
    {
        let mut keys: Vec<Key> = (0..dictionary.len())
            .map(|code| Key::Text(dictionary.get(u32::try_from(code).unwrap_or(0)).into()))
            .collect();
        keys.push(Key::Null);
        let null = keys.len() - 1;
        let bins = codes.iter().map(|&code| narrow(if code == u32::MAX { null } else { code as usize })).collect();
        return (keys, bins);
    }
    let mut found: BTreeMap<Key, u16> = BTreeMap::new();
    let mut keys = Vec::new();
    let mut bins = Vec::with_capacity(packed.len());
    for slot in 0..packed.len() {
        let key = dimension.key(&|column: usize| packed.columns[column].get(slot), today);
        let next = narrow(found.len());
        bins.push(*found.entry(key.clone()).or_insert_with(|| {
            keys.push(key);
            next
        }));
    }
    (keys, bins)
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
