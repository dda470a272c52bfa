//! How a file's text is encoded, and its bytes as text.
//!
//! Bytes that can't be read never become U+FFFD: they are an error of their value, or of their row.

use std::{
    fs::File,
    io::{self, BufReader, Cursor, Read, Seek, SeekFrom},
};

use encoding_rs::{BIG5, Decoder, DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::{CountingReader, Meter, unreadable};
use crate::kernel::text::Text;

/// How much of a file is read at once.
const CHUNK: usize = 1 << 16;
/// After so many characters beyond ASCII a file's encoding is decided.
const EVIDENCE: usize = 1 << 20;

/// The name of an encoding as people know it.
pub(super) fn name(encoding: &'static Encoding) -> &'static str {
    if encoding == GB18030 { "GBK" } else { encoding.name() }
}

/// The bytes of a value without a last character that was cut in the middle.
fn uncut<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> &'a [u8] {
    if encoding == UTF_8 {
        return match std::str::from_utf8(bytes) {
            Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
            _ => bytes,
        };
    }
    let mut at = 0;
    while at < bytes.len() {
        let size = match (bytes[at], bytes.get(at + 1)) {
            (0x81..=0xfe, Some(0x30..=0x39)) if encoding == GB18030 => 4,
            (0x81..=0xfe, _) => 2,
            _ => 1,
        };
        if at + size > bytes.len() {
            return &bytes[..at];
        }
        at += size;
    }
    bytes
}

/// Reads a value of fixed width: a last character that was cut is dropped. `None` where it isn't in that encoding.
pub(super) fn decode(bytes: &[u8], encoding: &'static Encoding) -> Option<String> {
    let whole = uncut(bytes, encoding);
    encoding.decode_without_bom_handling_and_without_replacement(whole).map(std::borrow::Cow::into_owned)
}

/// Counts which of the encodings of Chinese text values of fixed width are in.
#[derive(Debug, Default)]
pub(super) struct Ballot {
    not_utf8: u64,
    not_gbk: u64,
}

impl Ballot {
    pub(super) fn add(&mut self, value: &[u8]) {
        if !value.is_ascii() {
            self.not_utf8 += u64::from(decode(value, UTF_8).is_none());
            self.not_gbk += u64::from(decode(value, GB18030).is_none());
        }
    }

    /// The encoding that was declared, unless it can't be that and another one is; the likelier one where none was.
    pub(super) fn result(&self, declared: Option<&'static Encoding>) -> &'static Encoding {
        match declared {
            Some(declared) if declared == UTF_8 && self.not_utf8 > 0 && self.not_gbk == 0 => GB18030,
            Some(declared) if declared == GB18030 && self.not_gbk > 0 && self.not_utf8 == 0 => UTF_8,
            Some(declared) => declared,
            None if self.not_utf8 == 0 || self.not_utf8 < self.not_gbk => UTF_8,
            None => GB18030,
        }
    }
}

/// The encoding that a code page's name or number means; `None` for those that say nothing of Chinese text.
pub(super) fn code_page(page: &str) -> Option<&'static Encoding> {
    let page = page.to_ascii_uppercase();
    if page.contains("BIG5") || page.contains("950") {
        Some(BIG5)
    } else if page.contains("936") || page.contains("GB") {
        Some(GB18030)
    } else if page.contains("UTF") || page.contains("65001") {
        Some(UTF_8)
    } else {
        None
    }
}

/// The encoding by the mark at a file's beginning, and the mark's length.
fn marked(start: &[u8]) -> Option<Detected> {
    match start {
        [0xef, 0xbb, 0xbf, ..] => Some((UTF_8, 3)),
        [0xff, 0xfe, ..] => Some((UTF_16LE, 2)),
        [0xfe, 0xff, ..] => Some((UTF_16BE, 2)),
        [0x84, 0x31, 0x95, 0x33, ..] => Some((GB18030, 4)),
        _ => None,
    }
}

/// UTF-16 without a mark: every other byte of ASCII text is zero.
fn utf16(start: &[u8]) -> Option<&'static Encoding> {
    let zeros = |parity: usize| start.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = start.len() / 10;
    if odd > many && odd > 3 * even {
        Some(UTF_16LE)
    } else if even > many && even > 3 * odd {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The beginning of a text file as UTF-8, for who tells its format; bytes that can't be read are left out.
pub(super) fn beginning(start: &[u8]) -> Vec<u8> {
    let (encoding, mark) = marked(start).or_else(|| Some((utf16(start)?, 0))).unwrap_or((UTF_8, 0));
    let rest = &start[usize::try_from(mark).unwrap_or(0)..];
    if encoding == UTF_8 || encoding == GB18030 {
        return rest.to_vec();
    }
    encoding.decode_without_bom_handling(rest).0.into_owned().into_bytes()
}

/// How a text file is encoded, and how long the mark at its beginning is.
pub(super) type Detected = (&'static Encoding, u64);

/// Tells how a text file is encoded: by its mark, else by all that it holds. Some bad bytes don't make UTF-8 another
/// encoding; what is mostly no UTF-8 is GBK.
pub(super) fn detect(file: &mut File) -> Result<Detected, Text> {
    votes(file).map_err(|error| unreadable(&error))
}

fn votes(file: &mut File) -> io::Result<Detected> {
    file.rewind()?;
    let mut buffer = vec![0; CHUNK];
    let (mut kept, mut good, mut bad, mut first) = (0, 0, 0, true);
    loop {
        let count = file.read(&mut buffer[kept..])?;
        let filled = kept + count;
        if first {
            if let Some(found) = marked(&buffer[..filled]) {
                return Ok(found);
            }
            if let Some(found) = utf16(&buffer[..filled]) {
                return Ok((found, 0));
            }
            first = false;
        }
        let mut rest = &buffer[..filled];
        kept = 0;
        while !rest.is_empty() {
            let (valid, skip) = match std::str::from_utf8(rest) {
                Ok(_) => (rest.len(), 0),
                Err(error) => (error.valid_up_to(), error.error_len().unwrap_or(0)),
            };
            // Chinese characters take three bytes and more; two bytes may be GBK by chance.
            if !rest[..valid].is_ascii() {
                good += rest[..valid].iter().filter(|byte| **byte >= 0xe0).count();
            }
            bad += usize::from(skip > 0);
            if valid < rest.len() && skip == 0 {
                kept = rest.len() - valid;
                break;
            }
            rest = &rest[valid + skip..];
        }
        if count == 0 || good + bad > EVIDENCE {
            bad += usize::from(count == 0 && kept > 0);
            return Ok((if bad > good { GB18030 } else { UTF_8 }, 0));
        }
        buffer.copy_within(filled - kept..filled, 0);
    }
}

/// A text file as UTF-8. A byte that can't be read is given as 0xFF, which is no UTF-8 either: it spoils its row alone.
pub(super) struct TextFile {
    pub(super) input: BufReader<Box<dyn Read + Send>>,
    pub(super) encoding: &'static Encoding,
}

impl TextFile {
    pub(super) fn open(mut file: File, (encoding, mark): Detected, meter: &Meter) -> Result<Self, Text> {
        file.seek(SeekFrom::Start(mark)).map_err(|error| unreadable(&error))?;
        meter.set(mark);
        let inner = CountingReader { inner: file, meter: meter.clone() };
        let input: Box<dyn Read + Send> = if encoding == UTF_8 {
            Box::new(inner)
        } else {
            let decoder = encoding.new_decoder_without_bom_handling();
            Box::new(Transcoding { inner, decoder, ready: Cursor::default(), ended: false })
        };
        Ok(Self { input: BufReader::with_capacity(CHUNK, input), encoding })
    }
}

struct Transcoding<R> {
    inner: R,
    decoder: Decoder,
    ready: Cursor<Vec<u8>>,
    ended: bool,
}

impl<R: Read> Read for Transcoding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.ready.read(buffer)?;
            if count > 0 || self.ended {
                return Ok(count);
            }
            let mut raw = vec![0; CHUNK];
            let read = self.inner.read(&mut raw)?;
            self.ended = read == 0;
            let mut decoded = Vec::with_capacity(read * 2 + 64);
            let mut rest = &raw[..read];
            loop {
                let mut piece = [0; 4096];
                let (result, taken, written) =
                    self.decoder.decode_to_utf8_without_replacement(rest, &mut piece, self.ended);
                rest = &rest[taken..];
                decoded.extend_from_slice(&piece[..written]);
                match result {
                    DecoderResult::InputEmpty => break,
                    DecoderResult::OutputFull => {}
                    DecoderResult::Malformed(..) => decoded.push(0xff),
                }
            }
            self.ready = Cursor::new(decoded);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gbk(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    #[test]
    fn a_last_character_that_was_cut_is_dropped_in_each_encoding() {
        let text = "江西省新余市";
        for (encoding, bytes) in [(UTF_8, text.as_bytes().to_vec()), (GB18030, gbk(text))] {
            let one = bytes.len() / 6;
            for cut in 1..one {
                assert_eq!(decode(&bytes[..bytes.len() - cut], encoding).as_deref(), Some("江西省新余"));
            }
            assert_eq!(decode(&bytes, encoding).as_deref(), Some(text));
        }
        // Of four bytes, GB 18030.
        let rare = gbk("测𠮷");
        assert_eq!(rare.len(), 6);
        assert_eq!(decode(&rare[..4], GB18030).as_deref(), Some("测"));
        assert_eq!(decode(b"\xff\xffab", GB18030), None);
        assert_eq!(decode(b"ab\x80cd", UTF_8), None);
    }

    #[test]
    fn values_tell_their_encoding_and_overrule_a_declaration_that_is_impossible() {
        let ballot = |values: &[&[u8]]| {
            let mut ballot = Ballot::default();
            for value in values {
                ballot.add(value);
            }
            ballot
        };
        let utf8 = "城南街道".as_bytes();
        let gbk = gbk("城南街道");
        assert_eq!(ballot(&[utf8, &utf8[..11]]).result(None), UTF_8);
        assert_eq!(ballot(&[&gbk, &gbk[..7]]).result(None), GB18030);
        assert_eq!(ballot(&[b"plain"]).result(None), UTF_8);
        assert_eq!(ballot(&[&gbk]).result(Some(UTF_8)), GB18030);
        assert_eq!(ballot(&[&gbk]).result(Some(GB18030)), GB18030);
    }

    #[test]
    fn a_text_file_s_encoding_is_decided_by_all_of_it() {
        let of = |bytes: &[u8]| {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(bytes).unwrap();
            let mut text = Vec::new();
            let detected = detect(&mut file).unwrap();
            let mut opened = TextFile::open(file, detected, &Meter::default()).unwrap();
            opened.input.read_to_end(&mut text).unwrap();
            (name(opened.encoding), text)
        };
        let long = "name,phone\n".repeat(10_000);
        assert_eq!(of([long.as_bytes(), "张三".as_bytes()].concat().as_slice()).0, "UTF-8");
        let (encoding, text) = of(&[long.as_bytes(), &gbk("张三")].concat());
        assert_eq!((encoding, text.ends_with("张三".as_bytes())), ("GBK", true));
        let (encoding, text) =
            of("张三\n李四\n".as_bytes().iter().copied().chain(*b"\xff\n").collect::<Vec<_>>().as_slice());
        assert_eq!((encoding, text.ends_with(b"\xff\n")), ("UTF-8", true));
        let wide: Vec<u8> = "a,张三".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for mark in [&b"\xff\xfe"[..], b""] {
            assert_eq!(of(&[mark, &wide].concat()), ("UTF-16LE", "a,张三".as_bytes().to_vec()));
        }
        let (encoding, text) = of(&[&gbk("张三,李"), &b"\xff,\"x\""[..]].concat());
        assert_eq!((encoding, text.ends_with(b"\xff,\"x\"")), ("GBK", true));
    }
}
