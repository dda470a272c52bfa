//! Pinyin initials for search: a clerk types `ysq` and finds 渝水区.

use std::{collections::HashMap, sync::LazyLock};

use pinyin::ToPinyin;

/// Characters that a dictionary reads otherwise than place and thing names of this province do.
const PLACE_READINGS: &[(char, char)] = &[('垱', 'd'), ('堎', 'l'), ('磡', 'k'), ('曾', 'z'), ('圩', 'x')];

/// Surnames of one character that are read otherwise than the same character in running text.
const SURNAME_READINGS: &[(char, char)] = &[
    ('单', 's'),
    ('仇', 'q'),
    ('曾', 'z'),
    ('解', 'x'),
    ('区', 'o'),
    ('查', 'z'),
    ('盖', 'g'),
    ('朴', 'p'),
    ('任', 'r'),
    ('缪', 'm'),
    ('尹', 'y'),
    ('乐', 'y'),
    ('折', 's'),
    ('洗', 'x'),
    ('冼', 'x'),
    ('秘', 'b'),
    ('翟', 'z'),
    ('晁', 'c'),
    ('谌', 'c'),
    ('华', 'h'),
    ('召', 's'),
    ('员', 'y'),
    ('黑', 'h'),
    ('尉', 'w'),
    ('种', 'c'),
    ('繁', 'p'),
    ('重', 'c'),
    ('覃', 'q'),
    ('宓', 'm'),
    ('逄', 'p'),
    ('郇', 'h'),
    ('郗', 'x'),
    ('晟', 'c'),
    ('隗', 'w'),
    ('车', 'c'),
    ('石', 's'),
    ('沈', 's'),
    ('贾', 'j'),
    ('燕', 'y'),
    ('应', 'y'),
    ('宁', 'n'),
    ('牟', 'm'),
    ('哈', 'h'),
    ('句', 'g'),
    ('过', 'g'),
    ('撒', 's'),
    ('曲', 'q'),
];

/// Surnames of two characters whose reading the characters alone don't tell.
const DOUBLE_READINGS: &[(&str, &str)] = &[
    ("尉迟", "yc"),
    ("长孙", "zs"),
    ("万俟", "mq"),
    ("澹台", "tt"),
    ("单于", "cy"),
    ("宇文", "yw"),
    ("鲜于", "xy"),
    ("令狐", "lh"),
];

static SURNAMES: LazyLock<HashMap<char, char>> = LazyLock::new(|| SURNAME_READINGS.iter().copied().collect());

/// The initials of a text: a letter for each Chinese character; ASCII letters and digits are kept in lower case.
///
/// Everything else is left out.
#[must_use]
pub fn initials(text: &str) -> String {
    text.chars().filter_map(initial).collect()
}

/// The initials of a person's name, the surname read as a surname: 单雄信 is `sxx`, 尉迟恭 is `ycg`.
#[must_use]
pub fn person_initials(name: &str) -> String {
    for (surname, letters) in DOUBLE_READINGS {
        if let Some(given) = name.strip_prefix(surname) {
            return format!("{letters}{}", initials(given));
        }
    }
    let mut characters = name.chars();
    match characters.next().and_then(|first| SURNAMES.get(&first)) {
        Some(letter) => format!("{letter}{}", initials(characters.as_str())),
        None => initials(name),
    }
}

fn initial(character: char) -> Option<char> {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric().then(|| character.to_ascii_lowercase());
    }
    if let Some((_, letter)) = PLACE_READINGS.iter().find(|(known, _)| *known == character) {
        return Some(*letter);
    }
    character.to_pinyin().and_then(|reading| reading.first_letter().chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_by_their_initials() {
        for (text, expected) in [
            ("渝水区", "ysq"),
            ("分宜县", "fyx"),
            ("仙来大道", "xldd"),
            ("阳光花园12栋B座", "yghy12dbz"),
            ("姚圩镇", "yxz"),
            ("垱上村", "dsc"),
            ("!? ·", ""),
        ] {
            assert_eq!(initials(text), expected, "{text}");
        }
    }

    #[test]
    fn surnames_are_read_as_surnames() {
        for (name, expected) in [
            ("单雄信", "sxx"),
            ("仇英", "qy"),
            ("曾国藩", "zgf"),
            ("解缙", "xj"),
            ("区小明", "oxm"),
            ("查良镛", "zly"),
            ("盖聂", "gn"),
            ("尉迟恭", "ycg"),
            ("长孙无忌", "zswj"),
            ("朴正熙", "pzx"),
            ("任我行", "rwx"),
            ("欧阳修", "oyx"),
            ("刘建国", "ljg"),
        ] {
            assert_eq!(person_initials(name), expected, "{name}");
        }
    }
}
