//! A change of an order on its way through the steps of its form: typed, reviewed, in conflict.
//!
//! People type prices in whole units (`24650.00`); what is sent to be saved is `price_minor`. A post that asks for the
//! review carries what was typed, every other one what is to be saved. A post of the first form that goes straight to be
//! saved still carries a price in whole units; its point tells. The form of a change order has no review, so its price is
//! always in whole units.

use axum::body::Bytes;
use heliodesk_desk::orders::consider;
use heliodesk_wire::Fields;
use heliodesk_wire::change_orders::{ChangeOrder, State};
use heliodesk_wire::money;
use heliodesk_wire::order_edit::{Clash, EditAsk, compare};
use heliodesk_wire::order_field::Field;
use heliodesk_wire::orders::{Order, OrderPage, Values};

use crate::forms::Form;
use crate::problem::Problem;
use crate::request::{actor, pairs, query};

/// What was typed so far.
#[derive(Clone)]
pub(crate) struct Draft {
    /// What would be sent to be saved.
    pub(crate) ask: EditAsk,
    /// The price as its control shows it.
    pub(crate) price: String,
    /// The fields that need a change.
    pub(crate) wrong: Fields,
}

/// Which step the page shows.
pub(crate) enum Step {
    /// The form.
    Edit(Draft),
    /// The form, since there is nothing to save.
    Unchanged(Draft),
    /// What would change.
    Review(Draft, Values),
    /// What they changed and what I did.
    Conflict(Draft, Vec<Clash>),
    /// The form of a change order.
    Amend(Draft),
}

impl Draft {
    /// The order as it stands.
    pub(crate) fn stored(order: &Order) -> Self {
        Self::holding(order, order.fields.values())
    }

    /// The newest change taken back.
    pub(crate) fn undo(order: &Order, before: &Values) -> Self {
        let gone = before
            .iter()
            .filter(|(field, value)| **field != Field::StageSince && order.fields.value(**field) != **value);
        Self::holding(order, gone.map(|(field, value)| (*field, value.clone())).collect())
    }

    /// A change order to be written: what the order has, with what its draft says already.
    pub(crate) fn amending(order: &Order, open: Option<&ChangeOrder>) -> Self {
        let mut values = order.fields.values();
        values.retain(|field, _| field.is_commercial());
        let new = open.into_iter().flat_map(|open| &open.changes);
        values.extend(new.map(|(field, _, new)| (*field, new.clone())));
        let mut draft = Self::holding(order, values);
        draft.ask.reason = open.map(|open| open.reason.clone()).unwrap_or_default();
        draft
    }

    /// What the form of a change order posted.
    pub(crate) fn amended(form: &Form, order: &Order) -> Self {
        let mut ask = EditAsk { order: order.number.clone(), ..EditAsk::default() };
        ask.reason = form.typed("reason").unwrap_or_default();
        for field in Field::COMMERCIAL {
            if let Some(text) = form.typed(field.as_str()) {
                ask.put(field, text);
            }
        }
        let mut draft = Self { ask, price: String::new(), wrong: Fields::new() };
        draft.read_price(order);
        draft.refused(form.problem());
        draft
    }

    fn refused(&mut self, problem: Option<&Problem>) {
        let fields = problem.iter().flat_map(|problem| &problem.fields);
        fields.for_each(|(field, code)| self.wrong.add(field, code));
    }

    /// The refusal to tell above the form: its post's own, or what was found wrong before it was posted to be saved.
    pub(crate) fn problem(&self, form: &Form) -> Option<Problem> {
        let found = || Problem { fields: self.wrong.0.clone(), ..Problem::new("invalid") };
        form.problem().cloned().or_else(|| (!self.wrong.is_empty()).then(found))
    }

    fn holding(order: &Order, values: Values) -> Self {
        let mut ask = EditAsk { order: order.number.clone(), version: order.version.to_string(), ..EditAsk::default() };
        for (field, value) in values {
            ask.put(field, value.unwrap_or_default());
        }
        ask.stage_since = None;
        let mut draft = Self { ask, price: String::new(), wrong: Fields::new() };
        draft.price = draft.shown_price(order);
        draft
    }

    /// What a form of this page posted.
    pub(crate) fn posted(form: &Form, order: &Order) -> Self {
        let mut ask = EditAsk {
            order: order.number.clone(),
            version: form.typed("version").unwrap_or_default(),
            reason: form.typed("reason").unwrap_or_default(),
            ..EditAsk::default()
        };
        for field in Field::ALL {
            if let Some(text) = form.typed(field.as_str()) {
                ask.put(field, text);
            }
        }
        let mut draft = Self { ask, price: String::new(), wrong: Fields::new() };
        if form.step() == Some("review") {
            draft.read_price(order);
        } else {
            draft.price = draft.shown_price(order);
        }
        draft.refused(form.problem());
        if !form.refused() {
            let wrong = draft.ask.parse().err().unwrap_or_default();
            wrong.0.iter().for_each(|(field, code)| draft.wrong.add(field, code));
        }
        draft
    }

    fn currency(&self, order: &Order) -> String {
        let typed = self.ask.currency.as_deref().map(|text| text.trim().to_uppercase());
        typed.filter(|text| !text.is_empty()).unwrap_or_else(|| order.fields.currency.clone())
    }

    /// Turns a typed price into minor units.
    fn read_price(&mut self, order: &Order) {
        let Some(typed) = self.ask.price_minor.take() else {
            self.price = self.shown_price(order);
            return;
        };
        match money::typed(&typed, &self.currency(order)) {
            Ok(minor) => self.ask.price_minor = Some(minor.to_string()),
            Err(code) => self.wrong.add("price_minor", code),
        }
        self.price = typed;
    }

    fn shown_price(&self, order: &Order) -> String {
        let text = self.ask.price_minor.clone().unwrap_or_else(|| order.fields.price_minor.to_string());
        text.trim().parse().map_or(text, |minor| money::plain(minor, &self.currency(order)))
    }

    /// The values that would be saved; none while a field other than the reason cannot be read.
    fn values(&self) -> Option<Values> {
        EditAsk { reason: String::new(), ..self.ask.clone() }.parse().ok().map(|edit| edit.set)
    }
}

/// A form's body as its function takes it, and as its page shows it again.
pub(crate) fn as_sent(function: &str, body: Bytes) -> (Bytes, Bytes) {
    match function {
        "orders/edit" => {
            let sent = in_minor_units(&body, |price| price.contains(['.', ',']));
            (sent.clone(), sent)
        }
        AMEND => (in_minor_units(&body, |_| true), body),
        _ => (body.clone(), body),
    }
}

/// The body of a form with a price in whole units (`24650.00`), if it is one, turned into minor ones.
fn in_minor_units(body: &Bytes, is_whole: impl Fn(&str) -> bool) -> Bytes {
    const PRICE: &str = "ask[price_minor]";
    let text = String::from_utf8_lossy(body);
    let fields = pairs(&text);
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim());
    let price = field(PRICE);
    let Ok(minor) = money::typed(price, &field("ask[currency]").to_uppercase()) else { return body.clone() };
    if !is_whole(price) {
        return body.clone();
    }
    let is_price = |pair: &str| pairs(pair).first().is_some_and(|(key, _)| key == PRICE);
    let with = |pair: &str| if is_price(pair) { format!("{PRICE}={minor}") } else { pair.to_owned() };
    text.split('&').map(with).collect::<Vec<_>>().join("&").into()
}

/// The function that writes change orders.
pub(crate) const AMEND: &str = "change-orders/draft";

/// The form of a change order, where it was posted or asked for and can be written.
pub(crate) fn amend(edit: &Form, page: &OrderPage) -> Option<Step> {
    let form = Form::of(AMEND);
    let asked = query("change").is_some() && !edit.refused() && edit.step().is_none();
    let open = page.change_orders.iter().find(|one| one.state.is_open());
    if form.refused() || form.step().is_some() {
        return Some(Step::Amend(Draft::amended(&form, &page.order)));
    }
    let can = page.order.is_sold() && open.is_none_or(|open| open.state == State::Draft);
    (asked && can).then(|| Step::Amend(Draft::amending(&page.order, open)))
}

/// A review with what saving would refuse told before; any other step as it is.
///
/// # Errors
/// When the order cannot be read any more.
pub(crate) async fn considered((step, status): (Step, u16), page: &OrderPage) -> Result<(Step, u16), Problem> {
    let Step::Review(mut draft, values) = step else { return Ok((step, status)) };
    let refused = match consider(&actor().await?, &draft.ask).await {
        Ok(()) => return Ok((Step::Review(draft, values), status)),
        Err(error) => Problem::from(error),
    };
    if refused.code == "stale_version" {
        return Ok((conflict(draft, page), 409));
    }
    if refused.code != "invalid" {
        return Err(refused);
    }
    // The reason is asked for in the review itself.
    let fields = refused.fields.iter().filter(|(field, code)| (field.as_str(), code.as_str()) != ("reason", "missing"));
    fields.for_each(|(field, code)| draft.wrong.add(field, code));
    Ok(match draft.wrong.0.keys().all(|field| field == "reason") {
        true if draft.wrong.is_empty() => (Step::Review(draft, values), status),
        true => (Step::Review(draft, values), 422),
        false => (Step::Edit(draft), 422),
    })
}

/// Decides what the page shows, with the status of its answer.
pub(crate) fn step(form: &Form, undo: bool, page: &OrderPage) -> (Step, u16) {
    let order = &page.order;
    let code = form.problem().map(|problem| problem.code.as_ref());
    if code.is_none() && form.step().is_none() {
        let before = page.before.as_ref().filter(|_| undo);
        let step = before
            .map_or_else(|| Step::Edit(Draft::stored(order)), |before| reviewed(Draft::undo(order, before), page));
        return (step, 200);
    }
    let draft = Draft::posted(form, order);
    let only_reason = draft.wrong.0.keys().all(|field| field == "reason");
    match (code, form.step()) {
        (Some("stale_version"), _) => (conflict(draft, page), 409),
        (Some("invalid"), _) if only_reason => (reviewed(draft, page), 422),
        (Some(_), _) => (Step::Edit(draft), 200),
        (None, Some("review")) if !only_reason => (Step::Edit(draft), 422),
        (None, Some("review")) if draft.ask.version.trim() != order.version.to_string() => (conflict(draft, page), 409),
        (None, Some("review")) => (reviewed(draft, page), 200),
        (None, _) => {
            let draft = Draft { wrong: Fields::new(), ..draft };
            (Step::Edit(draft), 200)
        }
    }
}

fn reviewed(draft: Draft, page: &OrderPage) -> Step {
    let stored = page.order.fields.values();
    match draft.values() {
        Some(mut values) => {
            values.retain(|field, value| stored.get(field) != Some(value));
            if values.is_empty() { Step::Unchanged(draft) } else { Step::Review(draft, values) }
        }
        None => Step::Edit(draft),
    }
}

fn conflict(draft: Draft, page: &OrderPage) -> Step {
    let theirs = page.order.fields.values();
    let original = page.original.as_ref().map_or(&theirs, |original| &original.values);
    match draft.values() {
        Some(mine) => Step::Conflict(draft, compare(original, &theirs, &mine)),
        None => Step::Edit(draft),
    }
}
