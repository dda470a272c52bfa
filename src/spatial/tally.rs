//! Counting: what is known beforehand of each part of the tree, so that an area's statistics need only look closely
//! along its border.

use std::collections::BTreeMap;

use super::{
    area::Area,
    count::{Count, Dimension, Key, Spec, Tallies},
    packed::{Column, FANOUT, Packed, Step},
    scope::{Coverage, Scope},
};

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
                (Coverage::None, _) | (_, Coverage::None) => return Step::Skip,
                (Coverage::All, Coverage::All) => Coverage::All,
                _ => Coverage::Some,
            };
            if held == Coverage::All {
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
