//! What a change makes of an order, rule by rule.

use heliodesk_wire::{order_edit::EditAsk, reason::Reason, stage::WaitingOn};

use super::*;

const NOW: i64 = 1_700_000_000_000;

fn order() -> Order {
    Order {
        id: "01".into(),
        number: "O-1".into(),
        customer: "C-1".into(),
        stage_before: None,
        fields: OrderFields {
            stage: Stage::ProposalSent,
            stage_since: 5,
            owner: Some("omar@example.com".into()),
            panels: Some(18),
            watts: Some(410),
            inverter: Some("Hybrid 8 kW".into()),
            battery: None,
            adders: vec!["Trenching".into()],
            price_minor: 2_290_000,
            currency: "USD".into(),
            install_on: None,
            next_step: Some("Call".into()),
            next_step_on: Some("2026-11-24".into()),
            waiting_on: Some(WaitingOn::Us),
        },
        owner: Some("01omar".into()),
        reached: 3,
        version: 3,
    }
}

fn ask(change: impl FnOnce(&mut EditAsk)) -> Edit {
    let mut ask = EditAsk { order: "O-1".into(), version: "3".into(), ..EditAsk::default() };
    change(&mut ask);
    ask.parse().expect("reads")
}

fn edited(order: &Order, edit: &Edit) -> Result<(Order, Vec<Change>), Unfit> {
    order.edited(edit, &order.fields.values(), None, NOW)
}

#[test]
fn one_change_has_its_old_and_new_value_and_a_new_version() {
    let edit = ask(|ask| (ask.panels, ask.next_step) = (Some("20".into()), Some(String::new())));
    let (after, changes) = edited(&order(), &edit).expect("fits");
    assert_eq!((after.version, after.fields.panels, after.fields.next_step), (4, Some(20), None));
    let expected = [
        Change::of("panels", Some("18".into()), Some("20".into())),
        Change::of("next_step", Some("Call".into()), None),
    ];
    assert_eq!(changes, expected);
}

#[test]
fn a_form_may_post_every_field_and_only_what_differs_changes() {
    let mut edit = ask(|_| ());
    edit.set = order().fields.values();
    assert_eq!(edited(&order(), &edit).expect("fits"), (order(), vec![]));
    edit.set.insert(Field::WaitingOn, Some("customer".into()));
    let (_, changes) = edited(&order(), &edit).expect("fits");
    assert_eq!(changes, [Change::of("waiting_on", Some("us".into()), Some("customer".into()))]);
}

#[test]
fn another_version_is_stale_whether_or_not_the_changes_overlap() {
    let mut edit = ask(|ask| ask.battery = Some("10 kWh".into()));
    for version in [1, 2, 4] {
        edit.version = version;
        assert_eq!(edited(&order(), &edit), Err(Unfit::Stale));
    }
}

#[test]
fn a_new_stage_begins_now_and_must_follow() {
    let (after, changes) = edited(&order(), &ask(|ask| ask.stage = Some("contract_out".into()))).expect("fits");
    assert_eq!((after.fields.stage, after.fields.stage_since), (Stage::ContractOut, NOW));
    assert_eq!(changes.len(), 2);
    let unfit = edited(&order(), &ask(|ask| ask.stage = Some("installed".into())));
    assert_eq!(unfit, Err(Unfit::Rule(Fields::one("stage", "illegal_transition"))));
}

#[test]
fn an_exit_needs_a_reason_remembers_where_it_was_and_leaving_needs_one_too() {
    let unfit = edited(&order(), &ask(|ask| ask.stage = Some("on_hold".into())));
    assert_eq!(unfit, Err(Unfit::Wrong(Fields::one("reason", "missing"))));
    let hold = ask(|ask| (ask.stage, ask.reason) = (Some("on_hold".into()), "Roof is being redone".into()));
    let (held, _) = edited(&order(), &hold).expect("fits");
    assert_eq!(held.stage_before, Some(Stage::ProposalSent));
    let back = |stage: &str, reason: &str| {
        let mut edit = ask(|ask| (ask.stage, ask.reason) = (Some(stage.into()), reason.into()));
        edit.version = 4;
        edited(&held, &edit)
    };
    assert_eq!(back("proposal_sent", ""), Err(Unfit::Wrong(Fields::one("reason", "missing"))));
    assert!(matches!(back("qualified", "Roof is done"), Err(Unfit::Rule(_))));
    let (after, _) = back("proposal_sent", "Roof is done").expect("fits");
    assert_eq!((after.stage_before, after.version), (None, 5));
}

#[test]
fn putting_back_what_the_newest_change_took_away_is_an_undo_and_needs_a_reason() {
    let change = ask(|ask| (ask.panels, ask.battery) = (Some("20".into()), Some("10 kWh".into())));
    let (first, _) = edited(&order(), &change).expect("fits");
    let mut undo = ask(|ask| (ask.panels, ask.battery) = (Some("18".into()), Some(String::new())));
    undo.version = 4;
    let (base, before) = (first.fields.values(), order().fields.values());
    let unfit = first.edited(&undo, &base, Some(&before), NOW);
    assert_eq!(unfit, Err(Unfit::Wrong(Fields::one("reason", "missing"))));
    let mut other = undo.clone();
    other.set.insert(Field::Watts, Some("415".into()));
    assert!(first.edited(&other, &base, Some(&before), NOW).is_ok());
    undo.set.remove(&Field::Battery);
    assert!(first.edited(&undo, &base, Some(&before), NOW).is_ok(), "a part of it is a change of its own");

    let (first, _) = edited(&order(), &ask(|ask| ask.panels = Some("20".into()))).expect("fits");
    let mut undo = ask(|ask| ask.panels = Some("18".into()));
    undo.version = 4;
    let base = first.fields.values();
    let unfit = first.edited(&undo, &base, Some(&before), NOW);
    assert_eq!(unfit, Err(Unfit::Wrong(Fields::one("reason", "missing"))), "of one field just so");
    undo.reason = Reason::optional("Typed for the wrong order").expect("reads");
    assert!(first.edited(&undo, &base, Some(&before), NOW).is_ok());

    let (first, _) = edited(&order(), &ask(|ask| ask.battery = Some("10 kWh".into()))).expect("fits");
    let mut cleared = ask(|ask| ask.battery = Some(String::new()));
    cleared.version = 4;
    assert!(first.edited(&cleared, &first.fields.values(), Some(&before), NOW).is_ok(), "emptying is an edit");
}

#[test]
fn a_stage_cannot_begin_tomorrow() {
    let unfit = edited(&order(), &ask(|ask| ask.stage_since = Some((NOW + 1).to_string())));
    assert_eq!(unfit, Err(Unfit::Wrong(Fields::one("stage_since", "out_of_range"))));
}

/// An order in this stage, that came there from `before`.
fn standing(stage: Stage, before: Option<Stage>) -> Order {
    let mut order = order();
    (order.fields.stage, order.stage_before) = (stage, before);
    order
}

#[test]
fn what_is_sold_changes_its_commercial_fields_in_no_stage_and_everything_else_in_all() {
    let set = [
        (Field::Panels, Some("20".to_owned())),
        (Field::Watts, Some("415".to_owned())),
        (Field::Inverter, None),
        (Field::Battery, Some("10 kWh".to_owned())),
        (Field::Adders, None),
        (Field::PriceMinor, Some("1".to_owned())),
        (Field::Currency, Some("EUR".to_owned())),
    ];
    assert_eq!(set.each_ref().map(|(field, _)| *field), Field::COMMERCIAL);
    let befores = || Stage::ALL.into_iter().map(Some).chain([None]);
    for (stage, before) in Stage::ALL.into_iter().flat_map(|stage| befores().map(move |before| (stage, before))) {
        let order = standing(stage, before.filter(|_| stage.is_exit()));
        for (field, value) in set.clone() {
            let mut edit = ask(|_| ());
            edit.set = [(field, value), (Field::NextStep, Some("Wait".into()))].into();
            let result = edited(&order, &edit);
            if order.is_sold() {
                assert_eq!(result, Err(Unfit::Rule(Fields::one(field.as_str(), "change_order_needed"))), "{stage}");
            } else {
                assert_eq!(result.expect("presold").1.len(), 2, "{stage}");
            }
        }
        let rest = ask(|ask| (ask.next_step, ask.install_on) = (Some("Wait".into()), Some("2026-12-01".into())));
        assert_eq!(edited(&order, &rest).expect("is free").1.len(), 2, "{stage}");
        let mut same = ask(|ask| ask.next_step = Some("Wait".into()));
        same.set.extend(Field::COMMERCIAL.map(|field| (field, order.fields.value(field))));
        assert_eq!(edited(&order, &same).expect("posts them as they are").1.len(), 1, "{stage}");
    }
}

#[test]
fn neither_an_undo_nor_a_stage_taken_back_carries_a_commercial_change_past_the_signature() {
    // One change signed the contract and set another price; taking it back would change what was signed for.
    let mut before = order();
    before.fields.stage = Stage::ContractOut;
    let mut signed = before.clone();
    (signed.fields.stage, signed.fields.price_minor) = (Stage::ContractSigned, 2_465_000);
    let mut undo = ask(|ask| (ask.stage, ask.reason) = (Some("contract_out".into()), "Signed by mistake".into()));
    undo.set.insert(Field::PriceMinor, Some("2290000".into()));
    let (base, past) = (signed.fields.values(), before.fields.values());
    assert!(is_undo(&undo.set, &base, &past));
    let refused = Err(Unfit::Rule(Fields::one("price_minor", "change_order_needed")));
    assert_eq!(signed.edited(&undo, &base, Some(&past), NOW), refused);
    undo.set.remove(&Field::PriceMinor);
    assert!(signed.edited(&undo, &base, Some(&past), NOW).is_ok(), "the stage alone may go back");

    let mut both = ask(|ask| (ask.stage, ask.panels) = (Some("installed".into()), Some("20".into())));
    both.reason = None;
    let mut wrong = Fields::one("stage", "illegal_transition");
    wrong.add("panels", "change_order_needed");
    assert_eq!(edited(&signed, &both), Err(Unfit::Rule(wrong)), "both are told at once");
}

#[test]
fn a_change_order_changes_commercial_fields_and_no_other() {
    let signed = standing(Stage::Design, None);
    let values = [(Field::Panels, Some("20".to_owned())), (Field::Stage, Some("lead".to_owned()))].into();
    let (after, changes) = signed.amended(&values);
    assert_eq!(changes, [Change::of("panels", Some("18".into()), Some("20".into()))]);
    assert_eq!((after.version, after.fields.stage), (signed.version + 1, Stage::Design));
}

#[test]
fn an_exit_and_the_way_out_of_it_need_a_reason_from_every_stage_to_every_other() {
    let befores = || Stage::ALL.into_iter().filter(|stage| !stage.is_exit()).map(Some).chain([None]);
    for (from, before) in Stage::ALL.into_iter().flat_map(|stage| befores().map(move |before| (stage, before))) {
        let order = standing(from, before.filter(|_| from.is_exit()));
        for to in Stage::ALL.into_iter().filter(|to| *to != from) {
            let mut edit = ask(|ask| ask.stage = Some(to.to_string()));
            let needs = from.is_exit() || to.is_exit();
            let without = edited(&order, &edit);
            let missing = Err(Unfit::Wrong(Fields::one("reason", "missing")));
            assert_eq!(without == missing, needs, "{from} -> {to}");
            edit.reason = Reason::optional("As agreed").expect("reads");
            let follows = from.may_become(order.stage_before, to);
            assert_eq!(edited(&order, &edit).is_ok(), follows, "{from} -> {to}");
            assert!(needs || without.is_ok() == follows, "{from} -> {to}");
        }
    }
}
