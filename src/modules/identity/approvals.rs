//! What a second administrator has agreed to, carried out; and what is left of a request that was refused.

use futures::future::BoxFuture;
use serde_json::json;

use super::{
    model::{Contact, Wish},
    notices, store,
};
use crate::kernel::{
    actor::Actor,
    db::Tx,
    error::{Error, Result},
    text::text,
};

/// What of a request has to be done.
type Carry = for<'a> fn(&'a mut Tx, &'a Wish, &'a Actor) -> BoxFuture<'a, Result<()>>;

/// Requests that a module carries out: what they ask for is its own.
#[derive(Clone, Copy)]
pub struct Approval {
    /// The kinds of the requests.
    pub kinds: &'static [&'static str],
    /// Does what is asked for, once another administrator agrees. 409 where it can't be done any more.
    pub carry_out: Carry,
    /// Takes back what was kept for it, once it is refused.
    pub put_away: Carry,
}

/// The requests about accounts, posts and roles.
pub(super) const OWN: Approval = Approval {
    kinds: &["holding", "role", "reset", "state", "contact", "end_holding", "close_post"],
    carry_out: |tx, wish, by| Box::pin(carry_out(tx, wish, by)),
    put_away: |tx, wish, by| Box::pin(put_away(tx, wish, by)),
};

/// That a request can only be refused.
#[must_use]
pub fn only_refusable() -> Error {
    Error::Conflict(text(
        "申请的对象已变动或不在您的辖区内，只能驳回。",
        "What the request is about has changed or isn't in your scope: it can only be refused.",
    ))
}

/// That it was done, or can only be refused.
///
/// # Errors
/// 409 where it wasn't done.
pub fn done_or_refusable(done: bool) -> Result<()> {
    if done { Ok(()) } else { Err(only_refusable()) }
}

/// Whether an account is there that hasn't left.
///
/// # Errors
/// When the database refuses.
pub async fn is_there(tx: &mut Tx, account: i64) -> Result<bool> {
    Ok(store::account(tx, account).await?.is_some_and(|known| known.state != "left"))
}

/// Does what a request asks for, now that another administrator agrees.
///
/// # Errors
/// 409 where it can't be done any more.
async fn carry_out(tx: &mut Tx, wish: &Wish, by: &Actor) -> Result<()> {
    let name = by.name();
    match wish {
        Wish::Holding { account_id, .. } => {
            if !is_there(tx, *account_id).await? {
                return Err(Error::Conflict(text(
                    "该人员已离职，只能驳回。",
                    "They have left: the request can only be refused.",
                )));
            }
            store::insert_holding(tx, wish, name).await.map(drop)
        }
        Wish::Role { code, added, removed, .. } => {
            store::add_permissions(tx, code, added, name).await.map_err(separate)?;
            store::remove_permissions(tx, code, removed, name).await
        }
        Wish::Reset { account_id, .. } => done_or_refusable(is_there(tx, *account_id).await?),
        Wish::State { account_id, state, .. } => {
            let there = is_there(tx, *account_id).await?;
            done_or_refusable(there && store::set_state(tx, *account_id, state).await?)
        }
        Wish::Contact { account_id, after, .. } => {
            let Contact { agency_id, name, phone, email } = after;
            let region = store::agency_region(tx, *agency_id).await?.ok_or_else(only_refusable)?;
            let (phone, email) = (phone.as_deref(), email.as_deref());
            done_or_refusable(store::update_account(tx, *account_id, (*agency_id, region), name, phone, email).await?)
        }
        Wish::EndHolding { holding_id, .. } => done_or_refusable(store::end_holding(tx, *holding_id).await?.is_some()),
        Wish::ClosePost { post_id, .. } => done_or_refusable(store::close_post(tx, *post_id).await?),
        Wish::Certificate { .. } | Wish::Unbind { .. } | Wish::Authority { .. } => Err(only_refusable()),
    }
}

/// Takes back what was kept for a request that is refused, and tells the holder of the account that it was about.
///
/// # Errors
/// When the database refuses.
async fn put_away(tx: &mut Tx, wish: &Wish, by: &Actor) -> Result<()> {
    let name = by.name();
    match wish {
        Wish::Reset { account_id, .. } => {
            notices::notify(tx, *account_id, &notices::RESET_REFUSED, name, json!({})).await
        }
        _ => Ok(()),
    }
}

/// The database keeps the administrators' rights apart from all others.
fn separate(error: Error) -> Error {
    if error.database().is_some_and(sqlx::error::DatabaseError::is_check_violation) {
        return Error::Conflict(text(
            "三员权限须分离：管理员角色不得带业务权限，其他角色不得带管理员权限。",
            "The administrators' rights are kept apart: their roles carry nothing of the business, and no other role carries theirs.",
        ));
    }
    error
}
