//! Showing the pipeline.

use std::collections::BTreeMap;

use heliodesk_wire::{
    pipeline::{Column, MoveAsk, Moving, Pipeline, PipelineFilter, Placed, Total},
    stage::Stage,
};
use sqlx::AnyConnection;

use super::{next, refusal};
use crate::{
    access::{Actor, ViewPipeline},
    desk::Desk,
    error::Result,
    orders::{Cards, cards, find, original, owner_told, totals, whose},
    trail::{Change, Entry, PipelineViewed},
};

/// Cards of each stage while all stages are shown.
const FEW: usize = 25;
/// Cards of a page when one stage is shown.
const PAGE: usize = 100;

/// All stages with what they hold together, and the orders that have stood longest in each. `made_from` is the version a
/// refused move was made from, to compare with.
///
/// # Errors
/// When the database does not answer, or the session ended.
#[tracing::instrument(skip_all)]
pub async fn view(actor: &Actor<ViewPipeline>, filter: &PipelineFilter, made_from: Option<i64>) -> Result<Pipeline> {
    let desk = actor.desk();
    let now = desk.clock().now();
    let mut conn = desk.db().read().acquire().await?;
    let whose = whose(&mut conn, filter.owner.as_ref(), actor.presence()?.staff()).await?;
    let install_month = filter.install_month.as_deref().filter(|text| is_month(text));
    let wanted = Cards { whose: &whose, waiting_on: filter.waiting_on, install_month };
    let mut sums: BTreeMap<Stage, Total> = BTreeMap::new();
    for sum in totals(&mut conn, &wanted, filter.stage).await? {
        let total = sums.entry(sum.stage).or_default();
        total.count += sum.count;
        total.watts += sum.watts;
        total.value.push((sum.currency, sum.value));
    }
    let after = match (&filter.after, filter.stage) {
        (Some(number), Some(_)) => find(&mut conn, desk.vault(), number).await?,
        _ => None,
    };
    let after_number = after.as_ref().map(|last| last.order.number.clone());
    let after = after.as_ref().map(|last| (last.order.fields.stage_since, last.order.id.as_str()));
    let most = if filter.stage.is_some() { PAGE } else { FEW };
    let mut columns = Vec::with_capacity(sums.len());
    for (stage, total) in sums {
        let limit = i64::try_from(most + 1).unwrap_or(i64::MAX);
        let mut found = cards(&mut conn, desk.vault(), &wanted, stage, after, limit).await?;
        let more = found.len() > most;
        found.truncate(most);
        let after = found.last().filter(|_| more).map(|last| last.order.number.clone());
        let (person, any) = (actor.presence()?, actor.moves_any()?);
        let placed = found.into_iter().map(|one| Placed {
            refusal: refusal(&one.order, person, any).map(|refusal| refusal.code().to_owned()),
            card: one.card(now),
        });
        columns.push(Column { stage, total, rows: placed.collect(), after });
    }
    let moving = moving(actor, desk, &mut conn, filter, made_from).await?;
    drop(conn);
    let told = [
        ("stage", filter.stage.map(|stage| stage.to_string())),
        ("owner", owner_told(filter.owner.as_ref(), &whose)),
        ("waiting_on", filter.waiting_on.map(|who| who.as_str().to_owned())),
        ("install_month", install_month.map(str::to_owned)),
        ("after", after_number),
        ("order", moving.as_ref().map(|moving| moving.card.number.clone())),
    ];
    // What was asked for, for the trail: nothing that was typed and means nothing here.
    let told = told.into_iter().filter_map(|(name, value)| Some(Change::of(name, None, Some(value?)))).collect();
    let _ = actor.begin().await?.commit(Entry::of(PipelineViewed {}).changes(told)).await?;
    Ok(Pipeline { columns, moving })
}

async fn moving(
    actor: &Actor<ViewPipeline>,
    desk: &Desk,
    conn: &mut AnyConnection,
    filter: &PipelineFilter,
    made_from: Option<i64>,
) -> Result<Option<Moving>> {
    let Some(number) = &filter.moving else { return Ok(None) };
    let Some(found) = find(conn, desk.vault(), number).await? else { return Ok(None) };
    let original = match made_from {
        Some(version) => original(conn, &found.order, version).await?,
        None => None,
    };
    // What a move cannot change is not for everybody who sees the pipeline.
    let original = original.map(|mut original| {
        original.values.retain(|field, _| MoveAsk::MOVES.contains(field));
        original
    });
    let refusal = refusal(&found.order, actor.presence()?, actor.moves_any()?);
    Ok(Some(Moving {
        next: next(&found.order),
        refusal: refusal.map(|refusal| refusal.code().to_owned()),
        original,
        card: found.card(desk.clock().now()),
    }))
}

/// `YYYY-MM`; anything else filters nothing.
fn is_month(text: &str) -> bool {
    let shaped = |(at, byte): (usize, u8)| if at == 4 { byte == b'-' } else { byte.is_ascii_digit() };
    text.len() == 7 && text.bytes().enumerate().all(shaped)
}
