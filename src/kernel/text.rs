//! Texts that people read: Chinese first, English beside it.

use std::borrow::Cow;

use axum::http::{HeaderMap, header};

use super::accept::weighed;

/// A language of the product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// 简体中文.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Language {
    /// The language in which a request asks to be answered.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        Self::accepted(headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()))
    }

    /// The language of an `Accept-Language` header that weighs most among those that the product speaks; between equals the
    /// first.
    #[must_use]
    pub fn accepted(header: Option<&str>) -> Self {
        let mut best = (0, Self::Chinese);
        for (tag, weight) in weighed(header.unwrap_or_default()) {
            let language = match tag.split('-').next() {
                Some("zh") => Self::Chinese,
                Some("en") => Self::English,
                _ => continue,
            };
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }
}

/// What people call something: Chinese, English.
pub type Title = (&'static str, &'static str);

/// One sentence in each language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// 简体中文.
    pub zh: Cow<'static, str>,
    /// English.
    pub en: Cow<'static, str>,
}

impl Text {
    /// The sentence in a language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.zh,
            Language::English => &self.en,
        }
    }
}

/// Bytes in hexadecimal, two small digits each.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A sentence in Chinese and in English.
pub fn text(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Text {
    Text { zh: zh.into(), en: en.into() }
}

/// A text with its full-width letters, digits and signs as the narrow ones that they stand for, as input methods mix them.
#[must_use]
pub fn narrow(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '\u{3000}' => ' ',
            _ => c,
        })
        .collect()
}

/// Whether a text says nothing that anybody could see: it is empty, or made of blanks, control characters and others that no
/// font draws. A purpose or a reason of such a text is none, and a name neither.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_invisible(c))
}

/// The characters that Unicode has renderers ignore (`Default_Ignorable_Code_Point`), fillers and the blank Braille pattern,
/// and those that are no characters or nobody's.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{fffe}'..='\u{ffff}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_invisible_characters_is_blank() {
        for blank in [
            "",
            " \t\u{3000}",
            "\u{200b}",
            "\u{feff}\u{2060}",
            "\u{3164}\u{115f}\u{ffa0}",
            "\u{2800}",
            "\u{ad}\u{34f}",
            "\u{202e}\u{202c}",
            "\u{e0041}\u{e007f}",
            "\u{fe0f}",
            "\u{180e}",
            "\0\u{7f}\u{9f}",
            "\u{e000}",
            "\u{2028}",
        ] {
            assert!(is_blank(blank), "{blank:?}");
        }
        for seen in ["入户走访", "x", "1", "？", "\u{200b}走访", "👨\u{200d}👩", "é"] {
            assert!(!is_blank(seen), "{seen:?}");
        }
    }

    #[test]
    fn full_width_characters_become_narrow_and_others_stay() {
        assert_eq!(narrow("１１０１０５ｘ／（王·芳）"), "110105x/(王·芳)");
        assert_eq!(narrow("\u{3000}a"), " a");
    }
}
