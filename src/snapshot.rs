//! Decisions ↔ bytes: canonical, hashed, mapped into memory. Knows claims and decisions; nothing of this machine
//! and nothing of when it was built.
