//! `dictum check [PATHS…]`: everything that is wrong, where, and what to do.
