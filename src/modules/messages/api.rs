//! The addresses of messages.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{FromRef, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    model::{KeptMessage, ToldMessage},
    store,
};
use crate::{
    kernel::{
        actor::Actor,
        app::App,
        auth::Auth,
        error::{Problem, Result},
        http::Json,
        messages::MessageKind,
        text::Language,
    },
    map::Server,
    modules::Module,
    records::list::{self, ListDef, ListPage, ListQuery, ListType},
};

/// What reading stands on: the kinds that the modules declare.
struct Messages {
    app: App,
    kinds: BTreeMap<&'static str, MessageKind>,
}

impl FromRef<Arc<Messages>> for Auth {
    fn from_ref(messages: &Arc<Messages>) -> Self {
        messages.app.auth.clone()
    }
}

/// A page with the id of what a message is about: `case 12` in `/cases/{id}`.
fn page_of(page: &str, object: &str) -> String {
    page.replace("{id}", object.split_once(' ').map_or("", |(_, id)| id))
}

impl Messages {
    /// A message in the reader's language. One of a kind that no module declares any more says what it is about.
    fn told(&self, kept: KeptMessage, language: Language) -> ToldMessage {
        let kind = self.kinds.get(kept.kind.as_str());
        let called = |(zh, en): (&str, &str)| if language == Language::Chinese { zh } else { en }.to_owned();
        ToldMessage {
            title: kind.map_or_else(|| kept.kind.clone(), |kind| called(kind.title)),
            text: kind.map_or_else(|| kept.object.clone(), |kind| kind.say(language, &kept.by_name, &kept.detail)),
            page: kind.and_then(|kind| kind.page).map(|page| page_of(page, &kept.object)),
            id: kept.id,
            kind: kept.kind,
            object: kept.object,
            by: kept.by_name,
            created_at: kept.created_at,
            read_at: kept.read_at,
        }
    }
}

pub(super) fn routes(server: &Server, modules: &[Module]) -> OpenApiRouter<Server> {
    let kinds = modules.iter().flat_map(|module| module.messages).map(|kind| (kind.name, *kind)).collect();
    let messages = Arc::new(Messages { app: server.app.clone(), kinds });
    OpenApiRouter::new()
        .routes(routes!(messages_list))
        .routes(routes!(unread))
        .routes(routes!(read))
        .with_state(messages)
}

/// The list of messages.
struct MessageList;

impl ListType for MessageList {
    const LIST: &'static ListDef = &store::MESSAGES;
}

/// What one was told, the newest first.
#[utoipa::path(get, path = "/api/messages", tag = "account", params(ListQuery<MessageList>),
    responses((status = 200, description = "A page, or the file that `format` asks for", content((ListPage<ToldMessage> = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), (status = 400, body = Problem), (status = 401, body = Problem), (status = 409, description = "A token has none", body = Problem), (status = 413, description = "Too many rows for a file", body = Problem), (status = 422, description = "An order or a cursor that the list doesn't have", body = Problem)))]
async fn messages_list(
    State(messages): State<Arc<Messages>>,
    actor: Actor,
    headers: HeaderMap,
    query: ListQuery<MessageList>,
) -> Result<Response> {
    actor.require_person()?;
    let tx = messages.app.db.begin_for_own(&actor).await?;
    let language = Language::of(&headers);
    list::answer_as(tx, &actor, &query, language, |kept| messages.told(kept, language)).await
}

/// How many messages wait to be read.
#[derive(Debug, Serialize, ToSchema)]
struct UnreadMessages {
    /// How many.
    unread: i64,
}

/// How many messages one hasn't read: what the bell shows. A token has none.
#[utoipa::path(get, path = "/api/messages/unread", tag = "account",
    responses((status = 200, body = UnreadMessages), (status = 401, body = Problem)))]
async fn unread(State(messages): State<Arc<Messages>>, actor: Actor) -> Result<axum::Json<UnreadMessages>> {
    if actor.person().is_none() {
        return Ok(axum::Json(UnreadMessages { unread: 0 }));
    }
    let mut tx = messages.app.db.begin_for_own(&actor).await?;
    let unread = store::unread(&mut tx).await?;
    tx.commit().await?;
    Ok(axum::Json(UnreadMessages { unread }))
}

/// What was read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MessagesRead {
    /// The message.
    id: i64,
    /// Whether all before it were read as well.
    #[serde(default)]
    all_before: bool,
}

/// One has read a message, or all up to one.
#[utoipa::path(post, path = "/api/messages/read", tag = "account", request_body = MessagesRead,
    responses((status = 204), (status = 401, body = Problem), (status = 409, description = "A token has none", body = Problem), (status = 422, body = Problem)))]
async fn read(
    State(messages): State<Arc<Messages>>,
    actor: Actor,
    Json(seen): Json<MessagesRead>,
) -> Result<StatusCode> {
    actor.require_person()?;
    let mut tx = messages.app.db.begin_for_own(&actor).await?;
    store::read(&mut tx, seen.id, seen.all_before).await?;
    tx.commit().await?;
    messages.app.auth.forget();
    Ok(StatusCode::NO_CONTENT)
}
