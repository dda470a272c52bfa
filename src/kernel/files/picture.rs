//! Pictures are written anew: what is kept shows what could be seen, and carries nothing else along — no place, no camera, no
//! comment, nothing hidden behind the picture's end.

use std::io::Cursor;

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use exif::{In, Tag, Value};
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
};

use crate::kernel::{
    error::{Error, Result},
    text::text,
    time::CHINA,
};

/// As many pixels a picture may have: more than any phone's camera takes in its usual mode.
const MOST_PIXELS: u64 = 64_000_000;
/// What working on one takes at most, in bytes.
const MOST_MEMORY: u64 = 512 << 20;
/// The longer side of what a list shows, in pixels.
const SMALL: u32 = 400;
const QUALITY: u8 = 88;
const SMALL_QUALITY: u8 = 78;

/// A picture as it is kept.
pub(super) struct CleanPicture {
    pub(super) bytes: Vec<u8>,
    pub(super) media_type: &'static str,
    pub(super) width: u32,
    pub(super) height: u32,
    /// What a list shows of it, a JPEG.
    pub(super) small: Vec<u8>,
    pub(super) taken: TakenAt,
}

/// When and where a picture says that it was taken.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct TakenAt {
    pub(super) at: Option<DateTime<Utc>>,
    /// Longitude and latitude, WGS 84.
    pub(super) place: Option<(f64, f64)>,
}

/// Writes a picture anew.
///
/// # Errors
/// 415 for what can't be read to its end, 413 for more pixels than are taken.
pub(super) fn clean(bytes: &[u8]) -> Result<CleanPicture> {
    let damaged = |_| Error::UnsupportedMedia(text("照片已损坏或不完整。", "The picture is damaged or cut off."));
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|_| Error::UnsupportedMedia(text("照片已损坏或不完整。", "The picture is damaged or cut off.")))?;
    if reader.format() == Some(ImageFormat::Jpeg) && !has_end(bytes) {
        return Err(Error::UnsupportedMedia(text("照片已损坏或不完整。", "The picture is damaged or cut off.")));
    }
    let is_png = reader.format() == Some(ImageFormat::Png);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Error::TooLarge(text(
            format!("照片为 {width}×{height} 像素，最多 6400 万像素。"),
            format!("The picture has {width}×{height} pixels; at most 64 million are taken."),
        )));
    }
    // Turning it takes as much again.
    if decoder.total_bytes().saturating_mul(2) > MOST_MEMORY {
        return Err(Error::TooLarge(text(
            "照片的色深过高，请另存为普通照片（每色 8 位）后上传。",
            "The picture has too many bits for each colour; save it with 8 of them.",
        )));
    }
    let orientation = decoder.orientation().map_err(damaged)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    picture.apply_orientation(orientation);
    let small = jpeg(&picture.thumbnail(SMALL, SMALL), SMALL_QUALITY)?;
    // Screenshots and drawings stay sharp, and what is seen through stays so.
    let (bytes_kept, media_type) = if is_png || picture.color().has_alpha() {
        (png(&picture)?, "image/png")
    } else {
        (jpeg(&picture, QUALITY)?, "image/jpeg")
    };
    Ok(CleanPicture {
        bytes: bytes_kept,
        media_type,
        width: picture.width(),
        height: picture.height(),
        small,
        taken: taken(bytes),
    })
}

/// Whether a JPEG goes on to its end: decoders fill up what is missing in grey.
fn has_end(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(2..).unwrap_or_default();
    // Its parts one by one: a small picture among what the camera tells has an end of its own.
    while let [0xff, marker, high, low, ..] = *rest {
        if marker == 0xda {
            return memchr::memmem::find(rest, b"\xff\xd9").is_some();
        }
        rest = rest.get(2 + usize::from(u16::from_be_bytes([high, low]))..).unwrap_or_default();
    }
    false
}

fn jpeg(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>> {
    let mut kept = Vec::new();
    let plain = picture.to_rgb8();
    JpegEncoder::new_with_quality(&mut kept, quality)
        .write_image(&plain, plain.width(), plain.height(), ExtendedColorType::Rgb8)
        .map_err(|error| Error::Internal(error.into()))?;
    Ok(kept)
}

fn png(picture: &DynamicImage) -> Result<Vec<u8>> {
    let mut kept = Vec::new();
    let plain = if picture.color().has_alpha() {
        DynamicImage::ImageRgba8(picture.to_rgba8())
    } else {
        DynamicImage::ImageRgb8(picture.to_rgb8())
    };
    PngEncoder::new(&mut kept)
        .write_image(plain.as_bytes(), plain.width(), plain.height(), plain.color().into())
        .map_err(|error| Error::Internal(error.into()))?;
    Ok(kept)
}

/// What the picture's own record says; what can't be right is left out.
fn taken(bytes: &[u8]) -> TakenAt {
    let Ok(read) = exif::Reader::new().read_from_container(&mut Cursor::new(bytes)) else { return TakenAt::default() };
    let ascii = |tag| {
        let field = read.get_field(tag, In::PRIMARY)?;
        let Value::Ascii(parts) = &field.value else { return None };
        Some(String::from_utf8_lossy(parts.first()?).trim().to_owned())
    };
    let local = ascii(Tag::DateTimeOriginal).or_else(|| ascii(Tag::DateTime));
    let at = local.and_then(|local| {
        let local = NaiveDateTime::parse_from_str(&local, "%Y:%m:%d %H:%M:%S").ok()?;
        // Without an offset the camera's clock shows China's time.
        let offset = ascii(Tag::OffsetTimeOriginal).and_then(|offset| offset.parse().ok()).unwrap_or(CHINA);
        Some(offset.from_local_datetime(&local).single()?.to_utc())
    });
    let is_likely = |at: &DateTime<Utc>| at.timestamp() > 946_684_800 && *at < Utc::now() + chrono::TimeDelta::days(1);
    let degrees = |tag, reference, most: f64| {
        let field = read.get_field(tag, In::PRIMARY)?;
        let Value::Rational(parts) = &field.value else { return None };
        let [whole, minutes, seconds] = parts.as_slice() else { return None };
        let value = whole.to_f64() + minutes.to_f64() / 60.0 + seconds.to_f64() / 3600.0;
        let sign = if ascii(reference).is_some_and(|side| side.starts_with(['S', 'W'])) { -1.0 } else { 1.0 };
        (value.is_finite() && value <= most).then_some(value * sign)
    };
    let place = degrees(Tag::GPSLongitude, Tag::GPSLongitudeRef, 180.0)
        .zip(degrees(Tag::GPSLatitude, Tag::GPSLatitudeRef, 90.0))
        .filter(|place| *place != (0.0, 0.0));
    TakenAt { at: at.filter(is_likely), place }
}

#[cfg(test)]
mod tests {
    use image::RgbImage;

    use super::*;

    fn photo() -> Vec<u8> {
        let low = |value: u32| value.to_le_bytes()[0];
        let picture = RgbImage::from_fn(640, 480, |x, y| image::Rgb([low(x), low(y), 90]));
        jpeg(&DynamicImage::ImageRgb8(picture), 90).unwrap()
    }

    /// The photo with a record of time, place and orientation, as cameras write it.
    fn with_exif(photo: &[u8], orientation: u16) -> Vec<u8> {
        let field = |tag, value| exif::Field { tag, ifd_num: In::PRIMARY, value };
        let text = |text: &str| Value::Ascii(vec![text.as_bytes().to_vec()]);
        let angle = |degrees, minutes, seconds| {
            let part = |num, denom| exif::Rational { num, denom };
            Value::Rational(vec![part(degrees, 1), part(minutes, 1), part(seconds, 100)])
        };
        let fields = [
            field(Tag::Orientation, Value::Short(vec![orientation])),
            field(Tag::DateTimeOriginal, text("2026:06:01 09:30:00")),
            field(Tag::GPSLatitudeRef, text("N")),
            field(Tag::GPSLatitude, angle(27, 48, 3600)),
            field(Tag::GPSLongitudeRef, text("E")),
            field(Tag::GPSLongitude, angle(114, 55, 1800)),
        ];
        let mut writer = exif::experimental::Writer::new();
        for field in &fields {
            writer.push_field(field);
        }
        let mut block = Cursor::new(Vec::new());
        writer.write(&mut block, false).unwrap();
        let block = [b"Exif\0\0".as_slice(), block.get_ref()].concat();
        let length = u16::try_from(block.len() + 2).unwrap().to_be_bytes();
        [&photo[..2], &[0xff, 0xe1], &length, &block, &photo[2..]].concat()
    }

    #[test]
    fn a_photo_keeps_what_it_shows_and_gives_up_the_rest() {
        let sent = with_exif(&photo(), 6);
        let kept = clean(&[sent.as_slice(), b"<script>alert(1)</script>"].concat()).unwrap();
        assert_eq!((kept.width, kept.height), (480, 640), "the camera was held upright");
        assert_eq!(kept.taken.at.unwrap().to_rfc3339(), "2026-06-01T01:30:00+00:00");
        let (lon, lat) = kept.taken.place.unwrap();
        assert!((lon - 114.921_666).abs() < 1e-5 && (lat - 27.81).abs() < 1e-5, "{lon} {lat}");
        for bytes in [&kept.bytes, &kept.small] {
            assert!(exif::Reader::new().read_from_container(&mut Cursor::new(bytes)).is_err());
            assert!(!bytes.windows(8).any(|part| part == b"<script>"));
        }
        let small = image::load_from_memory(&kept.small).unwrap();
        assert_eq!((small.width(), small.height()), (300, 400));
    }

    #[test]
    fn what_is_cut_off_or_has_too_many_pixels_is_refused() {
        let photo = photo();
        assert!(matches!(clean(&photo[..photo.len() / 3]), Err(Error::UnsupportedMedia(_))));
        assert!(matches!(clean(b"\xff\xd8\xff\xe0rubbish"), Err(Error::UnsupportedMedia(_))));
        // A few bytes that say 60,000 by 60,000.
        let mut bomb = Vec::new();
        PngEncoder::new(&mut bomb).write_image(&[0], 1, 1, ExtendedColorType::L8).unwrap();
        bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        let crc = crc(&bomb[12..29]).to_be_bytes();
        bomb[29..33].copy_from_slice(&crc);
        assert!(matches!(clean(&bomb), Err(Error::TooLarge(_))));
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
        })
    }

    #[test]
    fn a_screenshot_stays_sharp() {
        let picture = image::RgbaImage::from_pixel(20, 10, image::Rgba([1, 2, 3, 128]));
        let sent = png(&DynamicImage::ImageRgba8(picture)).unwrap();
        let kept = clean(&sent).unwrap();
        assert_eq!((kept.media_type, kept.width, kept.height, kept.taken), ("image/png", 20, 10, TakenAt::default()));
    }
}
