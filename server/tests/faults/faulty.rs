//! Files of the database that fail, and what a power cut leaves of them: `faulty.c`, loaded into the program.

use std::{
    fs::{self, File},
    os::unix::fs::FileExt as _,
    path::PathBuf,
};

use heliodesk_bench::preload;

use crate::{chance::Chance, company::Company};

/// As in `faulty.c`: three numbers and a hole, then a mark for each page of the two files.
const CONTROL: usize = 16 + 2 * 65536;
const PAGE: usize = 4096;

/// What goes wrong while it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing can be made durable: `fsync` fails with EIO.
    Fsync,
    /// Nothing can be written: EIO.
    Write,
    /// Nothing can be written: ENOSPC.
    Full,
}

/// The files of a company's database, under control.
pub struct Faulty {
    control: File,
    /// The database and its log, each with what is durable of it.
    files: [(PathBuf, PathBuf); 2],
    shared: PathBuf,
}

impl Faulty {
    /// Takes the files under control from the next start on; nobody has them open.
    pub fn new(company: &mut Company) -> Self {
        let folder = company.desk.folder.clone();
        let (library, control, durable) = (folder.join("faulty.so"), folder.join("control"), folder.join("durable"));
        preload::compile(include_str!("faulty.c"), &library).unwrap_or_else(|why| panic!("{why}"));
        fs::write(&control, vec![0; CONTROL]).expect("writes");
        fs::create_dir_all(&durable).expect("a folder");
        let database = company.desk.database();
        let named = |ending: &str| PathBuf::from(format!("{}{ending}", database.display()));
        let files = [(database.clone(), durable.join("0")), (named("-wal"), durable.join("1"))];
        company.desk.set = vec![
            ("LD_PRELOAD", library.into()),
            ("FAULTY_CONTROL", control.clone().into()),
            ("FAULTY_DATABASE", database.clone().into()),
            ("FAULTY_DURABLE", durable.into()),
        ];
        let control = File::options().write(true).read(true).open(control).expect("opens");
        let faulty = Self { control, files, shared: named("-shm") };
        faulty.all_is_durable();
        faulty
    }

    /// Makes things go wrong.
    pub fn begin(&self, fault: Fault) {
        const EIO: u32 = 5;
        const ENOSPC: u32 = 28;
        match fault {
            Fault::Fsync => self.set(0, EIO),
            Fault::Write => self.set(4, EIO),
            Fault::Full => self.set(4, ENOSPC),
        }
    }

    /// Lets everything go right again.
    pub fn end(&self) {
        self.set(0, 0);
        self.set(4, 0);
    }

    /// How often something went wrong so far.
    pub fn struck(&self) -> u32 {
        let mut number = [0; 4];
        self.control.read_exact_at(&mut number, 8).expect("reads");
        u32::from_ne_bytes(number)
    }

    /// What the disk has after a power cut, of a program that is gone: everything that was made durable; of what was not,
    /// by chance nothing, or some pages here and there.
    pub fn cut_power(&self, chance: &mut Chance) {
        let none = chance.below(2) == 0;
        for (file, durable) in &self.files {
            let (cache, disk) = (fs::read(file).unwrap_or_default(), fs::read(durable).unwrap_or_default());
            let mut left = disk;
            if !none {
                left.resize(left.len().max(cache.len()), 0);
                for (page, bytes) in cache.chunks(PAGE).enumerate() {
                    if chance.below(2) == 0 {
                        left[page * PAGE..][..bytes.len()].copy_from_slice(bytes);
                    }
                }
            }
            fs::write(file, left).expect("writes");
        }
        let _ = fs::remove_file(&self.shared);
        self.all_is_durable();
    }

    /// Takes the files as they are for what is durable.
    fn all_is_durable(&self) {
        for (file, durable) in &self.files {
            fs::write(durable, fs::read(file).unwrap_or_default()).expect("writes");
        }
        self.control.write_all_at(&vec![0; CONTROL], 0).expect("writes");
    }

    fn set(&self, at: u64, number: u32) {
        self.control.write_all_at(&number.to_ne_bytes(), at).expect("writes");
    }
}
