//! The program: arguments in, an exit code out. Everything else is in the library.

use std::process::ExitCode;

/// Compiling and answering make and drop many small values, on several threads: this takes a quarter off both.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    dictum::face::cli::run(std::env::args_os())
}
