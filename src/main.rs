//! The program: arguments in, an exit code out. Everything else is in the library.

use std::process::ExitCode;

/// Compiling makes and drops many small values, on several threads: with this it takes a quarter less.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    dictum::face::cli::run(std::env::args_os())
}
