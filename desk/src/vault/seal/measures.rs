//! How long sealing, opening, masks and tokens take; beneath what they measure, which nothing else may open.

use heliodesk_wire::PersonalField;

use crate::{
    measures::criterion,
    pii::Pii,
    testing,
    vault::{Kind, mask, tokens_of},
};

#[test]
fn sealing_masks_and_tokens() {
    let mut criterion = criterion();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _inside = runtime.enter();
    let bed = runtime.block_on(testing::sqlite());
    let (vault, customer) = (bed.desk.vault(), "C-900001".parse().expect("a number"));
    let (key, wrapped) = vault.data_key(&customer);
    let [name, email] = ["Amelia Rivers", "amelia.rivers@example.net"].map(|text| Pii::new(text.to_owned()));
    let sealed = key.seal(&customer, PersonalField::Email, &email);
    criterion.bench_function("seal a value", |b| b.iter(|| key.seal(&customer, PersonalField::Email, &email)));
    criterion.bench_function("open a value", |b| {
        b.iter(|| {
            let key = vault.unwrap(&customer, &wrapped).expect("unwraps");
            key.open(&customer, PersonalField::Email, &sealed).expect("opens")
        })
    });
    criterion.bench_function("mask an e-mail", |b| b.iter(|| mask(PersonalField::Email, email.expose())));
    criterion.bench_function("token of an e-mail", |b| b.iter(|| vault.token(Kind::Email, email.expose())));
    criterion.bench_function("all tokens of a name", |b| b.iter(|| tokens_of(vault, PersonalField::Name, &name)));
}
