//! Somebody else changed the order in between: theirs, mine and original, field by field.

use heliodesk_wire::merge::{Clash, Outcome};
use heliodesk_wire::money;
use heliodesk_wire::order_field::Field;
use heliodesk_wire::orders::OrderPage;
use leptos::prelude::*;

use super::draft::Draft;
use super::words::words;
use crate::components::{Badge, Button, ButtonLink, Notice, Time, Tone};
use crate::forms::Form;

/// Both changes side by side. Only where both changed a field differently must one be chosen; nothing is saved here.
#[component]
pub(crate) fn Conflict(
    /// The order as it stands, and what it was.
    page: OrderPage,
    /// What was typed.
    draft: Draft,
    /// What they or I changed.
    rows: Vec<Clash>,
    /// The form as it was posted.
    form: Form,
) -> impl IntoView {
    let order = page.order;
    let now = page.now;
    let told = page.original.as_ref().map(|original| {
        let who = original.who.clone().unwrap_or_else(|| "The company’s app".to_owned());
        view! {
            <bdi>{who}</bdi> " saved version " {order.version} ", " <Time at=original.at now/>
            ", while you were editing version " {original.version} ". "
        }
    });
    let open = rows.iter().filter(|row| row.is_open()).count();
    let rest = rows.len() - open;
    let from =
        page.original.as_ref().map_or_else(|| draft.ask.version.clone(), |original| original.version.to_string());
    let shown = |field: Field, value: &Option<String>| {
        words(field, value.as_deref(), &order.fields.currency, &page.owners).unwrap_or_else(|| "none".to_owned())
    };
    // Prices stand in these controls as people type them, since the next step is the review.
    let sent = |field: Field, value: &Option<String>| match (field, value.as_deref().map(str::parse)) {
        (Field::PriceMinor, Some(Ok(minor))) => money::plain(minor, &order.fields.currency),
        _ => value.clone().unwrap_or_default(),
    };
    let lines: Vec<_> = rows
        .iter()
        .map(|row| {
            let [original, theirs, mine] = [&row.original, &row.theirs, &row.mine].map(|value| shown(row.field, value));
            line(row, original, (theirs, sent(row.field, &row.theirs)), (mine, sent(row.field, &row.mine)))
        })
        .collect();
    let discard = format!("/orders/{}", order.number);
    view! {
        <Notice tone=Tone::Warn title="Changed by someone else" alert=true>
            <p>{told} "Nothing you typed is lost, and nothing is saved yet."</p>
        </Notice>
        <form class="panel" method="post" action=format!("{}&step=review", form.action()) aria-labelledby="clash-title">
            <header>
                <h2 id="clash-title">"Theirs, mine and original"</h2>
                <span class="end hint">{clashing(open, rest)}</span>
            </header>
            <input type="hidden" name="ask[order]" value=order.number.clone()/>
            <input type="hidden" name="ask[version]" value=order.version/>
            <input type="hidden" name="ask[reason]" value=draft.ask.reason.clone()/>
            <table class="table clash">
                <caption class="visually-hidden">
                    "Per field: the original, what they saved, what you typed, and what will be reviewed"
                </caption>
                <thead>
                    <tr>
                        <th scope="col">"Field"</th>
                        <th scope="col">{format!("Original, v{from}")}</th>
                        <th scope="col">{format!("Theirs, v{}", order.version)}</th>
                        <th scope="col">"Mine"</th>
                        <th scope="col">"Result"</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
            <div class="savebar">
                <p>{if open == 0 { "No field needs a choice." } else { "Choose where both of you changed a field." }}</p>
                <ButtonLink href=discard quiet=true attr:data-discard="">"Discard mine"</ButtonLink>
                <Button primary=true>"Merge and review"</Button>
            </div>
        </form>
    }
}

/// `2 fields clash, 1 does not`.
fn clashing(open: usize, rest: usize) -> String {
    let fields = if open == 1 { "field clashes" } else { "fields clash" };
    format!("{open} {fields}, {rest} {}", if rest == 1 { "does not" } else { "do not" })
}

/// One field. Values come as words and as they are sent.
fn line(row: &Clash, original: String, theirs: (String, String), mine: (String, String)) -> impl IntoView + use<> {
    let name = format!("ask[{}]", row.field);
    let pick = |(words, sent): (String, String), whose: &'static str| {
        view! {
            <label class="pick">
                <input type="radio" name=name.clone() value=sent required=true/>
                <span class="visually-hidden">{whose}</span>
                " " <bdi>{words}</bdi>
            </label>
        }
        .into_any()
    };
    let unchanged = || view! { <span class="hint">"unchanged"</span> }.into_any();
    let new = |words: String| view! { <ins><bdi>{words}</bdi></ins> }.into_any();
    let kept = view! { <input type="hidden" name=name.clone() value=mine.1.clone()/> };
    let (theirs, mine, result) = match row.outcome() {
        Outcome::Open => (pick(theirs, "theirs:"), pick(mine, "mine:"), ("alert", Tone::Warn, "Choose one")),
        Outcome::Mine => (unchanged(), view! { {new(mine.0)} {kept} }.into_any(), ("check", Tone::Ok, "Keeps mine")),
        Outcome::Theirs => (new(theirs.0), unchanged(), ("check", Tone::Ok, "Keeps theirs")),
        Outcome::Same => (new(theirs.0), new(mine.0), ("check", Tone::Ok, "Both the same")),
    };
    let (icon, tone, words) = result;
    view! {
        <tr>
            <th scope="row">{row.field.label()}</th>
            <td data-label="Original"><bdi>{original}</bdi></td>
            <td data-label="Theirs">{theirs}</td>
            <td data-label="Mine">{mine}</td>
            <td data-label="Result"><Badge icon tone>{words}</Badge></td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::clashing;

    #[test]
    fn how_many_fields_clash_is_said_in_words() {
        assert_eq!(clashing(2, 2), "2 fields clash, 2 do not");
        assert_eq!(clashing(1, 1), "1 field clashes, 1 does not");
        assert_eq!(clashing(0, 3), "0 fields clash, 3 do not");
    }
}
