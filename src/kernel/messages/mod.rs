//! Messages: what somebody is told, written with the transaction in which it happened. Modules declare the kinds; a row
//! keeps what is put into their words, which are said in the language of whoever reads them.

mod store;

use serde_json::Value;

pub use self::store::{accounts_that_may, tell};
use super::text::{Language, Title};

/// A kind of message.
#[derive(Clone, Copy, Debug)]
pub struct MessageKind {
    /// Its name: the module's, a full stop, and what happened. What begins with `account.` is about the reader's own account.
    pub name: &'static str,
    /// What people call it.
    pub title: Title,
    /// What is said: `{by}` is who did it, `{name}` what the message's detail has under that name.
    pub words: Title,
    /// The page that it leads to.
    pub page: Option<&'static str>,
}

impl MessageKind {
    /// A kind that leads nowhere.
    #[must_use]
    pub const fn new(name: &'static str, title: Title, words: Title) -> Self {
        Self { name, title, words, page: None }
    }

    /// The same, leading to a page.
    #[must_use]
    pub const fn with_page(mut self, page: &'static str) -> Self {
        self.page = Some(page);
        self
    }

    /// What a message of this kind says.
    #[must_use]
    pub fn say(&self, language: Language, by: &str, detail: &Value) -> String {
        let (zh, en) = self.words;
        let mut rest = if language == Language::Chinese { zh } else { en };
        let mut said = String::new();
        while let Some((before, name, after)) = rest.split_once('{').and_then(|(before, rest)| {
            let (name, after) = rest.split_once('}')?;
            Some((before, name, after))
        }) {
            said.push_str(before);
            match &detail[name] {
                Value::String(text) => said.push_str(text),
                Value::Null if name == "by" => said.push_str(by),
                Value::Null => {}
                other => said.push_str(&other.to_string()),
            }
            rest = after;
        }
        said + rest
    }
}

/// What somebody is told.
#[derive(Clone, Debug, Default)]
pub struct NewMessage {
    /// What is told under one key is told once until it is read.
    pub key: Option<String>,
    /// What it is about, as the audit names it: `request 12`.
    pub object: String,
    /// Who did it.
    pub by: String,
    /// What stands in its words.
    pub detail: Value,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_hold_what_the_message_has_and_nothing_is_read_twice() {
        let kind = MessageKind::new("test.told", ("", ""), ("{by}说：{what}，{n}次{none}。", "{by}: {what} ×{n"));
        let detail = json!({"what": "{by}", "n": 3});
        assert_eq!(kind.say(Language::Chinese, "张三", &detail), "张三说：{by}，3次。");
        assert_eq!(kind.say(Language::English, "Z", &detail), "Z: {by} ×{n");
    }
}
