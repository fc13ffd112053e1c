//! What a change would make of an order, before it is saved.

use heliodesk_wire::order_edit::EditAsk;
use heliodesk_wire::order_field::Field;
use heliodesk_wire::orders::{Order, OrderFields, Owner, Values, system_watts};
use heliodesk_wire::stage::Stage;
use leptos::prelude::*;

use super::draft::Draft;
use super::words::words;
use crate::components::{Area, Button, ButtonLink, Change, Changes, FormProblem, Icon, Tone, kw, money};
use crate::forms::Form;
use crate::problem::field_sentence;

/// Field, old → new; the differences in power and price; the reason; and the way on or back.
#[component]
pub(crate) fn Review(
    /// The order as it stands.
    order: Order,
    /// What was typed.
    draft: Draft,
    /// What would change.
    values: Values,
    /// Names of owners.
    owners: Vec<Owner>,
    /// True when the newest change is taken back, by its link or by hand.
    undo: bool,
    /// The form as it was posted.
    form: Form,
) -> impl IntoView {
    let mut after = order.fields.clone();
    values.iter().for_each(|(field, value)| after.set(*field, value.clone()));
    let changes: Vec<_> = values
        .iter()
        .map(|(field, new)| Change {
            field: field.label().to_owned(),
            old: words(*field, order.fields.value(*field).as_deref(), &order.fields.currency, &owners),
            new: words(*field, new.as_deref(), &after.currency, &owners),
        })
        .collect();
    let count = changes.len();
    let exit = order.fields.stage != after.stage && (after.stage.is_exit() || order.fields.stage.is_exit());
    let needed = exit || undo || draft.wrong.code("reason") == Some("missing");
    let hint = match after.stage {
        _ if undo && !exit => "Taking the newest change back needs a reason.".to_owned(),
        _ if !exit => "Saved as one entry with old and new values.".to_owned(),
        Stage::Lost => "Say why it was lost.".to_owned(),
        stage => format!("{} needs a reason.", if stage.is_exit() { stage.label() } else { "Coming back" }),
    };
    // What takes a change back is named so, from its heading to its button.
    let (title, save, icon) = match undo {
        true => ("Undo last change", "Undo", "undo"),
        false => ("Review changes", "Save changes", "check"),
    };
    let back = format!("{}&step=edit", form.action());
    let discard = format!("/orders/{}", order.number);
    view! {
        <FormProblem problem=draft.problem(&form) labels=vec![("reason", "Reason")]/>
        <form class="panel" id="review" method="post" action=form.action() aria-labelledby="review-title">
            <header><h2 id="review-title">{title}</h2> <span class="end count">{count}</span></header>
            <Kept ask=draft.ask.clone()/>
            <div class="body"><Changes changes/></div>
            <Sums before=order.fields.clone() after/>
            <div class="body stack">
                <Area label="Reason" name="ask[reason]" value=draft.ask.reason.clone() note="for the trail" hint
                    required=needed error=draft.wrong.code("reason").map(field_sentence)/>
            </div>
                <div class="savebar">
                    <p><strong>{count} {if count == 1 { " change" } else { " changes" }}</strong> ", not saved yet"</p>
                    <ButtonLink href=discard quiet=true attr:data-discard="">"Discard"</ButtonLink>
                    <Button attr:formaction=back attr:formnovalidate=true>"Go on editing"</Button>
                    <Button primary=true icon>{save}</Button>
                </div>
        </form>
    }
}

/// Everything typed, so that the next step has it all.
#[component]
fn Kept(ask: EditAsk) -> impl IntoView {
    let fields = Field::ALL.into_iter().filter_map(|field| {
        let text = ask.text(field)?.to_owned();
        Some(view! { <input type="hidden" name=format!("ask[{field}]") value=text/> })
    });
    let fields: Vec<_> = fields.collect();
    view! {
        <input type="hidden" name="ask[order]" value=ask.order/>
        <input type="hidden" name="ask[version]" value=ask.version/>
        {fields}
    }
}

/// What a change does to power and price; nothing where it does nothing to them.
#[component]
pub(super) fn Sums(before: OrderFields, after: OrderFields) -> impl IntoView {
    let signed = |text: String, up: bool| if up { format!("+{text}") } else { text };
    let watts = |fields: &OrderFields| system_watts(fields.panels, fields.watts);
    let (old, new) = (watts(&before), watts(&after));
    let power = (old != new).then(|| {
        let shown = |watts: Option<i64>| watts.map_or_else(|| "none".to_owned(), kw);
        let apart = new.unwrap_or(0) - old.unwrap_or(0);
        row(
            "System",
            shown(old),
            shown(new),
            signed(kw(apart), apart > 0),
            if apart > 0 { Tone::Ok } else { Tone::Warn },
        )
    });
    let prices = (before.price_minor, &before.currency) != (after.price_minor, &after.currency);
    let price = prices.then(|| {
        let apart = after.price_minor - before.price_minor;
        let same = before.currency == after.currency;
        let difference =
            if same { signed(money(apart, &after.currency), apart > 0) } else { "other currency".to_owned() };
        let shown = |fields: &OrderFields| money(fields.price_minor, &fields.currency);
        row("Price", shown(&before), shown(&after), difference, Tone::Warn)
    });
    (power.is_some() || price.is_some()).then(|| view! { <dl class="sums">{power} {price}</dl> })
}

fn row(name: &'static str, old: String, new: String, apart: String, tone: Tone) -> impl IntoView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{old} <Icon name="arrow" size=12/> <strong>{new}</strong></dd>
            <dd><span class=format!("mark {}", tone.class())>{apart}</span></dd>
        </div>
    }
}
