//! Photos of the made city: drawn by a program, and seen to be. A hatched band along the lower edge says so on each of them.

use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage, codecs::jpeg::JpegEncoder};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const WIDTH: u32 = 800;
const HEIGHT: u32 = 600;
/// Where the street begins, from above.
const STREET: u32 = 380;
const BAND: u32 = 22;

/// A street with what was reported there, or without it, once it is settled. The same number draws the same street.
#[must_use]
pub(super) fn paint(category: &str, number: u64, is_settled: bool) -> Vec<u8> {
    let mut random = ChaCha8Rng::seed_from_u64(number);
    let mut picture = RgbImage::new(WIDTH, HEIGHT);
    let sky: u8 = random.random_range(150..225);
    fill(&mut picture, (0, 0), (WIDTH, STREET), |_, y| {
        let light = u8::try_from(y * 40 / STREET).unwrap_or(0);
        [sky.saturating_sub(20) + light / 2, sky + light / 2, sky.saturating_add(20)]
    });
    let mut left = 0;
    while left < WIDTH {
        let (wide, high) = (random.random_range(90..190), random.random_range(140..330));
        let wall: [u8; 3] = [(); 3].map(|()| random.random_range(120..215));
        fill(&mut picture, (left, STREET - high), (wide.min(WIDTH - left), high), |_, _| wall);
        for row in 0..high / 44 {
            for column in 0..wide / 34 {
                let at = (left + 8 + column * 34, STREET - high + 12 + row * 44);
                if at.0 + 18 < WIDTH {
                    let lit: u8 = random.random_range(70..150);
                    fill(&mut picture, at, (18, 24), |_, _| [lit / 2, lit, lit.saturating_add(30)]);
                }
            }
        }
        left += wide + 6;
    }
    fill(&mut picture, (0, STREET), (WIDTH, HEIGHT - STREET), |x, y| {
        let grain = u8::try_from((x * 7 + y * 13) % 17).unwrap_or(0);
        if y < 40 { [176 + grain, 172 + grain, 160 + grain] } else { [86 + grain, 88 + grain, 92 + grain] }
    });
    for stripe in 0..6 {
        fill(&mut picture, (stripe * 140 + 30, STREET + 130), (70, 8), |_, _| [225, 225, 215]);
    }
    if !is_settled {
        trouble(&mut picture, category, &mut random);
    }
    fill(&mut picture, (0, HEIGHT - BAND), (WIDTH, BAND), |x, y| {
        if (x + y) / 18 % 2 == 0 { [246, 196, 0] } else { [30, 30, 30] }
    });
    let mut bytes = Vec::new();
    // Writing into memory doesn't fail; a photo that is empty would be refused where it is taken in.
    JpegEncoder::new_with_quality(&mut bytes, 82).write_image(&picture, WIDTH, HEIGHT, ExtendedColorType::Rgb8).ok();
    bytes
}

/// What was reported: a hole for what belongs to the street, a heap for all else.
fn trouble(picture: &mut RgbImage, category: &str, random: &mut ChaCha8Rng) {
    let (x, y): (u32, u32) = (random.random_range(250..520), STREET + random.random_range(70..120));
    if category.starts_with('C') {
        for (dx, dy) in (0..160_u32).flat_map(|dx| (0..70_u32).map(move |dy| (dx, dy))) {
            let (across, down) = (f64::from(dx) / 80.0 - 1.0, f64::from(dy) / 35.0 - 1.0);
            let far = across * across + down * down;
            if far < 1.0 {
                let shade = if far > 0.8 { 120 } else { 24 };
                picture.put_pixel(x + dx, y + dy, Rgb([shade, shade, shade + 6]));
            }
        }
        return;
    }
    for _ in 0..26 {
        let at = (x + random.random_range(0..170), y + random.random_range(0..60));
        let size = (random.random_range(18..52), random.random_range(14..36));
        let colour: [u8; 3] =
            [random.random_range(90..230), random.random_range(60..190), random.random_range(40..150)];
        fill(picture, at, size, |dx, dy| if dx < 2 || dy < 2 { colour.map(|part| part / 2) } else { colour });
    }
}

/// Fills a rectangle, each pixel by its place within it.
fn fill(picture: &mut RgbImage, (x, y): (u32, u32), (wide, high): (u32, u32), colour: impl Fn(u32, u32) -> [u8; 3]) {
    for (dx, dy) in (0..wide).flat_map(|dx| (0..high).map(move |dy| (dx, dy))) {
        if x + dx < WIDTH && y + dy < HEIGHT {
            picture.put_pixel(x + dx, y + dy, Rgb(colour(dx, dy)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_street_is_the_same_before_and_after_but_for_what_was_reported() {
        let pixels = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().to_rgb8();
        let (before, after) = (pixels(&paint("C0101", 7, false)), pixels(&paint("C0101", 7, true)));
        assert_eq!(before.dimensions(), (WIDTH, HEIGHT));
        let differs = before.pixels().zip(after.pixels()).filter(|(one, other)| one != other).count();
        assert!((2_000..60_000).contains(&differs), "{differs}");
        assert_eq!(paint("E0505", 3, false), paint("E0505", 3, false));
    }
}
