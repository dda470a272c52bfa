//! Organisations: committees, schools, works, shops.

use super::{
    buildings::Building,
    ground::{Dice, totals},
    regions::{Kind, Territory},
};
use crate::{kernel::ids::CreditCode, spatial::spot::Spot};

/// An organisation.
pub(super) struct Organisation {
    pub(super) building: u32,
    pub(super) name: String,
    pub(super) type_code: &'static str,
    pub(super) credit_code: CreditCode,
    pub(super) employees: i32,
    pub(super) place: Spot,
}

/// A made-up division, as in citizen numbers.
const DIVISION: u32 = 369_901;

const TRADE: &[&str] = &[
    "新钢物资",
    "锂电材料",
    "光伏科技",
    "建材贸易",
    "装饰工程",
    "物流",
    "农业开发",
    "电子科技",
    "机械制造",
    "环保科技",
    "文化传媒",
    "商贸",
    "汽车销售服务",
    "房地产开发",
    "信息技术",
    "食品",
    "纺织",
    "麻纺",
    "医药",
    "劳务派遣",
    "建筑工程",
    "新能源",
    "矿业",
    "苗木",
];
const SHOP: &[&str] = &[
    "小吃店",
    "超市",
    "便利店",
    "理发店",
    "五金店",
    "服装店",
    "药店",
    "餐馆",
    "早餐店",
    "水果店",
    "烟酒店",
    "手机店",
    "麻辣烫店",
    "粉店",
    "汽修厂",
    "母婴店",
    "文具店",
    "洗衣店",
    "茶楼",
    "棋牌室",
    "足浴店",
    "旅馆",
    "网吧",
    "电动车行",
    "废品收购站",
    "农资店",
    "花店",
    "蛋糕店",
];
const BRAND: &[&str] = &[
    "宏远",
    "鑫源",
    "恒达",
    "中欣",
    "瑞昌",
    "金峰",
    "华顺",
    "天成",
    "永兴",
    "志诚",
    "康泰",
    "鸿运",
    "旭日",
    "远大",
    "博大",
    "万事达",
    "仙来",
    "渝钢",
    "赣西",
    "北湖",
    "毓秀",
    "双林",
    "龙腾",
    "百盛",
    "新时代",
    "东方",
    "喜洋洋",
    "好又多",
    "老地方",
    "一品",
    "聚福",
    "家家乐",
    "阿强",
    "小红",
    "罗记",
    "刘氏",
    "简记",
    "老表",
    "江南",
    "金太阳",
];

/// Draws `count` organisations into the buildings that suit them.
pub(super) fn make(territory: &Territory, buildings: &[Building], count: usize, seed: u64) -> Vec<Organisation> {
    let mut dice = Dice::new(seed, 6);
    let mut made = OrganisationMaker { territory, buildings, all: Vec::with_capacity(count) };
    made.offices(count, &mut dice);
    let weights = totals(buildings.iter().map(|b| match b.use_code {
        "HT02" => 14.0,
        "HT03" => 22.0,
        "HT04" => 9.0,
        "HT05" => 4.0,
        "HT06" => 3.2,
        "HT07" => 3.0,
        "HT01" if b.rural => 0.022,
        "HT01" => 0.09,
        _ => 0.02,
    }));
    if buildings.is_empty() {
        return made.all;
    }
    while made.all.len() < count {
        let building = dice.by_total(&weights);
        made.one(building, &mut dice);
    }
    made.all
}

struct OrganisationMaker<'a> {
    territory: &'a Territory,
    buildings: &'a [Building],
    all: Vec<Organisation>,
}

impl OrganisationMaker<'_> {
    /// Each community's own committee, and a governance centre and a clinic in each street.
    fn offices(&mut self, count: usize, dice: &mut Dice) {
        let mut first: Vec<Option<usize>> = vec![None; self.territory.communities.len()];
        for (place, building) in self.buildings.iter().enumerate() {
            let slot = &mut first[self.territory.grids[building.grid].community];
            // An office building is the better seat, but any house will do.
            let office = |b: usize| matches!(self.buildings[b].use_code, "HT03" | "HT07");
            if slot.is_none_or(|held| !office(held) && office(place)) {
                *slot = Some(place);
            }
        }
        let mut street_done = vec![false; self.territory.streets.len()];
        for (community, building) in first.iter().enumerate() {
            let Some(building) = *building else { continue };
            if self.all.len() >= count {
                return;
            }
            let place = &self.territory.communities[community];
            let village = place.kind == Kind::Village;
            let street = place.division.parent;
            let seat = &self.territory.streets[street].name;
            self.push(
                building,
                place.division.name.clone(),
                if village { "OT05" } else { "OT04" },
                "55",
                dice.int(5, 14),
                dice,
            );
            let clinic = format!("{}{}", place.short, if village { "卫生室" } else { "社区卫生服务站" });
            self.push(building, clinic, "OT24", "12", dice.int(2, 12), dice);
            if !street_done[street] {
                street_done[street] = true;
                self.push(building, format!("{seat}综治中心"), "OT28", "11", dice.int(6, 20), dice);
                self.push(
                    building,
                    format!("{seat}人民政府").replace("街道人民政府", "街道办事处"),
                    "OT02",
                    "11",
                    dice.int(30, 90),
                    dice,
                );
                self.push(building, format!("{seat}中心小学"), "OT18", "12", dice.int(30, 120), dice);
            }
        }
    }

    fn one(&mut self, building: usize, dice: &mut Dice) {
        let b = &self.buildings[building];
        let area = self.territory.community(b.grid).short.replace("社区", "");
        let county =
            if self.territory.grids[b.grid].code / 1_000_000_000 == 360_502 { "渝水区" } else { "分宜县" };
        let brand = *dice.pick(BRAND);
        let (name, kind, register, people) = match b.use_code {
            "HT04" | "HT05" => {
                (format!("新余市{brand}{}有限公司", dice.pick(TRADE)), company(dice), "91", dice.int(12, 420))
            }
            "HT03" => match dice.int(0, 9) {
                0 => (format!("{county}{area}服务中心"), "OT03", "12", dice.int(8, 60)),
                1 => (format!("新余市{brand}商会"), "OT06", "51", dice.int(2, 12)),
                2 => (format!("{brand}物业管理有限公司"), "OT26", "91", dice.int(8, 70)),
                _ => (format!("新余市{brand}{}有限公司", dice.pick(TRADE)), company(dice), "91", dice.int(4, 120)),
            },
            "HT07" => match dice.int(0, 5) {
                0 => (format!("{area}幼儿园"), "OT17", "52", dice.int(8, 40)),
                1 => (format!("{county}第{}小学", dice.int(1, 30)), "OT18", "12", dice.int(25, 120)),
                2 => (format!("{county}第{}中学", dice.int(1, 18)), "OT19", "12", dice.int(40, 240)),
                3 => (format!("{brand}医院"), "OT23", "12", dice.int(30, 380)),
                4 => (format!("{brand}养老服务中心"), "OT25", "52", dice.int(8, 50)),
                _ => (format!("{area}文体活动中心"), "OT03", "12", dice.int(3, 15)),
            },
            _ if b.rural && dice.chance(0.45) => {
                (format!("{county}{area}{brand}种养专业合作社"), "OT16", "93", dice.int(3, 40))
            }
            _ if dice.chance(0.05) => (format!("{brand}培训学校"), "OT22", "52", dice.int(3, 25)),
            _ => (format!("{county}{brand}{}", dice.pick(SHOP)), "OT11", "92", dice.int(1, 9)),
        };
        self.push(building, name, kind, register, people, dice);
    }

    fn push(
        &mut self,
        building: usize,
        name: String,
        type_code: &'static str,
        register: &str,
        people: i64,
        dice: &mut Dice,
    ) {
        let order = u32::try_from(self.all.len()).expect("organisations are few") + 1;
        self.all.push(Organisation {
            building: u32::try_from(building).expect("buildings are few"),
            name,
            type_code,
            credit_code: CreditCode::compose(register, DIVISION, order),
            employees: i32::try_from(people).unwrap_or(0),
            place: self.buildings[building].somewhere(self.territory, dice),
        });
    }
}

fn company(dice: &mut Dice) -> &'static str {
    match dice.int(0, 99) {
        0..=5 => "OT14",
        6..=8 => "OT15",
        9..=10 => "OT12",
        11..=12 => "OT13",
        _ => "OT10",
    }
}
