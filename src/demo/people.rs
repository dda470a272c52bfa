//! The people of a household: who they are to its head, how old, and what a community knows of them.

use chrono::{Datelike, Days, NaiveDate};

use super::{ground::Dice, names::Names};
use crate::kernel::ids::CitizenId;

/// Divisions that don't exist, so that no living person holds one of these numbers.
const DIVISIONS: u32 = 99;
const FIRST_DIVISION: u32 = 369_901;

/// A person on paper.
pub(super) struct Person {
    pub(super) name: String,
    pub(super) male: bool,
    pub(super) birth: NaiveDate,
    pub(super) relation: &'static str,
    pub(super) category: &'static str,
    pub(super) service: Option<&'static str>,
    pub(super) ethnic: &'static str,
    pub(super) citizen_id: CitizenId,
    pub(super) phone: Option<String>,
}

/// Where and how a household lives.
#[derive(Clone, Copy, Debug)]
pub(super) struct Living {
    pub(super) people: u8,
    pub(super) rural: bool,
    pub(super) rents: bool,
}

/// Draws people; counts the citizen numbers that it gave out.
pub(super) struct Registry {
    names: Names,
    today: NaiveDate,
    /// How many numbers were given for each day of birth and sex.
    given: Vec<[u32; 2]>,
}

struct FamilyMember {
    age: i32,
    male: bool,
    relation: &'static str,
    own_surname: bool,
}

const HEAD: &str = "02";

impl Registry {
    pub(super) fn new(today: NaiveDate) -> Self {
        Self { names: Names::new(), today, given: vec![[0; 2]; 366 * 130] }
    }

    /// The members of a household, its head first.
    pub(super) fn household(&mut self, living: Living, dice: &mut Dice) -> Vec<Person> {
        let left_behind = living.rural && living.people >= 3 && dice.chance(0.2);
        let members = if left_behind { grandparents(living.people, dice) } else { family(living, dice) };
        let family_name = self.names.surname(dice);
        let floating = living.rents && dice.chance(0.62);
        let elsewhere = !living.rural && dice.chance(0.09);
        let ages: Vec<i32> = members.iter().map(|m| m.age).collect();
        let all_old = ages.iter().all(|age| *age >= 60);
        // The husband works in a city by the sea.
        let husband_away = living.rural && !left_behind && dice.chance(0.12);
        members
            .into_iter()
            .map(|member| {
                let surname = if member.own_surname { self.names.surname(dice) } else { family_name };
                let birth = self.birth(member.age, dice);
                let wife = !member.male && matches!(member.relation, "12" | "02");
                let category = match member.age {
                    _ if floating => "RP02",
                    0..=15 if left_behind => "RP06",
                    60.. if living.rural && (all_old || left_behind) => "RP04",
                    20..=54 if husband_away && wife && ages.len() > 1 => "RP05",
                    _ if elsewhere => "RP08",
                    18..=50 if husband_away && member.male => "RP07",
                    _ => "RP01",
                };
                Person {
                    name: self.names.full(surname, member.male, birth.year(), dice),
                    male: member.male,
                    relation: member.relation,
                    category,
                    service: service(&member, ages.len(), all_old, dice),
                    ethnic: ethnic(dice),
                    citizen_id: self.number(birth, member.male),
                    phone: (member.age > 11 && dice.chance(0.92)).then(|| format!("1990000{:04}", dice.int(0, 9999))),
                    birth,
                }
            })
            .collect()
    }

    fn birth(&self, age: i32, dice: &mut Dice) -> NaiveDate {
        let days = i64::from(age) * 1461 / 4 + dice.int(0, 364);
        self.today - Days::new(days.unsigned_abs())
    }

    /// A number that nobody else in the city has: divisions in turn, then the order of the day.
    fn number(&mut self, birth: NaiveDate, male: bool) -> CitizenId {
        let day = usize::try_from((self.today - birth).num_days()).unwrap_or(0).min(self.given.len() - 1);
        let given = &mut self.given[day][usize::from(male)];
        let turn = *given;
        *given += 1;
        let division = FIRST_DIVISION + (turn * 37 + u32::try_from(day).unwrap_or(0)) % DIVISIONS;
        let order = u16::try_from(turn / DIVISIONS % 500).unwrap_or(0) * 2 + u16::from(male);
        CitizenId::compose(division, birth, order)
    }
}

fn member(age: i32, male: bool, relation: &'static str) -> FamilyMember {
    FamilyMember { age: age.clamp(0, 101), male, relation, own_surname: false }
}

fn spouse(head: &FamilyMember, dice: &mut Dice) -> FamilyMember {
    let gap = if head.male { -2 } else { 2 } + dice.years(-4, 4);
    FamilyMember {
        own_surname: true,
        ..member((head.age + gap).max(20), !head.male, if head.male { "12" } else { "11" })
    }
}

/// Ages in the proportions of the pyramid: heavy at 30 to 38 and 50 to 60.
fn adult(low: i32, high: i32, dice: &mut Dice) -> i32 {
    loop {
        let age = dice.years(low, high);
        let weight = match age {
            ..25 => 0.90,
            25..30 => 0.70,
            30..39 | 46..60 => 1.0,
            39..46 => 0.84,
            60..66 => 0.82,
            66..73 => 0.72,
            73..80 => 0.52,
            80..86 => 0.38,
            _ => 0.20,
        };
        if dice.chance(weight) {
            return age;
        }
    }
}

fn couple(low: i32, high: i32, dice: &mut Dice) -> Vec<FamilyMember> {
    let male = dice.chance(0.84);
    let head = member(adult(low, high, dice), male, HEAD);
    let wife = spouse(&head, dice);
    vec![head, wife]
}

/// Children of a couple, with the codes of GB/T 4761 for only and for several children.
fn children(members: &mut Vec<FamilyMember>, count: usize, dice: &mut Dice) {
    const ONLY: [&str; 2] = ["21", "31"];
    const ORDER: [[&str; 2]; 4] = [["22", "32"], ["23", "33"], ["24", "34"], ["25", "35"]];
    let mother = members.iter().take(2).map(|m| m.age).min().unwrap_or(30);
    let mut birth_age = 22 + dice.years(0, 6);
    let mut same = [0_usize; 2];
    for _ in 0..count {
        let age = (mother - birth_age).clamp(0, 30);
        // More boys than girls are born: 108 to 100, at times 112.
        let male = dice.chance(0.523);
        let order = &mut same[usize::from(!male)];
        let relation = if count == 1 { ONLY[usize::from(!male)] } else { ORDER[(*order).min(3)][usize::from(!male)] };
        *order += 1;
        members.push(member(age, male, relation));
        birth_age += 2 + dice.years(0, 4);
    }
}

fn parents(members: &mut Vec<FamilyMember>, count: usize, dice: &mut Dice) {
    let head_age = members[0].age;
    let father = head_age + 22 + dice.years(0, 7);
    let alone_mother = count == 1 && dice.chance(0.68);
    if !alone_mother {
        members.push(member(father, true, "51"));
    }
    if count == 2 || alone_mother {
        members.push(FamilyMember { own_surname: true, ..member(father - 2 + dice.years(-3, 3), false, "52") });
    }
}

fn family(living: Living, dice: &mut Dice) -> Vec<FamilyMember> {
    let rural = living.rural;
    let mut members = Vec::new();
    let roll = dice.real(0.0, 1.0);
    match living.people {
        0 => {}
        1 => {
            let old = roll < if rural { 0.55 } else { 0.30 };
            let young = !old && !rural && roll < 0.78;
            let (low, high) = if old {
                (62, 94)
            } else if young {
                (19, 34)
            } else {
                (30, 61)
            };
            members.push(member(adult(low, high, dice), dice.chance(if old { 0.42 } else { 0.58 }), HEAD));
        }
        2 if roll < 0.42 => members = couple(56, 88, dice),
        2 if roll < 0.72 => members = couple(24, 56, dice),
        2 if roll < 0.86 => {
            members.push(member(adult(26, 50, dice), dice.chance(0.35), HEAD));
            children(&mut members, 1, dice);
        }
        2 => {
            members.push(member(adult(36, 58, dice), dice.chance(0.62), HEAD));
            parents(&mut members, 1, dice);
        }
        3 if roll < 0.84 => {
            members = couple(28, 58, dice);
            children(&mut members, 1, dice);
        }
        3 => {
            members = couple(40, 62, dice);
            parents(&mut members, 1, dice);
        }
        4 if roll < 0.62 => {
            members = couple(31, 51, dice);
            children(&mut members, 2, dice);
        }
        4 => {
            members = couple(30, 54, dice);
            children(&mut members, 1, dice);
            parents(&mut members, 1, dice);
        }
        5 if roll < 0.5 => {
            members = couple(30, 47, dice);
            children(&mut members, 1, dice);
            parents(&mut members, 2, dice);
        }
        5 => {
            members = couple(32, 48, dice);
            children(&mut members, 2, dice);
            parents(&mut members, 1, dice);
        }
        people => {
            members = couple(32, 47, dice);
            children(&mut members, usize::from(people) - 4, dice);
            parents(&mut members, 2, dice);
        }
    }
    members
}

/// Children who stay in the village with their grandparents while the parents work away.
fn grandparents(people: u8, dice: &mut Dice) -> Vec<FamilyMember> {
    let mut members = couple(54, 74, dice);
    let mut age = dice.years(1, 14);
    for _ in 2..people {
        let male = dice.chance(0.53);
        members.push(member(age, male, if male { "41" } else { "42" }));
        age = (age - 2 - dice.years(0, 2)).max(0);
    }
    members
}

/// At most one service group; sensitivity L2 and L3 only.
fn service(member: &FamilyMember, together: usize, all_old: bool, dice: &mut Dice) -> Option<&'static str> {
    let roll = dice.real(0.0, 100.0);
    let any: [(f64, &str, i32, i32); 8] = [
        (1.6, "SV01", 5, 100),
        (3.8, "SV03", 3, 100),
        (4.9, "SV08", 24, 75),
        (5.3, "SV07", 50, 100),
        (6.2, "SV09", 20, 58),
        (6.7, "SV10", 40, 59),
        (7.1, "SV16", 10, 100),
        (7.4, "SV02", 65, 100),
    ];
    match member.age {
        0..=6 => return Some("SV15"),
        80.. => return Some("SV06"),
        _ => {}
    }
    let drawn = any.iter().find(|(up_to, ..)| roll < *up_to);
    if let Some((_, code, ..)) = drawn.filter(|(.., low, high)| (*low..=*high).contains(&member.age)) {
        return Some(code);
    }
    match member.age {
        65.. if together == 1 => Some("SV05"),
        65.. if all_old => Some("SV04"),
        20..=38 if !member.male && roll > 98.6 => Some("SV14"),
        20..=49 if !member.male && roll > 60.0 => Some("SV11"),
        _ => None,
    }
}

fn ethnic(dice: &mut Dice) -> &'static str {
    const OTHERS: [&str; 10] = ["22", "22", "15", "06", "08", "03", "11", "12", "07", "09"];
    if dice.chance(0.9945) { "01" } else { OTHERS[dice.below(OTHERS.len())] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn town(people: u8) -> Living {
        Living { people, rural: false, rents: false }
    }

    #[test]
    fn a_household_has_one_head_and_as_many_members_as_it_says() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let mut registry = Registry::new(today);
        let mut dice = Dice::new(1, 9);
        for round in 0..4000_u32 {
            let living = Living { rural: round % 2 == 0, ..town(u8::try_from(round % 7).unwrap() + 1) };
            let people = registry.household(living, &mut dice);
            assert_eq!(people.len(), usize::from(living.people));
            assert_eq!(people.iter().filter(|p| p.relation == "02").count(), 1);
            for person in &people {
                assert!(person.birth <= today);
                assert_eq!(CitizenId::parse(person.citizen_id.as_str()), Ok(person.citizen_id.clone()));
                assert_eq!(person.citizen_id.is_male(), person.male);
                assert_eq!(person.citizen_id.birth(), person.birth);
            }
        }
    }

    #[test]
    fn parents_are_older_than_their_children() {
        let mut registry = Registry::new(NaiveDate::from_ymd_opt(2026, 11, 23).unwrap());
        let mut dice = Dice::new(2, 9);
        for _ in 0..2000 {
            let people = registry.household(town(5), &mut dice);
            let head = people[0].birth;
            for person in &people {
                match person.relation {
                    "21" | "22" | "23" | "31" | "32" | "33" => assert!((person.birth - head).num_days() > 18 * 365),
                    "51" | "52" => assert!((head - person.birth).num_days() > 15 * 365),
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn citizen_numbers_are_not_given_twice() {
        let mut registry = Registry::new(NaiveDate::from_ymd_opt(2026, 11, 23).unwrap());
        let birth = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap();
        let numbers: std::collections::BTreeSet<_> = (0..3000).map(|_| registry.number(birth, true)).collect();
        assert_eq!(numbers.len(), 3000);
    }
}
