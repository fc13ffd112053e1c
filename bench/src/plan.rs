//! What is asked for: the requests of each measurement, spread over the people.

use crate::load;
use crate::request::{Order, Request};
use heliodesk_bench::Result;
use heliodesk_bench::http::{form, numbers_in, typed};
use heliodesk_bench::people::Person;
use heliodesk_bench::served::Desk;
use std::collections::BTreeMap;

/// Of so many people one reads the trail.
const READERS: usize = 10;
/// The first customer of the invented company.
const FIRST: u64 = 100_001;
/// Stages in which a change is an ordinary one, not a change order.
const PRESOLD: [&str; 4] = ["lead", "qualified", "proposal_sent", "contract_out"];

/// What one customer is found by.
#[derive(Debug, Default)]
struct Terms {
    values: BTreeMap<&'static str, String>,
    order: Option<String>,
}

/// The people, and what they know.
pub struct Plan<'a> {
    desk: &'a Desk,
    support: Vec<Person<'a>>,
    engineers: Vec<Person<'a>>,
    customers: Vec<String>,
    terms: Vec<Terms>,
}

impl<'a> Plan<'a> {
    /// Signs everybody in. Each of support reveals name, e-mail and phone of one customer: what others search by.
    ///
    /// # Errors
    /// When something is refused.
    pub fn new(desk: &'a Desk, customers: u64, people: usize) -> Result<Self> {
        let join = |role, count| (0..count).map(|number| Person::join(desk, role, number)).collect::<Result<Vec<_>>>();
        let engineers = people.div_ceil(READERS);
        let (mut support, engineers) = (join("support", people - engineers)?, join("engineer", engineers)?);
        let count = u64::try_from(support.len())?;
        let numbers: Vec<String> = (0..count).map(|at| format!("C-{}", FIRST + at * customers / count)).collect();
        let known = support.iter_mut().zip(&numbers).map(|(person, number)| terms(person, number));
        let terms = known.collect::<Result<Vec<_>>>()?;
        Ok(Self { desk, support, engineers, customers: numbers, terms })
    }

    /// The requests of a measurement by its name.
    ///
    /// # Errors
    /// When there is no such measurement, or nobody has what it needs.
    pub fn requests(&self, name: &str) -> Result<Vec<Request>> {
        let found = match name {
            "reveal" => self.reveals(),
            "customer list" => self.pages(|_, _| "/customers".to_owned()),
            "customer page" => self.pages(|plan, at| format!("/customers/{}", plan.customers[at])),
            "search by e-mail" => self.searches("email", str::to_owned),
            "search by phone" => self.searches("phone", str::to_owned),
            "search by order number" => self.searches("order", str::to_owned),
            "search by name beginning" => self.searches("name", beginning),
            "order edit" => self.edits()?,
            "trail" => self.trail("/trail"),
            "trail, one action of a week" => self.trail("/trail?action=reveal&since=7d"),
            // As long as the invented past, and a month of it: a full page of a hundred thousand entries, too.
            "trail, actor and outcome" => self.trail("/trail?actor=mia&outcome=denied&since=17w"),
            "trail, actor, action, outcome, month" => self.trail("/trail?actor=mia&action=reveal&outcome=ok&since=4w"),
            load::REFUSALS => self.trail("/trail?actor=mia&action=reveal&outcome=denied&since=7d"),
            "trail, customer and action" => {
                let customer = self.customers[self.customers.len() / 2].clone();
                self.trail(&format!("/trail?subject={customer}&action=customer.viewed"))
            }
            _ => return Err(format!("there is no measurement {name}").into()),
        };
        let first = found.first().ok_or_else(|| format!("there is nothing to ask for: {name}"))?;
        if first.order.is_none() {
            self.try_out(first)?;
        }
        Ok(found)
    }

    /// The customer list as somebody sees it now.
    ///
    /// # Errors
    /// When it is not answered.
    pub fn list_page(&self) -> Result<String> {
        self.support.first().ok_or("nobody is in support")?.page("/customers")
    }

    /// Bytes of the customer list with everything it loads.
    ///
    /// # Errors
    /// When something is not answered.
    pub fn first_load(&self) -> Result<usize> {
        let first = Request::get(self.support.first().ok_or("nobody is in support")?, "/customers".to_owned());
        let headers = first.headers();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        load::first_load(self.desk, "/customers", &headers)
    }

    /// A page of everybody in support, by the person's number.
    fn pages(&self, path: impl Fn(&Self, usize) -> String) -> Vec<Request> {
        let people = self.support.iter().enumerate();
        people.map(|(at, person)| Request::get(person, path(self, at))).collect()
    }

    fn trail(&self, path: &str) -> Vec<Request> {
        self.engineers.iter().map(|person| Request::get(person, path.to_owned())).collect()
    }

    /// Everybody searches for the customer whom their neighbour knows, where there is one to be found this way.
    fn searches(&self, by: &'static str, term: impl Fn(&str) -> String) -> Vec<Request> {
        let neighbours = self.terms.iter().cycle().skip(1);
        let both = self.support.iter().zip(neighbours);
        let asked = both.filter_map(|(person, terms)| {
            let known = if by == "order" { terms.order.as_ref() } else { terms.values.get(by) };
            let body = form(&[("term", &term(known?)), ("kind", "")]);
            Some(Request::post(person, "/api/customers/search", body))
        });
        asked.collect()
    }

    /// Everybody reveals the name of the customer for whom they gave a touch and a reason, which hold five minutes.
    fn reveals(&self) -> Vec<Request> {
        let both = self.support.iter().zip(&self.customers);
        let body = |number: &str| form(&[("customer", number), ("field", "name")]);
        both.map(|(person, number)| Request::post(person, "/api/customers/reveal", body(number))).collect()
    }

    /// Everybody changes an order of their own, which is not sold yet.
    fn edits(&self) -> Result<Vec<Request>> {
        let first = self.support.first().ok_or("nobody is in support")?;
        let mut numbers: Vec<String> = Vec::new();
        for stage in PRESOLD {
            let mut path = format!("/orders?stage={stage}");
            while numbers.len() < self.support.len() {
                let page = first.page(&path)?;
                let shown = numbers_in(&page, "/orders/O-");
                numbers.extend(shown.iter().map(|number| format!("O-{number}")));
                match page.split('"').find(|text| text.starts_with("/orders?") && text.contains("after=")) {
                    Some(next) if !shown.is_empty() => path = next.replace("&amp;", "&"),
                    _ => break,
                }
            }
        }
        let ordered = self.support.iter().zip(numbers);
        let asked = ordered.map(|(person, number)| {
            let page = person.page(&format!("/orders/{number}"))?;
            let (version, panels) = (typed(&page, "version")?, typed(&page, "panels")?);
            let body = form(&[("order", &number)]);
            Ok(Request::post(person, "/api/orders/edit", body).of(Order { number, version, panels }))
        });
        asked.collect()
    }

    /// A measurement of refusals would be worth nothing, and wrk knows statuses only.
    fn try_out(&self, request: &Request) -> Result<()> {
        let headers = request.headers();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let body = request.body.as_deref().unwrap_or_default();
        let answer = self.desk.place.send(request.method, &request.path, &headers, body)?;
        if answer.status == 200 { Ok(()) } else { Err(format!("{}: {}", request.path, answer.status).into()) }
    }
}

/// What a customer is found by: revealed, as everybody sees it.
fn terms(person: &mut Person, number: &str) -> Result<Terms> {
    let page = person.page(&format!("/customers/{number}"))?;
    let order = numbers_in(&page, "/orders/O-").first().map(|order| format!("O-{order}"));
    person.touch("customers/reveal", number)?;
    let mut values = BTreeMap::new();
    for field in ["name", "email", "phone"] {
        if let Some(value) = reveal(person, number, field, order.as_deref())? {
            values.insert(field, value);
        }
    }
    Ok(Terms { values, order })
}

/// A field of a customer, unless there is none.
fn reveal(person: &mut Person, number: &str, field: &str, order: Option<&str>) -> Result<Option<String>> {
    let mut fields = vec![("customer", number), ("field", field), ("category", "scheduling")];
    fields.extend(order.map(|order| ("order", order)));
    let answer = person.post("/api/customers/reveal", &fields)?;
    if answer.status == 422 && answer.text().contains("\"absent\"") {
        return Ok(None);
    }
    Ok(answer.json("customers/reveal")?["value"].as_str().map(str::to_owned))
}

/// The first four letters of the last word of a name.
fn beginning(name: &str) -> String {
    name.split(' ').next_back().unwrap_or_default().chars().take(4).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shortened_to_their_last_words_beginning() {
        assert_eq!(beginning("Amélie Dubois"), "Dubo");
    }
}
