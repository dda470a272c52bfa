//! Growing parts from seeds.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{Lattice, NONE};

/// Where a part starts to grow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seed {
    /// The label of the part that it divides; it never leaves it.
    pub(crate) parent: u32,
    /// Column and row, in cells.
    pub(crate) at: (f64, f64),
    /// Distances from this seed count this many times: above one, the part stays small.
    pub(crate) weight: f64,
}

/// Cells `west..east` by `south..north` that always stay together: a city block between its streets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// First column.
    pub(crate) west: usize,
    /// Column after the last.
    pub(crate) east: usize,
    /// First row.
    pub(crate) south: usize,
    /// Row after the last.
    pub(crate) north: usize,
}

impl Block {
    /// The block's cells.
    pub(crate) fn cells(self, lattice: &Lattice) -> impl Iterator<Item = usize> {
        let columns = lattice.columns;
        (self.south..self.north).flat_map(move |row| (self.west..self.east).map(move |column| row * columns + column))
    }

    /// The block's middle, in cells.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "cell counts are small")]
    pub(crate) const fn middle(self) -> (f64, f64) {
        ((self.west + self.east) as f64 / 2.0, (self.south + self.north) as f64 / 2.0)
    }
}

/// Gives each cell the number of the seed that reaches it first, within the seed's parent.
///
/// A part grows from neighbour to neighbour, so it is in one piece as its parent is. `warp` moves the place (in cells)
/// at which a cell measures its distances: noise there makes borders wander like brooks. No two blocks may overlap,
/// and a block must lie in one parent. A cell that no seed reaches keeps [`NONE`].
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "cell counts and distances are small"
)]
pub(crate) fn grow(
    lattice: &Lattice,
    parents: &[u32],
    seeds: &[Seed],
    blocks: &[Block],
    warp: &dyn Fn(usize) -> (f64, f64),
) -> Vec<u32> {
    let mut block_of = vec![NONE; lattice.cells()];
    for (number, block) in blocks.iter().enumerate() {
        for cell in block.cells(lattice) {
            block_of[cell] = number as u32;
        }
    }
    let middle = |cell: usize| match block_of[cell] {
        NONE => {
            let (column, row) = lattice.place(cell);
            let away = warp(cell);
            (column as f64 + 0.5 + away.0, row as f64 + 0.5 + away.1)
        }
        block => blocks[block as usize].middle(),
    };
    let distance = |(x, y): (f64, f64), seed: u32| {
        let Seed { at, weight, .. } = seeds[seed as usize];
        ((x - at.0).powi(2) + (y - at.1).powi(2)) * weight * weight
    };

    // The nearest seed of each cell; a seed's own cell or block is its own, whoever is near.
    let mut siblings: Vec<Vec<u32>> = Vec::new();
    for (number, seed) in seeds.iter().enumerate() {
        let parent = seed.parent as usize;
        siblings.resize(siblings.len().max(parent + 1), Vec::new());
        siblings[parent].push(number as u32);
    }
    let nearest = |cell: usize| {
        let at = middle(cell);
        let near = siblings.get(parents[cell] as usize)?.iter().map(|seed| (distance(at, *seed), *seed));
        near.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, seed)| seed)
    };
    let mut wanted = vec![NONE; lattice.cells()];
    for block in blocks {
        let seed = block.cells(lattice).next().filter(|cell| parents[*cell] != NONE).and_then(nearest);
        block.cells(lattice).for_each(|cell| wanted[cell] = seed.unwrap_or(NONE));
    }
    for cell in 0..lattice.cells() {
        if parents[cell] != NONE && block_of[cell] == NONE {
            wanted[cell] = nearest(cell).unwrap_or(NONE);
        }
    }
    let own_cell = |seed: &Seed| seed.at.1 as usize * lattice.columns + seed.at.0 as usize;
    for (number, seed) in seeds.iter().enumerate() {
        match block_of[own_cell(seed)] {
            NONE => wanted[own_cell(seed)] = number as u32,
            block => blocks[block as usize].cells(lattice).for_each(|cell| wanted[cell] = number as u32),
        }
    }

    // What hangs together with its seed is settled.
    let around = |cell: usize| [cell - 1, cell + 1, cell - lattice.columns, cell + lattice.columns];
    let mut labels = vec![NONE; lattice.cells()];
    let mut next = Vec::new();
    for (number, seed) in seeds.iter().enumerate() {
        let number = number as u32;
        next.push(own_cell(seed));
        while let Some(cell) = next.pop() {
            if labels[cell] == NONE && wanted[cell] == number && parents[cell] == seed.parent {
                labels[cell] = number;
                next.extend(around(cell));
            }
        }
    }

    // Scattered pieces go to the part beside them that is nearest by its seed, cell by cell.
    let mut front = BinaryHeap::new();
    let reach = |front: &mut BinaryHeap<Reverse<(u64, usize, u32)>>, labels: &[u32], cell: usize| {
        for next in around(cell) {
            if labels[next] == NONE && parents[next] == parents[cell] {
                front.push(Reverse(((distance(middle(next), labels[cell]) * 64.0) as u64, next, labels[cell])));
            }
        }
    };
    for cell in 0..lattice.cells() {
        if labels[cell] != NONE {
            reach(&mut front, &labels, cell);
        }
    }
    while let Some(Reverse((_, cell, seed))) = front.pop() {
        if labels[cell] != NONE {
            continue;
        }
        let taken: Vec<usize> = match block_of[cell] {
            NONE => vec![cell],
            block => blocks[block as usize].cells(lattice).collect(),
        };
        for cell in &taken {
            labels[*cell] = seed;
        }
        for cell in taken {
            reach(&mut front, &labels, cell);
        }
    }
    labels
}

/// Leaves every label in one piece: smaller pieces and enclosed gaps go to a neighbour; outer specks are dropped.
///
/// # Panics
/// On a lattice of 2^32 cells or more.
pub(crate) fn settle(lattice: &Lattice, labels: &mut [u32]) {
    let mut piece_of = vec![NONE; labels.len()];
    let mut pieces: Vec<(u32, Vec<usize>)> = Vec::new();
    for start in 0..labels.len() {
        if piece_of[start] != NONE {
            continue;
        }
        let number = u32::try_from(pieces.len()).expect("there are fewer pieces than cells");
        let mut cells = vec![start];
        piece_of[start] = number;
        let mut seen = 0;
        while let Some(&cell) = cells.get(seen) {
            seen += 1;
            let (column, row) = lattice.place(cell);
            let next = [
                (column > 0).then(|| cell - 1),
                (column + 1 < lattice.columns).then(|| cell + 1),
                (row > 0).then(|| cell - lattice.columns),
                (row + 1 < lattice.rows).then(|| cell + lattice.columns),
            ];
            for next in next.into_iter().flatten() {
                if piece_of[next] == NONE && labels[next] == labels[start] {
                    piece_of[next] = number;
                    cells.push(next);
                }
            }
        }
        pieces.push((labels[start], cells));
    }
    // The piece to keep of each label; of NONE it is the one around everything, which holds the first cell.
    let mut keep = std::collections::BTreeMap::from([(NONE, 0_usize)]);
    for (number, (label, cells)) in pieces.iter().enumerate() {
        let best = keep.entry(*label).or_insert(number);
        if *label != NONE && cells.len() > pieces[*best].1.len() {
            *best = number;
        }
    }
    for (number, (label, cells)) in pieces.iter().enumerate() {
        if keep[label] == number {
            continue;
        }
        let around =
            cells.iter().flat_map(|c| [c.wrapping_sub(1), c + 1, c.wrapping_sub(lattice.columns), c + lattice.columns]);
        let heir = around
            .filter(|c| *c < labels.len() && piece_of[*c] as usize != number)
            .map(|c| labels[c])
            .min()
            .unwrap_or(NONE);
        for cell in cells {
            labels[*cell] = heir;
        }
    }
}
