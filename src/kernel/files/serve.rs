//! A file as an answer: whole or a part of it, under the type that its content has, and never as a page of this site.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use object_store::GetRange;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    content::FileKind,
    room::{Files, SMALL},
    store::KeptFile,
};
use crate::kernel::{
    error::{Error, Result},
    text::hex,
};

/// Which of a file is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilePart {
    /// As it is kept.
    Whole,
    /// A small picture for lists; of pictures only.
    Small,
}

/// Whatever a file holds, a browser runs nothing of it, and loads nothing for it.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

/// Gives a file out, to who may read the record on which it hangs: that is the caller's to know.
///
/// # Errors
/// 404 for a small picture of what is none; when the store can't be read.
pub async fn answer(files: &Files, file: &KeptFile, part: FilePart, headers: &HeaderMap) -> Result<Response> {
    let kind = FileKind::named(&file.kind);
    let (suffix, media_type) = match part {
        FilePart::Whole => ("", file.media_type.as_str()),
        FilePart::Small if kind == Some(FileKind::Picture) => (SMALL, "image/jpeg"),
        FilePart::Small => {
            return Err(Error::not_found("此附件没有缩略图。", "There is no small picture of this file."));
        }
    };
    let tag = format!("\"{}{suffix}\"", hex(file.sha256.get(..16).unwrap_or_default()));
    let mut told = HeaderMap::new();
    let is_known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    told.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    // Whoever loses the right to read it is asked anew each time.
    told.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    told.insert(header::ETAG, HeaderValue::try_from(tag.as_str()).map_err(|error| Error::Internal(error.into()))?);
    if is_known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag)) {
        return Ok((StatusCode::NOT_MODIFIED, told).into_response());
    }
    let how = if kind.is_some_and(FileKind::is_shown) { "inline" } else { "attachment" };
    let name = utf8_percent_encode(&file.name, NON_ALPHANUMERIC);
    let disposition = HeaderValue::try_from(format!("{how}; filename*=UTF-8''{name}"));
    told.insert(header::CONTENT_DISPOSITION, disposition.map_err(|error| Error::Internal(error.into()))?);
    told.insert(
        header::CONTENT_TYPE,
        HeaderValue::try_from(media_type).map_err(|error| Error::Internal(error.into()))?,
    );
    told.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let size = u64::try_from(file.size).unwrap_or_default();
    let range = match part {
        // A part of another version than the reader has fits nothing.
        FilePart::Whole if headers.get(header::IF_RANGE).is_none_or(|known| known.as_bytes() == tag.as_bytes()) => {
            range_of(headers, size)
        }
        _ => AskedRange::Whole,
    };
    let range = match range {
        AskedRange::Whole => None,
        AskedRange::Part(from, to) => Some(GetRange::Bounded(from..to)),
        AskedRange::Beyond => {
            let known = HeaderValue::try_from(format!("bytes */{size}"));
            told.insert(header::CONTENT_RANGE, known.map_err(|error| Error::Internal(error.into()))?);
            told.remove(header::CONTENT_TYPE);
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, told).into_response());
        }
    };
    let status = if range.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let read = files.read(&file.key, suffix, range).await?;
    told.insert(header::CONTENT_LENGTH, HeaderValue::from(read.range.end - read.range.start));
    if status == StatusCode::PARTIAL_CONTENT {
        let part = format!("bytes {}-{}/{size}", read.range.start, read.range.end.saturating_sub(1));
        told.insert(header::CONTENT_RANGE, HeaderValue::try_from(part).map_err(|error| Error::Internal(error.into()))?);
    }
    Ok((status, told, Body::from_stream(read.into_stream())).into_response())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AskedRange {
    Whole,
    /// From the first, up to and without the second.
    Part(u64, u64),
    Beyond,
}

/// The one part that is asked for. Several, or what isn't understood, get the whole (RFC 9110, 14.2).
fn range_of(headers: &HeaderMap, size: u64) -> AskedRange {
    let asked = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let Some((from, to)) = asked.and_then(|asked| asked.strip_prefix("bytes=")?.split_once('-')) else {
        return AskedRange::Whole;
    };
    match (from.trim().parse::<u64>(), to.trim().parse::<u64>()) {
        (Ok(from), Ok(to)) if from > to => AskedRange::Whole,
        (Ok(from), _) if from >= size => AskedRange::Beyond,
        (Ok(from), Ok(to)) => AskedRange::Part(from, size.min(to.saturating_add(1))),
        (Ok(from), Err(_)) if to.trim().is_empty() => AskedRange::Part(from, size),
        (Err(_), Ok(0)) if from.trim().is_empty() => AskedRange::Beyond,
        (Err(_), Ok(last)) if from.trim().is_empty() => AskedRange::Part(size.saturating_sub(last), size),
        _ => AskedRange::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_asked_for_as_the_standard_says() {
        let asked = |range: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RANGE, HeaderValue::from_str(range).unwrap());
            range_of(&headers, 100)
        };
        assert_eq!(asked("bytes=0-9"), AskedRange::Part(0, 10));
        assert_eq!(asked("bytes=90-"), AskedRange::Part(90, 100));
        assert_eq!(asked("bytes=90-1000"), AskedRange::Part(90, 100));
        assert_eq!(asked("bytes=-10"), AskedRange::Part(90, 100));
        assert_eq!(asked("bytes=-1000"), AskedRange::Part(0, 100));
        assert_eq!(asked("bytes=100-"), AskedRange::Beyond);
        assert_eq!(asked("bytes=-0"), AskedRange::Beyond);
        for whole in ["bytes=9-0", "bytes=0-1,5-6", "bytes=a-b", "lines=0-1", "bytes="] {
            assert_eq!(asked(whole), AskedRange::Whole, "{whole}");
        }
        assert_eq!(range_of(&HeaderMap::new(), 100), AskedRange::Whole);
    }
}
