//! Makes the filter of common passwords: `blocklist LIST… FILTER`. Started by `scripts/blocklist`, which fetches the lists.

use std::error::Error;
use std::{env, fs};

use rekey::server::password::lists::filter;

fn main() -> Result<(), Box<dyn Error>> {
    let mut names: Vec<String> = env::args().skip(1).collect();
    let target = names
        .pop()
        .ok_or("name the lists, then the filter to make")?;
    let lists = names
        .iter()
        .map(fs::read_to_string)
        .collect::<Result<Vec<_>, _>>()?;
    let (file, passwords) = filter::build(lists.iter().map(String::as_str))?;
    println!("{target}: {passwords} passwords in {} bytes", file.len());
    Ok(fs::write(target, file)?)
}
