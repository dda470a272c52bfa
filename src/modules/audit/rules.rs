//! What looks unusual, as pure functions over what was done within a window; and what may be asked for.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Timelike, Utc};

use super::model::{Kind, Rule, Setting};
use crate::kernel::{
    error::{Error, FieldFault, Result},
    text::text,
    time::CHINA,
};

/// Days that may be asked for at once.
const MAX_DAYS: i64 = 400;

/// What of an entry the rules look at.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) id: i64,
    pub(super) at: DateTime<Utc>,
    pub(super) actor: String,
    pub(super) actor_key: String,
    pub(super) address: String,
    pub(super) denied: bool,
    /// Whether it says that a disk is full.
    pub(super) full: bool,
    /// How many personal records were read.
    pub(super) people: i64,
}

/// Addresses from which actors came before the window, by the actor's key.
pub(super) type Known = BTreeMap<String, BTreeSet<String>>;

/// Something that looks unusual, before it is an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) kind: Kind,
    /// By which it isn't told twice in a day.
    pub(super) subject: String,
    pub(super) actor: String,
    pub(super) actor_key: String,
    pub(super) address: String,
    pub(super) count: i64,
    pub(super) first_entry: i64,
    pub(super) last_entry: i64,
    pub(super) first_at: DateTime<Utc>,
    pub(super) last_at: DateTime<Utc>,
}

/// Everything that the rules find in entries up to a moment.
pub(super) fn findings(rules: &[Rule], seen: &[Seen], known: &Known, now: DateTime<Utc>) -> Vec<Finding> {
    rules
        .iter()
        .filter(|rule| rule.setting.enabled)
        .flat_map(|rule| {
            let since = now - TimeDelta::minutes(rule.setting.minutes.into());
            let recent: Vec<&Seen> = seen.iter().filter(|entry| entry.at > since && entry.at <= now).collect();
            match rule.kind {
                Kind::MassRead => mass_read(&rule.setting, &recent),
                Kind::OffHours => off_hours(&rule.setting, &recent),
                Kind::NewAddress => new_address(&recent, known),
                Kind::RepeatedDenials => repeated_denials(&rule.setting, &recent),
                Kind::StorageFull => storage_full(&rule.setting, &recent),
            }
        })
        .collect()
}

/// Many personal records read by one actor.
fn mass_read(setting: &Setting, seen: &[&Seen]) -> Vec<Finding> {
    let read = seen.iter().copied().filter(|entry| entry.people > 0);
    grouped(Kind::MassRead, setting, read, |entry| entry.actor_key.clone(), |entry| entry.people)
}

/// Many actions of one actor while others sleep.
fn off_hours(setting: &Setting, seen: &[&Seen]) -> Vec<Finding> {
    let off = seen.iter().copied().filter(|entry| is_off(setting, entry.at));
    grouped(Kind::OffHours, setting, off, |entry| entry.actor_key.clone(), |_| 1)
}

/// Whether a moment lies in the off hours, which may go over midnight.
fn is_off(setting: &Setting, at: DateTime<Utc>) -> bool {
    let hour = i16::try_from(at.with_timezone(&CHINA).hour()).unwrap_or(0);
    let (from, to) = (setting.hour_from, setting.hour_to);
    if from <= to { (from..to).contains(&hour) } else { hour >= from || hour < to }
}

/// An actor whose addresses are known comes from another. Who comes for the first time is new with every address.
fn new_address(seen: &[&Seen], known: &Known) -> Vec<Finding> {
    let one = Setting { enabled: true, threshold: 1, minutes: 1, hour_from: 0, hour_to: 0 };
    let new = seen.iter().copied().filter(|entry| {
        !entry.address.is_empty()
            && known.get(&entry.actor_key).is_some_and(|addresses| !addresses.contains(&entry.address))
    });
    grouped(Kind::NewAddress, &one, new, |entry| format!("{} {}", entry.actor_key, entry.address), |_| 1)
}

/// One refusal after another, of an actor or, where nobody knows who it is, of an address.
fn repeated_denials(setting: &Setting, seen: &[&Seen]) -> Vec<Finding> {
    let denied = seen.iter().copied().filter(|entry| entry.denied);
    let subject = |entry: &Seen| if is_person(entry) { entry.actor_key.clone() } else { entry.address.clone() };
    grouped(Kind::RepeatedDenials, setting, denied, subject, |_| 1)
}

/// A disk was full, whoever found it so.
fn storage_full(setting: &Setting, seen: &[&Seen]) -> Vec<Finding> {
    let full = seen.iter().copied().filter(|entry| entry.full);
    grouped(Kind::StorageFull, setting, full, |_| "disk".to_owned(), |_| 1)
}

/// Who is refused at the door is nobody yet: the entry is the program's.
fn is_person(entry: &Seen) -> bool {
    !entry.actor_key.is_empty() && !entry.actor_key.starts_with("system:")
}

fn grouped<'a>(
    kind: Kind,
    setting: &Setting,
    seen: impl Iterator<Item = &'a Seen>,
    subject: impl Fn(&Seen) -> String,
    weight: impl Fn(&Seen) -> i64,
) -> Vec<Finding> {
    let mut groups: BTreeMap<String, Finding> = BTreeMap::new();
    for entry in seen {
        if !matches!(kind, Kind::RepeatedDenials | Kind::StorageFull) && !is_person(entry) {
            continue;
        }
        let subject = subject(entry);
        let group = groups.entry(subject.clone()).or_insert_with(|| Finding {
            kind,
            subject,
            actor: entry.actor.clone(),
            actor_key: entry.actor_key.clone(),
            address: entry.address.clone(),
            count: 0,
            first_entry: entry.id,
            last_entry: entry.id,
            first_at: entry.at,
            last_at: entry.at,
        });
        group.count += weight(entry);
        if group.address != entry.address {
            group.address.clear();
        }
        group.first_entry = group.first_entry.min(entry.id);
        group.last_entry = group.last_entry.max(entry.id);
        group.first_at = group.first_at.min(entry.at);
        group.last_at = group.last_at.max(entry.at);
    }
    groups.into_values().filter(|group| group.count >= setting.threshold.into()).collect()
}

/// Checks what is to be set of a rule.
pub(super) fn check(setting: &Setting) -> Result<()> {
    let wrong = |pointer: &str, range: &'static str| FieldFault::new(pointer, range, range);
    let mut errors = Vec::new();
    if !(1..=100_000).contains(&setting.threshold) {
        errors.push(wrong("/threshold", "1–100000"));
    }
    if !(1..=1_440).contains(&setting.minutes) {
        errors.push(wrong("/minutes", "1–1440"));
    }
    for (pointer, hour) in [("/hour_from", setting.hour_from), ("/hour_to", setting.hour_to)] {
        if !(0..=23).contains(&hour) {
            errors.push(wrong(pointer, "0–23"));
        }
    }
    if errors.is_empty() {
        return Ok(());
    }
    let text = text("规则的数值超出范围。", "A figure of the rule is out of its range.");
    Err(Error::Invalid(text, errors))
}

/// Checks the span of a query; the past seven days when it isn't given.
pub(super) fn span(
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(DateTime<Utc>, DateTime<Utc>)> {
    use crate::kernel::time::checked;
    let to = checked("to", to.unwrap_or(now))?;
    let from = checked("from", from.unwrap_or_else(|| to - TimeDelta::days(7)))?;
    if from > to || to - from > TimeDelta::days(MAX_DAYS) {
        return Err(Error::bad(
            format!("from 应早于 to，且相距最多 {MAX_DAYS} 天。"),
            format!("from comes before to, by {MAX_DAYS} days at most."),
        ));
    }
    Ok((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// An entry of an actor so many seconds after noon in China.
    fn seen(id: i64, actor: &str, seconds: i64) -> Seen {
        Seen {
            id,
            at: at("2026-11-24T04:00:00Z") + TimeDelta::seconds(seconds),
            actor: actor.to_owned(),
            actor_key: format!("account:{actor}"),
            address: "10.0.0.1".to_owned(),
            denied: false,
            full: false,
            people: 0,
        }
    }

    fn rule(kind: Kind, threshold: i32) -> Vec<Rule> {
        let setting = Setting { enabled: true, threshold, minutes: 10, hour_from: 22, hour_to: 6 };
        vec![Rule { kind, setting, updated_by: String::new(), updated_at: DateTime::UNIX_EPOCH }]
    }

    const NOW: &str = "2026-11-24T04:10:00Z";

    #[test]
    fn a_full_disk_is_told_though_the_program_found_it() {
        let full = Seen { full: true, actor_key: "system:storage".to_owned(), ..seen(7, "x", 5) };
        let found = findings(&rule(Kind::StorageFull, 1), &[seen(6, "a", 1), full], &Known::new(), at(NOW));
        assert_eq!(found.iter().map(|finding| (finding.count, finding.first_entry)).collect::<Vec<_>>(), [(1, 7)]);
    }

    #[test]
    fn many_people_in_a_short_time() {
        let read = |id, actor: &str, seconds, people| Seen { people, ..seen(id, actor, seconds) };
        let entries = [read(1, "a", 1, 200), read(2, "a", 2, 99), read(3, "b", 3, 299), read(4, "a", 4, 1)];
        let found = findings(&rule(Kind::MassRead, 300), &entries, &Known::new(), at(NOW));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].actor.as_str(), found[0].count), ("a", 300));
        assert_eq!((found[0].first_entry, found[0].last_entry), (1, 4));
        let later = at(NOW) + TimeDelta::minutes(1);
        assert!(
            findings(&rule(Kind::MassRead, 300), &entries, &Known::new(), later).is_empty(),
            "the window has passed"
        );
    }

    #[test]
    fn work_while_others_sleep() {
        let setting = |hour_from, hour_to| Setting { enabled: true, threshold: 1, minutes: 60, hour_from, hour_to };
        for (hour, off) in [("13:59", false), ("14:00", true), ("18:00", true), ("21:59", true), ("22:00", false)] {
            let moment = at(&format!("2026-11-24T{hour}:00Z"));
            assert_eq!(is_off(&setting(22, 6), moment), off, "{hour} UTC");
        }
        assert!(!is_off(&setting(0, 0), at(NOW)));
        assert!(is_off(&setting(12, 13), at(NOW)));
        let night: Vec<Seen> = (0..3).map(|id| Seen { at: at("2026-11-24T16:00:00Z"), ..seen(id, "a", 0) }).collect();
        let now = at("2026-11-24T16:01:00Z");
        assert_eq!(findings(&rule(Kind::OffHours, 3), &night, &Known::new(), now).len(), 1);
        assert!(findings(&rule(Kind::OffHours, 4), &night, &Known::new(), now).is_empty());
        let job: Vec<Seen> =
            night.into_iter().map(|entry| Seen { actor_key: "system:import".to_owned(), ..entry }).collect();
        assert!(findings(&rule(Kind::OffHours, 3), &job, &Known::new(), now).is_empty(), "a job never sleeps");
    }

    #[test]
    fn an_address_that_was_never_seen() {
        let known = Known::from([("account:a".to_owned(), BTreeSet::from(["10.0.0.1".to_owned()]))]);
        let elsewhere = Seen { address: "10.0.0.9".to_owned(), ..seen(2, "a", 1) };
        let newcomer = Seen { address: "10.0.0.9".to_owned(), ..seen(3, "b", 1) };
        let entries = [seen(1, "a", 0), elsewhere, newcomer];
        let found = findings(&rule(Kind::NewAddress, 1), &entries, &known, at(NOW));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].subject.as_str(), found[0].first_entry), ("account:a 10.0.0.9", 2));
    }

    #[test]
    fn one_refusal_after_another() {
        let denied = |id, actor: &str, key: &str, address: &str| Seen {
            denied: true,
            actor_key: key.to_owned(),
            address: address.to_owned(),
            ..seen(id, actor, id)
        };
        let mut entries: Vec<Seen> = (1..6).map(|id| denied(id, "a", "account:a", "10.0.0.1")).collect();
        entries.extend((6..11).map(|id| denied(id, "anonymous", "", "10.0.0.7")));
        entries.extend((11..15).map(|id| denied(id, "b", "account:b", "10.0.0.1")));
        let found = findings(&rule(Kind::RepeatedDenials, 5), &entries, &Known::new(), at(NOW));
        let subjects: Vec<&str> = found.iter().map(|finding| finding.subject.as_str()).collect();
        assert_eq!(subjects, ["10.0.0.7", "account:a"]);
    }

    #[test]
    fn a_rule_that_is_off_finds_nothing() {
        let mut rules = rule(Kind::RepeatedDenials, 1);
        rules[0].setting.enabled = false;
        let entries = [Seen { denied: true, ..seen(1, "a", 0) }];
        assert!(findings(&rules, &entries, &Known::new(), at(NOW)).is_empty());
    }

    #[test]
    fn spans_and_settings_are_bounded() {
        let now = at(NOW);
        assert_eq!(span(None, None, now).unwrap(), (now - TimeDelta::days(7), now));
        assert!(span(Some(now), Some(now - TimeDelta::days(1)), now).is_err());
        assert!(span(Some(now - TimeDelta::days(401)), None, now).is_err());
        let mut setting = rule(Kind::MassRead, 1).remove(0).setting;
        assert!(check(&setting).is_ok());
        (setting.threshold, setting.hour_to) = (0, 24);
        assert!(matches!(check(&setting), Err(Error::Invalid(_, errors)) if errors.len() == 2));
    }
}
