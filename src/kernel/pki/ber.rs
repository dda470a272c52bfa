//! Parts of DER, and a pass that makes DER of the BER that some makers of CMS write: indefinite lengths, lengths longer
//! than they need be, octet strings in pieces.

use der::{AnyRef, Decode, Reader, SliceReader, Tag, Tagged};

use super::Refusal;

/// Deeper nesting than signed data with certificates ever has.
const DEEPEST: usize = 24;
const CONSTRUCTED: u8 = 0x20;
const OCTETS: u8 = 0x04;

/// One value in DER.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) tag: Tag,
    /// With its header.
    pub(super) whole: &'a [u8],
    /// Without it.
    pub(super) value: &'a [u8],
}

/// The values that follow one another, so many at most.
pub(super) fn parts(bytes: &[u8], most: usize) -> der::Result<Vec<Part<'_>>> {
    let mut reader = SliceReader::new(bytes)?;
    let mut found = Vec::new();
    while !reader.is_finished() {
        if found.len() == most {
            return Err(der::ErrorKind::Overlength.into());
        }
        let whole = reader.tlv_bytes()?;
        let any = AnyRef::from_der(whole)?;
        found.push(Part { tag: any.tag(), whole, value: any.value() });
    }
    Ok(found)
}

/// The same in DER. What is DER already comes back as it is.
pub(super) fn to_der(what: &'static str, ber: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut out = Vec::with_capacity(ber.len());
    let used = convert(ber, 0, &mut out).map_err(|why| Refusal::Unreadable(what, why.to_owned()))?;
    if used != ber.len() {
        return Err(Refusal::Unreadable(what, "there is more after its end".to_owned()));
    }
    Ok(out)
}

/// Writes the first value of the bytes; gives how many bytes it took.
fn convert(ber: &[u8], depth: usize, out: &mut Vec<u8>) -> Result<usize, &'static str> {
    const CUT: &str = "it is cut short";
    if depth > DEEPEST {
        return Err("it is nested too deeply");
    }
    let (&tag, &first) = ber.first().zip(ber.get(1)).ok_or(CUT)?;
    if tag & 0x1f == 0x1f {
        return Err("it has a tag of several bytes");
    }
    let (length, header) = match first {
        0x80 => (None, 2),
        0..0x80 => (Some(usize::from(first)), 2),
        _ => {
            let count = usize::from(first & 0x7f);
            if count > 4 {
                return Err("it has a length of more than four bytes");
            }
            let bytes = ber.get(2..2 + count).ok_or(CUT)?;
            (Some(bytes.iter().fold(0, |length, &byte| length << 8 | usize::from(byte))), 2 + count)
        }
    };
    if tag & CONSTRUCTED == 0 {
        let length = length.ok_or("a value without parts has an indefinite length")?;
        let value = ber.get(header..).and_then(|rest| rest.get(..length)).ok_or(CUT)?;
        write(tag, value, out);
        return Ok(header + length);
    }
    let mut inner = Vec::new();
    let mut at = header;
    let used = if let Some(length) = length {
        let end = header.checked_add(length).filter(|&end| end <= ber.len()).ok_or(CUT)?;
        while at < end {
            at += convert(&ber[at..end], depth + 1, &mut inner)?;
        }
        end
    } else {
        loop {
            match ber.get(at..at + 2).ok_or(CUT)? {
                [0, 0] => break at + 2,
                _ => at += convert(&ber[at..], depth + 1, &mut inner)?,
            }
        }
    };
    if tag == OCTETS | CONSTRUCTED {
        // Pieces are of the same kind and whole by now.
        let pieces = parts(&inner, usize::MAX).map_err(|_| CUT)?;
        if pieces.iter().any(|piece| piece.tag != Tag::OctetString) {
            return Err("an octet string has pieces of another kind");
        }
        let joined: Vec<u8> = pieces.iter().flat_map(|piece| piece.value).copied().collect();
        write(OCTETS, &joined, out);
    } else {
        write(tag, &inner, out);
    }
    Ok(used)
}

fn write(tag: u8, value: &[u8], out: &mut Vec<u8>) {
    out.push(tag);
    match value.len() {
        #[expect(clippy::cast_possible_truncation, reason = "below 128")]
        length @ 0..0x80 => out.push(length as u8),
        length => {
            let bytes = length.to_be_bytes();
            let bytes = &bytes[bytes.iter().take_while(|&&byte| byte == 0).count()..];
            #[expect(clippy::cast_possible_truncation, reason = "a length has at most eight bytes")]
            out.push(0x80 | bytes.len() as u8);
            out.extend_from_slice(bytes);
        }
    }
    out.extend_from_slice(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indefinite_lengths_and_pieces_become_der() {
        let ber = [0x30, 0x80, 0x24, 0x80, 4, 1, b'a', 4, 0x81, 1, b'b', 0, 0, 2, 1, 5, 0, 0];
        assert_eq!(to_der("signature", &ber).unwrap(), [0x30, 7, 4, 2, b'a', b'b', 2, 1, 5]);
        let der = [0x30, 3, 2, 1, 5];
        assert_eq!(to_der("signature", &der).unwrap(), der);
    }

    #[test]
    fn what_is_cut_or_too_deep_is_refused() {
        for wrong in
            [&[][..], &[0x30], &[0x30, 0x80], &[0x30, 5, 2, 1, 5], &[0x04, 0x80, 0, 0], &[0x30, 0x85, 1, 1, 1, 1, 1]]
        {
            assert!(to_der("signature", wrong).is_err(), "{wrong:?}");
        }
        assert!(to_der("signature", &[0x30, 0x80].repeat(5_000)).is_err());
    }
}
