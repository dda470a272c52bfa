//! Every SQL statement of the module.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::model::{Picture, Scene, SceneDraft, Screen, ScreenDraft, Shown};
use crate::kernel::{
    db::Tx,
    error::{Error, Result},
};

/// A picture as it was stored: what another version of the program wrote and this one doesn't know is left out.
fn picture(value: Value) -> Picture {
    Picture::deserialize(&value).unwrap_or_else(|_| {
        let mut fields = value;
        if let Value::Object(fields) = &mut fields {
            fields.retain(|name, field| Picture::deserialize(json!({ name: field })).is_ok());
        }
        Picture::deserialize(fields).unwrap_or_default()
    })
}

fn stored(picture: &Picture) -> Result<Value> {
    serde_json::to_value(picture).map_err(|error| Error::Internal(error.into()))
}

/// The scenes in the order in which they are cycled.
pub(super) async fn scenes(tx: &mut Tx) -> Result<Vec<Scene>> {
    let rows = sqlx::query!(
        "select id, name, position, picture, updated_by, updated_at from scene order by position, id limit 200"
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Scene {
            id: row.id,
            name: row.name,
            position: row.position,
            picture: picture(row.picture),
            updated_by: row.updated_by,
            updated_at: row.updated_at,
        })
        .collect())
}

/// How many scenes there are.
pub(super) async fn count_scenes(tx: &mut Tx) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from scene"#).fetch_one(&mut **tx).await?)
}

/// Saves a new scene; gives its id.
pub(super) async fn insert_scene(tx: &mut Tx, scene: &SceneDraft, region: i64, by: &str) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        "insert into scene (region, name, position, picture, updated_by) values ($1, $2, $3, $4, $5) returning id",
        region,
        scene.name.trim(),
        scene.position,
        stored(&scene.picture)?,
        by
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Saves a scene anew; gives whether it is there.
pub(super) async fn update_scene(tx: &mut Tx, id: i64, scene: &SceneDraft, by: &str) -> Result<bool> {
    let updated = sqlx::query!(
        "update scene set name = $2, position = $3, picture = $4, updated_by = $5, updated_at = now() where id = $1",
        id,
        scene.name.trim(),
        scene.position,
        stored(&scene.picture)?,
        by
    )
    .execute(&mut **tx)
    .await?;
    Ok(updated.rows_affected() > 0)
}

/// Deletes a scene; gives whether it was there.
pub(super) async fn delete_scene(tx: &mut Tx, id: i64) -> Result<bool> {
    Ok(sqlx::query!("delete from scene where id = $1", id).execute(&mut **tx).await?.rows_affected() > 0)
}

/// The screens by name.
pub(super) async fn screens(tx: &mut Tx) -> Result<Vec<Screen>> {
    let rows =
        sqlx::query!("select id, name, place, places, picture, version from screen order by name, place, id limit 200")
            .fetch_all(&mut **tx)
            .await?;
    Ok(rows
        .into_iter()
        .map(|row| Screen {
            id: row.id,
            name: row.name,
            place: row.place,
            places: row.places,
            picture: picture(row.picture),
            version: row.version,
            connected: 0,
            until: None,
        })
        .collect())
}

/// Until when each screen stays signed in, by its id; those that have ended aren't there.
pub(super) async fn screen_ends(tx: &mut Tx) -> Result<HashMap<i64, DateTime<Utc>>> {
    let rows = sqlx::query!(
        r#"select s.id, v.expires_at as "expires_at!" from screen s join valid_token v on v.id = s.token_id
           where v.expires_at is not null"#
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.expires_at)).collect())
}

/// The name and the token of a screen.
pub(super) async fn screen_token(tx: &mut Tx, id: i64) -> Result<Option<(String, i64)>> {
    let row = sqlx::query!("select name, token_id from screen where id = $1", id).fetch_optional(&mut **tx).await?;
    Ok(row.map(|row| (row.name, row.token_id)))
}

/// How many screens there are.
pub(super) async fn count_screens(tx: &mut Tx) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from screen"#).fetch_one(&mut **tx).await?)
}

/// Sets up a screen; gives its id.
pub(super) async fn insert_screen(tx: &mut Tx, screen: &ScreenDraft, region: i64, token_id: i64) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        "insert into screen (region, name, token_id, place, places) values ($1, $2, $3, $4, $5) returning id",
        region,
        screen.name.trim(),
        token_id,
        screen.place,
        screen.places
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Takes a screen down and revokes its token; gives whether it was there.
pub(super) async fn delete_screen(tx: &mut Tx, id: i64) -> Result<bool> {
    let token = sqlx::query_scalar!("delete from screen where id = $1 returning token_id", id)
        .fetch_optional(&mut **tx)
        .await?;
    let Some(token) = token else { return Ok(false) };
    sqlx::query!("update token set revoked_at = now() where id = $1 and revoked_at is null", token)
        .execute(&mut **tx)
        .await?;
    Ok(true)
}

/// What a screen shows.
pub(super) async fn shown(tx: &mut Tx, id: i64) -> Result<Option<Shown>> {
    let row = sqlx::query!("select version, place, places, picture from screen where id = $1", id)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.map(|row| Shown {
        version: row.version,
        place: row.place,
        places: row.places,
        picture: picture(row.picture),
    }))
}

/// Has screens show a picture, all in scope when none is named; gives what each shows then.
pub(super) async fn show(tx: &mut Tx, screens: &[i64], shows: &Picture) -> Result<Vec<(i64, Shown)>> {
    let rows = sqlx::query!(
        "update screen set picture = $2, version = version + 1 where cardinality($1::bigint[]) = 0 or id = any($1)
         returning id, version, place, places",
        screens,
        stored(shows)?
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let now = Shown { version: row.version, place: row.place, places: row.places, picture: shows.clone() };
            (row.id, now)
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_of_another_version_keeps_what_is_known() {
        let kept = picture(json!({"theme": "night", "message": "台风", "sound": true, "cycle_s": "often"}));
        assert_eq!(kept, Picture { theme: Some("night".to_owned()), message: "台风".to_owned(), ..Picture::default() });
        assert_eq!(picture(json!(7)), Picture::default());
    }
}
