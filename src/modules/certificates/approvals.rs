//! What the system administrator agrees to of certificates and authorities, carried out.

use serde_json::json;

use super::{notices, store};
use crate::{
    kernel::{actor::Actor, db::Tx, error::Result},
    modules::identity::{self, Approval, Wish},
};

/// The requests about certificates and authorities.
pub(super) const APPROVAL: Approval = Approval {
    kinds: &["certificate", "unbind", "authority"],
    carry_out: |tx, wish, by| Box::pin(carry_out(tx, wish, by)),
    put_away: |tx, wish, by| Box::pin(put_away(tx, wish, by)),
};

async fn carry_out(tx: &mut Tx, wish: &Wish, by: &Actor) -> Result<()> {
    let name = by.name();
    match wish {
        Wish::Certificate { account_id, certificate_id, serial, .. } => {
            let there = identity::is_there(tx, *account_id).await?;
            identity::done_or_refusable(there && store::agree_to_certificate(tx, *account_id, *certificate_id).await?)?;
            identity::notify(tx, *account_id, &notices::BOUND, name, json!({"serial": serial})).await
        }
        Wish::Unbind { account_id, certificate_id, .. } => {
            let serial =
                store::unbind(tx, *account_id, *certificate_id, name).await?.ok_or_else(identity::only_refusable)?;
            identity::notify(tx, *account_id, &notices::UNBOUND, name, json!({"serial": serial})).await
        }
        Wish::Authority { authority_id, .. } => {
            identity::done_or_refusable(store::agree_to_authority(tx, *authority_id).await?)
        }
        _ => Err(identity::only_refusable()),
    }
}

async fn put_away(tx: &mut Tx, wish: &Wish, by: &Actor) -> Result<()> {
    let name = by.name();
    match wish {
        Wish::Certificate { account_id, certificate_id, serial, .. } => {
            store::unbind(tx, *account_id, *certificate_id, name).await?;
            identity::notify(tx, *account_id, &notices::REFUSED, name, json!({"serial": serial})).await
        }
        Wish::Authority { authority_id, .. } => {
            store::remove_authority(tx, *authority_id, name).await?;
            Ok(())
        }
        _ => Ok(()),
    }
}
