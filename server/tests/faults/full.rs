//! A small disk that is really full.

use std::{
    fs::{self, File},
    io::Write as _,
    path::PathBuf,
    process::Command,
    thread::sleep,
    time::Duration,
};

use crate::{
    chance::Chance,
    company::{self, Company},
    crowd::Crowd,
    ledger::Ledger,
};

/// A small disk in memory, gone when this is dropped.
struct Disk(PathBuf);

impl Disk {
    /// None where nobody may mount one.
    fn mounted(folder: PathBuf) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=32M", "tmpfs"]).arg(&folder);
        let mounted = mount.output().is_ok_and(|done| done.status.success());
        if !mounted {
            let _ = fs::remove_dir(&folder);
        }
        mounted.then_some(Self(folder))
    }

    /// Leaves no room on it; answers what takes it.
    fn filled(&self) -> PathBuf {
        let path = self.0.join("ballast");
        let mut ballast = File::create(&path).expect("is made");
        for size in [1 << 20, 4096, 1] {
            while ballast.write_all(&vec![0; size]).is_ok() {}
        }
        path
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
        let _ = fs::remove_dir(&self.0);
    }
}

#[test]
fn on_a_full_disk_nothing_is_acknowledged_and_it_goes_on_once_there_is_room() {
    let Some(disk) = Disk::mounted(company::folder()) else {
        println!(
            "a full disk: no small disk can be mounted here; writes that fail for want of room are made by disk.rs alone"
        );
        return;
    };
    let mut chance = Chance::new("full disk");
    let records = disk.0.join("records");
    fs::create_dir(&records).expect("a folder");
    let company = Company::in_folder(records);
    let serving = company.serve();
    let mut crowd = Crowd::join(&company, 4, &mut chance);
    let mut ledger = Ledger::default();
    let failed = crowd.next_failure();
    crowd.work(|| {
        sleep(Duration::from_millis(300));
        let ballast = disk.filled();
        // The room that the files already have is used up first.
        failed();
        sleep(Duration::from_millis(300));
        let page = company.desk.place.send("GET", "/sign-in", &[], "").expect("answers");
        assert_eq!(page.status, 200, "what needs nothing written is answered");
        fs::remove_file(ballast).expect("makes room");
    });
    // By itself.
    crowd.goes_on(&company);
    let entries = ledger.check(&company, &crowd);
    drop(serving);
    let serving = company.serve();
    ledger.check(&company, &crowd);
    let (done, doubtful) = crowd.told();
    println!(
        "a full disk of 32 MB: {done} acknowledged actions are all there, {doubtful} in doubt, {entries} entries checked"
    );
    serving.stop().expect("stops in order");
}
