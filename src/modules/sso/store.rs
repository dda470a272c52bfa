//! What single sign-on keeps.

use chrono::{DateTime, Utc};

use super::model::{
    AHEAD_HOURS, ClientSystem, PortalSystem, ProviderDraft, SIGNS_DAYS, SignInChoice, SignInProvider, SystemDraft,
};
use crate::kernel::{auth::Hash, db::Tx, error::Result};

/// A key that signs.
pub(super) struct KeyRow {
    pub(super) kid: String,
    pub(super) private: Vec<u8>,
    pub(super) signs_from: DateTime<Utc>,
}

/// The keys that are published.
pub(super) async fn keys(tx: &mut Tx) -> Result<Vec<KeyRow>> {
    Ok(sqlx::query_as!(KeyRow, "select kid, private, signs_from from signing_key order by signs_from desc limit 20")
        .fetch_all(&mut **tx)
        .await?)
}

/// Whether a new key is to be made; holds the others off until this transaction ends if so.
pub(super) async fn key_is_due(tx: &mut Tx) -> Result<bool> {
    let due = async |tx: &mut Tx| -> Result<bool> {
        Ok(sqlx::query_scalar!(
            r#"select not exists (select from signing_key
                   where signs_from > now() - make_interval(days => $1) + make_interval(hours => $2)) as "due!""#,
            SIGNS_DAYS,
            AHEAD_HOURS
        )
        .fetch_one(&mut **tx)
        .await?)
    };
    if !due(tx).await? {
        return Ok(false);
    }
    sqlx::query!("select pg_advisory_xact_lock(36051)").execute(&mut **tx).await?;
    due(tx).await
}

/// Keeps a key: the first signs at once, another once everybody has seen it. Those whose tokens have run out go.
pub(super) async fn insert_key(tx: &mut Tx, kid: &str, private: &[u8]) -> Result<()> {
    sqlx::query!(
        "insert into signing_key (kid, private, signs_from)
         select $1, $2, now() + case when exists (select from signing_key) then make_interval(hours => $3) else interval '0' end",
        kid,
        private,
        AHEAD_HOURS
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!("delete from signing_key where signs_from < now() - make_interval(days => $1)", SIGNS_DAYS * 2)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A system as the protocol knows it.
pub(super) struct Registered {
    pub(super) id: i64,
    pub(super) client_id: String,
    pub(super) redirect_uris: Vec<String>,
    pub(super) signed_out_uris: Vec<String>,
    pub(super) secret: Option<Vec<u8>>,
}

/// The system that names itself so.
pub(super) async fn registered(tx: &mut Tx, client_id: &str) -> Result<Option<Registered>> {
    Ok(sqlx::query_as!(
        Registered,
        "select id, client_id, redirect_uris, signed_out_uris, secret from client_system where client_id = $1 and removed_at is null",
        client_id
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Every address to which a registered system has people sent back.
pub(super) async fn redirect_uris(tx: &mut Tx) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"select address as "address!" from client_system, unnest(redirect_uris) address where removed_at is null"#
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Whether an account may open a system: by the role of a post that it holds now.
pub(super) async fn may_open(tx: &mut Tx, system: i64, account: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select cardinality(s.roles) = 0 or exists (
               select from holding h join post p on p.id = h.post_id
               where h.account_id = $2 and h.ended_at is null and h.from_at <= now() and (h.until_at is null or h.until_at > now())
                 and p.closed_at is null and p.role_code = any(s.roles)) as "may!"
           from client_system s where s.id = $1 and s.removed_at is null"#,
        system,
        account
    )
    .fetch_optional(&mut **tx)
    .await?
    .unwrap_or(false))
}

/// When the holder of a session proved themselves.
pub(super) async fn signed_at(tx: &mut Tx, session: i64) -> Result<DateTime<Utc>> {
    Ok(sqlx::query_scalar!("select created_at from session where id = $1", session).fetch_one(&mut **tx).await?)
}

/// So often one session may have been let into one system; each further time ends the oldest.
const MOST_SIGN_ONS: i64 = 10;

/// What a system is about to be given.
pub(super) struct NewSignOn<'a> {
    pub(super) system: i64,
    pub(super) session: i64,
    pub(super) account: i64,
    pub(super) issuer: &'a str,
    pub(super) scope: &'a str,
    pub(super) nonce: Option<&'a str>,
    pub(super) redirect_uri: &'a str,
    pub(super) challenge: &'a str,
    pub(super) code: Hash,
}

/// Lets a session into a system, by a code that holds a minute.
pub(super) async fn insert_sign_on(tx: &mut Tx, new: &NewSignOn<'_>) -> Result<i64> {
    // A page that sends its reader here again and again holds no more than a few; the oldest end.
    sqlx::query!(
        "update sign_on set ended_at = now() where id in (
             select id from sign_on where session_id = $1 and system_id = $2 and ended_at is null
             order by id desc offset $3)",
        new.session,
        new.system,
        MOST_SIGN_ONS - 1
    )
    .execute(&mut **tx)
    .await?;
    let id = sqlx::query_scalar!(
        "insert into sign_on (system_id, session_id, account_id, issuer, scope, nonce, signed_at)
         select $1, id, $3, $4, $5, $6, created_at from session where id = $2 returning id",
        new.system,
        new.session,
        new.account,
        new.issuer,
        new.scope,
        new.nonce
    )
    .fetch_one(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into sign_on_code (hash, sign_on_id, redirect_uri, challenge, expires_at)
         values ($1, $2, $3, $4, now() + interval '60 seconds')",
        new.code.as_slice(),
        id,
        new.redirect_uri,
        new.challenge
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// A code that came back.
pub(super) struct Code {
    pub(super) sign_on: i64,
    pub(super) system: i64,
    pub(super) redirect_uri: String,
    pub(super) challenge: String,
    pub(super) used: bool,
    pub(super) expired: bool,
}

/// The code, held until the transaction ends.
pub(super) async fn code(tx: &mut Tx, hash: &Hash) -> Result<Option<Code>> {
    Ok(sqlx::query_as!(
        Code,
        r#"select c.sign_on_id as sign_on, o.system_id as system, c.redirect_uri, c.challenge,
                  c.used_at is not null as "used!", c.expires_at < now() as "expired!"
           from sign_on_code c join sign_on o on o.id = c.sign_on_id where c.hash = $1 for update of c"#,
        hash.as_slice()
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Uses a code up.
pub(super) async fn use_code(tx: &mut Tx, hash: &Hash) -> Result<()> {
    sqlx::query!("update sign_on_code set used_at = now() where hash = $1", hash.as_slice()).execute(&mut **tx).await?;
    Ok(())
}

/// A token that came back.
pub(super) struct Token {
    pub(super) sign_on: i64,
    pub(super) system: i64,
    pub(super) used: bool,
    pub(super) expired: bool,
}

/// The token of a kind, held until the transaction ends.
pub(super) async fn token(tx: &mut Tx, hash: &Hash, kind: &str) -> Result<Option<Token>> {
    Ok(sqlx::query_as!(
        Token,
        r#"select t.sign_on_id as sign_on, o.system_id as system, t.used_at is not null as "used!", t.expires_at < now() as "expired!"
           from sign_on_token t join sign_on o on o.id = t.sign_on_id where t.hash = $1 and t.kind = $2 for update of t"#,
        hash.as_slice(),
        kind
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Uses a token up.
pub(super) async fn use_token(tx: &mut Tx, hash: &Hash) -> Result<()> {
    sqlx::query!("update sign_on_token set used_at = now() where hash = $1", hash.as_slice())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Keeps a token for so many seconds.
pub(super) async fn insert_token(tx: &mut Tx, hash: &Hash, sign_on: i64, kind: &str, seconds: i32) -> Result<()> {
    sqlx::query!(
        "insert into sign_on_token (hash, sign_on_id, kind, expires_at) values ($1, $2, $3, now() + make_interval(secs => $4))",
        hash.as_slice(),
        sign_on,
        kind,
        f64::from(seconds)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes back what a system was given of a session.
pub(super) async fn end_sign_on(tx: &mut Tx, id: i64) -> Result<()> {
    sqlx::query!("update sign_on set ended_at = now() where id = $1 and ended_at is null", id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What tokens are made of.
pub(super) struct Given {
    pub(super) id: i64,
    pub(super) sid: String,
    pub(super) client_id: String,
    pub(super) session: i64,
    pub(super) account: i64,
    pub(super) issuer: String,
    pub(super) scope: String,
    pub(super) nonce: Option<String>,
    pub(super) signed_at: DateTime<Utc>,
    pub(super) method: String,
    pub(super) holding: Option<i64>,
    pub(super) login: String,
    pub(super) name: String,
    pub(super) phone: Option<String>,
    pub(super) email: Option<String>,
}

/// What was given, while its session holds and a post of the person opens the system.
pub(super) async fn given(tx: &mut Tx, sign_on: i64) -> Result<Option<Given>> {
    Ok(sqlx::query_as!(
        Given,
        "select o.id, o.sid, c.client_id, o.session_id as session, o.account_id as account, o.issuer, o.scope, o.nonce, o.signed_at,
                s.method, s.holding_id as holding, a.login, a.name, a.phone, a.email
         from sign_on o join session s on s.id = o.session_id join account a on a.id = o.account_id
              join client_system c on c.id = o.system_id
         where o.id = $1 and o.ended_at is null and c.removed_at is null and a.state = 'active'
           and (cardinality(c.roles) = 0 or exists (
               select from holding h join post p on p.id = h.post_id
               where h.account_id = a.id and h.ended_at is null and h.from_at <= now() and (h.until_at is null or h.until_at > now())
                 and p.closed_at is null and p.role_code = any(c.roles)))
           and s.ended_at is null and s.expires_at > now()
           and s.last_seen_at > now() - (select make_interval(mins => idle_minutes) from identity_policy)",
        sign_on
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// The session is in use, even if it is in another system.
pub(super) async fn seen(tx: &mut Tx, session: i64) -> Result<()> {
    sqlx::query!("update session set last_seen_at = now() where id = $1", session).execute(&mut **tx).await?;
    Ok(())
}

/// Which session a system knows under this.
pub(super) async fn session_of(tx: &mut Tx, sid: &str) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!("select session_id from sign_on where sid = $1", sid).fetch_optional(&mut **tx).await?)
}

/// Ends a session.
pub(super) async fn end_session(tx: &mut Tx, session: i64) -> Result<()> {
    sqlx::query!("update session set ended_at = now() where id = $1 and ended_at is null", session)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends sessions that ran out while a system still holds something of them, and forgets what is long past.
pub(super) async fn end_what_ran_out(tx: &mut Tx) -> Result<()> {
    sqlx::query!(
        "update session set ended_at = now()
         where ended_at is null and id in (select session_id from sign_on where ended_at is null)
           and (expires_at < now() or last_seen_at < now() - (select make_interval(mins => idle_minutes) from identity_policy))"
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!("delete from sign_on_code where expires_at < now() - interval '1 day'").execute(&mut **tx).await?;
    sqlx::query!("delete from sign_on_token where expires_at < now() - interval '1 day'").execute(&mut **tx).await?;
    sqlx::query!(
        "delete from sign_on o where created_at < now() - interval '1 day'
             and (ended_at < now() - interval '30 days' or not exists (select from sign_on_token t where t.sign_on_id = o.id))"
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!("delete from sign_in_journey where expires_at < now()").execute(&mut **tx).await?;
    Ok(())
}

/// A system to be told that a session has ended.
pub(super) struct Notice {
    pub(super) address: String,
    pub(super) client_id: String,
    pub(super) issuer: String,
    pub(super) account: i64,
    pub(super) sid: String,
}

/// What is to be told of a sign-on that has ended; nothing when its system is not to be told.
pub(super) async fn notice(tx: &mut Tx, sign_on: i64) -> Result<Option<Notice>> {
    Ok(sqlx::query_as!(
        Notice,
        r#"select c.sign_out_uri as "address!", c.client_id, o.issuer, o.account_id as account, o.sid
           from sign_on o join client_system c on c.id = o.system_id
           where o.id = $1 and o.ended_at is not null and c.sign_out_uri is not null and c.removed_at is null"#,
        sign_on
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// The registered systems, by id from the one after `after`; one of them when it is named.
pub(super) async fn systems(tx: &mut Tx, one: Option<i64>, after: i64, limit: i64) -> Result<Vec<ClientSystem>> {
    Ok(sqlx::query_as!(
        ClientSystem,
        r#"select id, client_id, name, about, home_url, redirect_uris, signed_out_uris, sign_out_uri, secret is not null as "confidential!",
                  roles, position, updated_by, updated_at,
                  (select count(distinct session_id) from sign_on o where o.system_id = client_system.id and o.ended_at is null) as "sessions!"
           from client_system where removed_at is null and id > $2 and ($1::bigint is null or id = $1) order by id limit $3"#,
        one,
        after,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Registers a system; nothing when its client id was ever used.
pub(super) async fn insert_system(
    tx: &mut Tx,
    draft: &SystemDraft,
    secret: Option<&Hash>,
    by: &str,
) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        "insert into client_system (client_id, name, about, home_url, redirect_uris, signed_out_uris, sign_out_uri, secret, roles, position, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing returning id",
        draft.client_id,
        draft.name.trim(),
        draft.about.trim(),
        draft.home_url,
        &draft.redirect_uris,
        &draft.signed_out_uris,
        draft.sign_out_uri,
        secret.map(Hash::as_slice),
        &draft.roles,
        draft.position,
        by
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Changes a system; its client id and its secret stay.
pub(super) async fn update_system(tx: &mut Tx, id: i64, draft: &SystemDraft, by: &str) -> Result<()> {
    sqlx::query!(
        "update client_system set name = $2, about = $3, home_url = $4, redirect_uris = $5, signed_out_uris = $6, sign_out_uri = $7,
                roles = $8, position = $9, updated_by = $10, updated_at = now() where id = $1 and removed_at is null",
        id,
        draft.name.trim(),
        draft.about.trim(),
        draft.home_url,
        &draft.redirect_uris,
        &draft.signed_out_uris,
        draft.sign_out_uri,
        &draft.roles,
        draft.position,
        by
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Sets a system's secret anew; gives whether it keeps one.
pub(super) async fn set_secret(tx: &mut Tx, id: i64, secret: &Hash, by: &str) -> Result<bool> {
    let done = sqlx::query!(
        "update client_system set secret = $2, updated_by = $3, updated_at = now()
         where id = $1 and removed_at is null and secret is not null",
        id,
        secret.as_slice(),
        by
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes a system off the register; what it was given ends.
pub(super) async fn remove_system(tx: &mut Tx, id: i64, by: &str) -> Result<bool> {
    let done = sqlx::query!(
        "update client_system set removed_at = now(), updated_by = $2, updated_at = now() where id = $1 and removed_at is null",
        id,
        by
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!("update sign_on set ended_at = now() where system_id = $1 and ended_at is null", id)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Of these codes the ones that name no role.
pub(super) async fn unknown_roles(tx: &mut Tx, codes: &[String]) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"select code as "code!" from unnest($1::text[]) as code where code not in (select code from role)"#,
        codes
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The systems that an account may open.
pub(super) async fn portal(tx: &mut Tx, account: i64, session: i64) -> Result<Vec<PortalSystem>> {
    Ok(sqlx::query_as!(
        PortalSystem,
        r#"select s.id, s.name, s.about, s.home_url as "home_url!",
                  exists (select from sign_on o where o.system_id = s.id and o.session_id = $2 and o.ended_at is null) as "signed_in!"
           from client_system s
           where s.removed_at is null and s.home_url is not null and (cardinality(s.roles) = 0 or exists (
               select from holding h join post p on p.id = h.post_id
               where h.account_id = $1 and h.ended_at is null and h.from_at <= now() and (h.until_at is null or h.until_at > now())
                 and p.closed_at is null and p.role_code = any(s.roles)))
           order by s.position, s.name limit 200"#,
        account,
        session
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The platforms that vouch, by id from the one after `after`.
pub(super) async fn providers(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<SignInProvider>> {
    Ok(sqlx::query_as!(
        SignInProvider,
        "select id, name, issuer, client_id, match_by, updated_by, updated_at, agreed_by, agreed_at from sign_in_provider
         where removed_at is null and id > $1 order by id limit $2",
        after,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The same for the sign-in page.
pub(super) async fn choices(tx: &mut Tx) -> Result<Vec<SignInChoice>> {
    Ok(sqlx::query_as!(
        SignInChoice,
        "select id, name from sign_in_provider where removed_at is null and agreed_at is not null order by id limit 20"
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Registers a platform, or one anew that was registered before; nobody signs in by it until another has agreed. Gives
/// nothing where it is registered already, or another finds people by their external id.
pub(super) async fn insert_provider(
    tx: &mut Tx,
    draft: &ProviderDraft,
    (account, by): (i64, &str),
) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        "insert into sign_in_provider as p (name, issuer, client_id, client_secret, match_by, updated_by, asked_by)
         select $1, $2, $3, $4, $5, $6, $7 where $5 <> 'external_id'
             or not exists (select from sign_in_provider where match_by = 'external_id' and removed_at is null)
         on conflict (issuer) do update set name = $1, client_id = $3, client_secret = $4, match_by = $5, updated_by = $6,
             asked_by = $7, updated_at = now(), agreed_by = null, agreed_at = null, removed_at = null
         where p.removed_at is not null
         returning id",
        draft.name.trim(),
        draft.issuer,
        draft.client_id,
        draft.client_secret,
        draft.match_by,
        by,
        account
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Agrees to a platform that another registered; gives its name, or nothing where none waits for this one.
pub(super) async fn agree_to_provider(tx: &mut Tx, id: i64, (account, by): (i64, &str)) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "update sign_in_provider set agreed_by = $3, agreed_at = now()
         where id = $1 and asked_by <> $2 and removed_at is null and agreed_at is null returning name",
        id,
        account,
        by
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Trusts a platform no longer.
pub(super) async fn remove_provider(tx: &mut Tx, id: i64, by: &str) -> Result<bool> {
    let done = sqlx::query!(
        "update sign_in_provider set removed_at = now(), updated_by = $2, updated_at = now() where id = $1 and removed_at is null",
        id,
        by
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// A platform as a sign-in there needs it.
#[derive(Clone)]
pub(super) struct Trusted {
    pub(super) id: i64,
    pub(super) issuer: String,
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) match_by: String,
}

/// One platform.
pub(super) async fn trusted(tx: &mut Tx, id: i64) -> Result<Option<Trusted>> {
    Ok(sqlx::query_as!(
        Trusted,
        "select id, issuer, client_id, client_secret, match_by from sign_in_provider where id = $1 and removed_at is null and agreed_at is not null",
        id
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// A sign-in on its way.
pub(super) struct Journey {
    pub(super) provider: i64,
    pub(super) nonce: String,
    pub(super) verifier: String,
    pub(super) goes_to: String,
}

/// Remembers a sign-in that goes to a platform, for ten minutes; not when so many are on their way already.
pub(super) async fn insert_journey(tx: &mut Tx, state: &Hash, journey: &Journey, most: i64) -> Result<bool> {
    let done = sqlx::query!(
        "insert into sign_in_journey (state, provider_id, nonce, verifier, goes_to, expires_at)
         select $1, $2, $3, $4, $5, now() + interval '10 minutes' where (select count(*) from sign_in_journey) < $6",
        state.as_slice(),
        journey.provider,
        journey.nonce,
        journey.verifier,
        journey.goes_to,
        most
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes it back up, once.
pub(super) async fn take_journey(tx: &mut Tx, state: &Hash) -> Result<Option<Journey>> {
    Ok(sqlx::query_as!(
        Journey,
        "delete from sign_in_journey where state = $1 and expires_at > now() returning provider_id as provider, nonce, verifier, goes_to",
        state.as_slice()
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// The account of somebody that a platform vouches for: by their id there.
pub(super) async fn by_external_id(tx: &mut Tx, external_id: &str) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!("select id from account where external_id = $1", external_id)
        .fetch_optional(&mut **tx)
        .await?)
}
