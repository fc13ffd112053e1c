//! Filters that live in the address.

use leptos::prelude::*;

/// An address with these pairs in its query; absent ones are left out.
pub(crate) fn address<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, Option<String>)>) -> String {
    let mut address = path.to_owned();
    for (name, value) in pairs {
        let Some(value) = value.filter(|value| !value.is_empty()) else { continue };
        address.push(if address.len() == path.len() { '?' } else { '&' });
        address.push_str(name);
        address.push('=');
        for byte in value.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => address.push(char::from(byte)),
                other => address.push_str(&format!("%{other:02X}")),
            }
        }
    }
    address
}

/// One filter with its choices: value and words.
#[component]
pub(crate) fn Pick(
    /// Its label.
    label: &'static str,
    /// Its name in the address.
    name: &'static str,
    /// Value and words, in order.
    options: Vec<(String, String)>,
    /// The chosen value.
    value: String,
) -> impl IntoView {
    let options: Vec<_> = options
        .into_iter()
        .map(|(key, words)| {
            let selected = key == value;
            view! { <option value=key selected=selected>{words}</option> }
        })
        .collect();
    view! { <label>{label} " " <select name=name>{options}</select></label> }
}

/// Takes every filter away; nothing where none is set.
#[component]
pub(crate) fn Clear(
    /// The list without filters.
    path: &'static str,
    /// True when a filter is set.
    set: bool,
) -> impl IntoView {
    set.then(|| view! { <a class="button quiet" href=path>"Clear all"</a> })
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn values_are_encoded_and_empty_ones_left_out() {
        let pairs = [("stage", Some("lead".to_owned())), ("city", None), ("owner", Some("a+b@c.d".to_owned()))];
        assert_eq!(address("/orders", pairs), "/orders?stage=lead&owner=a%2Bb%40c.d");
        assert_eq!(address("/orders", [("stage", Some(String::new()))]), "/orders");
    }
}
