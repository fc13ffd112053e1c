//! Where one can go and what one can do from anywhere. Rail, palette and keys offer the same, by the same policy.

use heliodesk_desk::policy;
use heliodesk_wire::Role;
use heliodesk_wire::me::Theme;

/// A page one can go to from anywhere.
pub(super) struct Place {
    pub(super) path: &'static str,
    pub(super) label: &'static str,
    pub(super) icon: &'static str,
    /// The letter that leads there after `g`.
    pub(super) key: Option<&'static str>,
}

/// The pages of the rail, in its order; the policy says who sees which.
const PLACES: &[Place] = &[
    Place { path: "/customers", label: "Customers", icon: "people", key: Some("c") },
    Place { path: "/orders", label: "Orders", icon: "order", key: Some("o") },
    Place { path: "/pipeline", label: "Pipeline", icon: "board", key: Some("p") },
    Place { path: "/trail", label: "Trail", icon: "trail", key: Some("t") },
];

/// Everybody's own page.
const OWN: Place = Place { path: "/me", label: "My passkeys and sessions", icon: "key", key: None };

/// How many pages the rail leads to.
pub(super) const PATHS: usize = PLACES.len() + 1;

/// The paths of these pages, in the rail's order.
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    PLACES.iter().chain([&OWN]).map(|place| place.path)
}

/// True when this role may use that page or function.
pub(super) fn opens(path: &str, role: Role) -> bool {
    policy::find(path).is_some_and(|row| row.allows(role))
}

/// The pages of the rail that this role may open.
pub(super) fn places(role: Role) -> impl Iterator<Item = &'static Place> {
    PLACES.iter().filter(move |place| opens(place.path, role))
}

/// What an entry of the palette does.
pub(super) enum Does {
    /// Goes to a page.
    Go(&'static Place),
    /// Puts the keyboard into the search box.
    Search,
    /// Shows the sheet of shortcuts.
    Shortcuts,
    /// Changes to another theme.
    Theme(Theme),
    /// Ends the session.
    SignOut,
}

impl Does {
    /// The page or function it needs.
    pub(super) fn needs(&self) -> &'static str {
        match self {
            Self::Go(place) => place.path,
            Self::Search => "/api/customers/search",
            // Shows what stands in the page already; whoever is signed in may see that.
            Self::Shortcuts => "/",
            Self::Theme(_) => "/api/preferences/save",
            Self::SignOut => "/api/sign-out",
        }
    }
}

/// Everything the palette offers to this role.
pub(super) fn entries(role: Role) -> impl Iterator<Item = Does> {
    let search = std::iter::once(Does::Search);
    let places = PLACES.iter().chain([&OWN]).map(Does::Go);
    let themes = Theme::ALL.into_iter().map(Does::Theme);
    let all = search.chain(places).chain([Does::Shortcuts]).chain(themes).chain([Does::SignOut]);
    all.filter(move |entry| opens(entry.needs(), role))
}
