//! What to type where something is larger than is read.

/// `, or read it nonetheless with …`: the flag that lets `size` of `name` pass, at the end of a help.
pub fn nonetheless(name: &str, size: u64) -> String {
    format!(", or read it nonetheless with `--limits {name}={size}`")
}

/// The same for bytes, in round numbers that people can read.
pub fn nonetheless_bytes(name: &str, bytes: u64) -> String {
    let size = match bytes {
        0..1_048_576 => format!("{}KiB", bytes.div_ceil(1 << 10)),
        _ => format!("{}MiB", bytes.div_ceil(1 << 20)),
    };
    format!(", or read it nonetheless with `--limits {name}={size}`")
}
