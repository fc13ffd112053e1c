//! The company's texts for notes: added and removed in a dialog, the same for every customer.

use heliodesk_wire::notes::Snippet;
use leptos::prelude::*;

use crate::components::{Area, Button, Dialog, Field};
use crate::forms::Form;

/// The dialog **Company texts**.
#[component]
pub(super) fn SnippetDialog(snippets: Vec<Snippet>) -> impl IntoView {
    let form = Form::of("snippets/write");
    let here = form.refused();
    let rows: Vec<_> = snippets
        .into_iter()
        .map(|snippet| {
            let name = format!("Remove ::{}", snippet.name);
            view! {
                <li>
                    <b class="code">{format!("::{}", snippet.name)}</b>
                    <form method="post" action=Form::of("snippets/remove").action()>
                        <input type="hidden" name="ask[name]" value=snippet.name/>
                        <Button quiet=true small=true square=true icon="cross" attr:aria-label=name attr:title="Remove"/>
                    </form>
                    <p><bdi>{snippet.text}</bdi></p>
                </li>
            }
        })
        .collect();
    view! {
        <Dialog
            id="snippets"
            title="Company texts"
            lede="Type ::name in a note, or press its button, and the text stands there. Changes are recorded in full."
            attr:open=here
        >
            <ul class="snippet-list">{rows}</ul>
            <form method="post" action=form.action()>
                <div class="body">
                    <Field label="Name" name="ask[name]" id="snippet-name" first=true value=form.value("name", "")
                        error=form.error("name") hint="A letter, then letters, digits and hyphens" required=true
                        maxlength=40/>
                    <Area label="Text" name="ask[text]" id="snippet-text" value=form.value("text", "")
                        error=form.error("text") required=true maxlength=1000/>
                </div>
                <footer><Button primary=true icon="note">"Add text"</Button></footer>
            </form>
        </Dialog>
    }
    .into_any()
}
