//! How long the small parts take that every view and every write needs: with `HELIODESK_MEASURE` set (as `cargo xtask bench
//! --only parts` does) they are measured, else each is only tried. Here, among the tests, private functions are reached and
//! no door is made for a measurement.

use std::{env, time::Duration};

use criterion::Criterion;

use crate::{
    clock::Clock,
    testing,
    trail::{self, Record},
};

/// Entries of one append: alone, and as many as an import puts into one work.
const ENTRIES: [i64; 2] = [1, 100];

/// What measures, or only tries.
pub(crate) fn criterion() -> Criterion {
    let criterion = Criterion::default().without_plots();
    if env::var_os("HELIODESK_MEASURE").is_some() {
        return criterion;
    }
    let moment = Duration::from_millis(1);
    let folder = env::temp_dir().join(format!("heliodesk-measures-{}", Clock::System.id()));
    criterion.sample_size(10).warm_up_time(moment).measurement_time(moment).nresamples(1001).output_directory(&folder)
}

#[test]
fn appending_to_the_tree() {
    let mut criterion = criterion();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _inside = runtime.enter();
    let bed = runtime.block_on(testing::sqlite());
    for count in ENTRIES {
        let record = Record { action: "customers.listed".into(), outcome: "ok".into(), ..Record::default() };
        let mut records = vec![record; usize::try_from(count).expect("fits")];
        // One transaction, never kept: the tree grows, and no disk is waited for.
        let mut tx = runtime.block_on(bed.desk.db().scratch()).expect("begins");
        criterion.bench_function(&format!("append {count} to the tree, without the commit"), |b| {
            b.iter(|| {
                runtime.block_on(async {
                    let edge = trail::edge(&mut tx, records.len()).await.expect("locks");
                    let mut records: Vec<_> = records.iter_mut().collect();
                    trail::append(&mut tx, edge, &mut records, trail::Then::More).await.expect("appends");
                });
            })
        });
        drop(tx);
    }
}
