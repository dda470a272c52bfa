//! Names of people as one meets them in this part of Jiangxi.

use super::ground::{Dice, totals};

const SURNAMES: &[(&str, f64)] = &[
    ("刘", 9.2),
    ("陈", 6.0),
    ("李", 5.4),
    ("王", 4.8),
    ("黄", 4.9),
    ("张", 4.3),
    ("胡", 4.0),
    ("吴", 3.3),
    ("罗", 3.1),
    ("周", 3.1),
    ("杨", 2.6),
    ("徐", 2.1),
    ("钟", 1.9),
    ("曾", 1.9),
    ("肖", 2.3),
    ("谢", 2.0),
    ("邓", 1.6),
    ("廖", 2.0),
    ("彭", 2.1),
    ("熊", 1.3),
    ("万", 1.1),
    ("简", 2.2),
    ("傅", 1.9),
    ("敖", 1.6),
    ("晏", 1.1),
    ("何", 1.6),
    ("郭", 1.3),
    ("邹", 1.1),
    ("龚", 0.9),
    ("宋", 1.0),
    ("袁", 1.4),
    ("严", 1.1),
    ("习", 0.7),
    ("章", 0.9),
    ("赖", 0.7),
    ("温", 0.5),
    ("林", 1.2),
    ("朱", 1.4),
    ("孙", 0.8),
    ("叶", 0.9),
    ("曹", 0.6),
    ("蔡", 0.7),
    ("丁", 0.7),
    ("钱", 0.3),
    ("阮", 0.5),
    ("欧阳", 0.9),
    ("高", 0.8),
    ("赵", 0.9),
    ("梁", 0.5),
    ("潘", 0.5),
    ("夏", 0.6),
    ("姚", 0.6),
    ("卢", 0.5),
    ("江", 0.7),
    ("易", 0.6),
    ("汤", 0.4),
    ("蒋", 0.4),
    ("唐", 0.5),
    ("邱", 0.5),
    ("范", 0.4),
    ("魏", 0.4),
    ("聂", 0.4),
    ("涂", 0.4),
    ("余", 0.6),
    ("毛", 0.4),
    ("尹", 0.3),
    ("柳", 0.2),
    ("任", 0.2),
    ("单", 0.05),
    ("查", 0.08),
    ("解", 0.04),
    ("仇", 0.04),
];

/// Given names by year of birth: first and second characters for men, for women.
struct Generation {
    until: i32,
    single: f64,
    men: (&'static str, &'static str),
    women: (&'static str, &'static str),
}

const GENERATIONS: &[Generation] = &[
    Generation {
        until: 1955,
        single: 0.10,
        men: ("德金国水根福兴文光春发长生明有茂荣家元", "生根发林兴祥华保财贵福元清云山水才荣"),
        women: ("秀桂春玉金兰菊莲凤香细冬月水梅招", "英莲兰香珍秀花姑娥凤梅连仔云妹"),
    },
    Generation {
        until: 1972,
        single: 0.12,
        men: ("建国志卫新文小春永红明光水军爱跃", "国军华平民生根明林辉强文清荣勇忠"),
        women: ("小秀春桂红玉美爱凤冬建菊丽云艳", "英兰香萍珍华梅琴花玲莲平芳云凤"),
    },
    Generation {
        until: 1988,
        single: 0.42,
        men: ("志小建伟勇海晓文永俊国卫春新永", "勇军华平刚辉强伟斌明峰涛林波鹏"),
        women: ("小丽晓艳海春红美玉雪燕慧文婷", "燕丽芳萍霞娟红琴敏英玲花艳梅琼"),
    },
    Generation {
        until: 2003,
        single: 0.38,
        men: ("志文俊嘉子浩宇晨家思伟鹏建鑫", "杰豪鹏伟强涛龙辉宇超斌磊文凯"),
        women: ("雅思雨佳梦欣晓文慧婷诗嘉静紫", "婷颖琪欣怡雯玲洁慧倩芸莹雪静"),
    },
    Generation {
        until: 9999,
        single: 0.10,
        men: ("子浩宇梓俊奕皓沐一铭泽雨晨博", "轩宇涵睿泽豪辰博阳晨熙航霖宸"),
        women: ("梓欣雨诗可语若一思艺沐紫佳依", "涵萱怡彤妍琪瑶桐悦诺馨汐玥菡"),
    },
];

/// Draws names.
pub struct Names {
    surnames: Vec<f64>,
    generations: Vec<[(Vec<char>, Vec<char>); 2]>,
}

impl Default for Names {
    fn default() -> Self {
        Self::new()
    }
}

impl Names {
    #[must_use]
    pub fn new() -> Self {
        let split = |(first, second): (&str, &str)| (first.chars().collect(), second.chars().collect());
        Self {
            surnames: totals(SURNAMES.iter().map(|(_, weight)| *weight)),
            generations: GENERATIONS.iter().map(|g| [split(g.men), split(g.women)]).collect(),
        }
    }

    pub fn surname(&self, dice: &mut Dice) -> &'static str {
        SURNAMES[dice.by_total(&self.surnames)].0
    }

    /// A full name for someone born that year.
    pub fn full(&self, surname: &str, male: bool, year: i32, dice: &mut Dice) -> String {
        let place = GENERATIONS.iter().position(|g| year <= g.until).unwrap_or(GENERATIONS.len() - 1);
        let (first, second) = &self.generations[place][usize::from(!male)];
        let mut name = surname.to_owned();
        let last = *dice.pick(second);
        if !dice.chance(GENERATIONS[place].single) {
            name.extend(Some(*dice.pick(first)).filter(|c| *c != last));
        }
        name.push(last);
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_surname_and_one_or_two_characters() {
        let names = Names::new();
        let mut dice = Dice::new(1, 1);
        for year in 1930..2026 {
            let surname = names.surname(&mut dice);
            let name = names.full(surname, year % 2 == 0, year, &mut dice);
            let given = name.strip_prefix(surname).unwrap().chars().count();
            assert!((1..=2).contains(&given), "{name}");
        }
    }
}
