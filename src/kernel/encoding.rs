//! Compression by negotiation (RFC 9110, 12.5.3).

use std::cell::RefCell;

use axum::http::{HeaderMap, header};
use bytes::Bytes;
use libdeflater::{CompressionLvl, Compressor};

use super::accept::weight;

/// How the bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As they are.
    Identity,
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
    /// RFC 7932.
    Brotli,
}

impl Encoding {
    /// Its name in `Content-Encoding`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Brotli => "br",
        }
    }

    /// The best that an `Accept-Encoding` header takes; between equals zstd, gzip, brotli.
    #[must_use]
    pub fn accepted(headers: &HeaderMap) -> Self {
        let Some(header) = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()) else {
            return Self::Identity;
        };
        // In thousandths, by encoding; what isn't named is as good as `*`, and without that not taken.
        let (mut named, mut others) = ([None; 4], None);
        for part in header.split(',') {
            let (name, rest) = part.split_once(';').unwrap_or((part, ""));
            let quality = weight(rest);
            let is = |other: &str| name.trim().eq_ignore_ascii_case(other);
            if is("*") {
                others = Some(quality);
            } else if is("x-gzip") {
                named[Self::Gzip as usize] = Some(quality);
            } else if let Some(encoding) = Self::ALL.into_iter().find(|encoding| is(encoding.name())) {
                named[encoding as usize] = Some(quality);
            }
        }
        let mut best = (0, Self::Identity);
        for encoding in Self::ALL {
            let quality = named[encoding as usize].or(others.filter(|_| encoding == Self::Gzip)).unwrap_or(0);
            if quality > best.0 {
                best = (quality, encoding);
            }
        }
        best.1
    }

    /// Between equals the first.
    const ALL: [Self; 4] = [Self::Zstd, Self::Gzip, Self::Brotli, Self::Identity];
}

/// Compresses bytes once, for whoever asks next: what comes of it takes no more memory than it is long.
#[must_use]
pub fn compress(raw: &Bytes, encoding: Encoding) -> Bytes {
    let packed = match encoding {
        Encoding::Identity => None,
        Encoding::Gzip => TOOLS.with_borrow_mut(|tools| tools.gzip(raw)),
        Encoding::Zstd => TOOLS.with_borrow_mut(|tools| tools.zstd(raw)),
        Encoding::Brotli => brotli(raw),
    };
    // The bound that the room is sized by holds any output, so this is for form: at worst it is not compressed.
    packed.unwrap_or_else(|| raw.clone())
}

/// Level 1 takes a quarter of level 5's time for a tenth more bytes, and a tile is made while somebody waits for it.
const LEVEL: i32 = 1;

/// Bytes that fit the first few packets of a connection travel in one round trip either way; for gzip they are framed
/// without being compressed, since clearing the compressor's tables would take longer than all else of a small tile.
const SMALL: usize = 4_096;

/// Larger room than this is given back.
const ROOM: usize = 4 << 20;

thread_local! {
    static TOOLS: RefCell<Tools> = RefCell::new(Tools::new());
}

/// What a thread compresses with, again and again.
struct Tools {
    gzip: Compressor,
    stored: Compressor,
    zstd: Option<zstd::bulk::Compressor<'static>>,
    room: Vec<u8>,
}

impl Tools {
    fn new() -> Self {
        let gzip = |level| Compressor::new(CompressionLvl::new(level).unwrap_or_default());
        Self { gzip: gzip(LEVEL), stored: gzip(0), zstd: zstd::bulk::Compressor::new(LEVEL).ok(), room: Vec::new() }
    }

    fn gzip(&mut self, raw: &[u8]) -> Option<Bytes> {
        let gzip = if raw.len() > SMALL { &mut self.gzip } else { &mut self.stored };
        let bound = gzip.gzip_compress_bound(raw.len());
        packed(&mut self.room, bound, |room| gzip.gzip_compress(raw, room).ok())
    }

    fn zstd(&mut self, raw: &[u8]) -> Option<Bytes> {
        let zstd = self.zstd.as_mut()?;
        let bound = zstd::zstd_safe::compress_bound(raw.len());
        packed(&mut self.room, bound, |room| zstd.compress_to_buffer(raw, room).ok())
    }
}

fn packed(room: &mut Vec<u8>, bound: usize, pack: impl FnOnce(&mut [u8]) -> Option<usize>) -> Option<Bytes> {
    if room.len() < bound {
        room.resize(bound, 0);
    }
    let packed = pack(room).map(|length| Bytes::copy_from_slice(&room[..length]));
    if room.len() > ROOM {
        *room = Vec::new();
    }
    packed
}

fn brotli(raw: &[u8]) -> Option<Bytes> {
    let mut out = Vec::with_capacity(raw.len() / 2);
    let params = brotli::enc::BrotliEncoderParams { quality: 5, ..Default::default() };
    brotli::BrotliCompress(&mut &*raw, &mut out, &params).ok()?;
    Some(out.into_boxed_slice().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(header: &str) -> Encoding {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, header.parse().unwrap());
        Encoding::accepted(&headers)
    }

    #[test]
    fn the_readers_preference_decides_and_then_ours() {
        assert_eq!(accepted("gzip, deflate, br, zstd"), Encoding::Zstd);
        assert_eq!(accepted("gzip, br"), Encoding::Gzip);
        assert_eq!(accepted("br;q=1.0, gzip;q=0.8"), Encoding::Brotli);
        assert_eq!(accepted("gzip;q=0"), Encoding::Identity);
        assert_eq!(accepted("identity"), Encoding::Identity);
        assert_eq!(accepted("*"), Encoding::Gzip);
        assert_eq!(accepted("gzip;q=0, *"), Encoding::Identity);
        assert_eq!(accepted("GZIP; Q=0"), Encoding::Identity);
        assert_eq!(accepted("identity;q=1, gzip;q=0.5"), Encoding::Identity);
        assert_eq!(accepted("br;q=0.5, *;q=0.1"), Encoding::Brotli);
    }
}
