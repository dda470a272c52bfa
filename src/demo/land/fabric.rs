//! The street plan of a built-up place: lines of streets and the blocks between them.

use super::ground::{Dice, Ground, Place, noise};
use super::subdivide::{Block, NONE};

/// What a block between streets is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Old quarter: rows of houses along the streets, shops below.
    Old,
    /// 城中村: a village that the city has grown around.
    UrbanVillage,
    /// Estate of slabs in rows.
    Slabs,
    /// Estate of towers.
    Towers,
    Commerce,
    School,
    Public,
    Industry,
    Park,
    Water,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    Core,
    Seat,
    Town,
}

/// A block with its place in the plan.
#[derive(Clone, Debug)]
pub struct CityBlock {
    pub(crate) cells: Block,
    /// Between column line `column` and the next, row line `row` and the next.
    pub column: usize,
    pub row: usize,
    pub purpose: Use,
    /// Distance from the plan's centre as a share of its reach.
    pub reach: f64,
}

/// A street plan.
pub struct Fabric {
    pub size: Size,
    pub centre: Place,
    /// Lattice columns of the streets that run north, and rows of those that run east.
    pub columns: Vec<usize>,
    pub rows: Vec<usize>,
    pub blocks: Vec<CityBlock>,
    /// For each place in the plan (row by row), the block's number.
    pub grid: Vec<Option<usize>>,
}

impl Fabric {
    /// Lays out an oval plan on free cells of one county.
    #[expect(
        clippy::too_many_arguments,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "cell counts are small; a plan is told by where, how big and what is free"
    )]
    pub fn lay_out(
        ground: &Ground,
        counties: &[u32],
        taken: &mut [bool],
        size: Size,
        centre: Place,
        half: (f64, f64),
        seed: u64,
        dice: &mut Dice,
    ) -> Self {
        let steps: (i64, i64) = match size {
            Size::Core => (4, 6),
            Size::Seat => (4, 5),
            Size::Town => (3, 4),
        };
        let mut lines = |middle: f64, half: f64, cell: f64| {
            let mut up = vec![(middle / cell) as usize];
            while (up[up.len() - 1] as f64) * cell < middle + half {
                let far = (up[up.len() - 1] as f64 * cell - middle).abs() > 3800.0;
                let step = if far { dice.int(7, 9) } else { dice.int(steps.0, steps.1) };
                up.push(up[up.len() - 1] + step as usize);
            }
            let mut down = vec![up[0]];
            while (down[down.len() - 1] as f64) * cell > middle - half {
                let far = (middle - down[down.len() - 1] as f64 * cell).abs() > 3800.0;
                let step = if far { dice.int(7, 9) } else { dice.int(steps.0, steps.1) };
                down.push(down[down.len() - 1] - step as usize);
            }
            down.reverse();
            down.pop();
            down.extend(up);
            down
        };
        let columns = lines(centre.0, half.0, ground.cell.0);
        let rows = lines(centre.1, half.1, ground.cell.1);
        let mut fabric = Self { size, centre, blocks: Vec::new(), grid: Vec::new(), columns, rows };
        let county = counties[ground.cell_at(centre)];
        for row in 0..fabric.rows.len() - 1 {
            for column in 0..fabric.columns.len() - 1 {
                let cells = Block {
                    west: fabric.columns[column],
                    east: fabric.columns[column + 1],
                    south: fabric.rows[row],
                    north: fabric.rows[row + 1],
                };
                let (i, j) = cells.middle();
                let at = (i * ground.cell.0, j * ground.cell.1);
                let (x, y) = (at.0 - centre.0, at.1 - centre.1);
                // A ragged rim: towns end where the fields begin, not on an oval.
                let reach = (x / half.0).hypot(y / half.1) + 0.24 * noise(seed ^ 0xb, at, half.0 / 3.2);
                let free = cells.cells(&ground.lattice).all(|c| counties[c] == county && county != NONE && !taken[c]);
                fabric.grid.push((reach < 1.0 && free).then_some(fabric.blocks.len()));
                if reach < 1.0 && free {
                    cells.cells(&ground.lattice).for_each(|c| taken[c] = true);
                    let purpose = purpose(size, at, (x, y), reach, seed, dice);
                    fabric.blocks.push(CityBlock { cells, column, row, purpose, reach });
                }
            }
        }
        fabric
    }

    /// The block at a place in the plan, if it is part of the town.
    #[must_use]
    pub fn block(&self, column: usize, row: usize) -> Option<&CityBlock> {
        let wide = self.columns.len() - 1;
        (column < wide && row < self.rows.len() - 1)
            .then(|| self.grid[row * wide + column])
            .flatten()
            .map(|b| &self.blocks[b])
    }

    /// The place where two streets cross.
    #[expect(clippy::cast_precision_loss, reason = "cell counts are small")]
    #[must_use]
    pub fn crossing(&self, ground: &Ground, column: usize, row: usize) -> Place {
        (self.columns[column] as f64 * ground.cell.0, self.rows[row] as f64 * ground.cell.1)
    }
}

/// Metres from the river that winds through the south of the core (from the core's centre).
#[must_use]
pub fn river(x: f64, y: f64) -> f64 {
    (y + 2350.0 - 420.0 * (x / 1700.0).sin() - 160.0 * (x / 610.0).cos()).abs()
}

fn purpose(size: Size, at: Place, (x, y): (f64, f64), reach: f64, seed: u64, dice: &mut Dice) -> Use {
    let taste = noise(seed ^ 5, at, 900.0);
    let fine = dice.real(0.0, 1.0);
    if size == Size::Town {
        return match fine {
            f if f < 0.08 => Use::Public,
            f if f < 0.15 => Use::School,
            f if f < 0.20 && reach > 0.6 => Use::Industry,
            f if f < 0.36 => Use::Slabs,
            _ if reach > 0.7 => Use::UrbanVillage,
            _ => Use::Old,
        };
    }
    let (works, zone) = if size == Size::Core {
        (x < -3300.0 && y > 900.0 || (x + 4300.0).hypot(y - 1500.0) < 900.0, x > 3700.0)
    } else {
        (false, x > 1150.0 && y > 0.0)
    };
    if size == Size::Core && river(x, y) < 150.0 {
        return Use::Water;
    }
    if works || zone {
        return match fine {
            f if f < 0.74 => Use::Industry,
            f if f < 0.84 => Use::Slabs,
            f if f < 0.92 => Use::UrbanVillage,
            _ => Use::Public,
        };
    }
    // The lake and its park in the north of the core, and small parks anywhere.
    if size == Size::Core && (x - 900.0).hypot((y - 1300.0) * 1.3) < 430.0 || fine < 0.035 {
        return Use::Park;
    }
    if fine < 0.085 {
        return Use::School;
    }
    if fine < 0.135 {
        return Use::Public;
    }
    let centrality = 1.0 - reach;
    if fine < 0.15 + 0.16 * centrality * centrality {
        return Use::Commerce;
    }
    if taste > 0.44 {
        return if reach > 0.45 { Use::UrbanVillage } else { Use::Old };
    }
    if taste < -0.54 {
        return Use::Towers;
    }
    if reach < 0.32 && taste > -0.05 {
        return Use::Old;
    }
    if reach > 0.72 && fine > 0.74 { Use::UrbanVillage } else { Use::Slabs }
}
