//! Showing the pipeline.

use heliodesk_wire::{
    OrderNo,
    order_field::Field,
    orders::Values,
    pipeline::{AWAY, Column, LANES, Lane, MoveAsk, Moved, Moving, Pipeline, PipelineFilter, Placed, Stale, Total},
    stage::Stage,
};
use sqlx::AnyConnection;

use super::{charts, next, refusal};
use crate::{
    access::{Actor, ViewPipeline},
    clock::MINUTE,
    desk::Desk,
    error::Result,
    orders::{
        Joined, Slice, Sum, Usual, cards, cities, city_told, find, newest_change, original, owner_told, owners, past,
        places, sums, totals, whose,
    },
    trail::{Change, Entry, PipelineViewed},
};

/// Cards of a column, of one that goes on, and rows of the table.
const FEW: usize = 6;
const MORE: usize = 24;
const PAGE: usize = 50;
/// Cities offered by name; every other one can be typed.
const CITIES: usize = 200;
/// How long a move can be taken back with one press, in milliseconds.
const JUST_NOW: i64 = 10 * MINUTE;

/// The board, or the table of the same filter, and the charts. `made_from` is the version a refused move was made from, to
/// compare with.
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
    let city = match &filter.city {
        Some(city) => Some(city_told(&mut conn, city).await?),
        None => None,
    };
    let slice = Slice {
        whose: &whose,
        city: filter.city.as_deref().unwrap_or_default(),
        waiting_on: filter.waiting_on,
        install_month: install_month.unwrap_or_default(),
        band: filter.value,
    };
    let usual = Usual::read(&mut conn, None).await?;
    let counted = totals(&mut conn, whose.counted_as()).await?;
    let mut reading = Reading { actor, slice, stale: filter.stale, usual, now, counted: &counted, conn: &mut conn };

    let after = match &filter.after {
        Some(number) => find(reading.conn, desk.vault(), number).await?,
        None => None,
    };
    let after_number = after.as_ref().map(|last| last.order.number.clone());
    let after = after.as_ref().map(|last| (last.order.fields.stage_since, last.order.id.as_str()));
    let shown = lanes(filter.stage);
    let mut columns = Vec::with_capacity(shown.len());
    if filter.table {
        let stages: Vec<Stage> = shown.iter().flat_map(|(_, stages)| stages).copied().collect();
        columns.push(reading.column("table", "Orders", &stages, after, PAGE).await?);
    } else {
        for (lane, stages) in shown {
            let goes_on = filter.column == Some(lane);
            let (after, most) = if goes_on { (after, MORE) } else { (None, FEW) };
            columns.push(reading.column(lane.name, lane.label, &stages, after, most).await?);
        }
    }
    if let Some(number) = &filter.moved {
        reading.keep_in_sight(number, &mut columns).await?;
    }
    let mut total = Total::default();
    columns.iter().for_each(|column| total.add(&column.total));
    let stale = reading.stale(filter.stage).await?;
    let away = if reading.slice.is_counted() && filter.stale.is_none() { away(&counted) } else { Vec::new() };

    let funnel = charts::funnel(&mut conn, whose.counted_as(), now).await?;
    let months = charts::value(&mut conn, whose.counted_as(), &counted, now).await?;
    let (owners, cities) = (owners(&mut conn).await?, cities(&mut conn, CITIES).await?);
    let moving = moving(actor, desk, &mut conn, filter, made_from).await?;
    let moved = moved(actor, desk, &mut conn, filter).await?;
    drop(conn);
    let told = [
        ("stage", filter.stage.map(|stage| stage.to_string())),
        ("owner", owner_told(filter.owner.as_ref(), &whose)),
        ("city", city),
        ("waiting_on", filter.waiting_on.map(|who| who.as_str().to_owned())),
        ("stale", filter.stale.map(|stale| stale.as_str().to_owned())),
        ("value", filter.value.map(|band| band.as_str().to_owned())),
        ("install_month", install_month.map(str::to_owned)),
        ("after", after_number),
        ("order", moving.as_ref().map(|moving| moving.card.number.clone())),
    ];
    // What was asked for, for the trail: nothing that was typed and means nothing here.
    let told = told.into_iter().filter_map(|(name, value)| Some(Change::of(name, None, Some(value?)))).collect();
    let _ = actor.record(Entry::of(PipelineViewed {}).changes(told)).await?;
    Ok(Pipeline { columns, total, stale, away, owners, cities, funnel, months, moving, moved })
}

/// The columns of the board with their stages; of one stage, the column it is in with nothing else in it.
fn lanes(stage: Option<Stage>) -> Vec<(Lane, Vec<Stage>)> {
    match stage {
        Some(stage) => Lane::of(stage).into_iter().map(|lane| (lane, vec![stage])).collect(),
        None => LANES.into_iter().map(|lane| (lane, lane.stages.to_vec())).collect(),
    }
}

/// How many orders are done, paused or gone.
fn away(counted: &[Sum]) -> Vec<(Stage, i64)> {
    let stages = AWAY.into_iter().flat_map(|lane| lane.stages).copied();
    let orders = |stage: Stage| counted.iter().filter(|sum| sum.stage == stage).map(|sum| sum.count).sum();
    stages.map(|stage| (stage, orders(stage))).collect()
}

/// What columns are read with.
struct Reading<'a> {
    actor: &'a Actor<ViewPipeline>,
    slice: Slice<'a>,
    stale: Option<Stale>,
    usual: Usual,
    now: i64,
    /// The running totals of the owner who is asked for.
    counted: &'a [Sum],
    conn: &'a mut AnyConnection,
}

impl Reading<'_> {
    /// When orders must have come to a stage at the latest; none where none fits.
    fn until(&self, stage: Stage) -> Option<i64> {
        self.stale.map_or(Some(i64::MAX), |stale| self.usual.since(stage, stale, self.now))
    }

    /// What some stages hold together, and the orders that have stood there longest.
    async fn column(
        &mut self,
        name: &str,
        label: &str,
        stages: &[Stage],
        after: Option<(i64, &str)>,
        most: usize,
    ) -> Result<Column> {
        let mut total = Total::default();
        let (mut found, mut end) = (Vec::new(), None);
        let limit = i64::try_from(most + 1).unwrap_or(i64::MAX);
        for &stage in stages {
            let Some(until) = self.until(stage) else { continue };
            total.add(&self.total(stage, until).await?);
            let (some, reached) = places(self.conn, &self.slice, stage, after, until, limit).await?;
            found.extend(some);
            end = end.into_iter().chain(reached).min();
        }
        found.sort();
        // What another stage holds beyond the place where one was left off comes with the next page.
        found.retain(|place| end.as_ref().is_none_or(|end| place <= end));
        let more = found.len() > most;
        found.truncate(most);
        let ids: Vec<String> = found.into_iter().map(|(_, id)| id).collect();
        let desk = self.actor.desk();
        let found = cards(self.conn, desk.vault(), &ids).await?;
        let rows: Vec<Placed> = found.into_iter().map(|one| self.placed(one)).collect::<Result<_>>()?;
        let after = match (rows.last(), end) {
            (Some(last), _) if more => Some(last.card.number.clone()),
            (_, Some((_, id))) => cards(self.conn, desk.vault(), &[id]).await?.pop().map(|last| last.order.number),
            _ => None,
        };
        Ok(Column { name: name.to_owned(), label: label.to_owned(), total, rows, after })
    }

    fn placed(&self, one: Joined) -> Result<Placed> {
        let refusal = refusal(&one.order, self.actor.presence()?, self.actor.moves_any()?);
        let refusal = refusal.map(|refusal| refusal.code().to_owned());
        let before = one.order.stage_before.filter(|_| refusal.is_none());
        let card = one.card(self.now);
        Ok(Placed { stale: self.usual.times(card.stage, card.days), before, refusal, card })
    }

    /// An order that was moved just now stands shortest in its stage, so last in its column: it is shown on top, where
    /// whoever moved it looks for it.
    async fn keep_in_sight(&mut self, number: &OrderNo, columns: &mut [Column]) -> Result<()> {
        let Some(found) = find(self.conn, self.actor.desk().vault(), number).await? else { return Ok(()) };
        let lane = Lane::of(found.order.fields.stage).map(|lane| lane.name);
        let Some(column) = columns.iter_mut().find(|column| Some(&*column.name) == lane) else { return Ok(()) };
        if column.rows.iter().all(|row| row.card.number != number.as_str()) {
            column.rows.insert(0, self.placed(found)?);
        }
        Ok(())
    }

    /// What a stage holds: from the running totals where they tell it, else summed up.
    async fn total(&mut self, stage: Stage, until: i64) -> Result<Total> {
        let (sums, more) = if self.slice.is_counted() && self.stale.is_none() {
            (self.counted.iter().filter(|sum| sum.stage == stage).cloned().collect(), false)
        } else {
            sums(self.conn, &self.slice, stage, until).await?
        };
        let mut total = Total { more, ..Total::default() };
        for sum in sums {
            let value = vec![(sum.currency, sum.value)];
            total.add(&Total { count: sum.count, more: false, watts: sum.watts, value });
        }
        Ok(total)
    }

    /// How many orders that the filter leaves are stale, and whether there are more.
    async fn stale(&mut self, stage: Option<Stage>) -> Result<(i64, bool)> {
        let (mut count, mut more) = (0, false);
        for stage in lanes(stage).into_iter().flat_map(|(_, stages)| stages) {
            let stale = self.stale.unwrap_or(Stale::Once);
            let Some(until) = self.usual.since(stage, stale, self.now) else { continue };
            let (sums, goes_on) = sums(self.conn, &self.slice, stage, until).await?;
            count += sums.iter().map(|sum| sum.count).sum::<i64>();
            more |= goes_on;
        }
        Ok((count, more))
    }
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

/// The move of an order that this person made just now.
async fn moved(
    actor: &Actor<ViewPipeline>,
    desk: &Desk,
    conn: &mut AnyConnection,
    filter: &PipelineFilter,
) -> Result<Option<Moved>> {
    let Some(number) = &filter.moved else { return Ok(None) };
    let Some(found) = find(conn, desk.vault(), number).await? else { return Ok(None) };
    let (order, person) = (&found.order, actor.presence()?);
    let Some((values, by, at)) = newest_change(conn, order).await? else { return Ok(None) };
    let mine = by.as_deref() == Some(person.staff()) && desk.clock().now() - at < JUST_NOW;
    let to = order.fields.stage;
    // A signed order is no longer moved: it is put back on its own page.
    let may = refusal(order, person, true).is_none();
    let stage = |values: &Values| values.get(&Field::Stage).cloned().flatten();
    let earlier = past(conn, order, order.version - 2).await?;
    let from = stage(&values).and_then(|stage| stage.parse::<Stage>().ok());
    let returned = earlier.is_some_and(|earlier| stage(&earlier).as_deref() == Some(to.as_str()));
    let moved = |from| Moved {
        returned,
        back: !returned && may && next(order).contains(&from),
        number: order.number.clone(),
        version: order.version,
        from,
        to,
    };
    Ok(from.filter(|from| mine && *from != to).map(moved))
}

/// `YYYY-MM`; anything else filters nothing.
fn is_month(text: &str) -> bool {
    let shaped = |(at, byte): (usize, u8)| if at == 4 { byte == b'-' } else { byte.is_ascii_digit() };
    text.len() == 7 && text.bytes().enumerate().all(shaped)
}
