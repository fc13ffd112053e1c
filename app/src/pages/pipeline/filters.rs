//! The filters of the pipeline, as they stand in the address.

use heliodesk_wire::orders::{Owner, OwnerFilter};
use heliodesk_wire::pipeline::{Band, Lane, PipelineFilter, Stale};
use heliodesk_wire::stage::{Stage, WaitingOn};
use leptos::prelude::*;

use crate::components::{Button, Icon};
use crate::forms::Form;
use crate::pages::filters::{Clear, Pick, address};
use crate::request::query;

/// What the address of this page asks for; a move that was refused just now is still being typed.
pub(super) fn read(form: &Form) -> PipelineFilter {
    PipelineFilter {
        table: query("view").as_deref() == Some("table"),
        stage: query("stage").and_then(|text| text.parse().ok()),
        owner: query("owner").as_deref().and_then(OwnerFilter::read),
        city: query("city").map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
        waiting_on: query("waiting_on").and_then(|text| text.parse().ok()),
        stale: query("stale").and_then(|text| text.parse().ok()),
        value: query("value").and_then(|text| text.parse().ok()),
        install_month: query("install"),
        column: query("column").as_deref().and_then(Lane::named),
        after: query("after").and_then(|text| text.parse().ok()),
        moving: form.typed("order").or_else(|| query("move")).and_then(|text| text.parse().ok()),
        moved: query("moved").filter(|_| !form.refused()).and_then(|text| text.parse().ok()),
    }
}

/// An address of this page with its filters, and `more` beside them.
pub(super) fn to(filter: &PipelineFilter, more: &[(&'static str, &str)]) -> String {
    let pairs = [
        ("view", filter.table.then(|| "table".to_owned())),
        ("stage", filter.stage.map(|stage| stage.to_string())),
        ("owner", filter.owner.as_ref().map(OwnerFilter::to_string)),
        ("city", filter.city.clone()),
        ("waiting_on", filter.waiting_on.map(|who| who.as_str().to_owned())),
        ("value", filter.value.map(|band| band.as_str().to_owned())),
        ("install", filter.install_month.clone()),
        ("stale", filter.stale.map(|stale| stale.as_str().to_owned())),
    ];
    let more = more.iter().map(|(name, value)| (*name, Some((*value).to_owned())));
    address("/pipeline", pairs.into_iter().chain(more))
}

/// The same page as it is now: with the column that goes on, and `more` beside it.
pub(super) fn here(filter: &PipelineFilter, more: &[(&'static str, &str)]) -> String {
    let column = filter.column.map(|lane| ("column", lane.name));
    let after = filter.after.as_ref().map(|after| ("after", after.as_str()));
    let all: Vec<_> = column.into_iter().chain(after).chain(more.iter().copied()).collect();
    to(filter, &all)
}

/// Whether any filter is set.
pub(super) fn is_set(filter: &PipelineFilter) -> bool {
    let all = PipelineFilter { table: false, ..filter.clone() };
    to(&all, &[]) != "/pipeline"
}

/// Board or table.
#[component]
pub(super) fn Switch(filter: PipelineFilter) -> impl IntoView {
    let link = |table: bool, icon: &'static str, label: &'static str| {
        let current = (filter.table == table).then_some("page");
        let href = to(&PipelineFilter { table, ..filter.clone() }, &[]);
        view! { <a href=href aria-current=current><Icon name=icon/>{label}</a> }
    };
    let (board, table) = (link(false, "board", "Board"), link(true, "trail", "Table"));
    view! { <nav class="switch" aria-label="View">{board} {table}</nav> }
}

/// The filters.
#[component]
pub(super) fn Filters(filter: PipelineFilter, owners: Vec<Owner>, cities: Vec<String>) -> impl IntoView {
    let text = |text: &str| text.to_owned();
    let any = |words: &str| (String::new(), text(words));
    let stages = Stage::ALL.map(|stage| (stage.to_string(), text(stage.label())));
    let stages = std::iter::once(any("Any stage")).chain(stages).collect();
    let people = owners.into_iter().map(|owner| (owner.email, owner.name));
    let fixed = [any("Anyone"), (text("mine"), text("Mine")), (text("none"), text("No owner"))];
    let owners = fixed.into_iter().chain(people).collect();
    let waiting = WaitingOn::ALL.map(|who| (text(who.as_str()), text(who.label())));
    let waiting = std::iter::once(any("Anyone")).chain(waiting).collect();
    let bands = Band::ALL.map(|band| (text(band.as_str()), text(band.label())));
    let bands = std::iter::once(any("Any value")).chain(bands).collect();
    let ages = Stale::ALL.map(|stale| (text(stale.as_str()), text(stale.label())));
    let ages = std::iter::once(any("Any age")).chain(ages).collect();
    let cities: Vec<_> = cities.into_iter().map(|city| view! { <option value=city></option> }).collect();
    let set = is_set(&filter);
    let table = filter.table.then(|| view! { <input type="hidden" name="view" value="table"/> });
    view! {
        <form method="get" action="/pipeline" aria-label="Filters">
            {table}
            <details class="fold" open=set>
                <summary>"Filters"</summary>
                <div class="filters">
                    <Pick label="Owner" name="owner" options=owners
                        value=filter.owner.map(|owner| owner.to_string()).unwrap_or_default()/>
                    <label>
                        "City "
                        <input name="city" list="cities" autocomplete="off" placeholder="Any city" maxlength="120"
                            value=filter.city.unwrap_or_default()/>
                        <datalist id="cities">{cities}</datalist>
                    </label>
                    <Pick label="Waiting on" name="waiting_on" options=waiting
                        value=filter.waiting_on.map(|who| who.as_str().to_owned()).unwrap_or_default()/>
                    <Pick label="Value" name="value" options=bands
                        value=filter.value.map(|band| band.as_str().to_owned()).unwrap_or_default()/>
                    <label>
                        "Install month "
                        <input type="month" name="install" value=filter.install_month.unwrap_or_default()/>
                    </label>
                    <Pick label="Age" name="stale" options=ages
                        value=filter.stale.map(|stale| stale.as_str().to_owned()).unwrap_or_default()/>
                    <Pick label="Stage" name="stage" options=stages
                        value=filter.stage.map(|stage| stage.to_string()).unwrap_or_default()/>
                    <Button>"Apply"</Button>
                    <Clear path=if filter.table { "/pipeline?view=table" } else { "/pipeline" } set/>
                </div>
            </details>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_every_filter_and_what_is_beside_them() {
        let filter = PipelineFilter {
            table: true,
            stage: Some(Stage::Lead),
            owner: Some(OwnerFilter::Mine),
            city: Some("San Diego".into()),
            waiting_on: Some(WaitingOn::Us),
            stale: Some(Stale::Twice),
            value: Some(Band::High),
            install_month: Some("2026-12".into()),
            column: Lane::named("lead"),
            after: "O-7".parse().ok(),
            moving: None,
            moved: None,
        };
        let all = "/pipeline?view=table&stage=lead&owner=mine&city=San%20Diego&waiting_on=us&value=over-25000\
                   &install=2026-12&stale=very";
        assert_eq!(to(&filter, &[]), all);
        assert_eq!(here(&filter, &[("move", "O-9")]), format!("{all}&column=lead&after=O-7&move=O-9"));
        assert!(is_set(&filter));
        assert!(!is_set(&PipelineFilter { table: true, ..PipelineFilter::default() }));
    }
}
