//! The words, brackets and texts of which filters and paths are made.

use super::refusal::Refusal;

/// An expression has at most so many bytes.
const MAX_LENGTH: usize = 4_096;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Open,
    Close,
    OpenValue,
    CloseValue,
    Word(String),
    Quoted(String),
}

pub(super) fn wrong(zh: String, en: String) -> Refusal {
    Refusal::filter(zh, en)
}

pub(super) fn unexpected(token: &Token) -> Refusal {
    let token: String = match token {
        Token::Open => "(".to_owned(),
        Token::Close => ")".to_owned(),
        Token::OpenValue => "[".to_owned(),
        Token::CloseValue => "]".to_owned(),
        Token::Word(text) | Token::Quoted(text) => text.chars().take(60).collect(),
    };
    wrong(format!("此处不应出现“{token}”。"), format!("{token:?} is not expected there."))
}

pub(super) fn ended() -> Refusal {
    wrong("表达式不完整。".to_owned(), "The expression ends too early.".to_owned())
}

/// An expression, read from its beginning.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    peeked: Option<Token>,
}

impl<'a> Tokens<'a> {
    pub(super) fn of(text: &'a str) -> Result<Self, Refusal> {
        if text.len() > MAX_LENGTH {
            return Err(wrong(
                format!("表达式最多 {MAX_LENGTH} 个字节。"),
                format!("An expression has at most {MAX_LENGTH} bytes."),
            ));
        }
        Ok(Self { rest: text, peeked: None })
    }

    /// Leaves out what was peeked at.
    pub(super) fn skip(&mut self) {
        self.peeked = None;
    }

    pub(super) fn next(&mut self) -> Result<Option<Token>, Refusal> {
        if let Some(token) = self.peeked.take() {
            return Ok(Some(token));
        }
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let Some(first) = self.rest.chars().next() else { return Ok(None) };
        let single = match first {
            '(' => Some(Token::Open),
            ')' => Some(Token::Close),
            '[' => Some(Token::OpenValue),
            ']' => Some(Token::CloseValue),
            _ => None,
        };
        if let Some(token) = single {
            self.rest = &self.rest[1..];
            return Ok(Some(token));
        }
        let end = if first == '"' {
            self.quoted_end()?
        } else {
            self.rest.find(|c: char| c.is_whitespace() || "()[]\"".contains(c)).unwrap_or(self.rest.len())
        };
        // A blank that isn't one of ours would be a word of no length.
        let (text, rest) = self.rest.split_at(end.max(first.len_utf8()));
        self.rest = rest;
        if first != '"' {
            return Ok(Some(Token::Word(text.to_owned())));
        }
        serde_json::from_str(text)
            .map(|text| Some(Token::Quoted(text)))
            .map_err(|error| wrong(format!("字符串有误：{error}"), format!("A text is wrong: {error}")))
    }

    /// Behind the closing quote of the text that begins here.
    fn quoted_end(&self) -> Result<usize, Refusal> {
        let mut escaped = false;
        for (at, byte) in self.rest.bytes().enumerate().skip(1) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => return Ok(at + 1),
                _ => {}
            }
        }
        Err(ended())
    }

    pub(super) fn peek(&mut self) -> Result<Option<&Token>, Refusal> {
        self.peeked = self.next()?;
        Ok(self.peeked.as_ref())
    }

    pub(super) fn expect(&mut self, wanted: &Token) -> Result<(), Refusal> {
        match self.next()? {
            Some(token) if token == *wanted => Ok(()),
            Some(token) => Err(unexpected(&token)),
            None => Err(ended()),
        }
    }

    pub(super) fn word(&mut self) -> Result<String, Refusal> {
        match self.next()? {
            Some(Token::Word(word)) => Ok(word),
            Some(token) => Err(unexpected(&token)),
            None => Err(ended()),
        }
    }

    pub(super) fn takes(&mut self, word: &str) -> Result<bool, Refusal> {
        let there = matches!(self.peek()?, Some(Token::Word(next)) if next.eq_ignore_ascii_case(word));
        if there {
            self.peeked = None;
        }
        Ok(there)
    }
}
