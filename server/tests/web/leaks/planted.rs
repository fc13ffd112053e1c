//! Customers with unmistakable values, brought in by the real `heliodesk import`, and the program that serves them.

use std::sync::Arc;

use heliodesk_testbed::{Database, MariaDb};
use serde_json::Value;

use crate::{
    folder::{Folder, Server},
    world::{GRANTS, World},
};

use super::{door::Door, finder::Finder};

/// Where the first customer lives; shown to everybody who may see customers, so it must be found.
pub const CITY: &str = "Ravenglasshaven";

/// The first has the e-mail address and the phone that the valid requests ask for, the third odd forms of everything.
const LINES: [&str; 3] = [
    r#"{"number":"C-900001","name":"Xanthippe Quillfeather","email":"amelia.rivers@example.net","phone":"+1 520 555 0142","street":"77 Zephyrwood Crescent","postcode":"ZX9 7QW","city":"Ravenglasshaven","country":"US","account":"active","orders":[{"number":"O-900001","stage":"proposal_sent","panels":20,"watts":410,"price_minor":2465000,"currency":"USD","next_step":"Send the drawings"},{"number":"O-900003","stage":"lead","price_minor":1,"currency":"USD"}]}"#,
    r#"{"number":"C-900002","name":"Wolfgang Fuchsberger","email":"W.FUCHSBERGER@QUOKKAMAIL.EXAMPLE","phone":"(0228) 73-99.4410","street":"Grünwettersbacher Straße 4b, 3. OG","postcode":"D-53113XQ","city":"Tucson","country":"US","account":"active","orders":[{"number":"O-900002","stage":"installed","price_minor":1800000,"currency":"USD"}]}"#,
    r#"{"number":"C-900004","name":"Zoë-Änne Ørsted-Brontë","email":"Zoe.ORSTED@brontemail.example","phone":"442079460958","street":"12/3 Łódzka „Großweg“ & Söhne","postcode":"GX9-4LQ","city":"Tucson","country":"US","account":"locked","orders":[{"number":"O-900004","stage":"qualified","panels":12,"watts":400,"price_minor":990000,"currency":"USD","adders":["EV charger"]}]}"#,
];

/// What the product may have folded a value into, to compare it.
const FOLDED: [&str; 4] = ["orsted bronte", "orsted-bronte", "orstedbronte", "grunwettersbacher"];

/// A customer of whom nothing may be seen.
pub struct Planted {
    pub number: String,
    /// One of their orders.
    pub order: String,
    line: Value,
}

impl Planted {
    pub fn all() -> Vec<Self> {
        let planted = |line: &str| {
            let line: Value = serde_json::from_str(line).expect("JSON");
            let text = |value: &Value| value.as_str().expect("text").to_owned();
            Self { number: text(&line["number"]), order: text(&line["orders"][0]["number"]), line }
        };
        LINES.map(planted).into()
    }

    fn value(&self, field: &str) -> &str {
        self.line[field].as_str().expect("text")
    }

    /// What somebody might type of them, in one form or another.
    pub fn typed(&self) -> Vec<String> {
        vec![
            self.value("name").to_owned(),
            self.last_name().to_uppercase(),
            self.value("email").to_uppercase(),
            digits(self.value("phone")),
            self.value("street").to_owned(),
            self.value("postcode").to_lowercase(),
        ]
    }

    fn last_name(&self) -> &str {
        self.value("name").split(' ').next_back().expect("a word")
    }

    /// What must not be found of them: each value, whole and the part that gives it away.
    fn values(&self) -> Vec<(String, String)> {
        let (email, street, postcode) = (self.value("email"), self.value("street"), self.value("postcode"));
        let words = street.split(' ').filter(|word| !word.contains(|c: char| c.is_ascii_digit()));
        let road = words.collect::<Vec<_>>().join(" ");
        let values = [
            ("name", self.value("name").to_owned()),
            ("last name", self.last_name().to_owned()),
            ("e-mail", email.to_owned()),
            ("e-mail's first part", email.split('@').next().expect("a part").to_owned()),
            ("phone", self.value("phone").to_owned()),
            ("phone's digits", digits(self.value("phone"))),
            ("street", street.to_owned()),
            ("road", road),
            ("postcode", postcode.to_owned()),
            ("postcode's signs", postcode.chars().filter(|c| c.is_alphanumeric()).collect()),
        ];
        values.map(|(what, text)| (format!("{} {what}", self.number), text)).into()
    }
}

fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

/// The program, serving what was imported, and a world to walk through it.
pub struct Planting {
    pub world: World,
    pub door: Arc<Door>,
    pub server: Server,
}

impl Planting {
    /// On a SQLite file.
    pub async fn sqlite() -> Self {
        let folder = Folder::with_keys();
        import(&folder);
        Self::serving(folder, None).await
    }

    /// On MariaDB, imported by its owner and served with the rights of production.
    pub async fn mariadb() -> Self {
        let database = MariaDb::shared().database();
        let mut folder = Folder::with_keys();
        folder.database_url.clone_from(&database.owner_url);
        import(&folder);
        database.grant(GRANTS);
        folder.database_url.clone_from(&database.url);
        Self::serving(folder, Some(database)).await
    }

    async fn serving(folder: Folder, database: Option<Database>) -> Self {
        let mut values: Vec<_> = Planted::all().iter().flat_map(Planted::values).collect();
        values.extend(FOLDED.map(|text| ("a folded value".to_owned(), text.to_owned())));
        // What the valid request of a replacement puts in the place of the second customer's phone.
        values.push(("a new phone".to_owned(), "+1 520 555 0188".to_owned()));
        values.push(("a new phone's digits".to_owned(), "15205550188".to_owned()));
        let server = Server::start(&folder);
        let door = Door::new(&server.address, Finder::new(&values), CITY);
        let world = World::behind(door.router(), folder, database).await;
        Self { world, door, server }
    }
}

/// Imports the customers as an operator does, and leaves nothing of the file behind.
fn import(folder: &Folder) {
    let file = folder.path("customers.jsonl");
    std::fs::write(&file, LINES.join("\n")).expect("writes");
    let done = folder.run(&["import", "--file", "customers.jsonl"]);
    assert_eq!(String::from_utf8_lossy(&done.stdout), "3 new, 0 changed, 0 unchanged\n", "{done:?}");
    std::fs::remove_file(file).expect("removes");
}
