use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    extract::{FromRef, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use bytes::Bytes;
use chrono::TimeDelta;
use serde::Serialize;
use tokio::{sync::watch, time::Instant};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    model::{DIRECT_WALL, Direction, OpenedScreen, RenewedScreen, Scene, SceneDraft, Screen, ScreenDraft, Shown},
    rules, store,
};
use crate::{
    kernel::{
        actor::{Actor, Grant},
        app::App,
        auth::{self, Auth, Maker, Secret},
        db::AuditEntry,
        error::{Error, Problem, Result},
        http::{CreatedId, Json, Path, STILL, event_stream},
    },
    layers::READ_MAP,
    map::Server,
    modules::directory::READ_PEOPLE,
};

/// A screen hangs for years. Its token ends with its maker's rights, and within a year unless it is renewed.
const SCREEN_SESSION_HOURS: i32 = 24 * 3660;
const CODE_HOURS: i32 = 24;
/// A connection that nothing is told over is told so, for proxies and for the screen itself.
const STILL_HERE: Duration = Duration::from_secs(5);

/// The map, and what each screen that is followed was told.
pub(super) struct Wall {
    app: App,
    told: Mutex<HashMap<i64, watch::Sender<ScreenMessage>>>,
}

/// What a screen was told last.
#[derive(Clone, Debug, PartialEq)]
enum ScreenMessage {
    Nothing,
    Picture(Box<Shown>),
    Closed,
}

impl FromRef<Arc<Wall>> for Auth {
    fn from_ref(wall: &Arc<Wall>) -> Self {
        wall.app.auth.clone()
    }
}

impl Wall {
    fn tell(&self, id: i64, next: ScreenMessage) {
        if let Some(sender) = self.told.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            // What was told already in a later version isn't told again in an earlier one, and what was closed stays so.
            sender.send_if_modified(|now| {
                let newer = match (&*now, &next) {
                    (ScreenMessage::Closed, _) => false,
                    (ScreenMessage::Picture(now), ScreenMessage::Picture(next)) => next.version > now.version,
                    _ => true,
                };
                if newer {
                    *now = next;
                }
                newer
            });
        }
    }

    fn follow(&self, id: i64) -> watch::Receiver<ScreenMessage> {
        let mut screens = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        screens.retain(|known, sender| *known == id || sender.receiver_count() > 0);
        screens.entry(id).or_insert_with(|| watch::channel(ScreenMessage::Nothing).0).subscribe()
    }

    fn connected(&self, id: i64) -> usize {
        let screens = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        screens.get(&id).map_or(0, watch::Sender::receiver_count)
    }
}

pub(super) fn routes(server: &Server) -> OpenApiRouter<Server> {
    let wall = Arc::new(Wall { app: server.app.clone(), told: Mutex::default() });
    OpenApiRouter::new()
        .routes(routes!(scenes, save_scene))
        .routes(routes!(change_scene, delete_scene))
        .routes(routes!(screens, open_screen))
        .routes(routes!(close_screen))
        .routes(routes!(renew_screen))
        .routes(routes!(follow))
        .routes(routes!(direct))
        .with_state(wall)
}

fn no_scene() -> Error {
    Error::not_found("没有这个场景，或不在您的辖区内。", "There is no such scene, or it isn't in your scope.")
}

fn no_screen() -> Error {
    Error::not_found("没有这块屏，或不在您的辖区内。", "There is no such screen, or it isn't in your scope.")
}

fn audit(action: &'static str, object: String, actor: &Actor) -> AuditEntry {
    AuditEntry { action, object, region: actor.home(), detail: serde_json::json!({}) }
}

/// The scenes.
#[derive(Debug, Serialize, ToSchema)]
struct Scenes {
    /// In the order in which they are cycled.
    scenes: Vec<Scene>,
}

/// The scenes that a wall can show.
#[utoipa::path(get, path = "/api/wall/scenes", tag = "wall", responses((status = 200, body = Scenes), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn scenes(State(wall): State<Arc<Wall>>, actor: Actor) -> Result<axum::Json<Scenes>> {
    actor.require(READ_MAP)?;
    let mut tx = wall.app.db.begin(&actor).await?;
    let scenes = store::scenes(&mut tx).await?;
    tx.commit().await?;
    Ok(axum::Json(Scenes { scenes }))
}

/// Saves a new scene.
#[utoipa::path(post, path = "/api/wall/scenes", tag = "wall", request_body = SceneDraft,
    responses((status = 201, body = CreatedId), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, description = "There are 200 scenes already", body = Problem), (status = 422, body = Problem)))]
async fn save_scene(
    State(wall): State<Arc<Wall>>,
    actor: Actor,
    Json(scene): Json<SceneDraft>,
) -> Result<(StatusCode, axum::Json<CreatedId>)> {
    actor.require(DIRECT_WALL)?;
    rules::check_scene(&scene)?;
    let mut tx = wall.app.db.begin(&actor).await?;
    rules::check_room(store::count_scenes(&mut tx).await?)?;
    let id = store::insert_scene(&mut tx, &scene, actor.home(), actor.name()).await?;
    tx.audit(audit("wall.scene.save", format!("scene {id}"), &actor));
    tx.commit().await?;
    Ok((StatusCode::CREATED, axum::Json(CreatedId { id })))
}

/// Saves a scene anew.
#[utoipa::path(put, path = "/api/wall/scenes/{id}", tag = "wall", params(("id" = i64, Path, description = "The scene")), request_body = SceneDraft,
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn change_scene(
    State(wall): State<Arc<Wall>>,
    actor: Actor,
    Path(id): Path<i64>,
    Json(scene): Json<SceneDraft>,
) -> Result<StatusCode> {
    actor.require(DIRECT_WALL)?;
    rules::check_scene(&scene)?;
    let mut tx = wall.app.db.begin(&actor).await?;
    if !store::update_scene(&mut tx, id, &scene, actor.name()).await? {
        return Err(no_scene());
    }
    tx.audit(audit("wall.scene.save", format!("scene {id}"), &actor));
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes a scene.
#[utoipa::path(delete, path = "/api/wall/scenes/{id}", tag = "wall", params(("id" = i64, Path, description = "The scene")),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn delete_scene(State(wall): State<Arc<Wall>>, actor: Actor, Path(id): Path<i64>) -> Result<StatusCode> {
    actor.require(DIRECT_WALL)?;
    let mut tx = wall.app.db.begin(&actor).await?;
    if !store::delete_scene(&mut tx, id).await? {
        return Err(no_scene());
    }
    tx.audit(audit("wall.scene.delete", format!("scene {id}"), &actor));
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The screens.
#[derive(Debug, Serialize, ToSchema)]
struct Screens {
    /// By name.
    screens: Vec<Screen>,
}

/// The screens of the walls, what they show and whether they are on.
#[utoipa::path(get, path = "/api/wall/screens", tag = "wall", responses((status = 200, body = Screens), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn screens(State(wall): State<Arc<Wall>>, actor: Actor) -> Result<axum::Json<Screens>> {
    actor.require(DIRECT_WALL)?;
    let mut tx = wall.app.db.begin(&actor).await?;
    let mut screens = store::screens(&mut tx).await?;
    tx.commit().await?;
    // Whether a maker's account and post hold is asked beyond the director's own scope: theirs may stand elsewhere.
    let mut tx = wall.app.db.begin(&Actor::system("wall")).await?;
    let ends = store::screen_ends(&mut tx).await?;
    tx.commit().await?;
    for screen in &mut screens {
        screen.connected = wall.connected(screen.id);
        screen.until = ends.get(&screen.id).copied();
    }
    Ok(axum::Json(Screens { screens }))
}

/// Sets up a screen with a token of its own; the address that opens it is told only here.
#[utoipa::path(post, path = "/api/wall/screens", tag = "wall", request_body = ScreenDraft,
    responses((status = 201, body = OpenedScreen), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, description = "There are 200 screens already", body = Problem), (status = 422, body = Problem)))]
async fn open_screen(
    State(wall): State<Arc<Wall>>,
    actor: Actor,
    headers: HeaderMap,
    Json(draft): Json<ScreenDraft>,
) -> Result<(StatusCode, axum::Json<OpenedScreen>)> {
    actor.require(DIRECT_WALL)?;
    rules::check_screen(&draft)?;
    let (grant, maker) = (screen_grant(&actor, &draft.name), Maker::of(&actor, "wall.direct")?);
    let mut tx = wall.app.db.begin(&actor).await?;
    rules::check_room(store::count_screens(&mut tx).await?)?;
    let token_id = auth::insert_token(&mut tx, &grant, SCREEN_SESSION_HOURS, Some(maker)).await?.0;
    let id = store::insert_screen(&mut tx, &draft, actor.home(), token_id).await?;
    let code = auth::create_sign_in_code(&mut tx, token_id, CODE_HOURS).await?;
    tx.audit(audit("wall.screen.open", format!("screen {id}, token {token_id}"), &actor));
    tx.commit().await?;
    let address = opening_address(&wall, &headers, id, &code);
    let screen = Screen {
        id,
        name: draft.name.trim().to_owned(),
        place: draft.place,
        places: draft.places,
        picture: super::model::Picture::default(),
        version: 0,
        connected: 0,
        until: Some(wall.app.clock.now() + TimeDelta::days(365)).into_iter().chain(actor.rights_end()).min(),
    };
    Ok((StatusCode::CREATED, axum::Json(OpenedScreen { screen, address })))
}

/// A screen sees what its maker sees, for as long as they may, and changes nothing.
fn screen_grant(maker: &Actor, name: &str) -> Grant {
    let permissions = [READ_MAP, READ_PEOPLE].into_iter().filter(|one| maker.may(*one)).map(|one| one.name);
    Grant {
        name: format!("screen:{}", name.trim()),
        regions: maker.regions().to_vec(),
        permissions: permissions.map(str::to_owned).collect(),
        expires_at: maker.rights_end(),
    }
}

fn opening_address(wall: &Wall, headers: &HeaderMap, screen: i64, code: &Secret) -> String {
    format!("{}/signin?code={}&to=%2Fwall%3Fscreen%3D{screen}", wall.app.edge.origin(headers), code.reveal())
}

/// Renews a screen for another year: it sees from now on what whoever renews it sees. Also for a screen whose maker has left.
/// The address opens it where its sign-in has ended.
#[utoipa::path(post, path = "/api/wall/screens/{id}/renewal", tag = "wall", params(("id" = i64, Path, description = "The screen")),
    responses((status = 200, body = RenewedScreen), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, description = "Who renews it acts in no post", body = Problem)))]
async fn renew_screen(
    State(wall): State<Arc<Wall>>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<i64>,
) -> Result<axum::Json<RenewedScreen>> {
    actor.require(DIRECT_WALL)?;
    let mut tx = wall.app.db.begin(&actor).await?;
    let (name, token) = store::screen_token(&mut tx, id).await?.ok_or_else(no_screen)?;
    let maker = Maker::of(&actor, "wall.direct")?;
    if !auth::hand_over_token(&mut tx, token, &screen_grant(&actor, &name), maker).await? {
        return Err(no_screen());
    }
    let code = auth::create_sign_in_code(&mut tx, token, CODE_HOURS).await?;
    tx.audit(audit("wall.screen.renew", format!("screen {id}, token {token}"), &actor));
    tx.commit().await?;
    wall.app.auth.forget();
    Ok(axum::Json(RenewedScreen { address: opening_address(&wall, &headers, id, &code) }))
}

/// Takes a screen down: its token is revoked, and whoever has it open is signed out.
#[utoipa::path(delete, path = "/api/wall/screens/{id}", tag = "wall", params(("id" = i64, Path, description = "The screen")),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn close_screen(State(wall): State<Arc<Wall>>, actor: Actor, Path(id): Path<i64>) -> Result<StatusCode> {
    actor.require(DIRECT_WALL)?;
    let mut tx = wall.app.db.begin(&actor).await?;
    if !store::delete_screen(&mut tx, id).await? {
        return Err(no_screen());
    }
    tx.audit(audit("wall.screen.close", format!("screen {id}"), &actor));
    tx.commit().await?;
    wall.app.auth.forget();
    wall.tell(id, ScreenMessage::Closed);
    Ok(StatusCode::NO_CONTENT)
}

/// Has screens show a picture: those that are named, or all in scope.
#[utoipa::path(put, path = "/api/wall/picture", tag = "wall", request_body = Direction,
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, description = "One of the screens isn't there; none was changed", body = Problem), (status = 422, body = Problem)))]
async fn direct(State(wall): State<Arc<Wall>>, actor: Actor, Json(direction): Json<Direction>) -> Result<StatusCode> {
    actor.require(DIRECT_WALL)?;
    rules::check_direction(&direction)?;
    let mut tx = wall.app.db.begin(&actor).await?;
    let shown = store::show(&mut tx, &direction.screens, &direction.picture).await?;
    if direction.screens.iter().any(|wanted| shown.iter().all(|(id, _)| id != wanted)) {
        return Err(no_screen());
    }
    tx.audit(audit("wall.direct", format!("screens {:?}", direction.screens), &actor));
    tx.commit().await?;
    for (id, shown) in shown {
        wall.tell(id, ScreenMessage::Picture(Box::new(shown)));
    }
    Ok(StatusCode::NO_CONTENT)
}

fn event(shown: &Shown) -> Bytes {
    let data = serde_json::to_string(shown).unwrap_or_default();
    format!("id: {}\nevent: picture\ndata: {data}\n\n", shown.version).into()
}

/// What a screen is to show, as it is told.
///
/// Server-sent events: `picture` with the picture and its version, at once and whenever it changes; `still` every five
/// seconds; `closed` when the screen was taken down. It ends within ten seconds of the sign-in's end, or of a change of
/// what the reader may see and do.
#[utoipa::path(get, path = "/api/wall/screens/{id}/follow", tag = "wall", params(("id" = i64, Path, description = "The screen")),
    responses((status = 200, description = "A stream of events", content_type = "text/event-stream", body = String), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn follow(
    State(wall): State<Arc<Wall>>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<i64>,
) -> Result<Response> {
    actor.require(READ_MAP)?;
    // Listening first: what is shown between the look and the listening would be missed otherwise.
    let mut receiver = wall.follow(id);
    let mut tx = wall.app.db.begin(&actor).await?;
    let shown = store::shown(&mut tx, id).await?.ok_or_else(no_screen)?;
    tx.commit().await?;
    let stream = async_stream::stream! {
        let mut version = shown.version;
        let mut tick = Instant::now() + STILL_HERE;
        yield [Bytes::from_static(b"retry: 1000\n\n"), event(&shown)].concat().into();
        loop {
            if Instant::now() >= tick {
                if wall.app.auth.has_ended(&headers, &actor).await {
                    break;
                }
                yield STILL;
                tick = Instant::now() + STILL_HERE;
            }
            match tokio::time::timeout_at(tick, receiver.changed()).await {
                Err(_) => continue,
                Ok(Err(_)) => break,
                Ok(Ok(())) => {}
            }
            let next = receiver.borrow_and_update().clone();
            match next {
                ScreenMessage::Closed => {
                    yield Bytes::from_static(b"event: closed\ndata: {}\n\n");
                    break;
                }
                ScreenMessage::Picture(next) if next.version > version => {
                    version = next.version;
                    yield event(&next);
                }
                ScreenMessage::Nothing | ScreenMessage::Picture(_) => {}
            }
        }
    };
    Ok(event_stream(stream))
}
