//! The addresses of the import.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use axum::{
    body::Body,
    extract::{FromRef, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    agencies::Agencies,
    reading::{self, MAX_FILE},
    rules::{self, Checked, Field, Person},
    store, template,
};
use crate::{
    kernel::{
        actor::Actor,
        app::App,
        auth::{self, Auth, Secret},
        db::{AuditEntry, Tx},
        error::{Error, Problem, Result},
        http::{Query, piece},
        text::{Language, text},
        work::Work,
    },
    map::{
        Server,
        transfer::{MAX_LISTED, MappedColumn, Refusal, RefusedRow},
    },
    modules::identity::{
        api::{INVITATION_HOURS, INVITATION_PREFIX, activation_link},
        model::MANAGE_IDENTITY,
    },
};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Workbooks that are read or wait for it; each holds what it unpacks to.
const QUEUE: usize = 8;

/// What the import stands on.
struct PeopleImport {
    app: App,
    reading: Work,
}

impl FromRef<Arc<PeopleImport>> for Auth {
    fn from_ref(shared: &Arc<PeopleImport>) -> Self {
        shared.app.auth.clone()
    }
}

pub(in crate::modules::identity) fn routes(app: App) -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(people_template))
        .routes(routes!(import_people))
        .with_state(Arc::new(PeopleImport { app, reading: Work::new(QUEUE) }))
}

fn language(headers: &HeaderMap) -> Language {
    Language::of(headers)
}

/// A workbook to fill in with people: the list, the agencies that one may put them into, and how to fill it in.
#[utoipa::path(get, path = "/api/accounts/import/template", tag = "identity",
    responses((status = 200, description = "The workbook", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 503, body = Problem)))]
async fn people_template(
    State(shared): State<Arc<PeopleImport>>,
    actor: Actor,
    headers: HeaderMap,
) -> Result<Response> {
    actor.require(MANAGE_IDENTITY)?;
    let language = language(&headers);
    let mut tx = shared.app.db.begin(&actor).await?;
    let agencies = store::agencies(&mut tx).await?;
    tx.commit().await?;
    let write =
        move || template::template(&Agencies::new(agencies), language).map_err(|error| Error::Internal(error.into()));
    let workbook = shared.reading.run(write).await?;
    let headers = [
        (header::CONTENT_TYPE, XLSX),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"people.xlsx\""),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    Ok((headers, workbook).into_response())
}

/// How a list is to be taken in.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PeopleImportQuery {
    /// Check everything and keep nothing.
    #[serde(default)]
    dry_run: bool,
}

/// Somebody who was made an account.
#[derive(Serialize, ToSchema)]
struct InvitedPerson {
    /// The row in which they stand.
    row: u32,
    /// Their name.
    name: String,
    /// By what they sign in.
    login: String,
    /// The agency's name.
    agency: String,
    /// Where they set their password. Shown this once.
    link: String,
}

/// What became of a list of people.
#[derive(Serialize, ToSchema)]
struct PeopleReport {
    /// Whether it was only checked, as asked.
    dry_run: bool,
    /// Headings that were understood.
    columns: Vec<MappedColumn>,
    /// Headings that were passed over.
    ignored: Vec<String>,
    /// People in the list.
    rows: usize,
    /// Accounts that were made: all of them, or none where it was a trial or a row was refused.
    created: usize,
    /// Rows that were refused.
    refused: usize,
    /// Why: a row for each cell that is wrong, the first thousand of those.
    refusals: Vec<RefusedRow>,
    /// The invitations of who was made an account.
    invitations: Vec<InvitedPerson>,
    /// For how many hours they hold.
    hours: i32,
}

/// Makes accounts of the people in a list, and an invitation for each; all of them, or none where one row is wrong.
///
/// An XLSX workbook as the body, at most 5 MiB with 5,000 people on its first sheet. Headings may stand in any order, in
/// Chinese or English; each person is checked as one by one, and against the others. The answer is 200 where the list could be
/// read: `refused` tells whether something is wrong with it.
#[utoipa::path(post, path = "/api/accounts/import", tag = "identity", params(PeopleImportQuery),
    request_body(content = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", description = "The workbook"),
    responses((status = 200, body = PeopleReport), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 413, body = Problem), (status = 422, description = "The file can't be read as a list of people", body = Problem),
        (status = 503, body = Problem)))]
async fn import_people(
    State(shared): State<Arc<PeopleImport>>,
    actor: Actor,
    Query(query): Query<PeopleImportQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<axum::Json<PeopleReport>> {
    actor.require(MANAGE_IDENTITY)?;
    let file = receive(body).await?;
    let rows = shared.reading.run(move || reading::read(&file).map_err(unreadable)).await?;
    let mut tx = shared.app.db.begin(&actor).await?;
    let agencies = Agencies::new(store::agencies(&mut tx).await?);
    let mut list = rules::check(rows, &agencies).map_err(unreadable)?;
    let people = std::mem::take(&mut list.people);
    let taken = refuse_taken(&mut tx, &mut list, &people).await?;
    let people: Vec<Person> = people.into_iter().filter(|person| !taken.contains(&person.row)).collect();
    let made = store::insert_accounts(&mut tx, &people).await?;
    let ids: HashMap<String, i64> = made.into_iter().map(|(id, login)| (login, id)).collect();
    refuse_unmade(&mut list, &people, &ids);
    let done = list.refusals.is_empty() && !query.dry_run;
    let mut invitations = Vec::new();
    if done {
        invitations = invite(&mut tx, &people, &ids, &shared.app.edge.origin(&headers)).await?;
        tx.audit(AuditEntry::new("account.import", "", json!({"accounts": invitations.len()})));
        tx.commit().await?;
    } else {
        tx.rollback().await?;
    }
    Ok(axum::Json(report(list, query.dry_run, invitations, language(&headers))))
}

fn unreadable(reason: crate::kernel::text::Text) -> Error {
    Error::Invalid(reason, Vec::new())
}

/// Reads a body, within bounds.
async fn receive(body: Body) -> Result<Vec<u8>> {
    let mut stream = body.into_data_stream();
    let mut file = Vec::new();
    while let Some(piece) = piece(&mut stream).await? {
        if file.len() + piece.len() > MAX_FILE {
            let most = MAX_FILE >> 20;
            return Err(Error::TooLarge(text(
                format!("文件最大 {most} MiB。"),
                format!("A file may have at most {most} MiB."),
            )));
        }
        file.extend_from_slice(&piece);
    }
    Ok(file)
}

/// Refuses whose login or identity number an account has that the actor sees; gives their rows.
async fn refuse_taken(tx: &mut Tx, list: &mut Checked, people: &[Person]) -> Result<HashSet<u32>> {
    let logins: Vec<String> = people.iter().map(|person| person.draft.login.clone()).collect();
    let citizen_ids: Vec<String> = people.iter().filter_map(|person| person.draft.citizen_id.clone()).collect();
    let accounts = store::taken(tx, &logins, &citizen_ids).await?;
    let by_login: HashSet<&str> = accounts.iter().map(|account| account.login.as_str()).collect();
    let by_citizen_id: HashSet<&str> = accounts.iter().filter_map(|account| account.citizen_id.as_deref()).collect();
    let mut taken = HashSet::new();
    for person in people {
        if by_login.contains(person.draft.login.as_str()) {
            taken.insert(person.row);
            list.refuse(person.row, Field::Login, text("登录名已被使用。", "Another account has this login."));
        }
        if person.draft.citizen_id.as_deref().is_some_and(|id| by_citizen_id.contains(id)) {
            taken.insert(person.row);
            list.refuse(
                person.row,
                Field::CitizenId,
                text("身份证号码已被使用。", "Another account has this identity number."),
            );
        }
    }
    Ok(taken)
}

/// Refuses whom the database didn't take: an account that the actor doesn't see has the login or identity number.
fn refuse_unmade(list: &mut Checked, people: &[Person], made: &HashMap<String, i64>) {
    for person in people.iter().filter(|person| !made.contains_key(&person.draft.login)) {
        list.refuse(
            person.row,
            Field::Login,
            if person.draft.citizen_id.is_some() {
                text("登录名或身份证号码已被使用。", "Another account has this login or identity number.")
            } else {
                text("登录名已被使用。", "Another account has this login.")
            },
        );
    }
}

/// Makes the invitations, and tells the audit of each account as if it were made by itself.
async fn invite(
    tx: &mut Tx,
    people: &[Person],
    ids: &HashMap<String, i64>,
    origin: &str,
) -> Result<Vec<InvitedPerson>> {
    let secrets: Vec<Secret> = people.iter().map(|_| Secret::new(INVITATION_PREFIX)).collect();
    let hashes: Vec<auth::Hash> = secrets.iter().map(|secret| auth::hash(secret.reveal())).collect();
    let accounts: Vec<i64> = people.iter().filter_map(|person| ids.get(&person.draft.login).copied()).collect();
    store::insert_invitations(tx, &hashes, &accounts, INVITATION_HOURS).await?;
    for (person, account) in people.iter().zip(&accounts) {
        let detail = json!({"login": person.draft.login, "agency": person.draft.agency_id});
        tx.audit(AuditEntry::new("account.invite", format!("account {account}"), detail));
    }
    Ok(people
        .iter()
        .zip(&secrets)
        .map(|(person, secret)| InvitedPerson {
            row: person.row,
            name: person.draft.name.clone(),
            login: person.draft.login.clone(),
            agency: person.agency.clone(),
            link: activation_link(origin, secret),
        })
        .collect())
}

fn report(mut list: Checked, dry_run: bool, invitations: Vec<InvitedPerson>, language: Language) -> PeopleReport {
    let place = |refusal: &Refusal| list.columns.iter().position(|column| column.heading == refusal.column);
    list.refusals.sort_by_cached_key(|refusal| (refusal.row, place(refusal)));
    let refused: HashSet<u64> = list.refusals.iter().map(|refusal| refusal.row).collect();
    PeopleReport {
        dry_run,
        columns: list.columns,
        ignored: list.ignored,
        rows: list.rows,
        created: invitations.len(),
        refused: refused.len(),
        refusals: list
            .refusals
            .into_iter()
            .take(MAX_LISTED)
            .map(|refusal| RefusedRow::new(refusal, language))
            .collect(),
        invitations,
        hours: INVITATION_HOURS,
    }
}
