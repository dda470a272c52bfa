//! What a file is, by its content: neither its name nor what its sender says of it is believed.

use std::io::{Read, Seek, SeekFrom};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::{
    error::{Error, Result},
    text::text,
};

/// What kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A photo or drawing.
    Picture,
    /// A film.
    Video,
    /// A recording.
    Audio,
    /// A document.
    Document,
}

const MIB: u64 = 1 << 20;

impl FileKind {
    /// Its name, as the database has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
        }
    }

    /// The kind of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Picture, Self::Video, Self::Audio, Self::Document].into_iter().find(|kind| kind.name() == name)
    }

    /// How long such a file may be, in bytes.
    #[must_use]
    pub const fn most(self) -> u64 {
        match self {
            Self::Picture => 30 * MIB,
            Self::Video => 512 * MIB,
            Self::Audio | Self::Document => 64 * MIB,
        }
    }

    /// Whether a browser may show it in a page; all else is only saved.
    #[must_use]
    pub const fn is_shown(self) -> bool {
        !matches!(self, Self::Document)
    }
}

/// What is taken: the media type that the content shows, the kind, and under which type it is given out.
const TAKEN: &[(&str, FileKind, &str)] = &[
    ("image/jpeg", FileKind::Picture, "image/jpeg"),
    ("image/png", FileKind::Picture, "image/png"),
    ("image/webp", FileKind::Picture, "image/webp"),
    ("video/mp4", FileKind::Video, "video/mp4"),
    ("video/quicktime", FileKind::Video, "video/quicktime"),
    ("video/webm", FileKind::Video, "video/webm"),
    ("audio/mpeg", FileKind::Audio, "audio/mpeg"),
    ("audio/m4a", FileKind::Audio, "audio/mp4"),
    ("audio/ogg", FileKind::Audio, "audio/ogg"),
    ("audio/opus", FileKind::Audio, "audio/ogg"),
    ("audio/x-wav", FileKind::Audio, "audio/wav"),
    ("audio/amr", FileKind::Audio, "audio/amr"),
    ("audio/aac", FileKind::Audio, "audio/aac"),
    ("application/pdf", FileKind::Document, "application/pdf"),
];

/// Office files since 2007: a part that each of them has, and the media type.
const PACKED: &[(&str, &str)] = &[
    ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
];
/// Older ones: the name of their main stream, and the media type.
const STREAMS: &[(&str, &str)] = &[
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
];

/// What a file was found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FoundContent {
    pub(super) kind: FileKind,
    pub(super) media_type: &'static str,
}

/// As much of a file's beginning is looked at.
const HEAD: u64 = 8192;
/// What an office file unpacks to, at most, and how many times its own length.
const MOST_UNPACKED: u64 = 512 * MIB;
const MOST_TIMES: u64 = 200;

/// Finds what a file is.
///
/// # Errors
/// 415 for what isn't taken, 413 for what is too long for its kind; when it can't be read.
pub(super) fn find(file: &mut (impl Read + Seek), length: u64) -> Result<FoundContent> {
    let mut head = Vec::new();
    file.by_ref().take(HEAD).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    let seen = infer::get(&head).map_or("", |found| found.mime_type());
    let found =
        TAKEN.iter().find(|(shown, ..)| *shown == seen).map(|&(_, kind, media_type)| FoundContent { kind, media_type });
    let document = |media_type| FoundContent { kind: FileKind::Document, media_type };
    let found = match found {
        Some(found) => found,
        None if head.starts_with(b"PK\x03\x04") => document(packed(file, length)?),
        None if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") => document(streamed(file, length)?),
        None if seen.is_empty() && is_plain_text(&head) => document("text/plain"),
        None => return Err(not_taken(seen)),
    };
    if length > found.kind.most() {
        let most = found.kind.most() / MIB;
        return Err(Error::TooLarge(text(
            format!("此类文件最大 {most} MiB。"),
            format!("A file of this kind has at most {most} MiB."),
        )));
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(found)
}

fn not_taken(seen: &str) -> Error {
    if matches!(seen, "image/heif" | "image/heic" | "image/avif") {
        return Error::UnsupportedMedia(text(
            "此照片为 HEIC 格式，请在手机相机设置中选择“兼容性最佳”（JPEG）后重拍，或另存为 JPEG。",
            "The photo is in HEIC; choose \"most compatible\" (JPEG) in the camera's settings, or save it as JPEG.",
        ));
    }
    Error::UnsupportedMedia(text(
        "不支持此种文件。可上传照片（JPEG、PNG、WebP）、视频（MP4、MOV、WebM）、录音（MP3、M4A、OGG、WAV、AMR、AAC）和文档（PDF、Word、Excel、纯文本）。",
        "Files of this kind aren't taken: photos (JPEG, PNG, WebP), films (MP4, MOV, WebM), recordings (MP3, M4A, OGG, WAV, AMR, AAC) and documents (PDF, Word, Excel, plain text) are.",
    ))
}

/// Text without control characters, in UTF-8 or GBK; markup isn't plain text.
fn is_plain_text(head: &[u8]) -> bool {
    let is_control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\n' | b'\r' | b'\t') || *byte == 0x7f;
    if head.is_empty() || head.iter().any(is_control) {
        return false;
    }
    let lower = head.to_ascii_lowercase();
    let is_markup = [&b"<html"[..], b"<!doctype", b"<script", b"<svg", b"<?xml"]
        .iter()
        .any(|sign| lower.windows(sign.len()).any(|part| part == *sign));
    // The end may lie in the middle of a character.
    let is_utf8 = std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true);
    let is_gbk = || {
        let whole = head.len().saturating_sub(1);
        !encoding_rs::GB18030.decode_without_bom_handling(&head[..whole]).1
            || !encoding_rs::GB18030.decode_without_bom_handling(head).1
    };
    !is_markup && (is_utf8 || is_gbk())
}

/// Which office file a zip is, whatever the order of its parts. One that unpacks to far more than it is would be a bomb for
/// whoever opens it, and isn't taken.
fn packed(file: &mut (impl Read + Seek), length: u64) -> Result<&'static str> {
    let damaged =
        |_| Error::UnsupportedMedia(text("文件已损坏，无法打开。", "The file is damaged and can't be opened."));
    let mut archive = zip::ZipArchive::new(file).map_err(damaged)?;
    let named = |part: &str| archive.index_for_name(part).is_some();
    let media_type = PACKED.iter().find(|(part, _)| named(part)).map(|&(_, media_type)| media_type);
    let media_type = media_type.ok_or_else(|| not_taken("application/zip"))?;
    let mut unpacked = 0_u64;
    for index in 0..archive.len() {
        unpacked = unpacked.saturating_add(archive.by_index_raw(index).map_err(damaged)?.size());
    }
    if unpacked > MOST_UNPACKED || unpacked > length.saturating_mul(MOST_TIMES) {
        return Err(Error::TooLarge(text(
            "文件解压后过大，未予接收。",
            "The file unpacks to far more than it is, and isn't taken.",
        )));
    }
    Ok(media_type)
}

/// Which office file of before 2007 it is.
fn streamed(file: &mut (impl Read + Seek), length: u64) -> Result<&'static str> {
    let mut whole = Vec::new();
    if length <= FileKind::Document.most() {
        file.seek(SeekFrom::Start(0))?;
        file.read_to_end(&mut whole)?;
    }
    // Names stand in the file's own directory, two bytes for each character.
    let holds = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        memchr::memmem::find(&whole, &wide).is_some()
    };
    let found = STREAMS.iter().find(|(name, _)| holds(name));
    found.map(|&(_, media_type)| media_type).ok_or_else(|| not_taken("application/x-ole-storage"))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn found(bytes: &[u8]) -> Result<FoundContent> {
        find(&mut Cursor::new(bytes), bytes.len() as u64)
    }

    #[test]
    fn a_file_is_what_its_content_says() {
        let pdf = found(b"%PDF-1.7\n1 0 obj").unwrap();
        assert_eq!((pdf.kind, pdf.media_type), (FileKind::Document, "application/pdf"));
        assert_eq!(found("井盖破损，已设围挡。".as_bytes()).unwrap().media_type, "text/plain");
        let (gbk, ..) = encoding_rs::GBK.encode("井盖破损");
        assert_eq!(found(&gbk).unwrap().media_type, "text/plain");
        let mp4 = [&[0, 0, 0, 0x18][..], b"ftypisom\0\0\0\0isommp42"].concat();
        assert_eq!(found(&mp4).unwrap().kind, FileKind::Video);
    }

    #[test]
    fn programs_pages_and_rubbish_are_not_taken() {
        for bytes in [
            &b"MZ\x90\0\x03\0\0\0"[..],
            b"\x7fELF\x02\x01\x01\0",
            b"<html><script>alert(1)</script>",
            b"  <svg xmlns='http://www.w3.org/2000/svg'/>",
            b"PK\x03\x04rubbish",
            b"\0\0\0\0",
            b"",
        ] {
            assert!(matches!(found(bytes), Err(Error::UnsupportedMedia(_))), "{bytes:?}");
        }
    }

    #[test]
    fn an_office_file_that_unpacks_to_far_more_than_it_is_is_refused() {
        use std::io::Write;
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        for name in ["[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "word/document.xml"] {
            zip.start_file(name, options).unwrap();
            zip.write_all(&vec![b' '; if name.starts_with("word") { 8 << 20 } else { 100 }]).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        assert!(matches!(found(&bytes), Err(Error::TooLarge(_))), "{:?}", found(&bytes));
    }
}
