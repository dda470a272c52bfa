//! The ground plane of the demo city: metres, a gentle turn of each town's street plan, noise and dice.

use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

use super::subdivide::Lattice;
use gridhall_spatial::spot::Spot;

/// Metres east and north of the lattice's south-west corner, before towns are turned.
pub type Place = (f64, f64);

/// Metres in a degree of longitude and latitude at 27.81° north.
const METRES: (f64, f64) = (98_463.0, 110_861.0);

/// Random numbers of one stage: the same for the same seed, whatever other stages draw.
pub struct Dice(ChaCha8Rng);

impl Dice {
    #[must_use]
    pub fn new(seed: u64, stage: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stage);
        Self(rng)
    }

    /// A number from `low` to below `high`.
    pub fn real(&mut self, low: f64, high: f64) -> f64 {
        self.0.random_range(low..high)
    }

    /// A whole number from `low` to `high`, both included.
    pub fn int(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high)
    }

    /// Whole years from `low` to `high`, both included.
    pub fn years(&mut self, low: i32, high: i32) -> i32 {
        self.0.random_range(low..=high)
    }

    /// An index below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        self.0.random_range(0..count)
    }

    pub fn chance(&mut self, share: f64) -> bool {
        self.0.random_range(0.0..1.0) < share
    }

    /// One of a list.
    ///
    /// # Panics
    /// When the list is empty.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        from.choose(&mut self.0).expect("lists to pick from are not empty")
    }

    /// Roughly bell-shaped around zero, within three times `spread`.
    pub fn bell(&mut self, spread: f64) -> f64 {
        (self.real(-1.0, 1.0) + self.real(-1.0, 1.0) + self.real(-1.0, 1.0)) * spread
    }

    /// Picks by the weights' running totals.
    pub fn by_total(&mut self, totals: &[f64]) -> usize {
        let at = self.real(0.0, totals[totals.len() - 1]);
        totals.partition_point(|total| *total <= at).min(totals.len() - 1)
    }
}

/// Running totals of weights, for [`Dice::by_total`].
pub fn totals(weights: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut sum = 0.0;
    weights
        .into_iter()
        .map(|weight| {
            sum += weight;
            sum
        })
        .collect()
}

/// A town whose street plan stands at an angle to the meridian; the turn fades out around it.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    pub centre: Place,
    /// Radians.
    pub angle: f64,
    /// How far its streets bend, metres.
    pub bend: f64,
    /// The full turn holds up to here.
    pub inner: f64,
    /// No turn from here on.
    pub outer: f64,
}

/// The lattice and its map to the ground.
pub struct Ground {
    pub(crate) lattice: Lattice,
    /// A cell's width and height in metres.
    pub cell: (f64, f64),
    pub turns: Vec<Turn>,
}

impl Ground {
    pub(crate) fn new(lattice: Lattice) -> Self {
        let cell = (lattice.step * METRES.0, lattice.step * METRES.1);
        Self { lattice, cell, turns: Vec::new() }
    }

    /// The place at a longitude and latitude, as if no town were turned.
    #[must_use]
    pub fn place_of(&self, lon: f64, lat: f64) -> Place {
        ((lon - self.lattice.west) * METRES.0, (lat - self.lattice.south) * METRES.1)
    }

    /// True metres: the place after the turn of the town around it. Smooth and one to one.
    #[must_use]
    pub fn turned(&self, place: Place) -> Place {
        for turn in &self.turns {
            let (x, y) = (place.0 - turn.centre.0, place.1 - turn.centre.1);
            if x.abs() > turn.outer || y.abs() > turn.outer {
                continue;
            }
            let far = x.hypot(y);
            if far < turn.outer {
                let share = ((turn.outer - far) / (turn.outer - turn.inner)).clamp(0.0, 1.0);
                let share = share * share * (3.0 - 2.0 * share);
                let wave = turn.bend * share;
                let x = x + wave * (y / 620.0).sin();
                let y = y + wave * (x / 740.0).cos();
                let (sin, cos) = (turn.angle * share).sin_cos();
                return (turn.centre.0 + x * cos - y * sin, turn.centre.1 + x * sin + y * cos);
            }
        }
        place
    }

    /// Longitude and latitude of a place.
    #[must_use]
    pub fn lon_lat(&self, place: Place) -> (f64, f64) {
        let (x, y) = self.turned(place);
        (self.lattice.west + x / METRES.0, self.lattice.south + y / METRES.1)
    }

    #[must_use]
    pub fn spot(&self, place: Place) -> Spot {
        let (lon, lat) = self.lon_lat(place);
        Spot::at(lon, lat)
    }

    /// The spots of a rigid shape around a place: right angles stay right where the ground is sheared.
    ///
    /// `along` is the direction of the shape's first axis on the unturned ground.
    #[must_use]
    pub fn rigid(&self, place: Place, along: f64, shape: &[Place]) -> Vec<Spot> {
        let origin = self.turned(place);
        let ahead = self.turned((place.0 + along.cos(), place.1 + along.sin()));
        let (dx, dy) = (ahead.0 - origin.0, ahead.1 - origin.1);
        let length = dx.hypot(dy);
        let (cos, sin) = (dx / length, dy / length);
        shape
            .iter()
            .map(|(u, v)| {
                let (x, y) = (origin.0 + u * cos - v * sin, origin.1 + u * sin + v * cos);
                Spot::at(self.lattice.west + x / METRES.0, self.lattice.south + y / METRES.1)
            })
            .collect()
    }

    /// The cell that holds a place, which must lie on the lattice.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places lie on the lattice")]
    #[must_use]
    pub fn cell_at(&self, place: Place) -> usize {
        let column = ((place.0 / self.cell.0) as usize).min(self.lattice.columns - 1);
        let row = ((place.1 / self.cell.1) as usize).min(self.lattice.rows - 1);
        row * self.lattice.columns + column
    }

    /// The middle of a cell.
    #[expect(clippy::cast_precision_loss, reason = "cell counts are small")]
    #[must_use]
    pub fn middle(&self, cell: usize) -> Place {
        let (column, row) = self.lattice.place(cell);
        ((column as f64 + 0.5) * self.cell.0, (row as f64 + 0.5) * self.cell.1)
    }
}

/// Square metres of a ring of spots.
#[must_use]
pub fn square_metres(ring: &[Spot]) -> f64 {
    let base = ring[0];
    let at = |s: &Spot| (f64::from(s.x - base.x) * 1e-7 * METRES.0, f64::from(s.y - base.y) * 1e-7 * METRES.1);
    let twice: f64 = ring.windows(2).map(|w| at(&w[0]).0 * at(&w[1]).1 - at(&w[1]).0 * at(&w[0]).1).sum();
    (twice / 2.0).abs()
}

/// The centroid of a ring.
#[must_use]
pub fn centroid(ring: &[Spot]) -> Spot {
    let base = ring[0];
    let at = |s: &Spot| (f64::from(s.x - base.x), f64::from(s.y - base.y));
    let (mut twice, mut x, mut y) = (0.0, 0.0, 0.0);
    for pair in ring.windows(2) {
        let (a, b) = (at(&pair[0]), at(&pair[1]));
        let cross = a.0 * b.1 - b.0 * a.1;
        twice += cross;
        x += (a.0 + b.0) * cross;
        y += (a.1 + b.1) * cross;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a building is small")]
    let spot = Spot { x: base.x + (x / (3.0 * twice)).round() as i32, y: base.y + (y / (3.0 * twice)).round() as i32 };
    spot
}

#[must_use]
pub fn distance(a: Place, b: Place) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

/// Smooth noise from -1 to 1 with features about `wave` metres wide.
#[expect(clippy::many_single_char_names, reason = "a grid point is (i, j), a place in its cell (u, v)")]
#[must_use]
pub fn noise(seed: u64, place: Place, wave: f64) -> f64 {
    let (x, y) = (place.0 / wave, place.1 / wave);
    let (column, row) = (x.floor(), y.floor());
    let ease = |t: f64| t * t * (3.0 - 2.0 * t);
    let (u, v) = (ease(x - column), ease(y - row));
    let at = |dx: f64, dy: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "noise cells are few")]
        let (i, j) = ((column + dx) as i64, (row + dy) as i64);
        let mut z = seed
            ^ (i.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15))
            ^ (j.cast_unsigned().wrapping_mul(0xC2B2_AE3D_27D4_EB4F));
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
        let unit = (z >> 11) as f64 / (1_u64 << 52) as f64 - 1.0;
        unit
    };
    let low = at(0.0, 0.0) * (1.0 - u) + at(1.0, 0.0) * u;
    let high = at(0.0, 1.0) * (1.0 - u) + at(1.0, 1.0) * u;
    low * (1.0 - v) + high * v
}
