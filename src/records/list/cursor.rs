//! Where a page ended.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::{Deserialize, Serialize};

use crate::kernel::error::{Error, Result};

/// The longest cursor that is read: three long names in it.
const LONGEST: usize = 8_000;

/// The last row of a page: what it is sorted by, as text, and its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ListCursor {
    /// The order in which it was the last.
    order: String,
    pub(super) keys: Vec<Option<String>>,
    pub(super) id: i64,
}

/// What is said of a cursor that isn't one of ours.
pub(super) fn refused() -> Error {
    Error::field(
        "/after",
        "翻页位置不是上一页的结尾，请从第一页重新开始。",
        "It isn't where a page ended; begin with the first page.",
    )
}

impl ListCursor {
    pub(super) const fn new(order: String, keys: Vec<Option<String>>, id: i64) -> Self {
        Self { order, keys, id }
    }

    /// Reads what [`Self::write`] wrote.
    ///
    /// # Errors
    /// 422 for anything else.
    pub(super) fn read(text: &str) -> Result<Self> {
        let bytes =
            Some(text).filter(|text| text.len() <= LONGEST).and_then(|text| Base64UrlUnpadded::decode_vec(text).ok());
        let cursor: Self = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or_else(refused)?;
        let has_nul = cursor.keys.iter().flatten().any(|key| key.contains('\0'));
        if has_nul { Err(refused()) } else { Ok(cursor) }
    }

    pub(super) fn write(&self) -> String {
        Base64UrlUnpadded::encode_string(&serde_json::to_vec(self).unwrap_or_default())
    }

    /// Whether it goes on in this order, of so many columns.
    pub(super) fn fits(&self, order: &str, columns: usize) -> bool {
        self.order == order && self.keys.len() == columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_and_nothing_else_is_one() {
        let cursor = ListCursor::new("-at,name".to_owned(), vec![Some("2026-11-30 08:00:00+08".to_owned()), None], 7);
        assert_eq!(ListCursor::read(&cursor.write()).unwrap(), cursor);
        assert!(cursor.fits("-at,name", 2) && !cursor.fits("at,name", 2));
        for wrong in ["", "7", "e30", "not base 64", &"A".repeat(9_000)] {
            assert!(ListCursor::read(wrong).is_err(), "{wrong}");
        }
    }
}
