//! A browser's own words about itself, as people say them.

/// Browser and system, as far as a browser's own words tell; anything else as it is, cut short.
pub fn device(agent: Option<&str>) -> String {
    let Some(agent) = agent.filter(|agent| !agent.is_empty()) else { return "Unknown browser".to_owned() };
    let first =
        |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    // Most call themselves by the names of others too; the one that only they have comes first.
    let name = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (name, system) {
        (Some(name), Some(system)) => format!("{name} on {system}"),
        (Some(name), None) => name.to_owned(),
        _ => agent.chars().take(40).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn a_browser_is_told_by_its_own_words_and_strange_ones_are_kept_short() {
        let (webkit, gecko) = ("AppleWebKit/537.36 (KHTML, like Gecko)", "Gecko/20100101");
        for (agent, told) in [
            (format!("Mozilla/5.0 (X11; Linux x86_64) {webkit} Chrome/140.0.0.0 Safari/537.36"), "Chrome on Linux"),
            (
                format!("Mozilla/5.0 (X11; Linux x86_64) {webkit} HeadlessChrome/140.0.0.0 Safari/537.36"),
                "Chrome on Linux",
            ),
            (
                format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/140.0.0.0 Safari/537.36"),
                "Chrome on Windows",
            ),
            (format!("Mozilla/5.0 (Windows NT 10.0) {webkit} Chrome/140.0 Safari/537.36 Edg/140.0"), "Edge on Windows"),
            (
                format!("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {webkit} Version/18.0 Safari/605.1.15"),
                "Safari on macOS",
            ),
            (
                format!(
                    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) {webkit} CriOS/140.0 Mobile Safari/604.1"
                ),
                "Chrome on iPhone",
            ),
            (
                format!("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {webkit} Chrome/140.0 Safari/537.36"),
                "Chrome on ChromeOS",
            ),
            (format!("Mozilla/5.0 (Android 15; Mobile; rv:142.0) {gecko} Firefox/142.0"), "Firefox on Android"),
            ("Firefox/142.0".to_owned(), "Firefox"),
            ("curl/8.9.1".to_owned(), "curl/8.9.1"),
            ("x".repeat(200), &*"x".repeat(40)),
            (String::new(), "Unknown browser"),
        ] {
            assert_eq!(device(Some(&agent)), told, "{agent}");
        }
        assert_eq!(device(None), "Unknown browser");
    }
}
