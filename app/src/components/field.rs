//! Label, control, hint and error. A control never loses what was typed; its mistake stands right under it.

use leptos::prelude::*;

use super::{Icon, Words};
use crate::problem::Problem;

/// What stands under a control, and the ids that tie it to the control.
struct Notes {
    described: Option<String>,
    view: AnyView,
}

/// The hint, the stored value where it was changed, and the error of one control.
fn notes(id: &str, hint: Words, was: Words, error: Words, locked: Option<&'static str>) -> Notes {
    let (Words(hint), Words(was), Words(error)) = (hint, was, error);
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let ids =
        [hint.as_ref().map(|_| hint_id.clone()), error.as_ref().map(|_| error_id.clone()), locked.map(str::to_owned)];
    let described = ids.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let hint = hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> });
    let was = was.map(|was| view! { <p class="was">"was " <bdi>{was}</bdi></p> });
    let error = error.map(|error| {
        view! { <p class="error" id=error_id><Icon name="alert" size=14/><span>{error}</span></p> }
    });
    Notes { described: Some(described).filter(|ids| !ids.is_empty()), view: view! { {was} {hint} {error} }.into_any() }
}

/// A control's id: given, or made from its field name.
fn id_of(id: Words, name: &str) -> String {
    id.0.unwrap_or_else(|| format!("f-{}", name.trim_start_matches("ask[").trim_end_matches(']')))
}

/// The label of a control, with a smaller note beside it.
#[component]
fn Label(id: String, label: String, note: Words) -> impl IntoView {
    view! { <label r#for=id>{label} " " {note.0.map(|note| view! { <small>{note}</small> })}</label> }
}

/// A one-line control. `name` is the whole name, such as `ask[panels]`.
#[component]
pub fn Field(
    /// The label.
    #[prop(into)]
    label: String,
    /// The control's name.
    #[prop(into)]
    name: String,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// The control's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// Its id, where two forms of a page have the same field.
    #[prop(optional, into)]
    id: Words,
    /// A smaller note beside the label.
    #[prop(optional, into)]
    note: Words,
    /// What it is for, how to write it.
    #[prop(optional, into)]
    hint: Words,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Words,
    /// The stored value, when the control holds another.
    #[prop(optional, into)]
    was: Words,
    /// The unit after it.
    #[prop(optional, into)]
    unit: Words,
    /// True when it must be filled.
    #[prop(optional)]
    required: bool,
    /// True when it can be read only; the hint says why.
    #[prop(optional)]
    readonly: bool,
    /// Which keyboard a phone shows.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Longest text, in characters.
    #[prop(optional)]
    maxlength: Option<u32>,
    /// True to take a whole row among `.fields`.
    #[prop(optional)]
    wide: bool,
    /// True to take two columns among `.fields`: for texts.
    #[prop(optional)]
    broad: bool,
    /// True to have the focus when its page or dialog opens; a control with a mistake has it anyway.
    #[prop(optional)]
    first: bool,
    /// The id of the words that say why it cannot be changed, where it is disabled.
    #[prop(optional_no_strip)]
    locked: Option<&'static str>,
) -> impl IntoView {
    let id = id_of(id, &name);
    let changed = was.0.is_some().then_some("");
    let invalid = error.0.is_some().then_some("true");
    let notes = notes(&id, hint, was, error, locked);
    let input = view! {
        <input
            id=id.clone()
            name=name
            r#type=kind
            value=value
            required=required
            readonly=readonly
            disabled=locked.is_some()
            inputmode=inputmode
            autocomplete=autocomplete
            maxlength=maxlength.map(|most| most.to_string())
            autofocus=first || invalid.is_some()
            aria-invalid=invalid
            aria-describedby=notes.described
        />
    };
    let class = match (wide, broad) {
        (true, _) => "field wide",
        (_, true) => "field broad",
        _ => "field",
    };
    let control = match unit.0 {
        Some(unit) => view! { <div class="affix">{input} <span>{unit}</span></div> }.into_any(),
        None => input.into_any(),
    };
    view! {
        <div class=class data-changed=changed>
            <Label id label note/>
            {control}
            {notes.view}
        </div>
    }
}

/// What a text area holds, as HTML: the framework writes the inside of this one element as it is. The first line end is
/// not part of the text (HTML, "the textarea element"), so that one that was typed is kept.
fn held(text: &str) -> String {
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;"))
}

/// A control of several lines; the only text area that holds anything when a page is sent.
#[component]
pub fn Area(
    /// The label.
    #[prop(into)]
    label: String,
    /// The control's name.
    #[prop(into)]
    name: String,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// Its id, where two forms of a page have the same field.
    #[prop(optional, into)]
    id: Words,
    /// A smaller note beside the label.
    #[prop(optional, into)]
    note: Words,
    /// What it is for.
    #[prop(optional, into)]
    hint: Words,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Words,
    /// True when it must be filled.
    #[prop(optional)]
    required: bool,
    /// The form it belongs to, when it stands outside of it.
    #[prop(optional)]
    form: Option<&'static str>,
    /// Longest text, in characters.
    #[prop(default = 500)]
    maxlength: u32,
    /// The stored value, when the control holds another.
    #[prop(optional, into)]
    was: Words,
    /// The id of the words that say why it cannot be changed, where it is disabled.
    #[prop(optional_no_strip)]
    locked: Option<&'static str>,
    /// True to have the focus when its dialog opens; a control with a mistake has it anyway.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    let id = id_of(id, &name);
    let changed = was.0.is_some().then_some("");
    let invalid = error.0.is_some().then_some("true");
    let notes = notes(&id, hint, was, error, locked);
    view! {
        <div class="field wide" data-changed=changed>
            <Label id=id.clone() label note/>
            <textarea
                id=id
                name=name
                rows="2"
                form=form
                required=required
                disabled=locked.is_some()
                maxlength=maxlength.to_string()
                autofocus=first || invalid.is_some()
                aria-invalid=invalid
                aria-describedby=notes.described
            >
                {held(&value)}
            </textarea>
            {notes.view}
        </div>
    }
}

/// One of a list: a labelled `select`. Options are value and words.
#[component]
pub fn Choice(
    /// The label.
    #[prop(into)]
    label: String,
    /// The control's name.
    #[prop(into)]
    name: String,
    /// Value and words, in order.
    options: Vec<(String, String)>,
    /// The chosen value.
    #[prop(optional, into)]
    value: String,
    /// Its id, where two forms of a page have the same field.
    #[prop(optional, into)]
    id: Words,
    /// What it is for.
    #[prop(optional, into)]
    hint: Words,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Words,
    /// The stored choice in words, when the control holds another.
    #[prop(optional, into)]
    was: Words,
    /// True when it must be chosen.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    let id = id_of(id, &name);
    let changed = was.0.is_some().then_some("");
    let invalid = error.0.is_some().then_some("true");
    let notes = notes(&id, hint, was, error, None);
    let options: Vec<_> = options
        .into_iter()
        .map(|(key, words)| {
            let selected = key == value;
            view! { <option value=key selected=selected>{words}</option> }
        })
        .collect();
    view! {
        <div class="field" data-changed=changed>
            <Label id=id.clone() label note=Words::default()/>
            <select
                id=id
                name=name
                required=required
                autofocus=invalid.is_some()
                aria-invalid=invalid
                aria-describedby=notes.described
            >
                {options}
            </select>
            {notes.view}
        </div>
    }
}

/// Where a script puts what is wrong: under the control of that name or, without a name, above all.
#[component]
pub fn Mistake(
    /// Its id, for the control's description.
    #[prop(into)]
    id: String,
    /// The field as the functions name it.
    #[prop(default = "")]
    name: &'static str,
    /// What the server has said already.
    #[prop(optional, into)]
    words: Words,
) -> impl IntoView {
    let hidden = words.0.is_none();
    view! {
        <p class="error" id=id data-error=name hidden=hidden role="alert">
            <Icon name="alert" size=14/><span>{words.0}</span>
        </p>
    }
    .into_any()
}

/// The refusal of a form, above its controls: what happened, and links to the fields that need a change.
#[component]
pub fn FormProblem(
    /// The refusal, if there is one.
    problem: Option<Problem>,
    /// Field name and label, for the links; a field of another form is named without a link.
    #[prop(optional)]
    labels: Vec<(&'static str, &'static str)>,
) -> impl IntoView {
    problem.map(|problem| {
        let meaning = problem.meaning();
        let fields: Vec<_> = labels
            .into_iter()
            .filter_map(|(name, label)| {
                let sentence = problem.field(name)?;
                Some(view! { <li><a href=format!("#f-{name}")>{format!("{label}: {sentence}")}</a></li> })
            })
            .collect();
        let incident = problem.incident().map(|incident| {
            view! { <p class="hint incident">"Incident " <span class="code">{incident.to_owned()}</span></p> }
        });
        let list = (!fields.is_empty()).then(|| view! { <ul class="wrongs">{fields}</ul> });
        let tone = if meaning.status == 409 { super::Tone::Warn } else { super::Tone::Bad };
        view! {
            <super::Notice tone title=meaning.title alert=true>
                <p>{meaning.sentence}</p>
                {list}
                {incident}
            </super::Notice>
        }
    })
}
