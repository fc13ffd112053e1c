//! The pipeline: all orders by stage, with exactly the columns sales may see, and moving a presold order.

mod charts;
mod moved;
#[cfg(test)]
mod tests;
mod view;

pub use moved::move_order;
pub use view::view;

use heliodesk_wire::stage::Stage;

use crate::{access::Presence, error::Refusal, orders::Order};

/// Why this person may not move an order they see; nothing when they may.
fn refusal(order: &Order, person: &Presence, moves_any: bool) -> Option<Refusal> {
    let mine = order.fields.owner.as_deref().is_none_or(|owner| owner == person.email);
    if !moves_any && !mine {
        Some(Refusal::NotYours)
    } else if !order.fields.stage.is_presold(order.stage_before) {
        Some(Refusal::NotPresold)
    } else {
        None
    }
}

/// Where a move may lead: where it stands, and what may follow.
fn next(order: &Order) -> Vec<Stage> {
    let stage = order.fields.stage;
    std::iter::once(stage).chain(stage.next(order.stage_before).filter(|to| to.is_move_target())).collect()
}
