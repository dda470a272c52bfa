//! Filters (RFC 7644, section 3.4.2.2) and the paths of PATCH (section 3.5.2): read once, bounded, checked against the
//! attributes that are kept.

use chrono::{DateTime, Utc};

use super::{
    refusal::Refusal,
    schema::{Attribute, Found, Kind, Resource},
    tokens::{Token, Tokens, ended, unexpected, wrong},
};

/// A filter has at most so many brackets within brackets,
const MAX_DEPTH: usize = 16;
/// and comparisons.
const MAX_TERMS: usize = 100;

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Contains,
    StartsWith,
    EndsWith,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// What a value is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Text(String),
    Boolean(bool),
    Moment(DateTime<Utc>),
    Null,
}

/// An attribute in a resource: the names that lead to it, and what it is; nothing for what isn't kept.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) names: Vec<&'static str>,
    pub(super) attribute: Option<&'static Attribute>,
}

/// What resources are chosen by.
#[derive(Clone, Debug)]
pub(super) enum Filter {
    And(Box<Filter>, Box<Filter>),
    Or(Box<Filter>, Box<Filter>),
    Not(Box<Filter>),
    Present(Place),
    Compare(Place, Operator, Literal),
    /// One value of an attribute that fits as a whole.
    Within(Place, Box<Filter>),
}

/// What a change of PATCH names.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) found: Found,
    pub(super) filter: Option<Filter>,
    /// The part behind the brackets.
    pub(super) part: Option<&'static Attribute>,
}

/// In what names are looked up.
#[derive(Clone, Copy)]
enum NameGround {
    Resource(&'static Resource),
    Value(&'static Attribute),
    /// A value of what isn't kept: it may have any part.
    Unknown,
}

/// Reads a filter of a kind of resource.
///
/// # Errors
/// `invalidFilter`, with what is wrong.
pub(super) fn parse(resource: &'static Resource, text: &str) -> Result<Filter, Refusal> {
    let mut parser = Parser::new(text)?;
    let filter = parser.any(NameGround::Resource(resource))?;
    match parser.tokens.next()? {
        None => Ok(filter),
        Some(token) => Err(unexpected(&token)),
    }
}

/// Reads the path of a change.
///
/// # Errors
/// `invalidPath`, with what is wrong.
pub(super) fn target(resource: &'static Resource, text: &str) -> Result<Target, Refusal> {
    let as_path = |refusal: Refusal| Refusal::path(refusal.text.zh, refusal.text.en);
    let mut parser = Parser::new(text).map_err(as_path)?;
    let name = parser.tokens.word().map_err(as_path)?;
    let found = resource.find(&name).ok_or_else(|| as_path(unknown(&name)))?;
    let mut target = Target { found, filter: None, part: None };
    let Some(token) = parser.tokens.next().map_err(as_path)? else { return Ok(target) };
    let ground = match found {
        Found::Attribute { attribute, part: None, .. } if attribute.many => NameGround::Value(attribute),
        Found::NotKept | Found::Protected => NameGround::Unknown,
        _ => return Err(as_path(unexpected(&token))),
    };
    if token != Token::OpenValue {
        return Err(as_path(unexpected(&token)));
    }
    target.filter = Some(parser.any(ground).map_err(as_path)?);
    parser.tokens.expect(&Token::CloseValue).map_err(as_path)?;
    if let Some(token) = parser.tokens.next().map_err(as_path)? {
        let Token::Word(word) = &token else { return Err(as_path(unexpected(&token))) };
        let part = word.strip_prefix('.').ok_or_else(|| as_path(unexpected(&token)))?;
        if let NameGround::Value(attribute) = ground {
            target.part = Some(attribute.part(part).ok_or_else(|| as_path(unknown(part)))?);
        }
        if let Some(token) = parser.tokens.next().map_err(as_path)? {
            return Err(as_path(unexpected(&token)));
        }
    }
    Ok(target)
}

fn unknown(name: &str) -> Refusal {
    let name: String = name.chars().take(100).collect();
    wrong(format!("没有属性 {name}。"), format!("There is no attribute {name}."))
}

struct Parser<'a> {
    tokens: Tokens<'a>,
    depth: usize,
    terms: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Result<Self, Refusal> {
        Ok(Self { tokens: Tokens::of(text)?, depth: 0, terms: 0 })
    }

    fn any(&mut self, ground: NameGround) -> Result<Filter, Refusal> {
        let mut left = self.all(ground)?;
        while self.tokens.takes("or")? {
            left = Filter::Or(Box::new(left), Box::new(self.all(ground)?));
        }
        Ok(left)
    }

    fn all(&mut self, ground: NameGround) -> Result<Filter, Refusal> {
        let mut left = self.one(ground)?;
        while self.tokens.takes("and")? {
            left = Filter::And(Box::new(left), Box::new(self.one(ground)?));
        }
        Ok(left)
    }

    fn one(&mut self, ground: NameGround) -> Result<Filter, Refusal> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(wrong(
                format!("表达式最多 {MAX_TERMS} 个条件。"),
                format!("An expression has at most {MAX_TERMS} terms."),
            ));
        }
        let negated = self.tokens.takes("not")?;
        if self.tokens.peek()? == Some(&Token::Open) {
            self.tokens.skip();
            let inner = self.nested(ground, &Token::Close)?;
            return Ok(if negated { Filter::Not(Box::new(inner)) } else { inner });
        }
        if negated {
            return Err(wrong("not 之后应为括号。".to_owned(), "A bracket follows not.".to_owned()));
        }
        let name = self.tokens.word()?;
        let place = ground.place(&name)?;
        if self.tokens.peek()? == Some(&Token::OpenValue) {
            self.tokens.skip();
            let inner = match (place.attribute, ground) {
                (_, NameGround::Value(_)) => return Err(unexpected(&Token::OpenValue)),
                (Some(attribute), _) if !attribute.parts().is_empty() => NameGround::Value(attribute),
                (Some(_), _) => return Err(unexpected(&Token::OpenValue)),
                (None, _) => NameGround::Unknown,
            };
            let inner = self.nested(inner, &Token::CloseValue)?;
            return Ok(Filter::Within(place, Box::new(inner)));
        }
        let operator = self.tokens.word()?;
        if operator.eq_ignore_ascii_case("pr") {
            return Ok(Filter::Present(place));
        }
        let operator = Operator::named(&operator)?;
        let literal = self.tokens.next()?.ok_or_else(ended)?;
        let place = place.compared(&name)?;
        let literal = literal_of(place.attribute, operator, literal, &name)?;
        Ok(Filter::Compare(place, operator, literal))
    }

    fn nested(&mut self, ground: NameGround, close: &Token) -> Result<Filter, Refusal> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(wrong(
                format!("括号最多嵌套 {MAX_DEPTH} 层。"),
                format!("Brackets are nested at most {MAX_DEPTH} deep."),
            ));
        }
        let inner = self.any(ground)?;
        self.tokens.expect(close)?;
        self.depth -= 1;
        Ok(inner)
    }
}

impl NameGround {
    fn place(self, name: &str) -> Result<Place, Refusal> {
        match self {
            Self::Unknown => Ok(Place { names: Vec::new(), attribute: None }),
            Self::Value(attribute) => {
                let part = attribute.part(name).ok_or_else(|| unknown(name))?;
                Ok(Place { names: vec![part.name], attribute: Some(part) })
            }
            Self::Resource(resource) => match resource.find(name).ok_or_else(|| unknown(name))? {
                Found::NotKept | Found::Protected => Ok(Place { names: Vec::new(), attribute: None }),
                Found::Extension => Err(unknown(name)),
                Found::Attribute { extension, attribute, part } => {
                    let home = resource.extension.filter(|_| extension).map(|schema| schema.urn);
                    let names = home.into_iter().chain([attribute.name]).chain(part.map(|part| part.name)).collect();
                    Ok(Place { names, attribute: Some(part.unwrap_or(attribute)) })
                }
            },
        }
    }
}

impl Place {
    /// Of an attribute with parts it is the value that is compared.
    fn compared(mut self, name: &str) -> Result<Self, Refusal> {
        let Some(attribute) = self.attribute.filter(|attribute| !attribute.parts().is_empty()) else { return Ok(self) };
        let value = attribute.part("value").ok_or_else(|| {
            wrong(format!("{name} 由多项组成，请写明其中一项。"), format!("{name} has parts; name one of them."))
        })?;
        self.names.push(value.name);
        self.attribute = Some(value);
        Ok(self)
    }
}

impl Operator {
    fn named(name: &str) -> Result<Self, Refusal> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "eq" => Self::Equal,
            "ne" => Self::NotEqual,
            "co" => Self::Contains,
            "sw" => Self::StartsWith,
            "ew" => Self::EndsWith,
            "gt" => Self::Greater,
            "ge" => Self::GreaterOrEqual,
            "lt" => Self::Less,
            "le" => Self::LessOrEqual,
            _ => return Err(unexpected(&Token::Word(name.to_owned()))),
        })
    }
}

/// What follows the operator, as the attribute's kind has it.
fn literal_of(attribute: Option<&Attribute>, operator: Operator, token: Token, name: &str) -> Result<Literal, Refusal> {
    let literal = match token {
        Token::Quoted(text) => Literal::Text(text),
        Token::Word(word) => match word.as_str() {
            "true" => Literal::Boolean(true),
            "false" => Literal::Boolean(false),
            "null" => Literal::Null,
            // A number is kept nowhere; one is compared as it is written.
            _ if word.parse::<f64>().is_ok_and(f64::is_finite) => Literal::Text(word),
            _ => return Err(unexpected(&Token::Word(word))),
        },
        other => return Err(unexpected(&other)),
    };
    let equality = matches!(operator, Operator::Equal | Operator::NotEqual);
    let unfit = || wrong(format!("{name} 不能这样比较。"), format!("{name} can't be compared in this way."));
    let Some(attribute) = attribute else { return Ok(literal) };
    match (attribute.kind, literal) {
        (_, Literal::Null) => {
            if equality {
                Ok(Literal::Null)
            } else {
                Err(unfit())
            }
        }
        (Kind::Boolean, _) if !equality => Err(unfit()),
        (Kind::Boolean, Literal::Boolean(value)) => Ok(Literal::Boolean(value)),
        // As some platforms write it.
        (Kind::Boolean, Literal::Text(text)) => match text.to_ascii_lowercase().as_str() {
            "true" => Ok(Literal::Boolean(true)),
            "false" => Ok(Literal::Boolean(false)),
            _ => Err(unfit()),
        },
        (Kind::Moment, Literal::Text(text)) => {
            let moment = DateTime::parse_from_rfc3339(&text).map_err(|_| unfit())?;
            Ok(Literal::Moment(moment.to_utc()))
        }
        (Kind::Text | Kind::Reference(_), literal @ Literal::Text(_)) => Ok(literal),
        _ => Err(unfit()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::modules::scim::schema::{GROUP, USER};

    fn refused(text: &str) -> String {
        parse(&USER, text).unwrap_err().text.en.into_owned()
    }

    #[test]
    fn what_is_wrong_with_a_filter_is_said() {
        for (text, said) in [
            ("", "The expression ends too early."),
            ("userName", "The expression ends too early."),
            ("userName eq", "The expression ends too early."),
            ("userName eq \"a", "The expression ends too early."),
            ("userName eq a", "\"a\" is not expected there."),
            ("userName is \"a\"", "\"is\" is not expected there."),
            ("userName eq \"a\" \"b\"", "\"b\" is not expected there."),
            ("(userName pr", "The expression ends too early."),
            ("userName pr)", "\")\" is not expected there."),
            ("not userName pr", "A bracket follows not."),
            ("favourite eq \"a\"", "There is no attribute favourite."),
            ("emails[colour eq \"a\"]", "There is no attribute colour."),
            ("name eq \"a\"", "name has parts; name one of them."),
            ("active gt true", "active can't be compared in this way."),
            ("active eq \"perhaps\"", "active can't be compared in this way."),
            ("meta.created gt \"yesterday\"", "meta.created can't be compared in this way."),
            ("userName[value eq \"a\"]", "\"[\" is not expected there."),
        ] {
            assert_eq!(refused(text), said, "{text}");
        }
    }

    #[test]
    fn a_filter_is_bounded_in_length_depth_and_terms() {
        assert!(refused(&format!("userName eq \"{}\"", "a".repeat(5_000))).contains("at most 4096 bytes"));
        assert!(refused(&format!("{}userName pr{}", "(".repeat(17), ")".repeat(17))).contains("at most 16 deep"));
        parse(&USER, &format!("{}userName pr{}", "(".repeat(16), ")".repeat(16))).unwrap();
        assert!(refused(&["title pr"; 101].join(" or ")).contains("at most 100 terms"));
    }

    #[test]
    fn and_binds_closer_than_or() {
        let filter = parse(&USER, "title pr or userType pr AND nickName pr").unwrap();
        assert!(matches!(filter, Filter::Or(left, right)
            if matches!(*left, Filter::Present(_)) && matches!(*right, Filter::And(..))));
    }

    #[test]
    fn a_path_names_an_attribute_a_part_or_chosen_values() {
        for path in ["members", "members[value eq\"1\"]", "MEMBERS[value eq \"1\" or type eq \"User\"]"] {
            assert!(
                matches!(target(&GROUP, path).unwrap().found, Found::Attribute { attribute, .. } if attribute.name == "members")
            );
        }
        assert_eq!(target(&USER, "emails[type eq \"work\"].value").unwrap().part.unwrap().name, "value");
        assert!(matches!(target(&USER, "addresses[type eq \"work\"].street").unwrap().found, Found::NotKept));
        for path in [
            "",
            "colour",
            "name.colour",
            "name[formatted pr]",
            "emails[type pr",
            "emails[type pr]x",
            "emails[type pr].x",
            "members",
        ] {
            assert!(target(&USER, path).is_err(), "{path}");
        }
    }

    proptest! {
        #[test]
        fn no_text_whatever_breaks_the_reader(text in "(?s).{0,80}", words in proptest::collection::vec(
            prop_oneof![Just("userName"), Just("emails"), Just("["), Just("]"), Just("("), Just(")"), Just("not"),
                Just("and"), Just("or"), Just("eq"), Just("pr"), Just("\"a\""), Just("\""), Just("\u{3000}"), Just("true")], 0..20)) {
            for text in [text, words.join(" ")] {
                let _ = parse(&USER, &text);
                let _ = target(&USER, &text);
            }
        }
    }
}
