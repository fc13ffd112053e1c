//! The board in the browser: cards are dragged, lifted with the keyboard, or moved by a list. The board is written by the
//! server; this only fills its form, and goes to the dialog where more has to be told. Which columns take a card is
//! decided by the same table as on the server.

use leptos::prelude::*;

/// Brings the board of the page to life.
#[island]
pub fn BoardKeys() -> impl IntoView {
    Effect::new(start);
    view! { <span hidden></span> }
}

#[cfg(feature = "hydrate")]
use browser::start;

/// The server renders islands too, but never runs what they do.
#[cfg(not(feature = "hydrate"))]
fn start() {}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::RefCell;

    use heliodesk_wire::pipeline::{Lane, asks_for_a_reason, refusal};
    use heliodesk_wire::stage::Stage;
    use js_sys::{Object, Reflect};
    use leptos::prelude::{document, request_animation_frame};
    use wasm_bindgen::prelude::*;
    use web_sys::{Element, HtmlElement, HtmlFormElement, HtmlInputElement, KeyboardEvent};

    use crate::islands::leave_to;
    use crate::islands::nearby::{all, catch, is_single, listen, member, named, one, open, set};

    /// A card that is held, and the column it hangs over.
    struct Held {
        card: Element,
        over: usize,
    }

    thread_local! {
        static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
        /// The card whose list is open.
        static LISTED: RefCell<Option<Element>> = const { RefCell::new(None) };
    }

    #[wasm_bindgen]
    extern "C" {
        type Popover;
        #[wasm_bindgen(method, catch, js_name = showPopover)]
        fn show(this: &Popover, options: &JsValue) -> Result<(), JsValue>;
        type Head;
        #[wasm_bindgen(method, js_name = scrollIntoView)]
        fn show(this: &Head, options: &JsValue);
        type Carried;
        #[wasm_bindgen(method, catch, js_name = setData)]
        fn carry(this: &Carried, kind: &str, words: &str) -> Result<(), JsValue>;
    }

    pub(super) fn start() {
        open_dialog();
        // Ahead of what else the page answers: the list is that of the card with the keyboard, not of the first one.
        catch("keydown", "[data-deal]", |card, event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
            if pressed(&card, event) {
                event.prevent_default();
            }
        });
        listen("focusout", "[data-lifted]:not([data-dragged])", |_, _| put_down());
        // A page that changes while a drag begins ends it: the columns are marked a moment later.
        listen("dragstart", "[data-deal]", |card, event| {
            // Some browsers drag nothing that carries nothing.
            let _ = member(event, "dataTransfer")
                .unchecked_ref::<Carried>()
                .carry("text/plain", &named(&card, "data-deal"));
            set(&card, "data-dragged", Some(""));
            hold(card);
            request_animation_frame(mark);
        });
        listen("dragover", "[data-lane]", |lane, event| {
            if held().is_some_and(|card| refused_by(&card, &lane).is_none()) {
                event.prevent_default();
            }
        });
        listen("drop", "[data-lane]", |lane, event| {
            event.prevent_default();
            drop_on(&lane);
        });
        listen("dragend", "[data-deal]", |_, _| put_down());
        listen("click", "[data-move]", |button, event| {
            if let Some(card) = button.closest("[data-deal]").ok().flatten() {
                event.prevent_default();
                list(card, &button);
            }
        });
        listen("click", "#move-menu [data-to]", |button, _| {
            let card = LISTED.with_borrow(Clone::clone);
            if let Some((card, to)) = card.zip(stage_of(&button, "data-to")) {
                if button.has_attribute("aria-disabled") {
                    say(&button.text_content().unwrap_or_default());
                } else {
                    go(&card, to);
                }
            }
        });
        listen("keydown", "#move-menu", |_, event| {
            let step = match event.unchecked_ref::<KeyboardEvent>().key().as_str() {
                "ArrowDown" => 1,
                "ArrowUp" => -1,
                _ => return,
            };
            event.prevent_default();
            let buttons = all("#move-menu [data-to]:not([hidden])");
            let at = document().active_element().and_then(|here| buttons.iter().position(|button| *button == here));
            let at = at.map_or(0, |at| around(at, step, buttons.len()));
            buttons.get(at).into_iter().for_each(focus_on);
        });
    }

    /// The dialog that the server has opened becomes one that holds the keyboard; closed, it leads back to the board.
    fn open_dialog() {
        if let Some(dialog) = one("dialog#move") {
            set(&dialog, "open", None);
            open("move", true);
            catch("close", "dialog#move", |_, _| {
                leave_to(&one("#move footer a").map_or_else(String::new, |link| named(&link, "href")));
            });
        }
    }

    /// Whether this key meant something to the card.
    fn pressed(card: &Element, event: &KeyboardEvent) -> bool {
        let on_card = event.target().as_ref() == Some(card.as_ref());
        let held = HELD.with_borrow(|held| held.as_ref().map(|held| held.over));
        match (event.key().as_str(), held) {
            ("m", _) if is_single(event) => {
                put_down();
                list(card.clone(), &card.query_selector("[data-move]").ok().flatten().unwrap_or_else(|| card.clone()));
            }
            (" " | "Enter", None) if on_card => lift_by_key(card.clone()),
            (" " | "Enter", Some(over)) => lanes().get(over).into_iter().for_each(drop_on),
            ("ArrowRight" | "ArrowDown", Some(_)) => hang(1),
            ("ArrowLeft" | "ArrowUp", Some(_)) => hang(-1),
            ("Escape", Some(_)) => {
                put_down();
                say("Put back. Nothing is moved.");
            }
            _ => return false,
        }
        true
    }

    fn lanes() -> Vec<Element> {
        all("[data-lane]")
    }

    /// The rule by which a lane refuses a card; nothing where it takes it.
    fn refused_by(card: &Element, lane: &Element) -> Option<&'static str> {
        let lane = Lane::named(&lane.get_attribute("data-lane")?)?;
        not_theirs(card).or_else(|| lane.refuses(stage_of(card, "data-stage")?, stage_of(card, "data-before")))
    }

    /// The rule by which somebody else moves this card.
    fn not_theirs(card: &Element) -> Option<&'static str> {
        (card.get_attribute("data-stays").as_deref() == Some("not_yours")).then_some("Its owner moves it")
    }

    fn name_of(lane: &Element) -> String {
        lane.query_selector("h2, a").ok().flatten().and_then(|name| name.text_content()).unwrap_or_default()
    }

    /// The card that is held.
    fn held() -> Option<Element> {
        HELD.with_borrow(|held| held.as_ref().map(|held| held.card.clone()))
    }

    /// Takes a card up.
    fn hold(card: Element) {
        put_down();
        let over = lanes().iter().position(|lane| lane.contains(Some(card.as_ref())));
        HELD.set(Some(Held { card, over: over.unwrap_or(0) }));
    }

    /// Every column says whether the held card can go there.
    fn mark() {
        let Some(card) = held() else { return };
        for lane in lanes() {
            let refused = refused_by(&card, &lane);
            set(&lane, "data-refuses", refused);
            set(&lane, "data-accepts", refused.is_none().then_some(""));
            if let Ok(Some(words)) = lane.query_selector("[data-cannot] span") {
                words.set_text_content(refused);
            }
        }
        set(&card, "data-lifted", Some(""));
    }

    fn lift_by_key(card: Element) {
        let name = card.get_attribute("data-deal").unwrap_or_default();
        if card.has_attribute("data-stays") {
            let why = card.get_attribute("aria-describedby").and_then(|id| document().get_element_by_id(&id));
            return say(&format!("{name} stays. {}", why.and_then(|why| why.text_content()).unwrap_or_default()));
        }
        hold(card);
        mark();
        let takes: Vec<_> = all("[data-accepts]").iter().map(name_of).collect();
        say(&format!(
            "{name} lifted. {} can take it. Arrow keys choose, Enter drops, Escape cancels.",
            takes.join(", ")
        ));
    }

    /// Hangs the held card over the next column, and says whether it can go there.
    fn hang(step: isize) {
        let lanes = lanes();
        let over = HELD.with_borrow_mut(|held| {
            let held = held.as_mut()?;
            held.over = around(held.over, step, lanes.len());
            Some(held.over)
        });
        for (at, lane) in lanes.iter().enumerate() {
            let here = Some(at) == over;
            set(lane, "data-over", here.then_some(""));
            if here {
                // Its head, where the reason stands; no further than needed, so that the lifted card stays in sight too.
                if let Ok(Some(head)) = lane.query_selector("header") {
                    head.unchecked_ref::<Head>().show(&options(&[("block", "nearest"), ("inline", "nearest")]));
                }
                let why = lane.get_attribute("data-refuses").unwrap_or_else(|| "Can move here".to_owned());
                say(&format!("{}: {why}.", name_of(lane)));
            }
        }
    }

    fn put_down() {
        if let Some(held) = HELD.take() {
            ["data-lifted", "data-dragged"].iter().for_each(|name| set(&held.card, name, None));
            for lane in lanes() {
                ["data-accepts", "data-refuses", "data-over"].iter().for_each(|name| set(&lane, name, None));
            }
        }
    }

    /// Drops the held card: into the one stage that follows there, or where there are more, into the dialog that asks.
    fn drop_on(lane: &Element) {
        let Some(card) = held() else { return };
        if let Some(why) = refused_by(&card, lane) {
            return say(&format!("Not there. {why}."));
        }
        put_down();
        let lane = lane.get_attribute("data-lane").and_then(|name| Lane::named(&name));
        let (Some(lane), Some(from)) = (lane, stage_of(&card, "data-stage")) else { return };
        let mut takes = lane.takes(from, stage_of(&card, "data-before"));
        match (takes.next(), takes.next()) {
            (Some(to), None) => go(&card, to),
            (Some(to), Some(_)) => ask(&card, to),
            (None, _) => {}
        }
    }

    /// Sends the move; where it needs a reason, goes to the dialog first.
    fn go(card: &Element, to: Stage) {
        if stage_of(card, "data-stage").is_some_and(|from| asks_for_a_reason(from, to)) {
            return ask(card, to);
        }
        let Some(form) = one("#move-form") else { return };
        let number = card.get_attribute("data-deal").unwrap_or_default();
        let version = card.get_attribute("data-version").unwrap_or_default();
        for (name, value) in [("order", number.as_str()), ("version", &version), ("stage", to.as_str())] {
            if let Ok(Some(input)) = form.query_selector(&format!("[name='ask[{name}]']")) {
                input.unchecked_into::<HtmlInputElement>().set_value(value);
            }
        }
        let sends = form.get_attribute("data-sends").unwrap_or_default();
        set(&form, "action", Some(&format!("{sends}{number}#deal-{number}")));
        let _ = form.unchecked_into::<HtmlFormElement>().request_submit();
    }

    fn ask(card: &Element, to: Stage) {
        let asks = one("#move-form").and_then(|form| form.get_attribute("data-asks")).unwrap_or_default();
        let number = card.get_attribute("data-deal").unwrap_or_default();
        leave_to(&format!("{asks}{number}&to={to}#move"));
    }

    /// Lists where a card can go, beside `at`; what is refused stays in the list and says why.
    fn list(card: Element, at: &Element) {
        let (Some(menu), Some(from)) = (one("#move-menu"), stage_of(&card, "data-stage")) else { return };
        if let Ok(Some(head)) = menu.query_selector("[data-from]") {
            head.set_text_content(Some(&format!("Move to, from {}", from.label())));
        }
        for button in all("#move-menu [data-to]") {
            let Some(to) = stage_of(&button, "data-to") else { continue };
            let refused = not_theirs(&card).or_else(|| refusal(from, stage_of(&card, "data-before"), to));
            set(&button, "hidden", (to == from).then_some(""));
            set(&button, "aria-disabled", refused.map(|_| "true"));
            if let Ok(Some(words)) = button.query_selector("small") {
                words.set_text_content(refused.or(asks_for_a_reason(from, to).then_some("Asks for a reason")));
            }
        }
        LISTED.set(Some(card));
        let source = Object::new();
        let _ = Reflect::set(&source, &"source".into(), at);
        if menu.unchecked_ref::<Popover>().show(&source).is_ok() {
            let first = one("#move-menu [data-to]:not([hidden], [aria-disabled])");
            first.or_else(|| one("#move-menu [data-to]:not([hidden])")).iter().for_each(focus_on);
        }
    }

    fn options(pairs: &[(&str, &str)]) -> JsValue {
        let options = Object::new();
        for (name, value) in pairs {
            let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
        }
        options.into()
    }

    fn stage_of(element: &Element, attribute: &str) -> Option<Stage> {
        element.get_attribute(attribute)?.parse().ok()
    }

    fn focus_on(element: &Element) {
        let _ = element.unchecked_ref::<HtmlElement>().focus();
    }

    /// The place `step` away, beginning again at the other end.
    fn around(at: usize, step: isize, count: usize) -> usize {
        (at + count).checked_add_signed(step).unwrap_or(0) % count.max(1)
    }

    fn say(words: &str) {
        if let Some(place) = one("[data-told]") {
            place.set_text_content(Some(words));
        }
    }
}
